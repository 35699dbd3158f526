import CampaignModel
import Foundation
import Glibc
import Ports
import Synchronization

/// A wall whose days pass in seconds: the virtual time that a small file of segments tells, the same for every process
/// that reads it. Timeouts stay real; so does the monotonic clock.
package final class RehearsalClock: Clock {
    /// How often the file is looked at, at most.
    package static let recheckInterval: Duration = .milliseconds(20)

    package let file: RehearsalClockFile
    private let real: @Sendable () -> Int64
    private let state: Mutex<State>

    private struct State {
        var timeline: RehearsalTimeline
        var stamp: FileStamp
        var checkedAt: Int64
        var latest: Moment
        var problem: RehearsalFileError?
    }

    /// - Throws: `RehearsalFileError` when the file is not there or says something wrong.
    package convenience init(file path: String) throws {
        try self.init(file: path, real: KernelTime.wallNanoseconds)
    }

    /// - Parameter real: nanoseconds since 1970 on the real wall.
    init(file path: String, real: @escaping @Sendable () -> Int64) throws {
        file = RehearsalClockFile(path: path)
        self.real = real
        let (timeline, stamp) = try file.load()
        state = Mutex(
            State(timeline: timeline, stamp: stamp, checkedAt: real(), latest: .distantPast, problem: nil))
    }

    /// Never earlier than any answer before it in this process, even when the file or the real wall goes back.
    package func now() -> Moment {
        let realNow = real()
        return state.withLock { state in
            refresh(&state, realNow: realNow)
            state.latest = max(state.latest, state.timeline.moment(atReal: realNow))
            return state.latest
        }
    }

    package func speed() -> Double {
        let realNow = real()
        return state.withLock { state in
            refresh(&state, realNow: realNow)
            return state.timeline.speed(atReal: realNow)
        }
    }

    package func monotonic() -> Duration { KernelTime.monotonic() }
    package var isRehearsal: Bool { true }
    /// All readers share one real wall; they differ only by how lately they looked at the file.
    package var doubt: Duration { Self.recheckInterval }

    /// Why the last re-reading was refused; the clock goes on with what it knew before. For `doctor` and the status.
    package var problem: RehearsalFileError? { state.withLock { $0.problem } }

    private func refresh(_ state: inout State, realNow: Int64) {
        let age = realNow - state.checkedAt
        guard age >= Self.recheckInterval.wholeMilliseconds * 1_000_000 || age < 0 else { return }
        state.checkedAt = realNow
        do {
            guard try file.stamp() != state.stamp else { return }
            // The stamp is kept only with the content it belongs to: a line that was seen half is read again.
            (state.timeline, state.stamp) = try file.load()
            state.problem = nil
        } catch {
            state.problem = error
        }
    }
}

/// What changes when a file changes. Cheap to ask for.
struct FileStamp: Equatable, Sendable {
    var inode: UInt64
    var size: Int64
    var modifiedSeconds: Int
    var modifiedNanoseconds: Int

    init(_ status: stat) {
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}

/// The clock file itself: what the demo writes and everybody reads.
package struct RehearsalClockFile: Sendable {
    /// A new segment starts this much later than it is written, so that every reader has seen it before it counts.
    /// Without that, a reader that is 20 ms late at 3,600 times the speed would have run 72 virtual seconds ahead, and
    /// would stand still for them when the speed falls.
    package static let lead: Duration = .milliseconds(100)

    package let path: String

    package init(path: String) { self.path = path }

    /// Starts a rehearsal: replaces whatever was at the path.
    package func start(at virtual: Moment, speed: Double, realNow: Int64) throws(RehearsalFileError) {
        let segment = RehearsalSegment(realStart: realNow, virtualStart: virtual, speed: speed)
        try write("# real-unix-seconds  virtual-moment  speed\n\(segment.line)\n", flags: O_TRUNC)
    }

    /// Starts a rehearsal now.
    package func start(at virtual: Moment, speed: Double) throws(RehearsalFileError) {
        try start(at: virtual, speed: speed, realNow: KernelTime.wallNanoseconds())
    }

    /// Writes one whole line at the end, in one write. Refuses one that would make time go back.
    package func append(_ segment: RehearsalSegment) throws(RehearsalFileError) {
        var (timeline, _) = try load()
        do {
            try timeline.append(segment)
        } catch {
            throw RehearsalFileError(line: timeline.segments.count + 1, problem: error)
        }
        try write(segment.line + "\n", flags: O_APPEND)
    }

    /// From `lead` after now on, the wall runs on at another speed, without a jump.
    /// - Returns: the segment that was written.
    @discardableResult
    package func changeSpeed(to speed: Double) throws -> RehearsalSegment {
        try changeSpeed(to: speed, realNow: KernelTime.wallNanoseconds())
    }

    func changeSpeed(to speed: Double, realNow: Int64) throws -> RehearsalSegment {
        let (timeline, _) = try load()
        let start = realNow + Self.lead.wholeMilliseconds * 1_000_000
        let segment = RehearsalSegment(
            realStart: start, virtualStart: timeline.moment(atReal: start), speed: speed)
        try append(segment)
        return segment
    }

    /// From `lead` after now on, the wall stands at another moment and runs as fast as before. What is between never was.
    package func jump(to moment: Moment) throws {
        let (timeline, _) = try load()
        let start = KernelTime.wallNanoseconds() + Self.lead.wholeMilliseconds * 1_000_000
        try append(
            RehearsalSegment(realStart: start, virtualStart: moment, speed: timeline.speed(atReal: start)))
    }

    func stamp() throws(RehearsalFileError) -> FileStamp {
        var status = stat()
        guard stat(path, &status) == 0 else { throw RehearsalFileError(line: 0, problem: .unreadable) }
        return FileStamp(status)
    }

    func load() throws(RehearsalFileError) -> (RehearsalTimeline, FileStamp) {
        // The stamp is taken first: a line that is appended between the two makes the next look read again.
        let stamp = try stamp()
        guard stamp.size <= RehearsalTimeline.fileBytesMax else { throw RehearsalFileError(line: 1, problem: .tooLong) }
        guard let bytes = FileManager.default.contents(atPath: path),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw RehearsalFileError(line: 0, problem: .unreadable) }
        return (try RehearsalTimeline(parsing: text), stamp)
    }

    private func write(_ text: String, flags: Int32) throws(RehearsalFileError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | flags, 0o644)
        guard descriptor >= 0 else { throw RehearsalFileError(line: 0, problem: .unreadable) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // One write: readers see the whole line or none of it.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw RehearsalFileError(line: 0, problem: .unreadable)
        }
    }
}
