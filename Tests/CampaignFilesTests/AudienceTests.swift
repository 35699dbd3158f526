import CampaignFiles
import CampaignModel
import Foundation
import Testing

@Suite("An audience as Excel in China writes it")
struct AudienceTests {
    static let table = "open_id,昵称,city\n_1,小满,杭州\n_2,\"木木, VIP\",\"说\"\"好\"\"\n两行\"\n_3,,上海\n"
    static let names: [String?] = ["小满", "木木, VIP", ""]

    private static func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    private static func gb18030(_ text: String) -> [UInt8] {
        [UInt8](text.data(using: String.Encoding(rawValue: 0x8000_0632))!)
    }

    @Test("Every encoding and line ending gives the same people, however the bytes arrive", arguments: [1, 3, 1000])
    func encodings(_ step: Int) throws {
        let crlf = Self.table.replacingOccurrences(of: "\n", with: "\r\n")
        let cases: [([UInt8], TextEncoding)] = [
            (Array(Self.table.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + Array(crlf.utf8), .utf8),
            (Array(crlf.utf8.dropLast(2)), .utf8), (Self.gb18030(crlf), .gb18030),
            (Self.utf16(Self.table, bigEndian: false, mark: true), .utf16LittleEndian),
            (Self.utf16(crlf, bigEndian: true, mark: true), .utf16BigEndian),
            (Self.utf16(crlf, bigEndian: false, mark: false), .utf16LittleEndian),
        ]
        for (bytes, encoding) in cases {
            let people = try Fixtures.people(bytes, step: step, column: "昵称")
            #expect(people.reading.encoding == encoding)
            #expect(people.ids == ["_1", "_2", "_3"])
            #expect(people.values == Self.names)
            #expect(people.reading.rows == 3 && people.reading.badRows == 0 && people.reading.bytes == bytes.count)
        }
    }

    @Test("Quotes, doubled quotes, line breaks in cells, tabs and semicolons")
    func cells() throws {
        #expect(try Fixtures.people(Array(Self.table.utf8), column: "city").values == ["杭州", "说\"好\"\n两行", "上海"])
        for separator in ["\t", ";"] {
            let text = "open_id\(separator)city\n_1\(separator) a b \n"
            #expect(try Fixtures.people(Array(text.utf8), column: "city").values == ["a b"])
        }
    }

    @Test("A bad row is reported with its line and never stops the good ones")
    func badRows() throws {
        let long = String(repeating: "x", count: 4097)
        let text = """
            open_id,name
            _1,"a
            b"
            ,nobody
            _2
            _3,x,y
            _4,a\u{0}b
            _5,\(long)
            _é,x
            \(String(repeating: "i", count: 129)),x
            _6,"x"y

            ,,
            _7,good
            _8,"closed by the next row's quote
            _9,"good"
            _10,"never closed
            _11,good

            """
        let people = try Fixtures.people(Array(text.utf8))
        #expect(people.ids == ["_1", "_2", "_7", "_9", "_11"])
        let expected: [(Int, BadRowReason)] = [
            (4, .missingOpenID), (6, .columnCount), (7, .nulByte), (8, .fieldTooLong),
            (9, .badOpenID), (10, .badOpenID), (11, .textAfterQuote), (15, .unclosedQuote),
            (17, .unclosedQuote),
        ]
        #expect(people.reading.bad == expected.map { BadRow(line: $0.0, reason: $0.1) })
        #expect(people.reading.rows == 14 && people.reading.badRows == 9)
    }

    @Test("Bytes that are no text make one bad row, in UTF-8 and in GBK")
    func badBytes() throws {
        let utf8 = Array("open_id,n\n_1,小\n_2,".utf8) + [0xE5, 0x0A] + Array("_3,满\n".utf8)
        let one = try Fixtures.people(utf8)
        #expect(one.ids == ["_1", "_3"] && one.reading.bad == [BadRow(line: 3, reason: .badEncoding)])
        let gbk = Self.gb18030("open_id,n\n_1,小满\n_2,") + [0xFF, 0x0A] + Self.gb18030("_3,满意\n_4,你好\n")
        let two = try Fixtures.people(gbk)
        #expect(two.reading.encoding == .gb18030)
        #expect(two.ids == ["_1", "_3", "_4"] && two.reading.bad == [BadRow(line: 3, reason: .badEncoding)])
    }

    @Test("Only the first hundred bad rows are kept; all are counted")
    func manyBadRows() throws {
        let text = "open_id\n" + String(repeating: "a b\n", count: 250) + "_1\n"
        let people = try Fixtures.people(Array(text.utf8), step: 4096)
        #expect(people.reading.badRows == 250 && people.reading.bad.count == 100 && people.ids == ["_1"])
    }

    @Test("Unclosed quotes cost a bounded search, and the last good row is still read")
    func quoteFlood() throws {
        let text = "open_id,n\n" + String(repeating: "_1,\"x\n", count: 30_000) + "_2,y\n"
        let people = try Fixtures.people(Array(text.utf8), step: 65_536)
        #expect(people.ids == ["_2"])
        #expect(people.reading.rows == 30_001 && people.reading.badRows == 30_000)
    }

    @Test("A row longer than its limit is one bad row, across chunks")
    func longRow() throws {
        var limits = AudienceLimits()
        (limits.chunkBytes, limits.rowBytesMax) = (256, 100)
        // One row of a thousand letters is one; a thousand lines that each open a quote are a thousand.
        for (filler, count, reason) in [("x", 1, BadRowReason.rowTooLong), ("\"x\n", 1001, .unclosedQuote)] {
            let text = "open_id,n\n_1," + String(repeating: filler, count: 1001) + "\n_2,y\n"
            let people = try Fixtures.people(Array(text.utf8), step: 50, limits: limits)
            #expect(people.ids == ["_2"])
            #expect(people.reading.badRows == count && people.reading.rows == count + 1)
            #expect(people.reading.bad.first == BadRow(line: 2, reason: reason))
        }
    }

    @Test(
        "A file that is no audience is refused as a whole",
        arguments: [
            ("", AudienceFault.empty), ("\n\n", .empty),
            ("user,n\n_1,x\n", .openIDMissing(columns: ["user", "n"])),
            ("open_id,n,n\n", .duplicateColumn("n")), ("open_id\n_1\n", .columnMissing("city")),
            ("open_id,\"n\n", .headerBroken(.unclosedQuote)),
        ])
    func refused(_ text: String, _ fault: AudienceFault) {
        #expect(throws: fault) {
            try Fixtures.people(Array(text.utf8), required: fault == .columnMissing("city") ? ["city"] : [])
        }
    }

