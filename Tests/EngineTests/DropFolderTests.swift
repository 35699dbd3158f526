import Answers
import CampaignFiles
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("An order in the drop folder is always answered")
struct ControlFileTests {
    private func drop(_ world: EngineWorld, _ name: String, _ text: String) async throws {
        world.tray.drop(name, text)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
    }

    @Test(
        "the file's name, the campaign's id and the run's name stop it, whatever an editor or a copy program added",
        arguments: [
            "sale.control.yaml", "sale.control.yml", "SALE.Control.YAML", "sale.control.yaml.txt", "sale.control.txt",
            "sale.control (1).yaml", "sale.control - 副本.yaml", "sale.yaml.control.yaml", "other.control.yaml", "RUN",
        ])
    func names(_ name: String) async throws {
        let world = try await EngineWorld()
        // The campaign's id is `other`, its file `sale.yaml`.
        world.tray.drop("sale.yaml", IntakeTests.yaml("other"))
        world.tray.drop("vip.csv", IntakeTests.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try world.approve(try #require(try world.ledger.run(named: "other")))
        let file = name == "RUN" ? "\(run.name).control.yaml" : name
        try await drop(world, file, "do: pause\n")
        #expect(try world.reread(run).state == .paused)
        #expect(!world.tray.names.contains(file), "what was carried out is put away")
        let report = try #require(world.tray.text(TrayName.reportStem(of: file) + ".report.txt"))
        #expect(report.contains("\(run.name) is paused (it was scheduled)") && report.contains("curfew resume"))
    }

    @Test(
        "a name that fits nobody stops nothing, says so in words, names who may be meant, and stays",
        arguments: [
            ("slae.control.yaml", "do: pause", "Did you mean sale.control.yaml"),
            ("autumn.control.yaml", "do: cancel", "Alive now: sale"),
        ])
    func nobody(_ name: String, _ order: String, _ words: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop(name, order)
        _ = try await intake.step(at: world.now)
        #expect(try world.reread(run).state == .running)
        let stem = TrayName.reportStem(of: name)
        let report = try #require(world.tray.text("\(stem).report.txt"))
        #expect(report.hasPrefix("NOTHING was stopped!") && report.contains(words), "\(report)")
        #expect(world.tray.text("\(stem).report.json")?.contains(#""nothing_stopped""#) == true)
        #expect(world.tray.names == [name])
        #expect(world.setup.inbox.line(in: .en).untaken.map(\.file) == [name])
        // Renamed to what was meant, it works, and the wrong answer is gone.
        world.tray.delete(name)
        world.tray.drop("sale.control.yaml", order)
        _ = try await intake.step(at: world.now)
        #expect(try world.reread(run).state != .running)
        #expect(world.tray.text("\(stem).report.txt") == nil)
        #expect(world.tray.text("sale.control.report.txt") != nil)
    }

    @Test("another word of two letters is no slip of the hand")
    func unlike() async throws {
        let world = try await EngineWorld()
        for name in ["冬季", "春季"] { _ = try world.run(name, ["a"]) }
        try await drop(world, "每周.control.yaml", "do: pause")
        let report = try #require(world.tray.text("每周.control.report.txt"))
        #expect(!report.contains("Did you mean") && report.contains("冬季"), "\(report)")
    }

    @Test("each drop that is not taken is told once: an order under a wrong ending, and a file that waits for its list")
    func toldOnce() async throws {
        let world = try await EngineWorld()
        _ = try world.run("winter", ["a"])
        world.tray.drop("wintre.contrl.yaml", "do: pause\n")
        world.tray.drop("sale.yaml", IntakeTests.yaml())
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let line = world.setup.inbox.line(in: .en)
        #expect(line.untaken.map(\.file) == ["sale.yaml", "wintre.contrl.yaml"] && line.untakenTotal == 2)
        #expect(line.untaken[0].code == "waiting_for_audience" && line.untaken[0].sentence.contains("vip.csv"))
        #expect(line.untaken[1].code == "nothing_stopped")
    }

    @Test("an order that named nobody is carried out when its campaign comes, not at some later start")
    func orderBeforeCampaign() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("later.control.yaml", "do: pause\n")
        _ = try await intake.step(at: world.now)
        let report = try #require(world.tray.text("later.control.report.txt"))
        #expect(
            report.hasPrefix("NOTHING was stopped!") && report.contains("a campaign of its name that is dropped later"))
        world.tray.drop("a.csv", "open_id\na\nb\n")
        world.tray.drop(
            "later.yaml",
            """
            campaign: later
            author: marketing
            account: flagship
            title: later
            audience: {files: [a.csv]}
            schedule: {start: 2026-11-20 20:00, valid_until: end-of-day}
            variants: [{name: a, messages: [{text: hello}, {applet_card: {template: card-001, path: pages/a}}]}]
            """)
        for _ in 0..<3 { _ = try await intake.step(at: world.now) }
        let run = try #require(try world.ledger.run(named: "later@20261120-2000"))
        #expect(!world.tray.names.contains("later.control.yaml"))
        #expect(world.tray.text("later.control.report.txt")?.hasPrefix("The order was carried out") == true)
        try world.approve(run)
        #expect(try world.reread(run).state == .paused, "held in review, it is paused when it is approved")
    }

