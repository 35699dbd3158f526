import CampaignModel
import GRDB
import Ports
import SendingRules
import Testing

@Suite("How an account stands, in the ledger")
struct AccountTests {
    private static func tend(
        _ world: LedgerWorld, _ act: AccountDemand.Act, account: String = "flagship", note: String = "",
        person: String = "operator"
    ) throws -> AccountFile {
        try world.ledger.tend(
            AccountDemand(
                now: world.now, term: world.term, account: world.account(account).id, act: act, note: note,
                person: person)
        ) { FreezeRule.freezes(reports: $0.reports, violations: $0.violations) }
    }

    private static func standing(_ world: LedgerWorld, _ account: String = "flagship") throws -> AccountStanding {
        try world.ledger.laneFacts(world.account(account).id, at: world.now).standing
    }

    @Test("three reports and a violation freeze by themselves; an appeal lifts it and spends them")
    func freeze() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try Self.tend(world, .report(count: 2))
        _ = try Self.tend(world, .violation, note: "forbidden word")
        #expect(try Self.standing(world).frozen == nil)
        let since = world.now
        _ = try Self.tend(world, .report(count: 1))
        #expect(try Self.standing(world).frozen == since)
        #expect(try Self.standing(world, "outlet").frozen == nil)
        // Neither a day nor a restart lifts it, and a second freeze does not begin a new one.
        world.now = world.now + .hours(25)
        try world.restart()
        #expect(throws: AccountObstacle.unchanged) { try Self.tend(world, .freeze) }
        #expect(try Self.standing(world).frozen == since)
        let file = try Self.tend(world, .appeal, note: "ticket 4711")
        #expect(try Self.standing(world).frozen == nil)
        #expect(file.complaints == Complaints())
        #expect(file.history.map(\.act) == ["appeal", "freeze", "report", "violation", "report"])
        #expect(file.history.first?.detail == "ticket 4711" && file.history[1].person == "curfew")
        // What was spent freezes nobody again.
        _ = try Self.tend(world, .violation)
        #expect(try Self.standing(world).frozen == nil)
        #expect(throws: AccountObstacle.notFrozen) { try Self.tend(world, .appeal) }
    }

    @Test("nothing undoes a ban: no appeal, no release, no registration, no second word, no statement")
    func ban() throws {
        let world = try LedgerWorld(.sqlite)
        let since = world.now
        _ = try Self.tend(world, .freeze)
        _ = try Self.tend(world, .ban)
        world.now = world.now + .days(400)
        #expect(throws: AccountObstacle.banned) { try Self.tend(world, .appeal) }
        try world.ledger.hold(
            account: world.account().id, nil, by: "operator", at: world.now, term: world.term)
        #expect(throws: AccountObstacle.unchanged) { try Self.tend(world, .ban) }
        try world.restart()
        _ = try world.ledger.register(
            [AppRegistration(name: "tt01", accounts: [AccountRegistration(name: "flagship", openID: "_flagship")])],
            at: world.now, term: world.term)
        #expect(try Self.standing(world).banned == since)
        #expect(throws: (any Error).self) {
            try DatabaseQueue(path: world.folder + "/ledger.db").write {
                try $0.execute(sql: "UPDATE account SET banned = NULL")
            }
        }
        #expect(try Self.standing(world).banned == since)
    }

    @Test("the platform's ban answer is a ban for good")
    func platformBan() throws {
        let world = try LedgerWorld(.sqlite)
        try world.ledger.hold(
            account: world.account().id, LaneHold(reason: .platformBanned, until: nil), by: "platform", at: world.now,
            term: world.term)
        #expect(try Self.standing(world).banned == world.now)
    }

    @Test("a recorded score stands against the configuration until that says another one than before")
    func credit() throws {
        let world = try LedgerWorld(.sqlite)
        func register(_ credit: Int) throws {
            _ = try world.ledger.register(
                [
                    AppRegistration(
                        name: "tt01", accounts: [AccountRegistration(name: "flagship", openID: "_flagship")],
                        credit: credit)
                ], at: world.now, term: world.term)
        }
        try register(90)
        #expect(try Self.standing(world).credit == 90)
        _ = try Self.tend(world, .credit(70))
        #expect(try Self.standing(world).credit == 70 && Self.standing(world, "outlet").credit == 70)
        try world.restart()
        try register(90)
        #expect(try Self.standing(world).credit == 70)
        try register(85)
        #expect(try Self.standing(world).credit == 85)
    }

    @Test("a qualification on file reaches the gate while it is valid, and is gone when it is withdrawn")
    func qualification() throws {
        let world = try LedgerWorld(.sqlite)
        let gate = Gate(limits: RuleLimits(), clock: ClockFacts())
        func cap(_ account: String = "flagship") throws -> Int? {
            gate.messagesPerDay(
                of: try world.ledger.laneFacts(world.account(account).id, at: world.now), at: world.now)
        }
        let record = Qualification(
            id: "q-1", validFrom: world.now, validTo: world.now + .days(2), messagesPerDay: 4000)
        _ = try Self.tend(world, .qualify(record, document: "sha256:9f"))
        #expect(try cap() == 4000 && cap("outlet") == 500)
        try world.restart()
        world.now = record.validTo - .milliseconds(1)
        #expect(try cap() == 4000)
        world.now = record.validTo
        #expect(try cap() == 500)
        world.now = record.validFrom
        _ = try Self.tend(world, .disqualify(id: "q-1"))
        #expect(try cap() == 500)
        #expect(throws: AccountObstacle.unknownQualification("q-1")) { try Self.tend(world, .disqualify(id: "q-1")) }
    }

    @Test("authorisation cards are counted for the account they ask for, whoever sends them")
    func cards() throws {
        let world = try LedgerWorld(.sqlite)
        let (brand, staff) = (world.account("flagship").id, world.account("outlet").id)
        var demand = world.demand("sale", [.init("list", ["p1", "p2"])])
        demand.campaign.variants[0].messages = [.authorizationCard(account: "outlet")]
        let run = try world.ledger.admit(demand).run
        try world.act(.approve, run, by: "review")
        try world.plan(run)
        try world.authorize(["p1", "p2"])
        var known = PeopleDemand.Known(openID: "p1")
        known.cards = (PlatformDay(containing: world.now), 1, 1)
        _ = try world.ledger.learn(
            PeopleDemand(now: world.now, term: world.term, account: staff, people: [known], person: "operator"))
        #expect(try world.ledger.revision(run.revision).owners == ["outlet": staff])
        #expect(try world.record(run, "p1").facts.person.prompts == [staff: PromptCount(today: 1, refused: 1)])

        var seen: [String: [AccountID: PromptCount]] = [:]
        func start(limit: Int = 1) throws -> StartResult {
            try world.ledger.start(
                StartDemand(
                    now: world.now, term: world.term, lane: world.lane(),
                    turns: [.init(run: run.id, limit: limit, messages: [1], prompts: [[staff]])], limit: limit,
                    deadline: world.now + .seconds(10))
            ) { candidate, facts in
                seen[candidate.openID] = facts.person.prompts
                return .yes(candidate)
            }
        }
        let first = try start().started[0]
        #expect(seen == ["p1": [staff: PromptCount(today: 1, refused: 1)]])
        #expect(first.prompts == [staff])
        #expect(try world.record(run, "p1").facts.person.prompts[staff]?.today == 2)
        // Where certainly nothing was sent, nothing was shown.
        try world.settle([.of(first, .refusedForNow, .wait(until: world.now, .platformBusy))])
        #expect(try world.record(run, "p1").facts.person.prompts[staff]?.today == 1)
        let both = try start(limit: 2).started
        try world.settle([.of(both[0], .accepted), .of(both[1], .unknown)])
        #expect(try world.record(run, "p1").facts.person.prompts[staff]?.today == 2)
        #expect(try world.record(run, "p2").facts.person.prompts[staff]?.today == 1)
        let look = ForecastLook(now: world.now, countsWeek: false, owners: [brand, staff])
        let foreseen = try world.ledger.forecastPerson(
            openID: "p1", app: world.account().app, account: brand, look)
        #expect(foreseen?.prompts == [brand: PromptCount(), staff: PromptCount(today: 2, refused: 1)])
        try world.check()
    }

    @Test("what operators know of people reaches the gate, and leaves what they did not say")
    func people() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["p1", "p2"])
        try world.authorize(["p1", "p2"])
        var known = PeopleDemand.Known(openID: "p1")
        known.zone = Zone(identifier: "Asia/Urumqi")
        known.quiet = DayWindow(fromMinute: 720, toMinute: 840)
        known.mutualFollow = true
        known.stock = 2
        func learn(_ known: PeopleDemand.Known) throws {
            _ = try world.ledger.learn(
                PeopleDemand(
                    now: world.now, term: world.term, account: world.account().id, people: [known], person: "operator"))
        }
        try learn(known)
        var onlyZone = PeopleDemand.Known(openID: "p1")
        onlyZone.zone = .shanghai
        try learn(onlyZone)
        let facts = try world.record(run, "p1").facts.person
        #expect(facts.window?.zone == .shanghai && facts.window?.quiet == DayWindow(fromMinute: 720, toMinute: 840))
        #expect(facts.consent?.isMutualFollow == true && facts.consent?.stock == 2)
        #expect(facts.consent?.state == .authorized)
        #expect(try world.record(run, "p2").facts.person.window == nil)
        // The same in the transaction that starts.
        var seen: [String: PersonFacts] = [:]
        try world.start([run]) { candidate, facts in
            seen[candidate.openID] = facts.person
            return .yes(candidate)
        }
        #expect(seen["p1"]?.window?.quiet == facts.window?.quiet)
        #expect(seen["p2"]?.window == nil)
        #expect(try world.record(run, "p1").facts.person.consent?.stock == 1)
        try world.check()
    }

    @Test("starts are remembered by the minute, over a restart, and forgotten after their span")
    func minutes() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<20))
        func start(_ limit: Int) throws {
            try world.start([run], limit: limit, messages: [2]) { candidate, _ in
                var verdict = Verdict.yes(candidate)
                verdict.slowedUntil = world.now + .seconds(2)
                return verdict
            }
        }
        try start(3)
        world.now = world.now + .minutes(30)
        try start(4)
        try world.restart()
        var facts = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(facts.recent.messages(within: .hours(1), at: world.now) == 14)
        #expect(facts.recent.people(within: .hours(1), at: world.now) == 7)
        #expect(facts.slowedUntil == world.now + .seconds(2))
        world.now = world.now + .minutes(45)
        try start(1)
        facts = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(facts.recent.messages(within: .hours(1), at: world.now) == 10)
        #expect(facts.recent.minutes.count == 2)
    }

    @Test("the twenty-first strategy is refused, a disabled one makes room, and one app's do not count for another")
    func strategies() throws {
        let world = try LedgerWorld(.sqlite)
        func set(_ number: Int, enabled: Bool = true, app: String = "flagship", removes: Bool = false) throws {
            try world.ledger.set(
                StrategyDemand(
                    now: world.now, term: world.term, app: world.account(app).app,
                    strategy: Strategy(entry: "search", behaviour: "order", page: "p\(number)", enabled: enabled),
                    removes: removes, person: "operator")
            ) { StrategyRule.mayEnable(alreadyEnabled: $0) }
        }
        for number in 1...20 { try set(number) }
        #expect(throws: AccountObstacle.strategiesLimit) { try set(21) }
        try set(20)
        try set(21, enabled: false)
        try set(1, app: "stranger")
        try set(3, enabled: false)
        try set(21)
        #expect(try world.ledger.strategies(of: world.account().app).count { $0.enabled } == 20)
        try set(21, removes: true)
        #expect(try world.ledger.strategies(of: world.account().app).count == 20)
    }

    @Test(
        "over random days, restarts and set-back clocks no rolling cap, hour or week is exceeded by one",
        arguments: [21, 22, 23] as [UInt64])
    func neverOneMore(seed: UInt64) throws {
        let world = try LedgerWorld(.sqlite)
        var state = seed
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
        var limits = RuleLimits()
        limits.rollingDay = true
        limits.usersPerDay = 8
        limits.batchMessagesPerDay = 14
        limits.riskMessagesPerHour = 4
        limits.contactsPerWeek = 3
        limits.consentAgeMax = .days(400)
        let gate = Gate(limits: limits, clock: ClockFacts())
        let people = LedgerWorld.people(0..<12)
        try world.authorize(people)
        var book: [(at: Moment, person: String, messages: Int)] = []
        var refused: Set<Reason> = []
        for campaign in 0..<60 {
            let run = try world.run("c\(campaign)", people, validUntil: world.now + .hours(20))
            let messages = 1 + roll(3)
            let terms = RunTerms(arms: [.init(messages: messages, hasImage: false, fallback: nil)])
            for _ in 0..<6 {
                var demand = StartDemand(
                    now: world.now, term: world.term, lane: world.lane(),
                    turns: [.init(run: run.id, limit: 1 + roll(6), messages: [messages])], limit: 6,
                    deadline: world.now + .seconds(10))
                demand.keepsMinutes = .hours(24)
                demand.countsWeek = true
                let result = try world.ledger.start(demand) { candidate, facts in
                    let verdict = gate.judge(candidate, facts, terms, at: world.now)
                    refused.formUnion(verdict.refusals.map(\.reason))
                    return verdict
                }
                book += result.started.map { (world.now, $0.candidate.openID, messages) }
                if roll(4) == 0 { try world.restart() }
                world.now = world.now + .milliseconds(Int64(roll(7_000_000)))
                if roll(9) == 0 { world.now = world.now - .seconds(Int64(roll(50))) }
                if world.now.shanghaiTimeOfDay < 8 * 3_600_000 || world.now.shanghaiTimeOfDay > 78_000_000 {
                    let today = PlatformDay(containing: world.now)
                    world.now = (world.now.shanghaiTimeOfDay < 8 * 3_600_000 ? today : today.next).start + .hours(8)
                }
            }
            _ = try world.end(run, .cancelled, .cancelled)
        }
        for entry in book {
            let day = book.filter { $0.at <= entry.at && entry.at.since($0.at) < .hours(24) }
            #expect(day.count <= 8 && day.reduce(0) { $0 + $1.messages } <= 14)
            let today = PlatformDay(containing: entry.at)
            let week = book.filter {
                $0.person == entry.person && $0.at <= entry.at
                    && today.number - PlatformDay(containing: $0.at).number < 7
            }
            #expect(week.count <= 3)
        }
        #expect(book.count > 60 && refused.isSuperset(of: [.dailyUsersCap, .riskThrottled, .tooOften]))
        try world.check()
    }
}
