import CampaignModel
import Foundation
import Testing

@testable import HostSystem

@Suite("The seal beside the ledger")
struct SealFileTests {
    private let folder: String
    private let file: SealFile
    private let seal: LedgerSeal

    init() throws {
        folder = NSTemporaryDirectory() + "curfew-seal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/ledger.db"))
        file = SealFile(state: folder, ledger: folder + "/ledger.db")
        seal = LedgerSeal(
            ledger: "abc", place: try file.place(), term: 7, beat: 42, at: Moment(milliseconds: 1_790_000_000_000),
            audit: AuditHead(seq: 3, digest: String(repeating: "b", count: 64)))
    }

    @Test("what was written is read back, by its owner only, and nothing else is left beside it")
    func roundTrip() throws {
        #expect(try file.read() == nil)
        try file.write(seal)
        #expect(try file.read() == seal)
        var nameless = seal
        nameless.place.machine = ""
        try file.write(nameless)
        #expect(try file.read() == nameless)
        let mode = try FileManager.default.attributesOfItem(atPath: folder + "/curfew.seal")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["curfew.seal", "ledger.db"])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("a copy of the ledger is in another place, a renamed one is not")
    func place() throws {
        try FileManager.default.copyItem(atPath: folder + "/ledger.db", toPath: folder + "/copy.db")
        #expect(try SealFile(state: folder, ledger: folder + "/copy.db").place() != seal.place)
        try FileManager.default.moveItem(atPath: folder + "/ledger.db", toPath: folder + "/moved.db")
        #expect(try SealFile(state: folder, ledger: folder + "/moved.db").place() == seal.place)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test(
        "a seal that is not whole is no seal",
        arguments: [
            "", "curfew seal 2\nledger a\n", "curfew seal 1\n",
            "curfew seal 1\nledger a\nmachine m\nfile x\nterm 1\nbeat 1\nat 1\naudit 0:\(AuditHead.empty.digest)\n",
            "curfew seal 1\nledger a\nmachine m\nfile 1\nterm 1\nbeat 1\nat 1\naudit 0:12\n",
            "curfew seal 1\nledger a\nmachine m\nfile 1\nterm 1\nbeat 1\n",
        ])
    func torn(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/curfew.seal"))
        #expect(throws: SealFileError.self) { try file.read() }
        try FileManager.default.removeItem(atPath: folder)
    }
}
