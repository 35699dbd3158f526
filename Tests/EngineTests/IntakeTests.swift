import CampaignFiles
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("Taking sets out of the drop folder")
struct IntakeTests {
    /// A plain campaign as a marketer writes it.
    static func yaml(
        _ id: String = "sale", author: String = "marketing", files: String = "vip.csv", text: String = "hello",
        more: String = ""
    ) -> String {
        """
        campaign: \(id)
        author: \(author)
        account: flagship
        title: a sale
        audience:
          files: [\(files)]
        schedule:
          start: 2026-11-20 20:00
        variants:
          - name: a
            weight: 100
            messages:
              - text: "\(text)"
              - applet_card: {template: card-001, path: pages/sale/index}
        \(more)
        """
    }
    static let list = "open_id,nickname\np0,Ann\np1,Bo\np1,Bo again\n"

    private func runs(_ world: EngineWorld) throws -> [RunRecord] { try world.ledger.runs(includingEnded: true) }

    @Test("a complete set is taken, its list leaves the folder, and the report says what to do next")
    func complete() async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", Self.yaml())
        world.tray.drop("vip.csv", Self.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(try runs(world).first)
        #expect(run.state == .inReview)
        #expect(try world.ledger.revision(run.revision).people == 2)
        #expect(world.tray.names == [], "\(world.tray.names)")
        #expect(world.tray.acceptedNames.map { String($0.prefix(5)) } == ["sale."])
        _ = try await Reporter(world.setup, tray: world.tray).step(at: world.now)
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("curfew approve \(run.name)") && report.contains("Ann") == false)
        #expect(report.contains("hello") && world.tray.text("sale.report.json")?.contains(#""sale""#) == true)
    }

    @Test("what the ledger has against a file is known before it is dropped, in the words of its refusal")
    func known() async throws {
        let world = try await EngineWorld()
        let context = FileContext(world.setup, at: world.now)
        let campaign = try #require(
            CampaignReader.parse(bytes: Array(Self.yaml().utf8), fileName: "sale.yaml", context: context).campaign)
        #expect(try IntakeFault.known(against: campaign, in: world.ledger).isEmpty)
        _ = try world.ledger.tend(
            AccountDemand(
                now: world.now, term: world.setup.term, account: world.account().id,
                act: .template(id: "card-002", approved: true), note: "", person: "operator")
        ) { _ in false }
        let fault = try #require(try IntakeFault.known(against: campaign, in: world.ledger).first)
        #expect(fault.code == "template_not_approved")
        world.tray.drop("sale.yaml", Self.yaml())
        world.tray.drop("vip.csv", Self.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("error [\(fault.code)] \(fault.sentence.en)"), "\(report)")
        var other = campaign
        other.author = "guest"
        other.variants[0].messages = [.text("hello")]
        _ = try world.admit(world.campaign("sale"), ["a"])
        #expect(try IntakeFault.known(against: other, in: world.ledger).map(\.code) == ["campaign_id_taken"])
    }

    @Test(
        "where people are mapped to system users, a file is taken from its author's user only",
        arguments: [
            // Whose file it is, the author it names, and whether both have a user; nil: taken.
            (UInt32(1001), "marketing", true, nil), (1002, "marketing", true, "not_the_authors_file"),
            (1003, "marketing", true, "not_the_authors_file"), (1002, "marketing", false, "not_the_authors_file"),
            (1003, "marketing", false, nil),
        ] as [(UInt32, String, Bool, String?)])
    func owners(owner: UInt32, author: String, authorHasUser: Bool, code: String?) async throws {
        let world = try await EngineWorld()
        world.changeSetup { setup in
            for index in setup.people.indices {
                if setup.people[index].name == "review" { setup.people[index].unixUser = 1002 }
                if setup.people[index].name == "marketing", authorHasUser { setup.people[index].unixUser = 1001 }
            }
        }
        world.tray.drop("sale.yaml", Self.yaml(author: author), owner: owner)
        world.tray.drop("vip.csv", Self.list, owner: 1003)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try runs(world).isEmpty == (code != nil))
        if let code { #expect(world.tray.text("sale.report.txt")?.contains(code) == true) }
    }

    @Test(
        "a list or image of another person's user is refused like the campaign file; one of nobody's user is taken",
        arguments: [(UInt32(1001), true), (1002, false), (1003, true)])
    func listOwners(owner: UInt32, isTaken: Bool) async throws {
        let world = try await EngineWorld()
        world.changeSetup { setup in
            for index in setup.people.indices {
                if setup.people[index].name == "review" { setup.people[index].unixUser = 1002 }
                if setup.people[index].name == "marketing" { setup.people[index].unixUser = 1001 }
            }
        }
        world.tray.drop("sale.yaml", Self.yaml(), owner: 1001)
        world.tray.drop("vip.csv", Self.list, owner: owner)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try runs(world).isEmpty != isTaken)
        if !isTaken {
            let report = try #require(world.tray.text("sale.report.txt"))
            #expect(report.contains("not_the_authors_file") && report.contains("vip.csv"))
        }
    }

    @Test(
        "what stands in a file that is refused is in the report beside it; the log and the status have its name and a code",
        arguments: [
            ("vip.csv", "_000one,张三,13800001111\n_000two,李四,13800002222\n", "13800001111"),
            ("vip.csv", "open_id,13800001111,13800001111\n_000one,a,b\n", "13800001111"),
            ("vip.csv", "open_id\n_000one\n", "张三"),
            ("x.events.csv", "open_id,kind,at,13800001111,13800001111\n_000one,ordered,1,2,3\n", "13800001111"),
        ])
    func quietLog(_ file: String, _ text: String, _ secret: String) async throws {
        let world = try await EngineWorld()
        let log = LogLines()
        world.changeSetup { $0.logger = log.logger }
        world.tray.drop(file, text)
        let isList = file == "vip.csv" && text.contains(secret)
        if file == "vip.csv" {
            world.tray.drop("sale.yaml", isList ? Self.yaml() : Self.yaml(more: "张三: 13800001111"))
        }
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        _ = try await EventIntake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try runs(world).isEmpty)
        let report = file == "vip.csv" ? "sale.report.txt" : "x.events.csv.report.txt"
        #expect(world.tray.text(report)?.contains(secret) == true, "\(world.tray.text(report) ?? "")")
        #expect(log.text.contains(file == "vip.csv" ? "sale.yaml" : "x.events.csv"))
        let told = log.text + "\(world.setup.inbox.line(in: .en))" + "\(world.setup.inbox.line(in: .zh))"
        for word in ["张三", "李四", "1380000", "_000one"] { #expect(!told.contains(word), "\(told)") }
    }

    /// While its list is read for the first time, a stop comes.
    private final class LateTray: DropTray {
        let inner: MemoryTray
        let onOpen: @Sendable () -> Void
        init(_ inner: MemoryTray, onOpen: @escaping @Sendable () -> Void) {
            self.inner = inner
            self.onOpen = onOpen
        }
        func open(_ name: String, bytesMax: Int64) throws -> any TrayFile {
            onOpen()
            return try inner.open(name, bytesMax: bytesMax)
        }
        func listing(at now: Moment) throws -> TrayListing { try inner.listing(at: now) }
        func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8] {
            try inner.read(name, as: listed, bytesMax: bytesMax)
        }
        func remove(_ name: String, identity: FileIdentity?) throws -> Bool {
            try inner.remove(name, identity: identity)
        }
        func item(_ name: String) throws -> TrayItem? { try inner.item(name) }
        func move(_ name: String, into folder: TrayFolder, as newName: String) throws {
            try inner.move(name, into: folder, as: newName)
        }
        func reports() throws -> [KeptFile] { try inner.reports() }
        func archive(_ report: String, month: String) throws { try inner.archive(report, month: month) }
        func kept(in folder: TrayFolder) throws -> [KeptFile] { try inner.kept(in: folder) }
        func discard(_ name: String, from folder: TrayFolder) throws { try inner.discard(name, from: folder) }
        func write(_ name: String, bytes: [UInt8]) throws { try inner.write(name, bytes: bytes) }
        func onChange(_ wake: @escaping @Sendable () -> Void) {}
    }

    @Test("a stop that comes while a long list is taken in waits for no list", arguments: [3, 5000])
    func heardMeanwhile(people: Int) async throws {
        let world = try await EngineWorld()
        let (clock, inner) = (world.clock, world.tray)
        let tray = LateTray(inner) {
            inner.drop("x.control.yaml", "do: stop-all\n")
            clock.pass(.seconds(1))
        }
        inner.drop("sale.yaml", Self.yaml())
        inner.drop("vip.csv", "open_id\n" + (0..<people).map { "_000p\($0)\n" }.joined())
        _ = try await Intake(world.setup, tray: tray).step(at: world.now)
        #expect(try world.ledger.isStopped())
        #expect(try runs(world).count == 1)
        let acts = try world.ledger.auditRows(before: nil, limit: 9).map(\.act)
        #expect(acts.firstIndex(of: "admit")! < acts.firstIndex { $0.contains("stop") }!, "\(acts)")
    }

    @Test("half a set waits, says so, and is refused after an hour; the missing file makes it whole")
    func half() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("sale.yaml", Self.yaml())
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("sale.report.json")?.contains("waiting_for_audience") == true)
        // A list that is still being copied is none yet.
        world.tray.drop("vip.csv", Self.list, settled: false)
        world.clock.pass(.minutes(59))
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).isEmpty)
        world.clock.pass(.minutes(2))
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("sale.report.json")?.contains("refused") == true)
        // Dropped again with its list, it goes.
        world.tray.drop("vip.csv", Self.list)
        world.tray.drop("sale.yaml", Self.yaml())
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).count == 1)
    }

    @Test("a changed text reuses the list that was taken before")
    func textOnly() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("sale.yaml", Self.yaml())
        world.tray.drop("vip.csv", Self.list)
        _ = try await intake.step(at: world.now)
        world.tray.drop("sale.yaml", Self.yaml(text: "better"))
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).map(\.state) == [.superseded, .inReview])
        let revision = try world.ledger.revision(try runs(world)[1].revision)
        #expect(revision.number == 2 && revision.people == 2)
    }

    @Test("the same set twice is one campaign")
    func twice() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        for _ in 0..<2 {
            world.tray.drop("sale.yaml", Self.yaml())
            world.tray.drop("vip.csv", Self.list)
            _ = try await intake.step(at: world.now)
        }
        #expect(try runs(world).count == 1 && world.tray.names == [])
    }

    @Test("another author's id is refused by name")
    func idTaken() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        for (file, author) in [("one.yaml", "marketing"), ("two.yaml", "guest")] {
            world.tray.drop(file, Self.yaml(author: author))
            world.tray.drop("vip.csv", Self.list)
            _ = try await intake.step(at: world.now)
        }
        #expect(try runs(world).count == 1)
        #expect(world.tray.text("two.report.json")?.contains("campaign_id_taken") == true)
        #expect(world.tray.names.contains("two.yaml"), "a refused file stays where it is")
    }

    @Test("a list stays while another set that waits there names it")
    func sharedList() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("a.yaml", Self.yaml("first"))
        world.tray.drop("b.yaml", Self.yaml("second", files: "vip.csv, late.csv"))
        world.tray.drop("vip.csv", Self.list)
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).count == 1 && world.tray.names.contains("vip.csv"))
        world.tray.drop("late.csv", "open_id\np7\n")
        for _ in 0..<2 { _ = try await intake.step(at: world.now) }
        #expect(try runs(world).count == 2)
        #expect(!world.tray.names.contains("vip.csv") && !world.tray.names.contains("late.csv"))
    }

    @Test(
        "hostile names in a campaign and in the folder take nothing",
        arguments: ["../secret.csv", "/etc/passwd.csv", "a/b.csv", "..csv", "sale.yaml", ".hidden.csv"])
    func hostileNames(_ name: String) async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", Self.yaml(files: "\"\(name)\""))
        world.tray.drop(name, Self.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try runs(world).isEmpty)
    }

    @Test("a file that cannot be taken does not stand in the way of the others")
    func othersGoOn() async throws {
        let world = try await EngineWorld()
        world.tray.drop("aaa.control.yaml", Array(repeating: UInt8(ascii: "x"), count: FileLimits.campaignBytesMax + 1))
        world.tray.drop("bbb.yaml", "campaign: [\n")
        world.tray.drop("ccc.yaml", Array(repeating: UInt8(ascii: "#"), count: FileLimits.campaignBytesMax + 1))
        world.tray.drop("sale.yaml", Self.yaml())
        world.tray.drop("vip.csv", Self.list)
        let intake = Intake(world.setup, tray: world.tray)
        for _ in 0..<2 { _ = try await intake.step(at: world.now) }
        #expect(try runs(world).count == 1)
        for name in ["aaa.control", "bbb", "ccc"] { #expect(world.tray.text("\(name).report.json") != nil, "\(name)") }
    }

    @Test("a list with a bad header is refused with its line, and taken once it is mended")
    func badList() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("sale.yaml", Self.yaml())
        world.tray.drop("vip.csv", "name\nAnn\n")
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).isEmpty)
        #expect(world.tray.text("sale.report.json")?.contains("refused") == true)
        world.tray.drop("vip.csv", Self.list)
        _ = try await intake.step(at: world.now)
        #expect(try runs(world).count == 1, "a mended list is another look, although the campaign file did not change")
    }

    // MARK: - Control files

    private func control(_ world: EngineWorld, _ order: String, stem: String = "sale") async throws {
        world.tray.drop("\(stem).control.yaml", "do: \(order)\n")
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
    }

    @Test("a control file pauses, cancels and stops, and leaves the folder")
    func controls() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        try await control(world, "pause")
        #expect(try world.reread(run).state == .paused)
        world.sends.letGo()
        #expect(world.sends.leftTotal == 0)
        try await control(world, "cancel")
        #expect(try world.reread(run).state == .cancelled)
        try await control(world, "stop-all", stem: "anything")
        #expect(try world.ledger.isStopped())
        #expect(world.tray.names == [])
        try await world.step()
        try world.check()
    }

    @Test("a control file can only stop", arguments: ["resume", "approve", "go", "start", ""])
    func onlyStops(_ order: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await control(world, order)
        #expect(try world.reread(run).state == .running)
        #expect(world.tray.text("sale.control.report.json")?.contains("nothing_stopped") == true)
        #expect(world.tray.text("sale.control.report.txt")?.contains("NOTHING was stopped") == true)
    }
}

