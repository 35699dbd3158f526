import CampaignModel
import Testing

@testable import CampaignFiles

@Suite("What a list's bytes mean, at the edges")
struct ListEdgeTests {
    // MARK: - Bytes

    /// By RFC 3629, lead byte by lead byte: the first and the last that are well formed, and their neighbours.
    private static let sequences: [([UInt8], Bool)] = [
        ([0x7F], true), ([0x80], false), ([0xC1, 0xBF], false), ([0xC2, 0x80], true), ([0xC2, 0x7F], false),
        ([0xC2, 0xC0], false), ([0xDF, 0xBF], true), ([0xE0, 0x9F, 0x80], false), ([0xE0, 0xA0, 0x80], true),
        ([0xE0, 0xBF, 0xBF], true), ([0xE0, 0xC0, 0x80], false), ([0xE4, 0xBD, 0x7F], false),
        ([0xE4, 0xBD, 0xA0], true),
        ([0xE4, 0xBD, 0xC0], false), ([0xED, 0x9F, 0xBF], true), ([0xED, 0xA0, 0x80], false),
        ([0xEF, 0xBF, 0xBF], true),
        ([0xF0, 0x8F, 0xBF, 0xBF], false), ([0xF0, 0x90, 0x80, 0x80], true), ([0xF0, 0x90, 0x80, 0x41], false),
        ([0xF0, 0x90, 0x41, 0x80], false), ([0xF4, 0x8F, 0xBF, 0xBF], true), ([0xF4, 0x90, 0x80, 0x80], false),
        ([0xF5, 0x80, 0x80, 0x80], false), ([0xE4, 0xBD], false), ([0xC2], false), ([0xF0, 0x90, 0x80], false),
    ]

    @Test("a sequence is well formed or not, whatever stands around it")
    func utf8() {
        for (bytes, isValid) in Self.sequences {
            for around in [[], [0x41], [0xE5, 0xA5, 0xBD]] as [[UInt8]] {
                let text = around + bytes + (bytes.last! >= 0x80 && around.isEmpty ? [] : around)
                #expect(text.withUnsafeBytes { UTF8Check.isValid($0) } == isValid, "\(text)")
                #expect((text.withUnsafeBytes { UTF8Check.faults(in: $0, isWhole: true) } == 0) == isValid, "\(text)")
            }
        }
        let cut: [UInt8] = [0x41, 0xE4, 0xBD]
        #expect(cut.withUnsafeBytes { UTF8Check.faults(in: $0, isWhole: false) } == 0)
        #expect(cut.withUnsafeBytes { UTF8Check.faults(in: $0, isWhole: true) } == 2)
    }

    @Test("what turns the direction of a text or does something unseen is left out of a value")
    func unseen() {
        for (value, kept) in [("甲\u{202E}", "甲"), ("\u{7}甲\u{1B}[31m", "甲[31m"), ("甲\n乙", "甲\n乙"), ("👨‍👩‍👧", "👨‍👩‍👧")] {
            #expect(UnseenCharacters.removed(from: value) == kept)
        }
        for (text, isSeen) in [
            ("\u{200B}", false), ("\u{3000}\u{FE0F}", false), ("\u{3164}", false), ("。", true), ("❤️", true),
        ] {
            #expect(UnseenCharacters.isSeen(text) == isSeen)
        }
    }

    @Test(
        "Numbers are compared as a spreadsheet shows them",
        arguments: [
            ("1,200", 1200), ("1,234,567.5", 1_234_567.5), ("３", 3), ("¥5", 5), ("￥1,200.50", 1200.5), ("5元", 5),
            ("-3", -3),
            ("1,20", nil), ("12,3456", nil), ("2单", nil), ("5%", nil), ("1e3", nil), ("¥", nil), ("元", nil),
        ] as [(String, Double?)])
    func shownNumbers(_ cell: String, _ number: Double?) {
        #expect(CellNumber.value(of: Array(cell.utf8)) == number)
    }

    // MARK: - What stands instead of a value

