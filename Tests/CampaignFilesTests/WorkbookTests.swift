import CampaignFiles
import CampaignModel
import Foundation
import Testing
import Words

@Suite("A workbook is a list as every marketer has it")
struct WorkbookTests {
    struct Read {
        var ids: [String]
        var cells: [[String?]]
        var reading: AudienceReading
    }

    static func read(
        _ bytes: [UInt8], columns: [String] = [], atMost: Int = .max, filter: [Condition] = []
    ) throws -> Read {
        var (ids, cells): ([String], [[String?]]) = ([], [])
        var filter = RowFilter(filter)
        let reader = AudienceReader(format: .workbook, requiredColumns: columns)
        let reading = try reader.read(MemoryBytes(bytes, atMost: atMost)) { row in
            guard filter.keeps(row) else { return }
            ids.append(row.openIDText)
            var values: [String?] = []
            for column in columns { values.append(row.index(of: column).flatMap { row.text($0) }) }
            cells.append(values)
        }
        return Read(ids: ids, cells: cells, reading: reading)
    }

    /// One column of cells, below a line that names it `open_id` and the other `v`.
    static func values(
        _ cells: [String], shared: String? = nil, styles: String? = nil, book: String? = nil
    ) throws -> [String?] {
        var rows = row(1, "<c r=\"A1\" t=\"str\"><v>open_id</v></c><c r=\"B1\" t=\"str\"><v>v</v></c>")
        for (index, cell) in cells.enumerated() {
            rows += row(index + 2, "<c t=\"str\"><v>_\(index)</v></c>\(cell)")
        }
        let sheet = "<sheet name=\"a\" r:id=\"rId1\"/>"
        let parts = ZipMaker.workbook(rows: rows, shared: shared, styles: styles, book: (book ?? "") + sheet)
        return try read(ZipMaker.zip(parts), columns: ["v"]).cells.map { $0[0] }
    }

    static func row(_ number: Int, _ cells: String) -> String { "<row r=\"\(number)\">\(cells)</row>" }

    // MARK: Real ones

