import Answers
import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("A forecast says what would be sent when, and loses nobody")
struct ForecasterTests {
    private static let morning = EngineWorld.morning

    private func ask(
        _ id: String, _ keys: Range<Int32>, account: Int64 = 1, pace: String = "500/s,burst=500", priority: Int = 5,
        start: Moment? = nil, schedule: Schedule? = nil, messages: Int = 1, used: Int = 0,
        change: (inout Forecaster.Person) -> Void = { _ in }
    ) -> Forecaster.Ask {
        let start = start ?? Self.morning
        let campaign = Campaign(
            id: id, author: "marketing", account: "flagship", title: id, priority: priority,
            audience: AudienceRequest(source: .files, files: ["a.csv"]), schedule: schedule ?? Schedule(start: start),
            variants: [
                Variant(name: "a", weight: .whole, messages: Array(repeating: .text("hello"), count: messages))
            ])
        return Forecaster.Ask(
            campaign: campaign, app: AppID(rawValue: 1),
            lane: LaneFacts(
                account: AccountID(rawValue: account),
                qualification: Qualification(
                    id: "q", validFrom: .distantPast, validTo: .distantFuture, messagesPerDay: 100_000),
                day: PlatformDay(containing: Self.morning), people: used, messages: used, lastWalk: Self.morning),
            pace: PaceSpec(pace)!, start: start,
            people: keys.map { key in
                var person = Forecaster.Person(key: key, consent: Consent(state: .authorized, checked: Self.morning))
                change(&person)
                return person
            })
    }

    private func forecast(_ asks: [Forecaster.Ask], limits: RuleLimits = RuleLimits()) -> [RunForecast] {
        let answers = Forecaster(limits: limits, doubt: .milliseconds(500)).forecast(asks, from: Self.morning)
        for answer in answers {
            #expect(answer.holds, "\(answer)")
            #expect(answer.sent.reduce(0) { $0 + $1.people } == answer.sentTotal)
            #expect(answer.days.reduce(0) { $0 + $1.people } == answer.sentTotal)
        }
        return answers
    }

    private func moment(_ text: String) -> String { Moment(iso8601: text, defaultZone: .shanghai)!.iso8601 }

    @Test("what is sent stands by quarters of an hour, at the lane's own pace")
    func quarters() {
        let answer = forecast([ask("sale", 0..<2000, pace: "1/s,burst=1")])[0]
        #expect(answer.sent.map(\.people) == [900, 900, 200])
        #expect(answer.sent.first?.from == moment("2026-11-20T10:00:00"))
        #expect(answer.fits && answer.laterDays == 0 && answer.closings.isEmpty)
    }

    @Test("a cap that binds is named with its moment, and the rest falls into the next day after the night")
    func caps() {
        var limits = RuleLimits()
        limits.usersPerDay = 300
        let answer = forecast(
            [ask("sale", 0..<500, schedule: Schedule(start: Self.morning, validity: .days(3)))], limits: limits)[0]
        #expect(answer.days.map(\.people) == [300, 200] && answer.laterDays == 200)
        #expect(answer.closings.first?.reason == Reason.dailyUsersCap.code)
        // The clock may be half a second ahead: the opening waits for its doubt.
        #expect(answer.closings.first?.until == moment("2026-11-21T08:00:00.500"))
        #expect(answer.fits && answer.last.map { $0 >= moment("2026-11-21T08:00:00") } == true)
    }

    @Test("nobody behind a cap is judged: their turn comes at the next opening, in their order")
    func behindTheCap() {
        var limits = RuleLimits()
        limits.usersPerDay = 100
        // Had they been judged today, whoever is denied would have been left out and the order would not matter.
        let answer = forecast(
            [
                ask("sale", 0..<300, schedule: Schedule(start: Self.morning, validity: .endOfDay)) {
                    if $0.key >= 150 { $0.isDenied = true }
                }
            ], limits: limits)[0]
        #expect(answer.leftOut.map(\.reason) == [Reason.expired.code] && answer.leftOut.map(\.count) == [200])
    }

