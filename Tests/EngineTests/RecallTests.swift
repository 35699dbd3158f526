import Answers
import CampaignModel
import Ports
import Reports
import Testing

@testable import Engine

@Suite("Taking messages back")
struct RecallTests {
    private func ask(_ world: EngineWorld, _ run: RunRecord, _ person: String = "operator") throws -> ActReceipt {
        try Desk(world.setup).act(ActRequest(act: .recall, run: run.name), as: .token("token-\(person)"))
    }

    /// Two delivered, one refused, one still unsent.
    private func delivered(_ world: EngineWorld) async throws -> RunRecord {
        let run = try world.run("sale", ["a", "b", "c"])
        try await world.step()
        world.sends.answer { exchange in
            exchange.request.recipient == "c"
                ? .refused(28_001_045) : .json(#"{"err_no":0,"data":{"msg_id":"@\#(exchange.request.recipient)"}}"#)
        }
        try await world.step()
        return run
    }

    @Test("every delivered message is asked for once, each answer is kept, and no quota returns")
    func recall() async throws {
        let world = try await EngineWorld()
        let run = try await delivered(world)
        let before = try world.ledger.laneFacts(world.account().id, at: world.now)
        let receipt = try ask(world, run)
        #expect(receipt.recalling == 2 && receipt.state == "paused")
        let mailbox = HandMailbox()
        let recaller = Recaller(world.setup, mailbox: mailbox)
        _ = try await recaller.step(at: world.now)
        mailbox.answer { exchange in
            exchange.request.text.contains("@a") ? .json(#"{"err_no":0,"data":{}}"#) : .refused(2_100_007)
        }
        _ = try await recaller.step(at: world.now)
        let counts = try #require(try world.ledger.recallCounts(of: run.id))
        #expect((counts.recalled, counts.refused, counts.asked) == (1, 1, 0))
        let after = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(before.people == after.people && before.messages == after.messages && after.messages == 2)
        #expect(try world.sum(run).accepted == 2)
        let report = try Desk(world.setup).report(run: run.name)
        #expect(ReportText.render(report, in: .en).contains("taken back 1, refused by the platform 1"))
        let answer = try Desk(world.setup).explain(ExplainQuestion(run: run.name, openID: "b", language: .en))
        #expect(answer.recall == ["refused"])
        // Asked again: only what was refused.
        #expect(try ask(world, run).recalling == 1)
        try world.check()
    }

    @Test("a lost answer is asked for again, a restart goes on, and after its tries it is unknown")
    func lost() async throws {
        let world = try await EngineWorld()
        let run = try await delivered(world)
        _ = try ask(world, run)
        var mailbox = HandMailbox()
        var recaller = Recaller(world.setup, mailbox: mailbox)
        _ = try await recaller.step(at: world.now)
        try await world.crashAndRestart()
        mailbox = HandMailbox()
        recaller = Recaller(world.setup, mailbox: mailbox)
        var asked = 0
        for _ in 0..<6 {
            _ = try await recaller.step(at: world.now)
            asked += mailbox.answerAll(.json("no", status: 502))
            _ = try await recaller.step(at: world.now)
            world.clock.pass(.seconds(15))
        }
        #expect(asked == 8)
        #expect(try world.ledger.recallCounts(of: run.id)?.unknown == 2)
    }

    @Test(
        "a refusal after an answer that was lost is unknown: the message may be back already", arguments: [false, true])
    func refusedAfterLost(_ restarts: Bool) async throws {
        let world = try await EngineWorld()
        let run = try await delivered(world)
        _ = try ask(world, run)
        var mailbox = HandMailbox()
        var recaller = Recaller(world.setup, mailbox: mailbox)
        _ = try await recaller.step(at: world.now)
        if restarts {
            // Killed with both on the wire.
            try await world.crashAndRestart()
            mailbox = HandMailbox()
            recaller = Recaller(world.setup, mailbox: mailbox)
        } else {
            mailbox.answer { exchange in
                exchange.request.text.contains("@a") ? .json("no", status: 502) : .refused(2_100_007)
            }
            _ = try await recaller.step(at: world.now)
            #expect(try world.ledger.recallCounts(of: run.id)?.refused == 1)
        }
        world.clock.pass(.seconds(15))
        _ = try await recaller.step(at: world.now)
        #expect(mailbox.answerAll(.refused(2_100_007)) == (restarts ? 2 : 1))
        _ = try await recaller.step(at: world.now)
        let counts = try #require(try world.ledger.recallCounts(of: run.id))
        #expect(counts.unknown == (restarts ? 2 : 1) && counts.refused == (restarts ? 0 : 1))
    }

    @Test("an author takes nothing back, and a run that delivered nothing has nothing to take back")
    func refusals() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).act(ActRequest(act: .recall, run: run.name), as: .nobody)
        }
        let refusal = #expect(throws: DeskRefusal.self) { try ask(world, run) }
        #expect(refusal?.code == "nothing_to_recall")
        #expect(try world.reread(run).state == run.state, "what has no effect holds nothing up either")
    }

    @Test("of a contact whose messages did not all get an id, the others are counted as such, once however often asked")
    func nameless() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"], messages: [.text("one"), .text("two"), .text("three")])
        try await world.step()
        world.sends.answer { exchange in .json(#"{"err_no":0,"data":{"msg_id":"@\#(exchange.request.recipient)"}}"#) }
        try await world.step()
        #expect(try ask(world, run).recalling == 2)
        for _ in 0..<2 {
            let counts = try #require(try world.ledger.recallCounts(of: run.id))
            #expect((counts.asked, counts.withoutID) == (2, 4))
            _ = try? ask(world, run)
        }
    }
}
