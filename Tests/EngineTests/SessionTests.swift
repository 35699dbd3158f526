import Answers
import CampaignModel
import Digests
import Ports
import Reports
import SendingRules
import Synchronization
import Testing

@testable import Engine

@Suite("Sessions of browsers")
struct SessionTests {
    private static func world() async throws -> EngineWorld {
        let world = try await EngineWorld()
        let count = Mutex<UInt8>(0)
        world.changeSetup { setup in
            setup.freshSecret = {
                count.withLock { $0 += 1 }
                return Array(repeating: count.withLock { $0 }, count: 32)
            }
        }
        return world
    }

    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    private static func logIn(_ world: EngineWorld, _ name: String = "review", agent: String = "") throws -> Identity {
        let key = try Desk(world.setup).logIn(as: .token("token-\(name)"), agent: agent, replacing: .nobody)
        #expect(key.secret.utf8.count == 64 && key.lasts == SessionRule.lengthMax)
        return .session(key.secret)
    }

    @Test("whoever logs in is who the token says, and may do what their roles allow")
    func logsIn() async throws {
        let world = try await Self.world()
        let sheet = try Desk(world.setup).session(of: Self.logIn(world))
        #expect(sheet.person == "review" && sheet.roles == ["reviewer"] && sheet.unproved.isEmpty)
        #expect(sheet.deeds.contains("approve") && !sheet.deeds.contains("go"))
        let desk = Desk(world.setup)
        for identity in [Identity.token("token-nobody"), .token(""), .name("review"), .nobody] {
            let code = Self.code { _ = try desk.logIn(as: identity, agent: "", replacing: .nobody) }
            #expect(code == "unproved" || code == "name_not_trusted")
        }
    }

    @Test("the ledger holds no secret: only its digest leads back")
    func hashed() async throws {
        let world = try await Self.world()
        guard case .session(let secret) = try Self.logIn(world) else {
            Issue.record("a login gives a session")
            return
        }
        let record = try #require(try world.ledger.session(digest: Digest.of(secret.utf8)))
        #expect(record.person == "review" && !record.binding.hexadecimal.contains(secret))
        #expect(Self.code { _ = try Desk(world.setup).session(of: .session(record.binding.hexadecimal)) } == "unproved")
        let digest = Digest.of(secret.utf8).hexadecimal
        #expect(Self.code { _ = try Desk(world.setup).session(of: .session(digest)) } == "unproved")
    }

    @Test(
        "a session ends after twelve hours without use, and after seven days whatever is done with it",
        arguments: [
            (hours: [11, 11, 11], lives: true), (hours: [13], lives: false),
            (hours: Array(repeating: 11, count: 15), lives: true),
            (hours: Array(repeating: 11, count: 16), lives: false),
        ])
    func expiry(hours: [Int64], lives: Bool) async throws {
        let world = try await Self.world()
        let session = try Self.logIn(world)
        var code = "done"
        for pause in hours where code == "done" {
            world.clock.pass(.hours(pause))
            code = Self.code { _ = try Desk(world.setup).session(of: session) }
        }
        #expect((code == "done") == lives)
        #expect(lives || code == "unproved")
    }

    @Test("a session ends with the token it was given for, and with its person")
    func bound() async throws {
        let world = try await Self.world()
        let session = try Self.logIn(world)
        world.changeSetup { setup in
            let place = setup.people.firstIndex { $0.name == "review" }!
            setup.people[place].token = Secret(bytes: Array("token-new".utf8))
        }
        #expect(Self.code { _ = try Desk(world.setup).session(of: session) } == "unproved")
        world.changeSetup { $0.people.removeAll { $0.name == "review" } }
        #expect(Self.code { _ = try Desk(world.setup).session(of: session) } == "unproved")
    }

    @Test("a logout ends it at once; a second login ends the one that the browser held")
    func ends() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let first = try Self.logIn(world)
        try desk.logOut(first)
        #expect(Self.code { _ = try desk.session(of: first) } == "unproved")
        let second = try Self.logIn(world)
        let third = Identity.session(
            try desk.logIn(as: .token("token-review"), agent: "", replacing: second).secret)
        #expect(Self.code { _ = try desk.session(of: second) } == "unproved")
        #expect(Self.code { _ = try desk.session(of: third) } == "done")
    }

    @Test("everybody sees and ends their own sessions, an operator everybody's")
    func revokes() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let review = try Self.logIn(world, agent: "phone")
        let second = try Self.logIn(world, "second")
        let operating = try Self.logIn(world, "operator")
        #expect(try desk.sessions(as: review).map(\.agent) == ["phone"])
        #expect(try desk.sessions(as: operating).count == 3)
        let other = try #require(try desk.sessions(as: review).first)
        #expect(Self.code { try desk.endSession(other.id, as: second) } == "no_session")
        try desk.endSession(other.id, as: operating)
        #expect(Self.code { _ = try desk.session(of: review) } == "unproved")
        #expect(try world.ledger.auditRows(limit: nil).filter { $0.act == "log-in" }.map(\.person).count == 3)
    }

    @Test("after ten minutes what cannot be taken back asks for the token once more; stopping never does")
    func secondProof() async throws {
        let world = try await Self.world()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        try world.authorize(["a"])
        let (desk, session) = (Desk(world.setup), try Self.logIn(world))
        let digest = try world.ledger.revision(run.revision).digest
        let approve = ActRequest(act: .approve, run: run.name, digest: digest)
        world.clock.pass(.minutes(11))
        #expect(Self.code { _ = try desk.act(approve, as: session) } == "second_proof")
        #expect(try desk.session(of: session).unproved == ["approve", "erase"])
        #expect(Self.code { try desk.proveAgain(.token("token-second"), of: session) } == "unproved")
        #expect(Self.code { _ = try desk.act(approve, as: session) } == "second_proof")
        #expect(Self.code { _ = try desk.act(ActRequest(act: .stopAll), as: session) } == "done")
        try desk.proveAgain(.token("token-review"), of: session)
        #expect(Self.code { _ = try desk.act(approve, as: session) } == "done")
        #expect(try world.reread(run).state == .scheduled)
    }

    @Test("a viewer looks at everything and changes nothing", arguments: ActRequest.Act.allCases)
    func viewer(act: ActRequest.Act) {
        #expect(!RoleRule.mayDo(act.deed, roles: [.viewer]))
    }
}

