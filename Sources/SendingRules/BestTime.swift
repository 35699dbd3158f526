import CampaignModel

/// `send_time: best`: the quarter of an hour of the day in which a person is likely to look, from their own history, else
/// from the account's, else the platform's lively evening, 20:00–22:00 (`rules.md`, best hours).
package enum BestTime {
    package static let slotsInDay = 96
    /// With fewer signs than these, chance speaks louder than habit.
    package static let ownSeenMin = 5
    package static let accountSeenMin = 100
    /// 20:00 up to 22:00.
    package static let evening = 80..<88

    package enum Source: String, Sendable, Codable { case own, account, evening }

    /// How often somebody was seen in each quarter of the day, Shanghai's wall.
    package struct Histogram: Sendable, Equatable {
        package private(set) var seen: [Int]
        package private(set) var total = 0

        package init() { seen = Array(repeating: 0, count: BestTime.slotsInDay) }

        package mutating func add(slot: Int, _ count: Int = 1) {
            seen[slot] += count
            total += count
        }

        /// Neighbours speak for each other, and midnight has neighbours on both sides: a triangle of an hour and a quarter.
        /// Without it a person who looks between 20:10 and 20:20 would be two rare people.
        func weight(_ slot: Int) -> Int {
            zip(-2...2, [1, 2, 3, 2, 1]).reduce(0) { sum, part in
                sum + part.1 * seen[(slot + part.0 + BestTime.slotsInDay) % BestTime.slotsInDay]
            }
        }
    }

    /// The slot in which a moment lies.
    package static func slot(of moment: Moment) -> Int { Int(moment.shanghaiTimeOfDay / Moment.millisecondsInQuarter) }

    /// - Parameters:
    ///   - key: spreads people without any history evenly over the evening; of the person, not of chance.
    ///   - open: the slots of a day in which the run may send at all; never empty for a run that can send.
    /// - Returns: nil when no slot is open.
    package static func slot(
        own: Histogram?, account: Histogram?, key: UInt64, open: [Int]
    ) -> (slot: Int, source: Source)? {
        guard !open.isEmpty else { return nil }
        if let own, own.total >= ownSeenMin, let best = liveliest(own, open) { return (best, .own) }
        if let account, account.total >= accountSeenMin, let best = liveliest(account, open) { return (best, .account) }
        let evening = open.filter { Self.evening.contains($0) }
        let choice = evening.isEmpty ? open : evening
        return (choice[Int(key % UInt64(choice.count))], .evening)
    }

    /// The earliest of the slots that weigh most; nil when nobody was ever seen in or beside an open one.
    private static func liveliest(_ histogram: Histogram, _ open: [Int]) -> Int? {
        var best: (slot: Int, weight: Int)?
        for slot in open.sorted() {
            let weight = histogram.weight(slot)
            if weight > best?.weight ?? 0 { best = (slot, weight) }
        }
        return best?.slot
    }

    /// The slots in which a run may send: outside the quiet hours, inside its own window.
    /// - Parameter day: any moment of the day that is asked about, for zones with clock changes.
    package static func openSlots(window: DayWindow?, zone: Zone, quiet: DayWindow, on day: Moment) -> [Int] {
        let midnight = PlatformDay(containing: day).start
        return (0..<slotsInDay).filter { slot in
            let first = midnight + .minutes(Int64(slot) * 15)
            guard !quiet.contains(millisecondOfDay: first.shanghaiTimeOfDay) else { return false }
            return window.map { SendWindow.opening(of: $0, zone: zone, at: first) == nil } ?? true
        }
    }
}
