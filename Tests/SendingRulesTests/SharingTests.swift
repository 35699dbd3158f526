import CampaignModel
import SendingRules
import Testing

@Suite("Sharing a day: category, priority, deadline, fair share")
struct DaySharingTests {
    private static let now = shanghai("2026-11-20 12:00")

    private func claim(
        _ run: Int64, _ priority: Int = 5, category: Sharing.Category = .marketing, days: Int64 = 0,
        until: String = "2026-11-21", served: Int = 0, wants: Int = .max
    ) -> Sharing.Claim {
        Sharing.Claim(
            run: RunID(rawValue: run), category: category, priority: priority, start: Self.now - .days(days),
            validUntil: shanghai(until), served: served, wants: wants)
    }

    private func order(_ claims: [Sharing.Claim]) -> [Int64] {
        Sharing.order(claims, at: Self.now).map(\.rawValue)
    }

    private func turns(_ claims: [Sharing.Claim], _ limit: Int) -> [[Int]] {
        Sharing.turns(claims, limit: limit, at: Self.now).map { [Int($0.run.rawValue), $0.limit] }
    }

    @Test("category decides before priority, priority before deadline, deadline before age")
    func ranks() {
        #expect(
            order([claim(1, 1), claim(2, 9, category: .system), claim(3, 5, category: .interactive)]) == [2, 3, 1])
        #expect(order([claim(1, 5, until: "2026-11-21"), claim(2, 4, until: "2026-12-31")]) == [2, 1])
        #expect(order([claim(1, until: "2026-11-22"), claim(2, until: "2026-11-21"), claim(3)]) == [2, 3, 1])
    }

    @Test("runs that are equal share evenly, the one that was served least takes the odd slot")
    func fairShare() {
        #expect(turns([claim(1), claim(2)], 10) == [[1, 5], [2, 5], [1, 5], [2, 5]])
        #expect(turns([claim(1, served: 9), claim(2, served: 8)], 1) == [[2, 1], [1, 1]])
        #expect(turns([claim(1, served: 8), claim(2, served: 8)], 3) == [[1, 2], [2, 1], [1, 1], [2, 2]])
        #expect(turns([claim(1, wants: 2), claim(2)], 10) == [[1, 2], [2, 5], [2, 5]])
        #expect(turns([claim(1, 4), claim(2), claim(3)], 4) == [[1, 4], [2, 2], [3, 2], [2, 2], [3, 2]])
        #expect(turns([claim(1, wants: 0)], 4).isEmpty)
    }

    @Test("each whole day of waiting raises a run by one, within its category and never out of it")
    func ageing() {
        #expect(order([claim(1, 5), claim(2, 9, days: 3)]) == [1, 2])
        #expect(order([claim(1, 5), claim(2, 9, days: 5)]) == [2, 1])
        #expect(order([claim(1, 9, category: .interactive), claim(2, 1, days: 300)]) == [1, 2])
    }

    @Test("nobody starves: a stream of first-class runs that fills every day holds the last one back nine days at most")
    func nobodyStarves() {
        let start = shanghai("2026-11-20 08:00")
        let last = Sharing.Claim(run: RunID(rawValue: 1), priority: 9, start: start, validUntil: .distantFuture)
        var served: Int64?
        for day in Int64(0)..<20 where served == nil {
            let now = start + .days(day)
            let fresh = Sharing.Claim(
                run: RunID(rawValue: 100 + day), priority: 1, start: now, validUntil: now + .hours(14))
            // One slot a day, and a new run of the first priority every morning.
            if Sharing.turns([fresh, last], limit: 1, at: now).first?.run == last.run { served = day }
        }
        #expect(served == 9)
    }

    @Test("the order of the runs as given never matters")
    func deterministic() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let claims = (1...6).map { run in
                claim(
                    Int64(run), Int.random(in: 1...3, using: &generator),
                    days: Int64.random(in: 0...2, using: &generator),
                    served: Int.random(in: 0...2, using: &generator))
            }
            let limit = Int.random(in: 1...20, using: &generator)
            let shuffled = claims.shuffled(using: &generator)
            #expect(turns(claims, limit) == turns(shuffled, limit))
        }
    }

    @Test("a loss is divided by what each took, adds up, and is no larger than what was lacked")
    func losses() {
        func lost(_ unserved: Int, _ taken: [Int]) -> [[Int]] {
            SharingLosses.losses(
                unserved: unserved,
                taken: taken.enumerated().map { .init(run: RunID(rawValue: Int64($0.offset + 1)), people: $0.element) }
            ).map { [Int($0.run.rawValue), $0.people] }
        }
        #expect(lost(312, [312]) == [[1, 312]])
        #expect(lost(1000, [300, 12]) == [[1, 300], [2, 12]])
        #expect(lost(10, [100, 100, 100]) == [[1, 4], [2, 3], [3, 3]])
        #expect(lost(0, [5]).isEmpty && lost(5, []).isEmpty && lost(5, [0]).isEmpty)
        for unserved in 1...40 {
            let parts = lost(unserved, [7, 11, 13, 2])
            #expect(parts.reduce(0) { $0 + $1[1] } == min(unserved, 33))
        }
    }
}

