import CampaignModel
import Ports
import SendingRules
import Testing
import Wire

@testable import Engine

@Suite("What an answer does")
struct OutcomeTests {
    @Test(
        "an answer that is lost, unreadable or unproved is unknown, keeps its quota and is never sent again",
        arguments: [
            ExchangeResult.lost(.timedOut), .lost(.connectionLost), .lost(.truncated), .lost(.tooLarge),
            .json("", status: 502), .json("not json"), .json(#"{"err_no":0,"data":{}}"#), .refused(-1),
            .json(#"{"err_no":0,"data":{"msg_id":"@m","to_user_id":"somebody-else"}}"#),
            .json(#"{"err_no":0,"data":{"msg_id":"@m","all_send_success":false}}"#),
        ])
    func lost(_ result: ExchangeResult) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve(result)
        #expect(try world.sum(run).unknown == 1)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 1)
        for _ in 0..<4 {
            world.clock.pass(.hours(7))
            try await world.serve()
        }
        #expect(world.sends.leftTotal == 1)
        try world.check()
    }

    @Test("what never left is tried again later as a new attempt")
    func notLeft() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.step()
        world.sends.answerAll(.notLeft(.connectFailed))
        try await world.step()
        guard case .waiting(let until, .network) = try world.place(run, "a").place else {
            Issue.record("does not wait")
            return
        }
        #expect(until > world.now && until <= world.now + .seconds(6))
        world.clock.pass(.seconds(7))
        try await world.serve()
        #expect(try world.place(run, "a").attempts.map(\.outcome) == [.notSent, .accepted])
        try world.check()
    }

    @Test("a contact that never gets through is given up after its tries, with a reason")
    func triesEnd() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        for _ in 0..<12 {
            try await world.step()
            world.sends.answerAll(.notLeft(.connectFailed))
            try await world.step()
            world.clock.pass(.minutes(20))
        }
        #expect(try world.sum(run).skipped == [.network: 1])
        #expect(try world.place(run, "a").attempts.count == RuleLimits().triesMax)
    }

