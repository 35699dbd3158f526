import CampaignFiles
import CampaignModel
import Testing
import Words

@Suite("A campaign file becomes a campaign, or every reason why not")
struct CampaignReaderTests {
    @Test("The smallest campaign gets every default")
    func defaults() throws {
        let reading = Fixtures.read(Fixtures.campaign())
        #expect(reading.problems.isEmpty)
        let campaign = try #require(reading.campaign)
        #expect(campaign.channel == .privateMessage && campaign.priority == 5 && campaign.holdout == .zero)
        #expect(campaign.audience == AudienceRequest(source: .files, files: ["vip.csv"]))
        #expect(campaign.schedule == Schedule(start: Moment(iso8601: "2026-11-20T20:00:00+08:00")!))
        #expect(campaign.variants.map(\.weight) == [.whole])
        #expect(campaign.variants[0].messages == [.appletCoupon(activity: "7301", coupon: "9920")])
    }

    /// `part`: what is replaced in the smallest campaign; the expected place is that of the first problem.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let text: String
        let code: String
        let line: Int
        let column: Int
        var testDescription: String { code + " " + text.suffix(60) }
    }

    static let card = "      - applet_coupon: {activity: 1, coupon: 2}\n"

    @Test(
        "Each mistake is refused with its code at its place",
        arguments: [
            Refusal(text: Fixtures.campaign(head: "prority: 3\n"), code: "unknown_key", line: 5, column: 1),
            Refusal(text: Fixtures.campaign(head: "title: again\n"), code: "duplicate_key", line: 5, column: 1),
            Refusal(text: Fixtures.campaign(head: "priority: 010\n"), code: "wrong_type", line: 5, column: 11),
            Refusal(text: Fixtures.campaign(head: "priority: 1e0\n"), code: "wrong_type", line: 5, column: 11),
            Refusal(text: Fixtures.campaign(head: "priority: \"5\"\n"), code: "wrong_type", line: 5, column: 11),
            Refusal(text: Fixtures.campaign(head: "priority: 12\n"), code: "out_of_range", line: 5, column: 11),
            Refusal(text: Fixtures.campaign(head: "priority:\n"), code: "missing_value", line: 5, column: 1),
            Refusal(text: Fixtures.campaign(head: "holdout: 0.05\n"), code: "bad_share", line: 5, column: 10),
            Refusal(text: Fixtures.campaign(head: "holdout: 5.005%\n"), code: "bad_share", line: 5, column: 10),
            Refusal(text: Fixtures.campaign(head: "holdout: 100%\n"), code: "bad_share", line: 5, column: 10),
            Refusal(text: Fixtures.campaign(head: "channel: sms\n"), code: "not_a_choice", line: 5, column: 10),
            Refusal(
                text: Fixtures.campaign(head: "channel: group-message\n"), code: "content_not_allowed", line: 12,
                column: 5),
            Refusal(
                text: Fixtures.campaign(
                    head: "channel: group-message\n",
                    variants:
                        "  - name: a\n    messages:\n      - text: hello\n      - text: again\n"),
                code: "messages_per_contact", line: 12, column: 5),
            Refusal(
                text: Fixtures.campaign(
                    head: "channel: group-message\n", audience: "  source: authorized\n",
                    variants: "  - name: a\n    messages:\n      - text: hello\n"),
                code: "group_needs_files", line: 6, column: 1),
            Refusal(text: Fixtures.campaign(account: "flagshp"), code: "unknown_account", line: 3, column: 10),
            Refusal(text: Fixtures.campaign(audience: "  source: files\n"), code: "files_missing", line: 6, column: 3),
            Refusal(
                text: Fixtures.campaign(audience: "  files: [../etc/passwd]\n"), code: "unsafe_file_name", line: 6,
                column: 11),
            Refusal(
                text: Fixtures.campaign(audience: "  files: [a.xls]\n"), code: "bad_audience_type", line: 6, column: 11
            ),
            Refusal(text: Fixtures.campaign(audience: "  files: vip.csv\n"), code: "wrong_type", line: 6, column: 10),
            Refusal(
                text: Fixtures.campaign(audience: "  files: [a.csv]\n  where: {orders: \">= many\"}\n"),
                code: "bad_condition",
                line: 7, column: 19),
            Refusal(
                text: Fixtures.campaign(audience: "  source: authorized\n  where: {city: x}\n"),
                code: "unknown_condition",
                line: 7, column: 11),
            Refusal(text: Fixtures.campaign(variants: "  []\n"), code: "list_size", line: 9, column: 1),
            Refusal(
                text: Fixtures.campaign(variants: "  - name: a\n    messages:\n      - text: hi\n"),
                code: "content_not_allowed",
                line: 11, column: 5),
            Refusal(
                text: Fixtures.campaign(variants: "  - name: a\n    messages:\n" + card + card + card + card),
                code: "messages_per_contact", line: 11, column: 5),
            Refusal(
                text: Fixtures.campaign(variants: "  - name: a\n    messages:\n      - {}\n" + card),
                code: "message_kind",
                line: 12, column: 9),
            Refusal(
                text: Fixtures.campaign(variants: "  - name: a\n    messages:\n      - text: \"{{nick}}\"\n" + card),
                code: "unknown_field", line: 12, column: 15),
            Refusal(
                text: Fixtures.campaign(variants: "  - name: a\n    messages:\n      - image: a.gif\n" + card),
                code: "bad_image_type", line: 12, column: 16),
            Refusal(
                text: Fixtures.campaign(
                    account: "helpdesk",
                    variants: "  - name: a\n    messages:\n      - authorization_card: {account: flagship}\n"),
                code: "authorization_card_owner", line: 12, column: 39),
        ])
    func refused(_ refusal: Refusal) throws {
        let reading = Fixtures.read(refusal.text)
        #expect(reading.campaign == nil)
        let problem = try #require(reading.problems.first { $0.code == refusal.code }, "\(reading.text(in: .en))")
        #expect(problem.severity == .error)
        #expect(Place(line: problem.line, column: problem.column) == Place(line: refusal.line, column: refusal.column))
    }

    @Test("A staff account may ask for its own authorisation, and a brand account for a staff account's")
    func authorizationCards() {
        for (account, asked) in [("helpdesk", "helpdesk"), ("flagship", "helpdesk")] {
            let text = Fixtures.campaign(
                account: account,
                variants: "  - name: a\n    messages:\n      - authorization_card: {account: \(asked)}\n")
            #expect(Fixtures.read(text).problems.isEmpty)
        }
    }

    @Test("All problems are reported at once, in the order of the file")
    func allAtOnce() {
        let text = Fixtures.campaign(
            head: "prority: 3\ntitle: b\ntitle: c\nholdout: 5\n", audience: "  files: [a.csv]\n  files: [b.csv]\n",
            schedule: "  start: 2026-11-20\n", tail: "color: red\n")
        #expect(
            Fixtures.codes(Fixtures.read(text)) == [
                "unknown_key", "duplicate_key", "duplicate_key", "bad_share", "duplicate_key", "time_missing",
                "unknown_key",
            ])
    }

    @Test("A misspelt key gets a suggestion")
    func suggestion() throws {
        let problem = try #require(Fixtures.read(Fixtures.campaign(head: "prority: 3\n")).problems.first)
        #expect(problem.hint == Catalogue.FilesHints.didYouMean("priority"))
        #expect(
            problem.text(in: .en, fileName: "warmup.yaml")
                == "warmup.yaml:5:1: error [unknown_key] Unknown key “prority”. Did you mean “priority”?")
        #expect(problem.text(in: .zh, fileName: "warmup.yaml").contains("不认识的键“prority”"))
    }

    @Test(
        "Weights add up to exactly 100 and are never finer than a hundredth of a percent",
        arguments: [
            (["50", "50"], true), (["33.33", "33.33", "33.34"], true), (["99.99", "0.01"], true),
            (["50%", "50%"], true),
            (["50", "49"], false), (["33.333", "66.667"], false), (["0", "100"], false), (["-1", "101"], false),
            (["1e1", "90"], false), (["half", "half"], false),
        ])
    func weights(_ weights: [String], _ isGood: Bool) {
        let variants = weights.enumerated().map { index, weight in
            "  - name: v\(index)\n    weight: \(weight)\n    messages:\n" + Self.card
        }
        let reading = Fixtures.read(Fixtures.campaign(variants: variants.joined()))
        #expect((reading.campaign != nil) == isGood)
        if !isGood { #expect(Set(Fixtures.codes(reading)) == ["bad_weight"]) }
    }

    @Test(
        "Texts are taken as they were written: no YAML 1.1 surprise changes them",
        arguments: [
            "no", "0123", "1e3", "0x10", "12_000", "on", "2026-11-20",
        ])
    func verbatim(_ word: String) throws {
        let variants = "  - name: a\n    messages:\n      - applet_card: {template: \(word), path: pages/a}\n"
        let campaign = try #require(Fixtures.read(Fixtures.campaign(variants: variants)).campaign)
        #expect(campaign.variants[0].messages == [.appletCard(template: word, path: "pages/a", query: [])])
    }

    @Test(
        "A coupon's numbers are the platform's: digits that fit 64 bits",
        arguments: [
            ("7301", true), ("9223372036854775807", true), ("9223372036854775808", false),
            ("12345678901234567890", false), ("abc", false), ("0", false), ("-1", false), ("\"007\"", false),
            ("1.5", false),
        ])
    func coupons(_ number: String, _ isGood: Bool) {
        for coupon in ["{activity: \(number), coupon: 1}", "{activity: 1, coupon: \(number)}"] {
            let variants = "  - name: a\n    messages:\n      - applet_coupon: \(coupon)\n"
            let reading = Fixtures.read(Fixtures.campaign(variants: variants))
            #expect(Fixtures.codes(reading) == (isGood ? [] : ["bad_coupon"]))
        }
    }

    @Test("A brand account asks for the staff accounts of its own app only")
    func askedForOtherApp() {
        let variants = "  - name: a\n    messages:\n      - authorization_card: {account: helpdesk}\n"
        for (app, codes) in [("tt1", []), ("tt2", ["authorization_card_app"]), ("", [])] {
            var context = Fixtures.context
            context.accounts[0].app = "tt1"
            context.accounts[1].app = app
            #expect(Fixtures.codes(Fixtures.read(Fixtures.campaign(variants: variants), context: context)) == codes)
        }
    }

    @Test("Warnings do not refuse a campaign")
    func warnings() throws {
        let variants =
            "  - name: a\n    messages:\n      - text: 看 https://example.com/x\n      - image: p.png\n" + Self.card
        let reading = Fixtures.read(Fixtures.campaign(head: "fields: {city: {}}\n", variants: variants))
        #expect(reading.campaign != nil)
        #expect(Fixtures.codes(reading) == ["field_not_used", "image_needs_mutual_follow", "external_link"])
    }

    @Test("A fallback is another variant without an image")
    func fallbacks() {
        func codes(_ fallback: String) -> [String] {
            let image =
                "  - name: a\n    weight: 50\n    fallback: \(fallback)\n    messages:\n      - image: p.png\n"
                + Self.card
            let plain = "  - name: b\n    weight: 50\n    messages:\n" + Self.card
            return Fixtures.codes(Fixtures.read(Fixtures.campaign(variants: image + plain)))
        }
        #expect(codes("b") == [])
        #expect(codes("a") == ["bad_fallback"])
        #expect(codes("c") == ["bad_fallback"])
    }

    @Test("An experiment needs a way out: decide_by and on_inconclusive are required")
    func experiments() throws {
        let variants = ["a", "b"].map { "  - name: \($0)\n    weight: 50\n    messages:\n" + Self.card }.joined()
        func read(_ experiment: String) -> CampaignReading {
            Fixtures.read(
                Fixtures.campaign(schedule: "  start: 2026-11-20 09:00\n", variants: variants, tail: experiment))
        }
        let whole = read(
            """
            experiment: {share: 20%, metric: opened, decide_by: 2026-11-20 18:00, on_inconclusive: hold,
              guardrails: {opted_out: 1%}}
            """)
        #expect(
            whole.campaign?.experiment
                == ExperimentRequest(
                    share: Share(tenThousandths: 2000), metric: .opened, wait: .hours(1),
                    decideBy: Moment(iso8601: "2026-11-20T18:00:00+08:00")!, onInconclusive: .hold,
                    optedOutMax: Share(tenThousandths: 100)))
        let bare = read("experiment: {share: 20%, metric: replied}\n")
        #expect(Fixtures.codes(bare) == ["missing_key", "missing_key"])
        let early = read(
            "experiment: {share: 20%, metric: ordered, decide_by: 2026-11-20 18:00, on_inconclusive: hold}\n")
        #expect(Fixtures.codes(early) == ["decide_by_too_early"])
    }

    @Test("Conditions: values, lists, comparisons of numbers and of dates")
    func conditions() throws {
        let audience = """
              files: [a.csv]
              where: {city: [杭州, 上海], level: gold, orders: ">= 2", spent: "< 99.5", note: "!= x", seen: "<= 2026-10-01"}

            """
        let campaign = try #require(Fixtures.read(Fixtures.campaign(audience: audience)).campaign)
        #expect(
            campaign.audience.conditions.map(\.test) == [
                .oneOf(["杭州", "上海"]), .equals("gold"), .greaterOrEqual(2), .less(99.5), .notEquals("x"),
                .before(Moment(iso8601: "2026-10-02T00:00:00+08:00")!),
            ])
    }

    @Test("Equal campaigns have equal canonical bytes, whatever the file's comments and order; different ones differ")
    func canonical() throws {
        let one = try #require(Fixtures.read(Fixtures.campaign(head: "priority: 3\nholdout: 5%\n")).campaign)
        let two = try #require(Fixtures.read(Fixtures.campaign(head: "# x\nholdout: 5%\npriority:   3\n")).campaign)
        let other = try #require(Fixtures.read(Fixtures.campaign(head: "holdout: 5%\npriority: 4\n")).campaign)
        #expect(try one.canonicalBytes() == two.canonicalBytes())
        #expect(try one.canonicalBytes() != other.canonicalBytes())
        #expect(
            String(decoding: try one.canonicalBytes(), as: UTF8.self).hasPrefix(
                "{\"account\":\"flagship\",\"audience\":{"))
    }
}
