import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// Whose turn it is among the runs of one lane.
extension Dispatcher {
    /// The runs of a lane in the order in which they are served, each with how many it may start.
    func turns(
        of work: LaneWork, _ state: LaneState, limit: Int, at now: Moment, _ batch: inout Batch
    ) throws -> [StartDemand.Turn] {
        var claims: [Sharing.Claim] = []
        var arms: [RunID: [RunTerms.Arm]] = [:]
        for run in work.runs {
            let id = run.run
            if let held = state.heldUntil[id], now < held {
                batch.wake(at: held)
                continue
            }
            if run.pending == 0, let waiting = run.nextWaiting, now < waiting {
                batch.wake(at: waiting)
                continue
            }
            guard !renewing.contains(run.revision), let entry = try book.entry(of: run.revision) else { continue }
            let quota = spreadQuota(run, entry.revision.campaign.schedule, limit: limit, at: now)
            guard quota.now > 0 else {
                batch.wake(at: quota.next)
                continue
            }
            claims.append(Self.claim(of: run, wants: quota.now))
            arms[id] = entry.terms.arms
        }
        return try Sharing.turns(claims, limit: limit, at: now).map { turn in
            let arms = arms[turn.run] ?? []
            let right = work.runs.first { $0.run == turn.run }?.right
            var offered = StartDemand.Turn(
                run: turn.run, limit: turn.limit, messages: arms.map(\.messages), prompts: arms.map(\.prompts),
                rivals: work.runs.count < 2 || right != nil
                    ? [] : try rivals(of: turn.run, in: work, state, at: now))
            offered.right = right
            return offered
        }
    }

    private static func claim(of run: LaneWork.RunWork, wants: Int = .max) -> Sharing.Claim {
        if let right = run.right { return claim(of: run, right, wants: wants) }
        return Sharing.Claim(
            run: run.run, priority: run.priority, start: run.start, validUntil: run.validUntil,
            served: run.passed, wants: wants)
    }

    /// What somebody waits for comes before every batch: who entered, who wrote, and whom a delay has brought to their
    /// moment. They do not age: what is late is stale.
    private static func claim(of run: LaneWork.RunWork, _ right: Trigger.Right, wants: Int) -> Sharing.Claim {
        let first =
            switch right {
            case .enter: 0
            case .reply: 10
            case .proactive: 20
            }
        return Sharing.Claim(
            run: run.run, category: .interactive, priority: first + run.priority, validUntil: .distantFuture,
            wants: wants)
    }

    /// The runs that come before `run` and may still start somebody today: a window that opens at eight in the evening is a
    /// claim on its people's day at ten in the morning, and one that opens after the run's end, or in the night, is none.
    private func rivals(of run: RunID, in work: LaneWork, _ state: LaneState, at now: Moment) throws -> [RunID] {
        guard let own = work.runs.first(where: { $0.run == run }) else { return [] }
        let zone = setup.account(work.lane.account)?.record.zone ?? .shanghai
        return try work.runs.filter { other in
            let dayEnd = min(PlatformDay(containing: now).next.start, other.validUntil)
            guard other.run != run, other.right == nil,
                other.pending > 0 || other.nextWaiting.map({ $0 < dayEnd }) ?? false,
                state.heldUntil[other.run].map({ $0 < dayEnd }) ?? true,
                Sharing.precedes(Self.claim(of: other), Self.claim(of: own), at: now)
            else { return false }
            guard let held = state.heldUntil[other.run], now < held else { return true }
            guard let entry = try book.entry(of: other.revision) else { return true }
            let facts = RunFacts(
                run: other.run, state: .running, isApproved: true, start: other.start, validUntil: other.validUntil)
            return setup.gate.nextStart(of: facts, entry.terms, zone: zone, at: now).map { $0 < dayEnd } ?? false
        }.map(\.run)
    }

    /// How many of a run may start now, and, where nobody may, when the next one may.
    private func spreadQuota(
        _ run: LaneWork.RunWork, _ schedule: Schedule, limit: Int, at now: Moment
    ) -> (now: Int, next: Moment?) {
        if run.isTest { return (limit, nil) }
        switch schedule.sendTime {
        case .soon, .best: return (limit, nil)
        case .spread:
            // Who waits was dealt out once: with nobody left to deal out, they go when they may.
            guard run.pending > 0 else { return (limit, nil) }
            let closing = min(run.validUntil, schedule.windowEnd(onDayOf: run.start, quiet: setup.limits.quiet))
            let due = Spread.due(total: run.planned, started: run.passed, from: run.start, to: closing, at: now)
            return (
                min(limit, due),
                Spread.nextDue(total: run.planned, started: run.passed, from: run.start, to: closing)
            )
        }
    }
}
