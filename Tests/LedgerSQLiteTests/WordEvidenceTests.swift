import CampaignModel
import GRDB
import Ports
import Testing

@Suite("A word from outside, and what stands in the ledger after it")
struct WordEvidenceTests {
    private typealias Words = EvidenceTests

    private func text(_ world: LedgerWorld, _ sql: String) throws -> [String] {
        try DatabaseQueue(path: world.folder + "/ledger.db").read { try String.fetchAll($0, sql: sql) }
    }

    @Test("of a permission given and taken within one second the taking is believed, and not beyond it")
    func binding() throws {
        for (after, isStopped) in [(Duration.milliseconds(999), true), (.milliseconds(1000), false)] {
            let world = try LedgerWorld(.sqlite)
            func word(_ granted: Bool, _ at: Moment) -> Evidence {
                .binding(
                    BindingWord(
                        identity: Array("\(granted)".utf8), app: world.account().app, account: world.account().id,
                        granted: granted, at: at))
            }
            let result = try world.apply([word(true, world.now + after), word(false, world.now)])
            #expect(result.stopped == (isStopped ? [world.account().id] : []) && result.outdated == (isStopped ? 0 : 1))
            let holds = try world.ledger.accounts().filter { $0.hold != nil }.map(\.name)
            #expect(holds == (isStopped ? ["flagship"] : []))
        }
    }

    @Test("who wants to be left alone is on every account's list, with the words they said")
    func denied() throws {
        let world = try LedgerWorld(.sqlite)
        var silent = EventWord(
            identity: [1], kind: .optedOut, app: world.account().app, account: nil, openID: "b", at: world.now,
            amount: nil, source: .partner, words: "")
        silent.openID = "b"
        _ = try world.apply([Words.word(.optedOut, "a", world), .event(silent)])
        #expect(try text(world, "SELECT person FROM listed ORDER BY recipient") == ["reply: 退订", "event"])
        let list = try text(world, "SELECT list || ' ' || account || ' ' || since FROM listed ORDER BY recipient")
        #expect(list == Array(repeating: "1 0 \(world.now.milliseconds)", count: 2))
    }

    @Test("what partners tell of somebody whom nobody ever knew is counted as a stranger's and kept nowhere")
    func strangers() throws {
        let world = try LedgerWorld(.sqlite)
        let result = try world.apply([
            Words.word(.ordered, "x", world, amount: 1, source: .partner),
            Words.word(.entered, "y", world, source: .callback),
        ])
        #expect(result.strangers == 1 && result.taken == 1)
        #expect(try text(world, "SELECT open_id FROM recipient") == ["y"])
    }