    @Test(
        "a word that is no order says that nothing was stopped", arguments: ["do: pausee", "pause", "", "do: [pause"])
    func misspelt(_ text: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await drop(world, "sale.control.yaml", text)
        #expect(try world.reread(run).state == .running)
        let report = try #require(world.tray.text("sale.control.report.txt"))
        #expect(report.hasPrefix("NOTHING was stopped!") && !report.contains("Nothing was sent"), "\(report)")
    }

    @Test("an order under a campaign's own name is an order")
    func campaignName() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await drop(world, "sale.yaml", "do: pause\n")
        #expect(try world.reread(run).state == .paused)
        #expect(world.tray.text("sale.report.txt")?.contains("is paused") == true)
    }

    @Test("a pause in review holds: approving sends nothing before somebody resumes")
    func pauseInReview() async throws {
        let world = try await EngineWorld()
        try world.authorize(["a"])
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        try await drop(world, "sale.control.yaml", "do: pause\n")
        #expect(world.tray.text("sale.control.report.txt")?.contains("is in review and is held") == true)
        #expect(try world.reread(run).isHeld)
        try world.approve(run)
        #expect(try world.reread(run).state == .paused)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).accepted == 0)
        _ = try Desk(world.setup).act(ActRequest(act: .resume, run: run.name), as: .token("token-operator"))
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
        try world.check()
    }

    @Test("a hold in review goes over to the change that replaces what was held, and is let go by a resume")
    func heldChange() async throws {
        let world = try await EngineWorld()
        let first = try world.admit(world.campaign("sale"), ["a"]).run
        try await drop(world, "sale.control.yaml", "do: pause\n")
        let second = try world.admit(world.campaign("sale", messages: [.text("better")]), ["a"]).run
        #expect(try world.reread(first).state == .superseded && world.reread(second).isHeld)
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .resume, run: second.name), as: .token("token-operator"))
        #expect(try !world.reread(second).isHeld)
        try world.approve(second)
        #expect(try world.reread(second).state == .scheduled)
    }

    @Test("what only stands aside for a change stays paused after a pause, also when the change is rejected")
    func standsAside() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        let change = try world.admit(world.campaign("sale", messages: [.text("better")]), ["a"]).run
        try await drop(world, "sale.control.yaml", "do: pause\n")
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: world.setup.term, run: change.id, act: .reject, person: "review"))
        #expect(try world.reread(run).state == .paused)
    }

    @Test("orders come before campaigns, and one whose ledger fails keeps no other from closing its wire")
    func first() async throws {
        let world = try await EngineWorld()
        let (one, two) = (try world.run("one", ["a"]), try world.run("two", ["b"]))
        try world.fillDisk(under: "UPDATE ON run")
        world.tray.drop("one.control.yaml", "do: pause\n")
        world.tray.drop("two.control.yaml", "do: pause\n")
        await #expect(throws: (any Error).self) {
            _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        }
        try await world.step()
        world.sends.letGo()
        #expect(world.sends.leftTotal == 0, "\(one.name) \(two.name)")
        #expect(world.tray.names == ["one.control.yaml", "two.control.yaml"], "tried again")
    }

    @Test("what nobody may read is told once, as stopping nothing, and taken as soon as it may be read")
    func closed() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("x.control.yaml", "do: stop-all\n")
        world.tray.drop("sale.yaml", IntakeTests.yaml())
        for name in ["x.control.yaml", "sale.yaml"] { world.tray.close(name) }
        for _ in 0..<3 {
            _ = try await intake.step(at: world.now)
            world.clock.pass(.seconds(10))
        }
        #expect(try !world.ledger.isStopped() && world.ledger.runs(includingEnded: true).isEmpty)
        #expect(world.tray.text("x.control.report.txt")?.contains("NOTHING was stopped") == true)
        #expect(world.tray.text("sale.report.txt")?.contains("Look at its rights") == true)
        let writes = world.tray.writes
        _ = try await intake.step(at: world.now)
        #expect(world.tray.writes == writes, "told once")
        world.tray.drop("vip.csv", IntakeTests.list)
        for name in ["x.control.yaml", "sale.yaml"] { world.tray.close(name, false) }
        world.clock.pass(.seconds(10))
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.isStopped() && world.ledger.runs(includingEnded: true).count == 1)
    }

    @Test("an order that cannot be put away is carried out once")
    func onlyOnce() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.refusesMoves(true)
        world.tray.drop("x.control.yaml", "do: stop-all\n")
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.isStopped() && world.tray.names.isEmpty)
        _ = try world.ledger.setStop(false, person: "operator", at: world.now, term: world.setup.term)
        _ = try await intake.step(at: world.now)
        #expect(try !world.ledger.isStopped())
    }
}

