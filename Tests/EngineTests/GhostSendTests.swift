import CampaignModel
import Experiments
import GRDB
import Ports
import SendingRules
import Testing
import Words

@testable import Engine

@Suite("People who are held out")
struct GhostSendTests {
    private static var wide: RuleLimits {
        var limits = RuleLimits()
        limits.usersPerDay = 100_000
        limits.batchMessagesPerDay = 100_000
        return limits
    }
    private let openIDs = (0..<400).map { "_000person\($0)" }

    private func campaign(_ world: EngineWorld, _ id: String = "sale", holdout: Int = 2500) -> Campaign {
        var campaign = world.campaign(id)
        campaign.holdout = Share(tenThousandths: holdout)
        return campaign
    }

    private func planned(_ campaign: Campaign, _ people: [String], _ world: EngineWorld) async throws -> RunRecord {
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    private func serve(_ world: EngineWorld, seconds: Int = 12) async throws {
        for _ in 0..<seconds {
            world.clock.set(world.now + .seconds(1))
            try await world.serve(rounds: 20)
        }
    }

    private struct Held: Equatable {
        var sent: Moment?
        var until: Moment?
        var reason: Reason?
    }

    private func held(_ run: RunRecord, _ openID: String, _ world: EngineWorld) throws -> Held {
        try world.read { db in
            let row = try #require(
                try Row.fetchOne(
                    db,
                    sql: """
                        SELECT h.* FROM holdout h JOIN recipient r ON r.id = h.recipient WHERE h.run = ? AND r.open_id = ?
                        """, arguments: [run.id.rawValue, openID]))
            return Held(
                sent: (row["sent"] as Int64?).map { Moment(milliseconds: $0) },
                until: (row["until"] as Int64?).map { Moment(milliseconds: $0) },
                reason: (row["reason"] as Int?).flatMap { Reason(rawValue: $0) })
        }
    }

    private func happens(
        _ kind: EventKind, _ openID: String, _ world: EngineWorld, at: Moment, amount: Int64? = nil, again: Bool = false
    ) throws {
        let word = EventWord(
            identity: Array("\(kind.code) \(openID) \(at.milliseconds)".utf8), kind: kind, app: world.account().app,
            account: kind == .ordered ? nil : world.account().id, openID: openID, at: at, amount: amount,
            source: .callback)
        _ = try world.ledger.apply(
            EvidenceDemand(
                now: max(at, world.now), term: world.setup.term,
                evidence: again ? [.event(word), .event(word)] : [.event(word)]))
    }

    private func pretended(_ run: RunRecord, _ conversion: Conversion, _ world: EngineWorld) throws -> Int {
        try world.ledger.results(of: run.id)[-1]?[conversion]?.people ?? 0
    }

