import CampaignFiles
import CampaignModel
import Foundation
import Testing
import Words

@Suite("A list in another country's encoding is told, and a deleted row is nobody")
struct ForeignListTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).map { offset in
            let start = hex.index(hex.startIndex, offsetBy: offset)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)!
        }
    }

    /// Names as they come: 陳小姐 and others in Big5; さくら and others in Shift-JIS; the rest in GBK.
    @Test(
        "Big5 and Shift-JIS are valid GB18030 and other names; simplified, traditional and Japanese names in GBK are right",
        arguments: [
            ("5f30303070312cb3afa470a96a0a5f30303070322caa4ca7d3a9fa0a5f30303070332cb6c0acfcacc20a", "Big5"),
            ("5f30303070312c82b382ad82e70a5f30303070322c82bd82c882a90a5f30303070332c8386837e83520a", "Shift-JIS"),
            ("5f30303070312ccdf5d0a1c2fa0a5f30303070322cc0eec4bec4be0a5f30303070332cc4e3bac3d1bdc5f3d3d10a", nil),
            (
                "5f30303070312cea90d0a1bde30a5f30303070322cc1d6d549c3f70a5f30303070332cfc53c3c0c1e10a5f30303070342c8f88d1c5e6c30a",
                nil
            ),
            ("5f30303070312ca4b5a4afa4e90a5f30303070322ca4e6a4dfa4b30a", nil),
        ] as [(String, String?)])
    func encodings(_ hex: String, _ name: String?) throws {
        let people = try Fixtures.people(Array("open_id,nickname\n".utf8) + Self.bytes(hex))
        #expect(people.reading.encoding == .gb18030 && people.reading.otherEncoding == name)
        #expect(people.reading.warnings.contains { $0.en.contains("garbled") } == (name != nil))
    }

    @Test(
        "blanks of any alphabet in every cell are a deleted row; an id that is missing beside a name is not",
        arguments: [
            ("open_id,n\n\u{3000},\n_0001,a\n", 0), ("open_id,n\n\"\",\"\"\n_0001,a\n", 0),
            ("open_id,n\n\u{A0},\u{2003}\n_0001,a\n", 0), ("open_id,n\n_0001,a\n\u{1A}", 0),
            ("open_id,n\n\u{3000},b\n_0001,a\n", 1), ("open_id,n\n#N/A,\n_0001,a\n", 1),
        ])
    func deletedRows(_ text: String, _ bad: Int) throws {
        let people = try Fixtures.people(Array(text.utf8))
        #expect(people.ids == ["_0001"] && people.reading.badRows == bad)
    }

    @Test("the separator's line may end in a blank")
    func separatorLine() throws {
        let people = try Fixtures.people(Array("sep=; \nopen_id;n\n_0001;a,b\n".utf8))
        #expect(people.ids == ["_0001"] && people.reading.titleLines == 0)
    }
}
