import CampaignModel
import Foundation
import Testing

@testable import CampaignFiles

/// The scanner's window is as long as the file up to each of its bytes in turn, so that each is once the last one in it.
@Suite("Wherever a window of bytes ends, the same people come out of it")
struct WindowEndTests {
    private static let table = """
        open_id,remark,city
        _001,first,Bern
        _002,second,Bern
        _003,third,Bern
        _01,"a ""b"" c",x
        _02,"two
        lines",y
        _03,小满,杭州
        _04,"x"y,z
        _05,plain,
        ,nobody,z
        _06,"",last
        _07,"木木",
        _08,'x',"y"
        _09,x,y,z

        _10,"ende"
        """
    private static let ids = ["_001", "_002", "_003", "_01", "_02", "_03", "_05", "_06", "_07", "_08", "_10"]
    private static let remarks = [
        "first", "second", "third", "a \"b\" c", "two\nlines", "小满", "plain", "", "木木", "'x'", "ende",
    ]
    private static let bad = [
        BadRow(line: 9, reason: .textAfterQuote), BadRow(line: 11, reason: .missingOpenID),
        BadRow(line: 15, reason: .columnCount),
    ]

    private static func limits(window: Int) -> AudienceLimits {
        var limits = AudienceLimits()
        (limits.chunkBytes, limits.rowBytesMax) = (window, 32)
        return limits
    }

    private func gb18030(_ text: String) -> [UInt8] {
        [UInt8](text.data(using: String.Encoding(rawValue: 0x8000_0632))!)
    }

    private func expect(
        _ bytes: [UInt8], _ remarks: [String], encoding: TextEncoding = .utf8, bad: [BadRow] = bad, step: Int = 1000
    ) throws {
        for window in 64...(bytes.count + 2) {
            let people = try Fixtures.people(bytes, step: step, limits: Self.limits(window: window), column: "remark")
            guard people.ids == Self.ids, people.values == remarks, people.reading.bad == bad,
                people.reading.rows == Self.ids.count + bad.count, people.reading.badRows == bad.count,
                people.reading.encoding == encoding, people.reading.bytes == bytes.count
            else {
                Issue.record("a window of \(window): \(people.ids) \(people.values) \(people.reading)")
                continue
            }
        }
    }

    @Test("line feeds, and bytes that come one by one")
    func feeds() throws {
        try expect(Array(Self.table.utf8), Self.remarks)
        try expect(Array((Self.table + "\n").utf8), Self.remarks, step: 1)
    }

    @Test("returns before line feeds, and returns alone")
    func returns() throws {
        let crlf = Self.table.replacingOccurrences(of: "\n", with: "\r\n")
        let values = Self.remarks.map { $0.replacingOccurrences(of: "\n", with: "\r\n") }
        try expect(Array(crlf.utf8), values)
        try expect([0xEF, 0xBB, 0xBF] + Array((crlf + "\r\n").utf8), values)
        let single = Self.table.replacingOccurrences(of: "\n", with: "\r")
        try expect(Array(single.utf8), Self.remarks)
    }

    /// Also where the first character that is more than ASCII stands in a line that the window cuts.
    @Test("other encodings, whose characters are cut as well")
    func encodings() throws {
        try expect(gb18030(Self.table), Self.remarks, encoding: .gb18030)
        let wide: [UInt8] = [0xFF, 0xFE] + Self.table.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        try expect(wide, Self.remarks, encoding: .utf16LittleEndian)
        let other: [UInt8] = [0xFE, 0xFF] + Self.table.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        try expect(other, Self.remarks, encoding: .utf16BigEndian)
    }

