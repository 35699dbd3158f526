import CampaignFiles
import CampaignModel
import Testing

/// From the key to the value, for every key of the file: a wire that is cut shows as another campaign.
@Suite("Every key of a campaign file arrives where it is used")
struct WholeFileTests {
    private static func moment(_ text: String) -> Moment { Moment(iso8601: text, defaultZone: .shanghai)! }

    private static let whole = """
        campaign: spring-9
        author: marketing
        account: flagship
        channel: private-message
        title: 春季
        priority: 9
        audience:
          source: files
          files: [one.csv, two.jsonl]
          exclude: [staff.xlsx, vip.tsv]
          where: {city: [杭州, 上海], orders: "> 2", seen: ">= 2026-10-01"}
          max: 77
          order: listed
          strict: true
        schedule:
          zone: Asia/Urumqi
          start: 2026-11-20 10:00
          window: 09:30-18:45
          send_time: spread
          repeat: weekly
          on: [fri, 周日]
          every: 2
          until: 2026-12-31
          except: [2026-12-06, 2026-12-04]
          if_missed: {late: {at_most: 45m}}
          overlap: queue
          valid_until: +2d
        holdout: 12.5%
        fields: {nick: {default: 朋友}, city: {}}
        variants:
          - name: a
            weight: 33.34
            fallback: b
            messages:
              - text: "{{nick}}，{{city}}"
              - image: p.webp
              - authorization_card: {account: helpdesk}
          - name: b
            weight: 66.66
            messages:
              - applet_card: {template: t1, path: pages/a, query: {z: "{{city}}", a: x}}
              - applet_coupon: {activity: 7301, coupon: 9920}
        experiment:
          method: test
          share: 30.25%
          metric: ordered
          wait: 90m
          decide_by: 2026-11-20 17:00
          on_inconclusive: leader
          guardrails: {opted_out: 1.5%, reported: 0.25%}
          namespace: {name: winter, from: 10%, to: 99.5%}

        """

    @Test("each of them at once")
    func everyKey() throws {
        let reading = Fixtures.read(Self.whole)
        let zone = try #require(Zone(identifier: "Asia/Urumqi"))
        let expected = Campaign(
            id: "spring-9", author: "marketing", account: "flagship", channel: .privateMessage, title: "春季",
            priority: 9,
            audience: AudienceRequest(
                source: .files, files: ["one.csv", "two.jsonl"], exclude: ["staff.xlsx", "vip.tsv"],
                conditions: [
                    Condition(column: "city", test: .oneOf(["杭州", "上海"])),
                    Condition(column: "orders", test: .greater(2)),
                    Condition(column: "seen", test: .after(Self.moment("2026-10-01T00:00:00+08:00"))),
                ], max: 77, order: .listed, strict: true),
            schedule: Schedule(
                zone: zone, start: Self.moment("2026-11-20T12:00:00+08:00"),
                window: DayWindow(fromMinute: 570, toMinute: 1125), sendTime: .spread,
                recurrence: Recurrence(
                    frequency: .weekly, interval: 2, weekdays: [.init(day: 5), .init(day: 7)],
                    until: Self.moment("2027-01-01T02:00:00+08:00") - .milliseconds(1),
                    except: ["2026-12-04", "2026-12-06"]),
                ifMissed: .late(atMost: .minutes(45)), overlap: .queue, validity: .days(2)),
            holdout: Share(tenThousandths: 1250),
            fields: [Field(name: "nick", defaultValue: "朋友"), Field(name: "city")],
            variants: [
                Variant(
                    name: "a", weight: Share(tenThousandths: 3334),
                    messages: [
                        .text("{{nick}}，{{city}}"), .image(file: "p.webp", digest: nil),
                        .authorizationCard(account: "helpdesk"),
                    ], fallback: "b"),
                Variant(
                    name: "b", weight: Share(tenThousandths: 6666),
                    messages: [
                        .appletCard(
                            template: "t1", path: "pages/a",
                            query: [QueryItem(name: "a", value: "x"), QueryItem(name: "z", value: "{{city}}")]),
                        .appletCoupon(activity: "7301", coupon: "9920"),
                    ]),
            ],
            experiment: ExperimentRequest(
                share: Share(tenThousandths: 3025), metric: .ordered, wait: .minutes(90),
                decideBy: Self.moment("2026-11-20T19:00:00+08:00"), onInconclusive: .leader,
                optedOutMax: Share(tenThousandths: 150), reportedMax: Share(tenThousandths: 25),
                namespace: NamespaceSlice(
                    name: "winter", start: Share(tenThousandths: 1000), end: Share(tenThousandths: 9950))))
        #expect(reading.campaign == expected, "\(reading.text(in: .en))")
        #expect(reading.campaign?.fileNames == ["one.csv", "p.webp", "staff.xlsx", "two.jsonl", "vip.tsv"])
        #expect(reading.campaign?.imageNames == ["p.webp"] && reading.campaign?.cardAccounts == ["helpdesk"])
    }

