import CampaignModel
import Ports
import Testing

@Suite("What is known of a person's consent, page by page and word by word")
struct ConsentRowTests {
    private struct Page {
        var state: Consent.State
        var expires: Duration?
        var stock: Int?
        /// After the page before.
        var after: Duration = .minutes(1)
    }

    private struct Case {
        var name: String
        var pages: [Page]
        var state: Consent.State
        /// Of the pages, the one whose moment counts.
        var checked: Int
        /// Which page's moment the authorisation is as old as; nil: not looked at.
        var granted: Int?
        var expires: Duration?
        var stock: Int?
    }

    private static let cases: [Case] = [
        Case(name: "the first word", pages: [Page(state: .authorized)], state: .authorized, checked: 0, granted: 0),
        Case(
            name: "a yes that is said again is as old as the first",
            pages: [Page(state: .authorized), Page(state: .authorized)],
            state: .authorized, checked: 1, granted: 0),
        Case(
            name: "a yes after a no is a new one",
            pages: [Page(state: .authorized), Page(state: .none), Page(state: .authorized)],
            state: .authorized, checked: 2, granted: 2),
        Case(
            name: "an older page changes nothing",
            pages: [Page(state: .authorized), Page(state: .none, after: .minutes(-2))],
            state: .authorized, checked: 0, granted: 0),
        Case(
            name: "of two at one moment the later told counts",
            pages: [Page(state: .authorized), Page(state: .none, after: .zero)], state: .none, checked: 1),
        Case(
            name: "a date that was told stays until another is",
            pages: [Page(state: .authorized, expires: .days(1)), Page(state: .authorized)], state: .authorized,
            checked: 1,
            granted: 0, expires: .days(1)),
        Case(
            name: "a new date replaces the old one",
            pages: [Page(state: .authorized, expires: .days(1)), Page(state: .authorized, expires: .days(3))],
            state: .authorized, checked: 1, expires: .days(3)),
        Case(
            name: "an authorisation brings its stock", pages: [Page(state: .authorized, stock: 3)], state: .authorized,
            checked: 0, stock: 3),
        Case(
            name: "the same authorisation, seen again, brings none",
            pages: [Page(state: .authorized, stock: 3), Page(state: .authorized, stock: 3)], state: .authorized,
            checked: 1,
            stock: 3),
        Case(
            name: "a new one adds to what was left",
            pages: [
                Page(state: .authorized, stock: 3), Page(state: .none, stock: 3), Page(state: .authorized, stock: 2),
            ],
            state: .authorized, checked: 2, stock: 5),
        Case(name: "a no brings nothing", pages: [Page(state: .none, stock: 3)], state: .none, checked: 0),
        Case(
            name: "where nothing is counted nothing is taken away",
            pages: [Page(state: .authorized, stock: 3), Page(state: .authorized)], state: .authorized, checked: 1,
            stock: 3),
        Case(
            name: "counting that begins later begins with a whole one",
            pages: [Page(state: .authorized), Page(state: .authorized, stock: 3)], state: .authorized, checked: 1,
            stock: 3),
    ]

    @Test("of several words the newest counts, and each part of it as the platform means it", arguments: cases.indices)
    func pages(index: Int) throws {
        let row = Self.cases[index]
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        var moments: [Moment] = []
        let start = world.now
        for page in row.pages {
            world.now = world.now + page.after
            moments.append(world.now)
            try world.ledger.record(
                ConsentPage(
                    now: world.now, term: world.term, account: world.account().id,
                    people: [
                        .init(openID: "a", state: page.state, expires: page.expires.map { start + $0 }, source: "walk")
                    ], answersQuestions: false, stockPerAuthorization: page.stock))
        }
        let consent = try world.record(run, "a").facts.person.consent
        #expect(consent?.state == row.state && consent?.checked == moments[row.checked], "\(row.name)")
        #expect(consent?.expires == row.expires.map { start + $0 } && consent?.stock == row.stock, "\(row.name)")
        if let granted = row.granted {
            let sql = "SELECT count(*) FROM consent WHERE granted = \(moments[granted].milliseconds)"
            #expect(try RawSQL(world).number(sql) == 1, "\(row.name)")
        }
    }

