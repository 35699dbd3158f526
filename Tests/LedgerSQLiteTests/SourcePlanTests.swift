import CampaignModel
import Ports
import Testing

@Suite("A plan knows who is in it, and why the others are not")
struct SourcePlanTests {
    private func fields(_ world: LedgerWorld, _ run: RunRecord) throws -> [String: [String]] {
        var seen: [String: [String]] = [:]
        _ = try world.ledger.plan(
            PlanDemand(
                now: world.now, term: world.term, run: run.id, shuffleKey: 1, order: .listed, source: .authorized,
                peopleMax: nil)
        ) { person in
            seen[String(decoding: person.openID, as: UTF8.self)] = String(decoding: person.fields, as: UTF8.self)
                .split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
            return .variant(0)
        }
        return seen
    }

    private func everybody(_ world: LedgerWorld, _ id: String, account: String = "flagship") throws -> RunRecord {
        let admission = try world.ledger.admit(world.demand(id, [], account: account))
        try world.act(.approve, admission.run, by: "review")
        return admission.run
    }

    @Test("of everybody who authorised is told since when, and when this account last reached them, on Shanghai's wall")
    func authorized() throws {
        let world = try LedgerWorld(.sqlite)
        world.now = Moment(iso8601: "2026-11-19T23:30:00+08:00")!
        try world.authorize(["a", "b", "c", "no"])
        try world.authorize(["a", "elsewhere"], account: "outlet")
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.term, account: world.account().id,
                people: [.init(openID: "no", state: .withdrawn, source: "event")], answersQuestions: false))
        world.now = LedgerWorld.morning
        // The same authorisation seen again is as old as it was.
        try world.authorize(["a", "b", "c"])
        func contact(_ id: String, _ openID: String, _ outcome: OutcomeKind, _ account: String = "flagship") throws {
            let run = try world.run(id, [openID], account: account)
            try world.settle(
                try world.start([run], account: account).started.map {
                    .of($0, outcome, reason: outcome == .accepted ? nil : .platformRecipientGone)
                })
        }
        try contact("one", "a", .accepted)
        world.now = world.now + .days(1)
        try contact("two", "a", .unknown)
        try contact("three", "b", .rejected)
        try contact("four", "c", .accepted, "outlet")
        let since = "2026-11-19T23:30:00+08:00"
        #expect(
            try fields(world, try everybody(world, "all")) == [
                "a": [since, "2026-11-21T10:00:00+08:00", "", ""], "b": [since, "", "", ""], "c": [since, "", "", ""],
            ])
        #expect(
            try fields(world, try everybody(world, "there", account: "outlet")).keys.sorted() == ["a", "elsewhere"])
    }

    @Test("whom a replaced run may have reached, or had held out, is in no revision after it; whom it did not reach is")
    func replaced() throws {
        let world = try LedgerWorld(.sqlite)
        let people = ["accepted", "unknown", "open", "rejected", "later", "held", "fresh"]
        let first = try world.run("sale", people, start: world.now, holdout: ["held"])
        let started = try world.start([first], limit: 5).started
        try world.settle([
            .of(started[0], .accepted), .of(started[1], .unknown, reason: .network),
            .of(started[3], .rejected, reason: .platformRecipientGone),
            .of(started[4], .refusedForNow, .wait(until: world.now, .platformBusy)),
        ])
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", people)], start: first.start))
        try world.act(.approve, change.run, by: "review")
        var left: [String] = []
        let result = try world.plan(change.run) {
            left.append($0)
            return .variant(0)
        }
        #expect(left.sorted() == ["fresh", "later"])
        #expect(result.audience == 2 && result.excluded == 5)
        try world.check()
    }

    @Test("a run that ends with its plan counts everybody by the reason, and starts nobody")
    func ends() throws {
        let world = try LedgerWorld(.sqlite)
        func plan(_ run: RunRecord, ends: Bool) throws -> PlanResult {
            var demand = PlanDemand(
                now: world.now, term: world.term, run: run.id, shuffleKey: 1, order: .listed, source: .files,
                peopleMax: nil)
            demand.ends = ends ? (.expired, .startMissed) : nil
            return try world.ledger.plan(demand) { _ in .variant(0) }
        }
        for pauses in [false, true] {
            let admission = try world.ledger.admit(world.demand("sale\(pauses)", [.init("l\(pauses)", ["a", "b"])]))
            try world.act(.approve, admission.run, by: "review")
            if pauses {
                try world.act(.pause, admission.run)
                // Who is paused is planned only to be counted.
                #expect(throws: LedgerError.notPossible(state: .paused)) { try plan(admission.run, ends: false) }
            }
            #expect(try plan(admission.run, ends: true).audience == 2)
            let run = try world.reread(admission.run)
            #expect(run.state == .expired && run.why == .startMissed && run.ended == world.now)
            #expect(try world.ledger.sum(of: run.id).skipped == [.startMissed: 2])
            #expect(try world.place(run, "b") == .skipped(.startMissed, at: world.now))
            #expect(try world.ledger.work(at: world.now).isEmpty && world.start([run]).started.isEmpty)
            #expect(throws: LedgerError.notPossible(state: .expired)) { try plan(run, ends: true) }
        }
        try world.check()
    }

    @Test("a plan counts what it left out where people look for it: in the run's own row")
    func row() throws {
        let world = try LedgerWorld(.sqlite)
        let admission = try world.ledger.admit(
            world.demand("sale", [.init("l1", ["a", "b", "a", "c"]), .init("l2", ["b", "d", "e"])]))
        try world.act(.approve, admission.run, by: "review")
        world.now = world.now + .minutes(3)
        try world.plan(admission.run, max: 3) { $0 == "d" ? .excluded : .variant(0) }
        let run = try world.reread(admission.run)
        #expect(run.isPlanned && run.state == .running && run.began == world.now)
        #expect(run.duplicates == 2 && run.excluded == 1 && run.beyondMax == 1)
        #expect(try world.ledger.sum(of: run.id).pending == 3)
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["a", "b", "c"])
    }

    @Test("what a plan that was broken off has left is gone before the next one: nobody stands in it twice")
    func brokenOff() throws {
        struct Broken: Error {}
        let world = try LedgerWorld(.sqlite)
        let people = LedgerWorld.people(0..<1200)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", people)]))
        try world.act(.approve, admission.run, by: "review")
        let place = { (openID: String) -> Placement in openID.hasSuffix("7") ? .holdout : .variant(0) }
        world.pace.afterSlice = { if $0 == 1 { throw Broken() } }
        #expect(throws: (any Error).self) { try world.plan(admission.run, place: place) }
        world.pace.afterSlice = nil
        let run = admission.run.id.rawValue
        let left = try RawSQL(world).number(
            "SELECT count(*) FROM plan p JOIN segment s ON s.id = p.segment WHERE s.run = \(run)")
        #expect(left > 0, "it was broken off in the middle")
        #expect(try world.plan(admission.run, place: place).holdout == 120)
        #expect(try RawSQL(world).number("SELECT count(*) FROM segment WHERE run = \(run)") == 1)
        #expect(try RawSQL(world).number("SELECT count(*) FROM plan") == 1080)
        try world.check()
    }

    @Test("a person's values are read by the columns of their own list; who only authorised is of no list")
    func lists() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(["a"])
        let listed = try world.ledger.admit(world.demand("listed", [.init("l", ["a"], fields: "a\u{1F}Ann")]))
        try world.act(.approve, listed.run, by: "review")
        func audiences(_ run: RunRecord, _ source: AudienceRequest.Source) throws -> [[String]?] {
            var seen: [[String]?] = []
            _ = try world.ledger.plan(
                PlanDemand(
                    now: world.now, term: world.term, run: run.id, shuffleKey: 1, order: .listed, source: source,
                    peopleMax: nil)
            ) { person in
                seen.append(person.audience.map { (try? world.ledger.columns(of: $0)) ?? [] })
                return .variant(0)
            }
            return seen
        }
        #expect(try audiences(listed.run, .files) == [["open_id", "nickname"]])
        #expect(try audiences(try everybody(world, "all"), .authorized) == [nil])
    }

    @Test("whoever waits for a test stands in nobody's turn, is counted, and keeps the order of the list")
    func undecided() throws {
        let world = try LedgerWorld(.sqlite)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", ["a", "b", "c", "d", "e"])]))
        try world.act(.approve, admission.run, by: "review")
        let result = try world.plan(admission.run) { $0 == "b" || $0 == "d" ? .variant(0) : .undecided }
        #expect(result.audience == 5 && result.undecided == 3)
        let run = try world.reread(admission.run)
        #expect(try world.ledger.undecided(of: run.id) == 3)
        #expect(try world.ledger.sums(ofRunByVariant: run.id)[-2]?.pending == 3)
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["b", "d"])
        #expect(try world.ledger.sum(of: run.id).pending == 3)
        try world.ledger.record(
            LookDemand(now: world.now, term: world.term, run: run.id, seen: "{}", found: "{}", decides: true, sends: 0))
        while try world.ledger.writeSlice(at: world.now, term: world.term) != nil {}
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["a", "c", "e"])
        try world.check()
    }
}
