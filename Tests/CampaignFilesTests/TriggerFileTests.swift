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
}
