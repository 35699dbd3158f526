import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing

@testable import HostSystem

/// A folder of its own for each test, gone with it.
final class Scratch: Sendable {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("curfew-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit {
        // Safe because a leftover folder under the system's temporary one harms nothing.
        try? FileManager.default.removeItem(atPath: path)
    }
    func at(_ name: String) -> String { path + "/" + name }
    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: at(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: at(name))
        return at(name)
    }
}

/// A number that tests turn by hand.
final class Dial<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    var now: Value { value.withLock { $0 } }
    func turn(to new: Value) { value.withLock { $0 = new } }
}

@Suite struct RehearsalTimelineTests {
    private static let text = """
        # a rehearsal of one evening
        1763640000 2026-11-20T21:55:00+08:00 1
        1763640010.5 2026-11-20T21:55:10.500+08:00 60   # faster
        1763640020.5 2026-11-20T22:05:10.500+08:00 0.5

        """

    struct Row: Sendable, CustomTestStringConvertible {
        let real: Double
        let virtual: String
        let speed: Double
        var testDescription: String { "\(real) shows \(virtual)" }
    }

    @Test(
        "the wall of a rehearsal is the last segment's start plus what passed times its speed",
        arguments: [
            Row(real: 1_763_639_000, virtual: "2026-11-20T21:55:00.000+08:00", speed: 1),
            Row(real: 1_763_640_000, virtual: "2026-11-20T21:55:00.000+08:00", speed: 1),
            Row(real: 1_763_640_010.499, virtual: "2026-11-20T21:55:10.499+08:00", speed: 1),
            Row(real: 1_763_640_010.5, virtual: "2026-11-20T21:55:10.500+08:00", speed: 60),
            Row(real: 1_763_640_011.5, virtual: "2026-11-20T21:56:10.500+08:00", speed: 60),
            Row(real: 1_763_640_020.5, virtual: "2026-11-20T22:05:10.500+08:00", speed: 0.5),
            Row(real: 1_763_640_030.5, virtual: "2026-11-20T22:05:15.500+08:00", speed: 0.5),
        ])
    func arithmetic(row: Row) throws {
        let timeline = try RehearsalTimeline(parsing: Self.text)
        let real = Int64(row.real * 1000) * 1_000_000
        #expect(timeline.moment(atReal: real).iso8601 == row.virtual)
        #expect(timeline.speed(atReal: real) == row.speed)
    }

    @Test(
        "a clock file that says something wrong is refused with its line",
        arguments: [
            ("", 1, RehearsalFileError.Problem.empty),
            ("# only a remark\n", 1, .empty),
            ("1 2026-11-20T00:00:00Z 1", 1, .unfinishedLine),
            ("1 2026-11-20T00:00:00Z\n", 1, .notThreeWords),
            ("\n1 2026-11-20T00:00:00Z 1 1\n", 2, .notThreeWords),
            ("x 2026-11-20T00:00:00Z 1\n", 1, .badReal),
            ("-1 2026-11-20T00:00:00Z 1\n", 1, .badReal),
            ("1.2.3 2026-11-20T00:00:00Z 1\n", 1, .badReal),
            ("9999999999.999999999 2026-11-20T00:00:00Z 1\n", 1, .badReal),
            ("1 2026-11-20T00:00:00 1\n", 1, .badMoment),
            ("1 2026-11-20T00:00:00Z 0\n", 1, .badSpeed),
            ("1 2026-11-20T00:00:00Z nan\n", 1, .badSpeed),
            ("1 2026-11-20T00:00:00Z 100001\n", 1, .badSpeed),
            ("1 2026-11-20T00:00:00Z 1\n1 2026-11-20T00:00:00Z 1\n", 2, .realGoesBack),
            ("1 2026-11-20T00:00:00Z 60\n2 2026-11-20T00:00:59Z 1\n", 2, .virtualGoesBack),
        ])
    func refusals(text: String, line: Int, problem: RehearsalFileError.Problem) {
        #expect(throws: RehearsalFileError(line: line, problem: problem)) { try RehearsalTimeline(parsing: text) }
    }

