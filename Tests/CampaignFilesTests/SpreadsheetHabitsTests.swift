import CampaignFiles
import CampaignModel
import Foundation
import Testing
import Words

@Suite("What spreadsheets and people do to a list costs nobody their message, and is told")
struct SpreadsheetHabitsTests {
    private static func gb18030(_ text: String) -> [UInt8] {
        [UInt8](text.data(using: String.Encoding(rawValue: 0x8000_0632))!)
    }

    // MARK: Stray quotes

    private struct Quoted: Sendable, CustomStringConvertible {
        var text: String
        var ids: [String]
        var bad: [Int] = []
        var description: String { text }
    }

    private static let strayQuoteCases: [Quoted] = [
        Quoted(
            text: "open_id,n\n_0001,\"n\n_0002,n\n_0003,n\n_0004,n\"\n_0005,n\n",
            ids: ["_0002", "_0003", "_0004", "_0005"], bad: [2]),
        Quoted(text: "open_id,n\n_0001,\"n\n_0002,\"\n_0003,n\n", ids: ["_0003"], bad: [2, 3]),
        Quoted(text: "open_id,n,c\n_0001,\"n,c\n_0002,m\",c\n", ids: ["_0002"], bad: [2]),
        Quoted(text: "open_id,n,c\n_0001,\"n\n_0002,\",c\n_0003,n,c\n", ids: ["_0003"], bad: [2, 3]),
        Quoted(text: "n,open_id\n\"n,_0001\nm,_0002\nk,_0003\"\n", ids: ["_0002"], bad: [2, 4]),
        // Ids that are no two alike, and cells that were left out at the end.
        Quoted(
            text: "open_id,n,c\nou_1,\"n\nou_12345,n\nou_7\",n\nou_9,n,c\n", ids: ["ou_12345", "ou_9"], bad: [2, 4]),
        // One column: whatever follows the quote on later lines is nobody's id.
        Quoted(text: "open_id\n\"_0001\n_0002\n_0003\"\n_0004\n", ids: ["_0002", "_0004"], bad: [2, 4]),
        Quoted(text: "open_id,\"n\n_0001,x\n_0002,y\"\n", ids: []),
    ]

    @Test(
        "A quoted cell that holds rows is a quote that was never closed: only its own line is lost",
        arguments: strayQuoteCases)
    private func strayQuotes(_ quoted: Quoted) throws {
        guard !quoted.ids.isEmpty else {
            #expect(throws: AudienceFault.headerBroken(.unclosedQuote)) { try Fixtures.people(Array(quoted.text.utf8)) }
            return
        }
        let people = try Fixtures.people(Array(quoted.text.utf8), column: "n")
        #expect(people.ids == quoted.ids)
        #expect(people.reading.bad.map(\.line) == quoted.bad)
        #expect(people.reading.rows == people.ids.count + people.reading.badRows)
        #expect(!people.values.contains { $0?.contains("_000") ?? false }, "no id in anybody's name")
    }

    @Test("Four hundred people between two stray quotes are all there")
    func swallowedMany() throws {
        let rows = (1...401).map { "_000p\(100_000 + $0),n\n" }.joined()
        let text = "open_id,n\n_000p000001,\"n\n\(rows)_000p000002,n\"\n_000p000003,n\n"
        let people = try Fixtures.people(Array(text.utf8), step: 4096)
        #expect(people.ids.count == 403 && people.reading.badRows == 1 && people.reading.bad.first?.line == 2)
    }

    private static let manyLineCases: [(String, String)] = [
        ("第一行\n第二行", "第一行\n第二行"), ("你好，杭州\n见，上海", "你好，杭州\n见，上海"), ("yes, ok\nno, ok", "yes, ok\nno, ok"),
        ("a\n\nb", "a\n\nb"), ("买过\n2026-11-20,杭州", "买过\n2026-11-20,杭州"), ("see you,\nbye, now", "see you,\nbye, now"),
        ("他说\"\"好\"\"\n对", "他说\"好\"\n对"),
    ]