@Suite("Every drop gets a word")
struct DropWordTests {
    private func look(_ world: EngineWorld, _ intake: Intake) async throws {
        _ = try await intake.step(at: world.now)
        world.clock.pass(.seconds(40))
        _ = try await intake.step(at: world.now)
    }

    @Test(
        "what is not taken is told beside it within a minute, and stays",
        arguments: [
            ("sale.yaml.txt", "Rename it to sale.yaml"), ("sale.YML.txt", "Notepad"), ("lists.zip", "Unpack it"),
            ("people.csv", "No campaign file names people.csv"), ("people.xlsx", "No campaign file names"),
            ("people.jsonl", "No campaign file names"), ("poster.png", "No campaign file names the image"),
            ("notes.docx", "is no campaign"), ("README", "is no campaign"), ("-rf.csv", "Rename it"),
        ])
    func words(_ name: String, _ words: String) async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop(name, "open_id\np0\n")
        try await look(world, intake)
        let report = try #require(world.tray.text(TrayName.reportStem(of: name) + ".report.txt"), "\(name)")
        #expect(report.contains(words), "\(report)")
        #expect(world.tray.names == [name])
        #expect(world.setup.inbox.line(in: .en).untaken.map(\.file) == [name])
        // Taken away, the word goes with it.
        world.tray.delete(name)
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text(TrayName.reportStem(of: name) + ".report.txt") == nil)
        #expect(world.setup.inbox.line(in: .en).untaken.isEmpty)
    }

    @Test(
        "what is refused by its looks is told beside it",
        arguments: [
            (TrayRefusal.symbolicLink, "is a link"), (.directory, "is a folder"), (.notAFile, "is a pipe"),
            (.hardLinked, "hard link"), (.twin, "two forms of Unicode"), (.badName, "Rename it"),
            (.unreadable(errno: 13), "Look at its rights"),
        ] as [(TrayRefusal, String)])
    func refusals(_ refusal: TrayRefusal, _ words: String) async throws {
        let world = try await EngineWorld()
        world.tray.report(problem: TrayProblem(name: "people.csv", refusal: refusal))
        let intake = Intake(world.setup, tray: world.tray)
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("people.csv.report.txt")?.contains(words) == true)
        #expect(world.setup.inbox.line(in: .en).untaken.first?.code == refusal.code)
        world.tray.forgetProblems()
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("people.csv.report.txt") == nil)
    }

    @Test("a list that comes before its campaign, or that a waiting or broken campaign names, needs no word")
    func named() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("vip.csv", IntakeTests.list)
        world.tray.drop("later.csv", IntakeTests.list)
        world.tray.drop("broken.csv", IntakeTests.list)
        world.tray.drop("sale.yaml", IntakeTests.yaml(files: "vip.csv, missing.csv"))
        world.tray.drop("broken.yaml", "campaign: [\n  files: [broken.csv]\n")
        _ = try await intake.step(at: world.now)
        world.clock.pass(.seconds(20))
        world.tray.drop("autumn.yaml", IntakeTests.yaml("autumn", files: "later.csv, missing.csv"))
        try await look(world, intake)
        for name in ["vip", "later", "broken"] { #expect(world.tray.text("\(name).csv.report.txt") == nil, "\(name)") }
    }

    @Test("a list that lies there and is refused is not waited for")
    func refusedList() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.report(problem: TrayProblem(name: "vip.csv", refusal: .symbolicLink))
        world.tray.drop("sale.yaml", IntakeTests.yaml())
        _ = try await intake.step(at: world.now)
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("vip.csv is a link") && !report.contains("Waiting"))
        world.tray.forgetProblems()
        world.tray.drop("vip.csv", IntakeTests.list)
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
    }

    @Test("a list under another form of the same name is opened by the folder's own")
    func decomposed() async throws {
        let world = try await EngineWorld()
        world.tray.drop("e\u{301}te\u{301}.csv", IntakeTests.list)
        world.tray.drop("sale.yaml", IntakeTests.yaml(files: "\u{E9}t\u{E9}.csv"))
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
        #expect(world.tray.names.isEmpty)
    }

    @Test("lists that are kept on purpose get no word")
    func keptLists() async throws {
        let world = try await EngineWorld()
        world.changeSetup { $0.keepAudienceFiles = true }
        let intake = Intake(world.setup, tray: world.tray)
        for name in ["vip.csv", "vip.xlsx", "poster.png"] { world.tray.drop(name, "x") }
        try await look(world, intake)
        #expect(world.tray.text("vip.csv.report.txt") == nil && world.setup.inbox.line(in: .en).untaken.isEmpty)
    }

    @Test("no two drops share a report")
    func reportNames() {
        let names = [
            "x.yaml", "x.yml", "X.yaml", "x.YAML", "x.csv", "x.yaml.txt", "x", "x.control.yaml", "x.control.yml",
        ]
        #expect(Set(names.map(TrayName.reportStem)).count == names.count)
        #expect(TrayName.reportStem(of: "x.yaml") == "x" && TrayName.reportStem(of: "x.yml") == "x.yml")
        let long = String(repeating: "长", count: 83) + ".yaml"
        #expect(TrayName.reportStem(of: long).utf8.count + ".report.json".utf8.count <= 255)
    }

    @Test("while the disk under the ledger refuses, the report says that and not that a file is missing")
    func fullDisk() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("sale.yaml", IntakeTests.yaml())
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("sale.report.json")?.contains("waiting_for_audience") == true)
        try world.fillDisk(under: "INSERT ON revision")
        world.tray.drop("vip.csv", IntakeTests.list)
        await #expect(throws: (any Error).self) { _ = try await intake.step(at: world.now) }
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("disk refuses writes") && report.contains("goes on by itself"), "\(report)")
        try world.makeRoom()
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
    }
}