@Suite("What pages are told")
struct PageSheetsTests {
    @Test("a rejection's note reaches the run, and the report that its author reads")
    func note() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        var request = ActRequest(act: .reject, run: run.name)
        request.note = "  the price is last year's\nand the link is wrong"
        _ = try Desk(world.setup).act(request, as: .token("token-second"))
        let report = try DeskReading(world.setup).report(run: run.name)
        #expect(report.summary.rejection?.person == "second")
        let text = ReportText.render(report, in: .en)
        #expect(text.contains("Rejected by second at ") && text.contains("  the price is last year's\n"))
    }

    @Test("what needs a person says who may review: a reviewer who did not write it and has not approved")
    func reviewers() async throws {
        let world = try await EngineWorld()
        _ = try world.admit(world.campaign("sale"), ["a"])
        let needs = try Desk(world.setup).needs()
        #expect(needs.reviews.map(\.reviewers) == [["review", "second"]] && !needs.isEmpty)
    }

    @Test("bubbles are made of the list's own rows, and say what is missing")
    func bubbles() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale", messages: [.text("Hi <b>")]), ["a", "b"], fields: "Li").run
        let sheet = try Desk(world.setup).reviewSheet(run: run.name)
        #expect(sheet.variants.map(\.name) == ["a"])
        #expect(sheet.variants.first?.samples.first?.openID == "a")
        #expect(sheet.variants.first?.samples.first?.bubbles == [.text("Hi <b>")])
    }

    @Test(
        "what may be done to a run is what the act itself would allow",
        arguments: [
            ("review", ["approve", "reject", "pause", "cancel"], true),
            ("marketing", ["pause", "cancel"], false), ("operator", ["pause", "cancel"], false),
            ("guest", [], false),
        ])
    func acts(person: String, wanted: [String], mayApprove: Bool) async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        let desk = Desk(world.setup)
        _ = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        guard person != "guest" else {
            #expect(throws: DeskRefusal.self) { try desk.runActs(run: run.name, as: .token("token-guest")) }
            return
        }
        let acts = try desk.runActs(run: run.name, as: .token("token-\(person)"))
        #expect(acts.possible.subtracting(["test-send"]).sorted() == wanted.sorted(), "\(person)")
        #expect((acts.obstacle == nil) == mayApprove)
    }

    @Test("one person over everything: consents, lists, contacts and each run with its answer")
    func person() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .deny, openID: "b"), as: .token("token-review"))
        try await world.serve()
        let served = try desk.personSheet(openID: "a", language: .en)
        #expect(served.runs.map(\.run.run) == [run.name] && served.contacts.count == 1 && !served.isDenied)
        #expect(served.consents.map(\.account) == ["flagship"])
        let denied = try desk.personSheet(openID: "b", language: .en)
        #expect(denied.isDenied && denied.listings.first?.person == "review" && denied.contacts.isEmpty)
        #expect(denied.runs.first?.explanation.rules.contains { !$0.allows } == true)
        #expect(throws: DeskRefusal.self) { try desk.personSheet(openID: "nobody", language: .en) }
    }

    @Test("every reason of a run leads to the people behind it, a page at a time and each once")
    func people() async throws {
        let world = try await EngineWorld()
        let everybody = EngineWorld.people(0..<120)
        let run = try world.run("sale", everybody)
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .cancel, run: run.name), as: .token("token-operator"))
        var found: [String] = []
        var after: String?
        repeat {
            let page = try desk.people(
                PeopleQuestion(run: run.name, place: "skipped", reason: "cancelled", after: after))
            found += page.lines.map(\.openID)
            after = page.next
        } while after != nil
        #expect(found.sorted() == everybody.sorted())
        let none = try desk.people(PeopleQuestion(run: run.name, place: "skipped", reason: "denied", after: nil))
        #expect(none.lines.isEmpty && none.next == nil)
        #expect(try desk.acts(run: run.name).first?.act == "cancel")
    }

    @Test("all runs, ended ones too, are found by title, name and state, a page at a time and each once")
    func campaigns() async throws {
        let world = try await EngineWorld()
        for number in 0..<60 { _ = try world.admit(world.campaign("sale-\(number)"), ["a"]) }
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .cancel, run: "sale-7"), as: .token("token-operator"))
        var found: [String] = []
        var after: String?
        repeat {
            let page = try desk.campaigns(CampaignsQuestion(text: "", state: "", after: after))
            found += page.runs.map(\.campaign)
            after = page.next
        } while after != nil
        #expect(found.count == 60 && Set(found).count == 60)
        let cancelled = try desk.campaigns(CampaignsQuestion(text: "", state: "cancelled", after: nil))
        #expect(cancelled.runs.map(\.campaign) == ["sale-7"])
        let named = try desk.campaigns(CampaignsQuestion(text: "SALE-5", state: "", after: nil))
        #expect(named.runs.count == 11 && named.next == nil)
        #expect(throws: DeskRefusal.self) { try desk.campaigns(CampaignsQuestion(text: "", state: "x", after: nil)) }
    }
}