@Suite("The report beside a file")
struct ReporterTests {
    @Test("it follows the run from review to its end, and every number of the sum stands in it")
    func follows() async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", IntakeTests.yaml())
        world.tray.drop("vip.csv", IntakeTests.list)
        let reporter = Reporter(world.setup, tray: world.tray)
        func report() async throws -> String {
            world.clock.pass(.seconds(3))
            _ = try await reporter.step(at: world.now)
            return world.tray.text("sale.report.txt") ?? ""
        }
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(try world.ledger.run(named: "sale"))
        #expect(try await report().contains("curfew approve"))
        try world.approve(run)
        #expect(try await !report().contains("curfew approve"))
        world.clock.set(run.start)
        try world.authorize(["p0"])
        try await world.grantTokens("evening")
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        let running = try await report()
        #expect(running.contains("review") && running.contains("delivered 1") && running.contains("waiting 1"))
        world.clock.set(run.validUntil)
        _ = try await Planner(world.setup).step(at: world.now)
        let over = try await report()
        #expect(over.contains("delivered 1") && over.contains("skipped 1") && over.contains("audience 2"))
        try world.check()
    }

    @Test("with many files a step writes for a while and comes back for the rest")
    func manyFiles() async throws {
        let world = try await EngineWorld()
        for number in 0..<12 { _ = try world.run("sale\(number)", ["a"]) }
        func reports() -> Int { (0..<12).count { world.tray.text("sale\($0).report.txt") != nil } }
        var setup = world.setup
        setup.clock = SlowClock(world.clock, each: .milliseconds(40))
        let reporter = Reporter(setup, tray: world.tray)
        var steps = 0
        var wake = world.now
        while wake <= world.now {
            wake = try #require(try await reporter.step(at: world.now))
            steps += 1
            #expect(reports() == 3 * steps)
        }
        #expect(reports() == 12)
        // The round took 640 ms: four times as long is left to those who send.
        #expect(wake.since(world.now) >= .milliseconds(640 * 4))
    }

    @Test("a stop waits for a few reports and leaves the others to the next start")
    func stops() async throws {
        let world = try await EngineWorld()
        for number in 0..<12 { _ = try world.run("sale\(number)", ["a"]) }
        var setup = world.setup
        setup.clock = SlowClock(world.clock, each: .milliseconds(40))
        try await Reporter(setup, tray: world.tray).flush(at: world.now)
        #expect((0..<12).count { world.tray.text("sale\($0).report.txt") != nil } == 7)
        _ = try await Reporter(world.setup, tray: world.tray).step(at: world.now)
        #expect((0..<12).allSatisfy { world.tray.text("sale\($0).report.txt") != nil })
    }

    @Test("a report that cannot be written stops nothing, and nothing is written twice")
    func quiet() async throws {
        let world = try await EngineWorld()
        _ = try world.run("sale", ["a"])
        let reporter = Reporter(world.setup, tray: world.tray)
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        let first = try world.tray.listedIdentity("sale.report.txt")
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        #expect(try world.tray.listedIdentity("sale.report.txt") == first)
    }
}