    @Test("A cell may hold several lines when they are no rows", arguments: manyLineCases)
    func manyLines(_ written: String, _ read: String) throws {
        let text = "open_id,remark\n_000p000001,\"\(written)\"\n_000p000002,x\n"
        let people = try Fixtures.people(Array(text.utf8), column: "remark")
        #expect(people.ids == ["_000p000001", "_000p000002"] && people.values == [read, "x"])
        #expect(people.reading.badRows == 0)
    }

    @Test("A bad row of several lines counts each of them")
    func linesOfBadRows() throws {
        let text = "open_id,n\n_1,\"a\nb\nc\",surplus\n_2,x\n"
        let reading = try Fixtures.people(Array(text.utf8)).reading
        #expect(reading.rows == 4 && reading.badRows == 3)
        #expect(reading.bad == [BadRow(line: 2, reason: .columnCount, lines: 3)])
    }

    // MARK: Cells

    @Test("Cells left out at a row's end are empty, surplus empty ones are nothing, surplus filled ones are a bad row")
    func cellCounts() throws {
        let text = "open_id,n,c\n_1\n_2,x\n_3,x,y\n_4,x,y,\n_5,x,y, ,　,\n_6,x,y,z\n"
        let people = try Fixtures.people(Array(text.utf8), column: "c")
        #expect(people.ids == ["_1", "_2", "_3", "_4", "_5"])
        #expect(people.values == ["", "", "y", "y", "y"])
        #expect(people.reading.bad == [BadRow(line: 7, reason: .columnCount)])
    }

    private static let blankCases: [String] = [
        "\u{3000}", "\u{A0}", " ", "\t", "\u{2003}", "\u{202F}", "\u{205F}", "\u{1680}", "\u{85}", "\u{200B}",
        "\u{FEFF}",
        "\u{3164}", "\u{2800}", "\u{3000}\u{A0} \u{200B}", "\u{2060}",
    ]

    @Test("A cell of blanks, of whatever alphabet, is empty", arguments: blankCases)
    func blanks(_ blank: String) throws {
        let text = "open_id,n\n\(blank)_1\(blank),\(blank)\n_2,\(blank)小\(blank)满\(blank)\n"
        let people = try Fixtures.people(Array(text.utf8), column: "n")
        #expect(people.ids == ["_1", "_2"] && people.values == ["", "小\(blank)满"])
    }

    private static let missingWords: [String] = [
        "#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#n/a", " #N/A ",
        "########",
        "Err:502", "#ERROR!", "#WERT!", "#NV", "＃N/A",
    ]

    @Test("An error of a spreadsheet is a missing value, and as an id nobody's", arguments: missingWords)
    func missing(_ word: String) throws {
        let text = "open_id,n\n_1,\(word)\n\(word),x\n_2,# 1\n"
        let people = try Fixtures.people(Array(text.utf8), column: "n")
        #expect(people.ids == ["_1", "_2"] && people.values == ["", "# 1"])
        #expect(people.reading.bad == [BadRow(line: 3, reason: .missingOpenID)])
    }

    // MARK: Ids

    private static let idCases: [(String, String?, BadRowReason?)] = [
        ("'ou_1", "ou_1", nil), ("=\"7012345678901234567\"", nil, .textAfterQuote), ("ou\u{200B}_1", "ou_1", nil),
        ("\u{FEFF}ou_1", "ou_1", nil), ("1.38E+10", nil, .roundedOpenID), ("1.38e10", nil, .roundedOpenID),
        ("7E+18", nil, .roundedOpenID), ("1.23457E+18", nil, .roundedOpenID),
        ("7012345678901234567", "7012345678901234567", nil),
        ("13800000000", "13800000000", nil), ("1e5a", "1e5a", nil), ("12e5", "12e5", nil), ("ou 1", nil, .badOpenID),
        ("ou_1，小满", nil, .fullWidthComma), ("ou_1；小满", nil, .fullWidthComma), ("小满", nil, .badOpenID),
        ("ou_1;x", nil, .badOpenID), ("123456789012345678.0", nil, .roundedOpenID), ("123.00", nil, .roundedOpenID),
        ("-1.2E+5", nil, .roundedOpenID), ("１.３８Ｅ＋１０", nil, .roundedOpenID), ("\"1,38E+10\"", nil, .roundedOpenID),
        ("NULL", nil, .missingOpenID), ("null", nil, .missingOpenID), ("None", nil, .missingOpenID),
        ("nan", nil, .missingOpenID), ("-", nil, .missingOpenID), ("N/A", nil, .missingOpenID),
        ("TRUE", nil, .missingOpenID), ("0", nil, .missingOpenID), ("undefined", nil, .missingOpenID),
        ("\u{FE0F}", nil, .missingOpenID), ("null1", "null1", nil), ("1.5", "1.5", nil), ("-1", "-1", nil),
    ]

