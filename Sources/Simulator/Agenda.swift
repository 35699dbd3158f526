import CampaignModel

/// What is going to happen, by the truth. Equal moments keep the order in which they were entered.
struct Agenda<Event> {
    private struct Entry {
        let at: Moment
        let order: Int
        let event: Event
        func isBefore(_ other: Entry) -> Bool { (at, order) < (other.at, other.order) }
    }
    /// A binary heap.
    private var entries: [Entry] = []
    private var entered = 0

    var next: Moment? { entries.first?.at }
    var isEmpty: Bool { entries.isEmpty }

    mutating func enter(_ event: Event, at moment: Moment) {
        entered += 1
        entries.append(Entry(at: moment, order: entered, event: event))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// The first event that is due at `now`.
    mutating func take(dueAt now: Moment) -> Event? {
        guard let first = entries.first, first.at <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first.event
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].isBefore(entries[smallest]) { smallest = child }
            }
            guard smallest != parent else { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
