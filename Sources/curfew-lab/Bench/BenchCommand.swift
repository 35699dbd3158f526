import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem

/// Measures as ratios in one run: every part starts processes of its own, so that memory and CPU are the part's alone.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures, one JSON object a line.",
        discussion: """
            Example:  curfew bench --people 100000

            dispatch: N/5000 qualified accounts of 5,000 people each, all rules and counters on, against a loopback sink, \
            with and without TLS, beside bare loops that post the same bytes: libcurl's own, and one in which it only connects. \
            import: a CSV of a million rows, beside `sqlite3 .import`.
            """,
        subcommands: [
            BenchAll.self, BenchSink.self, BenchLoad.self, BenchDispatch.self, BenchPlain.self, BenchImport.self,
            BenchGate.self, BenchAssign.self, BenchRestart.self, BenchAnswers.self, BenchQuestions.self,
            BenchHistory.self, BenchRuns.self, BenchFirstByte.self,
        ], defaultSubcommand: BenchAll.self)
}

struct BenchAll: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Everything.")
    @Option(help: "People of the dispatch part.") var people = 100_000
    @Option(help: "Post to this address instead of the sink that comes along.") var sink: String?
    @Option(help: "Requests on the wire at once, for the dispatcher and for the bare loops alike; else 64, then 256.")
    var concurrency: Int?
    @Option(help: "Rows of the import part.") var rows = 1_000_000
    @Option(help: "Deliveries of the restart part.") var deliveries = 1_000_000
    @Option(help: "People of the ledger that is asked for a forecast and explanations.") var questionPeople = 1_000_000
    @Option(help: "Deliveries of the history that is reported on and that people are erased from.") var history =
        1_000_000
    @Option(help: "Rows of the list that is imported while the daemon is asked things.") var answersRows = 10_000_000
    @Option(
        help: """
            Only this part: dispatch, import, assign, gate, restart, answers, forecast, explain, report, erase, export, \
            prune, status, scrape, idle or first_byte.
            """)
    var only: String?

    func run() throws {
        let folder = NSTemporaryDirectory() + "curfew-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                Standard.complain("left behind: \(folder)")
            }
        }
        if only == nil || only == "gate" { Standard.say(try BenchChild.output(["bench", "gate"])) }
        if only == nil || only == "assign" { Standard.say(try BenchChild.output(["bench", "assign"])) }
        if only == nil || only == "import" { try importPart(folder) }
        if only == nil || only == "dispatch" { try dispatchPart(folder) }
        if only == nil || only == "restart" { try restartPart(folder + "/restart") }
        if only == nil || only == "answers" {
            try FileManager.default.createDirectory(atPath: folder + "/answers", withIntermediateDirectories: true)
            Standard.say(
                try BenchChild.output([
                    "bench", "answers", "--folder", folder + "/answers", "--people", "\(deliveries)", "--rows",
                    "\(answersRows)",
                ]))
        }
        if only == nil || ["status", "scrape", "idle"].contains(only) { try runsPart(folder + "/runs") }
        if only == nil || only == "first_byte" {
            Standard.say(try BenchChild.output(["bench", "first-byte", "--folder", folder + "/first"]))
        }
        if only.map(["report", "erase", "export", "prune"].contains) ?? true {
            Standard.say(
                try BenchChild.output(
                    ["bench", "history", "--folder", folder, "--deliveries", "\(history)"]
                        + (only.map { ["--only", $0] } ?? [])))
        }
        let questions = ["forecast", "explain"]
        if only.map(questions.contains) ?? true {
            Standard.say(
                try BenchChild.output(
                    ["bench", "questions", "--folder", folder, "--people", "\(questionPeople)"]
                        + (only.map { ["--only", $0] } ?? [])))
        }
    }

    /// As many runs as the figures of each part speak of.
    private func runsPart(_ folder: String) throws {
        for (part, accounts, live, ended) in [
            ("status", 1, 10_000, 100_000), ("scrape", 200, 10_000, 1000), ("idle", 1, 1000, 50_000),
        ] {
            guard only == nil || only == part else { continue }
            Standard.say(
                try BenchChild.output([
                    "bench", "runs", "--folder", "\(folder)-\(part)", "--live", "\(live)", "--ended", "\(ended)",
                    "--accounts", "\(accounts)", "--only", part,
                ]))
        }
    }

    private func restartPart(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try BenchChild.output(["bench", "load", "--folder", folder, "--people", "\(deliveries)"])
        Standard.say(
            try BenchChild.output(["bench", "restart", "--folder", folder, "--deliveries", "\(deliveries)"]))
    }

    private func dispatchPart(_ folder: String) throws {
        _ = try BenchChild.output(["bench", "load", "--folder", folder, "--people", "\(people)"])
        let part = DispatchPart(folder: folder, people: people)
        for isTLS in sink == nil ? [false, true] : [false] {
            for concurrency in concurrency.map({ [$0] }) ?? [64, 256] {
                try part.measure(concurrency: concurrency, isTLS: isTLS, sink: sink)
            }
        }
    }

    private func importPart(_ folder: String) throws {
        let csv = folder + "/people.csv"
        try BenchPeople.write(rows: rows, to: csv)
        let clock = SystemClock()
        let started = clock.monotonic()
        let sqlite = try BenchChild.output(
            [
                "\(folder)/plain.db",
                "CREATE TABLE people (open_id TEXT NOT NULL UNIQUE, nickname, city, orders, joined, note);",
                ".mode csv", ".import --skip 1 \(csv) people",
            ], program: "/usr/bin/sqlite3")
        let plain = (clock.monotonic() - started) / .seconds(1)
        _ = sqlite
        Standard.say(
            try BenchChild.output([
                "bench", "import", "--folder", folder, "--file", csv, "--plain", "\(Double(rows) / plain)",
            ]))
    }
}

