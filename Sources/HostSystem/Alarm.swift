import CampaignModel
import Dispatch
import Synchronization

/// Ends waits when their time is over: one thread for all of the process.
///
/// Refused: `Task.sleep`. Each of its ends passes a thread of the dispatch library and one of the shared pool before it
/// comes to the thread that waits: of the eighteen wake-ups a second of a daemon with nothing to do, thirteen were these.
final class Alarm: Sendable {
    static let shared = Alarm()
    /// A suspended machine does not count for the thread's own wait, but does for what it rings.
    private static let lookAgain: Duration = .seconds(10)

    private let list = Mutex(AlarmList())
    private let bell = DispatchSemaphore(value: 0)

    private init() { PlainThread.start("alarm") { [self] in run() } }

    /// - Parameter ring: called once, on the alarm's thread, unless the entry is cancelled before. Must not block.
    func set(after span: Duration, ring: @escaping @Sendable () -> Void) -> AlarmList.Entry {
        let (entry, isNext) = list.withLock { $0.add(after: span, at: KernelTime.monotonic(), ring) }
        if isNext { bell.signal() }
        return entry
    }

    func cancel(_ entry: AlarmList.Entry) { list.withLock { $0.remove(entry) } }

    private func run() {
        while true {
            let now = KernelTime.monotonic()
            let (due, rest) = list.withLock { list in (list.takeDue(at: now), list.rest(at: now)) }
            for ring in due { ring() }
            let wait = min(rest ?? Self.lookAgain, Self.lookAgain)
            // Safe because an early end and a late one lead to the same look.
            _ = bell.wait(timeout: rest == nil ? .distantFuture : .now() + .nanoseconds(Int(wait / .nanoseconds(1))))
        }
    }
}

/// Who is to be rung when. Some thirty at a time, so the next one is found by looking at all.
struct AlarmList {
    struct Entry: Hashable { fileprivate let number: UInt64 }
    /// Long waits end together with others, up to this much later: ten services that look each second wake the machine
    /// once and not ten times.
    static let grain: Duration = .milliseconds(50)
    /// Whoever waits for less wants it exact.
    static let coarseFrom: Duration = .milliseconds(500)

    private var entries: [Entry: (at: Duration, ring: @Sendable () -> Void)] = [:]
    private var last: UInt64 = 0
    /// When the thread looks again without being told. nil: never.
    private var looksAt: Duration?

    /// - Returns: `isNext`: the thread would look too late for it.
    mutating func add(
        after span: Duration, at now: Duration, _ ring: @escaping @Sendable () -> Void
    ) -> (entry: Entry, isNext: Bool) {
        last += 1
        let entry = Entry(number: last)
        var at = now + span
        if span >= Self.coarseFrom {
            let grains = (at / Self.grain).rounded(.up)
            at = Self.grain * Int(grains)
        }
        entries[entry] = (at, ring)
        let isNext = looksAt.map { at < $0 } ?? true
        if isNext { looksAt = at }
        return (entry, isNext)
    }

    mutating func remove(_ entry: Entry) { entries[entry] = nil }

    mutating func takeDue(at now: Duration) -> [@Sendable () -> Void] {
        let due = entries.filter { $0.value.at <= now }.sorted { $0.value.at < $1.value.at }
        for entry in due { entries[entry.key] = nil }
        return due.map(\.value.ring)
    }

    /// How long nobody is due. nil: nobody waits.
    mutating func rest(at now: Duration) -> Duration? {
        looksAt = entries.values.map(\.at).min()
        return looksAt.map { max(.zero, $0 - now) }
    }
}