    @Test("a walk says no to those it did not name, of its own account, and to nobody who was heard of meanwhile")
    func walk() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["named", "gone", "said-no", "meanwhile"])
        let other = try world.run("other", ["gone"], account: "outlet")
        try world.authorize(["named", "gone", "said-no", "meanwhile"])
        try world.authorize(["gone"], account: "outlet")
        world.now = world.now + .minutes(1)
        let started = world.now
        _ = try world.apply([world.consent("said-no", false, at: started - .seconds(30))])
        try world.authorize(["named"])
        world.now = started + .minutes(1)
        _ = try world.apply([world.consent("meanwhile", true, at: world.now)])
        world.now = started + .minutes(2)
        try world.ledger.finishWalk(account: world.account().id, started: started, at: world.now, term: world.term)
        func consent(_ openID: String, _ run: RunRecord) throws -> Consent? {
            try world.record(run, openID).facts.person.consent
        }
        #expect(try consent("named", run)?.state == .authorized && consent("named", run)?.checked == started)
        #expect(try consent("gone", run)?.state == Consent.State.none && consent("gone", run)?.checked == world.now)
        #expect(try consent("said-no", run)?.state == .withdrawn)
        #expect(try consent("meanwhile", run)?.state == .authorized)
        #expect(try consent("gone", other)?.state == .authorized)
        let accounts = try world.ledger.accounts()
        #expect(accounts.first { $0.id == world.account().id }?.lastWalk == world.now)
        #expect(accounts.first { $0.id == world.account("outlet").id }?.lastWalk == nil)
    }

    /// Everybody waits for the platform's word, but one, who waits for something else.
    private func waiting() throws -> (LedgerWorld, RunRecord, RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "busy"])
        let other = try world.run("other", ["a"], account: "outlet")
        for (run, account) in [(run, "flagship"), (other, "outlet")] {
            try world.start([run], account: account) { candidate, _ in
                candidate.openID == "busy"
                    ? .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(20))
                    : .no(.checkConsent, .consentCheck, candidate)
            }
        }
        return (world, run, other)
    }

    @Test("an answer wakes whoever waited for it, and nobody else, on no other account")
    func wakes() throws {
        let (world, run, other) = try waiting()
        let due = world.now + .minutes(10)
        world.now = world.now + .minutes(2)
        func answer(_ answers: Bool) throws {
            try world.ledger.record(
                ConsentPage(
                    now: world.now, term: world.term, account: world.account().id,
                    people: [.init(openID: "a", state: .authorized, source: "status")], answersQuestions: answers))
        }
        try answer(false)
        #expect(try world.place(run, "a") == .waiting(until: due, .consentCheck))
        try answer(true)
        #expect(try world.place(run, "a") == .waiting(until: world.now, .consentCheck))
        #expect(try world.place(run, "b") == .waiting(until: due, .consentCheck))
        #expect(try world.place(other, "a") == .waiting(until: due, .consentCheck))
        #expect(try world.place(run, "busy") == .waiting(until: due + .minutes(10), .platformBusy))
        // The end of a walk answers for everybody of its account.
        world.now = world.now + .minutes(1)
        try world.ledger.finishWalk(account: world.account().id, started: world.now, at: world.now, term: world.term)
        #expect(try world.place(run, "b") == .waiting(until: world.now, .consentCheck))
        #expect(try world.place(run, "a") == .waiting(until: world.now - .minutes(1), .consentCheck), "due already")
        #expect(try world.place(run, "busy") == .waiting(until: due + .minutes(10), .platformBusy))
        #expect(try world.place(other, "a") == .waiting(until: due, .consentCheck))
    }

    @Test("asked about are those who wait for it in a running run, each once, the longest waiting first")
    func questions() throws {
        let (world, run, other) = try waiting()
        func asked(_ limit: Int = 10) throws -> [String] {
            try world.ledger.consentQuestions(limit: limit, at: world.now).map { "\($0.openID)@\($0.account.rawValue)" }
        }
        let (flagship, outlet) = (world.account().id.rawValue, world.account("outlet").id.rawValue)
        #expect(try Set(asked()) == ["a@\(flagship)", "b@\(flagship)", "a@\(outlet)"] && asked().count == 3)
        #expect(try asked(2).count == 2)
        try world.act(.pause, other)
        #expect(try Set(asked()) == ["a@\(flagship)", "b@\(flagship)"])
        // Whoever is due is judged again first, and asked about when that is not enough.
        world.now = world.now + .minutes(10)
        #expect(try asked().isEmpty)
        _ = run
    }

    @Test("an older entrance is no newer one's, and only an authorisation has one")
    func entrances() throws {
        let world = try LedgerWorld(.sqlite)
        let start = world.now
        world.now = start + .hours(1)
        func entered() throws -> [String] {
            ["im_card", "button", "late"].filter { word in
                (try? RawSQL(world).number("SELECT count(*) FROM acquaintance WHERE entered_from = '\(word)'")) == 1
            }
        }
        _ = try world.apply([world.consent("a", true, at: start + .minutes(1), from: "im_card")])
        #expect(try entered() == ["im_card"])
        _ = try world.apply([world.consent("a", false, at: start + .minutes(2), from: "late")])
        _ = try world.apply([world.consent("a", true, at: start + .minutes(3), from: "")])
        #expect(try entered() == ["im_card"])
        _ = try world.apply([world.consent("a", true, at: start + .minutes(4), from: "button")])
        #expect(try entered() == ["button"])
        _ = try world.apply([world.consent("a", true, at: start + .minutes(3) + .seconds(1), from: "late")])
        #expect(try entered() == ["button"])
    }
}