    @Test("a refused token asks for one refresh for everybody, and each contact is tried once more")
    func tokenRefused() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<5))
        try await world.step()
        world.sends.answerAll(.refused(28_001_008))
        try await world.step()
        #expect(world.sends.waiting.isEmpty, "nothing leaves with the refused token")
        #expect(try world.sum(run).waiting == [.platformToken: 5])
        #expect(try await world.grantTokens("second") == 1)
        world.setup.bells.dispatcher.ring()
        try await world.step()
        #expect(world.sends.waiting.allSatisfy { $0.request.header("access-token") == "second" })
        try await world.serve()
        #expect(try world.sum(run).accepted == 5 && world.sends.leftTotal == 10)
        try world.check()
    }

    @Test("a token that is refused again stops the account and loses nobody")
    func tokenRefusedAgain() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.serve(.refused(28_001_008), rounds: 1)
        try await world.grantTokens("second")
        world.setup.bells.dispatcher.ring()
        try await world.serve(.refused(28_001_008), rounds: 1)
        for _ in 0..<3 {
            world.clock.pass(.minutes(10))
            try await world.grantTokens("third")
            try await world.serve()
        }
        #expect(world.sends.leftTotal == 4)
        #expect(try world.sum(run).waitingTotal == 2)
        try world.check()
    }

    @Test("a busy platform slows the lane down, and success brings the pace back slowly")
    func busy() async throws {
        let world = try await EngineWorld(pace: "8/s,burst=1")
        _ = try world.run("sale", EngineWorld.people(0..<40))
        try await world.step()
        world.sends.answerAll(.json("", status: 429))
        try await world.step()
        let lane = Lane(account: world.account().id, channel: .privateMessage)
        let rate = await world.dispatcher.lanes[lane]?.throttle.perSecond
        #expect(rate == 4)
    }

    /// Codes that stop an account, for how long, and for good when it is nil.
    @Test("the platform's quota closes the account for the day")
    func quota() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        world.sends.answer { $0.request.recipient == "a" ? .refused(28_003_017) : .accepted }
        try await world.serve()
        let midnight = PlatformDay(containing: world.now).next.start
        #expect(
            try world.ledger.laneFacts(world.account().id, at: world.now).hold
                == LaneHold(reason: .platformQuota, until: midnight))
        #expect(try world.place(run, "a").place == .waiting(until: midnight, .platformQuota))
        try world.check()
    }

    @Test("a ban stops the account at once, until a person acts, whatever answers come behind it")
    func ban() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<4))
        let other = try world.run("other", EngineWorld.people(0..<1, "o"), account: "outlet")
        try await world.step()
        world.sends.answer { exchange in
            switch exchange.request.recipient {
            case "p0": .refused(28_029_004)
            case "p1": .refused(28_003_017)
            case "p2": .refused(28_001_052)
            default: .accepted
            }
        }
        try await world.serve()
        let hold = try world.ledger.laneFacts(world.account().id, at: world.now).hold
        #expect(hold == LaneHold(reason: .platformBanned, until: nil))
        world.clock.pass(.days(1))
        try await world.grantTokens("tomorrow")
        try world.authorize(EngineWorld.people(0..<4))
        try await world.serve()
        #expect(world.sends.leftTotal == 5)
        #expect(try world.sum(run).waitingTotal == 3 && world.sum(other).accepted == 1)
        try world.check()
    }

    @Test("the risk answer pauses for half an hour, then for an hour")
    func risk() async throws {
        let world = try await EngineWorld()
        _ = try world.run("sale", EngineWorld.people(0..<3))
        try await world.step()
        world.sends.answer { $0.request.recipient == "p0" ? .refused(28_001_052) : .accepted }
        try await world.step()
        let first = try world.ledger.laneFacts(world.account().id, at: world.now).hold
        #expect(first == LaneHold(reason: .platformRisk, until: world.now + .minutes(30)))
        world.clock.pass(.minutes(30))
        try await world.serve(.refused(28_001_052), rounds: 1)
        let second = try world.ledger.laneFacts(world.account().id, at: world.now).hold
        #expect(second?.until.map { $0.since(world.now) } == .hours(1))
    }

    @Test("refused content pauses the campaign and nobody else's")
    func contentRefused() async throws {
        let world = try await EngineWorld(concurrency: 2)
        let bad = try world.run("bad", EngineWorld.people(0..<6, "b"), priority: 1)
        let good = try world.run("good", EngineWorld.people(0..<3, "g"))
        try await world.step()
        world.sends.answerAll(.refused(28_001_007))
        try await world.serve()
        #expect(try world.reread(bad).state == .paused)
        #expect(try world.sum(bad).rejected == 2 && world.sum(bad).pending == 4)
        #expect(try world.sum(good).accepted == 3)
        try world.check()
    }

    @Test("ten failures in a row open the breaker, and nothing leaves until it closes")
    func breaker() async throws {
        let world = try await EngineWorld(concurrency: 10)
        _ = try world.run("sale", EngineWorld.people(0..<40))
        try await world.step()
        world.sends.answerAll(.json("", status: 503))
        let wake = try await world.step()
        #expect(world.sends.leftTotal == 10 && world.sends.waiting.isEmpty)
        #expect(wake == world.now + .seconds(10))
        world.clock.pass(.seconds(10))
        try await world.serve()
        #expect(world.sends.leftTotal == 40)
    }

    @Test("the platform's word that a person's day is used keeps the day and tries tomorrow")
    func personLimit() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve(.refused(28_003_070), rounds: 1)
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 1 && lane.messages == 0)
        let midnight = PlatformDay(containing: world.now).next.start
        #expect(try world.place(run, "a").place == .waiting(until: midnight, .platformPersonLimit))
        try world.check()
    }
}
