import CampaignModel
import Channels
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("How many start, and when the dispatcher looks again")
struct PaceDispatcherTests {
    private func planned(_ world: EngineWorld, _ campaign: Campaign, _ people: [String]) async throws -> RunRecord {
        try world.authorize(people)
        let run = try world.approve(world.admit(campaign, people).run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    @Test("a batch is never larger than rule 4 allows")
    func batchSize() async throws {
        var limits = RuleLimits()
        limits.batchSize = 3
        let world = try await EngineWorld(limits: limits)
        try world.run("sale", EngineWorld.people(0..<10))
        try await world.step()
        #expect(world.sends.waiting.count == 3)
        try await world.step()
        #expect(world.sends.waiting.count == 6)
    }

    @Test(
        "with its tokens used a lane is looked at when the next one is due; with a full wire when something comes back")
    func wakes() async throws {
        let paced = try await EngineWorld(pace: "2/s,burst=2")
        try paced.run("sale", EngineWorld.people(0..<4))
        #expect(try await paced.step() == paced.now + .milliseconds(500))
        #expect(paced.sends.waiting.count == 2)
        #expect(try await paced.step() == paced.now + .milliseconds(500))

        let full = try await EngineWorld(concurrency: 2)
        try full.run("sale", EngineWorld.people(0..<4))
        try await full.step()
        #expect(try await full.step() == nil)

        let idle = try await EngineWorld()
        #expect(try await idle.step() == nil)
    }

    @Test("whoever waits for another try is looked at when that is due")
    func retry() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.step()
        world.sends.answerAll(.notLeft(.connectFailed))
        _ = try await world.step()
        let wake = try await world.step()
        guard case .waiting(let until, .network) = try world.place(run, "a").place else {
            Issue.record("does not wait")
            return
        }
        #expect(wake == until)
        world.clock.set(until - .milliseconds(1))
        try await world.step()
        #expect(world.sends.waiting.isEmpty)
        world.clock.set(until)
        try await world.step()
        #expect(world.sends.waiting.count == 1)
    }

    @Test("a run outside of its window is looked at when that opens, and keeps no other from being served")
    func window() async throws {
        let world = try await EngineWorld()
        var evening = world.campaign("evening", priority: 1)
        evening.schedule = Schedule(
            start: world.now, window: DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60), validity: .days(3))
        _ = try await planned(world, evening, ["a"])
        #expect(try await world.step() == Moment(iso8601: "2026-11-20T20:00:00+08:00"))
        let now = try world.run("now", ["b"])
        try await world.serve()
        #expect(try world.sum(now).accepted == 1)
    }

    @Test("work that nobody rang for is found within a second")
    func rereading() async throws {
        let world = try await EngineWorld()
        try await world.step()
        try world.run("quiet", ["a"])
        _ = world.setup.bells.takeRung()
        world.clock.pass(.milliseconds(999))
        try await world.step()
        #expect(world.sends.waiting.isEmpty)
        world.clock.pass(.milliseconds(1))
        try await world.step()
        #expect(world.sends.waiting.count == 1)
    }