@Suite("Many campaigns at once")
struct ManyCampaignTests {
    @Test("one is taken a step, each is read once, and a stop is heard between two")
    func oneAStep() async throws {
        let world = try await EngineWorld()
        for number in 0..<30 {
            world.tray.drop("c\(number).yaml", IntakeTests.yaml("c\(number)", files: "l\(number).csv, all.csv"))
            world.tray.drop("l\(number).csv", "open_id\np\(number)\n")
        }
        world.tray.drop("all.csv", IntakeTests.list)
        let intake = Intake(world.setup, tray: world.tray)
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
        #expect(world.tray.names.contains("all.csv"), "the others want it too")
        world.tray.drop("any.control.yaml", "do: stop-all\n")
        world.clock.pass(.milliseconds(500))
        _ = try await intake.step(at: world.now)
        #expect(try world.ledger.isStopped())
        var steps = 2
        while try await intake.step(at: world.now) != nil { steps += 1 }
        #expect(steps == 30)
        #expect(try world.ledger.runs(includingEnded: true).count == 30)
        #expect(world.tray.names == [])
        #expect(world.tray.reads.filter { $0.hasSuffix(".yaml") && $0.hasPrefix("c") }.count == 30)
    }

    @Test("one that fails in the ledger keeps none of the others waiting")
    func oneFails() async throws {
        let world = try await EngineWorld()
        try world.damage(
            "CREATE TRIGGER no BEFORE INSERT ON campaign WHEN new.name = 'a' BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
        for name in ["a", "b"] { world.tray.drop("\(name).yaml", IntakeTests.yaml(name, files: "\(name).csv")) }
        for name in ["a", "b"] { world.tray.drop("\(name).csv", IntakeTests.list) }
        let intake = Intake(world.setup, tray: world.tray)
        for _ in 0..<4 {
            // Safe because what the first of them throws is what this is about.
            _ = try? await intake.step(at: world.now)
        }
        #expect(try world.ledger.run(named: "b") != nil)
    }
}
