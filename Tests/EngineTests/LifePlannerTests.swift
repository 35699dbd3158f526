import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("The planner moves runs through their life, and tells whoever has to know")
struct LifePlannerTests {
    private func daily(_ start: Moment, overlap: Schedule.Overlap = .skip) -> Schedule {
        Schedule(start: start, recurrence: Recurrence(frequency: .daily), overlap: overlap, validity: .days(3))
    }

    private func act(_ world: EngineWorld, _ act: ActDemand.Act, _ run: RunRecord) throws {
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: world.setup.term, run: run.id, act: act, person: "operator"))
    }

    private func all(_ world: EngineWorld) throws -> [RunRecord] { try world.ledger.runs(includingEnded: true) }

    private func step(_ planner: Planner, _ world: EngineWorld) async throws -> Set<String> {
        _ = world.setup.bells.takeRung()
        _ = try await planner.step(at: world.now)
        return world.setup.bells.takeRung()
    }

    @Test(
        "a plan rings whoever sends, asks for consent, judges and reports; an end rings whoever clears up and reports")
    func bells() async throws {
        let world = try await EngineWorld()
        let planner = Planner(world.setup)
        let run = try world.approve(world.admit(world.campaign("sale"), ["a"]).run)
        let begun = try await step(planner, world)
        #expect(begun.subtracting(["forecasts"]) == ["dispatcher", "consent", "judge", "reports"])
        try world.authorize(["a"])
        try await world.serve()
        #expect(try await step(planner, world).subtracting(["forecasts"]) == ["finisher", "reports"])
        #expect(try world.reread(run).state == .finished)
        #expect(try await step(planner, world) == [])
    }

    @Test("what ends without ever having begun rings as well, and everybody in it is counted")
    func endsUnbegun() async throws {
        let world = try await EngineWorld()
        let run = try world.approve(world.admit(world.campaign("sale"), ["a", "b"]).run)
        try act(world, .pause, run)
        world.clock.set(run.validUntil)
        let rung = try await step(Planner(world.setup), world)
        #expect(rung.subtracting(["forecasts"]) == ["finisher", "reports"])
        #expect(try world.reread(run).state == .expired && world.sum(run).skipped == [.expired: 2])
        try world.check()
    }

    @Test("what nobody approved ends without a plan: nobody was ever to be written to")
    func neverApproved() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a", "b"]).run
        let planner = Planner(world.setup)
        world.clock.set(run.validUntil - .milliseconds(1))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .inReview)
        world.clock.set(run.validUntil)
        _ = try await planner.step(at: world.now)
        let after = try world.reread(run)
        #expect(after.state == .expired && !after.isPlanned)
        #expect(try world.sum(run).audience == 0)
    }

    @Test("an image that is missing is asked for, and so is one that the platform keeps no longer")
    func images() async throws {
        let world = try await EngineWorld()
        let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]
        let run = try world.approve(world.admit(world.campaign("sale", messages: image), ["a"]).run)
        #expect(try await step(Planner(world.setup), world).subtracting(["forecasts"]) == ["images"])
        #expect(try world.reread(run).state == .scheduled)
        for (age, isKept) in [(Duration.hours(24) - .milliseconds(1), true), (.hours(24), false)] {
            let world = try await EngineWorld()
            try world.ledger.rememberImage(
                digest: "d1", app: world.account().app, mediaID: "m1", at: world.now, term: world.setup.term)
            world.clock.pass(age)
            let run = try world.approve(world.admit(world.campaign("sale", messages: image), ["a"]).run)
            #expect(try await step(Planner(world.setup), world).contains("images") == !isKept)
            #expect(try world.reread(run).state == (isKept ? .running : .scheduled))
        }
    }

    @Test("an audience of everyone waits for the walk of its own account, and asks for it")
    func walks() async throws {
        let world = try await EngineWorld()
        let everyone = AudienceRequest(source: .authorized)
        let run = try world.approve(world.admit(world.campaign("all", audience: everyone), []).run)
        func walk(_ account: String) throws {
            try world.ledger.finishWalk(
                account: world.account(account).id, started: world.now, at: world.now, term: world.setup.term)
        }
        let planner = Planner(world.setup)
        try walk("outlet")
        #expect(try await step(planner, world).subtracting(["forecasts"]) == ["consent"])
        #expect(try world.reread(run).state == .scheduled)
        try walk("flagship")
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("the first look at a start is written down once, however long something holds it up")
    func met() async throws {
        let world = try await EngineWorld()
        let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]
        let run = try world.approve(world.admit(world.campaign("sale", messages: image), ["a"]).run)
        let planner = Planner(world.setup)
        let first = world.now
        for _ in 0..<3 {
            _ = try await planner.step(at: world.now)
            #expect(try world.reread(run).met == first)
            world.clock.pass(.hours(1))
        }
    }

    @Test("the next occurrence stands as soon as this one begins, with its own end, and is made once")
    func nextAtOnce() async throws {
        let world = try await EngineWorld()
        var schedule = daily(world.now)
        schedule.validity = .endOfDay
        try world.approve(world.admit(world.campaign("daily", schedule: schedule), ["a"]).run)
        let planner = Planner(world.setup)
        for _ in 0..<2 {
            _ = try await planner.step(at: world.now)
            let runs = try all(world)
            #expect(runs.map(\.state) == [.running, .scheduled])
            #expect(runs.last?.start == Moment(iso8601: "2026-11-21T10:00:00+08:00"))
            #expect(runs.last?.validUntil == Moment(iso8601: "2026-11-22T00:00:00+08:00"))
        }
    }

    @Test("a process that died between a plan and the next occurrence makes it up")
    func madeUp() async throws {
        let world = try await EngineWorld()
        let run = try world.approve(world.admit(world.campaign("daily", schedule: daily(world.now)), ["a"]).run)
        _ = try world.ledger.plan(
            PlanDemand(
                now: world.now, term: world.setup.term, run: run.id, shuffleKey: 1, order: .listed, source: .files,
                peopleMax: nil)
        ) { _ in .variant(0) }
        #expect(try all(world).count == 1)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try all(world).map(\.state) == [.running, .scheduled])
    }

    @Test(
        "a series goes on behind an occurrence that was missed, that was in the way, and that nobody approved in time")
    func goesOn() async throws {
        let missed = try await EngineWorld()
        try missed.approve(missed.admit(missed.campaign("daily", schedule: daily(missed.now)), ["a"]).run)
        missed.clock.pass(.hours(2))
        _ = try await Planner(missed.setup).step(at: missed.now)
        #expect(try all(missed).map(\.state) == [.expired, .scheduled])

        let way = try await EngineWorld()
        let first = try way.approve(way.admit(way.campaign("daily", schedule: daily(way.now)), ["a", "b"]).run)
        let planner = Planner(way.setup)
        _ = try await planner.step(at: way.now)
        way.clock.set(first.start + .days(1))
        _ = try await planner.step(at: way.now)
        let runs = try all(way)
        #expect(runs.map(\.state) == [.running, .superseded, .scheduled])
        #expect(runs[1].why == .superseded && runs[1].met == nil)
        #expect(try way.sum(runs[1]).skipped == [.superseded: 2])
        try way.check()

        let unseen = try await EngineWorld()
        let never = try unseen.admit(unseen.campaign("daily", schedule: daily(unseen.now)), ["a"]).run
        unseen.clock.set(never.validUntil)
        _ = try await Planner(unseen.setup).step(at: unseen.now)
        #expect(try all(unseen).map(\.state) == [.expired, .inReview])
    }

    @Test("only what was planned, is unfinished and began before stands in the way of an occurrence")
    func inTheWay() async throws {
        let world = try await EngineWorld()
        let first = try world.approve(world.admit(world.campaign("daily", schedule: daily(world.now)), ["a"]).run)
        try act(world, .pause, first)
        let second = try world.ledger.addOccurrence(
            OccurrenceDemand(
                now: world.now, term: world.setup.term, revision: first.revision, occurrence: world.now + .days(1),
                validUntil: world.now + .days(4)))
        // Another campaign of the account is being served all the while.
        let other = try world.admit(world.campaign("other", schedule: daily(world.now)), ["x"]).run
        try world.approve(other)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(second.start)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(first).state == .paused && world.reread(second).state == .running)
        // Resumed, the first one finds a later one at work, which is none that came before it.
        try act(world, .resume, first)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(first).state == .running && world.reread(second).state == .running)
    }

    @Test(
        "an occurrence that takes over ends all that came before, and those they had not written to are counted there")
    func takesOver() async throws {
        let world = try await EngineWorld()
        let first = try world.approve(
            world.admit(world.campaign("daily", schedule: daily(world.now, overlap: .supersede)), ["a", "b"]).run)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(first.start + .days(1))
        _ = try await planner.step(at: world.now)
        #expect(try all(world).map(\.state) == [.superseded, .running, .scheduled])
        #expect(try all(world)[0].why == .superseded)
        let finisher = Finisher(world.setup)
        while try await finisher.step(at: world.now) != nil {}
        #expect(try world.sum(first).skipped == [.superseded: 2])
        try world.check()
    }

    struct Late: CustomTestStringConvertible {
        var rule: Schedule.MissedStart
        /// Of the last look before the start: how long before it by the wall, and how long ago in real time.
        var looked: (before: Duration, real: Duration)?
        var late: Duration
        var state: RunState
        var testDescription: String { "\(rule), looked \(String(describing: looked)), \(late) late" }
    }
    static let lates: [Late] = [
        // Less than ten minutes late is never missed, whatever smaller number the file says.
        Late(rule: .late(atMost: .minutes(1)), late: .minutes(10), state: .running),
        Late(rule: .late(atMost: .minutes(1)), late: .minutes(10) + .milliseconds(1), state: .expired),
        // The wall went far, the machine did not: nobody slept.
        Late(rule: .skip, looked: (.minutes(1), .minutes(10)), late: .hours(3), state: .running),
        Late(rule: .skip, looked: (.minutes(1), .minutes(10) + .milliseconds(1)), late: .hours(3), state: .expired),
        Late(rule: .skip, looked: (.hours(1), .hours(2)), late: .hours(1), state: .expired),
    ]

    @Test("a start is missed by the file's rule, and by nobody who had just looked", arguments: lates)
    func late(_ late: Late) async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(2)
        let schedule = Schedule(start: start, ifMissed: late.rule)
        let run = try world.approve(world.admit(world.campaign("sale", schedule: schedule), ["a"]).run)
        let planner = Planner(world.setup)
        if let looked = late.looked {
            world.clock.set(start - looked.before)
            _ = try await planner.step(at: world.now)
            world.clock.passReal(looked.real)
        }
        world.clock.set(start + late.late)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == late.state)
    }

    @Test("an approval that came late is the start that counts, to the millisecond")
    func approvedLate() async throws {
        for (late, state) in [(Duration.minutes(10), RunState.running), (.minutes(10) + .milliseconds(1), .expired)] {
            let world = try await EngineWorld()
            let run = try world.admit(world.campaign("sale"), ["a"]).run
            world.clock.pass(.hours(2))
            try world.approve(run)
            world.clock.pass(late)
            _ = try await Planner(world.setup).step(at: world.now)
            #expect(try world.reread(run).state == state)
        }
    }

    @Test("an approval in the very millisecond of a look is none that was slept through, however far the wall went")
    func approvedWithTheLook() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        try world.approve(run)
        world.clock.set(world.now + .hours(3))
        world.clock.passReal(.seconds(1))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("a planner of an older reign changes nothing and says so")
    func olderReign() async throws {
        let world = try await EngineWorld()
        let run = try world.approve(world.admit(world.campaign("sale"), ["a"]).run)
        let planner = Planner(world.setup)
        _ = try world.ledger.beginReign(node: "another", at: world.now)
        await #expect(throws: ReignLost.self) { _ = try await planner.step(at: world.now) }
        #expect(try world.reread(run).state == .scheduled)
    }
}
