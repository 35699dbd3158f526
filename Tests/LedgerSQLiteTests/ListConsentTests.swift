import CampaignModel
import Ports
import SendingRules
import Testing

@Suite("Lists of people, and whose consent is walked over")
struct ListConsentTests {
    private func list(
        _ world: LedgerWorld, _ act: ListDemand.Act, _ openIDs: [String], account: String? = nil
    ) throws {
        try world.ledger.list(
            ListDemand(
                now: world.now, term: world.term, act: act, app: world.account().app,
                account: account.map { world.account($0).id }, openIDs: openIDs, person: "operator"))
    }

    private func denied(_ world: LedgerWorld, _ run: RunRecord, _ openID: String) throws -> Bool {
        try world.record(run, openID).facts.person.isDenied
    }

    @Test("each act of a list moves its own list, of its own account, and of the people it names alone")
    func acts() throws {
        let world = try LedgerWorld(.sqlite, allowListFor: "flagship")
        let run = try world.run("sale", ["a", "b", "c"])
        func allowed(_ openID: String) throws -> Bool? { try world.record(run, openID).facts.person.isOnAllowList }
        try list(world, .deny, ["a", "b"])
        try list(world, .allow, ["a", "c"], account: "flagship")
        #expect(try ["a", "b", "c"].map { try denied(world, run, $0) } == [true, true, false])
        #expect(try ["a", "b", "c"].map { try allowed($0) } == [true, false, true])
        // The same again is the same.
        try list(world, .deny, ["a"])
        #expect(try RawSQL(world).number("SELECT count(*) FROM listed") == 4)
        // Of another account, and of another list, nothing is lifted.
        try list(world, .undeny, ["a"], account: "flagship")
        try list(world, .disallow, ["b"], account: "flagship")
        #expect(try denied(world, run, "a") && denied(world, run, "b"))
        try list(world, .disallow, ["a"], account: "flagship")
        #expect(try denied(world, run, "a") && allowed("a") == false && allowed("c") == true)
        try list(world, .undeny, ["a"])
        #expect(try !denied(world, run, "a") && denied(world, run, "b"))
        let row = try #require(try world.ledger.auditRows(limit: 1).first)
        #expect(row.act == "undeny" && row.person == "operator" && row.subject == "1 people")
    }

    @Test("at work is whoever has a run that is not over")
    func atWork() throws {
        let world = try LedgerWorld(.sqlite)
        #expect(try world.ledger.accountsAtWork().isEmpty)
        let run = try world.run("sale", ["a"])
        let there = try world.ledger.admit(world.demand("there", [.init("l", ["b"])], account: "outlet"))
        #expect(try world.ledger.accountsAtWork() == [world.account().id, world.account("outlet").id])
        #expect(try world.end(run, .expired, .expired) == .expired)
        #expect(try world.ledger.accountsAtWork() == [world.account("outlet").id])
        try world.act(.reject, there.run, by: "review")
        #expect(try world.ledger.accountsAtWork().isEmpty)
    }

    @Test("a walk forgets those whom it did not meet, a thousand at a time, and nobody whom it met in its first moment")
    func walk() throws {
        let world = try LedgerWorld(.sqlite)
        let people = LedgerWorld.people(0..<2300)
        try world.authorize(people)
        world.now = world.now + .hours(1)
        let began = world.now
        try world.authorize(Array(people.suffix(100)))
        world.now = began + .minutes(5)
        try world.ledger.finishWalk(account: world.account().id, started: began, at: world.now, term: world.term)
        let states = try RawSQL(world).number("SELECT count(*) FROM consent WHERE state = 1")
        #expect(states == 100)
        #expect(
            try RawSQL(world).number(
                "SELECT count(*) FROM consent WHERE state = 0 AND source = 'walk' AND checked = \(world.now.milliseconds)"
            ) == 2200)
    }

    @Test("those who wait longest are asked about first, whoever is erased is not, and not more than may be asked")
    func order() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"])
        for openID in ["c", "a", "b"] {
            try world.start([run]) { candidate, _ in
                candidate.openID == openID
                    ? .no(.checkConsent, .consentCheck, candidate)
                    : .no(.defer, .platformBusy, candidate, changesAt: world.now)
            }
            world.now = world.now + .milliseconds(1)
        }
        func asked(_ limit: Int) throws -> [String] {
            try world.ledger.consentQuestions(limit: limit, at: world.now).map(\.openID)
        }
        #expect(try asked(9) == ["c", "a", "b"] && asked(2) == ["c", "a"])
    }
}