    @Test("JSON Lines")
    func jsonLines() throws {
        let text = """
            {"open_id":"_01","n":"first"}
            {"open_id":"_02","n":"again"}
            {"open_id":"_03","n":"third"}
            {"open_id":"_1","n":"a\\"b"}
            {"n":"\\u6ee1","open_id":"_2"}
            {"open_id":"_3","n":"小"}
            {"open_id":"_4","n":[1]}
            nope
            {"n":1.5,"open_id":"_5"}

            {"n":null,"open_id":"_6"}
            """
        for window in 64...(text.utf8.count + 2) {
            for text in [text, text + "\n", text.replacingOccurrences(of: "\n", with: "\r\n")] {
                let people = try Fixtures.people(
                    Array(text.utf8), format: .jsonLines, step: 1000, limits: Self.limits(window: window), column: "n")
                #expect(people.ids == ["_01", "_02", "_03", "_1", "_2", "_3", "_5", "_6"])
                #expect(people.values == ["first", "again", "third", "a\"b", "满", "小", "1.5", ""])
                #expect(
                    people.reading.bad == [BadRow(line: 7, reason: .notFlat), BadRow(line: 8, reason: .notJSON)])
            }
        }
    }

    @Test("bytes that are no text are a bad row also between quotes, and the rows around are read")
    func badBytesInQuotes() throws {
        for fault: [UInt8] in [[0xE5], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] {
            let bytes =
                Array("open_id,n\n_1,\"小满\"\n_2,\"a".utf8) + fault + Array("b\"\n_3,\"木\n木\"\n_4,\"".utf8) + fault
                + Array("\"\"\"\n_5,x\n".utf8)
            let people = try Fixtures.people(bytes, column: "n")
            #expect(people.ids == ["_1", "_3", "_5"] && people.values == ["小满", "木\n木", "x"])
            #expect(
                people.reading.bad == [
                    BadRow(line: 3, reason: .badEncoding), BadRow(line: 6, reason: .badEncoding),
                ])
        }
    }

    @Test(
        "a character at each edge of what UTF-8 may hold is a name, and one beyond it a bad row",
        arguments: [
            ([0xC2, 0x80], true), ([0xDF, 0xBF], true), ([0xC1, 0xBF], false), ([0xE0, 0xA0, 0x80], true),
            ([0xE0, 0x9F, 0xBF], false), ([0xEC, 0x80, 0x80], true), ([0xED, 0x9F, 0xBF], true),
            ([0xED, 0xA0, 0x80], false), ([0xEE, 0x80, 0x80], true), ([0xEF, 0xBF, 0xBD], true),
            ([0xF0, 0x90, 0x80, 0x80], true), ([0xF0, 0x8F, 0xBF, 0xBF], false), ([0xF4, 0x8F, 0xBF, 0xBF], true),
            ([0xF4, 0x90, 0x80, 0x80], false), ([0xF5, 0x80, 0x80, 0x80], false), ([0xE4, 0xB8], false),
            ([0xE4, 0xB8, 0x41], false), ([0xE4, 0x41, 0x80], false), ([0xF0, 0x9F, 0x98, 0x41], false),
            ([0xC2, 0x41], false), ([0xBF], false),
        ] as [([UInt8], Bool)])
    func edges(_ character: [UInt8], _ isGood: Bool) throws {
        // Many good lines, so that the list is UTF-8 whatever the one in question is.
        let before = "open_id,n\n" + (1...9).map { "_0\($0),小满\n" }.joined() + "_x,"
        let people = try Fixtures.people(Array(before.utf8) + character + Array("\n_y,木木\n".utf8))
        #expect(people.ids.suffix(2) == (isGood ? ["_x", "_y"] : ["_09", "_y"]))
        #expect(people.reading.bad == (isGood ? [] : [BadRow(line: 11, reason: .badEncoding)]))
    }

    @Test("a row is as long as its limit, and one byte more is a bad row", arguments: [AudienceFormat.csv, .jsonLines])
    func rowLimit(_ format: AudienceFormat) throws {
        func row(_ id: String, _ length: Int) -> String {
            let (head, tail) = format == .csv ? ("\(id),", "") : ("{\"open_id\":\"\(id)\",\"n\":\"", "\"}")
            return head + String(repeating: "x", count: length - head.utf8.count - tail.utf8.count) + tail + "\n"
        }
        var limits = AudienceLimits()
        (limits.chunkBytes, limits.rowBytesMax) = (4096, 100)
        let header = format == .csv ? "open_id,n\n" : ""
        let first = format == .csv ? 2 : 1
        let people = try Fixtures.people(
            Array((header + row("_1", 100) + row("_2", 5000) + row("_3", 40)).utf8), format: format, step: 4096,
            limits: limits)
        #expect(people.ids == ["_1", "_3"])
        #expect(people.reading.bad == [BadRow(line: first + 1, reason: .rowTooLong)] && people.reading.rows == 3)
    }
}