/// A process of its own for one part of the measurement.
final class BenchChild {
    private let process = Process()
    private let output = Pipe()

    static func start(_ arguments: [String], program: String? = nil) throws -> BenchChild {
        let child = BenchChild()
        child.process.executableURL =
            program.map { URL(fileURLWithPath: $0) } ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.process.arguments = arguments
        child.process.standardOutput = child.output
        try child.process.run()
        return child
    }

    /// The first line it prints.
    func line() throws -> String {
        var bytes: [UInt8] = []
        while let byte = output.fileHandleForReading.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func end() {
        // The child may have inherited a blocked SIGTERM, and it has nothing to lose.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs to the end and returns what it printed.
    static func output(_ arguments: [String], program: String? = nil) throws -> String {
        let child = try start(arguments, program: program)
        let data = child.output.fileHandleForReading.readDataToEndOfFile()
        child.process.waitUntilExit()
        guard child.process.terminationStatus == 0 else {
            throw ValidationError("\(program ?? "curfew") \(arguments.joined(separator: " ")) failed")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

enum BenchFigures {
    /// The process's own high-water mark. `getrusage` would also count the image before `exec`.
    static func peakMegabytes() throws -> Double {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropLast().last.flatMap { Double($0) } ?? 0) / 1024
    }

    static func cpuMicroseconds() -> Double {
        let usage = ownUsage()
        return micros(usage.ru_utime) + micros(usage.ru_stime)
    }

    /// The part of it that the system spent on the process's behalf.
    static func kernelMicroseconds() -> Double { micros(ownUsage().ru_stime) }

    private static func ownUsage() -> rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private static func micros(_ time: timeval) -> Double { Double(time.tv_sec) * 1_000_000 + Double(time.tv_usec) }

    /// What the process has given to the disk up to now.
    static func writtenBytes(of process: String = "self") throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    static func rounded(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
}

/// People that nobody is: random-looking open_ids, so that the unique index is met in random order as in truth.
enum BenchPeople {
    static func openID(_ index: Int) -> String {
        var z = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z ^= z >> 27
        let hex = String(z, radix: 16)
        return "_000" + String(repeating: "0", count: 16 - hex.count) + hex + String(index % 97 + 100)
    }

    /// - Parameter first: the number of the first of them.
    static func write(rows: Int, to path: String, from first: Int = 0) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw ValidationError("cannot write \(path)") }
        var text = "open_id,nickname,city,orders,joined,note\n"
        for index in first..<(first + rows) {
            text += "\(openID(index)),小\(index % 1000),杭州,\(index % 12),2026-0\(index % 9 + 1)-11,"
            text += index % 50 == 0 ? "\"a, \"\"b\"\"\"\n" : "ok\n"
            if text.utf8.count > 1 << 20 {
                try file.write(contentsOf: Data(text.utf8))
                text = ""
            }
        }
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }
}