@Suite("Best time: each person's quarter of an hour")
struct BestTimeTests {
    private static let day = shanghai("2026-11-20 12:00")
    private static let open = BestTime.openSlots(
        window: nil, zone: .shanghai, quiet: RuleLimits().quiet, on: day)

    @Test("open are the quarters outside the night and inside the window, to the quarter")
    func openSlots() {
        #expect(Self.open == Array(32..<88))
        #expect(
            BestTime.openSlots(
                window: DayWindow(fromMinute: 20 * 60, toMinute: 23 * 60), zone: .shanghai, quiet: RuleLimits().quiet,
                on: Self.day) == Array(80..<88))
    }

    @Test("own history before the account's, the account's before the evening, and chance is not habit")
    func sources() throws {
        var own = BestTime.Histogram()
        own.add(slot: 40, BestTime.ownSeenMin - 1)
        var account = BestTime.Histogram()
        account.add(slot: 60, BestTime.accountSeenMin)
        func best(_ own: BestTime.Histogram?, _ account: BestTime.Histogram?) -> [String] {
            BestTime.slot(own: own, account: account, key: 3, open: Self.open).map {
                ["\($0.slot)", $0.source.rawValue]
            } ?? []
        }
        #expect(best(own, account) == ["60", "account"])
        own.add(slot: 40)
        #expect(best(own, account) == ["40", "own"])
        #expect(best(nil, nil) == ["83", "evening"])
        #expect(BestTime.slot(own: own, account: account, key: 0, open: []) == nil)
        // Only ever seen at three in the morning: nothing to learn from that for the day.
        var night = BestTime.Histogram()
        night.add(slot: 12, 50)
        #expect(best(night, nil) == ["83", "evening"])
    }

    @Test("without any history people are spread over the whole evening")
    func evening() {
        let slots = (0..<800).compactMap {
            BestTime.slot(own: nil, account: nil, key: UInt64($0), open: Self.open)?.slot
        }
        for slot in BestTime.evening { #expect(slots.count { $0 == slot } == 100) }
    }

    @Test("of people whose true hour is known, nineteen in twenty are found within a quarter of an hour")
    func syntheticPeople() {
        var generator = SeededGenerator(seed: 11)
        var found = 0
        let people = 400
        for _ in 0..<people {
            let truth = Int.random(in: 34..<86, using: &generator)
            var own = BestTime.Histogram()
            for _ in 0..<40 {
                // One sign in ten comes at any time of the day; the others within some twenty minutes of the true one.
                let isNoise = Int.random(in: 0..<10, using: &generator) == 0
                let minutes = (0..<3).reduce(0) { sum, _ in sum + Int.random(in: -11...11, using: &generator) }
                let minute = isNoise ? Int.random(in: 0..<1440, using: &generator) : truth * 15 + 7 + minutes
                own.add(slot: minute / 15)
            }
            let slot = BestTime.slot(own: own, account: nil, key: 0, open: Self.open)?.slot ?? -9
            if abs(slot - truth) <= 1 { found += 1 }
        }
        #expect(found * 20 >= people * 19, "\(found) of \(people)")
    }
}
