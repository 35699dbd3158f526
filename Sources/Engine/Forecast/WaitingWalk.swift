import CampaignModel
import Ports
import SendingRules

/// The people of a run who wait, in the order of the start transaction: by when they are due, then by their number.
struct WaitingWalk {
    private struct Entry {
        var person: Forecaster.Person
        var reason: Reason
    }
    /// Everybody who is due at one moment. Most wait for the same midnight.
    private struct Group {
        var until: Moment
        /// Last first once they are sorted, so that taking one costs nothing.
        var entries: [Entry]
        var isSorted: Bool
    }
    /// Earliest first.
    private var groups: [Group] = []
    private(set) var count = 0

    var isEmpty: Bool { groups.isEmpty }
    var next: Moment? { groups.first?.until }
    func isDue(at now: Moment) -> Bool { next.map { $0 <= now } ?? false }

    mutating func add(_ person: Forecaster.Person, until: Moment, _ reason: Reason) {
        count += 1
        // From the end: who is put off waits longer than nearly everybody.
        let before = groups.lastIndex { $0.until <= until }
        if let before, groups[before].until == until {
            groups[before].entries.append(Entry(person: person, reason: reason))
            groups[before].isSorted = false
        } else {
            groups.insert(
                Group(until: until, entries: [Entry(person: person, reason: reason)], isSorted: true),
                at: before.map { $0 + 1 } ?? 0)
        }
    }

    mutating func take(at now: Moment) -> (person: Forecaster.Person, until: Moment, reason: Reason)? {
        guard isDue(at: now) else { return nil }
        if !groups[0].isSorted {
            groups[0].entries.sort { Self.number($0.person) > Self.number($1.person) }
            groups[0].isSorted = true
        }
        let entry = groups[0].entries.removeLast()
        let until = groups[0].until
        if groups[0].entries.isEmpty { groups.removeFirst() }
        count -= 1
        return (entry.person, until, entry.reason)
    }

    /// Whom the ledger has never seen gets a number behind all others, in the order of the files.
    private static func number(_ person: Forecaster.Person) -> Int64 {
        person.key >= 0 ? Int64(person.key) : Int64(Int32.max) - Int64(person.key)
    }

    var counts: [(reason: Reason, count: Int)] {
        var counts: [Reason: Int] = [:]
        for group in groups { for entry in group.entries { counts[entry.reason, default: 0] += 1 } }
        return counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { (reason: $0.key, count: $0.value) }
    }
}
