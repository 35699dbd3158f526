import Foundation
import Synchronization

/// Threads of a name that carry out what is `async`: each waits for its own work and for nobody else's.
///
/// Refused: Swift's shared pool. It is as wide as the machine has cores, and every step of a service is disk work that
/// blocks; two such steps on two cores left no thread for the door, for a stop, or for the watchdog.
package final class NamedThreads: TaskExecutor {
    package let name: String
    private let work: Work

    package init(_ name: String, count: Int = 1) {
        precondition(count > 0, "somebody must do the work")
        self.name = name
        work = Work()
        for number in 1...count {
            PlainThread.start(count == 1 ? name : "\(name)-\(number)") { [work, self] in
                while let job = work.next() { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) { work.add(UnownedJob(job)) }

    /// The threads finish what was given to them before, and end.
    package func end() { work.end() }
}

/// Jobs in the order in which they came. The lock is held for an append or a removal, never while a job runs.
private final class Work: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var first = 0
    private var isOver = false

    func add(_ job: UnownedJob) {
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Waits for one; nil: it is over.
    func next() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        while first == jobs.count {
            if isOver { return nil }
            condition.wait()
        }
        let job = jobs[first]
        first += 1
        if first == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            first = 0
        }
        return job
    }

    func end() {
        condition.lock()
        isOver = true
        condition.broadcast()
        condition.unlock()
    }
}

/// A thread outside Swift's pool.
enum PlainThread {
    static func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread {
            // Only a thread itself tells the kernel its name, by which an operator's tools show it.
            Thread.current.name = name
            work()
        }
        thread.start()
    }
}