    @Test(
        "what a spreadsheet writes where it has no value is none",
        arguments: [
            ("#N/A", true), ("#n/a", true), ("#NAME?", true), ("#REF!", true), ("#VALUE!", true), ("#DIV/0!", true),
            ("#NULL!", true), ("#NUM!", true), ("#SPILL!", true), ("#CALC!", true), ("#FIELD!", true),
            ("#BLOCKED!", true),
            ("#CONNECT!", true), ("#UNKNOWN!", true), ("#EXTERNAL!", true), ("#BUSY!", true), ("#PYTHON!", true),
            ("#ERROR!", true), ("#GETTING_DATA", true), ("#getting_data", true), ("###", true), ("####", true),
            ("##", false), ("#", false), ("#1", false), ("#N/A ", false), ("#NAME", false), ("Err:502", true),
            ("Err:50", false), ("Err:5022", false), ("Err:50x", false), ("err:502", false), ("E", false), ("", false),
            ("N/A", false), ("##a", false), ("#NV", true), ("#N/D", true), ("#WERT!", true), ("#BEZUG!", true),
            ("#VALEUR!", true), ("#NOM?", true), ("#ÜBERLAUF!", true), ("＃N/A", true), ("＃WERT!", true),
            ("#Wow!", false),
            ("#12!", false), ("#A!", false), ("!", false), ("＃", false),
            ("#\(String(repeating: "A", count: 15))!", true),
            ("#\(String(repeating: "A", count: 16))!", false),
        ])
    func missing(text: String, isMissing: Bool) {
        var bytes = Array(text.utf8)
        #expect(bytes.withUnsafeMutableBufferPointer { CellText.isMissing(UnsafeBufferPointer($0)) } == isMissing)
    }

    @Test("blanks and unseen characters around a value are no part of it, one by one")
    func around() throws {
        for blank in [
            "\t", "\u{B}", " ", "\u{85}", "\u{A0}", "\u{1680}", "\u{2000}", "\u{200A}", "\u{2028}", "\u{2029}",
            "\u{202F}", "\u{205F}", "\u{3000}", "\u{115F}", "\u{1160}", "\u{2800}", "\u{3164}", "\u{FFA0}", "\u{AD}",
            "\u{34F}", "\u{61C}", "\u{180E}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202E}", "\u{2060}",
            "\u{2064}", "\u{2066}", "\u{2069}", "\u{FEFF}",
        ] {
            let list = "open_id,n\n_0001,\(blank)小满\(blank)\n_0002,\(blank)\(blank)\n"
            let people = try Fixtures.people(Array(list.utf8), column: "n")
            #expect(people.ids == ["_0001", "_0002"] && people.values == ["小满", ""], "\(blank.unicodeScalars)")
        }
        for kept in ["\u{1FFF}", "\u{200D}", "\u{2065}", "\u{206A}", "\u{3001}", "~", "!"] {
            let people = try Fixtures.people(Array("open_id,n\n_0001,a\(kept)\n".utf8), column: "n")
            #expect(people.values == ["a\(kept)"], "\(kept.unicodeScalars)")
        }
    }

    // MARK: - Rows

    @Test(
        "an empty row is no person, whatever ends the lines, and an empty last cell is empty",
        arguments: ["\n", "\r\n", "\r"], [1, 2, 7, 1000])
    func lines(end: String, step: Int) throws {
        let list = ["open_id,n", "_0001,x", "", "_0002,", "", "", "_0003,z", ""].joined(separator: end)
        let people = try Fixtures.people(Array(list.utf8), step: step, column: "n")
        #expect(people.ids == ["_0001", "_0002", "_0003"] && people.values == ["x", "", "z"])
        #expect(people.reading.badRows == 0 && people.reading.rows == 3)
    }

    @Test("the id may stand last, before a line end of Windows")
    func idLast() throws {
        let people = try Fixtures.people(Array("n,open_id\r\nx,_0001\r\n\"y\",\"_0002\"\r\nz,_0003".utf8), column: "n")
        #expect(people.ids == ["_0001", "_0002", "_0003"] && people.values == ["x", "y", "z"])
    }