    @Test("each word of each choice is its own value")
    func choices() {
        func campaign(_ head: String = "", _ audience: String = "  files: [a.csv]\n", _ schedule: String = "")
            -> Campaign?
        {
            Fixtures.read(
                Fixtures.campaign(
                    head: head, audience: audience, schedule: "  start: 2026-11-20 20:00\n" + schedule)
            ).campaign
        }
        #expect(campaign("", "  source: authorized\n")?.audience.source == .authorized)
        #expect(campaign("", "  files: [a.csv]\n  order: shuffled\n")?.audience.order == .shuffled)
        #expect(campaign("", "  files: [a.csv]\n  order: listed\n")?.audience.order == .listed)
        #expect(campaign("", "  files: [a.csv]\n  strict: TRUE\n")?.audience.strict == true)
        #expect(campaign("", "  files: [a.csv]\n  strict: false\n")?.audience.strict == false)
        for (word, value) in [("soon", Schedule.SendTime.soon), ("spread", .spread), ("best", .best)] {
            #expect(campaign("", "  files: [a.csv]\n", "  send_time: \(word)\n")?.schedule.sendTime == value)
        }
        for (word, value) in [("skip", Schedule.Overlap.skip), ("supersede", .supersede), ("queue", .queue)] {
            #expect(campaign("", "  files: [a.csv]\n", "  overlap: \(word)\n")?.schedule.overlap == value)
        }
        for (word, value) in [("skip", Schedule.MissedStart.skip), ("next-window", .nextWindow)] {
            #expect(campaign("", "  files: [a.csv]\n", "  if_missed: \(word)\n")?.schedule.ifMissed == value)
        }
        for (word, frequency) in [
            ("daily", Recurrence.Frequency.daily), ("weekly", .weekly), ("monthly", .monthly), ("yearly", .yearly),
        ] {
            #expect(
                campaign("", "  files: [a.csv]\n", "  repeat: \(word)\n")?.schedule.recurrence?.frequency == frequency)
        }
        let once = campaign("", "  files: [a.csv]\n", "  repeat: once\n")
        #expect(once != nil && once?.schedule.recurrence == nil)
        let group = Fixtures.read(
            Fixtures.campaign(
                head: "channel: group-message\n", variants: "  - name: a\n    messages:\n      - text: hello\n"))
        #expect(group.campaign?.channel == .groupMessage)
    }

    /// What stands in the file, and the one code that refuses it; nil: it is taken.
    private static let edges: [(String, String?)] = [
        ("priority: 1", nil), ("priority: 9", nil), ("priority: 0", "out_of_range"), ("priority: 10", "out_of_range"),
        ("holdout: 0%", nil), ("holdout: 99.99%", nil), ("holdout: 100%", "bad_share"), ("channel: x", "not_a_choice"),
        ("title: \(String(repeating: "好", count: 200))", nil),
        ("title: \(String(repeating: "好", count: 201))", "text_too_long"),
        ("title: \" \"", "empty_value"), ("title: \"a\\nb\"", "bad_character"),
        ("title: \"a\\u200Eb\"", "bad_character"),
        ("campaign: \(String(repeating: "a", count: 64))", nil),
        ("campaign: \(String(repeating: "a", count: 65))", "bad_name"),
        ("campaign: a-z0-9", nil), ("campaign: A", "bad_name"), ("campaign: \"\"", "bad_name"),
        ("campaign: a_b", "bad_name"),
        ("campaign: \"{\"", "bad_name"), ("campaign: \"`\"", "bad_name"), ("campaign: a.b", "bad_name"),
        ("campaign: a:b", "bad_name"),
        ("author: nobody", "unknown_author"), ("account: nobody", "unknown_account"),
        ("fields: {a: {}, a: {}}", "duplicate_key"), ("fields: {1a: {}}", "bad_name"),
        ("fields: {a: {default: \"\"}}", nil), ("fields: {a: {default: \(String(repeating: "x", count: 1000))}}", nil),
        ("fields: {a: {default: \(String(repeating: "x", count: 1001))}}", "text_too_long"),
        ("fields: {a: {default: 赌博}}", "sensitive_word"), ("fields: [a]", "wrong_type"),
        ("fields: {\((1...50).map { "f\($0): {}" }.joined(separator: ", "))}", nil),
        ("fields: {\((1...51).map { "f\($0): {}" }.joined(separator: ", "))}", "too_many"),
    ]

    /// The file with one top-level line in place of its own.
    private func withLine(_ line: String) -> String {
        let key = line.prefix { $0 != ":" } + ":"
        let lines = Fixtures.campaign().split(separator: "\n").map(String.init)
        guard let index = lines.firstIndex(where: { $0.hasPrefix(key) }) else {
            return line + "\n" + Fixtures.campaign()
        }
        return lines.indices.map { $0 == index ? line : lines[$0] }.joined(separator: "\n") + "\n"
    }

    private func errors(_ text: String) -> [String] {
        Fixtures.read(text).problems.filter { $0.severity == .error }.map(\.code)
    }

    @Test("the last value that a key takes, and the first that it does not", arguments: edges)
    func edge(line: String, code: String?) {
        #expect(Set(errors(withLine(line))) == Set(code.map { [$0] } ?? []))
    }

    private static let audienceEdges: [(String, String?)] = [
        ("files: [a.csv]\n  max: 1", nil), ("files: [a.csv]\n  max: 10000000", nil),
        ("files: [a.csv]\n  max: 0", "out_of_range"),
        ("files: [a.csv]\n  max: 10000001", "out_of_range"), ("files: [a.csv, a.csv]", "duplicate_name"),
        ("files: []", "list_size"), ("files: [a.csv]\n  exclude: []", nil),
        ("files: [a.csv]\n  exclude: [x.pdf]", "bad_audience_type"),
        ("files: [a.csv]\n  exclude: [../x.csv]", "unsafe_file_name"), ("files: [a.csv]\n  order: x", "not_a_choice"),
        ("files: [a.csv]\n  strict: yes", "wrong_type"), ("files: [a.csv]\n  strict: \"true\"", "wrong_type"),
        ("source: authorized\n  files: [a.csv]", "files_not_used"), ("source: files", "files_missing"),
        ("source: authorized\n  where: {replied: \"> 2026-01-01\"}", nil),
        ("source: authorized\n  where: {entered_from: im_card}", nil),
        ("source: authorized\n  where: {authorized_since: \"< 2026-01-01\"}", nil),
        ("source: authorized\n  where: {last_contacted: \"< 2026-01-01\"}", nil),
        ("source: authorized\n  where: {other: x}", "unknown_condition"),
        ("files: [a.csv]\n  where: {a: []}", "bad_condition"),
        ("files: [a.csv]\n  where: {a: \"> \"}", "bad_condition"),
        ("files: [a.csv]\n  where: {a: \"> > 1\"}", "bad_condition"),
        ("files: [a.csv]\n  where: {a: ＞1}", "bad_condition"),
        ("files: [a.csv]\n  where: {\((1...50).map { "c\($0): x" }.joined(separator: ", "))}", nil),
        ("files: [a.csv]\n  where: {\((1...51).map { "c\($0): x" }.joined(separator: ", "))}", "too_many"),
        ("files: [\((1...50).map { "f\($0).csv" }.joined(separator: ", "))]", nil),
        ("files: [\((1...51).map { "f\($0).csv" }.joined(separator: ", "))]", "list_size"),
    ]

    @Test("and of the audience", arguments: audienceEdges)
    func audience(lines: String, code: String?) {
        #expect(Set(errors(Fixtures.campaign(audience: "  \(lines)\n"))) == Set(code.map { [$0] } ?? []))
    }

    private static let scheduleEdges: [(String, String?)] = [
        ("repeat: daily\n  every: 1", nil), ("repeat: daily\n  every: 366", nil),
        ("repeat: daily\n  every: 0", "out_of_range"),
        ("repeat: daily\n  every: 367", "out_of_range"), ("valid_until: +1d", nil), ("valid_until: +366d", nil),
        ("valid_until: +0d", "bad_time"), ("valid_until: +367d", "bad_time"),
        ("valid_until: 2026-11-20 20:00", "end_before_start"),
        ("valid_until: 2026-11-20 20:01", nil), ("repeat: monthly\n  day: 1", nil), ("repeat: monthly\n  day: 31", nil),
        ("repeat: monthly\n  day: 0", "bad_day"), ("repeat: monthly\n  day: -1", "bad_day"),
        ("repeat: monthly\n  day: 27\n  weekday: last fri", "not_together"), ("repeat: daily\n  on: fri", "only_with"),
        ("repeat: weekly\n  day: 1", "only_with"), ("repeat: weekly\n  weekday: last fri", "only_with"),
        ("repeat: weekly\n  on: last fri", "bad_weekday"), ("repeat: weekly\n  on: []", "empty_value"),
        ("until: 2026-12-01", "only_with"), ("except: [2026-12-01]", "only_with"), ("repeat: daily\n  except: []", nil),
        ("rrule: FREQ=DAILY\n  every: 2", "not_together"), ("rrule: FREQ=DAILY\n  until: 2027-01-01", "not_together"),
        ("rrule: FREQ=DAILY\n  on: fri", "not_together"), ("rrule: FREQ=DAILY\n  day: 1", "not_together"),
        ("rrule: FREQ=DAILY\n  weekday: last fri", "not_together"), ("window: 21:59-22:00", nil),
        ("window: 07:00-08:00", "never_allowed"),
        ("window: 07:00-08:01\n  valid_until: +1d", nil), ("window: 00:00-00:00", "empty_window"),
        ("overlap: x", "not_a_choice"),
        ("send_time: x", "not_a_choice"), ("if_missed: x", "not_a_choice"),
        ("if_missed: {late: {at_most: 0m}}", "bad_duration"),
        ("if_missed: {late: {x: 1}}", "unknown_key"), ("zone: x", "unknown_zone"),
        ("repeat: daily\n  until: 2026-11-20", nil),
        ("repeat: daily\n  until: 2026-11-20 19:59", "no_occurrence"),
    ]

    @Test("and of the schedule", arguments: scheduleEdges)
    func schedule(lines: String, code: String?) {
        let text = Fixtures.campaign(schedule: "  start: 2026-11-20 20:00\n  \(lines)\n")
        #expect(Set(errors(text)) == Set(code.map { [$0] } ?? []))
    }

    private static let card = "      - applet_coupon: {activity: 1, coupon: 2}\n"
    private static let messageEdges: [(String, String?)] = [
        ("text: \(String(repeating: "好", count: 1000))", nil),
        ("text: \(String(repeating: "好", count: 1001))", "text_too_long"),
        ("text: \"  \"", "empty_text"), ("text: \"a\\nb\"", nil), ("text: 赌博", "sensitive_word"), ("image: p.jpg", nil),
        ("image: p.jpeg", nil), ("image: p.png", nil), ("image: p.bmp", nil), ("image: p.webp", nil),
        ("image: p.svg", "bad_image_type"),
        ("image: ../p.png", "unsafe_file_name"),
        ("applet_card: {template: \(String(repeating: "t", count: 512)), path: p}", nil),
        ("applet_card: {template: \(String(repeating: "t", count: 513)), path: p}", "text_too_long"),
        ("applet_card: {template: t, path: \(String(repeating: "p", count: 513))}", "text_too_long"),
        ("applet_card: {template: t}", "missing_key"), ("applet_card: {path: p}", "missing_key"),
        ("applet_card: {template: t，t, path: p}", "full_width_punctuation"),
        ("applet_card: {template: t, path: p, query: {a: \"\"}}", nil),
        ("applet_card: {template: t, path: p, query: {a: \(String(repeating: "x", count: 1000))}}", nil),
        ("applet_card: {template: t, path: p, query: {a: \(String(repeating: "x", count: 1001))}}", "text_too_long"),
        ("applet_card: {template: t, path: p, query: {\((1...50).map { "q\($0): x" }.joined(separator: ", "))}}", nil),
        (
            "applet_card: {template: t, path: p, query: {\((1...51).map { "q\($0): x" }.joined(separator: ", "))}}",
            "too_many"
        ),
        ("applet_card: {template: t, path: 赌博}", "sensitive_word"),
        ("applet_card: {template: t, path: p, query: {a: \"{{x}}\"}}", "unknown_field"),
        ("applet_coupon: {activity: 1}", "missing_key"), ("applet_coupon: {coupon: 1}", "missing_key"),
        ("authorization_card: {account: nobody}", "unknown_account"), ("authorization_card: {}", "missing_key"),
        ("{text: a, image: p.png}", "message_kind"),
    ]

    @Test("and of a message", arguments: messageEdges)
    func message(lines: String, code: String?) {
        let variants = "  - name: a\n    messages:\n      - \(lines)\n" + Self.card
        #expect(Set(errors(Fixtures.campaign(variants: variants))) == Set(code.map { [$0] } ?? []))
    }

    @Test(
        "what a group takes",
        arguments: [
            ("text: x", nil), ("image: p.png", nil), ("applet_card: {template: t, path: p}", nil),
            ("applet_coupon: {activity: 1, coupon: 2}", "content_not_allowed"),
            ("authorization_card: {account: helpdesk}", "content_not_allowed"),
        ] as [(String, String?)])
    func group(message: String, code: String?) {
        let variants = "  - name: a\n    messages:\n      - \(message)\n"
        let text = Fixtures.campaign(head: "channel: group-message\n", variants: variants)
        #expect(Fixtures.codes(Fixtures.read(text)) == (code.map { [$0] } ?? []))
    }

    @Test("each kind of card makes a contact that may be sent; texts and images alone do not")
    func cards() {
        for (message, isSent) in [
            ("applet_card: {template: t, path: p}", true), ("applet_coupon: {activity: 1, coupon: 2}", true),
            ("authorization_card: {account: helpdesk}", true), ("text: x", false), ("image: p.png", false),
        ] {
            let text = Fixtures.campaign(variants: "  - name: a\n    messages:\n      - \(message)\n")
            #expect(errors(text) == (isSent ? [] : ["content_not_allowed"]))
        }
        let many = (1...21).map {
            "  - name: v\($0)\n    weight: \($0 == 1 ? 5 : $0 == 21 ? 0.01 : 5)\n    messages:\n" + Self.card
        }
        #expect(errors(Fixtures.campaign(variants: many.prefix(20).joined())).isEmpty)
        #expect(errors(Fixtures.campaign(variants: many.joined())).contains("list_size"))
        #expect(
            errors(Fixtures.campaign(variants: "  - name: a\n    weight: 99.99\n    messages:\n" + Self.card)) == [
                "bad_weight"
            ])
        let noWeight = many.prefix(2).joined().replacing("    weight: 5.0\n", with: "", maxReplacements: 1)
        #expect(errors(Fixtures.campaign(variants: noWeight)) == ["missing_key"])
    }

    // MARK: - The experiment

    private func experiment(_ keys: String, arms: Int = 2, schedule: String = "  start: 2026-11-20 09:00\n")
        -> CampaignReading
    {
        let variants = (0..<arms).map { "  - name: v\($0)\n    weight: \(100 / arms)\n    messages:\n" + Self.card }
        return Fixtures.read(
            Fixtures.campaign(schedule: schedule, variants: variants.joined(), tail: "experiment: {\(keys)}\n"))
    }

    @Test(
        "an experiment's defaults: a fifth of the people, and a wait that fits what is waited for",
        arguments: [("opened", 60), ("replied", 120), ("consulted", 120), ("ordered", 720)] as [(String, Int64)])
    func waits(metric: String, minutes: Int64) throws {
        let reading = experiment("metric: \(metric), decide_by: 2026-11-20 21:30, on_inconclusive: control")
        let request = try #require(reading.campaign?.experiment, "\(reading.text(in: .en))")
        #expect(request.metric.rawValue == metric && request.wait == .minutes(minutes))
        #expect(request.share == Share(tenThousandths: 2000) && request.method != .bandit && request.namespace == nil)
        #expect(request.onInconclusive == .control && request.optedOutMax == nil && request.reportedMax == nil)
    }

    private static let experimentEdges: [(String, Int, String?)] = [
        ("decide_by: 2026-11-20 10:00", 2, nil), ("decide_by: 2026-11-20 09:59:59.999", 2, "decide_by_too_early"),
        ("decide_by: 2026-11-20", 2, "time_missing"), ("decide_by: 2026-11-20 10:00, share: 0%", 2, "bad_share"),
        ("decide_by: 2026-11-20 10:00, share: 0.01%", 2, nil),
        ("decide_by: 2026-11-20 10:00, share: 100%", 2, "bad_share"),
        ("decide_by: 2026-11-20 10:00", 1, "experiment_needs_variants"),
        ("decide_by: 2026-11-20 10:00, method: bandit", 4, "bandit_needs_variants"),
        ("decide_by: 2026-11-20 10:00, method: bandit", 5, nil),
        ("decide_by: 2026-11-20 10:00, method: x", 2, "not_a_choice"),
        ("decide_by: 2026-11-20 10:00, namespace: {name: w}", 2, nil),
        ("decide_by: 2026-11-20 10:00, namespace: {name: w, to: 100%}", 2, nil),
        ("decide_by: 2026-11-20 10:00, namespace: {name: w, from: 5%, to: 5%}", 2, "empty_namespace"),
        ("decide_by: 2026-11-20 10:00, namespace: {from: 5%}", 2, "missing_key"),
        ("decide_by: 2026-11-20 10:00, namespace: {name: w, to: 101%}", 2, "bad_share"),
        ("decide_by: 2026-11-20 10:00, guardrails: {opted_out: 100%}", 2, "bad_share"),
        ("decide_by: 2026-11-20 10:00, guardrails: {reported: x}", 2, "bad_share"),
    ]

    @Test("the edges of an experiment", arguments: experimentEdges)
    func experimentEdge(keys: String, arms: Int, code: String?) {
        let reading = experiment("metric: opened, on_inconclusive: hold, \(keys)", arms: arms)
        let codes = reading.problems.filter { $0.severity == .error }.map(\.code)
        #expect(codes == (code.map { [$0] } ?? []), "\(reading.text(in: .en))")
        #expect((reading.campaign?.experiment?.method == .bandit) == (code == nil && keys.contains("bandit")))
    }

    @Test("an experiment that ends after its run, over a night, or that repeats is warned of")
    func experimentWarnings() {
        func codes(_ keys: String, _ schedule: String = "  start: 2026-11-20 09:00\n") -> [String] {
            Fixtures.codes(experiment("metric: opened, on_inconclusive: hold, \(keys)", schedule: schedule))
        }
        #expect(codes("decide_by: 2026-11-20 23:59:59.999") == [])
        #expect(codes("decide_by: 2026-11-21 00:00") == ["decide_by_too_late"])
        #expect(codes("wait: 13h, decide_by: 2026-11-20 22:00") == [])
        #expect(codes("wait: 781m, decide_by: 2026-11-20 22:01") == ["wait_crosses_night"])
        #expect(
            codes("decide_by: 2026-11-20 20:00", "  start: 2026-11-20 09:00\n  repeat: daily\n") == [
                "experiment_repeats"
            ])
    }
}