    @Test("An id is what it was before a spreadsheet had it, or it is refused by name", arguments: idCases)
    func ids(_ written: String, _ id: String?, _ reason: BadRowReason?) throws {
        let people = try Fixtures.people(Array("open_id,n\n_0,a\n\(written),x\n".utf8))
        if let id {
            #expect(people.ids == ["_0", id] && people.reading.badRows == 0)
        } else if written.hasPrefix("=") {
            // Quotes within a cell that is not quoted stand as they are.
            #expect(people.ids == ["_0", "7012345678901234567"])
        } else {
            #expect(people.ids == ["_0"] && people.reading.bad.map(\.reason) == [reason])
        }
    }

    @Test("An id that ends in zeros after its fifteenth digit is taken, and told")
    func looksRounded() throws {
        let text = "open_id\n7012345678901230000\n7012345678901234567\n701234567890123\n7012345678901240000\n"
        let people = try Fixtures.people(Array(text.utf8))
        #expect(people.ids.count == 4)
        #expect(people.reading.looksRounded == 2 && people.reading.firstLooksRounded == 2)
        #expect(people.reading.warnings == [Catalogue.AudienceFiles.looksRounded(2, line: 2)])
    }

    @Test("A number in JSON is written out as it stands, and rounded ones are refused")
    func jsonNumbers() throws {
        let text = "{\"open_id\":7012345678901234567}\n{\"open_id\":1.38e10}\n{\"Open_ID\":\"_3\"}\n"
        let people = try Fixtures.people(Array(text.utf8), format: .jsonLines)
        #expect(people.ids == ["7012345678901234567"])
        #expect(people.reading.bad.map(\.reason) == [.roundedOpenID, .missingOpenID])
        let other = try Fixtures.people(
            Array("{\"Open_ID\":\"_3\",\"n\":\"#N/A\"}\n".utf8), format: .jsonLines, column: "n")
        #expect(other.ids == ["_3"] && other.values == [""])
    }

