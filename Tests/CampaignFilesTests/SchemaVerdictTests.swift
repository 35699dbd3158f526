import CampaignModel
import Foundation
import Testing

@testable import CampaignFiles

/// An editor that complains of a good file is switched off; one that is silent at a bad one lets somebody wait for the
/// report. Hundreds of files, each with one thing changed: the schema says what the reader says.
@Suite("The schema's verdict is the reader's")
struct SchemaVerdictTests {
    static let files = [
        #"""
        {"campaign": "warmup", "author": "marketing", "account": "flagship", "channel": "private-message", "title": "双11",
         "priority": 5, "audience": {"source": "files", "files": ["vip.csv", "b.jsonl"], "exclude": ["c.csv"],
           "where": {"city": ["杭州", "上海"], "orders": ">= 2"}, "max": 2000, "order": "listed", "strict": true},
         "schedule": {"zone": "Asia/Shanghai", "start": "2026-11-20 10:00", "window": "09:00-21:30", "send_time": "spread",
           "repeat": "weekly", "on": ["fri", "周一"], "every": 1, "until": "2027-12-31", "except": ["2026-12-25"],
           "if_missed": {"late": {"at_most": "30m"}}, "overlap": "skip", "valid_until": "+3d"},
         "holdout": "5%", "fields": {"nickname": {"default": "朋友"}, "city": {}},
         "variants": [
           {"name": "a", "weight": 50, "messages": [{"text": "{{nickname}},{{ city }}好"},
             {"applet_card": {"template": "card-001", "path": "pages/a", "query": {"from": "a", "city": "{{city}}"}}}]},
           {"name": "b", "weight": "50%", "messages": [{"image": "p.png"}, {"applet_coupon": {"activity": "7301", "coupon": "9920"}}],
            "fallback": "a"}],
         "experiment": {"method": "test", "share": "20%", "metric": "replied", "wait": "2h", "decide_by": "2026-11-20 18:00",
           "on_inconclusive": "control", "guardrails": {"opted_out": "1%", "reported": "0.1%"},
           "namespace": {"name": "winter", "from": "0%", "to": "100%"}}}
        """#,
        #"""
        {"campaign": "coupon", "author": "marketing", "account": "flagship", "title": "x",
         "audience": {"source": "authorized", "where": {"authorized_since": ">= 2026-01-01"}},
         "schedule": {"start": "2026-11-20T20:00+08:00", "repeat": "monthly", "day": [15, "last"], "if_missed": "late",
           "valid_until": "end-of-day"},
         "variants": [{"name": "a", "messages": [{"authorization_card": {"account": "flagship"}}]}]}
        """#,
        #"""
        {"campaign": "groups", "author": "marketing", "account": "flagship", "channel": "group-message", "title": "x",
         "audience": {"files": ["g.csv"]}, "schedule": {"start": "2026-11-20 20:00", "rrule": "FREQ=MONTHLY;BYDAY=2TU;COUNT=3",
           "except": ["2026-12-25"], "valid_until": "+3d"},
         "variants": [{"name": "a", "weight": 100, "messages": [{"text": "hi"}]}]}
        """#,
        #"""
        {"campaign": "monthly", "author": "marketing", "account": "flagship", "title": "x", "audience": {"files": ["g.csv"]},
         "schedule": {"start": "2026-11-20 20:00", "repeat": "monthly", "weekday": "second tue"},
         "variants": [{"name": "a", "messages": [{"applet_coupon": {"activity": "1", "coupon": "2"}}]}]}
        """#,
        #"""
        {"campaign": "offers", "author": "marketing", "account": "flagship", "title": "x", "until": "2027-12-31",
         "trigger": {"on": "replied", "keywords": ["优惠", "券"], "where": {"first_time": true}, "right": "reply", "after": "30m",
           "unless": ["ordered", "answered"], "again": "after 7d", "fresh": "10m"},
         "fields": {"nickname": {"default": "朋友"}}, "variants": [{"name": "a", "messages": [{"text": "{{nickname}}好"}]}]}
        """#,
    ]

    static let anything = [
        "null", "true", "5", "-1", "1.5", "\"\"", "\" \"", "\"x\"", "[]", "{}", "[\"x\"]", "{\"x\": 1}", "[null]",
    ]

    /// What people write at a key, right and wrong.
    static let written: [String: [String]] = [
        "campaign": ["a-1", "Warm Up", "warm_up", "活动"],
        "title": ["a\nb", "a\u{7}b", String(repeating: "长", count: 201)],
        "channel": ["group-message", "sms", "Private-Message"], "source": ["authorized", "file"],
        "files": [], "order": ["shuffled", "random"],
        "zone": ["Asia/Kolkata", "Europe/Paris", "UTC", "CST", "GMT+8", "Asia/Beijing", "+08:00"],
        "start": [
            "2026-11-20", "2026-11-20 24:00", "2026-13-01 10:00", "2026-02-30 10:00", "2026-11-31 10:00",
            "2026-11-20 10:00:30",
            "2026-11-20T10:00:00.5+08:00", "2026-11-20 10:00Z", "20 Nov 2026 10:00", "2026/11/20 10:00",
            "2026-11-20 10：00", "2026-11-20 9:00",
            "2026-11-20 10:60", "tomorrow", "2028-02-29 10:00", "2027-02-29 10:00",
        ],
        "decide_by": ["2026-11-20", "2026-11-20 19:30", "soon"],
        "until": ["2027-01-01", "2027-01-01 10:00", "never", "2027-02-29"],
        "window": [
            "8:00-20:00", "09:00 - 21:00", "00:00-24:00", "24:00-10:00", "09:00-09:00", "9-21", "09:00–21:00",
            "09:60-10:00", "9:00-09:00",
        ],
        "send_time": ["soon", "best", "asap"], "repeat": ["daily", "yearly", "once", "hourly", "Weekly"],
        "on": ["mon", "MONDAY", "周日", "星期天", "first mon", "someday"],
        "weekday": ["last fri", "fri", "sixth tue", "FIFTH SUN", "first first mon"],
        "day": ["15", "last", "0", "32", "first"], "overlap": ["supersede", "queue", "stop"],
        "if_missed": ["skip", "next-window", "later"],
        "at_most": [
            "30s", "2h", "1d", "0m", "30", "366d", "367d", "8784h", "8785h", "1w", "999999s", "1000000s", "527040m",
            "527041m",
        ],
        "wait": ["1h", "90m", "-1h", "1.5h"],
        "valid_until": [
            "end-of-day", "+1d", "+0d", "+367d", "+d", "3d", "2026-11-25", "2026-11-25 10:00", "2026-02-30", "x",
        ],
        "after": ["0s", "0m", "1d at 20:00", "1d at 23:00", "2h", "soon"],
        "again": ["never", "every", "after 7d", "after", "7d"], "right": ["enter", "proactive", "any"],
        "fresh": ["30s", "0s", "soon"], "keywords": [],
        "rrule": [
            "FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=HOURLY", "BYDAY=MO", "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=DAILY;BYDAY=2TU",
            "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=YEARLY;BYMONTH=2,11;BYDAY=2TU", "FREQ=DAILY;UNTIL=20271231T120000Z",
            "FREQ=DAILY;COUNT=3;UNTIL=20271231",
            "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=366", "FREQ=DAILY;INTERVAL=367", "FREQ=DAILY;FREQ=DAILY",
            "FREQ=MONTHLY;BYSETPOS=1",
            "FREQ=DAILY;", "FREQ=WEEKLY;WKST=MO", "FREQ=WEEKLY;WKST=SU", "INTERVAL=2;FREQ=DAILY",
            "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;COUNT=10000", "FREQ=DAILY;COUNT=10001",
        ],
        "holdout": ["0%", "2.5%", "99.99%", "100%", "5", "5 %", "5.125%", "５%", "-5%"],
        "share": ["100%", "0%", "0.00%", "50%"], "from": ["50%", "100%"],
        "to": ["50%", "0%", "100.00%", "100.01%", "101%"],
        "opted_out": ["0.01%", "1"], "reported": ["0%", "x%"],
        "weight": ["50", "100", "50.00", "0", "50.555", "101%", "fifty"],
        "name": ["b-2", "B", "a b"], "fallback": ["A"],
        "text": [
            "a\nb", "{{", "{{x}", "{{nickname}}}", "{{#a}}x{{/a}}", "{{a.b}}", "a\u{7}", "{nick", "好", "}}",
            "{{ nickname }}!", String(repeating: "长", count: 1001),
        ],
        "image": ["p.JPG", "a.webp", "p.gif", "p", "../p.png", ".p.png", "图.png"],
        "template": ["card 1", "“card”", "card：1", "a\tb"], "path": ["pages/中文", "pages/a?x=1", "pages／a"],
        "activity": ["７３０１", "a-1"], "coupon": ["9920", "９９", "12345678901234567890", "09", "a1"], "query": [],
        "metric": ["ordered", "clicked"], "method": ["bandit", "ab"], "on_inconclusive": ["hold", "leader", "stop"],
        "default": ["", "a\nb", "x"], "priority": [], "max": [], "every": [], "strict": [],
    ]

    /// At lists' elements and at keys of the writer's own.
    static let elements: [String: [String]] = [
        "files": ["a.CSV", "a.xls", "../a.csv", "-a.csv", "a/b.csv", "vip.csv", "名单.txt", "a..csv"],
        "exclude": ["x.tsv", "x"],
        "on": ["sun", "first sun", "周八"], "day": ["31", "last", "40"],
        "except": ["2027-01-01", "2027-02-30", "friday", "2027-1-1"],
        "city": ["x"],
        "orders": [
            "> 2", "<= 2026-10-01", "> many", "!= x", "= ", "==", "＞= 2", "≥2", "!x", ">", ">= 2026-02-30", "< -1.5",
            "> 1.",
        ],
        "authorized_since": ["< 2026-01-01 10:00"],
    ]

    /// What no schema can say: it knows no other file, no sum, no calendar, and no name beside its own.
    static let beyond: Set<String> = [
        "one_end_for_all",
        "bad_fallback", "unknown_field", "duplicate_name", "never_allowed", "end_before_start", "no_occurrence",
        "schedule_over",
        "time_does_not_exist", "decide_by_too_early", "empty_namespace", "unknown_account", "authorization_card_owner",
    ]

    /// Weights that do not add up are the same.
    private func isBeyond(_ problem: Problem) -> Bool {
        Self.beyond.contains(problem.code) || problem.code == "bad_weight" && problem.message.en.contains("add up")
    }

    private static func mutants(of value: Plain, at key: String) throws -> [Plain] {
        var all = try anything.map { try Plain(json: $0) }
        all += (written[key] ?? []).map(Plain.text)
        switch value {
        case .map(let values):
            for (name, inner) in values.sorted(by: { $0.key < $1.key }) {
                var without = values
                without[name] = nil
                all.append(.map(without))
                var renamed = without
                renamed[name + "x"] = inner
                all.append(.map(renamed))
                for mutant in try mutants(of: inner, at: name) {
                    all.append(.map(values.merging([name: mutant]) { $1 }))
                }
            }
        case .list(let values):
            for index in values.indices {
                for mutant in try mutants(of: values[index], at: "") + (elements[key] ?? []).map(Plain.text) {
                    var changed = values
                    changed[index] = mutant
                    all.append(.list(changed))
                }
            }
            all.append(.list(values + values))
        case .text: all += (elements[key] ?? []).map(Plain.text)
        case .null, .bool, .number: break
        }
        return all
    }

    @Test("over every file with one thing changed", arguments: files.indices)
    func verdicts(_ index: Int) throws {
        let schema = try SmallSchema(json: try CampaignSchema.json())
        let file = try Plain(json: Self.files[index])
        var context = Fixtures.context
        context.isWorldKnown = false
        func problems(_ value: Plain) -> [Problem] {
            Fixtures.read(value.json, context: context).problems.filter { $0.severity == .error }
        }
        #expect(problems(file).isEmpty && schema.accepts(file))
        var compared = 0
        var (alarms, silences) = ([String](), [String]())
        for mutant in Set(try Self.mutants(of: file, at: "")) {
            let problems = problems(mutant)
            if !problems.isEmpty, problems.allSatisfy(isBeyond) { continue }
            compared += 1
            let isAccepted = schema.accepts(mutant)
            if problems.isEmpty, !isAccepted { alarms.append(mutant.json) }
            if !problems.isEmpty, isAccepted { silences.append("\(problems.map(\.code)) \(mutant.json)") }
        }
        #expect(compared > 150)
        #expect(
            alarms.isEmpty, "\(alarms.count) false alarms of \(compared): \(alarms.prefix(12).joined(separator: "\n"))")
        #expect(
            silences.isEmpty,
            "\(silences.count) silences of \(compared): \(silences.prefix(12).joined(separator: "\n"))")
    }

    @Test("every example and every default is taken by the very rule that it stands at")
    func examples() throws {
        let schema = try SmallSchema(json: try CampaignSchema.json())
        var count = 0
        func walk(_ rule: Plain) throws {
            switch rule {
            case .list(let rules): for rule in rules { try walk(rule) }
            case .map(let words):
                var shown: [Plain] = []
                if case .list(let examples)? = words["examples"] { shown += examples }
                if let fallback = words["default"], words["type"] != nil || words["enum"] != nil {
                    shown.append(fallback)
                }
                let own = try SmallSchema(json: rule.json)
                for value in shown {
                    count += 1
                    #expect(own.accepts(value), "\(value.json)")
                }
                for (word, inner) in words where word != "examples" && word != "default" { try walk(inner) }
            case .null, .bool, .number, .text: break
            }
        }
        try walk(schema.root)
        #expect(count > 40)
    }
}