    @Test("Size and rows are limited")
    func limits() {
        var limits = AudienceLimits()
        (limits.bytesMax, limits.rowsMax) = (100, 5)
        let rows = "open_id\n" + String(repeating: "_1\n", count: 6)
        #expect(throws: AudienceFault.tooManyRows(rowsMax: 5)) { try Fixtures.people(Array(rows.utf8), limits: limits) }
        #expect(throws: AudienceFault.tooLarge(bytesMax: 100)) {
            try Fixtures.people(Array(String(repeating: "_1\n", count: 60).utf8), limits: limits)
        }
    }

    @Test("JSON Lines: flat objects, escapes, keys in any order")
    func jsonLines() throws {
        let text = """
            {"open_id":"_1","name":"小\\u6ee1\\n\\ud83d\\ude00","n":12}
            {"name":null,"open_id":"_2"}
            {"open_id":"_3","more":true}
            {"open_id":"_4","name":["x"]}
            {"open_id":"_5","open_id":"_6"}
            {"name":"x"}
            not json
            {"open_id":"_7"} x

            {"open_id":"_8","name":"\\ud83d"}
            {"open_id":"_9","n":01}
            """
        let people = try Fixtures.people(Array(text.utf8), format: .jsonLines, column: "name")
        #expect(people.ids == ["_1", "_2", "_3"])
        #expect(people.values == ["小满\n😀", "", nil])
        #expect(people.reading.columns.prefix(4) == ["open_id", "name", "n", "more"])
        #expect(
            people.reading.bad.map(\.reason) == [
                .notFlat, .repeatedKey, .missingOpenID, .notJSON, .notJSON, .notJSON, .notJSON,
            ])
        #expect(people.reading.bad.map(\.line) == [4, 5, 6, 7, 8, 10, 11])
    }

    @Test("An error of the caller ends the reading and is passed on")
    func callerStops() {
        struct Stop: Error {}
        let bytes = Array("open_id\n_1\n_2\n".utf8)
        var position = 0
        #expect(throws: Stop.self) {
            try AudienceReader(format: .csv).read(
                pull: { buffer in
                    let count = min(buffer.count, bytes.count - position)
                    buffer.copyBytes(from: bytes[position..<(position + count)])
                    position += count
                    return count
                }, each: { _ in throw Stop() })
        }
    }

    private static let newYear = Moment(iso8601: "2026-01-01T00:00:00+08:00")!
    static let conditionCases: [(Condition.Test, String?, Bool)] = [
        (.oneOf(["杭州", "上海"]), "上海", true), (.oneOf(["杭州"]), "杭", false), (.equals("2"), "2", true),
        (.equals("2"), nil, false), (.notEquals("x"), "y", true), (.notEquals("x"), "x", false),
        (.greaterOrEqual(2), "2", true), (.greaterOrEqual(2), "10", true), (.greaterOrEqual(2), "1.99", false),
        (.greaterOrEqual(2), "many", false), (.greaterOrEqual(2), "", false), (.greaterOrEqual(2), "1e9", false),
        (.less(2), "-3.5", true), (.less(2), nil, false), (.lessOrEqual(2), "2.0", true), (.greater(2), "2", false),
        (.greater(2), "inf", false), (.greater(2), "0x10", false),
        (.after(newYear), "2026-01-01", true),
        (.after(newYear), "2025-12-31 23:59", false),
        (.before(newYear), "2026-01-01", false),
        (.before(newYear), "soon", false),
    ]

    @Test("Conditions hold or do not; a cell of the wrong type never holds", arguments: conditionCases)
    func conditions(_ test: Condition.Test, _ cell: String?, _ holds: Bool) {
        #expect(Condition(column: "c", test: test).holds(for: cell) == holds)
    }

    @Test("All conditions of a filter must hold on a row")
    func filter() throws {
        let bytes = Array("open_id,city,orders\n_1,杭州,3\n_2,杭州,1\n_3,北京,9\n_4,杭州,\n".utf8)
        var filter = RowFilter([
            Condition(column: "city", test: .equals("杭州")), Condition(column: "orders", test: .greaterOrEqual(2)),
        ])
        var kept: [String] = []
        var position = 0
        _ = try AudienceReader(format: .csv).read(
            pull: { buffer in
                let count = min(buffer.count, bytes.count - position)
                buffer.copyBytes(from: bytes[position..<(position + count)])
                position += count
                return count
            }, each: { row in if filter.keeps(row) { kept.append(row.openIDText) } })
        #expect(kept == ["_1"])
    }
}
