import Answers
import CampaignModel
import Ports
import Reports
import Testing

@testable import Engine

@Suite("The drop folder does not drown in its past")
struct ReportKeeperTests {
    private func keeper(_ world: EngineWorld) -> ReportKeeper {
        ReportKeeper(world.setup, tray: world.tray, keep: RetentionPeriods())
    }

    private func round(_ keeper: ReportKeeper, _ world: EngineWorld) async throws {
        world.clock.pass(.hours(1))
        for _ in 0..<5 { _ = try await keeper.step(at: world.now) }
    }

    @Test("reports of what is over go to the folder of their month, those of what lives stay")
    func archives() async throws {
        let world = try await EngineWorld()
        let over = try world.run("over", ["a"])
        _ = try world.run("alive", ["b"])
        _ = try await Reporter(world.setup, tray: world.tray).step(at: world.now)
        _ = try world.ledger.end(
            EndDemand(now: world.now, term: world.setup.term, run: over.id, state: .expired, reason: .expired))
        let keeper = keeper(world)
        world.clock.pass(.days(6))
        try await round(keeper, world)
        #expect(world.tray.archivedNames == [])
        world.clock.pass(.days(1))
        try await round(keeper, world)
        #expect(world.tray.archivedNames == ["2026-11/over.report.json", "2026-11/over.report.txt"])
        #expect(world.tray.text("alive.report.txt") != nil)
    }

    @Test("a word or an answer stays while what it speaks of lies there, and goes some days later")
    func words() async throws {
        let world = try await EngineWorld()
        for name in ["there.csv", "gone.csv", "x.control", "folder.drop"] {
            world.tray.drop("\(name).report.txt", "a word")
            world.tray.setWritten("\(name).report.txt", at: world.now)
        }
        world.tray.drop("there.csv", "open_id\n")
        world.tray.drop("folder", "")
        let keeper = keeper(world)
        try await round(keeper, world)
        #expect(world.tray.archivedNames == [])
        world.clock.pass(.days(7))
        try await round(keeper, world)
        #expect(world.tray.archivedNames == ["2026-11/gone.csv.report.txt", "2026-11/x.control.report.txt"])
    }

    @Test("texts go from the folder when they go from the ledger, and not before")
    func texts() async throws {
        let world = try await EngineWorld()
        let digest = String(repeating: "ab", count: 32)
        let admission = try world.admit(world.campaign("sale"), ["a"], digest: digest)
        let name = "sale.\(digest.prefix(12)).yaml"
        world.tray.keep(name, in: .accepted, since: world.now - .days(400))
        world.tray.keep("1795000000000-x.control.yaml", in: .accepted, since: world.now - .days(91))
        world.tray.keep("1795000000001-y.control.yaml", in: .accepted, since: world.now - .days(80))
        world.tray.keep("2026-07/old.report.txt", in: .reports, since: world.now)
        world.tray.keep("2026-11/aged.report.txt", in: .reports, since: world.now - .days(91))
        world.tray.keep("2026-10/new.report.txt", in: .reports, since: world.now)
        let keeper = keeper(world)
        try await round(keeper, world)
        #expect(try world.tray.kept(in: .accepted).map(\.name) == [name, "1795000000001-y.control.yaml"])
        #expect(try world.tray.kept(in: .reports).map(\.name) == ["2026-10/new.report.txt"])
        try world.damage("UPDATE revision SET pruned = 2 WHERE id = \(admission.revision.id.rawValue)")
        try await round(keeper, world)
        #expect(try world.tray.kept(in: .accepted).map(\.name) == ["1795000000001-y.control.yaml"])
    }
}

@Suite("A report before its run begins")
struct EarlyReportTests {
    @Test("says how many are meant, and takes nobody for lost")
    func listed() async throws {
        let world = try await EngineWorld()
        let later = Schedule(start: world.now + .hours(1))
        let run = try world.admit(world.campaign("sale", schedule: later), ["a", "b"]).run
        let desk = DeskReading(world.setup)
        for isApproved in [false, true] {
            if isApproved { try world.approve(run) }
            let report = try desk.report(run: run.name)
            #expect(report.rowsRead == 2 && report.toldRows == nil && report.summary.listed == 2)
            let line = ReportText.sumLine(of: report.summary, in: .en)
            #expect(line == "audience 2: each gets a place at the start")
        }
        world.clock.pass(.hours(1))
        _ = try await Planner(world.setup).step(at: world.now)
        let report = try desk.report(run: run.name)
        #expect(report.summary.listed == nil && report.toldRows?.holds == true)
        #expect(ReportText.sumLine(of: report.summary, in: .en).hasPrefix("audience 2 = "))
    }
}

@Suite("What reports cost")
struct ReportCostTests {
    @Test("with nothing changed nothing is read, and of many runs only the one that changed is written")
    func followsChange() async throws {
        let world = try await EngineWorld()
        let runs = try (0..<20).map { try world.admit(world.campaign("sale\($0)"), ["a\($0)"]).run }
        let reporter = Reporter(world.setup, tray: world.tray)
        _ = try await reporter.step(at: world.now)
        let before = world.tray.writes
        #expect(before == 40)
        try world.approve(runs[7])
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        #expect(world.tray.writes == before + 2)
        // No table that holds runs is there any more: whoever asked would see an error.
        try world.damage("ALTER TABLE run RENAME TO away")
        for _ in 0..<10 {
            world.clock.pass(.seconds(3))
            _ = try await reporter.step(at: world.now)
        }
        #expect(world.tray.writes == before + 2)
    }

    @Test("what ended long ago is neither read nor remembered")
    func forgets() async throws {
        let world = try await EngineWorld()
        let reporter = Reporter(world.setup, tray: world.tray)
        for number in 0..<5 {
            let run = try world.admit(world.campaign("sale\(number)"), ["a"]).run
            _ = try await reporter.step(at: world.now)
            _ = try world.ledger.end(
                EndDemand(now: world.now, term: world.setup.term, run: run.id, state: .expired, reason: .expired))
            world.clock.pass(.seconds(3))
            _ = try await reporter.step(at: world.now)
        }
        #expect(world.tray.text("sale4.report.txt")?.contains("Its time is over") == true)
        #expect(await reporter.remembered == 5)
        world.clock.pass(.days(8))
        _ = try await reporter.step(at: world.now)
        #expect(await reporter.remembered == 0)
    }

    @Test("a report that could not be written is tried again although nothing changes")
    func triedAgain() async throws {
        let world = try await EngineWorld()
        _ = try world.run("sale", ["a"])
        let reporter = Reporter(world.setup, tray: world.tray)
        world.tray.refusesWrites(true)
        _ = try await reporter.step(at: world.now)
        #expect(world.setup.inbox.line(in: .en).trouble?.contains("sale.yaml") == true)
        world.tray.refusesWrites(false)
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        #expect(world.tray.text("sale.report.txt") != nil && world.setup.inbox.line(in: .en).trouble == nil)
    }
}
