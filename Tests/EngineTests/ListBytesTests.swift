import Answers
import CampaignFiles
import CampaignModel
import Foundation
import Ports
import Reports
import Synchronization
import Testing

@testable import Engine

@Suite("A list's rows are those of its digest, and every row is in the sum")
struct ListBytesTests {
    /// A file that somebody writes to in place between two looks, and whose times they put back.
    private final class SwappedFile: TrayFile {
        let contents: [[UInt8]]
        let switchesAfter: Int
        let reads = Mutex(0)
        let identity = FileIdentity(device: 1, inode: 1)
        var size: Int64 { Int64(contents[0].count) }

        init(_ contents: [[UInt8]], switchesAfter: Int) {
            self.contents = contents
            self.switchesAfter = switchesAfter
        }

        func read(upTo count: Int) throws -> [UInt8] { try read(at: 0, upTo: count) }
        func read(at offset: Int64, upTo count: Int) throws -> [UInt8] {
            let number = reads.withLock { reads in
                reads += 1
                return reads
            }
            return Array(contents[number > switchesAfter ? 1 : 0].dropFirst(Int(offset)).prefix(count))
        }
        func rewind() throws {}
        func isUnchanged() throws -> Bool { true }
    }

    private struct SwappingTray: DropTray {
        let file: SwappedFile
        func listing(at now: Moment) throws -> TrayListing { TrayListing() }
        func open(_ name: String, bytesMax: Int64) throws -> any TrayFile { file }
        func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8] { [] }
        func remove(_ name: String, identity: FileIdentity?) throws -> Bool { false }
        func item(_ name: String) throws -> TrayItem? { nil }
        func reports() throws -> [KeptFile] { [] }
        func archive(_ report: String, month: String) throws {}
        func kept(in folder: TrayFolder) throws -> [KeptFile] { [] }
        func discard(_ name: String, from folder: TrayFolder) throws {}
        func move(_ name: String, into folder: TrayFolder, as newName: String) throws {}
        func write(_ name: String, bytes: [UInt8]) throws {}
        func onChange(_ wake: @escaping @Sendable () -> Void) {}
    }

    @Test("Rows that are swapped in after the digest was taken are refused, and nothing is taken")
    func swapped() async throws {
        let world = try await EngineWorld()
        let account = try #require(world.setup.account(named: "flagship"))
        let before = Array("open_id,nickname\np0,Ann\np1,Bo\n".utf8)
        let after = Array("open_id,nickname\nq0,Eve\nq1,Eve\n".utf8)
        let reading = CampaignReader.parse(
            bytes: Array(IntakeTests.yaml().utf8), fileName: "sale.yaml",
            context: FileContext(
                authors: ["marketing"],
                accounts: [KnownAccount(name: "flagship", kind: .enterprise, role: .brand, openID: "_flagship")],
                now: world.now))
        let campaign = try #require(reading.campaign)
        // The digest takes one look at the file, and one that finds its end.
        let tray = SwappingTray(file: SwappedFile([before, after], switchesAfter: 2))
        #expect(throws: TrayError.refused(TrayProblem(name: "vip.csv", refusal: .changedWhileRead))) {
            try AudienceImport.admit(
                "vip.csv", in: tray, campaign: campaign, account: account.record, ledger: world.ledger, at: world.now,
                term: world.setup.term)
        }
        #expect(try world.ledger.runs(includingEnded: true).isEmpty)
        let honest = SwappingTray(file: SwappedFile([before, before], switchesAfter: 2))
        let admission = try AudienceImport.admit(
            "vip.csv", in: honest, campaign: campaign, account: account.record, ledger: world.ledger, at: world.now,
            term: world.setup.term)
        #expect(admission.distinct == 2)
    }

    @Test("A list longer than a block is read to its end, from any place")
    func blocks() throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let proven = try ProvenBytes(SwappedFile([bytes, bytes], switchesAfter: .max), name: "a.csv")
        #expect(proven.size == 700_000 && proven.digest.count == 64)
        for offset in [0, 262_143, 262_144, 524_287, 699_999, 700_000] {
            var part = [UInt8](repeating: 0, count: 300_000)
            let count = try part.withUnsafeMutableBytes { try proven.read(at: Int64(offset), into: $0) }
            #expect(Array(part[..<count]) == Array(bytes[offset..<(offset + count)]))
            #expect((count == 0) == (offset == 700_000))
        }
    }

    @Test("Three rows of which one is bad and one beyond max: every term is in the report, and the sum holds")
    func sumOfRows() async throws {
        let world = try await EngineWorld()
        world.tray.drop(
            "sale.yaml", IntakeTests.yaml().replacingOccurrences(of: "[vip.csv]", with: "[vip.csv]\n  max: 2"))
        world.tray.drop("vip.csv", "open_id,nickname\np0,Ann\np0,again\np1,Bo,surplus\np2,Cy\np3,Di\n")
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(try world.ledger.runs(includingEnded: true).first)
        _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
        _ = try await Planner(world.setup).step(at: run.start)
        let report = try DeskReading(world.setup).report(run: run.name)
        #expect(
            report.rows == RowSum(read: 5, bad: 1, duplicates: 1, excluded: 0, beyondMax: 1, audience: 2))
        #expect(report.rows.holds)
        let text = ReportText.render(report, in: .en)
        #expect(text.contains("rows read 5 = bad 1 + duplicate 1 + excluded 0 + beyond max 1 + audience 2"))
        var broken = report
        broken.duplicates = 0
        #expect(ReportText.render(broken, in: .en).contains("rows read 5 ≠ "))
        try world.check()
    }

    @Test("A workbook dropped beside its campaign is a list like any other")
    func workbook() async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", IntakeTests.yaml(files: "vip.xlsx"))
        world.tray.drop("vip.xlsx", Array("open_id\np0\n".utf8))
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(world.tray.text("sale.report.txt")?.contains("[not_a_workbook] vip.xlsx: ") == true)
    }
}
