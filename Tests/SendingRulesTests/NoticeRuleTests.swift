import CampaignModel
import Testing

@testable import SendingRules

@Suite("When people are told")
struct NoticeRuleTests {
    private func moment(_ text: String) -> Moment { Moment(iso8601: "2026-11-" + text, defaultZone: .shanghai)! }
    private func earliest(_ now: String, _ kind: NoticeTargetSettings.Kind, isPage: Bool = false) -> Moment {
        NoticeRule.earliest(
            isPage: isPage, busyUntil: moment("01T00:00:00"), pace: .of(kind), salt: 1, at: moment(now))
    }

    @Test(
        "at night only pages are told; the rest waits for eight in the morning",
        arguments: [
            ("20T21:59:59", "20T21:59:59", false), ("20T22:00:00", "21T08:00:00", false),
            ("20T23:30:00", "21T08:00:00", false), ("21T00:00:00", "21T08:00:00", false),
            ("21T07:59:59", "21T08:00:00", false), ("21T08:00:00", "21T08:00:00", false),
            ("20T23:30:00", "20T23:30:00", true), ("21T03:10:00", "21T03:10:00", true),
        ])
    func night(_ now: String, _ told: String, _ isPage: Bool) {
        #expect(earliest(now, .webhook, isPage: isPage) == moment(told))
    }