    @Test("everybody who is left out has a reason, and all of them together are the audience")
    func waterfall() {
        var ask = ask("sale", 0..<100) { person in
            switch person.key {
            case 0..<10: person.isDenied = true
            case 10..<30: person.consent = nil
            case 30..<35: person.consent?.state = .withdrawn
            case 35..<40: person.missing = 1
            default: break
            }
        }
        ask.counts.holdout = 7
        ask.counts.audience = 107
        let answer = forecast([ask])[0]
        #expect(answer.sentTotal == 60 && answer.holdout == 7 && answer.audience == 107)
        let left = Dictionary(uniqueKeysWithValues: answer.leftOut.map { ($0.reason, $0.count) })
        #expect(left[Reason.denied.code] == 10 && left[Reason.fieldMissing.code] == 5)
        #expect(left[Reason.authorizationWithdrawn.code] == 5 && left[Reason.notAuthorized.code] == 20)
    }

    @Test("whom the platform has not been asked about is left out for that, and for nothing else")
    func unasked() {
        var ask = ask("sale", 0..<10) { if $0.key < 4 { $0.consent = nil } }
        ask.lane.lastWalk = nil
        let answer = forecast([ask])[0]
        #expect(answer.leftOut == [.init(reason: Reason.consentCheck.code, count: 4)] && answer.unasked == 4)
    }

    @Test("a card that the platform has not approved leaves all out for that, and no other hour is advised")
    func template() {
        var ask = ask("sale", 0..<29)
        ask.campaign.variants[0].messages = [.appletCard(template: "card-001", path: "a", query: [])]
        ask.lane.templates = [CardTemplate(id: "card-002", isApproved: true)]
        let answer = forecast([ask])[0]
        #expect(answer.leftOut == [.init(reason: Reason.templateNotApproved.code, count: 29)])
        #expect(answer.change == nil && answer.latestStart == nil && !answer.fits)
        #expect(answer.closings.map(\.reason) == [Reason.templateNotApproved.code] && answer.closings[0].until == nil)
        ask.lane.templates.append(CardTemplate(id: "card-001", isApproved: true))
        #expect(forecast([ask])[0].sentTotal == 29)
    }

    @Test("runs of one lane share it: the one that comes first is served first, and the other says what it lost")
    func sharing() {
        var limits = RuleLimits()
        limits.usersPerDay = 300
        let answers = forecast(
            [ask("low", 1000..<1300, priority: 9), ask("high", 0..<200, priority: 1)], limits: limits)
        #expect(answers.map(\.campaign) == ["low", "high"])
        #expect(answers.map(\.sentTotal) == [100, 200])
        #expect(answers[0].lost == [.init(run: "high", people: 200)] && answers[1].lost.isEmpty)
        let equal = forecast([ask("a", 0..<200), ask("b", 1000..<1200)], limits: limits)
        #expect(equal.map(\.sentTotal) == [150, 150])
    }

    @Test("a person in two lists is written to once a day, by the run that comes first, also from another account")
    func overlap() {
        for account in [1, 2] as [Int64] {
            let answers = forecast([
                ask("high", 0..<50, priority: 1), ask("low", 25..<75, account: account, priority: 9),
            ])
            #expect(answers.map(\.sentTotal) == [50, 25])
            #expect(answers[1].leftOut == [.init(reason: Reason.alreadyContactedToday.code, count: 25)])
        }
    }

    @Test("several campaigns, several lists: each has an answer of its own, in the order asked")
    func several() {
        let asks = (0..<6).map { ask("c\($0)", Int32($0) * 100..<Int32($0) * 100 + 80, account: Int64($0 % 3)) }
        let answers = forecast(asks)
        #expect(answers.map(\.campaign) == asks.map(\.campaign.id))
        #expect(answers.allSatisfy { $0.sentTotal == 80 })
    }