    @Test("a run that is spread and is over before its window closes has everybody by its end")
    func spreadUntilEnd() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("day")
        campaign.schedule = Schedule(
            start: world.now, window: DayWindow(fromMinute: 10 * 60, toMinute: 20 * 60), sendTime: .spread,
            validity: .until(world.now + .hours(2)))
        let run = try await planned(world, campaign, EngineWorld.people(0..<20))
        var sent: [Int] = []
        for _ in 0..<4 {
            world.clock.pass(.minutes(30))
            try await world.serve()
            sent.append(try world.sum(run).accepted)
        }
        // At the very end the run is over.
        #expect(sent == [5, 10, 15, 15])
        let other = try await EngineWorld()
        campaign.schedule.validity = .endOfDay
        campaign.id = "whole"
        let whole = try await planned(other, campaign, EngineWorld.people(0..<20))
        other.clock.pass(.hours(2))
        try await other.serve()
        #expect(try other.sum(whole).accepted == 4)
        // The next one is due a millisecond after the fifth part of its hours.
        #expect(try await other.step() == other.now + .milliseconds(1))
    }

    @Test("whoever is left out takes no place of a spread run's hour, and moves nobody's behind")
    func spreadSkips() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("day")
        campaign.schedule = Schedule(
            start: world.now, window: DayWindow(fromMinute: 10 * 60, toMinute: 20 * 60), sendTime: .spread)
        let people = EngineWorld.people(0..<20)
        let run = try await planned(world, campaign, people)
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.setup.term, account: world.account().id,
                people: people.prefix(4).map { .init(openID: $0, state: .withdrawn, source: "test") },
                answersQuestions: false))
        world.clock.pass(.hours(4))
        try await world.serve()
        let sum = try world.sum(run)
        #expect(sum.skipped == [.authorizationWithdrawn: 4] && sum.accepted == 8)
        // Twelve of the twenty have had their turn, and the thirteenth's comes when it would have come anyway.
        #expect(try await world.step() == EngineWorld.morning + .hours(6) + .milliseconds(1))
    }

    @Test("the planner is rung when the last one is back or nobody was left to start, and not before")
    func ringsPlanner() async throws {
        let world = try await EngineWorld()
        try world.run("sale", ["a", "b"])
        func step() async throws -> Set<String> {
            _ = world.setup.bells.takeRung()
            try await world.step()
            return world.setup.bells.takeRung()
        }
        #expect(try await step() == [])
        world.sends.answer { $0.request.recipient == "a" ? .accepted : nil }
        #expect(try await step() == [])
        world.sends.answerAll(.accepted)
        #expect(try await step() == ["planner"])
        #expect(try await step() == [])
        let run = try world.run("gone", ["c"])
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.setup.term, account: world.account().id,
                people: [.init(openID: "c", state: .withdrawn, source: "test")], answersQuestions: false))
        world.clock.pass(.seconds(1))
        #expect(try await step() == ["planner"])
        #expect(try world.sum(run).skipped == [.authorizationWithdrawn: 1])
    }

    @Test("whose consent nobody knows is asked about: whoever asks is rung")
    func ringsConsent() async throws {
        let world = try await EngineWorld()
        let run = try world.approve(world.admit(world.campaign("sale"), ["a"]).run)
        _ = try await Planner(world.setup).step(at: world.now)
        _ = world.setup.bells.takeRung()
        world.clock.pass(.seconds(1))
        try await world.step()
        #expect(world.setup.bells.takeRung() == ["consent", "planner"])
        #expect(try world.sum(run).waiting == [.consentCheck: 1])
    }

    @Test("three accounts that want more than the wire holds take turns, each contact after the other's")
    func turns() async throws {
        let names = ["one", "two", "three"]
        let world = try await EngineWorld(concurrency: 3, accounts: names)
        for name in names { try world.run("sale-\(name)", EngineWorld.people(0..<30, "\(name)-"), account: name) }
        var sent: [String: Int] = [:]
        for _ in 0..<60 {
            try await world.step()
            world.sends.answer { exchange in
                sent[String(exchange.request.recipient.prefix { $0 != "-" }), default: 0] += 1
                return .accepted
            }
            world.clock.pass(.milliseconds(100))
        }
        #expect(names.allSatisfy { sent[$0] == 30 }, "\(sent)")
    }

    @Test("a window that opens later keeps people only for whoever comes first, and only today")
    func rivals() async throws {
        // The evening run's priority, how many days later it starts, and whether it keeps its people from the other.
        for (priority, window, isKept) in [
            (1, DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60), true),
            (9, DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60), false),
            // Opens tomorrow only: today's hour is over.
            (1, DayWindow(fromMinute: 8 * 60, toMinute: 9 * 60), false),
            // Opens in the night, in which nobody is written to; tomorrow's morning is another day.
            (1, DayWindow(fromMinute: 22 * 60, toMinute: 23 * 60), false),
        ] {
            let world = try await EngineWorld()
            var first = world.campaign("evening", priority: priority)
            first.schedule = Schedule(start: world.now, window: window, validity: .days(3))
            _ = try await planned(world, first, ["a", "b"])
            let low = try await planned(world, world.campaign("morning", priority: 5), ["a", "b"])
            world.setup.bells.dispatcher.ring()
            try await world.serve()
            let kept = try world.sum(low).waiting == [.promisedToOtherRun: 2]
            #expect(kept == isKept, "\(priority) \(window)")
            #expect(try world.sum(low).accepted == (isKept ? 0 : 2), "\(priority) \(window)")
        }
    }
}