    @Test(
        "A column is found under its name however it is written, and a default for everybody is told",
        arguments: [
            ("Nickname", true), ("NICKNAME", true), ("nick_name", true), ("nick name", true), ("ｎｉｃｋｎａｍｅ", true),
            ("nickname*", true), ("'nickname", true), ("nickname（称呼）", true), ("昵称", false), ("nickname2", false),
        ])
    func fieldColumns(_ header: String, isFound: Bool) throws {
        let bytes = Array("open_id,\(header)\n_1,小满\n".utf8)
        let people = try Fixtures.people(bytes, column: "nickname")
        #expect(people.ids == ["_1"] && (people.values == ["小满"]) == isFound)
        let told = people.reading.warnings(fields: [Field(name: "nickname", defaultValue: "朋友"), Field(name: "x")])
        let columns = people.reading.columns
        #expect(
            told == (isFound ? [] : [Catalogue.AudienceFiles.defaultForAll("nickname", value: "朋友", columns: columns)]))
        if isFound { _ = try Fixtures.people(bytes, required: ["nickname"]) }
    }

    @Test("Of two columns that both mean a name neither does, unless one is written exactly so")
    func twoColumns() throws {
        #expect(ColumnName.place(of: "nickname", in: ["Nickname", "NICKNAME"]) == nil)
        #expect(ColumnName.place(of: "nickname", in: ["Nickname", "nickname"]) == 1)
        #expect(ColumnName.place(of: "(x)", in: ["(y)"]) == nil)
    }

    // MARK: The first lines

    private static let headerCases: [(String, Int)] = [
        ("Open_ID,n", 2), ("OPENID,n", 2), ("open id,n", 2), ("\u{3000}open_id ,n", 2), ("ｏｐｅｎ＿ｉｄ,n", 2),
        ("open_id（必填）,n", 2), ("open-id,n", 2), ("sep=,\nopen_id,n", 3), ("\"sep=,\"\r\nopen_id,n", 3),
        ("双11 名单\nopen_id,n", 3), ("双11 名单,\n导出：2026-11-20,\n\nopen_id,n", 5), ("﻿sep=,\nOpen ID,n", 3),
    ]

    @Test("The line that names the columns is found, whatever it calls the ids", arguments: headerCases)
    func headers(_ header: String, _ line: Int) throws {
        let people = try Fixtures.people(Array("\(header)\n_1,小满\n_2,x,y\n".utf8), column: "n")
        #expect(people.ids == ["_1"] && people.values == ["小满"])
        #expect(people.reading.columns == ["open_id", "n"])
        #expect(people.reading.bad == [BadRow(line: line + 1, reason: .columnCount)])
    }

    @Test("Lists that were put together name their columns again: that line is nobody")
    func repeatedHeader() throws {
        let people = try Fixtures.people(Array("open_id,n\n_1,a\nopen_id,n\n_2,b\n".utf8))
        #expect(people.ids == ["_1", "_2"] && people.reading.rows == 2 && people.reading.badRows == 0)
    }

    @Test("sep= names what separates the cells")
    func separator() throws {
        let people = try Fixtures.people(Array("sep=|\nopen_id|n\n_1|a,b;c\n".utf8), column: "n")
        #expect(people.ids == ["_1"] && people.values == ["a,b;c"])
    }

    @Test("Two columns that mean the ids are refused, unless one is called open_id")
    func twoIDs() throws {
        #expect(throws: AudienceFault.duplicateColumn("OpenID")) {
            try Fixtures.people(Array("Open_ID,OpenID\n_1,_2\n".utf8))
        }
        #expect(try Fixtures.people(Array("OpenID,open_id\n_1,_2\n".utf8)).ids == ["_2"])
    }

    @Test("Lines above the columns are told")
    func titles() throws {
        let reading = try Fixtures.people(Array("名单\nopen_id,n\n_1,x\n".utf8)).reading
        #expect(reading.titleLines == 1 && reading.warnings == [Catalogue.AudienceFiles.titleLines(1)])
    }

    @Test("Chinese commas are refused with the word that mends them, and a first line is quoted shortly")
    func chineseCommas() throws {
        var fault: AudienceFault?
        do { _ = try Fixtures.people(Array("open_id，昵称\n_1，小满\n".utf8)) } catch let found as AudienceFault {
            fault = found
        }
        #expect(fault?.message.en.contains("Chinese commas") ?? false)
        let long = "user," + (1...200).map { "_000p\(10_000 + $0)" }.joined(separator: ",") + "\n"
        do { _ = try Fixtures.people(Array(long.utf8)) } catch let found as AudienceFault { fault = found }
        #expect(fault?.code == "open_id_missing" && !(fault?.message.en.contains("_000p10030") ?? true))
        let cell = "user" + String(repeating: "_000p10030", count: 20) + "\n"
        do { _ = try Fixtures.people(Array(cell.utf8)) } catch let found as AudienceFault { fault = found }
        #expect((fault?.message.en.utf8.count ?? .max) < 300)
    }

    // MARK: Line ends and encodings

    @Test("A carriage return alone ends a line, mixed with others too", arguments: [1, 7, 1000])
    func carriageReturns(_ step: Int) throws {
        let text = "open_id,n\r_1,a\r_2,\"b\rc\"\r_3,d\r"
        let people = try Fixtures.people(Array(text.utf8), step: step, column: "n")
        #expect(people.ids == ["_1", "_2", "_3"] && people.values == ["a", "b\nc", "d"])
        let mixed = "open_id,n\r\n_1,a\r_2,b\n_3,c\r\n_4,d\r"
        #expect(try Fixtures.people(Array(mixed.utf8), step: step).ids == ["_1", "_2", "_3", "_4"])
    }

    @Test("One column with carriage returns alone is refused: a whole list may stand in one cell")
    func returnsOnly() {
        #expect(throws: AudienceFault.returnsOnly) { try Fixtures.people(Array("open_id\r_1\r_2\r".utf8)) }
    }

    @Test("A list is one encoding: the lines of another are bad rows, and no name is garbled", arguments: [7, 4096])
    func oneEncoding(_ step: Int) throws {
        let people = (1...20).map { "_\($0),小满\($0)\n" }
        var utf8 = Array("open_id,n\n".utf8)
        var gbk = Self.gb18030("open_id,n\n")
        for (index, line) in people.enumerated() {
            utf8 += index == 4 ? Self.gb18030(line) : Array(line.utf8)
            gbk += index == 4 ? Array(line.utf8) : Self.gb18030(line)
        }
        for (bytes, encoding) in [(utf8, TextEncoding.utf8), (gbk, .gb18030)] {
            let read = try Fixtures.people(bytes, step: step, column: "n")
            #expect(read.reading.encoding == encoding)
            #expect(read.reading.bad == [BadRow(line: 6, reason: .badEncoding)])
            #expect(read.values == (1...20).filter { $0 != 5 }.map { "小满\($0)" })
        }
    }

    @Test("An encoding that shows only after the first chunk is recognised there")
    func lateEncoding() throws {
        var limits = AudienceLimits()
        (limits.chunkBytes, limits.rowBytesMax) = (256, 100)
        let plain = (1...100).map { "_\($0),x\n" }.joined()
        let bytes = Array("open_id,n\n\(plain)".utf8) + Self.gb18030("_a,小满\n_b,木木\n")
        let people = try Fixtures.people(bytes, step: 50, limits: limits, column: "n")
        #expect(people.ids.count == 102 && people.values.suffix(2) == ["小满", "木木"])
        #expect(people.reading.encoding == .gb18030)
    }

    @Test("What is not what its name says is refused whole, with what to do")
    func wrongKind() {
        for text in ["[\n{\"open_id\":\"_1\"},\n{\"open_id\":\"_2\"}\n]\n", " [{\"open_id\":\"_1\"}]"] {
            #expect(throws: AudienceFault.jsonArray) { try Fixtures.people(Array(text.utf8), format: .jsonLines) }
        }
        for mark: [UInt8] in [[0x50, 0x4B, 0x03, 0x04], [0xD0, 0xCF, 0x11, 0xE0]] {
            #expect(throws: AudienceFault.workbookByAnotherName) {
                try Fixtures.people(mark + [UInt8](repeating: 0, count: 100))
            }
        }
    }

    // MARK: Groups

    @Test("A group of no known kind, or with members that are no number, is a bad row with its line")
    func groups() throws {
        let text = "group_id,kind,members\ng1,fans,250\ng2,fans,250人\ng3,其他,10\ng4,,10\ng5,live,\ng6,企业群,-1\n"
        let bytes = Array(text.utf8)
        var ids: [String] = []
        var position = 0
        let reading = try AudienceReader(format: .csv, rules: .groups).read(
            pull: { buffer in
                let count = min(buffer.count, bytes.count - position)
                buffer.copyBytes(from: bytes[position..<(position + count)])
                position += count
                return count
            }, each: { ids.append($0.openIDText) })
        #expect(ids == ["g1", "g5"])
        #expect(
            reading.bad == [
                BadRow(line: 3, reason: .badMembers), BadRow(line: 4, reason: .unknownGroupKind),
                BadRow(line: 5, reason: .unknownGroupKind), BadRow(line: 7, reason: .badMembers),
            ])
    }
}
