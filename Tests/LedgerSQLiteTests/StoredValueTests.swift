import CampaignModel
import GRDB
import LedgerSQLite
import Ports
import Testing

@Suite("A stored value that nobody ever wrote is damage, and never a harmless default")
struct StoredValueTests {
    /// What is bent, and what is then asked.
    enum Question: String, CaseIterable {
        case runs, lane, accounts, person, start, consents, known, plan, work, arrivals
    }

    private func ask(_ question: Question, _ world: LedgerWorld, _ run: RunRecord, unplanned: RunRecord) throws {
        switch question {
        case .runs: _ = try world.ledger.runs(includingEnded: true)
        case .lane: _ = try world.ledger.laneFacts(world.account().id, at: world.now)
        case .accounts: _ = try world.ledger.accounts()
        case .person: _ = try world.record(run, "p0")
        case .start: try world.start([run])
        case .consents: _ = try (world.ledger as? LedgerSQLite)?.consents(of: world.account().id)
        case .known: _ = try world.ledger.known(openID: "p0")
        case .plan: try world.plan(unplanned)
        case .arrivals: _ = try world.ledger.arrivals(limit: 10)
        case .work: _ = try world.ledger.work(at: world.now)
        }
    }

    @Test(
        "it is named by its column, and nothing goes on as if it were something else",
        arguments: [
            ("UPDATE run SET channel = 'pigeon'", .runs, "run.channel holds pigeon"),
            ("UPDATE run SET channel = 'pigeon'", .work, "run.channel holds pigeon"),
            ("UPDATE run SET state = 12", .runs, "run.state holds 12"),
            ("UPDATE run SET state = 12", .plan, "run.state holds 12"),
            ("UPDATE run SET state = 12", .start, "run.state holds 12"),
            ("UPDATE account SET kind = 'royal'", .accounts, "account.kind holds royal"),
            ("UPDATE account SET kind = 'royal'", .lane, "account.kind holds royal"),
            ("UPDATE account SET role = 'ghost'", .accounts, "account.role holds ghost"),
            ("UPDATE account SET zone = 'Mars/Base'", .accounts, "account.zone holds Mars/Base"),
            ("UPDATE account SET zone = 'Mars/Base'", .lane, "account.zone holds Mars/Base"),
            ("UPDATE consent SET state = 7", .person, "consent.state holds 7"),
            ("UPDATE consent SET state = 7", .start, "consent.state holds 7"),
            ("UPDATE consent SET state = 7", .consents, "consent.state holds 7"),
            ("UPDATE consent SET state = 7", .known, "consent.state holds 7"),
            ("UPDATE segment SET ordering = 9", .person, "segment.ordering holds 9"),
            (
                "INSERT INTO waiting SELECT 1, recipient, 0, 0, 0, 0, 0, 0, 999 FROM plan", .person,
                "waiting.reason holds 999"
            ),
            (
                "INSERT INTO arrival (app, source, digest, received, body) VALUES (1, 9, x'00', 0, x'00')", .arrivals,
                "arrival.source holds 9"
            ),
            ("INSERT INTO skipped SELECT 1, recipient, 0, 999, 0 FROM plan", .person, "skipped.reason holds 999"),
        ] as [(String, Question, String)])
    func bent(_ sql: String, _ question: Question, _ words: String) throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(["p0"])
        let run = try world.run("sale", ["p0"])
        let unplanned = try world.ledger.admit(world.demand("later", [.init("later", ["p0"])])).run
        try DatabaseQueue(path: world.folder + "/ledger.db").write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
        }
        do {
            try ask(question, world, run, unplanned: unplanned)
            Issue.record("nothing was said")
        } catch LedgerError.corrupt(let why) {
            #expect(why.hasPrefix(words), "\(why)")
        }
    }

    @Test("how an account was held at an earlier moment is read from what was written, not from words for people")
    func holds() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(["p0"])
        let run = try world.run("sale", ["p0"])
        let account = world.account().id
        let first = world.now
        let until = first + .hours(2)
        try world.ledger.hold(
            account: account, LaneHold(reason: .platformRisk, until: until), by: "machine", at: first, term: world.term)
        world.now = first + .minutes(10)
        try world.ledger.hold(
            account: account, LaneHold(reason: .platformNeedsHuman, until: nil), by: "machine", at: world.now,
            term: world.term)
        world.now = first + .minutes(20)
        try world.ledger.hold(account: account, nil, by: "operator", at: world.now, term: world.term)
        world.now = first + .hours(1)
        func hold(at moment: Moment) throws -> LaneHold? {
            try world.ledger.person(PersonQuestion(run: run.id, openID: "p0", at: moment, now: world.now))?
                .facts.lane.hold
        }
        let expected = [
            LaneHold(reason: .platformRisk, until: until), LaneHold(reason: .platformNeedsHuman, until: nil), nil,
        ]
        func look() throws -> [LaneHold?] {
            try [1, 11, 21].map { try hold(at: first + .minutes($0)) }
        }
        #expect(try look() == expected)
        // A ledger of before has them in the record of acts alone.
        try DatabaseQueue(path: world.folder + "/ledger.db").write { db in
            try db.execute(
                sql: """
                    DROP TABLE account_hold;
                    DELETE FROM grdb_migrations WHERE identifier = '25 how accounts were held'
                    """)
        }
        try world.reopen()
        #expect(try look() == expected)
    }
}