    @Test(
        "a number of JSON is written as JSON has it, or its row is bad",
        arguments: [
            ("0", true), ("-0", true), ("-5", true), ("10", true), ("0.5", true), ("-12.50", true), ("1e5", true),
            ("1E-5", true), ("1.5e+10", true), ("01", false), ("-01", false), ("1.", false), (".5", false),
            ("-", false),
            ("1e", false), ("1e+", false), ("+1", false), ("1.5.2", false), ("1f", false), ("--1", false),
            ("1-", false),
        ])
    func jsonNumbers(number: String, isGood: Bool) throws {
        let list = "{\"open_id\": \"_0001\", \"n\": \(number)}\n{\"open_id\": \"_0002\", \"n\": 1}\n"
        let people = try Fixtures.people(Array(list.utf8), format: .jsonLines, column: "n")
        #expect(people.ids == (isGood ? ["_0001", "_0002"] : ["_0002"]))
        #expect(people.values == (isGood ? [number, "1"] : ["1"]) && people.reading.badRows == (isGood ? 0 : 1))
    }

    @Test("a bitmap is told by the length of its header, from 12 to 200")
    func bitmaps() {
        func code(_ header: UInt8) -> String? {
            var bytes = [UInt8](repeating: 0, count: 64)
            (bytes[0], bytes[1], bytes[2], bytes[10], bytes[14]) = (0x42, 0x4D, 64, 60, header)
            return ImageContent.fault(of: bytes, named: "p.bmp")?.code
        }
        #expect(code(12) == nil && code(40) == nil && code(200) == nil)
        #expect(code(11) == "not_an_image" && code(201) == "not_an_image")
    }

    @Test("an error comes before a warning")
    func severities() {
        #expect(Problem.Severity.error < .warning)
        #expect(!(Problem.Severity.warning < .error) && !(Problem.Severity.error < .error))
    }

    /// What stands below an opened quote, and whether it is taken for rows that the quote has swallowed.
    private static let swallowed: [(String, String, Bool)] = [
        ("_0001", "_0002,m", true), ("_0001", "_0002,m\r", true), ("_0001", " _0002 ,m", true),
        ("_0001", "\"_0002,m", true),
        ("_0001", "second line", false), ("_0001", "second,line", false), ("_0001", "2026-11-20,m", false),
        ("_0001", "_00a2,m", true), ("_0001", "x0002,m", false), ("ou_12", "ou_345,m", true),
        ("ou_12", "xy_345,m", true),
        ("ou_12", "xy-345,m", false), ("ou_12", "OU_345,m", true), ("a1", "{1,m", false), ("a1", "`1,m", false),
        ("a1", "@1,m", false), ("a1", "z9,m", true), ("a1", "Z9,m", true), ("a1", "[9,m", false),
        ("_0001", "_0002", true), ("_0001", "_002", false), ("_0001", "_1002", false), ("_00", "_01", false),
        ("_000123456789", "x00123456789a,m", true), ("_00012345678", "x0012345678a,m", true),
        ("_0001234567", "x001234567a,m", false),
        ("abcdef", "ghijkl,m", true), ("abcdef", "ghijk1,m", false), ("_0001", ",m", false),
    ]

    @Test("rows below an opened quote are known by their ids, letter by letter", arguments: swallowed)
    func swallowedRows(id: String, line: String, isRow: Bool) throws {
        // The row's own id is what the others are held against.
        let list = "open_id,n\n\(id),\"first\n\(line)\"\n"
        let people = try Fixtures.people(Array(list.utf8), column: "n")
        let isWhole = people.values == ["first\n\(line)"]
        #expect(isWhole != isRow, "\(people.ids) \(people.values)")
        #expect((people.reading.badRows > 0) == isRow)
    }
}

