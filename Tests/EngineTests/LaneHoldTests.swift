import Answers
import CampaignModel
import Channels
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Answers of requests that left before a lane was held are one event")
struct LaneHoldTests {
    private static func lane(_ world: EngineWorld) -> Lane {
        Lane(account: world.account().id, channel: .privateMessage)
    }

    private func hold(_ world: EngineWorld) throws -> LaneHold? {
        try world.ledger.laneFacts(world.account().id, at: world.now).hold
    }

    /// Eight on the wire, answered one after the other.
    private func refuseEight(_ world: EngineWorld, _ result: ExchangeResult) async throws {
        try await world.step()
        for _ in 0..<8 {
            var isFirst = true
            world.sends.answer { _ in
                defer { isFirst = false }
                return isFirst ? result : nil
            }
            try await world.step()
            world.clock.pass(.milliseconds(200))
        }
    }

    @Test("eight answers of abnormal risk of one moment are half an hour, the next moment's are an hour")
    func risk() async throws {
        let world = try await EngineWorld(concurrency: 8)
        _ = try world.run("sale", EngineWorld.people(0..<20))
        let first = world.now
        try await refuseEight(world, .refused(28_001_052))
        #expect(try hold(world) == LaneHold(reason: .platformRisk, until: first + .minutes(30)))
        world.clock.set(first + .minutes(31))
        world.setup.bells.dispatcher.ring()
        let second = world.now
        try await refuseEight(world, .refused(28_001_052))
        #expect(try hold(world)?.until == second + .hours(1))
    }

    @Test("a contact that left before the pause and was accepted after it does not end the doubling")
    func acceptedLate() async throws {
        let world = try await EngineWorld(concurrency: 2)
        _ = try world.run("sale", EngineWorld.people(0..<6))
        let first = world.now
        try await world.step()
        world.sends.answer { $0.request.recipient == "p0" ? .refused(28_001_052) : nil }
        try await world.step()
        world.sends.answerAll(.accepted)
        try await world.step()
        world.clock.set(first + .minutes(31))
        world.setup.bells.dispatcher.ring()
        try await world.step()
        world.sends.answerAll(.refused(28_001_052))
        try await world.step()
        #expect(try hold(world)?.until == world.now + .hours(1))
    }

    struct Kind: CustomTestStringConvertible {
        var code: Int
        var hold: Reason
        var until: Moment?
        var testDescription: String { "\(code)" }
    }
    static let kinds = [
        Kind(code: 28_003_017, hold: .platformQuota, until: PlatformDay(containing: EngineWorld.morning).next.start),
        Kind(code: 28_001_052, hold: .platformRisk, until: EngineWorld.morning + .minutes(30)),
        Kind(code: 28_001_042, hold: .platformNeedsHuman, until: nil),
        Kind(code: 28_029_004, hold: .platformBanned, until: nil),
    ]

    @Test("every refusal that holds a lane holds it once, however many were on the wire", arguments: kinds)
    func everyKind(_ kind: Kind) async throws {
        let world = try await EngineWorld(concurrency: 8)
        _ = try world.run("sale", EngineWorld.people(0..<20))
        try await refuseEight(world, .refused(kind.code))
        #expect(try hold(world) == LaneHold(reason: kind.hold, until: kind.until))
    }

    @Test("eight answers of a busy platform halve the pace once, and it is said everywhere")
    func busy() async throws {
        let world = try await EngineWorld(concurrency: 8)
        _ = try world.run("sale", EngineWorld.people(0..<8))
        try await refuseEight(world, .json("", status: 429))
        let throttle = await world.dispatcher.lanes[Self.lane(world)]?.throttle
        #expect(throttle?.perSecond == 250 && throttle?.percent == 50)
        let line = try #require(try Desk(world.setup).status().lanes.first { $0.account == "flagship" })
        #expect(line.pacePercent == 50 && line.slowed?.contains("50 %") == true)
    }

    @Test("refused tokens close the lane in status and explain, with what to do")
    func refusedTokens() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        for token in ["second", "third"] {
            try await world.serve(.refused(28_001_008), rounds: 1)
            try await world.grantTokens(token)
            world.setup.bells.dispatcher.ring()
        }
        let line = try #require(try Desk(world.setup).status().lanes.first { $0.account == "flagship" })
        #expect(line.state == "platform_token" && line.nextAllowed == nil)
        let told = try Desk(world.setup).explain(ExplainQuestion(run: run.name, openID: "a", language: .en))
        let rule = try #require(told.rules.first { $0.rule == "platform_token" })
        #expect(!rule.allows && rule.remedy?.contains("curfew account release") == true)
    }

    @Test("the pause of an account that only writes to groups doubles")
    func group() throws {
        var pauses = RiskPauses()
        let now = EngineWorld.morning
        #expect(pauses.strike(at: now, left: now - .seconds(1)) == .minutes(30))
        #expect(pauses.strike(at: now + .seconds(1), left: now - .seconds(1)) == nil)
        #expect(pauses.strike(at: now + .hours(1), left: now + .minutes(59)) == .hours(1))
        pauses.accept(left: now)
        #expect(pauses.strike(at: now + .hours(3), left: now + .hours(2)) == .hours(2))
        pauses.accept(left: now + .hours(4))
        #expect(pauses.strike(at: now + .hours(5), left: now + .hours(5)) == .minutes(30))
    }

    @Test("the configuration has dropped the account: its lane is closed with a reason, its run says so")
    func removed() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        _ = try world.ledger.register(
            [AppRegistration(name: "tt01", accounts: [AccountRegistration(name: "outlet", openID: "_outlet")])],
            at: world.now, term: world.setup.term)
        world.changeSetup { $0.accounts.removeAll { $0.record.name == "flagship" } }
        let desk = Desk(world.setup)
        let status = try desk.status()
        #expect(status.lanes.first { $0.account == "flagship" }?.state == "account_removed")
        #expect(status.runs.first?.why?.reason == "account_removed")
        #expect(try desk.report(run: run.name).summary.why?.sentence.contains("flagship") == true)
        let told = try desk.explain(ExplainQuestion(run: run.name, openID: "a", language: .en))
        #expect(told.rules.contains { $0.rule == "account_removed" && !$0.allows })
    }
}