    @Test(
        "What openpyxl and xlsxwriter write is read: texts, rich ones, formulas by their values, dates, truths, hidden columns",
        arguments: ["openpyxl", "xlsxwriter"], [3, 1000, Int.max])
    func real(_ program: String, _ atMost: Int) throws {
        let bytes = program == "openpyxl" ? WorkbookFixtures.openpyxl : WorkbookFixtures.xlsxwriter
        let read = try Self.read(bytes, columns: ["昵称", "订单", "加入", "好评"], atMost: atMost)
        #expect(read.ids == ["_000p00001", "_000p00002", "_000p00004"])
        #expect(
            read.cells == [
                ["小满", "3", "2026-11-20 20:30", "TRUE"], ["木木 & <VIP>\n两行", "0.3", "2026-11-21", "FALSE"],
                ["", "", "2025-01-01", ""],
            ])
        #expect(read.reading.bad == [BadRow(line: 6, reason: .roundedOpenID)])
        #expect(read.reading.rows == 4 && read.reading.badRows == 1 && read.reading.titleLines == 2)
        #expect(read.reading.hiddenRows == (program == "openpyxl" ? 1 : 0))
    }

    @Test("Conditions hold over a workbook's columns as over a CSV's")
    func conditions() throws {
        let day = Moment(iso8601: "2026-11-21T00:00:00+08:00")!
        let late = [Condition(column: "加入", test: .after(day))]
        #expect(try Self.read(WorkbookFixtures.xlsxwriter, columns: ["加入"], filter: late).ids == ["_000p00002"])
        let many = [Condition(column: "订单", test: .greaterOrEqual(2))]
        #expect(try Self.read(WorkbookFixtures.openpyxl, columns: ["订单"], filter: many).ids == ["_000p00001"])
    }

    // MARK: Cells

    private static let numberCases: [(String, String)] = [
        ("3", "3"), ("-3.50", "-3.5"), ("0", "0"), ("13800000000", "13800000000"), ("1.38E10", "13800000000"),
        ("0.30000000000000004", "0.3"), ("12.300000000000001", "12.3"), ("9.9999999999999995E-2", "0.1"),
        ("999999999999999", "999999999999999"), ("1234567890123456", "1.23456789012346E+15"),
        ("7.0123456789012301E+18", "7.01234567890123E+18"), ("7012345678901234567", "7.01234567890123E+18"),
        ("1E+15", "1E+15"), ("0.000001", "0.000001"), ("1E-12", "1E-12"), ("99999999999999.99", "100000000000000"),
    ]

    @Test("A number is written as its sheet shows it, and one beyond fifteen digits is not made to look whole")
    func numbers() throws {
        let cells = Self.numberCases.map { "<c><v>\($0.0)</v></c>" }
        #expect(try Self.values(cells) == Self.numberCases.map(\.1))
    }

    @Test("Dates are known by their format: built in, own, Chinese, and from 1904")
    func dates() throws {
        let formats = [
            "yyyy\"年\"m\"月\"d\"日\"", "[Red]0.00", "\"days\" 0", "[$-804]yyyy-mm-dd hh:mm;@", "General", "h:mm:ss",
            "0.00E+00",
        ]
        let own = formats.enumerated().map { number, code in
            let escaped = code.replacingOccurrences(of: "\"", with: "&quot;")
            return "<numFmt numFmtId=\"\(200 + number)\" formatCode=\"\(escaped)\"/>"
        }
        let ids = [0, 14, 22, 58] + formats.indices.map { 200 + $0 }
        let styles =
            "<numFmts>\(own.joined())</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>"
            + ids.map { "<xf numFmtId=\"\($0)\"/>" }.joined() + "</cellXfs>"
        let cells = ids.indices.map { "<c s=\"\($0)\"><v>46346.5</v></c>" }
        let day = "2026-11-20 12:00"
        let plain = "46346.5"
        #expect(
            try Self.values(cells, styles: styles) == [
                plain, day, day, day, day, plain, plain, day, plain, day, plain,
            ])
        let more = ["1", "59", "61", "0.25", "46346.999999", "2958465"].map { "<c s=\"1\"><v>\($0)</v></c>" }
        #expect(
            try Self.values(more, styles: styles) == [
                "1900-01-01", "1900-02-28", "1900-03-01", "06:00", "2026-11-21", "9999-12-31",
            ])
        let late = try Self.values(
            ["<c s=\"1\"><v>44884</v></c>"], styles: styles, book: "<workbookPr date1904=\"1\"/>")
        #expect(late == ["2026-11-20"])
    }

    @Test("Texts: shared, rich, inline, escaped, spoken ones left out, and errors are no values")
    func texts() throws {
        let shared =
            "<si><t>小满</t></si><si><r><t>小</t></r><r><t xml:space=\"preserve\"> 满</t></r><rPh sb=\"0\"><t>xiao</t></rPh></si>"
            + "<si/><si><t>a&amp;b&#x5C0F;&#10;&lt;</t></si><si><t><![CDATA[<x>&amp;]]></t></si>"
            + "<si><t>a_x000D__x0041__x005F_x0041_ _000p_x1F_</t></si><si><t>\u{3000}</t></si>"
        let cells =
            (0..<7).map { "<c t=\"s\"><v>\($0)</v></c>" } + [
                "<c t=\"inlineStr\"><is><t>in</t></is></c>", "<c t=\"e\"><v>#N/A</v></c>", "<c t=\"b\"><v>1</v></c>",
                "<c t=\"str\"><f>A1&amp;\"x\"</f><v>ou</v></c>", "<c><f>NOW()</f></c>",
                "<c t=\"d\"><v>2026-11-20</v></c>",
            ]
        #expect(
            try Self.values(cells, shared: shared) == [
                "小满", "小 满", "", "a&b小\n<", "<x>&amp;", "a\rA_x0041_ _000p_x1F_", "", "in", "", "TRUE", "ou", "",
                "2026-11-20",
            ])
    }

    @Test("Rows keep their numbers and cells their columns, whatever is left out")
    func gaps() throws {
        let rows =
            "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>open_id</v></c><c r=\"D3\" t=\"str\"><v>v</v></c></row>"
            + "<row r=\"7\"><c r=\"D7\" t=\"str\"><v>x</v></c></row>"
            + "<row r=\"9\"><c r=\"B9\" t=\"str\"><v>_1</v></c><c r=\"C9\" s=\"1\"/><c r=\"D9\" t=\"str\"><v>y</v></c></row>"
            + "<row r=\"10\" hidden=\"1\"><c r=\"B10\" t=\"str\"><v>_2</v></c></row><row/><row><c r=\"A12\"/></row>"
        let read = try Self.read(ZipMaker.zip(ZipMaker.workbook(rows: rows)), columns: ["v"])
        #expect(read.ids == ["_1", "_2"] && read.cells == [["y"], [""]])
        #expect(read.reading.bad == [BadRow(line: 7, reason: .missingOpenID)])
        #expect(read.reading.hiddenRows == 1)
        #expect(read.reading.warnings.contains(Catalogue.AudienceFiles.hiddenRows(1)))
    }

    @Test("A formula that nobody has worked out is an empty cell, and told")
    func emptyFormulas() throws {
        let rows =
            Self.row(1, "<c t=\"str\"><v>open_id</v></c><c t=\"str\"><v>v</v></c>")
            + Self.row(2, "<c t=\"str\"><v>_1</v></c><c><f>A2&amp;\"x\"</f><v></v></c>")
            + Self.row(3, "<c t=\"str\"><v>_2</v></c><c t=\"str\"><f>\"\"</f><v></v></c>")
        let read = try Self.read(ZipMaker.zip(ZipMaker.workbook(rows: rows)), columns: ["v"])
        #expect(read.cells == [[""], [""]])
        #expect(read.reading.warnings == [Catalogue.AudienceFiles.emptyFormulas(1, row: 2)])
    }

    @Test(
        "The first sheet that is seen is the list: no chart, none that is hidden; prefixes and single quotes do not matter"
    )
    func firstSheet() throws {
        func sheet(_ id: String) -> String {
            "<x:worksheet><x:sheetData><x:row><x:c t='str'><x:v>open_id</x:v></x:c></x:row>"
                + "<x:row><x:c t='str'><x:v>\(id)</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        }
        let book =
            "<sheet name=\"c\" r:id=\"rId3\"/><sheet name=\"h\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"b\" r:id=\"rId2\"/>"
        let second = ZipMaker.Part("xl/worksheets/sheet2.xml", sheet("_second"))
        let parts = ZipMaker.workbook(rows: "", book: book, more: [second], sheet: sheet("_first"))
        #expect(try Self.read(ZipMaker.zip(parts)).ids == ["_second"])
        let only = ZipMaker.workbook(
            rows: "", book: "<sheet name=\"h\" state=\"hidden\" r:id=\"rId1\"/>", sheet: sheet("_first"))
        #expect(try Self.read(ZipMaker.zip(only)).ids == ["_first"])
    }

    @Test("An empty sheet, and one without ids, are refused as a CSV is")
    func noList() {
        #expect(throws: AudienceFault.empty) { try Self.read(ZipMaker.zip(ZipMaker.workbook(rows: ""))) }
        let rows = Self.row(1, "<c t=\"str\"><v>名字</v></c>")
        #expect(throws: AudienceFault.openIDMissing(columns: ["名字"])) {
            try Self.read(ZipMaker.zip(ZipMaker.workbook(rows: rows)))
        }
        let book = "<sheet name=\"说明\" r:id=\"rId1\"/><sheet name=\"名单\" r:id=\"rId2\"/>"
        let second = ZipMaker.Part("xl/worksheets/sheet2.xml", rows)
        let two = ZipMaker.zip(ZipMaker.workbook(rows: rows, book: book, more: [second]))
        #expect(throws: AudienceFault.openIDMissing(columns: ["名字"], otherSheets: 1)) { try Self.read(two) }
        let told = AudienceFault.openIDMissing(columns: ["名字"], otherSheets: 1).message
        #expect(told.zh.contains("只读第一个可见的工作表") && told.en.contains("first visible sheet"))
    }

    @Test("Hours beyond a day and numbers with leading noughts stand as their sheet shows them")
    func shown() throws {
        let codes = ["[h]:mm", "[mm]:ss", "0000", "000", "[Magenta]0", "0"]
        let own = codes.enumerated().map { "<numFmt numFmtId=\"\(200 + $0)\" formatCode=\"\($1)\"/>" }
        let styles =
            "<numFmts>\(own.joined())</numFmts><cellXfs>"
            + codes.indices.map { "<xf numFmtId=\"\(200 + $0)\"/>" }.joined() + "<xf numFmtId=\"46\"/></cellXfs>"
        let cells = zip([0, 1, 2, 3, 4, 5, 6, 2], ["1.25", "0.5", "7", "12345", "7", "7", "2.5", "-7"])
            .map { "<c s=\"\($0)\"><v>\($1)</v></c>" }
        #expect(
            try Self.values(cells, styles: styles) == ["30:00", "12:00", "0007", "12345", "7", "7", "60:00", "-7"])
    }

    // MARK: Hostile ones

    private static let plain = "<row r=\"1\"><c t=\"str\"><v>open_id</v></c></row>"

    private static func changed(_ name: String, _ change: (inout ZipMaker.Part) -> Void) -> [UInt8] {
        var parts = ZipMaker.workbook(rows: plain)
        for index in parts.indices where parts[index].name == name { change(&parts[index]) }
        return ZipMaker.zip(parts)
    }

    static func sheet(_ xml: String) -> [UInt8] {
        ZipMaker.zip(ZipMaker.workbook(rows: "", sheet: xml))
    }

    private static let sheetName = "xl/worksheets/sheet1.xml"

    private static let hostileCases: [(String, [UInt8], WorkbookFault)] = [
        ("no zip", Array("open_id\n_1\n".utf8), .notAWorkbook), ("nothing", [], .notAWorkbook),
        ("an old .xls or a password", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .password),
        ("a zip of something else", ZipMaker.zip([.init("a.txt", "x")]), .notAWorkbook),
        ("a cut one", ZipMaker.zip(ZipMaker.workbook(rows: plain)).dropLast(30), .damaged),
        ("an encrypted part", changed(sheetName) { $0.flags = 1 }, .password),
        ("another packing", changed(sheetName) { $0.method = 12 }, .damaged),
        ("a wrong sum", changed(sheetName) { $0.spoilsSum = true }, .damaged),
        ("more than was promised", changed(sheetName) { $0.claimedSize = 10 }, .damaged),
        ("less than was promised", changed(sheetName) { $0.claimedSize = 9_000 }, .damaged),
        ("packed a thousandfold", changed(sheetName) { ($0.method, $0.claimedSize) = (8, 900 << 20) }, .tooLarge),
        ("without end", changed(sheetName) { ($0.method, $0.claimedSize) = (8, 0xFFFF_FFFE) }, .tooLarge),
        ("beyond the file", changed(sheetName) { $0.claimedPacked = 90_000 }, .damaged),
        (
            "two of one name",
            ZipMaker.zip(ZipMaker.workbook(rows: plain, more: [.init("XL/Worksheets/sheet1.xml", "")])), .hostile
        ),
        ("ten thousand parts", ZipMaker.zip((0...10_000).map { .init("\($0)", "") }), .tooLarge),
        ("a document type", sheet("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet>&a;</worksheet>"), .hostile),
        (
            "an entity of its own",
            sheet("<worksheet><sheetData><row><c t=\"str\"><v>&lol;</v></c></row></sheetData></worksheet>"), .hostile
        ),
        (
            "a byte of ours",
            sheet("<worksheet><sheetData><row><c t=\"str\"><v>&#31;</v></c></row></sheetData></worksheet>"), .hostile
        ),
        ("nested without end", sheet(String(repeating: "<a>", count: 1000)), .hostile),
        ("a tag without end", sheet("<worksheet a=\"" + String(repeating: "x", count: 400_000) + "\"/>"), .hostile),
        ("cut XML", sheet("<worksheet><sheetData><row>"), .damaged), ("crossed XML", sheet("</worksheet>"), .damaged),
        ("rows that go back", sheet("<worksheet><row r=\"9\"/><row r=\"3\"/></worksheet>"), .damaged),
        ("rows past the last", sheet("<worksheet><row r=\"99999999\"/></worksheet>"), .damaged),
        (
            "cells that go back",
            sheet("<worksheet><row><c r=\"C1\"><v>1</v></c><c r=\"B1\"><v>1</v></c></row></worksheet>"), .damaged
        ),
        ("a column past the last", sheet("<worksheet><row><c r=\"ZZZZ1\"><v>1</v></c></row></worksheet>"), .damaged),
        ("a text that is not there", sheet("<worksheet><row><c t=\"s\"><v>7</v></c></row></worksheet>"), .damaged),
    ]

    @Test("A hostile or broken workbook is refused with a sentence", arguments: hostileCases)
    func hostile(_ name: String, _ bytes: [UInt8], _ fault: WorkbookFault) {
        #expect(throws: AudienceFault.workbook(fault)) { try Self.read(bytes) }
    }

    @Test("A path in a workbook leads nowhere but into the workbook")
    func paths() {
        let book = "<sheet name=\"a\" r:id=\"rId9\"/>"
        var parts = ZipMaker.workbook(rows: Self.plain, book: book)
        let type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        parts[2] = .init(
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId9\" Type=\"\(type)\" Target=\"../../../etc/passwd\"/></Relationships>"
        )
        #expect(throws: AudienceFault.workbook(.notAWorkbook)) { try Self.read(ZipMaker.zip(parts)) }
    }

    @Test("However a workbook is cut or bent, it is read or refused", arguments: ["openpyxl", "xlsxwriter"])
    func damage(_ program: String) {
        let whole = program == "openpyxl" ? WorkbookFixtures.openpyxl : WorkbookFixtures.xlsxwriter
        for cut in stride(from: 0, to: whole.count, by: 61) {
            #expect(throws: AudienceFault.self) { try Self.read(Array(whole[..<cut])) }
        }
        for place in stride(from: 0, to: whole.count, by: 7) {
            var bent = whole
            bent[place] ^= UInt8(place & 0x7F) | 1
            do { _ = try Self.read(bent) } catch { #expect(error is AudienceFault, "\(place): \(error)") }
        }
    }

    @Test("A cell and a row have the limits of a CSV's")
    func limits() throws {
        let long = String(repeating: "x", count: 4097)
        let rows =
            Self.plain + Self.row(2, "<c t=\"str\"><v>\(long)</v></c>") + Self.row(3, "<c t=\"str\"><v>_1</v></c>")
            + "<row r=\"4\"><c r=\"A4\" t=\"str\"><v>_2</v></c><c r=\"XFD4\" t=\"str\"><v>x</v></c></row>"
        let read = try Self.read(ZipMaker.zip(ZipMaker.workbook(rows: rows)))
        #expect(read.ids == ["_1"])
        #expect(read.reading.bad == [BadRow(line: 2, reason: .fieldTooLong), BadRow(line: 4, reason: .columnCount)])
    }
    @Test("rows with something far to the right are bad rows that cost and wait no more than others")
    func farRight() throws {
        let rows =
            Self.plain
            + (2...20_001).map {
                "<row r=\"\($0)\"><c r=\"A\($0)\" t=\"str\"><v>_x</v></c><c r=\"XFC\($0)\" t=\"str\"><v>y</v></c>"
                    + "<c r=\"XFD\($0)\" t=\"str\"><v>z</v></c></row>"
            }.joined()
        let book = ZipMaker.zip(ZipMaker.workbook(rows: rows))
        var pieces = 0
        let reading = try AudienceReader(format: .workbook).read(
            MemoryBytes(book, atMost: .max), piece: { pieces += 1 }
        ) { _ in }
        #expect(reading.badRows == 20_000 && reading.bytes < 20_000 * 300, "\(reading.bytes)")
        #expect((15...40).contains(pieces), "\(pieces)")
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            _ = try AudienceReader(format: .workbook).read(MemoryBytes(book, atMost: .max), piece: { throw Stop() }) {
                _ in
            }
        }
    }
}
