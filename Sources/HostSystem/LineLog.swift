import CampaignModel
import Foundation
import Glibc
import Logging
import Ports
import Synchronization

/// One line per event, for people (`text`) or for machines (`json`).
package enum LogForm: String, Sendable, CaseIterable {
    case text, json
}

/// Where log lines go. It never blocks: a device that does not take a line at once loses it, the loss is counted, and
/// the next line that gets through says how many are missing. Sending must not wait for a log (`reliability.md`).
package final class LogSink: Sendable {
    /// A pipe that polls as writable takes this much without blocking (`PIPE_BUF`); longer lines are cut.
    package static let lineBytesMax = 4096

    private let descriptor: Int32
    private let losses = Mutex(Losses())

    private struct Losses {
        var total = 0
        var unreported = 0
        /// The device took a part of the last line: the next one must not be glued to it.
        var endsTorn = false
    }

    /// The journal reads it, and takes a line's level from what stands before it.
    let isJournal: Bool

    /// - Parameters:
    ///   - descriptor: stays the caller's. 2 is standard error.
    ///   - environment: names the journal's own stream, where there is one.
    package init(descriptor: Int32 = 2, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.descriptor = descriptor
        isJournal = Self.isJournal(descriptor, named: environment["JOURNAL_STREAM"])
    }

    /// `DEVICE:INODE` of the stream that the journal reads. It is inherited by what somebody redirects elsewhere: only the
    /// same file is the journal.
    private static func isJournal(_ descriptor: Int32, named name: String?) -> Bool {
        var status = stat()
        guard let name, fstat(descriptor, &status) == 0 else { return false }
        return name == "\(status.st_dev):\(status.st_ino)"
    }

    /// Lines lost since the start.
    package var linesLost: Int { losses.withLock { $0.total } }

    /// - Parameter line: without its line end.
    func write(_ line: String, lossLine: (Int) -> String) {
        // Under the lock, so that two threads cannot both believe in the same free room of a pipe.
        losses.withLock { losses in
            if losses.unreported > 0, put(lossLine(losses.unreported), &losses.endsTorn) { losses.unreported = 0 }
            if !put(line, &losses.endsTorn) {
                losses.total += 1
                losses.unreported += 1
            }
        }
    }

    private func put(_ line: String, _ endsTorn: inout Bool) -> Bool {
        var bytes: [UInt8] = endsTorn ? [UInt8(ascii: "\n")] : []
        bytes += line.utf8.prefix(Self.lineBytesMax - 1 - bytes.count)
        // Never half a character: back to where one begins.
        if bytes.count < line.utf8.count { bytes.removeLast(Self.unfinishedBytes(bytes)) }
        bytes.append(UInt8(ascii: "\n"))
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, 0) == 1, poll.revents & Int16(POLLOUT) != 0 else { return false }
        // A socket (the journal's) can be asked not to block; anything else answers ENOTSOCK and is written plainly.
        var sent = send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        if sent < 0 && errno == ENOTSOCK { sent = Glibc.write(descriptor, bytes, bytes.count) }
        if sent > 0 { endsTorn = sent < bytes.count }
        return sent == bytes.count
    }
}

extension LogSink {
    /// How many bytes at the end belong to a character that is not complete.
    static func unfinishedBytes(_ bytes: [UInt8]) -> Int {
        guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return 0 }
        let width = bytes[lead] < 0x80 ? 1 : bytes[lead] < 0xE0 ? 2 : bytes[lead] < 0xF0 ? 3 : 4
        return bytes.count - lead < width ? bytes.count - lead : 0
    }
}

/// The daemon's log: `Logger(label: "dispatcher") { LineLog(label: $0, …) }`.
package struct LineLog: LogHandler {
    /// In characters. What people and the platform write is bounded before it gets here, and once more here.
    package static let messageMax = 1000
    package static let valueMax = 300

    package var metadata = Logger.Metadata()
    package var logLevel: Logger.Level
    private let label: String
    private let form: LogForm
    private let clock: any Clock
    private let sink: LogSink

    package init(
        label: String, form: LogForm, level: Logger.Level = .info, clock: any Clock, sink: LogSink = LogSink()
    ) {
        (self.label, self.form) = (label, form)
        logLevel = level
        (self.clock, self.sink) = (clock, sink)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        let pairs = fields.sorted { $0.key < $1.key }.map { (Self.bounded($0.key, Self.valueMax), "\($0.value)") }
        let at = clock.now()
        sink.write(line(event.level, "\(event.message)", pairs, at)) { lost in
            line(.warning, "log lines were lost", [("lines", "\(lost)")], at)
        }
    }

    private func line(
        _ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)], _ at: Moment
    ) -> String { (sink.isJournal ? Self.priority(of: level) : "") + words(level, message, fields, at) }

    /// As sd-daemon(3) has them: `journalctl -p err` shows what needs somebody.
    private static func priority(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "<7>"
        case .info: "<6>"
        case .notice: "<5>"
        case .warning: "<4>"
        case .error: "<3>"
        case .critical: "<2>"
        }
    }

    private func words(
        _ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)], _ at: Moment
    ) -> String {
        let message = Self.bounded(message, Self.messageMax)
        let fields = fields.map { (name: $0.name, value: Self.bounded($0.value, Self.valueMax)) }
        switch form {
        case .text:
            let words = fields.map { " \(Self.plain($0.name))=\(Self.quotedIfNeeded($0.value))" }.joined()
            return "\(at.iso8601) \(level.rawValue) \(Self.plain(label)): \(Self.plain(message))\(words)"
        case .json:
            let head = [("at", at.iso8601), ("level", level.rawValue), ("label", label), ("message", message)]
            // A field cannot pose as one of the head's.
            let own = fields.map { (head.map(\.0).contains($0.name) ? "field_" + $0.name : $0.name, $0.value) }
            var body = ""
            for (name, value) in head + own {
                let pair = "\(body.isEmpty ? "" : ",")\(Self.jsonText(name)):\(Self.jsonText(value))"
                // Whole fields are left out, so that every line stays one JSON object.
                // Beside the braces and a journal's level.
                if body.utf8.count + pair.utf8.count + 6 > LogSink.lineBytesMax { break }
                body += pair
            }
            return "{\(body)}"
        }
    }

    private static func bounded(_ text: String, _ max: Int) -> String {
        text.unicodeScalars.count <= max
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(max))) + "…"
    }

    /// Nobody can begin a line of their own, or colour the operator's terminal, by what they write into a name.
    private static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            result += isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }

    private static func quotedIfNeeded(_ value: String) -> String {
        let needsQuotes = value.isEmpty || value.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0.isNewline }
        return needsQuotes ? jsonText(value) : plain(value)
    }

    /// By hand: an encoder for each line costs more than the line.
    private static func jsonText(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default:
                if isControl(scalar) {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
