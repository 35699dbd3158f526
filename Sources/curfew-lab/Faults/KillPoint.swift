import ArgumentParser
import Engine
import Glibc
import Synchronization

/// Ends the process without a word at the Nth passing of a checkpoint: `CURFEW_KILL_AT=after-start:2`. With `:stop` behind
/// it stops instead, until somebody sends SIGCONT. Only on a rehearsal against this machine; the fault tests ask for it.
struct KillPoint: Sendable {
    private let point: Checkpoint
    private let passing: Int
    private let signal: Int32

    init(_ text: String) throws {
        let parts = text.split(separator: ":")
        guard (2...3).contains(parts.count), let point = Checkpoint(rawValue: String(parts[0])),
            let passing = Int(parts[1]), passing > 0, parts.count == 2 || parts[2] == "stop"
        else { throw ValidationError("CURFEW_KILL_AT wants POINT:N or POINT:N:stop, not \(text)") }
        signal = parts.count == 2 ? SIGKILL : SIGSTOP
        (self.point, self.passing) = (point, passing)
    }

    var check: @Sendable (Checkpoint) -> Void {
        let left = Counted(passing)
        let (point, signal) = (point, signal)
        return { passed in
            // To this very thread: one sent to the process may let it go on for a moment.
            if passed == point, left.countDown() == 0 { raise(signal) }
        }
    }

    private final class Counted: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        func countDown() -> Int { left.subtract(1, ordering: .sequentiallyConsistent).newValue }
    }
}
