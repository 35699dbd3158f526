import CampaignModel
import Testing

@testable import CampaignFiles

@Suite("Files that listen")
struct TriggerFileTests {
    private func text(
        _ trigger: String, outer: String = "until: 2026-12-31\n",
        messages: String = "[{applet_coupon: {activity: 7301, coupon: 9920}}]"
    ) -> String {
        """
        campaign: welcome
        author: marketing
        account: flagship
        title: t
        trigger: {\(trigger)}
        \(outer)variants:
          - name: a
            messages: \(messages)
        """
    }

    private func trigger(_ written: String) throws -> Trigger {
        let reading = Fixtures.read(text(written))
        #expect(reading.problems.isEmpty, "\(reading.text(in: .en))")
        return try #require(reading.campaign?.trigger)
    }

    @Test("what is left out is filled in by the right that the event gives")
    func defaults() throws {
        let entered = try trigger("on: entered")
        #expect(entered.right == .enter && entered.fresh == .seconds(20) && entered.again == .never)
        let replied = try trigger("on: replied")
        #expect(replied.right == .reply && replied.fresh == .minutes(10) && replied.again == .every)
        let ordered = try trigger("on: ordered")
        #expect(ordered.right == .proactive && ordered.fresh == .hours(12) && ordered.again == .never)
        // The last day is listened to whole.
        #expect(ordered.until.text() == "2027-01-01 00:00:00")
    }

    @Test("everything that can be written is read")
    func everything() throws {
        let trigger = try trigger(
            "on: entered, where: {entered_from: [ad, 12], first_time: true}, right: proactive, after: 1d at 20:00, "
                + "unless: [ordered, replied, answered], again: after 7d, fresh: 2h")
        #expect(trigger.enteredFrom == ["ad", "12"] && trigger.isFirst == true)
        #expect(trigger.delay == .days(1, minute: 1200) && trigger.unless == [.ordered, .replied, .answered])
        #expect(trigger.again == .after(.days(7)) && trigger.fresh == .hours(2))
        let night = Moment(iso8601: "2026-11-20T23:30:00", defaultZone: .shanghai)!
        #expect(trigger.due(after: night).text() == "2026-11-21 20:00:00")
    }

    @Test(
        "what means nothing, or not yet, is refused with its place",
        arguments: [
            ("on: entered, share: 50/day", "not_supported"), ("on: entered, right: reply", "right_not_given"),
            ("on: ordered, right: enter", "right_not_given"), ("on: entered, keywords: [a]", "not_with_event"),
            ("on: replied, where: {entered_from: ad}", "not_with_event"),
            ("on: replied, keywords: [！]", "empty_keyword"),
            ("on: entered, where: {entered_from: live}", "not_a_choice"),
            ("on: entered, after: 30m", "delay_beyond_right"),
            ("on: replied, after: 1d at 20:00", "delay_beyond_right"), ("on: ordered, after: 1d at 23:00", "bad_delay"),
            ("on: entered, again: every", "again_every"), ("on: ordered, again: sometimes", "bad_again"),
            ("on: entered, fresh: 26s", "fresh_beyond_right"), ("on: opted_out", "not_a_choice"),
            ("on: entered, unless: [opted_out]", "not_a_choice"), ("on: entered, label: x", "unknown_key"),
        ])
    func refused(_ written: String, _ code: String) {
        let reading = Fixtures.read(text(written))
        #expect(Fixtures.codes(reading) == [code], "\(reading.text(in: .en))")
        #expect(reading.problems.allSatisfy { $0.line == 5 && $0.column > 1 })
        for language in [Language.zh, .en] { #expect(!reading.text(in: language).isEmpty) }
    }

    @Test(
        "a trigger stands alone, ends, and cannot be its own cause",
        arguments: [
            ("", "missing_key"), ("until: 2026-10-01\n", "schedule_over"),
            ("until: 2026-12-31\naudience: {files: [a.csv]}\n", "not_with_trigger"),
            ("until: 2026-12-31\nschedule: {start: 2026-11-20 20:00}\n", "not_with_trigger"),
            ("until: 2026-12-31\nchannel: group-message\n", "not_with_trigger"),
            ("until: 2026-12-31\nfields: {nickname: {}}\n", "field_needs_default"),
        ])
    func alone(_ outer: String, _ code: String) {
        let reading = Fixtures.read(text("on: entered", outer: outer))
        #expect(Fixtures.codes(reading).contains(code), "\(reading.text(in: .en))")
        #expect(reading.campaign == nil)
    }

    @Test(
        "what would never fire, or stands twice is taken and told",
        arguments: [
            ("on: replied, keywords: [退订, 优惠]", "until: 2026-12-31\n", ["idle_keyword"]),
            ("on: replied, keywords: [quan, 优惠, ＱＵ AN]", "until: 2026-12-31\n", ["twice_keyword"]),
        ])
    func told(_ written: String, _ outer: String, _ codes: [String]) {
        var context = Fixtures.context
        context.isOptOut = { $0 == "退订" }
        let reading = Fixtures.read(text(written, outer: outer), context: context)
        #expect(Fixtures.codes(reading) == codes, "\(reading.text(in: .en))")
        #expect(reading.campaign != nil)
    }

    @Test("an answer holds one message and may be a text; what comes unasked needs its card")
    func contents() {
        func codes(_ on: String, _ messages: String) -> [String] {
            Fixtures.codes(Fixtures.read(text(on, messages: messages)))
        }
        #expect(codes("on: replied", "[{text: hi}]") == [])
        #expect(codes("on: replied", "[{text: hi}, {text: again}]") == ["messages_per_contact"])
        #expect(
            codes("on: entered", "[{text: hi}, {applet_coupon: {activity: 1, coupon: 2}}]") == ["messages_per_contact"])
        #expect(codes("on: ordered", "[{text: hi}]") == ["content_not_allowed"])
        #expect(codes("on: authorized", "[{authorization_card: {account: flagship}}]") == ["trigger_cycle"])
        #expect(codes("on: ordered", "[{authorization_card: {account: flagship}}]") == [])
    }

