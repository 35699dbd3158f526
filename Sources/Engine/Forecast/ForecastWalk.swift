import CampaignModel
import Ports
import SendingRules

/// A forecast in the making. It asks nobody anything from its asks on, so that it can be left after every piece and taken
/// up again whenever somebody has time for it, and says the same in the end.
package struct ForecastWalk {
    package enum Piece: Sendable {
        /// There is more.
        case step
        /// What becomes of one of the asks.
        case answer(ask: Int, RunForecast)
    }

    private let limits: RuleLimits
    private let clock: ClockFacts
    private let start: Moment
    private let watched: ((Forecaster.Contact) -> Void)?
    /// The people go over to the lanes as those are opened.
    private var asks: [Forecaster.Ask]
    private var contacts: [AppID: [Forecaster.Met]]
    /// Apps that nobody has begun with, the last one first.
    private var apps: [(app: AppID, asks: [Int])]
    private var current: AppWalk?

    init(
        limits: RuleLimits, clock: ClockFacts, asks: [Forecaster.Ask], contacts: [AppID: [Forecaster.Met]],
        from start: Moment, watched: ((Forecaster.Contact) -> Void)?
    ) {
        self.limits = limits
        self.clock = clock
        self.start = start
        self.watched = watched
        self.contacts = contacts
        apps = Dictionary(grouping: asks.indices) { asks[$0].app }.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        self.asks = asks
    }

    /// One piece: a lane opened, a step of one lane, or an answer. nil: everything is told.
    package mutating func next() -> Piece? {
        if current == nil {
            guard let next = apps.popLast() else { return nil }
            let today = PlatformDay(containing: start)
            var book = ContactBook(countsWeek: limits.contactsPerWeek != nil, day: today)
            for index in next.asks {
                book.know(asks[index].contactDays)
                book.know(asks[index].prompts)
            }
            book.watched = watched
            for met in contacts.removeValue(forKey: next.app) ?? [] { book.note(met.key, by: met.account, on: today) }
            current = AppWalk(gate: Gate(limits: limits, clock: clock), asks, next.asks, book, from: start)
            return .step
        }
        if current?.open(&asks) == true || current?.step() == true { return .step }
        if let (ask, forecast) = current?.answer(limits: limits, clock: clock) {
            return .answer(ask: ask, forecast)
        }
        current = nil
        return .step
    }
}

/// The lanes of one app are walked together, because a person whom one account has written to today is not written to by
/// another.
private struct AppWalk {
    private let gate: Gate
    private let start: Moment
    /// The asks of each lane that is not open, by account; the last lane first.
    private var closed: [[Int]]
    private var lanes: [LaneWalk] = []
    private var book: ContactBook
    private var queue = WakeQueue()
    /// Whose answer comes next.
    private var told = (lane: 0, run: 0)

    init(gate: Gate, _ asks: [Forecaster.Ask], _ indices: [Int], _ book: ContactBook, from start: Moment) {
        self.gate = gate
        self.start = start
        self.book = book
        closed = Dictionary(grouping: indices) { asks[$0].lane.account }.sorted { $0.key > $1.key }.map(\.value)
    }

    /// - Returns: false when all lanes are open.
    mutating func open(_ asks: inout [Forecaster.Ask]) -> Bool {
        guard let indices = closed.popLast() else { return false }
        let lane = LaneWalk(gate: gate, asks: indices.map { ($0, asks[$0]) }, from: start)
        for index in indices { asks[index].forgetPeople() }
        queue.append((start, lanes.count))
        lanes.append(lane)
        return true
    }

    /// The lane whose moment is the earliest takes the next step; of two at the same moment the one that comes first.
    /// - Returns: false when no lane has anything left to do.
    mutating func step() -> Bool {
        guard let (moment, index) = queue.first else { return false }
        if let next = lanes[index].step(&book, at: moment) {
            queue.replaceFirst(with: (max(next, moment), index))
        } else {
            queue.removeFirst()
        }
        return true
    }

    mutating func answer(limits: RuleLimits, clock: ClockFacts) -> (ask: Int, RunForecast)? {
        while told.lane < lanes.count, told.run == lanes[told.lane].runCount { told = (told.lane + 1, 0) }
        guard told.lane < lanes.count else { return nil }
        defer { told.run += 1 }
        return lanes[told.lane].answer(of: told.run, limits: limits, clock: clock, from: start)
    }
}

/// The earliest of some moments: a binary heap, because two hundred lanes take a million steps.
private struct WakeQueue {
    private var heap: [(moment: Moment, index: Int)] = []

    var first: (moment: Moment, index: Int)? { heap.first }

    /// Not before any other.
    mutating func append(_ entry: (Moment, Int)) { heap.append((moment: entry.0, index: entry.1)) }

    mutating func replaceFirst(with entry: (Moment, Int)) {
        heap[0] = entry
        sink()
    }

    mutating func removeFirst() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        sink()
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && comes(child, before: least) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func comes(_ left: Int, before right: Int) -> Bool {
        (heap[left].moment, heap[left].index) < (heap[right].moment, heap[right].index)
    }
}