    @Test("a known order with another amount is told, by its place; the same again is not, nor another event")
    func otherAmounts() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.apply([
            Words.word(.ordered, "a", world, id: "1", amount: 500), Words.word(.replied, "a", world, id: "2"),
        ])
        let again = try world.apply([
            Words.word(.ordered, "a", world, id: "1", amount: 500), Words.word(.replied, "a", world, id: "2"),
            Words.word(.ordered, "a", world, id: "1", amount: 700),
        ])
        #expect(again.taken == 0 && again.repeated == 3 && again.otherAmounts.count == 1)
    }

    @Test("an event from the future is as old as the moment at which it came")
    func future() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.apply([
            Words.word(.replied, "a", world, at: world.now + .hours(5)),
            Words.word(.replied, "b", world, at: world.now - .hours(5)),
        ])
        let moments = try text(world, "SELECT CAST(at AS TEXT) FROM event ORDER BY id")
        #expect(moments == [world.now, world.now - .hours(5)].map { "\($0.milliseconds)" })
        // What was measured is measured from the first to the last of them.
        let span = try #require(try world.ledger.measured(account: world.account().id).spans[.replied])
        #expect("\(span)".contains("\(world.now.milliseconds)") || "\(span)".contains("2026"))
        let spans = try text(
            world, "SELECT first || ' ' || last FROM measured WHERE account = \(world.account().id.rawValue)")
        #expect(spans == ["\((world.now - .hours(5)).milliseconds) \(world.now.milliseconds)"])
    }

    @Test("the last reply of somebody is the last, whichever was told last")
    func replied() throws {
        let world = try LedgerWorld(.sqlite)
        let later = world.now - .minutes(1)
        _ = try world.apply([
            Words.word(.replied, "a", world, at: later), Words.word(.replied, "a", world, at: later - .hours(1)),
            Words.word(.replied, "a", world, at: later - .minutes(2), account: "outlet"),
            Words.word(.entered, "b", world),
        ])
        #expect(
            try text(world, "SELECT account || ' ' || replied FROM acquaintance ORDER BY account") == [
                "\(world.account().id.rawValue) \(later.milliseconds)",
                "\(world.account("outlet").id.rawValue) \((later - .minutes(2)).milliseconds)",
            ])
    }

    @Test("what has arrived is read in its order, a few at a time, and forgotten when it was done long ago")
    func arrivals() throws {
        let world = try LedgerWorld(.sqlite)
        func arrival(_ number: UInt8, _ source: ArrivalSource = .callback) -> NewArrival {
            NewArrival(app: world.account().app, source: source, digest: [number], body: [number])
        }
        #expect(try world.take([arrival(3), arrival(1), arrival(3), arrival(2, .file)]) == 3)
        world.now = world.now + .minutes(1)
        #expect(try world.take([arrival(9)]) == 1)
        let seen = try world.ledger.arrivals(limit: 3)
        #expect(seen.map(\.body) == [[3], [1], [2]] && seen.map(\.source) == [.callback, .callback, .file])
        #expect(seen.map(\.received) == Array(repeating: world.now - .minutes(1), count: 3))
        #expect(try world.ledger.arrivals(limit: 9).count == 4)
        let done = world.now
        var kept = EvidenceDemand.Conclusion(arrival: seen[1].id, note: "look")
        kept.keepsBody = true
        _ = try world.apply([], concluding: [.init(arrival: seen[0].id, note: "taken"), kept])
        #expect(try world.ledger.arrivals(limit: 9).map(\.body) == [[2], [9]])
        #expect(
            try text(world, "SELECT note || ' ' || length(body) FROM arrival WHERE done IS NOT NULL ORDER BY id")
                == ["taken 0", "look 1"])
        // Not what was done at that very moment, nor what is not done at all; what is set aside stays longer.
        #expect(try world.sweep(before: done) == 0)
        #expect(try world.sweep(before: done + .milliseconds(1), setAsideBefore: done) == 1)
        #expect(try world.sweep(before: done + .milliseconds(1), setAsideBefore: done + .milliseconds(1)) == 1)
        #expect(try world.ledger.arrivals(limit: 9).count == 2)
        // No more than asked for at once.
        for arrival in try world.ledger.arrivals(limit: 9) {
            _ = try world.apply([], concluding: [.init(arrival: arrival.id, note: "")])
        }
        #expect(
            try world.ledger.sweepArrivals(
                before: done + .days(1), setAsideBefore: .distantPast, limit: 1, term: world.term) == 1)
    }

    @Test("a word about consent wakes whoever waited for it, and is as old as what it says")
    func consentWakes() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        try world.start([run]) { candidate, _ in .no(.checkConsent, .consentCheck, candidate) }
        world.now = world.now + .minutes(2)
        let said = world.now - .minutes(1)
        #expect(try world.apply([world.consent("a", true, at: said)]).consents == 1)
        #expect(try world.place(run, "a") == .waiting(until: world.now, .consentCheck))
        #expect(try world.place(run, "b") == .waiting(until: world.now + .minutes(8), .consentCheck))
        let consent = try #require(try world.record(run, "a").facts.person.consent)
        #expect(consent.state == .authorized && consent.checked == said)
        // One from the future is no newer than the moment at which it came.
        _ = try world.apply([world.consent("b", true, at: world.now + .hours(3))])
        #expect(try world.record(run, "b").facts.person.consent?.checked == world.now)
    }

    @Test("an authorisation keeps its date and its age until there is a new one")
    func consentKeeps() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        let start = world.now
        let ends = start + .days(9)
        func word(_ authorized: Bool, _ minute: Int64, expires: Moment? = nil) throws {
            world.now = start + .minutes(minute)
            _ = try world.apply([
                .consent(
                    ConsentWord(
                        identity: Array("\(minute)".utf8), app: world.account().app, account: world.account().id,
                        openID: "a", authorized: authorized, said: world.now, expires: expires, enteredFrom: ""))
            ])
        }
        func granted() throws -> String? { try text(world, "SELECT CAST(granted AS TEXT) FROM consent").first }
        try word(true, 1, expires: ends)
        #expect(try granted() == "\((start + .minutes(1)).milliseconds)")
        try word(true, 2)
        #expect(try world.record(run, "a").facts.person.consent?.expires == ends)
        #expect(try granted() == "\((start + .minutes(1)).milliseconds)")
        try word(false, 3)
        try word(true, 4)
        #expect(try granted() == "\((start + .minutes(4)).milliseconds)")
    }
}
