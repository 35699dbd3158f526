import CampaignFiles
import CampaignModel
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

    @Test("a file of opt-outs may have no column for the moment at all")
    func noColumn() throws {
        let file = try read("open_id,kind\na,opted_out\nb,replied\n")
        #expect(file.events.map(\.openID) == ["a"] && file.events[0].at == nil)
        #expect(file.bad == [BadEventLine(line: 3, reason: .badMoment)])
    }

    @Test(
        "an opt-out is one by whatever a partner calls it",
        arguments: [
            "opt_out", "optout", "opt-out", "Opt Out", "optedout", "unsubscribe", "Unsubscribed", "退订", "退訂", "TD",
            "ｏｐｔｅｄ＿ｏｕｔ",
            "OPTED_OUT",
        ])
    func calledOptOut(kind: String) throws {
        #expect(try read("Open ID,Kind,At\n_1,\(kind),\n").events.map(\.kind) == [.optedOut])
        #expect(try read("{\"Open_ID\":\"_1\",\"Kind\":\"\(kind)\"}", isCSV: false).events.map(\.kind) == [.optedOut])
    }

    @Test("an opt-out whose line is broken elsewhere counts, and the line is named")
    func brokenOptOuts() throws {
        let file = try read(
            """
            open_id,kind,at,account
            a,opted_out,,,,remark
            b,opted_out,"2026-11-20" 9:00,
            "c","退订","x"y,
            d，opted_out，，
            e,ordered,,,,remark
            ,opted_out,,,remark
            """)
        #expect(Set(file.events.map(\.openID)) == ["a", "b", "c", "d"])
        #expect(file.events.allSatisfy { $0.kind == .optedOut && $0.at == nil })
        #expect(file.bad.map(\.line) == [2, 3, 4, 5, 6, 7])
        #expect(
            file.bad.map(\.reason) == [
                .optOutCounted, .optOutCounted, .optOutCounted, .optOutCounted, .unreadable, .unreadable,
            ])
    }

    @Test("a JSON array is read as its objects, and a table by whatever name it bears")
    func otherForms() throws {
        let array = try read(
            "[{\"open_id\":\"a\",\"kind\":\"opted_out\"},\n {\"Open_ID\":\"b\",\"KIND\":\"退订\"}]", isCSV: false)
        #expect(array.events.map(\.openID) == ["a", "b"] && array.events.map(\.line) == [1, 2])
        #expect(throws: AudienceFault.jsonArray) { try read("[1,2]", isCSV: false) }
        for name in ["x.events.txt", "x.events.csv", "x.EVENTS.TSV"] {
            #expect(EventFile.isName(name))
            let bytes = Array("open_id\tkind\na\topted_out\n".utf8)
            #expect(try EventFile(bytes, named: name).events.map(\.openID) == ["a"])
        }
        #expect(
            EventFile.isName("x.events.xlsx") && !EventFile.isName("events.txt") && !EventFile.isName("x.events.png"))
    }

    @Test("an amount is read as a spreadsheet shows money", arguments: ["1,299.00", "¥1299", "￥1299", "1299元", "１２９９"])
    func shownAmounts(amount: String) throws {
        let file = try read("open_id,kind,at,amount,id\na,ordered,2026-11-20 09:00,\"\(amount)\",o1\n")
        #expect(file.events.map(\.amount) == [129_900])
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
            ("answered", .answered),
            ("authorized", nil), ("withdrew", nil), ("bound", nil), ("unbound", nil), ("", nil), ("bought", nil),
        ] as [(String, EventKind?)])
    func kinds(_ word: String, _ kind: EventKind?) throws {
        let file = try read("open_id,kind,at\nu,\(word),2026-11-20 09:00\n")
        #expect(file.events.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(file.bad.map(\.reason) == (kind == nil ? [.unknownKind] : []))
    }

    @Test("what changes an order comes behind every order of the file, in whatever order the shop lists them")
    func changesLast() throws {
        let file = try read(
            """
            open_id,kind,at,amount,id,order
            u,refunded,2026-11-20 11:00,5,r1,o1
            u,ordered,2026-11-20 10:30,40,o1,
            u,clicked,2026-11-20 10:00,,,
            """)
        #expect(file.events.map(\.line) == [3, 4, 2] && file.bad.isEmpty)
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
            ("a.events.xlsx", true), ("a.events.csv.part", false),
        ])
    func names(_ name: String, _ isOne: Bool) { #expect(EventFile.isName(name) == isOne) }
}
