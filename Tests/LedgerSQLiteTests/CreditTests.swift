import CampaignModel
import Ports
import Testing

@Suite("Crediting events to contacts")
struct CreditTests {
    typealias Word = EvidenceTests

    /// Two runs that reached the same person, a day apart.
    private func world(_ maker: LedgerMaker) throws -> (LedgerWorld, first: RunRecord, second: RunRecord) {
        let world = try LedgerWorld(maker)
        let first = try world.run("first", ["a", "b"], variant: { $0 == "b" ? 1 : 0 })
        try world.settle(try world.start([first], messages: [1, 1]).started.map { .of($0, .accepted) })
        world.now = world.now + .days(1)
        let second = try world.run("second", ["a"])
        try world.settle(try world.start([second]).started.map { .of($0, .accepted) })
        return (world, first, second)
    }

    struct Case: CustomTestStringConvertible {
        var kind: EventKind
        /// After the second contact, which is a day after the first.
        var after: Duration
        var goesTo: String?
        var testDescription: String { "\(kind.code) after \(after) → \(goesTo ?? "nobody")" }
    }
    static let cases: [Case] = [
        Case(kind: .replied, after: .minutes(1), goesTo: "second"),
        Case(kind: .replied, after: .hours(24), goesTo: "second"),
        Case(kind: .replied, after: .hours(24) + .milliseconds(1), goesTo: nil),
        // Told in whole seconds, it may seem to come before the contact by less than one.
        Case(kind: .replied, after: .milliseconds(-999), goesTo: "second"),
        Case(kind: .replied, after: .seconds(-2), goesTo: "first"),
        Case(kind: .entered, after: .hours(-25), goesTo: nil),
        Case(kind: .ordered, after: .days(7), goesTo: "second"),
        Case(kind: .ordered, after: .days(7) + .milliseconds(1), goesTo: nil),
        Case(kind: .ordered, after: .hours(-1), goesTo: "first"),
    ]

    @Test("last touch within the window, by the event's own moment", arguments: LedgerMaker.allCases, cases)
    func lastTouch(_ maker: LedgerMaker, _ each: Case) throws {
        let (world, first, second) = try world(maker)
        let at = world.now + each.after
        world.now = world.now + .days(9)
        _ = try world.apply([Word.word(each.kind, "a", world, at: at, amount: 1250)])
        let expected = each.kind.conversions
        for (run, name) in [(first, "first"), (second, "second")] {
            let counts = try world.ledger.results(of: run.id)[0] ?? [:]
            #expect(Set(counts.keys) == (name == each.goesTo ? Set(expected) : []), "\(name)")
            for conversion in expected where name == each.goesTo {
                let amount: Int64 = conversion == .ordered ? 1250 : 0
                #expect(counts[conversion] == ResultCount(people: 1, events: 1, amount: amount))
            }
        }
        try world.check()
    }

    @Test("any order, any number of repeats, the same figures", arguments: LedgerMaker.allCases)
    func orderAndRepeats(_ maker: LedgerMaker) throws {
        var figures: [[Int: [Conversion: ResultCount]]] = []
        for turn in 0..<4 {
            let (world, first, _) = try world(maker)
            let start = world.now
            world.now = world.now + .days(2)
            var words: [Evidence] = []
            for index in 1...6 {
                let kind: EventKind = index % 2 == 0 ? .ordered : .replied
                let at = start - .hours(20) + .minutes(Int64(index))
                let person = index % 3 == 0 ? "b" : "a"
                words.append(Word.word(kind, person, world, at: at, id: "\(index)", amount: Int64(index)))
            }
            if turn % 2 == 1 { words.reverse() }
            if turn >= 2 { words += words + words }
            for word in words { _ = try world.apply([word]) }
            figures.append(try world.ledger.results(of: first.id))
            try world.check()
        }
        #expect(figures.allSatisfy { $0 == figures[0] })
        #expect(figures[0][0]?[.ordered] == ResultCount(people: 1, events: 2, amount: 6))
        #expect(figures[0][1]?[.ordered] == ResultCount(people: 1, events: 1, amount: 6))
        #expect(figures[0][1]?[.opened] == ResultCount(people: 1, events: 1, amount: 0))
    }

    @Test("a reply that overtakes the platform's own answer waits for it", arguments: LedgerMaker.allCases)
    func stillOnTheWire(_ maker: LedgerMaker) throws {
        for outcome in [OutcomeKind.accepted, .unknown, .rejected] {
            let world = try LedgerWorld(maker)
            let run = try world.run("sale", ["a"])
            let started = try world.start([run]).started[0]
            _ = try world.apply([Word.word(.replied, "a", world)])
            #expect(try world.ledger.results(of: run.id).isEmpty)
            try world.settle([.of(started, outcome, reason: .network)])
            _ = try world.catchUp()
            let people = try world.ledger.results(of: run.id)[0]?[.replied]?.people
            #expect(people == (outcome == .rejected ? nil : 1), "\(outcome)")
            try world.check()
        }
    }

