import CampaignModel
import SendingRules
import Testing

@Suite("Rules 15 to 19: what an account may do in an hour and a day, and how it stands")
struct AccountRuleTests {
    private static let noon = shanghai("2026-11-20 12:00")

    private static func recent(_ messages: Int, at moment: Moment) -> RecentSends {
        var recent = RecentSends()
        recent.add(people: messages, messages: messages, at: moment)
        return recent
    }

    @Test(
        "a personal account sends 200 messages a day in all, and its refusal has a name of its own",
        arguments: [(0, 1, true), (199, 1, true), (200, 1, false), (198, 2, true), (199, 2, false), (198, 3, false)])
    func personal(sent: Int, messages: Int, isAdmitted: Bool) {
        let scene = Scene().with {
            $0.lane.kind = .personal
            $0.lane.messages = sent
            $0.terms.arms = [.init(messages: messages, hasImage: false, fallback: nil)]
        }
        #expect(scene.reasons(at: Self.noon) == (isAdmitted ? [] : [.personalDailyCap]))
        guard !isAdmitted else { return }
        #expect(scene.nextAllowed(at: Self.noon) == shanghai("2026-11-21 08:00"))
    }

    @Test(
        "beyond 50 messages in a rolling hour the next one waits for its turn at slowed speed",
        arguments: [
            // sent, of this contact, what is still to wait, refused until
            (49, 1, 30_000, nil), (50, 1, 30_000, 30_000), (48, 3, 30_000, 30_000), (47, 3, 30_000, nil),
            (50, 1, 1, 1), (50, 1, 0, nil), (500, 1, -1, nil), (0, 1, 30_000, nil),
        ] as [(Int, Int, Int64, Int64?)])
    func risk(sent: Int, messages: Int, wait: Int64, until: Int64?) {
        let scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.recent = Self.recent(sent, at: Self.noon - .minutes(20))
            $0.lane.slowedUntil = Self.noon + .milliseconds(wait)
            $0.terms.arms = [.init(messages: messages, hasImage: false, fallback: nil)]
        }
        let refusals = scene.verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == (until == nil ? [] : [.riskThrottled]))
        #expect(refusals.first?.changesAt == until.map { Self.noon + .milliseconds($0) })
        #expect(refusals.first.map(\.effect) == until.map { _ in .holdLane })
    }

    @Test("a lane is back at full speed by itself when the hour has passed, to the minute, never a moment too soon")
    func recovers() {
        let scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.recent = Self.recent(50, at: shanghai("2026-11-20 12:00:30"))
            $0.lane.slowedUntil = shanghai("2026-11-20 15:00")
        }
        #expect(scene.reasons(at: shanghai("2026-11-20 13:00:59.998")) == [.riskThrottled])
        #expect(scene.reasons(at: shanghai("2026-11-20 13:00:59.999")).isEmpty)
        #expect(scene.nextAllowed(at: Self.noon + .minutes(5)) == shanghai("2026-11-20 13:00:59.999"))
    }

    @Test(
        "slowed speed is the profile's: 50 an hour for a personal account, at least one a second for an enterprise",
        arguments: [
            (AccountKind.personal, nil, 1, 72_000), (.personal, nil, 3, 216_000), (.personal, 100, 1, 72_000),
            (.personal, 25, 1, 144_000), (.enterprise, nil, 1, 1000), (.enterprise, nil, 3, 3000),
            (.enterprise, 36_000, 1, 100), (.enterprise, 60, 1, 1000),
        ] as [(AccountKind, Int?, Int, Int64)])
    func profiles(kind: AccountKind, perHour: Int?, messages: Int, spacing: Int64) {
        let scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.kind = kind
            $0.lane.slowedPerHour = perHour
            $0.terms.arms = [.init(messages: messages, hasImage: false, fallback: nil)]
        }
        #expect(scene.verdict(at: Self.noon).slowedUntil == Self.noon + .milliseconds(spacing))
    }

    @Test("two simulated hours of an eager personal account: 50 at once, then one every 72 seconds, no burst")
    func smooth() {
        var scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.kind = .personal
        }
        var starts: [Moment] = []
        var now = Self.noon
        while now < Self.noon + .hours(2) {
            let verdict = scene.verdict(at: now)
            guard verdict.isAdmitted else {
                now = max(verdict.refusals.compactMap(\.changesAt).max() ?? now, now + .milliseconds(1))
                continue
            }
            starts.append(now)
            scene.lane.recent.add(people: 1, messages: 1, at: now)
            scene.lane.messages += 1
            scene.lane.slowedUntil = verdict.slowedUntil
        }
        #expect(starts.prefix(50).allSatisfy { $0 == Self.noon })
        #expect(zip(starts.dropFirst(50), starts.dropFirst(49)).allSatisfy { $0.since($1) >= .seconds(72) })
        // 50 leave the hour together at 13:01; nothing of them comes back as a burst while newer ones fill the hour.
        let worst = starts.map { end in starts.count { $0 <= end && end.since($0) < .hours(1) } }.max() ?? 0
        #expect(worst <= 100)
        #expect(starts.count >= 149)
    }

    @Test("without the rule nothing is remembered and nothing is slowed")
    func notConfigured() {
        let scene = Scene().with {
            $0.lane.recent = Self.recent(5000, at: Self.noon)
            $0.lane.slowedUntil = .distantFuture
        }
        #expect(scene.verdict(at: Self.noon).isAdmitted)
        #expect(scene.verdict(at: Self.noon).slowedUntil == nil)
    }

    @Test(
        "standing: a freeze and a ban wait for a person, also when the platform's own 24 hours are long over",
        arguments: [
            (AccountStanding(), []),
            (AccountStanding(frozen: noon - .hours(1)), [.accountFrozen]),
            (AccountStanding(frozen: noon - .hours(25)), [.accountFrozen]),
            (AccountStanding(banned: noon - .days(900)), [.accountBanned]),
            (AccountStanding(banned: noon, frozen: noon), [.accountFrozen, .accountBanned]),
            (AccountStanding(credit: 80), []), (AccountStanding(credit: 79), [.creditScore]),
            (AccountStanding(credit: 0), [.creditScore]), (AccountStanding(credit: 100), []),
        ] as [(AccountStanding, [Reason])])
    func standing(standing: AccountStanding, reasons: [Reason]) {
        let scene = Scene().with { $0.lane.standing = standing }
        #expect(scene.reasons(at: Self.noon) == reasons)
        #expect(scene.gate.judgeLane(scene.lane, messages: 1, at: Self.noon).map(\.reason) == reasons)
        if !reasons.isEmpty { #expect(scene.nextAllowed(at: Self.noon) == nil) }
        #expect(scene.verdict(at: Self.noon).refusals.allSatisfy { $0.effect == .holdLane && $0.changesAt == nil })
    }

    @Test(
        "three reports and a violation freeze; neither alone does",
        arguments: [
            (0, 0, false), (3, 0, false), (0, 1, false), (2, 1, false), (3, 1, true), (2, 9, false), (9, 9, true),
        ]
    )
    func freezes(reports: Int, violations: Int, expected: Bool) {
        #expect(FreezeRule.freezes(reports: reports, violations: violations) == expected)
    }

    @Test("the twenty-first strategy is not enabled", arguments: [(0, true), (19, true), (20, false), (21, false)])
    func strategies(enabled: Int, expected: Bool) {
        #expect(StrategyRule.mayEnable(alreadyEnabled: enabled) == expected)
    }

    @Test("lists leave the house for enterprise accounts only")
    func exports() {
        #expect(ExportRule.mayExport(.enterprise) && !ExportRule.mayExport(.personal))
    }

    /// Deed by deed: author, reviewer, operator. Written out, so that a change of the table is a change here.
    private static let roleTable: [(RoleRule.Deed, author: Bool, reviewer: Bool, operator: Bool)] = [
        (.approve, false, true, false), (.reject, false, true, false), (.pause, true, true, true),
        (.resume, false, false, true), (.cancel, true, true, true), (.stopAll, true, true, true),
        (.go, false, false, true), (.resolve, false, true, true), (.deny, true, true, true),
        (.undeny, false, true, true), (.release, false, true, true), (.recall, false, true, true),
        (.erase, false, true, true), (.testSend, true, true, true), (.tendAccount, false, false, true),
        (.strategy, false, false, true), (.learnPeople, false, false, true), (.export, false, false, true),
        (.importEvents, false, true, true), (.drop, true, false, false),
        (.testNotice, false, false, true), (.tendTokens, false, false, true),
    ]

    @Test("whoever is proved may stop; only an operator lets messages leave again", arguments: roleTable)
    func roles(deed: RoleRule.Deed, author: Bool, reviewer: Bool, operator isOperator: Bool) {
        #expect(RoleRule.mayDo(deed, roles: [.author]) == author)
        #expect(RoleRule.mayDo(deed, roles: [.reviewer]) == reviewer)
        #expect(RoleRule.mayDo(deed, roles: [.operator]) == isOperator)
        #expect(!RoleRule.mayDo(deed, roles: []))
    }

    @Test("every deed has its row, here and in the rule")
    func rolesAreWhole() {
        #expect(Self.roleTable.map(\.0) == RoleRule.Deed.allCases)
        #expect(Set(RoleRule.table.keys) == Set(RoleRule.Deed.allCases))
    }

    // MARK: - The rolling day

    private static func rolling(_ change: (inout Scene) -> Void) -> Scene {
        Scene().with {
            $0.limits.rollingDay = true
            $0.limits.usersPerDay = 10
            $0.limits.batchMessagesPerDay = 20
            $0.lane.day = PlatformDay(containing: shanghai("2026-11-21"))
            change(&$0)
        }
    }

    @Test(
        "the rolling guard counts yesterday evening until its minute lies 24 hours back",
        arguments: [
            ("2026-11-21 20:00", true), ("2026-11-21 20:59:59.998", true), ("2026-11-21 21:00:59.998", true),
            ("2026-11-21 21:00:59.999", false), ("2026-11-21 21:05", false),
        ])
    func rollingDay(now: String, isRefused: Bool) {
        let full = Self.rolling { $0.lane.recent = Self.recent(10, at: shanghai("2026-11-20 21:00:10")) }
        #expect(full.reasons(at: shanghai(now)).contains(.dailyUsersCap) == isRefused)
        #expect(full.with { $0.limits.rollingDay = false }.reasons(at: shanghai(now)).isEmpty)
        if isRefused { #expect(full.nextAllowed(at: shanghai(now)) == shanghai("2026-11-21 21:00:59.999")) }
    }

    @Test("of several qualifications the largest that is valid counts, and one that begins later opens the lane then")
    func severalQualifications() {
        func qualification(_ from: String, _ to: String, _ messages: Int) -> Qualification {
            Qualification(id: from, validFrom: shanghai(from), validTo: shanghai(to), messagesPerDay: messages)
        }
        let scene = Scene().with {
            $0.lane.messages = 3000
            $0.lane.qualifications = [
                qualification("2026-11-01", "2026-12-01", 3000), qualification("2026-11-20 14:00", "2026-12-01", 3000),
                qualification("2026-11-20 15:00", "2026-12-01", 9000),
                qualification("2026-01-01", "2026-11-20", 90_000),
            ]
        }
        #expect(scene.gate.messagesPerDay(of: scene.lane, at: Self.noon) == 3000)
        #expect(scene.reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene.nextAllowed(at: Self.noon) == shanghai("2026-11-20 15:00"))
        #expect(scene.gate.messagesPerDay(of: scene.lane, at: shanghai("2026-11-20 15:00")) == 9000)
    }
}
