import Answers
import CampaignModel
import Ports
import SendingRules
import Words

/// What the other runs of its lane took from a run, read from what each started in every quarter of an hour.
struct LaneStory {
    let ledger: any LedgerReading
    let run: RunRecord
    let now: Moment

    private var end: Moment { min(now, run.validUntil, run.ended ?? .distantFuture) }

    /// Forecast against actual, quarter by quarter; nil when no forecast was kept.
    func comparison() throws -> ForecastComparison? {
        guard var forecast = try ledger.forecast(of: run.id) else { return nil }
        // It may have been called otherwise when the forecast was kept.
        forecast.account = run.accountName
        var quarters: [Int64: (forecast: Int, actual: Int)] = [:]
        for slot in forecast.sent {
            if let from = Moment(iso8601: slot.from) { quarters[from.quarter, default: (0, 0)].forecast += slot.people }
        }
        var started = 0
        for tally in try ledger.tallies(of: run.lane.account, from: run.began ?? run.start, to: now)
        where tally.run == run.id {
            quarters[tally.quarter, default: (0, 0)].actual += tally.people
            started += tally.people
        }
        return ForecastComparison(
            forecast: forecast,
            quarters: quarters.sorted { $0.key < $1.key }.map {
                .init(from: Moment(quarter: $0.key).iso8601, forecast: $0.value.forecast, actual: $0.value.actual)
            }, started: started)
    }

    /// "lost 312 slots to run Y", and whose contact of the day belongs to another run.
    func sharing() throws -> [Sentence] {
        // An answer takes nothing of the account's day: it has none to give, and waits for none.
        guard let began = run.began, run.lane.channel != .reply else { return [] }
        let sum = try ledger.sum(of: run.id)
        let unserved = sum.pending + sum.waitingTotal + (sum.skipped[.expired] ?? 0)
        var sentences = try ledger.contests(of: run.id).map { Catalogue.Forecast.yielded($0.people, to: $0.winner) }
        guard unserved > 0, began < end else { return sentences }
        var runs: [RunID: RunRecord] = [:]
        var taken: [RunID: Int] = [:]
        for tally in try ledger.tallies(of: run.lane.account, from: max(began, run.start), to: end)
        where tally.run != run.id {
            // Who comes first is asked for the quarter in which the slot was taken: waiting raises a run day by day.
            let other = try runs[tally.run] ?? ledger.runRecord(tally.run)
            runs[tally.run] = other
            guard Sharing.precedes(Self.claim(other), Self.claim(run), at: Moment(quarter: tally.quarter))
            else { continue }
            taken[tally.run, default: 0] += tally.people
        }
        let losses = SharingLosses.losses(
            unserved: unserved,
            taken: taken.sorted { $0.key < $1.key }.map { .init(run: $0.key, people: $0.value) })
        sentences = losses.map { Catalogue.Forecast.lost($0.people, to: runs[$0.run]?.name ?? "?") } + sentences
        return sentences
    }

    /// The run that comes first on this lane, still has the same person before it, and can still write to them today.
    func rival(for openID: String, by gate: Gate, at: Moment, now: Moment) throws -> String? {
        let dayEnd = PlatformDay(containing: at).next.start
        for other in try ledger.liveRuns(on: run.lane)
        where other.id != run.id && other.state == .running
            && Sharing.precedes(Self.claim(other), Self.claim(run), at: at)
        {
            let facts = RunFacts(
                run: other.id, state: .running, isApproved: true, start: other.start, validUntil: other.validUntil)
            let revision = try ledger.revisionRecord(other.revision)
            let terms = RunTerms(revision.campaign, owners: revision.owners)
            let zone = try ledger.laneFacts(other.lane.account, at: at).zone
            guard let next = gate.nextStart(of: facts, terms, zone: zone, at: at), next < dayEnd else { continue }
            let person = try ledger.person(PersonQuestion(run: other.id, openID: openID, at: at, now: now))
            switch person?.place {
            case .pending, .waiting: return other.name
            case .holdout, .skipped, .attempted, .notInRun, .listed, .leftOut, nil: continue
            }
        }
        return nil
    }

    private static func claim(_ run: RunRecord) -> Sharing.Claim {
        Sharing.Claim(run: run.id, priority: run.priority, start: run.start, validUntil: run.validUntil)
    }
}
