import Answers
import CampaignFiles
import CampaignModel
import Ports
import Synchronization
import Testing

@testable import Engine

@Suite("A file of events in the drop folder is answered like every other, and a long one lets others pass")
struct EventFileIntakeTests {
    /// Counts how often it was asked, and can end the work.
    private final class CountingPace: WorkPace {
        private let asked = Atomic(0)
        private let wrote = Atomic(0)
        private let endsAfter: Int?
        init(endsAfter: Int? = nil) { self.endsAfter = endsAfter }
        var reads: Int { asked.load(ordering: .relaxed) - writes }
        var writes: Int { wrote.load(ordering: .relaxed) }
        func between(wrote isWrite: Bool) throws {
            asked.add(1, ordering: .relaxed)
            if isWrite { wrote.add(1, ordering: .relaxed) }
            if isWrite, writes == endsAfter { throw WorkInterrupted() }
        }
    }

    @Test(
        "one that is refused has a word beside it and a line in the status, which go with it",
        arguments: [
            ("a.events.csv", "open_id,at\np0,2026-11-20\n", "kind", "column_missing"),
            ("b.events.jsonl", nil, "too large", "too_large"),
        ] as [(String, String?, String, String)])
    func refused(_ name: String, _ text: String?, _ words: String, _ code: String) async throws {
        let world = try await EngineWorld()
        let intake = EventIntake(world.setup, tray: world.tray)
        let bytes = text.map { Array($0.utf8) } ?? Array(repeating: 0x20, count: EventFile.bytesMax + 1)
        world.tray.drop(name, bytes)
        _ = try await intake.step(at: world.now)
        let report = try #require(world.tray.text("\(name).report.txt"))
        #expect(report.contains(words), "\(report)")
        #expect(world.tray.names == [name])
        let line = world.setup.inbox.line(in: .en)
        #expect(line.untaken.map(\.file) == [name] && line.untakenTotal == 1, "\(line)")
        #expect(line.untaken.first?.code == code)
        let writes = world.tray.writes
        world.clock.pass(.seconds(1))
        _ = try await intake.step(at: world.now)
        #expect(world.tray.writes == writes, "said once")
        world.tray.delete(name)
        world.clock.pass(.seconds(1))
        _ = try await intake.step(at: world.now)
        #expect(world.tray.text("\(name).report.txt") == nil)
        #expect(world.setup.inbox.line(in: .en).untakenTotal == 0)
    }

    @Test(
        "what was taken is in the audit, with whose file it was and how many lines",
        arguments: [(UInt32(1001), "marketing"), (1007, "uid 1007"), (nil, "-")] as [(UInt32?, String)])
    func traced(_ owner: UInt32?, _ person: String) async throws {
        let world = try await EngineWorld()
        world.changeSetup { setup in
            for index in setup.people.indices where setup.people[index].name == "marketing" {
                setup.people[index].unixUser = 1001
            }
        }
        world.tray.drop(
            "a.events.csv", "open_id,kind,at\np0,opted_out,2026-11-20 09:00\np1,waved,2026-11-20 09:00\n", owner: owner)
        _ = try await EventIntake(world.setup, tray: world.tray).step(at: world.now)
        let row = try #require(try world.ledger.auditRows(about: "a.events.csv", limit: 9).first)
        #expect(row.person == person && row.act == "import-events")
        #expect(row.detail == "taken 1, repeated 0, strangers 0, bad 1")
    }

    @Test("mended under its name, it is taken")
    func mended() async throws {
        let world = try await EngineWorld()
        let intake = EventIntake(world.setup, tray: world.tray)
        world.tray.drop("a.events.csv", "open_id,at\n")
        _ = try await intake.step(at: world.now)
        world.tray.drop("a.events.csv", "open_id,kind,at\np0,clicked,2026-11-20 09:00\n")
        // Rung by the change: the folder is looked at twice a second at most, and the look is not forgotten.
        let again = try #require(try await intake.step(at: world.now))
        #expect(again > world.now)
        #expect(world.tray.names == ["a.events.csv"])
        world.clock.pass(.milliseconds(500))
        _ = try await intake.step(at: world.now)
        #expect(world.tray.names.isEmpty)
        #expect(world.setup.inbox.line(in: .en).untaken.isEmpty)
    }

    @Test(
        "a long file asks after every thousand lines whether to go on, while it is read and while it is written",
        arguments: ["csv", "jsonl"])
    func pace(_ kind: String) async throws {
        let world = try await EngineWorld()
        let pace = CountingPace()
        world.changeSetup { $0.pace = pace }
        try world.authorize(EngineWorld.people(0..<2500))
        world.tray.drop("a.events.\(kind)", Self.file(kind))
        _ = try await EventIntake(world.setup, tray: world.tray).step(at: world.now)
        #expect(pace.reads == 2 && pace.writes >= 3, "\(pace.reads) \(pace.writes)")
        #expect(world.tray.text("a.events.\(kind).report.txt")?.contains("2500") == true)
    }

    @Test("a stop in the middle leaves whole thousands, and the rest is taken at the next start")
    func stopped() async throws {
        let world = try await EngineWorld()
        world.changeSetup { $0.pace = CountingPace(endsAfter: 2) }
        try world.authorize(EngineWorld.people(0..<2500))
        world.tray.drop("a.events.csv", Self.file("csv"))
        await #expect(throws: WorkInterrupted.self) {
            try await EventIntake(world.setup, tray: world.tray).step(at: world.now)
        }
        #expect(world.tray.names == ["a.events.csv"])
        world.changeSetup { $0.pace = Unhurried() }
        _ = try await EventIntake(world.setup, tray: world.tray).step(at: world.now)
        let report = try #require(world.tray.text("a.events.csv.report.txt"))
        #expect(report.contains("500") && report.contains("2000"), "\(report)")
        #expect(world.tray.names.isEmpty)
    }

    private static func file(_ kind: String) -> String {
        let rows = (0..<2500).map { number in
            kind == "csv"
                ? "p\(number),clicked,2026-11-20 09:00,flagship,e\(number)"
                : #"{"open_id":"p\#(number)","kind":"clicked","at":"2026-11-20 09:00","account":"flagship","id":"e\#(number)"}"#
        }
        return (kind == "csv" ? "open_id,kind,at,account,id\n" : "") + rows.joined(separator: "\n") + "\n"
    }

    @Test("a campaign that breaks a rule of the ledger's tables is told beside it, and holds no other")
    func refusedRow() async throws {
        let world = try await EngineWorld()
        try world.damage(
            """
            CREATE TRIGGER broken BEFORE INSERT ON revision WHEN new.content LIKE '%"id":"sale"%'
            BEGIN SELECT RAISE(ABORT, 'a rule'); END
            """)
        world.tray.drop("sale.yaml", IntakeTests.yaml("sale"))
        world.tray.drop("other.yaml", IntakeTests.yaml("other"))
        world.tray.drop("vip.csv", IntakeTests.list)
        let intake = Intake(world.setup, tray: world.tray)
        for _ in 0..<4 { _ = try await intake.step(at: world.now) }
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("[row_refused]") && report.contains("The mistake is the program's"), "\(report)")
        #expect(!report.contains("a rule\n"))
        #expect(try world.ledger.run(named: "other") != nil)
        #expect(try world.ledger.run(named: "sale") == nil)
    }
}