    @Test("what was credited to a contact that never was goes back to the one before", arguments: LedgerMaker.allCases)
    func notSentAfterAll(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = try world.run("first", ["a"])
        try world.settle(try world.start([first]).started.map { .of($0, .accepted) })
        world.now = world.now + .days(1)
        let second = try world.run("second", ["a"])
        try world.settle(try world.start([second]).started.map { .of($0, .unknown, reason: .network) })
        world.now = world.now + .hours(1)
        for id in ["1", "2"] { _ = try world.apply([Word.word(.ordered, "a", world, id: id, amount: 100)]) }
        #expect(
            try world.ledger.results(of: second.id)[0]?[.ordered] == ResultCount(people: 1, events: 2, amount: 200))
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: second.id, openID: "a", accepted: false, person: "ops"))
        #expect(
            try world.ledger.results(of: second.id)[0]?[.ordered] == ResultCount(people: 0, events: 0, amount: 0))
        #expect(
            try world.ledger.results(of: first.id)[0]?[.ordered] == ResultCount(people: 1, events: 2, amount: 200))
        try world.check()
    }

    @Test(
        "an order without an account goes to whichever account of the app wrote last", arguments: LedgerMaker.allCases)
    func withoutAccount(_ maker: LedgerMaker) throws {
        let (world, _, second) = try world(maker)
        world.now = world.now + .hours(1)
        let known = Word.word(.ordered, "a", world, account: nil, amount: 5, source: .partner)
        let stranger = Word.word(.ordered, "nobody", world, account: nil, amount: 5, source: .partner)
        let result = try world.apply([known, stranger])
        #expect(result.taken == 1 && result.strangers == 1)
        #expect(try world.ledger.results(of: second.id)[0]?[.ordered]?.amount == 5)
        #expect(
            try world.apply([Word.word(.replied, "a", world, account: "outlet")]).taken == 1)
        #expect(try world.ledger.results(of: second.id)[0]?[.replied] == nil)
    }

    @Test("activity stands in quarters of an hour on Shanghai's wall", arguments: LedgerMaker.allCases)
    func activity(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let ten = world.now
        world.now = ten + .hours(2)
        for minute in [0, 14, 15, 29, 30] {
            _ = try world.apply([Word.word(.entered, "a", world, at: ten + .minutes(Int64(minute)))])
        }
        _ = try world.apply([Word.word(.answered, "a", world, at: ten)])
        // The last millisecond of a quarter is of that quarter.
        _ = try world.apply([Word.word(.entered, "a", world, at: ten + .minutes(30) - .milliseconds(1))])
        let question = ActivityQuestion(
            account: world.account().id, kinds: [.entered], from: ten, to: ten + .minutes(30))
        #expect(try world.ledger.activity(question).map(\.slot) == [40, 41])
        #expect(try world.ledger.activity(question).map(\.events) == [2, 3])
        #expect(
            try world.ledger.activity(
                ActivityQuestion(account: nil, kinds: [], from: ten, to: ten + .hours(1))
            ).map(\.events) == [2, 1, 3, 1])
        #expect(try world.ledger.events(EventQuestion(account: world.account().id)).count == 7)
        #expect(try Set(world.ledger.measured(account: world.account().id).spans.keys) == [.entered, .answered])
        #expect(try world.ledger.results(of: run.id).isEmpty)
    }

    @Test("where somebody came from and when they last wrote can be asked for", arguments: LedgerMaker.allCases)
    func acquaintance(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        _ = try world.apply([
            world.consent("a", true, at: world.now, from: "button"),
            world.consent("a", true, at: world.now - .minutes(1), from: "im_card"),
            world.consent("b", true, at: world.now), Word.word(.replied, "b", world),
        ])
        let admission = try world.ledger.admit(world.demand("all", []))
        try world.act(.approve, admission.run, by: "review")
        var seen: [String: [String]] = [:]
        _ = try world.ledger.plan(
            PlanDemand(
                now: world.now, term: world.term, run: admission.run.id, shuffleKey: 1, order: .listed,
                source: .authorized, peopleMax: nil)
        ) { person in
            seen[String(decoding: person.openID, as: UTF8.self)] = String(decoding: person.fields, as: UTF8.self)
                .split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
            return .variant(0)
        }
        #expect(PlanCandidate.authorizedColumns == ["authorized_since", "last_contacted", "entered_from", "replied"])
        #expect(seen["a"]?[2] == "button" && seen["a"]?[3] == "")
        #expect(seen["b"]?[2] == "" && seen["b"]?[3] == "2026-11-20T10:00:00+08:00")
    }
}
