import Answers
import CampaignModel
import GRDB
import Ports
import Testing

@testable import Engine

@Suite("People stop the wire")
struct StopTests {
    private func act(
        _ world: EngineWorld, _ act: ActRequest.Act, _ run: RunRecord? = nil, openID: String? = nil,
        account: String? = nil
    ) throws -> ActReceipt {
        try Desk(world.setup).act(
            ActRequest(act: act, run: run?.name, openID: openID, account: account), as: .token("token-operator"))
    }

    @Test("a stop of everything stops what is not yet on the wire, and says how many are")
    func stopAll() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<5))
        try await world.step()
        let receipt = try act(world, .stopAll)
        #expect(receipt.onTheWire == 5 && receipt.state == "stopped")
        world.sends.letGo()
        try await world.step()
        #expect(world.sends.leftTotal == 0)
        #expect(try world.sum(run).waiting == [.stoppedByOperator: 5])
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 0)
        _ = try act(world, .go)
        world.clock.pass(.seconds(10))
        try await world.serve()
        #expect(try world.sum(run).accepted == 5)
        try world.check()
    }

    private func code(_ body: () throws -> Void) -> String {
        do { try body() } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
        return "done"
    }

    @Test("a stop that the ledger cannot take down holds, says so, counts nobody, and is written when there is room")
    func stopOnFullDisk() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<5))
        try world.fillDisk(under: "UPDATE ON reign")
        #expect(code { _ = try act(world, .stopAll) } == "stop_not_written")
        #expect(try DeskReading(world.setup).status().stopped && !world.ledger.isStopped())
        let question = ExplainQuestion(run: run.name, openID: EngineWorld.people(0..<5)[0], language: .en)
        let rules = try DeskReading(world.setup).explain(question).rules
        #expect(rules.first { $0.rule == "stopped_by_operator" }?.allows == false)
        for _ in 0..<3 {
            // Safe because a dispatcher before a full disk ends its step with that.
            _ = try? await world.step()
            world.clock.pass(.seconds(5))
        }
        #expect(try world.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM attempt") } == 0)
        try world.makeRoom()
        try await world.step()
        #expect(try world.ledger.isStopped())
        #expect(try world.ledger.auditRows(limit: 1).first?.act == "stop-all")
        try await world.crashAndRestart()
        try await world.serve()
        #expect(try world.sum(run).pending == 5, "it outlives a restart from then on")
        _ = try act(world, .go)
        try await world.serve()
        #expect(try world.sum(run).accepted == 5)
        try world.check()
    }

    @Test(
        "a file that stops everything stays until its stop is written down, and its report is told again then",
        arguments: ["x.control", "x"])
    func fileOnFullDisk(_ stem: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<5))
        var intake = Intake(world.setup, tray: world.tray)
        func told() async throws -> String {
            world.clock.pass(.seconds(10))
            _ = try await intake.step(at: world.now)
            return world.tray.text("\(stem).report.txt") ?? ""
        }
        for diesMeanwhile in [true, false] {
            try world.fillDisk(under: "UPDATE ON reign")
            world.tray.drop("\(stem).yaml", "do: stop-all\n")
            for _ in 0..<2 {
                #expect(try await told().contains("not written down yet"))
                #expect(world.tray.names.contains("\(stem).yaml") && world.setup.board.isStopped)
            }
            try world.makeRoom()
            if diesMeanwhile {
                // Before anybody wrote it down: whoever starts next finds the order where it lay.
                try await world.crashAndRestart()
                #expect(try !world.ledger.isStopped())
                intake = Intake(world.setup, tray: world.tray)
            } else {
                try await world.step()
                #expect(try world.ledger.isStopped())
                // Carried out once: whoever says `go` before the folder is looked at again has the last word.
                _ = try act(world, .go)
            }
            #expect(try await !told().contains("not written down yet"))
            #expect(try world.ledger.isStopped() == diesMeanwhile && !world.tray.names.contains("\(stem).yaml"))
            if diesMeanwhile { _ = try act(world, .go) }
        }
        #expect(try world.sum(run).pending == 5)
    }

    @Test("a denial is of an id that can be somebody's, of an account that there is, and says when it changes nothing")
    func deniedForNothing() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        for wrong in ["", " ", "a b", "退订", String(repeating: "x", count: 129), "erased:1"] {
            #expect(code { _ = try act(world, .deny, openID: wrong) } == "bad_value", "\(wrong)")
        }
        #expect(code { _ = try act(world, .deny, openID: "a", account: "flagshp") } == "account_not_found")
        #expect(code { _ = try act(world, .undeny, openID: "a") } == "not_denied")
        // As somebody copies it out of a spreadsheet.
        _ = try act(world, .deny, openID: " 'a\u{200B}\n")
        #expect(code { _ = try act(world, .deny, openID: "=\"a\"") } == "already_denied")
        #expect(code { _ = try act(world, .deny, openID: "a") } == "already_denied")
        #expect(code { _ = try act(world, .undeny, openID: "a", account: "flagship") } == "not_denied")
        #expect(code { _ = try act(world, .undeny, openID: "a", account: "flagshp") } == "account_not_found")
        try await world.serve()
        #expect(try world.sum(run).skipped == [.denied: 1] && world.sum(run).accepted == 1)
        _ = try act(world, .undeny, openID: "a")
    }

    @Test("a pause stops its own run only, and a resume sends the rest")
    func pause() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        let other = try world.run("other", ["c"])
        try await world.step()
        #expect(try act(world, .pause, run).onTheWire == 2)
        world.sends.answerAll(.accepted)
        try await world.step()
        #expect(try world.sum(run).accepted == 0 && world.sum(other).accepted == 1)
        world.clock.pass(.minutes(1))
        try await world.serve()
        #expect(try world.sum(run).waitingTotal == 2)
        _ = try act(world, .resume, run)
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
        try world.check()
    }

    @Test("a cancel ends the run, and what had not left ends with it")
    func cancel() async throws {
        let world = try await EngineWorld(concurrency: 2)
        let run = try world.run("sale", EngineWorld.people(0..<5))
        try await world.step()
        #expect(try act(world, .cancel, run).onTheWire == 2)
        world.sends.letGo()
        try await world.step()
        #expect(world.sends.leftTotal == 0)
        #expect(try world.sum(run).skipped == [.cancelled: 5])
        try world.check()
    }

    @Test("somebody who is denied between the start and the wire is not written to")
    func denied() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        _ = try act(world, .deny, openID: "a")
        try await world.serve()
        #expect(world.sends.leftTotal == 1)
        #expect(try world.sum(run).skipped == [.denied: 1] && world.sum(run).accepted == 1)
        try world.check()
    }

    @Test("a denial for one account leaves the others free, also after a restart")
    func deniedForOne() async throws {
        let world = try await EngineWorld()
        _ = try act(world, .deny, openID: "a", account: "flagship")
        try await world.crashAndRestart()
        let ours = try world.run("ours", ["a"])
        let theirs = try world.run("theirs", ["a"], account: "outlet")
        try await world.serve()
        #expect(try world.sum(ours).skipped == [.denied: 1] && world.sum(theirs).accepted == 1)
    }

    @Test("a pause that is refused leaves the run free to send")
    func refusedPause() async throws {
        let world = try await EngineWorld()
        try world.authorize(["a"])
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        // In review the first holds it; the second finds nothing to do and is refused.
        _ = try act(world, .pause, run)
        #expect(throws: DeskRefusal.self) { try act(world, .pause, run) }
        _ = try act(world, .resume, run)
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
    }
}

