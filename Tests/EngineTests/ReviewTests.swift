import Answers
import CampaignFiles
import CampaignModel
import Channels
import Ports
import Reports
import Testing

@testable import Engine

@Suite("Two reviews")
struct ReviewTests {
    private func drop(_ world: EngineWorld, _ yaml: String, _ list: String = IntakeTests.list) async throws -> RunRecord
    {
        world.tray.drop("sale.yaml", yaml)
        world.tray.drop("vip.csv", list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        return try #require(try world.ledger.runs(includingEnded: true).last)
    }

    /// The machine looks until nothing is left to look at.
    private func machine(_ world: EngineWorld) async throws {
        let reviewer = Reviewer(world.setup)
        for _ in 0..<20 where try await reviewer.step(at: world.now) != nil {}
    }

    private func approve(_ world: EngineWorld, _ run: RunRecord, _ person: String) throws -> ActReceipt {
        try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-\(person)"))
    }

    private func refusal(_ world: EngineWorld, _ run: RunRecord, _ person: String) -> String {
        do {
            _ = try approve(world, run, person)
            return "approved"
        } catch let refusal as DeskRefusal { return refusal.code } catch { return "\(error)" }
    }

    private func report(_ world: EngineWorld) async throws -> String {
        world.clock.pass(.seconds(3))
        _ = try await Reporter(world.setup, tray: world.tray).step(at: world.now)
        return world.tray.text("sale.report.txt") ?? ""
    }

    private static let fields = "fields:\n  nickname: {default: friend}"

    @Test("a sensitive word asks for two persons: not one, not the same one twice, never the author")
    func twoPersons() async throws {
        let world = try await EngineWorld()
        let run = try await drop(world, IntakeTests.yaml(text: "加 V x 领券"))
        try await machine(world)
        #expect(try await report(world).contains("sensitive_word"))
        #expect(refusal(world, run, "marketing") == "own_file")
        #expect(try approve(world, run, "review").approvalsMissing == 1)
        #expect(try world.reread(run).state == .inReview && !world.reread(run).isApproved)
        #expect(try await report(world).contains("1 of 2 approvals"))
        #expect(refusal(world, run, "review") == "already_approved")
        // What was given is on file: a restart asks nobody twice.
        try await world.crashAndRestart()
        #expect(try approve(world, run, "second").approvalsMissing == nil)
        #expect(try world.reread(run).state == .scheduled && world.reread(run).isApproved)
        #expect(try world.ledger.revision(run.revision).approvedBy == ["review", "second"])
    }

    @Test("a person's own value that makes a blocked word refuses the whole file, with its line")
    func blockedValue() async throws {
        let world = try await EngineWorld()
        let run = try await drop(
            world, IntakeTests.yaml(text: "hi {{nickname}}", more: Self.fields),
            "open_id,nickname\np0,Ann\np1,赌 博\n")
        try await machine(world)
        #expect(try world.reread(run).state == .rejected)
        let text = try await report(world)
        #expect(text.contains("sensitive_word") && text.contains("p1, line 3") && text.contains("refused"))
        #expect(refusal(world, run, "review") != "approved")
        // The page that everybody on the machine can read has no names.
        let page = try Desk(world.setup).report(run: run.name)
        #expect(page.summary.review?.isRefused == true && !"\(page)".contains("p1"))
    }

    @Test("an approval that comes before the machine has looked makes it look first")
    func approvalFirst() async throws {
        let world = try await EngineWorld()
        let run = try await drop(
            world, IntakeTests.yaml(text: "hi {{nickname}}", more: Self.fields),
            "open_id,nickname\np0,赌博\n")
        #expect(refusal(world, run, "review") == "machine_refused")
        #expect(try world.reread(run).state == .rejected)
        world.changeSetup { $0.testPeople = ["flagship": ["p0"]] }
        #expect {
            _ = try Desk(world.setup).testSend(
                TestSendRequest(run: run.name, openID: "p0"), as: .token("token-review"))
        } throws: {
            ($0 as? DeskRefusal)?.code == "machine_refused"
        }
    }

    @Test(
        "a large audience asks for two persons, counted without the holdout and over all pages",
        arguments: [
            (6000, 2), (6001, 1),
        ])
    func largeAudience(_ twoPeopleFrom: Int, _ needed: Int) async throws {
        let world = try await EngineWorld()
        var setup = world.setup
        setup.review = ReviewTerms(twoPeopleFrom: twoPeopleFrom)
        let run = try world.admit(world.campaign("sale"), EngineWorld.people(0..<6000)).run
        let review = try Reviewer.review(of: run.revision, setup, at: world.now)
        #expect((review.people, review.approvalsNeeded) == (6000, needed))
    }