    @Test("have the moment at which their turn comes, between those before and behind them, and it costs nothing")
    func moments() async throws {
        let world = try await EngineWorld(pace: "40/s,burst=40", limits: Self.wide)
        try world.authorize(openIDs)
        let campaign = campaign(world)
        let run = try await planned(campaign, openIDs, world)
        let draw = Assignment(campaign)
        let out = openIDs.filter { draw.isHeldOut($0) }
        try await serve(world)
        let sum = try world.sum(run)
        #expect(sum.accepted == openIDs.count - out.count && sum.holdout == out.count && sum.holds)
        #expect(try world.ledger.ghosts(of: run.id).sent == out.count)
        // In the list's order each stands between the true moments of its neighbours.
        var last = Moment(milliseconds: 0)
        for openID in openIDs {
            let moment =
                draw.isHeldOut(openID)
                ? try #require(try held(run, openID, world).sent)
                : try #require(try world.place(run, openID).attempts.first).started
            #expect(moment >= last, "\(openID)")
            last = moment
        }
        #expect(try #require(try held(run, out[0], world).sent) < (try #require(try held(run, out.last!, world).sent)))
        for openID in out {
            let place = try world.place(run, openID)
            #expect(place.place == .holdout && place.attempts.isEmpty && place.contactsToday.isEmpty)
        }
        let facts = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(facts.people == sum.accepted && facts.messages == sum.accepted)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .finished)
        try world.check()
    }

    @Test("take no place in a cap: whoever is written to is as many as without them")
    func noCap() async throws {
        var limits = RuleLimits()
        limits.usersPerDay = 100
        limits.batchMessagesPerDay = 100_000
        let world = try await EngineWorld(limits: limits)
        try world.authorize(openIDs)
        let run = try await planned(campaign(world), openIDs, world)
        try await serve(world)
        let sum = try world.sum(run)
        let today = try world.ledger.ghosts(of: run.id).sent
        #expect(sum.accepted == 100 && today > 20 && today < 50)
        // The closed lane judges nobody, and those who are held out neither.
        try await serve(world)
        #expect(try world.ledger.ghosts(of: run.id).sent == today)
        world.clock.set(world.now + .days(1))
        try world.authorize(openIDs)
        try await world.grantTokens("tomorrow")
        try await serve(world)
        #expect(try world.ledger.ghosts(of: run.id).sent > today + 20)
        try world.check()
    }

    @Test("are left out, put off and asked about by the same rules")
    func sameRules() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let campaign = campaign(world)
        let out = openIDs.filter { Assignment(campaign).isHeldOut($0) }
        try world.authorize(openIDs.filter { $0 != out[0] && $0 != out[1] })
        let other = try world.run("other", [out[2]])
        try await serve(world)
        #expect(try world.sum(other).accepted == 1)
        try world.ledger.list(
            ListDemand(
                now: world.now, term: world.setup.term, act: .deny, app: world.account().app, account: nil,
                openIDs: [out[3]], person: "operator"))
        let run = try await planned(campaign, openIDs, world)
        try await serve(world)
        #expect(try held(run, out[3], world).reason == .denied)
        let later = try held(run, out[2], world)
        #expect(later.reason == .alreadyContactedToday && later.sent == nil && later.until != nil)
        // Of those without evidence somebody asks the platform, and its no is a no.
        let asked = try held(run, out[0], world)
        #expect(asked.sent == nil && asked.reason == .consentCheck)
        #expect(try world.ledger.consentQuestions(limit: 10, at: world.now).map(\.openID).contains(out[0]))
        #expect(try world.ledger.ghosts(of: run.id).sent == out.count - 4)
        #expect(try world.ledger.ghosts(of: run.id).leftOut == [.denied: 1])
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .finished)
        // What a rule had put off beyond the run's end would never have been.
        #expect(try world.ledger.ghosts(of: run.id).leftOut.values.reduce(0, +) == 4)
        #expect(try held(run, out[2], world) == Held(sent: nil, until: nil, reason: .alreadyContactedToday))
        try world.check()
    }

    @Test("count what they do from that moment on, in the window, once, and only if nothing reached them later")
    func attribution() async throws {
        let world = try await EngineWorld(pace: "40/s,burst=40", limits: Self.wide)
        try world.authorize(openIDs)
        let campaign = campaign(world)
        let run = try await planned(campaign, openIDs, world)
        let out = openIDs.filter { Assignment(campaign).isHeldOut($0) }
        try await serve(world)
        let moment = try #require(try held(run, out[9], world).sent)
        try happens(.replied, out[9], world, at: moment - .minutes(5))
        #expect(try pretended(run, .replied, world) == 0)
        try happens(.replied, out[9], world, at: moment + .minutes(5), again: true)
        try happens(.replied, out[9], world, at: moment + .minutes(6))
        try happens(.replied, out[9], world, at: moment + .hours(25))
        #expect(try world.ledger.results(of: run.id)[-1]?[.replied] == ResultCount(people: 1, events: 2, amount: 0))
        try happens(.ordered, out[9], world, at: moment + .days(6), amount: 500)
        try happens(.ordered, out[9], world, at: moment + .days(8), amount: 900)
        #expect(try world.ledger.results(of: run.id)[-1]?[.ordered] == ResultCount(people: 1, events: 1, amount: 500))
        // Another campaign writes to them afterwards: what follows is the other one's, and was so without the holdout.
        world.clock.set(world.now + .days(1))
        try await world.grantTokens("tomorrow")
        let other = try world.run("other", [out[10]])
        world.clock.set(world.now + .seconds(1))
        try await world.serve(.json("", status: 500))
        try happens(.ordered, out[10], world, at: world.now + .minutes(1), amount: 100)
        #expect(try world.ledger.results(of: other.id)[0]?[.ordered]?.people == 1)
        #expect(try pretended(run, .ordered, world) == 1)
        // The true contact turns out never to have been made: then it is theirs.
        _ = try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.setup.term, run: other.id, openID: out[10], accepted: false, person: "o"))
        #expect(try world.ledger.results(of: other.id)[0]?[.ordered]?.people == 0)
        #expect(try pretended(run, .ordered, world) == 2)
        try world.check()
    }

    @Test("who wait for a test have their turn with the rest, by the arm that it gets")
    func test() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        try world.authorize(openIDs)
        var campaign = campaign(world)
        let half = Share(tenThousandths: 5000)
        campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
        campaign.experiment = ExperimentRequest(
            share: half, metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6), onInconclusive: .control)
        let run = try await planned(campaign, openIDs, world)
        let out = openIDs.filter { Assignment(campaign).isHeldOut($0) }
        let share = TestShare(campaign: campaign.id, share: half)
        let tested = out.filter { share.contains($0) }
        try await serve(world)
        #expect(try world.ledger.ghosts(of: run.id).sent == tested.count)
        #expect(try out.allSatisfy { (try held(run, $0, world).sent != nil) == share.contains($0) })
        world.clock.set(EngineWorld.morning + .hours(6))
        _ = try await Judge(world.setup).step(at: world.now)
        try await serve(world)
        #expect(try world.ledger.ghosts(of: run.id).sent == out.count)
        let rest = out.filter { !share.contains($0) }
        #expect(
            try rest.allSatisfy { try held(run, $0, world).sent.map { $0 >= EngineWorld.morning + .hours(6) } ?? false }
        )
        try world.check()
    }

    @Test("of a run that is cancelled would have been left out like everybody else")
    func cancelled() async throws {
        let world = try await EngineWorld(pace: "40/s,burst=40", limits: Self.wide)
        try world.authorize(openIDs)
        let campaign = campaign(world)
        let run = try await planned(campaign, openIDs, world)
        try await serve(world, seconds: 3)
        _ = try world.ledger.end(
            EndDemand(now: world.now, term: world.setup.term, run: run.id, state: .cancelled, reason: .cancelled))
        let count = try world.ledger.ghosts(of: run.id)
        #expect(count.sent > 10 && count.leftOut[.cancelled] ?? 0 > 10)
        #expect(count.sent + (count.leftOut[.cancelled] ?? 0) == (try world.sum(run)).holdout)
        try world.check()
    }

    @Test("of the whole house are compared over all campaigns: each person once, whatever led to an order")
    func house() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        var settings = HoldoutSettings()
        settings.share = Share(tenThousandths: 3000)
        world.changeSetup { $0.holdout = GlobalHoldout(settings) }
        let house = GlobalHoldout(settings)
        try world.authorize(openIDs)
        _ = try await planned(campaign(world, "first", holdout: 1000), openIDs, world)
        try await serve(world)
        world.clock.set(world.now + .days(1))
        try world.authorize(openIDs)
        try await world.grantTokens("tomorrow")
        _ = try await planned(campaign(world, "second", holdout: 0), Array(openIDs.prefix(300)), world)
        try await serve(world)
        let kept = openIDs.filter { house.contains($0) }
        let others = openIDs.filter { !house.contains($0) }
        for openID in kept.prefix(7) { try happens(.ordered, openID, world, at: world.now + .hours(1), amount: 1000) }
        for openID in others.prefix(40) {
            try happens(.ordered, openID, world, at: world.now + .hours(1), amount: 2000)
        }
        // A second order of the same person, and one from before anybody was written to.
        try happens(.ordered, kept[0], world, at: world.now + .hours(2), amount: 500)
        try happens(.ordered, others[50], world, at: EngineWorld.morning - .hours(1), amount: 7000)
        let count = try world.ledger.houseHoldout(
            from: EngineWorld.morning - .days(1), to: world.now + .days(1))
        #expect(count.isMeasured && count.held == kept.count && count.heldOrdered == 7 && count.heldAmount == 7500)
        // Whom the first campaign held out by itself and the second did not name heard from nobody.
        let draw = Assignment(campaign(world, "first", holdout: 1000))
        let silent = others.enumerated().filter {
            draw.isHeldOut($0.element) && !openIDs.prefix(300).contains($0.element)
        }
        #expect(count.sent == others.count - silent.count)
        #expect(count.sentOrdered == 40 && count.sentAmount == 80_000)
        let figures = try HouseFigures(
            from: EngineWorld.morning - .days(1), to: world.now + .days(1), world.ledger)
        #expect(figures.line?.difference == nil && figures.sentences(in: .zh).joined().contains("每边至少要有 500 人"))
        try world.check()
    }
}
