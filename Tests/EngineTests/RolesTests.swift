import Answers
import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Roles at the desk")
struct RolesTests {
    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    private static let roleCodes: Set<String> = ["not_author", "not_operator", "not_reviewer", "role_missing"]

    @Test(
        "every act passes the table of roles, and nothing is changed by who lacks one",
        arguments: ActRequest.Act.allCases)
    func acts(act: ActRequest.Act) async throws {
        let world = try await EngineWorld()
        world.changeSetup {
            $0.people.append(PersonSetup(name: "wang", roles: [.author], token: Secret(bytes: [9, 9])))
        }
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        let before = try world.ledger.auditHead()
        for (role, token) in [
            (PersonRole.author, "\u{9}\u{9}"), (.reviewer, "token-review"), (.operator, "token-operator"),
        ] where !RoleRule.mayDo(act.deed, roles: [role]) {
            let code = Self.code {
                _ = try Desk(world.setup).act(
                    ActRequest(act: act, run: run.name, openID: "a", account: "flagship"), as: .token(token))
            }
            #expect(Self.roleCodes.contains(code), "\(act) as \(role): \(code)")
        }
        #expect(try world.ledger.auditHead() == before)
        #expect(try world.reread(run).state == .inReview && !world.ledger.isStopped())
    }

    @Test("nobody approves their own file, or twice, by being called otherwise")
    func renamed() async throws {
        let world = try await EngineWorld()
        func rename(_ old: String, _ new: String) {
            world.changeSetup { setup in
                for index in setup.people.indices where setup.people[index].name == old {
                    setup.people[index].name = new
                    setup.people[index].formerNames = [old]
                }
            }
        }
        let run = try world.admit(world.campaign("sale", messages: [.text("加 V x 领券")]), ["a"]).run
        func approve(_ token: String) -> String {
            Self.code {
                _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token(token))
            }
        }
        rename("marketing", "li")
        #expect(approve("token-marketing") == "own_file")
        #expect(
            try !Desk(world.setup).runActs(run: run.name, as: .token("token-marketing")).possible.contains("approve"))
        #expect(approve("token-review") == "done")
        rename("review", "reviewer-of-now")
        #expect(approve("token-review") == "already_approved")
        #expect(try world.reread(run).state == .inReview)
        #expect(approve("token-second") == "done")
        #expect(try world.reread(run).state == .scheduled)
    }

    @Test("after an operator's stop only an operator lets messages leave again")
    func go() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .stopAll), as: .token("token-marketing"))
        for token in ["token-marketing", "token-review"] {
            #expect(Self.code { _ = try desk.act(ActRequest(act: .go), as: .token(token)) } == "not_operator")
        }
        #expect(try world.ledger.isStopped())
        _ = try desk.act(ActRequest(act: .go), as: .token("token-operator"))
        _ = try desk.act(ActRequest(act: .pause, run: run.name), as: .token("token-marketing"))
        #expect(
            Self.code { _ = try desk.act(ActRequest(act: .resume, run: run.name), as: .token("token-marketing")) }
                == "not_operator")
        #expect(try world.reread(run).state == .paused)
    }
}

@Suite("What a campaign's id means")
struct RunNamesTests {
    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    private func act(
        _ world: EngineWorld, _ act: ActRequest.Act, _ name: String, _ token: String, digest: String? = nil
    )
        throws -> ActReceipt
    {
        try Desk(world.setup).act(ActRequest(act: act, run: name, digest: digest), as: .token(token))
    }

    @Test(
        "a change is approved by its full name or its digest, never by the campaign's id, which also means the text before"
    )
    func changed() async throws {
        let world = try await EngineWorld()
        let first = try world.admit(world.campaign("sale"), ["a"]).run
        // The first text there ever was: nobody can have had another one in mind.
        #expect(try act(world, .approve, "sale", "token-review").run == first.name)
        let change = try world.admit(world.campaign("sale", messages: [.text("other")]), ["a"])
        #expect(Self.code { _ = try act(world, .approve, "sale", "token-review") } == "say_which")
        #expect(try world.reread(change.run).state == .inReview)
        #expect(
            Self.code { _ = try act(world, .approve, "sale", "token-review", digest: "digest-of-the-first") }
                == "changed")
        #expect(try act(world, .approve, change.run.name, "token-review").run == change.run.name)
        let third = try world.admit(world.campaign("sale", messages: [.text("third")]), ["a"])
        #expect(
            try act(world, .approve, "sale", "token-review", digest: third.revision.digest).run == third.run.name)
    }

    @Test("an id never means a test, and a test is in no list")
    func tests() async throws {
        let world = try await EngineWorld()
        world.changeSetup { $0.testPeople = ["flagship": ["tester"]] }
        try world.authorize(["tester"])
        let run = try world.run("sale", ["a", "b"])
        let test = try Desk(world.setup).testSend(
            TestSendRequest(run: "sale", openID: "tester"), as: .token("token-review"))
        #expect(try act(world, .pause, "sale", "token-operator").run == run.name)
        #expect(try world.reread(run).state == .paused)
        #expect(try act(world, .resume, "sale", "token-operator").run == run.name)
        let desk = Desk(world.setup)
        #expect(try desk.report(run: "sale").summary.run == run.name)
        #expect(try desk.explain(ExplainQuestion(run: "sale", openID: "a", language: .en)).run == run.name)
        #expect(try desk.runs(includingEnded: true).map(\.run) == [run.name])
        #expect(try desk.status().runs.map(\.run) == [run.name])
        #expect(try desk.report(run: #require(test.run)).summary.run == test.run)
    }

    @Test("where an id could mean several runs, all of them are named and nothing is done")
    func ambiguous() async throws {
        let world = try await EngineWorld()
        let daily = Schedule(start: world.now, recurrence: Recurrence(frequency: .daily), validity: .days(3))
        let first = try world.admit(world.campaign("daily", schedule: daily), ["a"]).run
        try world.approve(first)
        let second = try world.ledger.addOccurrence(
            OccurrenceDemand(
                now: world.now, term: world.setup.term, revision: first.revision, occurrence: world.now + .days(1),
                validUntil: world.now + .days(4)))
        let before = try world.ledger.auditHead()
        for act in [ActRequest.Act.pause, .approve, .recall] {
            let token = act == .approve ? "token-review" : "token-operator"
            let code = Self.code { _ = try self.act(world, act, "daily", token) }
            #expect(code == (act == .approve ? "not_possible" : "ambiguous_run"), "\(act)")
        }
        let question = ExplainQuestion(run: "daily", openID: "a", language: .en)
        // A question about one person has an answer all the same: the occurrence in which that person stands.
        #expect(Self.code { _ = try Desk(world.setup).explain(question) } == "done")
        do { _ = try act(world, .pause, "daily", "token-operator") } catch let refusal as DeskRefusal {
            #expect(refusal.sentence.en.contains(first.name) && refusal.sentence.en.contains(second.name))
        }
        #expect(try world.ledger.auditHead() == before)
        _ = try act(world, .pause, second.name, "token-operator")
        #expect(try act(world, .resume, "daily", "token-operator").run == second.name, "only one of them is paused")
    }
}
