import CampaignModel
import SendingRules
import Testing

@Suite("What explain shows is what the gate decided")
struct ExplainTests {
    private static let noon = shanghai("2026-11-20 12:00")

    @Test("every rule has its line, also where it allows, with what it saw and its limit")
    func everyRuleHasItsLine() {
        let scene = Scene().with { $0.terms.window = DayWindow(fromMinute: 600, toMinute: 1200) }
        let findings = scene.gate.checklist(scene.candidate, scene.facts, scene.terms, at: Self.noon)
        #expect(findings.allSatisfy { $0.refusal == nil })
        let rules = findings.map(\.rule)
        #expect(Set(rules).count == rules.count)
        for rule in [
            Reason.quietHours, .dailyUsersCap, .dailyBatchCap, .alreadyContactedToday, .notAuthorized, .outOfStock,
            .denied, .awaitingReview, .stoppedByOperator, .accountNotBound, .appInTrial, .outsideWindow,
        ] {
            #expect(rules.contains(rule), "\(rule.code)")
        }
    }

    @Test("its refusals are those of the verdict, no more and no fewer, and show the same figures")
    func refusalsAreTheVerdicts() {
        let worlds: [@Sendable (inout Scene) -> Void] = [
            { _ in }, { $0.lane.people = 5000 }, { $0.lane.messages = 500 }, { $0.person.contactsByApp = 1 },
            { $0.person.consent = nil }, { $0.person.isDenied = true }, { $0.run.state = .paused },
            { $0.lane.hold = LaneHold(reason: .platformRisk, until: nil) }, { $0.person.isOnAllowList = false },
        ]
        for change in worlds {
            let scene = Scene().with(change)
            // The last one: a wall clock that was set back.
            for now in [Self.noon, shanghai("2026-11-20 23:00"), shanghai("2026-11-19 12:00")] {
                let findings = scene.gate.checklist(scene.candidate, scene.facts, scene.terms, at: now)
                let shown = findings.compactMap(\.refusal)
                let decided = scene.verdict(at: now).refusals
                #expect(shown.count == decided.count && decided.allSatisfy(shown.contains))
                for finding in findings {
                    guard let refusal = finding.refusal,
                        refusal.reason == .dailyUsersCap || refusal.reason == .dailyBatchCap
                    else { continue }
                    #expect(finding.observed == refusal.observed && finding.limit == refusal.limit)
                }
            }
        }
    }

    @Test(
        "nobody approves their own file",
        arguments: [("wang", nil), ("lin", .ownFile)] as [(String, ReviewRule.Refusal?)])
    func review(person: String, refusal: ReviewRule.Refusal?) {
        #expect(ReviewRule.refusal(person: person, author: "lin") == refusal)
    }

    @Test(
        "spread ends with the campaign's window, and never later than the evening",
        arguments: [
            (nil, "2026-11-20 22:00"), (DayWindow(fromMinute: 600, toMinute: 1200), "2026-11-20 20:00"),
            (DayWindow(fromMinute: 600, toMinute: 1400), "2026-11-20 22:00"),
            (DayWindow(fromMinute: 1200, toMinute: 60), "2026-11-20 22:00"),
        ] as [(DayWindow?, String)])
    func spreadEnds(window: DayWindow?, end: String) {
        let schedule = Schedule(start: Self.noon, window: window, sendTime: .spread)
        #expect(schedule.windowEnd(onDayOf: Self.noon, quiet: RuleLimits().quiet) == shanghai(end))
    }
}