    @Test("a segment reads back from its own line, to the nanosecond")
    func lineRoundTrips() throws {
        let segment = RehearsalSegment(
            realStart: 1_763_640_000_000_000_001, virtualStart: Moment(seconds: 1_800_000_000), speed: 3600)
        #expect(try RehearsalTimeline(parsing: segment.line + "\n").segments == [segment])
    }
}

@Suite struct RehearsalClockTests {
    private let second: Int64 = 1_000_000_000
    private let start = Moment(seconds: 1_795_000_000)

    @Test("a speed change is seen by a running clock, and the wall runs on without a jump")
    func speedChange() throws {
        let scratch = try Scratch()
        let real = Dial(Int64(100) * second)
        let file = RehearsalClockFile(path: scratch.at("clock"))
        try file.start(at: start, speed: 10, realNow: real.now)
        let clock = try RehearsalClock(file: file.path) { real.now }
        let change = try file.changeSpeed(to: 3600, realNow: 110 * second)
        #expect(change.virtualStart == start + .seconds(101), "0.1 s later than written, at the old speed")

        real.turn(to: 110 * second)
        #expect(clock.now() == start + .seconds(100))
        real.turn(to: 111 * second + second / 10)
        #expect(clock.now() == start + .seconds(101 + 3600))
        #expect(clock.speed() == 3600)
        #expect(clock.isRehearsal)
    }

    @Test("the wall never goes back within one process, whatever the real wall does")
    func neverBack() throws {
        let scratch = try Scratch()
        let real = Dial(Int64(100) * second)
        let file = RehearsalClockFile(path: scratch.at("clock"))
        try file.start(at: start, speed: 60, realNow: real.now)
        let clock = try RehearsalClock(file: file.path) { real.now }
        real.turn(to: 110 * second)
        let seen = clock.now()
        real.turn(to: 105 * second)
        #expect(clock.now() == seen)
        real.turn(to: 111 * second)
        #expect(clock.now() == start + .seconds(660))
    }

    @Test("a half-written line leaves the clock as it was, and counts as soon as it is whole")
    func halfLine() throws {
        let scratch = try Scratch()
        let real = Dial(Int64(100) * second)
        let file = RehearsalClockFile(path: scratch.at("clock"))
        try file.start(at: start, speed: 1, realNow: real.now)
        let whole = RehearsalSegment(realStart: 200 * second, virtualStart: start + .seconds(100), speed: 2).line
        let clock = try RehearsalClock(file: file.path) { real.now }
        let before = try #require(FileManager.default.contents(atPath: file.path))
        try Data(before + Data(whole.utf8)).write(to: URL(fileURLWithPath: file.path))
        real.turn(to: 300 * second)
        #expect(clock.now() == start + .seconds(200))
        #expect(clock.problem?.problem == .unfinishedLine)
        try Data(before + Data((whole + "\n").utf8)).write(to: URL(fileURLWithPath: file.path))
        real.turn(to: 301 * second)
        #expect(clock.now() == start + .seconds(100 + 202))
        #expect(clock.problem == nil)
    }

    @Test("a segment that would turn time back is not written")
    func refusedAppend() throws {
        let scratch = try Scratch()
        let file = RehearsalClockFile(path: scratch.at("clock"))
        try file.start(at: start, speed: 1, realNow: 100 * second)
        #expect(throws: RehearsalFileError(line: 2, problem: .virtualGoesBack)) {
            try file.append(RehearsalSegment(realStart: 200 * second, virtualStart: start, speed: 1))
        }
        #expect(try file.load().0.segments.count == 1)
    }

    @Test("no clock file, no rehearsal")
    func missing() throws {
        let scratch = try Scratch()
        #expect(throws: RehearsalFileError.self) { try RehearsalClock(file: scratch.at("none")) }
    }
}
