import Answers
import CampaignModel
import Digests
import Ports
import Synchronization
import Testing

@testable import Engine

/// A bench in memory before the tray that tests use.
private final class MemoryBench: DropBench {
    private struct Key: Hashable {
        var person: String
        var name: String
    }
    private final class Sheet: BenchFile {
        let bench: MemoryBench
        let key: Key
        let bytes = Mutex<[UInt8]>([])
        let bytesMax: Int64
        init(_ bench: MemoryBench, _ key: Key, _ bytesMax: Int64) {
            self.bench = bench
            self.key = key
            self.bytesMax = bytesMax
        }
        func write(_ more: [UInt8]) throws {
            let count = bytes.withLock { bytes in
                bytes += more
                return bytes.count
            }
            guard count <= bytesMax else { throw BenchFault.tooLarge(bytesMax: bytesMax) }
        }
        func keep() throws { bench.files.withLock { $0[key] = bytes.withLock { $0 } } }
    }
    private let files = Mutex<[Key: [UInt8]]>([:])
    let refusesMoves = Mutex(false)
    let tray: MemoryTray
    init(_ tray: MemoryTray) { self.tray = tray }

    func receive(_ name: String, from person: String, bytesMax: Int64) throws -> any BenchFile {
        Sheet(self, Key(person: person, name: name), bytesMax)
    }
    func items(of person: String) throws -> [BenchItem] {
        files.withLock { $0 }.filter { $0.key.person == person }.map {
            BenchItem(name: $0.key.name, size: Int64($0.value.count), modified: .distantPast)
        }.sorted { $0.name < $1.name }
    }
    func read(_ name: String, of person: String, bytesMax: Int) throws -> [UInt8] {
        guard let bytes = files.withLock({ $0[Key(person: person, name: name)] }) else {
            throw BenchFault.missing(name)
        }
        return bytes
    }
    func path(of name: String, from person: String) throws -> String { "/\(person)/\(name)" }
    func remove(_ name: String, of person: String) throws {
        files.withLock { $0[Key(person: person, name: name)] = nil }
    }
    func open(_ name: String, of person: String) throws -> any TrayFile {
        let tray = MemoryTray()
        tray.drop(name, try read(name, of: person, bytesMax: .max))
        return try tray.open(name, bytesMax: .max)
    }
    func handIn(
        _ names: [String], of person: String, mayReplace: (String, any TrayFile) throws -> Bool,
        onReady: () throws -> Void
    ) throws {
        for name in names where tray.text(name) != nil {
            guard try tray.listedIdentity(name).owner == 0, try mayReplace(name, tray.open(name, bytesMax: .max)) else {
                throw BenchFault.taken(name)
            }
        }
        try onReady()
        if refusesMoves.withLock({ $0 }) { throw BenchFault.notWritten(errno: 28) }
        for name in names { tray.drop(name, try read(name, of: person, bytesMax: .max), owner: 0) }
        for name in names { try remove(name, of: person) }
    }
    func report(beside name: String) throws -> String? { tray.text(TrayName.reportStem(of: name) + ".report.txt") }
    func isInFolder(_ name: String) -> Bool { tray.text(name) != nil }
}

@Suite("Dropping by a page")
struct DropTests {
    private static func world() async throws -> EngineWorld {
        let world = try await EngineWorld()
        world.changeSetup { setup in
            setup.bench = MemoryBench(world.tray)
            setup.ownUser = 0
            // Files of the daemon's own user are nobody's by the system: the audit says whose they are.
            for index in setup.people.indices where setup.people[index].name == "marketing" {
                setup.people[index].unixUser = 1001
            }
        }
        return world
    }
    private static let author = Identity.token("token-marketing")

    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    private static func give(_ desk: Desk, _ name: String, _ text: String, as identity: Identity = author) throws {
        let file = try desk.receive(name, as: identity)
        try file.write(Array(text.utf8))
        try file.keep()
    }

