import CampaignFiles

/// Writes small zip files by hand, so that a test can say what is wrong with one.
struct ZipMaker {
    struct Part {
        var name: String
        var content: [UInt8]
        var claimedSize: UInt32?
        var claimedPacked: UInt32?
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var spoilsSum = false

        init(_ name: String, _ text: String) {
            self.name = name
            content = Array(text.utf8)
        }
    }

    static func zip(_ parts: [Part]) -> [UInt8] {
        var (file, table): ([UInt8], [UInt8]) = ([], [])
        for part in parts {
            let header = file.count
            let sum = crc32(part.content) ^ (part.spoilsSum ? 1 : 0)
            let sizes =
                number(sum) + number(part.claimedPacked ?? UInt32(part.content.count))
                + number(part.claimedSize ?? UInt32(part.content.count))
            let name = Array(part.name.utf8)
            let shared = number(UInt16(20)) + number(part.flags) + number(part.method) + number(UInt32(0)) + sizes
            file +=
                [0x50, 0x4B, 0x03, 0x04] + shared + number(UInt16(name.count)) + number(UInt16(0)) + name + part.content
            table += [0x50, 0x4B, 0x01, 0x02] + number(UInt16(20)) + shared + number(UInt16(name.count))
            table += [UInt8](repeating: 0, count: 12) + number(UInt32(header)) + name
        }
        let count = number(UInt16(parts.count))
        let end =
            [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0] + count + count + number(UInt32(table.count))
            + number(UInt32(file.count))
        return file + table + end + [0, 0]
    }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
        }
    }

    private static let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// A workbook of one sheet.
    static func workbook(
        rows: String, shared: String? = nil, styles: String? = nil, book: String = "<sheet name=\"a\" r:id=\"rId1\"/>",
        more: [Part] = [], sheet: String? = nil
    ) -> [Part] {
        let targets =
            "<Relationship Id=\"rId1\" Type=\"\(types)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
            + "<Relationship Id=\"rId2\" Type=\"\(types)/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
            + "<Relationship Id=\"rId3\" Type=\"\(types)/chartsheet\" Target=\"chartsheets/sheet1.xml\"/>"
            + "<Relationship Id=\"rId4\" Type=\"\(types)/sharedStrings\" Target=\"sharedStrings.xml\"/>"
            + "<Relationship Id=\"rId5\" Type=\"\(types)/styles\" Target=\"styles.xml\"/>"
        var parts = [
            Part(
                "_rels/.rels",
                "<Relationships><Relationship Id=\"rId1\" Type=\"\(types)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
            Part("xl/workbook.xml", "<?xml version=\"1.0\"?><workbook>\(book)</workbook>"),
            Part("xl/_rels/workbook.xml.rels", "<Relationships>\(targets)</Relationships>"),
            Part("xl/worksheets/sheet1.xml", sheet ?? "<worksheet><sheetData>\(rows)</sheetData></worksheet>"),
        ]
        if let shared { parts.append(Part("xl/sharedStrings.xml", "<sst>\(shared)</sst>")) }
        if let styles { parts.append(Part("xl/styles.xml", "<styleSheet>\(styles)</styleSheet>")) }
        return parts + more
    }
}

/// A list in memory.
final class MemoryBytes: ListBytes {
    private let bytes: [UInt8]
    private let atMost: Int
    var size: Int64 { Int64(bytes.count) }

    init(_ bytes: [UInt8], atMost: Int = .max) {
        self.bytes = bytes
        self.atMost = atMost
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let part = bytes.dropFirst(Int(offset)).prefix(min(buffer.count, atMost))
        buffer.copyBytes(from: part)
        return part.count
    }
}
