import CampaignFiles
import CampaignModel
import Foundation
import Testing

@Suite("Files of events")
struct EventFileTests {
    private func read(_ text: String, isCSV: Bool = true) throws -> EventFile {
        try EventFile(Array(text.utf8), isCSV: isCSV)
    }

    @Test("a spreadsheet's dates are dates, and an opt-out needs none")
    func optOuts() throws {
        let file = try read(
            """
            open_id,kind,at,amount,id
            a,opted_out,2026/11/20 9:00,,
            b,opted_out,,,
            c,opted_out,########,,
            d,Opted-Out,46346.375,-,
            e,ordered,2026/11/20 9:00,12.50,o1
            f,ordered,,12.50,o2
            g,ordered,########,12.50,o3
            """)
        #expect(file.events.map(\.openID) == ["a", "b", "c", "d", "e"])
        let nine = Moment(iso8601: "2026-11-20T09:00:00+08:00")
        #expect(file.events.map(\.at) == [nine, nil, nil, nine, nine])
        #expect(file.bad == [7, 8].map { BadEventLine(line: $0, reason: .badMoment) })
    }

    @Test(
        "columns are known however they are written",
        arguments: ["Open ID,Kind,At", "OPENID,KIND,AT", "open_id,类型,时间", "ｏｐｅｎ＿ｉｄ,kind*,at（时间）", "open_id,at,Kind"])
    func headers(_ header: String) throws {
        let isSwapped = header.hasSuffix("Kind")
        let file = try read("\(header)\na,\(isSwapped ? "2026/11/20 9:00,opted_out" : "opted_out,2026/11/20 9:00")\n")
        #expect(file.events.map(\.kind) == [.optedOut] && file.bad.isEmpty)
        #expect(file.events[0].at == Moment(iso8601: "2026-11-20T09:00:00+08:00"))
    }

    @Test("without a column that says what happened the whole file is refused, in the words of events")
    func noKind() {
        #expect(throws: AudienceFault.eventKindMissing) { try read("open_id,what\na,opted_out\n") }
    }

    @Test("an opt-out counts though more stands in its line than there are columns; an order's cells may have moved")
    func overfull() throws {
        let file = try read("open_id,kind,at,amount\na,opted_out,,,seen\nb,ordered,2026-11-20 09:00,1,299\n")
        #expect(file.events.map(\.openID) == ["a"])
        #expect(file.bad == [BadEventLine(line: 3, reason: .unreadable)])
    }

    @Test(
        "what is JSON is read as JSON whatever it is called, one array of lines and other spellings of names included")
    func anyJSON() throws {
        let array = try read(#"[{"Open_ID":"a","Kind":"opted_out"},{"open_id":"b","kind":"replied"}]"#, isCSV: true)
        #expect(array.events.map(\.openID) == ["a"])
        #expect(array.bad == [BadEventLine(line: 2, reason: .badMoment)])
        #expect(try read(#"{"OPENID":"a","KIND":"opted_out"}"#, isCSV: true).events.map(\.openID) == ["a"])
        #expect(try read(#"[{"open_id":"a""#).bad == [BadEventLine(line: 1, reason: .unreadable)])
    }

    @Test("the first sheet of a workbook is a file of events as well, and a person in any of its parts is found")
    func workbook() throws {
        func cell(_ text: String) -> String { "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>" }
        func row(_ cells: String...) -> String { "<row>\(cells.map(cell).joined())</row>" }
        let parts = ZipMaker.workbook(
            rows: row("open_id", "类型", "at") + row("_000anna01", "退订", "") + row("b", "clicked", "2026/11/20 9:00"),
            more: [.init("xl/comments1.xml", "<t>ask _000bert02, not _000carl033</t>")])
        let file = try EventFile(ZipMaker.zip(parts), isCSV: true)
        #expect(file.events.map(\.kind) == [.optedOut, .clicked] && file.bad.isEmpty)
        let path = NSTemporaryDirectory() + "events-\(UUID().uuidString).xlsx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(ZipMaker.zip(parts)).write(to: URL(fileURLWithPath: path))
        #expect(PackedFile.mayHold("_000anna01", at: path) && PackedFile.mayHold("_000bert02", at: path))
        #expect(!PackedFile.mayHold("_000carl03", at: path) && !PackedFile.mayHold("_000anna0", at: path))
        try Data(ZipMaker.zip(parts).dropLast(30)).write(to: URL(fileURLWithPath: path))
        #expect(PackedFile.mayHold("_000carl03", at: path), "what cannot be looked into is named")
    }

    @Test("a file of opt-outs may have no column for the moment at all")
    func noColumn() throws {
        let file = try read("open_id,kind\na,opted_out\nb,replied\n")
        #expect(file.events.map(\.openID) == ["a"] && file.events[0].at == nil)
        #expect(file.bad == [BadEventLine(line: 3, reason: .badMoment)])
    }

    @Test("the same in JSON, whatever form the moment has")
    func json() throws {
        let file = try read(
            """
            {"open_id":"a","kind":"opted_out"}
            {"open_id":"b","kind":"opted_out","at":null}
            {"open_id":"c","kind":"opted_out","at":true}
            {"open_id":"d","kind":"opted_out","at":1795136400}
            {"open_id":"e","kind":"opted_out","at":"2026/11/20 9:00","id":7}
            {"open_id":"","kind":"opted_out"}
            """, isCSV: false)
        #expect(file.events.map(\.openID) == ["a", "b", "c", "d", "e"])
        #expect(file.events.map { $0.at != nil } == [false, false, false, true, true])
        #expect(file.bad == [BadEventLine(line: 6, reason: .badOpenID)])
    }

    @Test("each column of a line arrives where it is used, in a table and in JSON")
    func everyColumn() throws {
        var expected = EventLine(
            line: 2, openID: "u", kind: .ordered, at: Moment(iso8601: "2026-11-20T09:00:00+08:00"), account: "flagship",
            app: "tt01", amount: 1234, id: "o1")
        let table = try read(
            "open_id,kind,at,account,app,amount,id,order\nu,ordered,2026-11-20 09:00,flagship,tt01,12.34,o1,\n")
        #expect(table.events == [expected] && table.bad.isEmpty && table.callbacks.isEmpty)
        let line =
            #"{"open_id":"u","kind":"ordered","at":"2026-11-20 09:00","account":"flagship","app":"tt01","amount":12.34,"id":"o1"}"#
        let json = try read("\u{FEFF}\n" + line + "\n", isCSV: false)
        #expect(json.events == [expected] && json.bad.isEmpty)
        expected.kind = .ordered
        expected.change = OrderChange(kind: .refunded, order: "o1")
        expected.id = "r1"
        #expect(
            try read(
                "open_id,kind,at,account,app,amount,id,order\nu,Refunded,2026-11-20 09:00,flagship,tt01,12.34,r1,o1\n"
            ).events == [expected])
    }

