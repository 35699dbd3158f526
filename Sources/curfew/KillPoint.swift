import ArgumentParser
import Engine
import Glibc
import Synchronization

/// Ends the process without a word at the Nth passing of a checkpoint: `CURFEW_KILL_AT=after-start:2`. Only on a
/// rehearsal against this machine; the fault tests ask for it.
struct KillPoint: Sendable {
    private let point: Checkpoint
    private let passing: Int

    init(_ text: String) throws {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let point = Checkpoint(rawValue: String(parts[0])), let passing = Int(parts[1]),
            passing > 0
        else { throw ValidationError("CURFEW_KILL_AT wants POINT:N, not \(text)") }
        self.point = point
        self.passing = passing
    }

    var check: @Sendable (Checkpoint) -> Void {
        let left = Counted(passing)
        let point = point
        return { passed in
            if passed == point, left.countDown() == 0 { kill(getpid(), SIGKILL) }
        }
    }

    private final class Counted: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        func countDown() -> Int { left.subtract(1, ordering: .sequentiallyConsistent).newValue }
    }
}