    @Test("the latest start that it names fits, and a quarter of an hour later does not")
    func latestStart() throws {
        func at(_ start: Moment) -> RunForecast {
            forecast([ask("sale", 0..<3600, pace: "1/s,burst=1", start: start)])[0]
        }
        let latest = try #require(at(Self.morning).latestStart.flatMap { Moment(iso8601: $0) })
        #expect(latest >= Moment(iso8601: "2026-11-20T20:30:00+08:00")!)
        #expect(at(latest).fits)
        #expect(!at(latest + .minutes(30)).fits)
    }

    @Test("the last contact may start when its whole request still ends before the night")
    func latestContact() {
        let answer = forecast([ask("sale", 0..<10)])[0]
        #expect(answer.latestContact.map { $0 < moment("2026-11-20T21:59:55") } == true)
        #expect(answer.latestContact.map { $0 > moment("2026-11-20T21:59:50") } == true)
    }

    @Test("what does not fit names the cheapest change, and with that change it fits")
    func change() throws {
        let late = Moment(iso8601: "2026-11-20T21:00:00+08:00")!
        let answer = forecast([ask("sale", 0..<4500, pace: "1/s,burst=1", start: late)])[0]
        let change = try #require(answer.change)
        #expect(!answer.fits && change.kind == .startEarlier)
        let earlier = try #require(Moment(iso8601: change.value))
        #expect(forecast([ask("sale", 0..<4500, pace: "1/s,burst=1", start: earlier)])[0].fits)

        let window = DayWindow(fromMinute: 20 * 60, toMinute: 20 * 60 + 30)
        let narrow = forecast([
            ask("sale", 0..<3000, pace: "1/s,burst=1", schedule: Schedule(start: Self.morning, window: window))
        ])[0]
        #expect(narrow.change == .init(kind: .widenWindow, value: "20:00-22:00"))

        let many = forecast([ask("sale", 0..<6000)])[0]
        #expect(many.change?.kind == .extendValidity && many.change?.value == "+1d")
    }

    @Test("a lane that a person has to open sends nothing, and says so for everybody")
    func stopped() {
        var ask = ask("sale", 0..<20)
        ask.lane.hold = LaneHold(reason: .platformNeedsHuman, until: nil)
        let answer = forecast([ask])[0]
        #expect(answer.sentTotal == 0 && answer.leftOut == [.init(reason: Reason.platformNeedsHuman.code, count: 20)])
        #expect(answer.closings.map(\.until) == [nil])
    }

    @Test("a busy account is slowed in the forecast as at the gate, which is its pace and no closing")
    func slowed() {
        var limits = RuleLimits()
        limits.riskMessagesPerHour = 50
        let answer = forecast([ask("sale", 0..<1800)], limits: limits)[0]
        #expect(answer.slowed?.perHour == 3600 && answer.closings.isEmpty && answer.fits)
        // Fifty at any speed, then one a second.
        #expect(answer.sent.count == 2 && (945...955).contains(answer.sent[0].people))
        #expect(forecast([ask("sale", 0..<1800)])[0].slowed == nil)
    }

    @Test("a person's own hours are kept, and a card that would be one too many leaves them out")
    func own() {
        let work = PersonWindow(quiet: DayWindow(fromMinute: 9 * 60, toMinute: 18 * 60))
        let answer = forecast([ask("sale", 0..<20) { $0.window = $0.key < 10 ? work : nil }])[0]
        #expect(answer.sent.map(\.from) == [moment("2026-11-20T10:00:00"), moment("2026-11-20T18:00:00")])
        #expect(answer.sent.map(\.people) == [10, 10])
    }

    @Test("whoever is in the evening's list of a run that comes first is kept for it, not taken in the morning")
    func promised() {
        let evening = Schedule(start: Self.morning, window: DayWindow(fromMinute: 20 * 60, toMinute: 22 * 60))
        let answers = forecast([
            ask("first", 0..<30, priority: 1, schedule: evening), ask("second", 20..<50, priority: 9),
        ])
        #expect(answers.map(\.sentTotal) == [30, 20])
        #expect(answers[1].leftOut == [.init(reason: Reason.promisedToOtherRun.code, count: 10)])
    }