    @Test("a set that its author hands in is read by the same intake, carries the author, and waits for its review")
    func whole() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        #expect(try desk.bench(as: Self.author).lines.map(\.kind) == [.campaign, .list])
        #expect(try desk.handIn("sale.yaml", as: Self.author).files == ["vip.csv", "sale.yaml"])
        #expect(try desk.handedIn("sale.yaml", as: Self.author).waits)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(try world.ledger.runs(includingEnded: false).first)
        #expect(run.state == .inReview)
        #expect(try desk.handedIn("sale.yaml", as: Self.author).waits == false)
        let row = try #require(try world.ledger.auditRows(about: "sale.yaml", limit: 1).first)
        #expect(row.act == "drop" && row.person == "marketing")
        #expect(row.detail == Digest.of(Array(IntakeTests.yaml().utf8)).hexadecimal)
    }

    @Test("other bytes under the same name are nobody's drop")
    func swapped() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        _ = try desk.handIn("sale.yaml", as: Self.author)
        world.tray.drop("sale.yaml", IntakeTests.yaml() + "\n", owner: 0)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: false).isEmpty)
        #expect(world.tray.text("sale.report.txt")?.contains("not_the_authors_file") == true)
    }

    @Test(
        "only authors drop, and only what is theirs",
        arguments: [("review", "not_author"), ("operator", "not_author"), ("nobody", "unproved")])
    func roles(name: String, code: String) async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let told = Self.code { _ = try desk.receive("a.csv", as: .token("token-\(name)")) }
        #expect(told == code)
        #expect(Self.code { _ = try desk.handIn("a.yaml", as: .token("token-\(name)")) } != "done")
    }

    @Test("another author's name in the file is refused before anything moves")
    func otherAuthor() async throws {
        let world = try await Self.world()
        world.changeSetup { setup in
            setup.people.append(
                PersonSetup(name: "li", roles: [.author], token: Secret(bytes: Array("token-li".utf8))))
        }
        let desk = Desk(world.setup)
        let li = Identity.token("token-li")
        try Self.give(desk, "sale.yaml", IntakeTests.yaml(), as: li)
        try Self.give(desk, "vip.csv", IntakeTests.list, as: li)
        #expect(Self.code { _ = try desk.handIn("sale.yaml", as: li) } == "not_the_author")
        #expect(world.tray.names.isEmpty)
        // One person's files are not another's.
        #expect(Self.code { _ = try desk.handIn("sale.yaml", as: Self.author) } == "no_such_file")
        #expect(Self.code { _ = try desk.handedIn("sale.yaml", as: Self.author) } == "no_such_file")
    }

    @Test(
        "names that lie are refused with a sentence",
        arguments: [
            ("../sale.yaml", "bad_name"), ("a/b.csv", "bad_name"), (".hidden.yaml", "bad_name"),
            ("sale.control.yaml", "control_file"), ("stop.control.yaml.txt", "control_file"),
            ("run.exe", "not_ours"), ("people.csv.zip", "not_ours"), ("x.events.csv", "not_ours"),
            ("sale.report.txt", "bad_name"), ("a\u{202E}vsc.yaml", "bad_name"), ("", "bad_name"),
        ])
    func names(name: String, code: String) async throws {
        let world = try await Self.world()
        #expect(Self.code { _ = try Desk(world.setup).receive(name, as: Self.author) } == code)
    }

    @Test("sizes that lie end where the limit is")
    func sizes() async throws {
        let world = try await Self.world()
        let file = try Desk(world.setup).receive("sale.yaml", as: Self.author)
        #expect(throws: BenchFault.tooLarge(bytesMax: 256 << 10)) {
            try file.write([UInt8](repeating: 0x61, count: (256 << 10) + 1))
        }
    }

    @Test("what lies in the folder under that name and is somebody else's stays")
    func taken() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        world.tray.drop("vip.csv", "theirs", owner: 1003)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        #expect(Self.code { _ = try desk.handIn("sale.yaml", as: Self.author) } == "name_taken")
        #expect(world.tray.text("vip.csv") == "theirs" && world.tray.text("sale.yaml") == nil)
    }

    @Test("a file with errors, or without its list, is not handed in")
    func unfinished() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        try Self.give(desk, "bad.yaml", "campaign: bad\ntitle\n")
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        let refusal = #expect(throws: DeskRefusal.self) { _ = try desk.handIn("bad.yaml", as: Self.author) }
        #expect(refusal?.code == "not_readable")
        // `title` without a colon, on its line.
        #expect(refusal?.lines.isEmpty == false && refusal?.lines.allSatisfy { (1...3).contains($0.line) } == true)
        #expect(Self.code { _ = try desk.handIn("sale.yaml", as: Self.author) } == "files_missing")
        #expect(world.tray.names.isEmpty)
    }

    private static func worldOfTwo() async throws -> EngineWorld {
        let world = try await world()
        world.changeSetup { setup in
            setup.people.append(
                PersonSetup(name: "li", roles: [.author], token: Secret(bytes: Array("token-li".utf8))))
        }
        return world
    }
    private static let li = Identity.token("token-li")
    private static func liYAML() -> String { IntakeTests.yaml("other", author: "li") }

    @Test("a hand-in that was refused makes nothing anybody's: asked again, another author's list stays as it is")
    func refusedTwice() async throws {
        let world = try await Self.worldOfTwo()
        let desk = Desk(world.setup)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        _ = try desk.handIn("sale.yaml", as: Self.author)
        try Self.give(desk, "other.yaml", Self.liYAML(), as: Self.li)
        try Self.give(desk, "vip.csv", "open_id\n_000stranger\n", as: Self.li)
        for _ in 1...2 { #expect(Self.code { _ = try desk.handIn("other.yaml", as: Self.li) } == "name_taken") }
        #expect(world.tray.text("vip.csv") == IntakeTests.list)
        #expect(try world.ledger.auditRows(about: "vip.csv", limit: 9).map(\.person) == ["marketing"])
        // The same bytes handed in by both are still the first one's.
        try Self.give(desk, "vip.csv", IntakeTests.list, as: Self.li)
        #expect(Self.code { _ = try desk.handIn("other.yaml", as: Self.li) } == "name_taken")
        // Its own author may replace it.
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", "open_id\n_000one\n")
        _ = try desk.handIn("sale.yaml", as: Self.author)
        #expect(world.tray.text("vip.csv") == "open_id\n_000one\n")
    }

    @Test("files that could not be moved were handed in by nobody, and the audit says so")
    func takenBack() async throws {
        let world = try await Self.worldOfTwo()
        let bench = try #require(world.setup.bench as? MemoryBench)
        let desk = Desk(world.setup)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        bench.refusesMoves.withLock { $0 = true }
        #expect(Self.code { _ = try desk.handIn("sale.yaml", as: Self.author) } != "done")
        #expect(
            try world.ledger.auditRows(about: "vip.csv", limit: 9).map(\.act) == ["drop-taken-back", "drop"])
        #expect(Self.code { _ = try desk.handedIn("sale.yaml", as: Self.author) } == "no_such_file")
        world.tray.drop("sale.yaml", IntakeTests.yaml(), owner: 0)
        world.tray.drop("vip.csv", IntakeTests.list, owner: 0)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: false).isEmpty)
    }

    @Test("a list that one author handed in is in no campaign of another's")
    func listOfAnother() async throws {
        let world = try await Self.worldOfTwo()
        let desk = Desk(world.setup)
        try Self.give(desk, "sale.yaml", IntakeTests.yaml())
        try Self.give(desk, "vip.csv", IntakeTests.list)
        _ = try desk.handIn("sale.yaml", as: Self.author)
        world.tray.delete("sale.yaml")
        world.tray.drop("other.yaml", Self.liYAML(), owner: 1003)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: false).isEmpty)
        let report = try #require(world.tray.text("other.report.txt"))
        #expect(report.contains("not_the_authors_file") && report.contains("vip.csv"))
    }

    @Test("a report of the daemon's under a campaign's name is nobody's, also for an author who has no system user")
    func disguised() async throws {
        let world = try await Self.worldOfTwo()
        world.tray.drop("other.yaml", Self.liYAML(), owner: 0)
        world.tray.drop("vip.csv", IntakeTests.list, owner: 1003)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: false).isEmpty)
        #expect(world.tray.text("other.report.txt")?.contains("not_the_authors_file") == true)
    }

    @Test("what the form writes is read as it was meant, whatever stands in it")
    func composed() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        try Self.give(desk, "vip.csv", IntakeTests.list)
        var draft = CampaignDraft()
        draft.id = "form"
        draft.title = "春季 \"上新\" \\ # & : {x}"
        draft.account = "flagship"
        draft.lists = ["vip.csv"]
        draft.start = world.now.iso8601.prefix(11) + "20:00"
        draft.validUntil = "+3d"
        draft.holdout = "5%"
        draft.fallback = "朋友"
        draft.variants = [
            .init(weight: "60", text: "{{nickname}}，\n你好", image: "", template: "card-001", path: "pages/a"),
            .init(weight: "40", text: "", image: "", template: "card-001", path: "pages/b"),
            .init(weight: "", text: "", image: "", template: "", path: ""),
        ]
        #expect(try desk.compose(draft, as: Self.author) == "form.yaml")
        _ = try desk.handIn("form.yaml", as: Self.author)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(
            try world.ledger.runs(includingEnded: false).first, "\(world.tray.text("form.report.txt") ?? "")")
        let campaign = try world.ledger.revision(run.revision).campaign
        #expect(campaign.title == draft.title && campaign.author == "marketing" && campaign.variants.count == 2)
        #expect(campaign.fields.first?.defaultValue == "朋友")
    }
}