    @Test("a partner's callback is kept as it came, and what is no JSON is one bad line")
    func callbacks() throws {
        let file = try read(
            """
            {"signature":"ab","body":"{}"}

            nope
            {"signature":"ab"}
            {"open_id":"u","kind":"replied","at":"2026-11-20 09:00"}
            """, isCSV: false)
        #expect(file.callbacks == [CallbackLine(line: 1, signature: "ab", body: "{}")])
        #expect(file.events.map(\.line) == [5])
        #expect(
            file.bad == [BadEventLine(line: 3, reason: .unreadable), BadEventLine(line: 4, reason: .badOpenID)])
    }

    @Test(
        "an amount is yuan with at most two places, exactly",
        arguments: [
            ("0", 0), ("12", 1200), ("12.5", 1250), ("12.50", 1250), ("0.01", 1),
            ("999999999999.99", 99_999_999_999_999),
            ("1,299.00", 129_900), ("¥99", 9900), ("￥99", 9900), ("99元", 9900), ("９９", 9900), ("'99", 9900),
            ("99.00 CNY", 9900), ("12,999,99", nil), ("1,29", nil), ("¥", nil),
            ("1000000000000", nil), ("12.", nil), (".5", nil), ("12.345", nil), ("-1", nil), ("1,5", nil),
            ("1.2.3", nil), ("x", nil),
        ] as [(String, Int64?)])
    func amounts(_ text: String, _ fen: Int64?) throws {
        let file = try read("open_id,kind,at,amount\nu,ordered,2026-11-20 09:00,\"\(text)\"\n")
        #expect(file.events.map(\.amount) == (fen.map { [$0] } ?? []))
        #expect(file.bad == (fen == nil ? [BadEventLine(line: 2, reason: .badAmount)] : []))
        // Whoever wants to be left alone is not asked for a figure.
        #expect(try read("open_id,kind,at,amount\nu,opted_out,,\"\(text)\"\n").events.map(\.amount) == [nil])
    }

    @Test(
        "what partners may tell, by its word",
        arguments: [
            ("entered", EventKind.entered), ("clicked", .clicked), ("replied", .replied), ("consulted", .consulted),
            ("ordered", .ordered), ("reported", .reported), ("opted_out", .optedOut), ("Opted Out", .optedOut),
            ("answered", .answered), ("opt-out", .optedOut), ("OptOut", .optedOut), ("unsubscribed", .optedOut),
            ("退订", .optedOut), ("退訂", .optedOut), ("TD", .optedOut), ("ｏｐｔｅｄ＿ｏｕｔ", .optedOut),
            ("authorized", nil), ("withdrew", nil), ("bound", nil), ("unbound", nil), ("", nil), ("bought", nil),
        ] as [(String, EventKind?)])
    func kinds(_ word: String, _ kind: EventKind?) throws {
        let file = try read("open_id,kind,at\nu,\(word),2026-11-20 09:00\n")
        #expect(file.events.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(file.bad.map(\.reason) == (kind == nil ? [.unknownKind] : []))
    }

    @Test("a change of an order names the order and itself; a correction says to what")
    func changes() throws {
        func bad(_ row: String) throws -> [BadEventLine.Reason] {
            try read("open_id,kind,at,amount,id,order\n\(row)\n").bad.map(\.reason)
        }
        #expect(try bad("u,refunded,2026-11-20 09:00,,r1,o1") == [])
        #expect(try bad("u,refunded,2026-11-20 09:00,,,o1") == [.changeWithoutIDs])
        #expect(try bad("u,refunded,2026-11-20 09:00,,r1,") == [.changeWithoutIDs])
        #expect(try bad("u,corrected,2026-11-20 09:00,5,r1,o1") == [])
        #expect(try bad("u,corrected,2026-11-20 09:00,,r1,o1") == [.changeWithoutIDs])
    }

    @Test(
        "a file of events is known by its name",
        arguments: [
            ("a.events.csv", true), ("A.EVENTS.JSONL", true), ("a.events.ndjson", true), ("a.csv", false),
            ("events.csv", false),
            ("a.events.xlsx", true), ("a.events.txt", true), ("a.events.pdf", false), ("a.events.csv.part", false),
        ])
    func names(_ name: String, _ isOne: Bool) { #expect(EventFile.isName(name) == isOne) }
}