@Suite("What a workbook's parts mean, at the edges")
struct WorkbookEdgeTests {
    @Test("cells without a place follow each other, a place is its letters, a row without a number follows the last")
    func places() throws {
        func cell(_ place: String, _ text: String) -> String { "<c\(place) t=\"str\"><v>\(text)</v></c>" }
        let rows =
            "<row>\(cell(" r=\"A1\"", "open_id"))\(cell(" r=\"Z1\"", "z"))\(cell(" r=\"AA1\"", "aa"))</row>"
            + "<row r=\"2\">\(cell("", "_1"))\(cell(" r=\"Z2\"", "x"))\(cell("", "y"))</row>"
            + "<row>\(cell(" r=\"@3\"", "_2"))\(cell(" r=\"AA3\"", "w"))</row>"
        let read = try WorkbookTests.read(ZipMaker.zip(ZipMaker.workbook(rows: rows)), columns: ["z", "aa"])
        #expect(read.ids == ["_1", "_2"] && read.cells == [["x", "y"], ["", "w"]])
        #expect(read.reading.hiddenRows == 0)
    }

    @Test("rows may not repeat or go back, and end at the last that a sheet has")
    func rowNumbers() throws {
        func ids(_ rows: String) throws -> [String] {
            let head = "<row r=\"1\"><c t=\"str\"><v>open_id</v></c></row>"
            return try WorkbookTests.read(ZipMaker.zip(ZipMaker.workbook(rows: head + rows))).ids
        }
        func row(_ number: String) -> String { "<row r=\"\(number)\"><c t=\"str\"><v>_1</v></c></row>" }
        #expect(try ids(row("2")) == ["_1"] && ids(row("1048576")) == ["_1"])
        for number in ["1", "1048577"] {
            #expect(throws: AudienceFault.workbook(.damaged)) { try ids(row(number)) }
        }
    }

    @Test("how a text is read aloud is no part of an inline one either, and a hidden row is one that says so")
    func spoken() throws {
        let inline =
            "<c t=\"inlineStr\"><is><r><t>小</t></r><rPh sb=\"0\"><t>xiao</t></rPh><r><t>满</t></r></is></c>"
        #expect(try WorkbookTests.values([inline]) == ["小满"])
        for (hidden, count) in [("1", 1), ("true", 1), ("0", 0), ("false", 0)] {
            let rows =
                WorkbookTests.row(1, "<c t=\"str\"><v>open_id</v></c>")
                + "<row r=\"2\" hidden=\"\(hidden)\"><c t=\"str\"><v>_1</v></c></row>"
            #expect(try WorkbookTests.read(ZipMaker.zip(ZipMaker.workbook(rows: rows))).reading.hiddenRows == count)
        }
    }

    @Test("an attribute may have blanks around its sign, and one without a value is none")
    func attributes() throws {
        let rows =
            "<row  r = \"1\" ><c\n t\t=\n'str' ><v>open_id</v></c></row><row r=\"2\"><c t= \"str\"><v>_1</v></c></row>"
        #expect(try WorkbookTests.read(ZipMaker.zip(ZipMaker.workbook(rows: rows))).ids == ["_1"])
        let broken = "<row r=\"1\"><c t=\"str\"><v>open_id</v></c></row><row r= ><c t=\"str\"><v>_1</v></c></row>"
        #expect(try WorkbookTests.read(ZipMaker.zip(ZipMaker.workbook(rows: broken))).ids == ["_1"])
    }

    @Test("a workbook whose table says that it is large is read by the wide one")
    func wide() throws {
        let rows =
            WorkbookTests.row(1, "<c t=\"str\"><v>open_id</v></c>") + WorkbookTests.row(2, "<c t=\"str\"><v>_1</v></c>")
        let plain = ZipMaker.zip(ZipMaker.workbook(rows: rows))
        let end = plain.count - 22
        func number(_ place: Int, _ width: Int) -> UInt64 {
            (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(plain[place + $1]) }
        }
        func bytes(_ value: UInt64, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
        }
        let (count, size, offset) = (number(end + 10, 2), number(end + 12, 4), number(end + 16, 4))
        var record = bytes(0x0606_4B50, 4) + bytes(44, 8) + bytes(45, 2) + bytes(45, 2) + bytes(0, 4) + bytes(0, 4)
        record += bytes(count, 8) + bytes(count, 8) + bytes(size, 8) + bytes(offset, 8)
        let locator = bytes(0x0706_4B50, 4) + bytes(0, 4) + bytes(UInt64(end), 8) + bytes(1, 4)
        let tail = bytes(0x0605_4B50, 4) + [0, 0, 0, 0] + bytes(0xFFFF, 2) + bytes(0xFFFF, 2) + bytes(0xFFFF_FFFF, 4)
        let whole = Array(plain[..<end]) + record + locator + tail + bytes(0xFFFF_FFFF, 4) + [0, 0]
        #expect(record.count == 56)
        #expect(try WorkbookTests.read(whole).ids == ["_1"])
        // The same with a locator that points beyond the file, at the last place where a record could stand, or at none.
        for place in [whole.count - 55, whole.count - 56, end + 1] {
            let astray = bytes(0x0706_4B50, 4) + bytes(0, 4) + bytes(UInt64(place), 8) + bytes(1, 4)
            let bent = Array(plain[..<end]) + record + astray + tail + bytes(0xFFFF_FFFF, 4) + [0, 0]
            #expect(throws: AudienceFault.workbook(.damaged)) { try WorkbookTests.read(bent) }
        }
    }
}

