import CampaignModel
import Channels
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("What the lane does about an answer")
struct ReactionsTests {
    private func lane(_ world: EngineWorld) -> Lane { Lane(account: world.account().id, channel: .privateMessage) }

    private func hold(_ world: EngineWorld) throws -> LaneHold? {
        try world.ledger.laneFacts(world.account().id, at: world.now).hold
    }

    /// One contact after the other, each answered as said.
    private func serve(_ world: EngineWorld, _ answers: [ExchangeResult]) async throws {
        for answer in answers {
            try await world.step()
            #expect(world.sends.answerAll(answer) == 1)
        }
        try await world.step()
    }

    /// Between nine failures and a tenth.
    static let between: [(answer: ExchangeResult, isWell: Bool)] = [
        (.accepted, true), (.refused(28_001_045), true), (.refused(28_003_070), false),
        (.notLeft(.deadlinePassed), false), (.json(#"{"err_no":0,"data":{}}"#), false),
    ]

    @Test("only what a platform answers that is well ends a row of failures", arguments: between)
    func breaker(_ answer: ExchangeResult, _ isWell: Bool) async throws {
        let world = try await EngineWorld(concurrency: 1)
        try world.run("sale", EngineWorld.people(0..<14))
        let failure = ExchangeResult.json("", status: 503)
        try await serve(world, Array(repeating: failure, count: 9) + [answer, failure])
        let breaker = await world.dispatcher.lanes[lane(world)]?.breaker
        #expect((breaker?.openUntil == nil) == isWell)
    }

    /// Between two answers of abnormal risk.
    static let reliefs: [(answer: ExchangeResult, pause: Duration)] = [
        (.accepted, .minutes(30)), (.refused(28_001_045), .hours(1)), (.lost(.timedOut), .hours(1)),
    ]

    @Test("an accepted contact ends the doubling of pauses, and nothing else does", arguments: reliefs)
    func doubling(_ answer: ExchangeResult, _ pause: Duration) async throws {
        let world = try await EngineWorld(concurrency: 1)
        try world.run("sale", EngineWorld.people(0..<6))
        try await serve(world, [.refused(28_001_052)])
        #expect(try hold(world)?.until == world.now + .minutes(30))
        world.clock.pass(.minutes(31))
        world.setup.bells.dispatcher.ring()
        try await serve(world, [answer])
        world.clock.pass(.seconds(1))
        try await serve(world, [.refused(28_001_052)])
        #expect(try hold(world) == LaneHold(reason: .platformRisk, until: world.now + pause))
    }

    @Test("a renewed token that an accepted contact has proved may be renewed again when it is refused")
    func proved() async throws {
        for isProved in [true, false] {
            let world = try await EngineWorld(concurrency: 1)
            try world.run("sale", EngineWorld.people(0..<6))
            try await serve(world, [.refused(28_001_008)])
            #expect(try await world.grantTokens("second") == 1)
            world.setup.bells.dispatcher.ring()
            try await serve(world, [isProved ? .accepted : .refused(28_001_045), .refused(28_001_008)])
            let verdict = world.setup.shelf.verdict(for: .account(openID: "_flagship"), at: world.now)
            #expect((verdict == .stopped(.refusedAgain)) == !isProved)
            #expect(try await world.grantTokens("third") == (isProved ? 1 : 0))
        }
    }

    @Test("the platform's quota of a day that is over closes nothing of the next")
    func quotaOfYesterday() async throws {
        let world = try await EngineWorld(at: EngineWorld.morning + .hours(11))
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        world.sends.letGo()
        let midnight = try #require(Moment(iso8601: "2026-11-21T00:00:00+08:00"))
        world.clock.set(midnight + .minutes(1))
        world.sends.answerAll(.refused(28_003_017))
        try await world.step()
        #expect(try hold(world)?.until ?? midnight <= midnight)
        #expect(try world.sum(run).waiting == [.platformQuota: 2])
        try world.check()
    }

    @Test("refused content stops at once what of the run has not left, and nothing of any other")
    func contentRefused() async throws {
        let world = try await EngineWorld(concurrency: 2)
        let bad = try world.run("bad", ["b0", "b1", "b2"], priority: 1)
        try await world.step()
        world.sends.letGo()
        let kept = world.setup.board
        func obstacle(_ run: RunRecord) -> Obstacle? {
            kept.obstacle(
                Departure(
                    run: run.id, account: world.account().id, recipient: RecipientID(rawValue: 9), zone: .shanghai,
                    deadline: world.now, monotonicDeadline: world.clock.monotonic()))
        }
        let good = try world.run("good", ["g"])
        #expect(obstacle(bad) == nil)
        world.sends.answerAll(.refused(28_001_007))
        try await world.step()
        #expect(obstacle(bad) == .stopped && obstacle(good) == nil)
        let after = try world.reread(bad)
        #expect(after.state == .paused && after.why == .platformContentRefused)
    }

    @Test("an image that was uploaded again since is not forgotten for the answer of an older one")
    func newerImage() async throws {
        for isNewer in [true, false] {
            let world = try await EngineWorld()
            func upload(_ id: String) throws {
                try world.ledger.rememberImage(
                    digest: "d1", app: world.account().app, mediaID: id, at: world.now, term: world.setup.term)
            }
            try upload("m1")
            var friend = PeopleDemand.Known(openID: "a")
            friend.mutualFollow = true
            try world.authorize(["a"])
            _ = try world.ledger.learn(
                PeopleDemand(
                    now: world.now, term: world.setup.term, account: world.account().id, people: [friend],
                    person: "operator"))
            world.clock.pass(.hours(1) + .milliseconds(1))
            let run = try world.run("sale", ["a"], messages: [.image(file: "poster.png", digest: "d1")])
            try await world.step()
            world.clock.pass(.seconds(2))
            if isNewer { try upload("m2") }
            world.sends.answerAll(.refused(28_001_007))
            _ = world.setup.bells.takeRung()
            try await world.step()
            #expect(world.setup.bells.takeRung().isSuperset(of: ["images", "reports"]))
            let left = try world.ledger.uploadedImage(digest: "d1", app: world.account().app)?.mediaID
            #expect(left == (isNewer ? "m2" : nil))
            #expect(try world.reread(run).state == .running && world.sum(run).waiting == [.imageNotUploaded: 1])
            try world.check()
        }
    }

    @Test("messages of a contact that were refused alone make room for the next at once, though its person stays used")
    func partial() async throws {
        var limits = RuleLimits()
        limits.batchMessagesPerDay = 4
        let world = try await EngineWorld(limits: limits)
        let run = try world.run("sale", ["a", "b", "c"], messages: [.text("1"), .text("2")])
        try await world.step()
        #expect(world.sends.waiting.count == 2)
        try await world.step()
        let half = ExchangeResult.json(
            #"{"err_no":0,"data":{"msg_id":"@m","send_msg_status_list":[{"error_code":0},{"error_code":28001038}]}}"#)
        world.sends.answerAll(half)
        try await world.step()
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.messages == 4 && lane.people == 3, "two went back, and the third contact took them")
        #expect(try world.sum(run).accepted == 2 && world.sum(run).open == 1)
        try world.check()
    }

    @Test("a busy platform halves the pace of its own lane, and only once for what had left before")
    func busy() async throws {
        let world = try await EngineWorld(concurrency: 2)
        try world.run("sale", EngineWorld.people(0..<6))
        try world.run("other", ["x"], account: "outlet")
        try await world.step()
        world.sends.answer { $0.request.recipient == "p0" ? .json("", status: 429) : nil }
        world.clock.pass(.milliseconds(1))
        try await world.step()
        let rate = await world.dispatcher.lanes[lane(world)]?.throttle.perSecond
        #expect(rate == 250)
        #expect(world.setup.lanes.mood(of: world.account().id).pacePercent == 50)
        #expect(world.setup.lanes.mood(of: world.account("outlet").id).pacePercent == nil)
        // What has left since is another word of it.
        world.clock.pass(.seconds(1))
        world.sends.answerAll(.json("", status: 429))
        world.clock.pass(.seconds(1))
        try await world.step()
        world.sends.answerAll(.json("", status: 429))
        try await world.step()
        let again = await world.dispatcher.lanes[lane(world)]?.throttle.perSecond
        #expect(again == 125)
    }

    @Test("of a batch that breaks a rule of the ledger one end stays open, and every other is written down")
    func oneByOne() async throws {
        let world = try await EngineWorld(concurrency: 4)
        let run = try world.run("sale", ["a", "b", "c", "d", "e"])
        try await world.step()
        try world.damage(
            """
            CREATE TRIGGER bad BEFORE UPDATE ON attempt
            WHEN NEW.recipient = (SELECT id FROM recipient WHERE open_id = 'b')
            BEGIN SELECT RAISE(ABORT, 'a rule'); END
            """)
        world.sends.answerAll(.accepted)
        #expect(try await world.step() == world.now, "looked at again at once")
        #expect(try world.sum(run).open == 4)
        try await world.step()
        #expect(try world.sum(run).accepted == 3)
        try world.damage("DROP TRIGGER bad")
        try await world.serve()
        #expect(try world.sum(run).accepted == 4 && world.sum(run).open == 1)
        // From then on a batch is a batch again.
        try world.run("more", ["f", "g"])
        try await world.serve()
        #expect(world.sends.leftTotal == 7)
        // The one that nobody could write down is in doubt after the next start, and is not sent again.
        try await world.crashAndRestart()
        #expect(try world.sum(run).unknown == 1)
        try world.check()
    }
}