@Suite("Who may do what")
struct DeskTests {
    private func approve(_ world: EngineWorld, _ run: RunRecord, _ identity: Identity, digest: String? = nil) throws {
        _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name, digest: digest), as: identity)
    }

    @Test("nobody approves their own file, only a reviewer approves, and a name proves nothing")
    func approvals() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        func code(_ identity: Identity, digest: String? = nil) -> String {
            do {
                try approve(world, run, identity, digest: digest)
                return "done"
            } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
        }
        #expect(code(.nobody) == "unproved")
        #expect(code(.token("")) == "unproved")
        #expect(code(.token("token-reviewer")) == "unproved")
        #expect(code(.name("review")) == "name_not_trusted")
        #expect(code(.token("token-operator")) == "not_reviewer")
        #expect(code(.token("token-marketing")) == "own_file")
        #expect(code(.token("token-review"), digest: "another") == "changed")
        #expect(try world.reread(run).state == .inReview)
        #expect(code(.token("token-review")) == "done")
        #expect(try world.reread(run).state == .scheduled)
        #expect(code(.token("token-review")) == "not_possible")
    }

    @Test("a closed account is opened by an operator who has acted, never by a writer, and never after a ban")
    func release() async throws {
        let world = try await EngineWorld()
        let account = world.account()
        func hold(_ reason: Reason) throws {
            try world.ledger.hold(
                account: account.id, LaneHold(reason: reason, until: nil), by: "platform", at: world.now,
                term: world.setup.term)
        }
        func release(_ token: String) -> String {
            do {
                _ = try Desk(world.setup).act(ActRequest(act: .release, account: account.name), as: .token(token))
                return "done"
            } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
        }
        #expect(release("token-operator") == "account_not_held", "an order without effect says so")
        try hold(.platformNeedsHuman)
        #expect(release("token-guest") == "unproved")
        #expect(release("token-operator") == "done")
        #expect(try world.ledger.laneFacts(account.id, at: world.now).hold == nil)
        try hold(.platformBanned)
        #expect(release("token-operator") == "account_banned")
        #expect(try world.ledger.laneFacts(account.id, at: world.now).hold?.reason == .platformBanned)
    }

    @Test("an unknown is settled by a person with the right name, once")
    func resolve() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve(.lost(.timedOut))
        func resolve() throws {
            _ = try Desk(world.setup).act(
                ActRequest(act: .resolveNotSent, run: run.name, openID: "a"), as: .token("token-operator"))
        }
        try resolve()
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 0)
        #expect { try resolve() } throws: { ($0 as? DeskRefusal)?.code == "no_unknown" }
        try world.check()
    }

    @Test("why not now: the first reason in one sentence, and the moment at which all rules allow")
    func explain() async throws {
        let world = try await EngineWorld(at: EngineWorld.morning + .hours(13))
        let run = try world.run("sale", ["a"])
        let answer = try Desk(world.setup).explain(
            ExplainQuestion(run: run.name, openID: "a", at: nil, language: .en))
        #expect(answer.place == "pending")
        #expect(answer.rules.first { !$0.allows }?.rule == "quiet_hours")
        #expect(answer.nextAllowed?.hasPrefix("2026-11-21T08:00") == true)
    }
}