    @Test("too often in a week is the next week's contact")
    func tooOften() {
        var limits = RuleLimits()
        limits.contactsPerWeek = 2
        var sale = ask("sale", 0..<10, schedule: Schedule(start: Self.morning, validity: .days(7)))
        let today = PlatformDay(containing: Self.morning).number
        sale.contactDays = [3: [PlatformDay(number: today - 5), PlatformDay(number: today - 2)]]
        let answer = forecast([sale], limits: limits)[0]
        #expect(answer.days.map(\.people) == [9, 1] && answer.days.last?.day == "2026-11-22")
    }

    @Test("people of a best time are served from their slot on, not before")
    func slots() {
        let answer = forecast([ask("sale", 0..<40) { $0.slot = $0.key < 20 ? 18 * 60 : 12 * 60 }])[0]
        #expect(answer.sent.map(\.from) == [moment("2026-11-20T12:00:00"), moment("2026-11-20T18:00:00")])
    }
}

@Suite("The forecast and the daemon agree")
struct ForecastAgreementTests {
    @Test("before approval it names the people, the day and the quarter that the daemon then serves")
    func samePeople() async throws {
        var limits = RuleLimits()
        limits.usersPerDay = 30
        let world = try await EngineWorld(pace: "1/s,burst=1", limits: limits)
        let people = EngineWorld.people(0..<50)
        try world.authorize(Array(people.dropLast(5)))
        let schedule = Schedule(start: world.now, validity: .days(2))
        let audience = AudienceRequest(source: .files, files: ["a.csv"], order: .shuffled)
        let run = try world.admit(world.campaign("sale", schedule: schedule, audience: audience), people).run
        let forecast = try world.forecast(of: run)
        #expect(forecast.holds && forecast.days.map(\.people) == [30, 15])
        try world.approve(run)
        #expect(try await ForecastKeeper(world.setup).step(at: world.now) == world.now)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.ledger.forecast(of: run.id)?.days == forecast.days)
        for _ in 0..<120 {
            try await world.serve(rounds: 3)
            world.clock.pass(.seconds(1))
        }
        let tallies = try world.ledger.tallies(of: run.lane.account, from: run.start, to: world.now)
        #expect(tallies.reduce(0) { $0 + $1.people } == 30)
        let report = try DeskReading(world.setup).report(run: run.name)
        let comparison = try #require(report.forecast)
        #expect(comparison.started == 30 && comparison.quarters.first?.forecast == comparison.quarters.first?.actual)
        try world.check()
    }
}

@Suite("Sharing a lane in earnest")
struct LaneSharingTests {
    @Test("equal runs are served evenly; of two with the same person the first one's window is kept for it")
    func promised() async throws {
        let world = try await EngineWorld(pace: "500/s,burst=500")
        let evening = Schedule(
            start: world.now, window: DayWindow(fromMinute: 20 * 60, toMinute: 22 * 60), validity: .days(3))
        try world.authorize(["anna", "bert", "carl"])
        let first = try world.admit(world.campaign("first", schedule: evening, priority: 1), ["anna", "bert"]).run
        try world.approve(first)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        let second = try world.run("second", ["anna", "carl"], priority: 9)
        try await world.serve()
        #expect(try world.place(second, "carl").place == .attempted)
        guard case .waiting(_, .promisedToOtherRun) = try world.place(second, "anna").place else {
            Issue.record("anna's evening belongs to the first run")
            return
        }
        #expect(try world.ledger.contests(of: second.id).map { $0.winner } == [first.name])
        let report = try DeskReading(world.setup).report(run: second.name)
        #expect(report.sharing?.isEmpty == false)
        try world.check()
    }
}