    @Test("an outer until without a trigger is no key of a scheduled campaign")
    func untilAlone() {
        #expect(
            Fixtures.codes(Fixtures.read(Fixtures.campaign(head: "until: 2026-12-31\n"))) == ["until_without_trigger"])
    }

    @Test("a triggered file needs two reviewers, and its texts are read like all others")
    func review() throws {
        let reading = Fixtures.read(text("on: entered"))
        let campaign = try #require(reading.campaign)
        let review = ContentReview(campaign, words: .shipped, context: RenderContext(appID: "tt")).result(
            twoPeopleFrom: 10)
        #expect(review.approvalsNeeded == 2 && !review.isRefused)
        #expect(review.findings.contains { $0.code == .triggered })
    }

    @Test(
        "keywords are found whatever their width, case and what stands between",
        arguments: [
            ("优惠", "有优惠吗", 2), ("优惠", "有 优，惠 吗", 2), ("VIP", "ｖｉｐ价", 3), ("優惠", "优惠券", 2), ("优惠", "优秀", nil),
            ("券", "", nil),
        ] as [(String, String, Int?)])
    func keywords(_ word: String, _ said: String, _ letters: Int?) {
        #expect(KeywordSearch.longest(of: [word], in: said) == letters)
    }

    @Test(
        "each event gives its own right; whoever authorised, clicked, asked or bought is written to unasked",
        arguments: [
            ("entered", EventKind.entered, Trigger.Right.enter), ("replied", .replied, .reply),
            ("authorized", .authorized, .proactive), ("clicked", .clicked, .proactive),
            ("consulted", .consulted, .proactive), ("ordered", .ordered, .proactive),
        ])
    func rights(_ word: String, _ kind: EventKind, _ right: Trigger.Right) throws {
        let own = try trigger("on: \(word)")
        #expect(own.on == kind && own.right == right && own.delay == .after(.zero) && own.unless.isEmpty)
        #expect(own.keywords.isEmpty && own.enteredFrom.isEmpty && own.isFirst == nil)
        // The day's one contact may be spent on whatever happened, and then that right's defaults hold.
        let unasked = try trigger("on: \(word), right: proactive")
        #expect(unasked.right == .proactive && unasked.fresh == .hours(12) && unasked.again == .never)
        for other in [Trigger.Right.enter, .reply] where other != right {
            #expect(Fixtures.codes(Fixtures.read(text("on: \(word), right: \(other.rawValue)"))) == ["right_not_given"])
        }
    }

    @Test("what is listened for is kept as it is written, in its order")
    func listened() throws {
        #expect(try trigger("on: replied, keywords: [优惠, 'VIP 价', 券]").keywords == ["优惠", "VIP 价", "券"])
        #expect(Fixtures.codes(Fixtures.read(text("on: replied, keywords: 优惠"))) == ["wrong_type"])
        #expect(try trigger("on: entered, where: {entered_from: [video, ad, 7]}").enteredFrom == ["video", "ad", "7"])
        #expect(try trigger("on: entered, where: {entered_from: 123456789}").enteredFrom == ["123456789"])
        #expect(try trigger("on: clicked, where: {first_time: false}").isFirst == false)
        for scene in ["1234567890", "Ad", "1a"] {
            #expect(
                Fixtures.codes(Fixtures.read(text("on: entered, where: {entered_from: '\(scene)'}"))) == [
                    "not_a_choice"
                ])
        }
        let long = String(repeating: "优", count: FileLimits.keywordCharactersMax)
        #expect(try trigger("on: replied, keywords: [\(long)]").keywords == [long])
        #expect(!Fixtures.codes(Fixtures.read(text("on: replied, keywords: [\(long)优]"))).isEmpty)
    }

    @Test(
        "a delay is a span, or an hour of the day so many days later, when people may be written to",
        arguments: [
            ("0s", .after(.zero)), ("30m", .after(.minutes(30))), ("26h", .after(.hours(26))),
            ("1d at 08:00", .days(1, minute: 480)), ("30d at 21:59", .days(30, minute: 1319)),
            ("1d at 07:59", nil), ("1d at 22:00", nil), ("0d at 20:00", nil), ("31d at 20:00", nil),
            ("1d at 8:00", nil), ("1d at 24:00", nil), ("+1d at 20:00", nil), ("1d", .after(.days(1))),
            ("1d at 20:00 or so", nil), ("at 20:00", nil), ("0m", nil),
        ] as [(String, Trigger.Delay?)])
    func delays(_ written: String, _ delay: Trigger.Delay?) throws {
        let whole = "on: ordered, after: '\(written)'"
        if let delay {
            #expect(try trigger(whole).delay == delay)
        } else {
            #expect(Fixtures.codes(Fixtures.read(text(whole))) == ["bad_delay"])
        }
    }

    @Test(
        "a right's own time bounds how late and how long: half a minute behind an entrance, a day behind a word",
        arguments: [
            ("on: entered, fresh: 25s", []), ("on: entered, fresh: 26s", ["fresh_beyond_right"]),
            ("on: replied, fresh: 23h", []), ("on: replied, fresh: 1381m", ["fresh_beyond_right"]),
            ("on: ordered, fresh: 30d", []), ("on: entered, right: proactive, fresh: 30d", []),
            ("on: replied, after: 1379m", []), ("on: replied, after: 23h", ["delay_beyond_right"]),
            ("on: entered, after: 0s", []), ("on: entered, after: 1s", ["delay_beyond_right"]),
            ("on: entered, after: 1d at 20:00", ["delay_beyond_right"]),
            ("on: replied, right: proactive, after: 1d at 20:00", []),
            ("on: replied, again: never", []), ("on: replied, again: every", []), ("on: replied, again: after 1s", []),
            ("on: ordered, again: every", ["again_every"]),
            ("on: replied, right: proactive, again: every", ["again_every"]),
            ("on: replied, again: after", ["bad_again"]), ("on: replied, again: 7d", ["bad_again"]),
            ("on: replied, again: after 0d", ["bad_again"]),
        ])
    func bounds(_ written: String, _ codes: [String]) {
        #expect(Fixtures.codes(Fixtures.read(text(written))) == codes)
    }

    @Test("again is never, every time, or after a span, as written")
    func again() throws {
        #expect(try trigger("on: replied, again: never").again == .never)
        #expect(try trigger("on: replied, again: every").again == .every)
        #expect(try trigger("on: replied, again: after 36h").again == .after(.hours(36)))
        #expect(try trigger("on: entered, again: never").again == .never)
    }

    @Test("the end is a moment or a whole day, and lies ahead")
    func ends() throws {
        func until(_ written: String) -> (codes: [String], until: Moment?) {
            let reading = Fixtures.read(text("on: entered", outer: "until: \(written)\n"))
            return (Fixtures.codes(reading), reading.campaign?.trigger?.until)
        }
        #expect(until("2026-11-01 10:00:01").until == Fixtures.now + .seconds(1))
        #expect(until("2026-11-01 10:00:00").codes == ["schedule_over"])
        #expect(until("2026-11-01").until?.text() == "2026-11-02 00:00:00")
        #expect(until("2026-10-31").codes == ["schedule_over"])
        #expect(until("soon").codes == ["bad_time"] && until("soon").until == nil)
    }

    @Test(
        "a field with a default is nobody's hole; a card for another account is no cycle; whoever asks is not asked again"
    )
    func fields() {
        let filled = "until: 2026-12-31\nfields: {nickname: {default: 朋友}}\n"
        let greeting = text("on: replied", outer: filled, messages: "[{text: '你好 {{nickname}}'}]")
        #expect(Fixtures.codes(Fixtures.read(greeting)) == [])
        let other = "[{authorization_card: {account: helpdesk}}]"
        #expect(Fixtures.codes(Fixtures.read(text("on: authorized", messages: other))) == [])
        #expect(Fixtures.codes(Fixtures.read(text("on: clicked", messages: other))) == [])
    }
}
