import CampaignModel
import Testing
import Words

@testable import CampaignFiles

@Suite("Every part of a rule, a span and a share means what it says")
struct RuleTextTests {
    private func schedule(_ words: String, start: String = "2026-11-20 20:00") throws -> Schedule {
        let reading = Fixtures.read(Fixtures.campaign(schedule: "  start: \(start)\n  \(words)\n"))
        return try #require(reading.campaign?.schedule, "\(reading.text(in: .en))")
    }

    private func days(_ words: String, _ limit: Int, start: String = "2026-11-20 20:00") throws -> [String] {
        let schedule = try schedule(words, start: start)
        return schedule.occurrences(after: schedule.start - .milliseconds(1), limit: limit).map {
            String($0.text().prefix(10))
        }
    }

    @Test(
        "the parts of an RRULE",
        arguments: [
            ("FREQ=DAILY", ["2026-11-20", "2026-11-21", "2026-11-22"]),
            ("FREQ=WEEKLY", ["2026-11-20", "2026-11-27", "2026-12-04"]),
            ("FREQ=MONTHLY", ["2026-11-20", "2026-12-20", "2027-01-20"]),
            ("FREQ=YEARLY", ["2026-11-20", "2027-11-20", "2028-11-20"]),
            ("RRULE:FREQ=DAILY;INTERVAL=10", ["2026-11-20", "2026-11-30", "2026-12-10"]),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["2026-11-30", "2026-12-14", "2026-12-28"]),
            ("INTERVAL=3;FREQ=MONTHLY", ["2026-11-20", "2027-02-20", "2027-05-20"]),
            ("FREQ=DAILY;BYMONTH=1", ["2027-01-01", "2027-01-02", "2027-01-03"]),
            ("FREQ=YEARLY;BYMONTH=2,11", ["2026-11-20", "2027-02-20", "2027-11-20"]),
            ("FREQ=MONTHLY;BYDAY=2TU", ["2026-12-08", "2027-01-12", "2027-02-09"]),
            ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-11-27", "2026-12-25", "2027-01-29"]),
            ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", ["2027-05-09", "2028-05-14", "2029-05-13"]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-11-30", "2026-12-31", "2027-01-31"]),
            ("FREQ=MONTHLY;BYMONTHDAY=31,1", ["2026-12-01", "2026-12-31", "2027-01-01"]),
            ("FREQ=WEEKLY;WKST=MO;BYDAY=SU,MO", ["2026-11-22", "2026-11-23", "2026-11-29"]),
            ("FREQ=DAILY;COUNT=2", ["2026-11-20", "2026-11-21"]),
            ("FREQ=DAILY;UNTIL=20261121", ["2026-11-20", "2026-11-21"]),
            // 12:00 in London is 20:00 in Shanghai: the last instant is included, a second less is not.
            ("FREQ=DAILY;UNTIL=20261121T120000Z", ["2026-11-20", "2026-11-21"]),
            ("FREQ=DAILY;UNTIL=20261121T115959Z", ["2026-11-20"]),
            ("FREQ=DAILY;UNTIL=20261121T200000", ["2026-11-20", "2026-11-21"]),
            ("FREQ=DAILY;UNTIL=20261121T195959", ["2026-11-20"]),
        ])
    func rules(_ rule: String, _ expected: [String]) throws {
        #expect(try days("rrule: \"\(rule)\"", 3) == expected)
    }

    @Test("dates are left out beside a rule as beside plain words")
    func exceptions() throws {
        let left = "except: [2026-11-21, 2026-11-23]"
        let expected = ["2026-11-20", "2026-11-22", "2026-11-24"]
        #expect(try days("rrule: FREQ=DAILY\n  \(left)", 3) == expected)
        #expect(try days("repeat: daily\n  \(left)", 3) == expected)
        // A date that was left out still counts.
        #expect(try days("rrule: \"FREQ=DAILY;COUNT=3\"\n  \(left)", 9) == ["2026-11-20", "2026-11-22"])
    }

    @Test("a date to leave out on which nothing takes place is told")
    func idleExceptions() {
        func codes(_ schedule: String) -> [String] {
            Fixtures.codes(
                Fixtures.read(Fixtures.campaign(schedule: "  start: 2026-11-20 20:00\n  " + schedule + "\n")))
        }
        // The twentieth is a Friday.
        for idle in ["2026-11-28", "2026-11-19", "2026-11-27, 2026-11-26"] {
            #expect(codes("repeat: weekly\n  except: [\(idle)]") == ["except_without_effect"], "\(idle)")
        }
        #expect(codes("repeat: weekly\n  except: [2026-11-27]") == [])
        #expect(codes("repeat: weekly\n  until: 2026-12-04\n  except: [2026-12-11]") == ["except_without_effect"])
        #expect(codes("repeat: daily\n  except: [2026-11-21, 2031-01-01, 2040-01-01]") == [])
        #expect(
            codes("rrule: \"FREQ=WEEKLY;COUNT=3\"\n  except: [2026-11-27, 2026-12-11]") == ["except_without_effect"])
    }

    @Test("monthly alone takes the start's day, and skips the months without it, with a word")
    func monthly() throws {
        #expect(try days("repeat: monthly", 3) == ["2026-11-20", "2026-12-20", "2027-01-20"])
        #expect(
            try days("repeat: monthly", 3, start: "2027-01-31 20:00") == ["2027-01-31", "2027-03-31", "2027-05-31"])
        let reading = Fixtures.read(Fixtures.campaign(schedule: "  start: 2027-01-31 20:00\n  repeat: monthly\n"))
        #expect(Fixtures.codes(reading) == ["short_months"] && reading.campaign != nil)
    }

    static let dayWords = [
        ["mon", "Monday", "周一", "星期一"], ["tue", "TUESDAY", "周二", "星期二"], ["wed", "wednesday", "周三", "星期三"],
        ["Thu", "thursday", "周四", "星期四"], ["fri", "friday", "周五", "星期五"], ["sat", "saturday", "周六", "星期六"],
        ["sun", "sunday", "周日", "星期日", "星期天", "周天"],
    ]

    @Test("every word for a day is that day, alone and with every ordinal", arguments: 1...7)
    func weekdays(_ day: Int) throws {
        for word in Self.dayWords[day - 1] {
            let weekly = try schedule("repeat: weekly\n  on: \(word)")
            #expect(weekly.recurrence?.weekdays == [.init(day: day)], "\(word)")
            for (ordinal, number) in [
                ("first", 1), ("second", 2), ("third", 3), ("FOURTH", 4), ("fifth", 5), ("last", -1),
            ] {
                let monthly = try schedule("repeat: monthly\n  weekday: \(ordinal) \(word)")
                #expect(monthly.recurrence?.weekdays == [.init(ordinal: number, day: day)])
                // Held against the calendar: so many days of the week before it in its month, or none after it.
                for moment in monthly.occurrences(after: monthly.start - .milliseconds(1), limit: 12) {
                    let date = Zone.shanghai.civil(moment)
                    #expect(date.weekday == day)
                    let length = CivilTime.daysIn(month: date.month, year: date.year)
                    #expect(number > 0 ? (date.day - 1) / 7 + 1 == number : date.day > length - 7)
                }
            }
        }
    }

    @Test(
        "shares are read to the hundredth of a percent, and no further",
        arguments: [
            ("0%", 0), ("5%", 500), ("12.5%", 1250), ("12.50%", 1250), ("0.01%", 1), ("99.99%", 9999), ("100%", nil),
            ("5.125%", nil), ("5", nil), ("0.05", nil), (".5%", nil), ("5.%", nil), ("-5%", nil), ("+5%", nil),
            ("5 %", nil),
            ("1e1%", nil), ("%", nil),
        ] as [(String, Int?)])
    func shares(_ text: String, _ expected: Int?) {
        #expect(Written.share(text)?.tenThousandths == expected)
    }

    @Test(
        "spans are read in every unit, to a year",
        arguments: [
            ("1s", 1), ("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86_400), ("366d", 31_622_400), ("367d", nil),
            ("8784h", 31_622_400), ("8785h", nil), ("0s", nil), ("0d", nil), ("1w", nil), ("h", nil), ("1.5h", nil),
            ("-1h", nil),
            ("2H", nil), ("30", nil), ("1h30m", nil), ("", nil),
        ] as [(String, Int64?)])
    func durations(_ text: String, _ seconds: Int64?) {
        #expect(Written.duration(text)?.wholeMilliseconds == seconds.map { $0 * 1000 })
    }

    @Test(
        "how late is late is read from the file",
        arguments: [
            ("late", 30), ("{late: {at_most: 5m}}", 5), ("{late: {at_most: 90m}}", 90), ("{late: {at_most: 2h}}", 120),
            ("{late: {}}", 30), ("{late: }", 30),
        ] as [(String, Int64)])
    func late(_ words: String, _ minutes: Int64) throws {
        #expect(try schedule("if_missed: \(words)").ifMissed == .late(atMost: .minutes(minutes)))
    }

    @Test(
        "24:00 ends a window and begins no moment",
        arguments: [("20:00-24:00", 1200, 0), ("08:00-22:00", 480, 1320), ("9:05-10:00", 545, 600)])
    func windows(_ text: String, _ from: Int, _ to: Int) throws {
        let window = try #require(Written.window(text))
        #expect((window.from, window.to) == (from, to))
        #expect(Written.window("24:00-10:00") == nil && Written.window("23:60-24:00") == nil)
        let reading = Fixtures.read(Fixtures.campaign(schedule: "  start: 2026-11-20 24:00\n"))
        #expect(reading.problems.first?.hint == Catalogue.FilesHints.midnight)
        #expect(try schedule("window: 00:00-24:00").window == nil)
    }
}

