import CampaignModel
import Foundation
import Synchronization

/// Wakes one waiting stepper. `wake()` may be called from any thread, at any time, as often as one likes: calls before
/// the next wait count as one, and none is lost.
package final class Waker: Sendable {
    private enum State {
        /// Leaves to: woken (a wake), waited for (a wait).
        case idle
        /// Leaves to: idle (the next wait takes it).
        case woken
        /// Leaves to: idle (a wake, or the end of the wait).
        /// With the number of the wait, so that an alarm that comes late ends no other.
        case waitedFor(CheckedContinuation<Bool, Never>, wait: UInt64)
    }

    private let state = Mutex(State.idle)
    private let waits = Atomic<UInt64>(0)

    package init() {}

    package func wake() {
        let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch state {
            case .idle, .woken:
                state = .woken
                return nil
            case .waitedFor(let continuation, _):
                state = .idle
                return continuation
            }
        }
        waiting?.resume(returning: true)
    }

    /// Takes a pending wake without waiting for one.
    package func takeWake() -> Bool {
        state.withLock { state in
            guard case .woken = state else { return false }
            state = .idle
            return true
        }
    }

    /// Returns at the next wake, at once when one is pending, when `limit` of real time has passed, or when the task is
    /// cancelled.
    /// - Parameter limit: nil: there is none. Half a second and more may last one `AlarmList.grain` longer.
    /// - Returns: whether a wake was taken. A caller that drops it loses the wake.
    /// - Precondition: nobody else waits.
    package func waitForWake(atMost limit: Duration? = nil) async -> Bool {
        let wait = waits.wrappingAdd(1, ordering: .relaxed).newValue
        var alarm: AlarmList.Entry?
        defer { if let alarm { Alarm.shared.cancel(alarm) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Bool? in
                    switch state {
                    case .woken:
                        state = .idle
                        return true
                    case .idle:
                        if Task.isCancelled { return false }
                        state = .waitedFor(continuation, wait: wait)
                        return nil
                    case .waitedFor:
                        preconditionFailure("a waker has one waiter")
                    }
                }
                if let known {
                    continuation.resume(returning: known)
                } else if let limit {
                    alarm = Alarm.shared.set(after: limit) { self.endWait(wait) }
                }
            }
        } onCancel: {
            endWait(wait)
        }
    }

    /// Unlike `wake()`, leaves nothing behind when nobody waits.
    private func endWait(_ number: UInt64) {
        let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard case .waitedFor(let continuation, number) = state else { return nil }
            state = .idle
            return continuation
        }
        waiting?.resume(returning: false)
    }
}

/// Waits in real time. Given to the loop, so that its tests wait for nothing.
package protocol Pause: Sendable {
    /// Returns when `limit` of real time has passed, when `waker` is woken, or when the task is cancelled, whichever
    /// comes first. A `nil` limit waits for the other two only.
    /// - Returns: whether a wake was taken.
    func wait(atMost limit: Duration?, for waker: Waker) async -> Bool
}

/// The only thing in the house that sleeps.
package struct RealPause: Pause {
    package init() {}

    /// For a command, which has nothing else to do meanwhile. Never on a task.
    package static func block(_ duration: Duration) {
        Thread.sleep(forTimeInterval: Double(duration.wholeMilliseconds) / 1000)
    }

    package func wait(atMost limit: Duration?, for waker: Waker) async -> Bool {
        if waker.takeWake() { return true }
        guard let limit else { return await waker.waitForWake() }
        return limit > .zero ? await waker.waitForWake(atMost: limit) : false
    }
}
