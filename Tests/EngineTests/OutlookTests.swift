import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("What lies ahead, for the pages")
struct OutlookTests {
    private static let author = Identity.token("token-marketing")

    private static func world(_ more: String = "", start: String = "2026-11-20 20:00") async throws -> EngineWorld {
        let world = try await EngineWorld()
        let yaml = IntakeTests.yaml(more: more).replacing("start: 2026-11-20 20:00", with: "start: \(start)")
        world.tray.drop("sale.yaml", yaml)
        world.tray.drop("vip.csv", IntakeTests.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        return world
    }

    @Test("the calendar has a run on its day, and every later occurrence of a repeated campaign without a run")
    func repeated() async throws {
        let world = try await Self.world(start: "2026-11-20 20:00\n  repeat: daily")
        let sheet = try Desk(world.setup).calendar(from: "2026-11-20", as: Self.author)
        #expect(sheet.days.first == "2026-11-20" && sheet.days.count == 14 && sheet.after == "2026-12-04")
        let row = try #require(sheet.rows.first { $0.account == "flagship" })
        #expect(row.cells[0].entries.map(\.run) == ["sale@20261120-2000"])
        #expect(row.cells[1...].allSatisfy { $0.entries.count == 1 && $0.entries[0].run == nil })
        #expect(row.cells[3].entries[0].begins.hasPrefix("2026-11-23T20:00"))
        #expect(row.cells.allSatisfy { !$0.competes })
    }

    @Test("strangers see no calendar, and a day that is none is refused")
    func refused() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        #expect(throws: DeskRefusal.self) { try desk.calendar(from: nil, as: .token("token-nobody")) }
        #expect(throws: DeskRefusal.self) { try desk.calendar(from: "tomorrow", as: Self.author) }
    }

    @Test(
        "what if says the same forecast when nothing is changed, and another one for another start; nothing is written")
    func whatIf() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let run = "sale@20261120-2000"
        let same = try desk.whatIf(.init(run: run, pace: "", start: "", order: ""))
        #expect(same.asIs == same.changed && same.asIs.audience == 2)
        let later = try desk.whatIf(.init(run: run, pace: "", start: "2026-11-21 10:00", order: ""))
        #expect(later.changed.audience == 2)
        #expect(later.changed.first?.hasPrefix("2026-11-21T10:00") ?? (later.changed.sentTotal == 0))
        #expect(try world.ledger.run(named: run)?.start == Moment(iso8601: "2026-11-20T20:00:00+08:00"))
        for (pace, start, order) in [("fast", "", ""), ("", "soon", ""), ("", "", "sorted")] {
            #expect(throws: DeskRefusal.self) {
                try desk.whatIf(.init(run: run, pace: pace, start: start, order: order))
            }
        }
    }

    @Test("settings name people and roles, and no secret")
    func settings() async throws {
        let world = try await Self.world()
        let sheet = try Desk(world.setup).settings()
        #expect(sheet.people.contains { $0.name == "review" && $0.roles == ["reviewer"] && $0.hasToken })
        #expect(!"\(sheet)".contains("token-review"))
    }

    @Test("a house in which nothing was ever dropped says so, once")
    func isNew() async throws {
        let empty = try await EngineWorld()
        #expect(try Desk(empty.setup).needs().isNew)
        let used = try await Self.world()
        #expect(try !Desk(used.setup).needs().isNew)
    }
}