    @Test(
        "a review holds for the words and limits that it was made under: stricter ones reach what waits for its approval"
    )
    func otherTerms() async throws {
        let world = try await EngineWorld()
        let many = try world.admit(world.campaign("many", messages: [.text("welcome")]), EngineWorld.people(0..<30)).run
        let worded = try world.admit(world.campaign("worded", messages: [.text("hello")]), ["a"]).run
        let reviewer = Reviewer(world.setup)
        while try await reviewer.step(at: world.now) != nil {}
        #expect(try world.ledger.machineReview(of: many.revision)?.approvalsNeeded == 1)
        world.changeSetup {
            $0.review = ReviewTerms(words: SensitiveWords(block: ["hello"], review: []), twoPeopleFrom: 10)
        }
        // Who approves before the machine's step is held to the terms of today as well.
        let receipt = try Desk(world.setup).act(
            ActRequest(act: .approve, run: many.name, digest: world.ledger.revision(many.revision).digest),
            as: .token("token-review"))
        #expect(receipt.approvalsMissing == 1)
        #expect(try world.reread(many).state == .inReview)
        let again = Reviewer(world.setup)
        while try await again.step(at: world.now) != nil {}
        #expect(try world.reread(worded).state == .rejected)
        #expect(try world.ledger.revisionsToReview(under: world.setup.review.terms).isEmpty)
    }

    @Test("an approval of somebody who has lost the role since counts no more while another one is missing")
    func lapsedRole() async throws {
        let world = try await EngineWorld()
        let run = try await drop(world, IntakeTests.yaml(text: "加 V x 领券"))
        #expect(try approve(world, run, "review").approvalsMissing == 1)
        world.changeSetup { setup in
            for index in setup.people.indices {
                switch setup.people[index].name {
                case "review": setup.people[index].roles = [.author]
                case "operator": setup.people[index].roles = [.operator, .reviewer]
                default: break
                }
            }
        }
        #expect(try approve(world, run, "second").approvalsMissing == 1)
        #expect(try world.reread(run).state == .inReview)
        #expect(try approve(world, run, "operator").approvalsMissing == nil)
        #expect(try world.reread(run).state == .scheduled)
    }