    @Test("robots are left alone for 20 to 90 seconds after each full and half hour, as their platform asks")
    func halfHours() {
        for kind in [NoticeTargetSettings.Kind.feishu, .dingtalk, .wecom] {
            for halfHour in ["20T08:00:00", "20T12:30:00", "20T20:00:00", "20T21:30:00"] {
                let told = earliest(halfHour, kind)
                #expect((20_000...90_000).contains(told.since(moment(halfHour)).wholeMilliseconds))
                // Whoever looks once more finds the same moment, and at that moment it leaves.
                #expect(
                    NoticeRule.earliest(
                        isPage: false, busyUntil: told, pace: .of(kind), salt: 1, at: told) == told)
            }
            let morning = earliest("20T23:00:00", kind).since(moment("21T08:00:00")).wholeMilliseconds
            #expect((20_000...90_000).contains(morning))
            #expect(earliest("20T12:31:30", kind) == moment("20T12:31:30"))
            #expect(earliest("20T12:29:59", kind) == moment("20T12:29:59"))
        }
        #expect(earliest("20T12:30:00", .mail) == moment("20T12:30:00"))
    }

    @Test("another installation draws another moment")
    func spread() {
        let moments = Set(
            (0..<200).map { salt in
                NoticeRule.earliest(
                    isPage: false, busyUntil: .distantPast, pace: .of(.feishu), salt: UInt64(salt) &* 0x9E37_79B9,
                    at: moment("20T12:00:00"))
            })
        #expect(moments.count > 150)
    }

    @Test("tries are pushed apart from ten seconds to an hour, and never given up")
    func tries() {
        var chance = SystemRandomNumberGenerator()
        for (tries, seconds) in [(1, 10), (2, 20), (3, 40), (6, 320), (9, 2560), (10, 3600), (1000, 3600)] {
            let delay = NoticeRule.retry.delay(afterTries: tries, using: &chance)
            #expect((seconds * 1000...seconds * 1200).contains(Int(delay.wholeMilliseconds)), "\(tries)")
        }
    }

    private func kinds(_ change: (inout NoticeWatch.Sight) -> Void) -> [NoticeKind] {
        var sight = NoticeWatch.Sight()
        change(&sight)
        return NoticeWatch.findings(sight, at: moment("20T12:00:00")).map(\.kind)
    }

    @Test("a calm house has nothing to tell, and each trouble is told as what it is")
    func findings() {
        let now = moment("20T12:00:00")
        #expect(kinds { _ in }.isEmpty)
        #expect(kinds { $0.unknown = 1 } == [.unknownAppeared])
        #expect(kinds { $0.unfit = [("a@1", 3), ("b@1", 1)] } == [.willNotFit, .willNotFit])
        #expect(kinds { $0.clock = "jumped" } == [.clockInDoubt])
        #expect(kinds { $0.diskFree = 999_999_999 } == [.diskNearlyFull])
        #expect(kinds { ($0.diskFree, $0.ledgerBytes) = (3_000_000_000, 1_600_000_000) } == [.diskNearlyFull])
        #expect(kinds { ($0.diskFree, $0.ledgerBytes) = (3_000_000_000, 1_400_000_000) }.isEmpty)
        #expect(kinds { ($0.lastArrival, $0.contactsInSilence) = (now - .hours(7), 100) } == [.webhookSilent])
        #expect(kinds { ($0.lastArrival, $0.contactsInSilence) = (now - .hours(7), 99) }.isEmpty)
        #expect(kinds { ($0.lastArrival, $0.contactsInSilence) = (now - .hours(5), 500) }.isEmpty)
        #expect(kinds { $0.lastBackup = now - .hours(27) } == [.backupOld])
        #expect(kinds { $0.lastBackup = now - .hours(25) }.isEmpty)
        #expect(kinds { ($0.optOutsInHour, $0.contactsInHour) = (20, 1000) } == [.manyOptOuts])
        #expect(kinds { ($0.optOutsInHour, $0.contactsInHour) = (20, 1001) }.isEmpty)
        #expect(kinds { ($0.optOutsInHour, $0.contactsInHour) = (19, 19) }.isEmpty)
        #expect(kinds { $0.yesterday = (PlatformDay(number: 20_777), 5, 5) } == [.daySummary])
    }

    @Test("each kind of target has its pace: what its platform takes, how often, and how long it sulks")
    func paces() {
        func pace(
            _ gap: Duration, _ avoids: Bool, bytes: Int, notices: Int, mute: Duration
        ) -> NoticePace {
            NoticePace(
                gap: gap, avoidsHalfHours: avoids, textBytesMax: bytes, noticesMax: notices, muteLength: mute)
        }
        #expect(NoticePace.of(.feishu) == pace(.seconds(5), true, bytes: 12_000, notices: 40, mute: .seconds(120)))
        #expect(NoticePace.of(.dingtalk) == pace(.seconds(5), true, bytes: 12_000, notices: 40, mute: .seconds(660)))
        #expect(NoticePace.of(.wecom) == pace(.seconds(5), true, bytes: 2000, notices: 40, mute: .seconds(120)))
        #expect(
            NoticePace.of(.webhook) == pace(.milliseconds(200), false, bytes: 60_000, notices: 1, mute: .seconds(60)))
        #expect(NoticePace.of(.mail) == pace(.seconds(60), false, bytes: 60_000, notices: 200, mute: .seconds(600)))
        #expect(NoticeRule.triesQuiet == 3 && NoticeRule.goneCode == "410" && NoticeRule.ageMax == .hours(336))
        #expect(NoticeRule.retry.triesMax == .max)
    }

    @Test(
        "a target's moment behind a half hour is always the same, so that two daemons of one ledger draw one",
        arguments: [(1, "20T12:00:00", 68626), (1, "20T12:30:00", 73320), (2, "20T12:00:00", 38098)]
            as [(UInt64, String, Int64)])
    func drawn(_ salt: UInt64, _ halfHour: String, _ milliseconds: Int64) {
        let start = moment(halfHour)
        for into in [0, milliseconds - 1, milliseconds, milliseconds + 1] {
            let now = start + .milliseconds(into)
            let told = NoticeRule.earliest(
                isPage: true, busyUntil: .distantPast, pace: .of(.feishu), salt: salt, at: now)
            #expect(told == max(now, start + .milliseconds(milliseconds)), "\(into)")
        }
    }

    @Test("a busy target is waited for, and only then the night and the half hour are looked at")
    func busy() {
        func earliest(_ busyUntil: String) -> Moment {
            NoticeRule.earliest(
                isPage: false, busyUntil: moment(busyUntil), pace: .of(.webhook), salt: 1, at: moment("20T12:10:00"))
        }
        #expect(earliest("20T12:05:00") == moment("20T12:10:00") && earliest("20T12:15:00") == moment("20T12:15:00"))
        #expect(earliest("20T22:15:00") == moment("21T08:00:00"))
    }

    @Test("a trouble begins behind its limit, not at it, and is told with its figures")
    func figures() {
        let now = moment("20T12:00:00")
        func found(_ change: (inout NoticeWatch.Sight) -> Void) -> [NoticeWatch.Finding] {
            var sight = NoticeWatch.Sight()
            change(&sight)
            return NoticeWatch.findings(sight, at: now)
        }
        func finding(
            _ name: String, _ kind: NoticeKind, value: Int = 1, run: String = "", code: String = "",
            _ figures: [String: Int] = [:]
        ) -> NoticeWatch.Finding {
            var finding = NoticeWatch.Finding(name, kind, value: value)
            (finding.run, finding.code, finding.figures) = (run, code, figures)
            return finding
        }
        #expect(found { $0.unknown = 3 } == [finding("unknown", .unknownAppeared, value: 3, ["unknown": 3])])
        #expect(
            found { $0.unfit = [("a@1", 3)] } == [finding("fit:a@1", .willNotFit, run: "a@1", ["unserved": 3])])
        #expect(found { $0.clock = "jumped" } == [finding("clock", .clockInDoubt, code: "jumped")])
        #expect(found { $0.diskFree = 1_000_000_000 } == [])
        #expect(
            found { $0.diskFree = 999_999_999 } == [finding("disk", .diskNearlyFull, ["free_megabytes": 999])])
        #expect(found { ($0.diskFree, $0.ledgerBytes) = (3_000_000_000, 1_500_000_000) } == [])
        for (age, isTold) in [(Duration.hours(6), false), (.hours(6) + .milliseconds(1), true)] {
            #expect(
                found { ($0.lastArrival, $0.contactsInSilence) = (now - age, 100) }
                    == (isTold ? [finding("webhook", .webhookSilent, ["hours": 6])] : []))
        }
        for (age, isTold) in [(Duration.hours(26), false), (.hours(26) + .milliseconds(1), true)] {
            #expect(
                found { $0.lastBackup = now - age } == (isTold ? [finding("backup", .backupOld, ["hours": 26])] : []))
        }
        #expect(
            found { ($0.optOutsInHour, $0.contactsInHour) = (20, 1000) } == [
                finding("opt-outs", .manyOptOuts, ["opt_outs": 20])
            ])
        let day = PlatformDay(containing: now)
        #expect(
            found { $0.yesterday = (day, 5, 7) } == [
                finding(
                    "day", .daySummary, value: Int(day.number), code: "2026-11-20", ["people": 5, "messages": 7])
            ])
        // Several at once are each told, in one order.
        let all = found {
            ($0.unknown, $0.clock, $0.lastBackup) = (1, "jumped", now - .days(2))
        }
        #expect(all.map(\.name) == ["unknown", "clock", "backup"])
    }
}