@Suite("What the dispatcher remembers of the hours and days before")
struct RememberingDispatcherTests {
    /// Everything that a night makes old.
    private func wake(_ world: EngineWorld, _ moment: String, _ people: [String]) async throws {
        world.clock.set(try #require(Moment(iso8601: "\(moment)+08:00")))
        try await world.grantTokens(moment)
        try world.authorize(people)
        world.setup.bells.dispatcher.ring()
        try await world.serve()
    }

    @Test(
        "where the caps roll, the messages of any 24 hours count, and otherwise those of the day",
        arguments: [true, false])
    func rollingDay(rolls: Bool) async throws {
        var limits = RuleLimits()
        (limits.batchMessagesPerDay, limits.rollingDay) = (2, rolls)
        let world = try await EngineWorld(at: EngineWorld.morning + .hours(10), limits: limits)
        let people = ["a", "b", "c"]
        try world.run("first", ["a"])
        try await world.serve()
        world.clock.pass(.minutes(90))
        let run = try world.run("second", ["b", "c"])
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
        // What was sent at eight is more than an hour old, and is not forgotten.
        try await wake(world, "2026-11-21T10:00:00", people)
        #expect(try world.sum(run).accepted == (rolls ? 1 : 2))
        try await wake(world, "2026-11-21T19:58:59", people)
        #expect(try world.sum(run).accepted == (rolls ? 1 : 2))
        try await wake(world, "2026-11-21T20:01:00", people)
        #expect(try world.sum(run).accepted == 2)
    }

    @Test("a person's contacts of seven days count where the file of limits has a number for them")
    func week() async throws {
        for limit in [2, nil] {
            var limits = RuleLimits()
            limits.contactsPerWeek = limit
            let world = try await EngineWorld(limits: limits)
            var sent: [Int] = []
            for day in 20...22 {
                world.clock.set(try #require(Moment(iso8601: "2026-11-\(day)T10:00:00+08:00")))
                try await world.grantTokens("\(day)")
                let run = try world.run("day\(day)", ["a"])
                try await world.serve()
                sent.append(try world.sum(run).accepted)
            }
            #expect(sent == (limit == nil ? [1, 1, 1] : [1, 1, 0]))
        }
    }

    @Test("a lane that is slowed sends one a second, and after an idle hour as many at once as before")
    func slowed() async throws {
        var limits = RuleLimits()
        limits.riskMessagesPerHour = 3
        let world = try await EngineWorld(limits: limits)
        let people = EngineWorld.people(0..<20)
        let run = try world.run("sale", people)
        var sent: [Int] = []
        for _ in 0..<3 {
            try await world.serve()
            sent.append(try world.sum(run).accepted)
            #expect(try await world.step() == world.now + .seconds(1))
            world.clock.pass(.seconds(1))
        }
        world.clock.pass(.hours(1) + .minutes(1))
        world.setup.bells.dispatcher.ring()
        try await world.serve()
        sent.append(try world.sum(run).accepted)
        #expect(sent == [3, 4, 5, 8])
    }
}