@Suite("Who is in by `where`")
struct WhereTests {
    private func kept(_ table: String, _ condition: String, format: AudienceFormat = .csv) throws -> [String] {
        let reading = Fixtures.read(Fixtures.campaign(audience: "  files: [a.csv]\n  where: {\(condition)}\n"))
        var filter = RowFilter(try #require(reading.campaign, "\(reading.text(in: .en))").audience.conditions)
        var ids: [String] = []
        let bytes = Array(table.utf8)
        var position = 0
        _ = try AudienceReader(format: format).read(
            pull: { buffer in
                let count = min(11, buffer.count, bytes.count - position)
                buffer.copyBytes(from: bytes[position..<(position + count)])
                position += count
                return count
            }, each: { row in if filter.keeps(row) { ids.append(row.openIDText) } })
        return ids
    }

    @Test(
        "at the boundary a comparison is on the side it says",
        arguments: [
            ("> 2", ["c", "d"]), (">= 2", ["b", "c", "d"]), ("< 2", ["a", "f"]), ("<= 2", ["a", "b", "f"]),
            ("2", ["b"]),
            ("= 2", ["b"]), ("!= 2", ["a", "c", "d", "e", "f", "g"]), ("> 2.0", ["c", "d"]),
            ("> -1", ["a", "b", "c", "d"]),
        ])
    func numbers(_ test: String, _ expected: [String]) throws {
        let table = "open_id,n\na,1\nb,2\nc,2.01\nd,10\ne,many\nf,-5\ng,\n"
        #expect(try kept(table, "n: \"\(test)\"") == expected)
    }

    @Test(
        "a date is its whole day",
        arguments: [
            ("> 2026-10-01", ["c"]), (">= 2026-10-01", ["b", "c", "d"]), ("< 2026-10-01", ["a"]),
            ("<= 2026-10-01", ["a", "b", "d"]),
            ("> 2026-10-01 12:00", ["c", "d"]),
        ])
    func dates(_ test: String, _ expected: [String]) throws {
        let table =
            "open_id,seen\na,2026-09-30 23:59:59\nb,2026-10-01\nc,2026-10-02\nd,2026-10-01T23:59:59+08:00\ne,soon\n"
        #expect(try kept(table, "seen: \"\(test)\"") == expected)
    }

    @Test("a column that only later lines have is looked at there")
    func lateColumn() throws {
        let lines = """
            {"open_id": "a"}
            {"open_id": "b", "city": "杭州"}
            {"city": "上海", "open_id": "c", "orders": 3}
            {"open_id": "d", "orders": 1}
            {"orders": 5, "open_id": "e", "city": "杭州"}

            """
        #expect(try kept(lines, "city: 杭州", format: .jsonLines) == ["b", "e"])
        #expect(try kept(lines, "orders: \">= 3\"", format: .jsonLines) == ["c", "e"])
        #expect(try kept(lines, "city: [杭州, 上海], orders: \"> 2\"", format: .jsonLines) == ["c", "e"])
        #expect(try kept(lines, "city: \"!= 杭州\"", format: .jsonLines) == ["a", "c", "d"])
    }

    @Test("a window line end and a required column that comes last are no part of a value")
    func lineEnds() throws {
        #expect(try kept("open_id,n,city\r\na,1,杭州\r\nb,2,上海\r\n", "city: 杭州") == ["a"])
        #expect(try kept("open_id,n,city\r\na,1,杭州\r\nb,2,上海", "city: 上海") == ["b"])
    }
}

@Suite("Names in a file")
struct NameTests {
    @Test("an author whom nobody knows is refused with the nearest name, and so is a variant named twice")
    func names() {
        let author = Fixtures.read(Fixtures.campaign().replacing("author: marketing", with: "author: marketng"))
        #expect(Fixtures.codes(author) == ["unknown_author"])
        #expect(author.problems[0].hint == Catalogue.FilesHints.didYouMean("marketing"))
        let twice = ["a", "a"].map {
            "  - name: \($0)\n    weight: 50\n    messages: [{applet_coupon: {activity: 1, coupon: 2}}]\n"
        }
        let variants = Fixtures.read(Fixtures.campaign(variants: twice.joined()))
        #expect(Fixtures.codes(variants) == ["duplicate_name"] && variants.campaign == nil)
    }

    @Test(
        "a blocked word in a card's parameter refuses the file, escaped or not",
        arguments: ["赌博", "賭 博", "%E8%B5%8C%E5%8D%9A"])
    func query(_ value: String) {
        let reading = Fixtures.read(
            Fixtures.campaign(
                variants:
                    "  - name: a\n    messages:\n      - applet_card: {template: t, path: p, query: {q: \"\(value)\"}}\n"
            ))
        #expect(Fixtures.codes(reading) == ["sensitive_word"] && reading.campaign == nil)
    }
}
