import CampaignModel
import Ports
import SendingRules
import Synchronization
import Testing

@testable import Engine

@Suite("The dispatcher sends")
struct DispatcherTests {
    @Test("a contact goes out once, and only after its attempt is durable")
    func intentFirst() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<30))
        let (ledger, now) = (world.ledger, world.now)
        let faults = Mutex<[String]>([])
        world.sends.watchSubmits { exchanges in
            for exchange in exchanges {
                // A connection of its own sees only what is committed.
                // Safe because a fact that cannot be read counts as no open attempt, and fails the test.
                let record = try? ledger.facts(run: run.id, openID: exchange.request.recipient, at: now)
                let open = record?.attempts.filter { $0.outcome == nil }.count
                if open != 1 { faults.withLock { $0.append("\(exchange.request.recipient): \(open ?? -1) open") } }
            }
        }
        try await world.serve()
        #expect(faults.withLock { $0 } == [])
        #expect(world.sends.leftTotal == 30)
        #expect(try world.sum(run).accepted == 30)
        // Nothing is left to do, however often it is asked.
        for _ in 0..<3 { try await world.serve() }
        #expect(world.sends.leftTotal == 30)
        try world.check()
    }

    @Test("no more than the slots are on the wire, and a freed slot is used")
    func slots() async throws {
        let world = try await EngineWorld(concurrency: 4)
        let run = try world.run("sale", EngineWorld.people(0..<11))
        for _ in 0..<3 { try await world.step() }
        #expect(world.sends.waiting.count == 4)
        #expect(try world.sum(run).open == 4)
        try await world.serve()
        #expect(world.sends.wireMost == 4)
        #expect(try world.sum(run).accepted == 11)
    }

    @Test("a step fills half of the wire and asks for the next at once, until the wire is full")
    func sharesOfTheWire() async throws {
        let world = try await EngineWorld(concurrency: 200)
        let run = try world.run("sale", EngineWorld.people(0..<230))
        let early = try await world.step()
        #expect(world.sends.waiting.count == 100)
        #expect(early == world.now, "others still have somebody, and there is room for them")
        let wake = try await world.step()
        #expect(world.sends.waiting.count == 200)
        #expect(wake != world.now, "nothing can start before something has come back")
        try await world.serve()
        #expect(try world.sum(run).accepted == 230)
        try world.check()
    }

    /// Shanghai's wall, and whether a contact may start with a timeout of five seconds.
    static let evenings: [(wall: String, goes: Bool)] = [
        ("21:59:54.999", true), ("21:59:55.000", false), ("21:59:59.999", false), ("22:00:00.000", false),
        ("03:00:00.000", false), ("07:59:59.999", false), ("08:00:00.000", true),
    ]

    @Test("nothing leaves in quiet hours, nor so late that it could end inside them", arguments: evenings)
    func quietHours(_ wall: String, _ goes: Bool) async throws {
        let world = try await EngineWorld(at: EngineWorld.morning - .hours(12))
        let run = try world.run("sale", ["a"])
        let day = wall < "12" ? "2026-11-21" : "2026-11-20"
        world.clock.set(try #require(Moment(iso8601: "\(day)T\(wall)", defaultZone: .shanghai)))
        try await world.grantTokens("evening")
        try world.authorize(["a"])
        let wake = try await world.step()
        world.sends.letGo()
        #expect(world.sends.leftTotal == (goes ? 1 : 0))
        if !goes {
            #expect(try world.place(run, "a").place == .pending)
            let opening = Moment(iso8601: "2026-11-21T08:00:00", defaultZone: .shanghai)
            #expect(wake == opening)
        }
    }

    @Test("what was started before ten and looks at the wall after it is not sent")
    func lastLookIntoTheNight() async throws {
        let world = try await EngineWorld(at: EngineWorld.morning + .hours(11))
        let run = try world.run("sale", ["a"])
        world.clock.set(try #require(Moment(iso8601: "2026-11-20T21:59:54.900", defaultZone: .shanghai)))
        try await world.step()
        #expect(world.sends.waiting.count == 1)
        world.clock.pass(.milliseconds(200))
        world.sends.letGo()
        #expect(world.sends.leftTotal == 0)
        try await world.step()
        let attempt = try world.place(run, "a").attempts[0]
        #expect(attempt.outcome == .notSent && attempt.reason == .deadlinePassed && !attempt.keepsPerson)
        try world.check()
    }

    @Test("a contact that waited too long in the queue, by either clock, is not sent", arguments: [true, false])
    func stale(_ wallStandsStill: Bool) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.step()
        let wall = world.now
        world.clock.pass(.seconds(11))
        if wallStandsStill { world.clock.set(wall) }
        world.sends.letGo()
        #expect(world.sends.leftTotal == 0)
        try await world.step()
        #expect(try world.sum(run).waiting == [.deadlinePassed: 1])
    }

    @Test("as many attempts are open as may be on the wire, and not one more", arguments: [513, 700, 1024])
    func wideWire(_ concurrency: Int) async throws {
        var limits = RuleLimits()
        limits.batchMessagesPerDay = 100_000
        let world = try await EngineWorld(concurrency: concurrency, pace: "5000/s,burst=500", limits: limits)
        let run = try world.run("sale", EngineWorld.people(0..<1500))
        for _ in 0..<5 {
            try await world.step()
            #expect(try world.sum(run).open <= concurrency)
            world.clock.pass(.seconds(1))
        }
        #expect(try world.sum(run).open == concurrency && world.sends.waiting.count == concurrency)
        for _ in 0..<4 {
            world.sends.answerAll(.accepted)
            try await world.step()
            world.clock.pass(.seconds(1))
        }
        try await world.serve()
        #expect(try world.sum(run).accepted == 1500)
        try world.check()
    }

    @Test("five hundred messages a day and account, to the message, and the rest goes the next morning")
    func batchCap() async throws {
        let world = try await EngineWorld(concurrency: 500)
        let run = try world.run("sale", EngineWorld.people(0..<260), messages: [.text("one"), .text("two")])
        try await world.serve()
        #expect(world.sends.leftTotal == 250)
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.messages == 500 && lane.people == 250)
        #expect(try world.sum(run).pending == 10)
        let wake = try await world.step()
        #expect(wake == PlatformDay(containing: world.now).next.start)
        world.clock.set(PlatformDay(containing: world.now).next.start + .hours(8))
        try await world.grantTokens("tomorrow")
        try world.authorize(EngineWorld.people(0..<260))
        try await world.serve()
        #expect(try world.sum(run).accepted == 260)
        try world.check()
    }

    @Test("a refused message makes room again on its own day")
    func returnedRoom() async throws {
        var limits = RuleLimits()
        limits.usersPerDay = 3
        let world = try await EngineWorld(limits: limits)
        let run = try world.run("sale", EngineWorld.people(0..<6))
        try await world.step()
        #expect(world.sends.waiting.count == 3)
        world.sends.answer { $0.request.recipient == "p1" ? .refused(28_001_045) : .accepted }
        try await world.serve()
        #expect(world.sends.leftTotal == 4)
        let sum = try world.sum(run)
        #expect(sum.accepted == 3 && sum.rejected == 1 && sum.pending == 2)
        try world.check()
    }

    @Test("lanes take turns: much work of one account does not starve the other")
    func fairTurns() async throws {
        let world = try await EngineWorld(concurrency: 2)
        let big = try world.run("big", EngineWorld.people(0..<40, "b"))
        let small = try world.run("small", EngineWorld.people(0..<3, "s"), account: "outlet")
        for _ in 0..<8 {
            try await world.step()
            world.sends.answerAll(.accepted)
        }
        try await world.step()
        #expect(try world.sum(small).accepted == 3)
        #expect(try world.sum(big).accepted >= 4)
    }

    @Test("a run of higher priority is served first, and pacing holds for both")
    func priority() async throws {
        let world = try await EngineWorld(pace: "2/s,burst=2")
        let late = try world.run("late", EngineWorld.people(0..<4, "l"), priority: 9)
        let first = try world.run("first", EngineWorld.people(0..<4, "f"), priority: 1)
        var sent: [Int] = []
        for _ in 0..<4 {
            try await world.serve()
            sent.append(world.sends.leftTotal)
            world.clock.pass(.seconds(1))
        }
        #expect(sent == [2, 4, 6, 8])
        #expect(try world.sum(first).accepted == 4 && world.sum(late).accepted == 4)
        let times = try world.ledger.runs(includingEnded: true).map { $0.name }
        #expect(times.count == 2)
        #expect(try world.place(first, "f3").attempts[0].started < world.place(late, "l0").attempts[0].started)
    }

    @Test("a field that somebody lacks skips that person and nobody else")
    func missingField() async throws {
        let world = try await EngineWorld()
        try world.authorize(["a"])
        let campaign = world.campaign(
            "sale", messages: [.text("{{nickname}}, hello")], fields: [Field(name: "nickname")])
        let run = try world.admit(campaign, ["a"]).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).skipped == [.fieldMissing: 1])
        #expect(world.sends.leftTotal == 0)
        try world.check()
    }

    @Test("a drain starts nothing more and settles what comes back")
    func drain() async throws {
        let world = try await EngineWorld(concurrency: 3)
        let run = try world.run("sale", EngineWorld.people(0..<9))
        try await world.step()
        #expect(try await world.dispatcher.drain(at: world.now) == 3)
        #expect(world.sends.waiting.count == 3)
        world.sends.answer { $0.request.recipient == "p0" ? nil : .accepted }
        #expect(try await world.dispatcher.drain(at: world.now) == 1)
        world.sends.answerAll(.lost(.timedOut))
        #expect(try await world.dispatcher.drain(at: world.now) == 0)
        let sum = try world.sum(run)
        #expect(sum.accepted == 2 && sum.unknown == 1 && sum.pending == 6 && sum.open == 0)
        try world.check()
    }
}