@Suite("Days that begin late, and rules that match nothing")
struct CalendarEdgeTests {
    @Test(
        "a day begins when its first moment on the wall is there",
        arguments: [
            ("Asia/Shanghai", 2027, 3, 14, "2027-03-13T16:00:00Z"),
            // Clocks are put forward at midnight: 00:00 to 00:59 is not there.
            ("America/Havana", 2027, 3, 14, "2027-03-14T05:00:00Z"),
            ("America/Havana", 2027, 3, 15, "2027-03-15T04:00:00Z"),
            // A whole day that an island never had.
            ("Pacific/Apia", 2011, 12, 30, "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", 2011, 12, 31, "2011-12-30T10:00:00Z"),
        ] as [(String, Int, Int, Int, String)])
    func firstMoments(name: String, year: Int, month: Int, day: Int, moment: String) throws {
        let zone = try #require(Zone(identifier: name))
        #expect(zone.firstMoment(of: CivilTime(year: year, month: month, day: day)) == Moment(iso8601: moment))
    }

    @Test("nobody is asked for, nothing repeats, or no day fits: there is no occurrence, and no end is waited for")
    func none() {
        let start = Moment(iso8601: "2026-11-20T20:00:00+08:00")!
        func found(_ rule: Recurrence, limit: Int = 3) -> Int {
            rule.occurrences(start: start, zone: .shanghai, after: start - .milliseconds(1), limit: limit).count
        }
        var thirtieth = Recurrence(frequency: .yearly, daysOfMonth: [30])
        thirtieth.months = [2]
        #expect(found(thirtieth) == 0 && found(Recurrence(frequency: .daily), limit: 0) == 0)
        #expect(found(Recurrence(frequency: .daily, interval: 0)) == 0 && found(Recurrence(frequency: .daily)) == 3)
    }

    @Test("a day that is named twice, in whatever words, is one")
    func twice() throws {
        func recurrence(_ words: String) throws -> Recurrence {
            let reading = Fixtures.read(Fixtures.campaign(schedule: "  start: 2026-11-20 20:00\n  \(words)\n"))
            return try #require(reading.campaign?.schedule.recurrence, "\(reading.text(in: .en))")
        }
        #expect(
            try recurrence("repeat: weekly\n  on: [fri, 周五, Friday, mon]").weekdays == [.init(day: 5), .init(day: 1)])
        #expect(try recurrence("repeat: monthly\n  day: [3, 3, last, last]").daysOfMonth == [3, -1])
        #expect(
            try recurrence("repeat: monthly\n  weekday: [last fri, last 周五]").weekdays == [.init(ordinal: -1, day: 5)])
        #expect(try recurrence("repeat: daily\n  except: [2026-11-22, 2026-11-22]").except == ["2026-11-22"])
    }
}
