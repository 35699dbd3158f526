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
}
