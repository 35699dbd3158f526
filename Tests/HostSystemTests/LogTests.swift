import CampaignModel
import Foundation
import Glibc
import Logging
import Ports
import Testing

@testable import HostSystem

private struct StillClock: Clock {
    func now() -> Moment { Moment(seconds: 1_795_000_000) }
    func monotonic() -> Duration { .zero }
    func speed() -> Double { 1 }
    var isRehearsal: Bool { false }
    var doubt: Duration { .zero }
}

/// A log that writes into a pipe or socket which the test reads, or does not read.
private final class Page {
    let reading: Int32
    let writing: Int32
    let sink: LogSink
    init(isSocket: Bool = false) {
        var ends: [Int32] = [0, 0]
        if isSocket {
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        } else {
            pipe(&ends)
        }
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        sink = LogSink(descriptor: writing)
    }
    deinit {
        close(reading)
        close(writing)
    }
    func logger(_ form: LogForm) -> Logger {
        Logger(label: "dispatcher") { [sink] in LineLog(label: $0, form: form, clock: StillClock(), sink: sink) }
    }
    func text() -> String {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while case let count = read(reading, &part, part.count), count > 0 { all += part[..<count] }
        return String(decoding: all, as: UTF8.self)
    }
}

@Suite struct LogTests {
    private let at = StillClock().now().iso8601

    @Test("an event is one line for people, with its fields in order")
    func text() {
        let page = Page()
        page.logger(.text).warning("lane held", metadata: ["until": "08:00", "account": "旗舰 店", "empty": ""])
        #expect(page.text() == "\(at) warning dispatcher: lane held account=\"旗舰 店\" empty=\"\" until=08:00\n")
    }

    @Test("the journal gets each line's level before it, and nothing else does", arguments: LogForm.allCases)
    func levels(form: LogForm) {
        let page = Page()
        var status = stat()
        fstat(page.writing, &status)
        let name = "\(status.st_dev):\(status.st_ino)"
        func lines(_ environment: [String: String]) -> [String] {
            let sink = LogSink(descriptor: page.writing, environment: environment)
            var logger = Logger(label: "x") { LineLog(label: $0, form: form, clock: StillClock(), sink: sink) }
            logger.logLevel = .trace
            for level in Logger.Level.allCases { logger.log(level: level, "word") }
            return page.text().split(separator: "\n").map { String($0.prefix(3)) }
        }
        #expect(lines(["JOURNAL_STREAM": name]) == ["<7>", "<7>", "<6>", "<5>", "<4>", "<3>", "<2>"])
        for elsewhere in [[:], ["JOURNAL_STREAM": "8:1"], ["JOURNAL_STREAM": ""]] as [[String: String]] {
            #expect(lines(elsewhere).allSatisfy { !$0.hasPrefix("<") })
        }
    }

    @Test("an event is one JSON object for machines, and a field cannot pose as the level")
    func json() throws {
        let page = Page(isSocket: true)
        page.logger(.json).error("a \"b\"\n\u{1B}[31m", metadata: ["level": "fine", "n": "1"])
        let object = try JSONDecoder().decode([String: String].self, from: Data(page.text().utf8))
        #expect(
            object == [
                "at": at, "level": "error", "label": "dispatcher", "message": "a \"b\"\n\u{1B}[31m",
                "field_level": "fine", "n": "1",
            ])
    }

    @Test("nobody begins a line of their own by what they write into a name")
    func injection() {
        let page = Page()
        page.logger(.text).info("taken\nforged", metadata: ["file": "a\n2026 error forged", "colour": "\u{1B}[31m"])
        let text = page.text()
        #expect(text.filter { $0 == "\n" }.count == 1)
        #expect(!text.contains("\u{1B}"))
    }

    @Test("a line is bounded, ends with a whole character, and stays one JSON object")
    func bounded() throws {
        let page = Page()
        var fields: Logger.Metadata = [:]
        for number in 0..<30 { fields["field\(number)"] = "\(String(repeating: "字", count: 5000))" }
        page.logger(.json).info("long", metadata: fields)
        page.logger(.text).info("long", metadata: fields)
        let lines = page.text().split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines { #expect(line.utf8.count < LogSink.lineBytesMax && !line.contains("\u{FFFD}")) }
        #expect(throws: Never.self) { try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8)) }
    }

    @Test("a reader that has stopped costs lines, never time; the loss is counted and told", arguments: [true, false])
    func stoppedReader(isSocket: Bool) {
        let page = Page(isSocket: isSocket)
        let logger = page.logger(.text)
        for _ in 0..<5000 { logger.info("\(String(repeating: "x", count: 900))") }
        let lost = page.sink.linesLost
        #expect(lost > 0)
        let kept = page.text().split(separator: "\n").count
        #expect(kept + lost == 5000)
        logger.info("again")
        #expect(page.text().split(separator: "\n").first?.hasSuffix("log lines were lost lines=\(lost)") == true)
    }

    @Test("a secret among the fields is not told")
    func secret() {
        let page = Page()
        page.logger(.text).info("token", metadata: ["token": "\(Secret(bytes: Array("s3cret".utf8)))"])
        #expect(page.text().contains("‹secret›"))
    }
}