    @Test("stricter words stop what was approved before them: it is looked at again before anybody more is written to")
    func stricterWords() async throws {
        let world = try await EngineWorld()
        let forbidden = try world.run("forbidden", ["a", "b"])
        let harmless = try world.run("harmless", ["c"], messages: [.text("welcome")])
        for run in [forbidden, harmless] { _ = try Reviewer.review(of: run.revision, world.setup, at: world.now) }
        world.changeSetup { $0.review = ReviewTerms(words: SensitiveWords(block: ["hello"], review: [])) }
        world.dispatcher = Dispatcher(
            world.setup, mailbox: world.sends, channel: PrivateMessageChannel(baseURL: world.setup.address), seed: 8)
        try await world.step()
        #expect(world.sends.leftTotal == 0, "nobody is written to before the machine has looked under today's words")
        try await machine(world)
        #expect(try world.reread(forbidden).state == .paused)
        try await world.serve()
        #expect(try (world.sum(forbidden).accepted, world.sum(harmless).accepted) == (0, 1))
        #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).act(ActRequest(act: .resume, run: forbidden.name), as: .token("token-review"))
        }
        try world.check()
    }

    @Test(
        "words or limits that ask for a second person since hold an approved run until that person approves",
        arguments: [false, true])
    func askedAnew(_ byLimit: Bool) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        _ = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        world.changeSetup {
            $0.review = ReviewTerms(
                words: SensitiveWords(block: [], review: byLimit ? [] : ["hello"]), twoPeopleFrom: byLimit ? 2 : 1000)
        }
        world.dispatcher = Dispatcher(
            world.setup, mailbox: world.sends, channel: PrivateMessageChannel(baseURL: world.setup.address), seed: 8)
        try await machine(world)
        #expect(try world.reread(run).state == .paused)
        let desk = Desk(world.setup)
        let summary = try desk.run(run.name, for: nil)
        #expect(summary.why?.reason == "awaiting_review" && summary.why?.text(in: .zh).contains("还需要 1 位") == true)
        #expect(ReportText.render(try desk.report(run: run.name), in: .en).contains("1 of 2 approvals"))
        // Resuming is no approval, and whoever has approved cannot do it twice.
        #expect {
            try desk.act(ActRequest(act: .resume, run: run.name), as: .token("token-operator"))
        } throws: {
            ($0 as? DeskRefusal)?.code == "approval_missing"
        }
        #expect(refusal(world, run, "review") == "already_approved" && refusal(world, run, "marketing") == "own_file")
        try await world.serve()
        #expect(try world.sum(run).accepted == 0)
        #expect(try approve(world, run, "second").state == "running")
        try await world.serve()
        #expect(try world.sum(run).accepted == 2 && world.ledger.revision(run.revision).approvedBy.count == 2)
        try world.check()
    }

    @Test("of the approvals that are asked for since, one whose giver has lost the role counts no more")
    func askedAnewWithoutRole() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        _ = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        world.changeSetup { setup in
            for index in setup.people.indices where setup.people[index].name == "review" {
                setup.people[index].roles = [.author]
            }
            for index in setup.people.indices where setup.people[index].name == "operator" {
                setup.people[index].roles = [.operator, .reviewer]
            }
        }
        // Under the same terms it stays approved.
        try await machine(world)
        #expect(try world.reread(run).state == .running)
        world.changeSetup { $0.review = ReviewTerms(words: SensitiveWords(block: [], review: ["hello"])) }
        try await machine(world)
        #expect(try world.reread(run).state == .paused)
        #expect(try approve(world, run, "second").approvalsMissing == 1)
        #expect(try world.reread(run).state == .paused)
        #expect(try approve(world, run, "operator").approvalsMissing == nil)
        #expect(try world.reread(run).state == .running)
    }

    @Test("what a person paused before waits for the approval alone once they resume it")
    func askedAnewWhilePaused() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        _ = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .pause, run: run.name), as: .token("token-operator"))
        world.changeSetup { $0.review = ReviewTerms(words: SensitiveWords(block: [], review: ["hello"])) }
        try await machine(world)
        #expect(try world.reread(run).why == nil)
        #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).act(ActRequest(act: .resume, run: run.name), as: .token("token-operator"))
        }
        #expect(try world.reread(run).awaitsApproval)
        _ = try approve(world, run, "second")
        #expect(try world.reread(run).state == .running)
    }

    @Test("a paused run that lacks no approval takes none: it is resumed")
    func nothingLacking() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        _ = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        _ = try Desk(world.setup).act(ActRequest(act: .pause, run: run.name), as: .token("token-operator"))
        #expect(throws: (any Error).self) { try approve(world, run, "second") }
        #expect(try world.reread(run).state == .paused)
        #expect(try world.ledger.revision(run.revision).approvedBy == ["review"])
    }

    @Test("an edit says who was written to, who gets something else, who is new and who left, and what changed")
    func difference() async throws {
        let world = try await EngineWorld()
        let first = try world.run("sale", ["a", "b", "c", "d"])
        try await world.step()
        world.sends.answer { $0.request.recipient == "a" ? .accepted : nil }
        try await world.step()
        // b, c and d are on the wire and end without having been sent.
        world.sends.answerAll(.refused(28_003_018))
        try await world.step()
        var changed = world.campaign("sale", messages: [.text("better")])
        changed.title = "a better sale"
        let second = try world.admit(changed, ["a", "b", "c", "e"]).run
        let review = try Reviewer.review(of: second.revision, world.setup, at: world.now)
        let change = try #require(review.change)
        #expect(change.samples == ["contacted": ["a"], "changed": ["b", "c"], "new": ["e"], "gone": ["d"]])
        #expect(change.en.contains("- 「hello」") && change.en.contains("+ 「better」"))
        #expect(change.en.contains("title: sale → a better sale"))
        #expect(try world.reread(first).state == .paused && review.people == 3)
    }

    // MARK: - What is dropped again

    @Test("what was rejected, cancelled or replaced is reviewed again when it is dropped again; what stands is known")
    func again() async throws {
        let world = try await EngineWorld()
        let yaml = IntakeTests.yaml()
        let first = try await drop(world, yaml)
        #expect(try await drop(world, yaml).id == first.id)
        _ = try Desk(world.setup).act(ActRequest(act: .reject, run: first.name), as: .token("token-review"))
        let second = try await drop(world, yaml)
        #expect(second.id != first.id && second.state == .inReview)
        _ = try Desk(world.setup).act(ActRequest(act: .cancel, run: second.name), as: .token("token-review"))
        let third = try await drop(world, yaml)
        #expect(third.id != second.id && third.state == .inReview)
        // Another text, and back to this one.
        let other = try await drop(world, IntakeTests.yaml(text: "other"))
        #expect(try world.reread(third).state == .superseded)
        let fourth = try await drop(world, yaml)
        #expect(fourth.id > other.id && fourth.state == .inReview)
        let digests = try [first, second, third, fourth].map { try world.ledger.revision($0.revision).digest }
        #expect(Set(digests).count == 4)
        #expect(try approve(world, fourth, "review").state == "scheduled")
        #expect(try await drop(world, yaml).id == fourth.id)
    }

    @Test("who changed a file hears that the change was rejected, by whom and why, and that the approved text goes on")
    func rejectedChange() async throws {
        let world = try await EngineWorld()
        let reporter = Reporter(world.setup, tray: world.tray)
        func told() async throws -> String {
            world.clock.pass(.seconds(3))
            _ = try await reporter.step(at: world.now)
            return world.tray.text("sale.report.txt") ?? ""
        }
        let first = try await drop(world, IntakeTests.yaml())
        #expect(try approve(world, first, "review").state == "scheduled")
        #expect(try await told().contains(first.name))
        let second = try await drop(world, IntakeTests.yaml(text: "other"))
        #expect(try await told().contains("curfew approve \(second.name)"))
        var request = ActRequest(act: .reject, run: second.name)
        request.note = "the price is wrong"
        _ = try Desk(world.setup).act(request, as: .token("token-review"))
        let text = try await told()
        #expect(text.contains("rejected by review") && text.contains("the price is wrong"), "\(text)")
        #expect(text.contains(first.name) && !text.contains("curfew approve"))
        let report = try DeskReading(world.setup).report(run: "sale")
        #expect(report.summary.run == first.name && report.summary.changeRejected?.note == "the price is wrong")
    }

    @Test("what nobody ever approved does not go on because a later change was rejected as well")
    func rejectedTwice() async throws {
        let world = try await EngineWorld()
        let reading = DeskReading(world.setup)
        for text in ["one", "two"] {
            let run = try await drop(world, IntakeTests.yaml(text: text))
            _ = try Desk(world.setup).act(ActRequest(act: .reject, run: run.name), as: .token("token-review"))
        }
        for run in try world.ledger.runs(includingEnded: true) {
            let summary = try reading.report(run: run.name).summary
            #expect(summary.state == "rejected" && summary.rejection != nil && summary.changeRejected == nil)
        }
    }

    @Test("a change that nobody judged in time lets the old run go on")
    func expiredChange() async throws {
        let world = try await EngineWorld()
        let old = try world.run("sale", ["a", "b"])
        let change = world.campaign(
            "sale", messages: [.text("late")],
            schedule: Schedule(start: world.now, validity: .until(world.now + .hours(1))))
        let new = try world.admit(change, ["a", "b"]).run
        #expect(try world.reread(old).state == .paused)
        world.clock.pass(.hours(1))
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(new).state == .expired)
        #expect(try world.reread(old).state == .running)
    }

    @Test(
        "a list that another campaign brought must still serve this one",
        arguments: [
            ("column_missing", "  where: {city: [杭州]}\n"), ("strict", "  strict: true\n"),
        ])
    func knownList(_ code: String, _ line: String) async throws {
        let world = try await EngineWorld()
        let list = "open_id,nickname\np0,Ann\n\u{0},x\n"
        _ = try await drop(world, IntakeTests.yaml(), list)
        let yaml = IntakeTests.yaml("second").replacing("  files: [vip.csv]\n", with: "  files: [vip.csv]\n" + line)
        world.tray.drop("second.yaml", yaml)
        world.tray.drop("vip.csv", list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(world.tray.text("second.report.txt")?.contains(code) == true)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
    }

    @Test("a name of a run ends one occurrence of a series, the campaign's id all of them")
    func series() async throws {
        let world = try await EngineWorld()
        let daily = Schedule(start: world.now + .hours(1), recurrence: Recurrence(frequency: .daily))
        let first = try world.admit(world.campaign("daily", schedule: daily), ["a"]).run
        try world.approve(first)
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .cancel, run: first.name), as: .token("token-operator"))
        let runs = try world.ledger.runs(includingEnded: true)
        #expect(runs.map(\.state) == [.cancelled, .scheduled] && runs[1].start == first.start + .days(1))
        _ = try desk.act(ActRequest(act: .cancel, run: "daily"), as: .token("token-operator"))
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).map(\.state) == [.cancelled, .cancelled])
    }

    @Test("a test contact with an image gets it uploaded before anybody approves")
    func testImage() async throws {
        let world = try await EngineWorld()
        let mailbox = HandMailbox()
        let keeper = ImageKeeper(world.setup, mailbox: mailbox)
        try world.ledger.keepImage(
            digest: "d1", content: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1], at: world.now,
            term: world.setup.term)
        let card = MessageTemplate.appletCard(template: "t", path: "p", query: [])
        let admission = try world.admit(
            world.campaign(
                "sale", messages: [.image(file: "p.png", digest: "d1"), card],
                schedule: Schedule(start: world.now + .hours(1))), ["a"])
        _ = try await keeper.step(at: world.now)
        #expect(mailbox.waiting.isEmpty)
        world.changeSetup { $0.testPeople = ["flagship": ["a"]] }
        _ = try Desk(world.setup).testSend(
            TestSendRequest(run: admission.run.name, openID: "a"), as: .token("token-review"))
        _ = try await keeper.step(at: world.now)
        #expect(mailbox.waiting.count == 1)
    }
}
