import CampaignModel

/// How the slots of one moment are shared among the runs of a lane: by category, then priority, then deadline, then fair
/// share. A function of the runs and the day alone, so that everybody can compute why a run comes before another.
///
/// Nobody starves: each whole platform day that a run has been waiting since its start raises it by one priority, within its
/// category. Whatever is dropped later, only finitely many runs can ever come before it. (The refused alternative, a
/// reserved part of each moment for the low ones, makes every high run slower every day for a case that is rare.)
package enum Sharing {
    /// Row 22 of `rules.md`: a lower category never delays a higher one, however long it has waited.
    package enum Category: Int, Sendable, Comparable, CaseIterable {
        case system = 1
        case interactive = 2
        case marketing = 3
        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    package struct Claim: Sendable, Equatable {
        package var run: RunID
        package var category: Category
        /// 1 first … 9 last, as written in the file.
        package var priority: Int
        package var start: Moment
        package var validUntil: Moment
        /// Of the run's people, how many were started. Decides only among runs that are equal in everything else.
        package var served: Int
        /// How many it could use now.
        package var wants: Int

        package init(
            run: RunID, category: Category = .marketing, priority: Int, start: Moment = .distantFuture,
            validUntil: Moment, served: Int = 0, wants: Int = .max
        ) {
            (self.run, self.category, self.priority, self.start) = (run, category, priority, start)
            (self.validUntil, self.served, self.wants) = (validUntil, served, wants)
        }

        /// What the run counts as at `now`: its priority, less one for each whole day since the day of its start.
        package func priority(at now: Moment) -> Int {
            guard start <= now else { return priority }
            return priority - Int(PlatformDay(containing: now).number - PlatformDay(containing: start).number)
        }

        fileprivate func rank(at now: Moment) -> Rank {
            Rank(category: category, priority: priority(at: now), validUntil: validUntil)
        }
    }

    fileprivate struct Rank: Comparable {
        var category: Category
        var priority: Int
        var validUntil: Moment
        static func < (left: Rank, right: Rank) -> Bool {
            (left.category, left.priority, left.validUntil) < (right.category, right.priority, right.validUntil)
        }
    }

    /// Who comes first when both want the same thing: a person whom two runs may write to today, say. The age of the run
    /// decides among equals, because how much each was served changes from one second to the next.
    package static func precedes(_ left: Claim, _ right: Claim, at now: Moment) -> Bool {
        let (first, second) = (left.rank(at: now), right.rank(at: now))
        return first == second ? left.run < right.run : first < second
    }

    package static func order(_ claims: [Claim], at now: Moment) -> [RunID] {
        claims.sorted { precedes($0, $1, at: now) }.map(\.run)
    }

    /// One turn of a run in serving a moment.
    package struct Turn: Sendable, Equatable {
        package var run: RunID
        package var limit: Int
        package init(run: RunID, limit: Int) { (self.run, self.limit) = (run, limit) }
    }

    /// The turns in which `limit` slots are offered. A run of its own rank is offered all that is left when it comes; runs
    /// of equal rank share evenly, whoever was served least first, and then again for what the others did not use.
    package static func turns(_ claims: [Claim], limit: Int, at now: Moment) -> [Turn] {
        let sorted = claims.filter { $0.wants > 0 }.sorted { precedes($0, $1, at: now) }
        var turns: [Turn] = []
        var from = sorted.startIndex
        while from < sorted.endIndex {
            let rank = sorted[from].rank(at: now)
            let to = sorted[from...].firstIndex { $0.rank(at: now) != rank } ?? sorted.endIndex
            turns += evenly(Array(sorted[from..<to]), limit: limit)
            from = to
        }
        return turns
    }

    private static let roundSize = 10

    private static func evenly(_ equals: [Claim], limit: Int) -> [Turn] {
        guard equals.count > 1 else { return equals.map { Turn(run: $0.run, limit: min($0.wants, limit)) } }
        let poorest = equals.sorted { ($0.served, $0.run) < ($1.served, $1.run) }
        let (each, rest) = limit.quotientAndRemainder(dividingBy: poorest.count)
        let first = poorest.enumerated().map { index, claim in
            Turn(run: claim.run, limit: min(claim.wants, each + (index < rest ? 1 : 0)))
        }
        // In rounds of a few: the lane may close in the middle, and then the last one must not have had the least.
        var rounds: [Turn] = []
        var left = first
        while left.contains(where: { $0.limit > 0 }) {
            for index in left.indices where left[index].limit > 0 {
                let now = min(left[index].limit, Self.roundSize)
                rounds.append(Turn(run: left[index].run, limit: now))
                left[index].limit -= now
            }
        }
        let again = zip(poorest, first).map { claim, turn in
            Turn(run: claim.run, limit: min(claim.wants, limit) - turn.limit)
        }
        return rounds + again.filter { $0.limit > 0 }
    }
}

/// Which runs took the slots that another one waited for.
package enum SharingLosses {
    package struct Taken: Sendable, Equatable {
        package var run: RunID
        package var people: Int
        package init(run: RunID, people: Int) { (self.run, self.people) = (run, people) }
    }

    /// A run lost no more slots than it had people left who could have used them. Where the others took more than that,
    /// the loss is divided by what each took, by largest remainder, so that the parts add up.
    ///
    /// - Parameters:
    ///   - unserved: people who could have been written to and were not.
    ///   - taken: what the runs that come before it started while it was ready.
    /// - Returns: the largest loss first.
    package static func losses(unserved: Int, taken: [Taken]) -> [Taken] {
        let taken = taken.filter { $0.people > 0 }.sorted { ($1.people, $0.run) < ($0.people, $1.run) }
        let total = taken.reduce(0) { $0 + $1.people }
        guard unserved > 0, total > unserved else { return unserved > 0 ? taken : [] }
        var losses = taken.map { Taken(run: $0.run, people: $0.people * unserved / total) }
        let missing = unserved - losses.reduce(0) { $0 + $1.people }
        let byRemainder = taken.indices.sorted { left, right in
            let (a, b) = (taken[left].people * unserved % total, taken[right].people * unserved % total)
            return a == b ? left < right : a > b
        }
        for index in byRemainder.prefix(missing) { losses[index].people += 1 }
        return losses.filter { $0.people > 0 }
    }
}
