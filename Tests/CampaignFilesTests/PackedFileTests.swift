import Foundation
import Testing

@testable import CampaignFiles

@Suite("A packed file is looked into for a person")
struct PackedFileTests {
    @Test("an id is found as a whole word in any part of a workbook, and what cannot be looked into may hold it")
    func found() throws {
        let rows = "<row><c t=\"inlineStr\"><is><t>open_id</t></is></c></row>"
        let long = String(repeating: "x ", count: 100_000)
        let parts = ZipMaker.workbook(
            rows: rows + "<row><c t=\"inlineStr\"><is><t>_000anna01</t></is></c></row>",
            more: [.init("xl/comments1.xml", "<t>\(long)ask _000bert02, not _000carl033</t>")])
        let path = NSTemporaryDirectory() + "packed-\(UUID().uuidString).xlsx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(ZipMaker.zip(parts)).write(to: URL(fileURLWithPath: path))
        #expect(PackedFile.mayHold("_000anna01", at: path) && PackedFile.mayHold("_000bert02", at: path))
        #expect(!PackedFile.mayHold("_000carl03", at: path) && !PackedFile.mayHold("_000anna0", at: path))
        try Data(ZipMaker.zip(parts).dropLast(30)).write(to: URL(fileURLWithPath: path))
        #expect(PackedFile.mayHold("_000carl03", at: path))
    }
}
