import CampaignModel
import GRDB
import LedgerSQLite
import Ports
import Testing

/// Everything that figures of a run are made of, as one value.
private struct Figures: Equatable {
    var sum: ConservationSum
    var sums: [Int: ConservationSum]
    var results: [Int: [Conversion: ResultCount]]
    var parts: [RunPart]
    var batches: [[Int: BatchArm]]
    var responses: ResponseCount
    var ofAccount: ResponseCount
    var measured: Measured
    var recall: RecallCounts?
    var starts: [QuarterCount]
    var activity: [ActivityCount]

    init(_ run: RunRecord, _ world: LedgerWorld) throws {
        let (ledger, account) = (world.ledger, world.account().id)
        sum = try ledger.sum(of: run.id)
        sums = try ledger.sums(ofRunByVariant: run.id)
        results = try ledger.results(of: run.id)
        parts = try ledger.parts(of: run.id)
        batches = try ledger.batches(of: run.id, .replied)
        responses = try ledger.responses(ResponseQuestion(account: account, run: run.id))
        ofAccount = try ledger.responses(ResponseQuestion(account: account))
        measured = try ledger.measured(account: account)
        recall = try ledger.recallCounts(of: run.id)
        starts = try ledger.starts(of: run.id)
        activity = try ledger.activity(
            ActivityQuestion(account: account, kinds: [], from: LedgerWorld.morning, to: world.now + .days(1)))
    }
}

@Suite("Figures outlive the rows that they came from")
struct KeptFiguresTests {
    typealias Word = EvidenceTests

    private func prune(_ world: LedgerWorld, at now: Moment) throws {
        for _ in 0..<500 {
            let step = try world.ledger.prune(
                PruneDemand(
                    now: now, term: world.term, contentsBefore: now - .days(90), recordsBefore: now - .days(180),
                    rowsMax: 7))
            #expect(try world.ledger.violations().isEmpty)
            if step.isDone { return }
        }
        Issue.record("it never ends")
    }

    /// A test of two arms that was decided at noon, everybody's answers, a recall, and an end.
    private func world() throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let people = LedgerWorld.people(0..<20)
        let admission = try world.ledger.admit(world.demand("sale", [.init("list", people)]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run) { openID in
            switch Int(openID.dropFirst())! {
            case 0..<6: .variant(0)
            case 6..<12: .variant(1)
            case 18...: .holdout
            default: .undecided
            }
        }
        let run = try world.reread(admission.run)
        try world.settle(
            try world.start([run], messages: [1, 1]).started.map {
                .of($0, .accepted, ids: ["@\($0.key.recipient.rawValue)"])
            })
        world.now = world.now + .hours(1)
        let early = ["p0", "p1", "p6", "p7", "p8"].map { Word.word(.replied, $0, world) }
        _ = try world.apply(early + [Word.word(.clicked, "p0", world), Word.word(.clicked, "p1", world)])
        world.now = world.now + .hours(1)
        try world.ledger.record(
            LookDemand(
                now: world.now, term: world.term, run: run.id, seen: "{}", found: "{}", decides: true, sends: 1))
        world.now = world.now + .hours(1)
        try world.settle(try world.start([run], messages: [1, 1]).started.map { .of($0, .unknown) })
        world.now = world.now + .minutes(5)
        _ = try world.apply(
            ["p12", "p13"].map { Word.word(.replied, $0, world) }
                + [Word.word(.consulted, "p0", world), Word.word(.consulted, "p9", world)])
        world.now = world.now + .hours(30)
        _ = try world.apply(["p0", "p12"].map { Word.word(.answered, $0, world) })
        #expect(
            try world.ledger.askRecall(
                RecallDemand(now: world.now, term: world.term, run: run.id, person: "operator")) == 12)
        _ = try world.end(run, .expired, .expired)
        return (world, run)
    }

    @Test("every figure of a run is the same before and after its people were erased by age")
    func same() throws {
        let (world, run) = try world()
        let before = try Figures(run, world)
        let tested = before.parts.filter { !$0.isLater }
        let later = before.parts.filter(\.isLater)
        #expect(tested.map { $0.people[.replied] ?? 0 } == [2, 3] && later.map { $0.people[.replied] } == [2])
        #expect(tested[0].steps == [.clickToConsult: 1] && tested[1].steps.isEmpty)
        #expect(before.batches.map { $0.mapValues(\.people) } == [[0: 6, 1: 6], [1: 6]])
        #expect(before.responses.questions == 7 && before.responses.answered == 2)
        #expect(before.recall == RecallCounts([.asked: 12]))
        try prune(world, at: world.now + .days(400))
        #expect(try RawSQL(world).number("SELECT count(*) FROM event") == 0)
        #expect(try RawSQL(world).number("SELECT count(*) FROM credit") == 0)
        #expect(try RawSQL(world).number("SELECT count(*) FROM attempt") == 0)
        #expect(try Figures(run, world) == before)
        let gone = try world.reread(run)
        #expect(gone.isErased && gone.erasedAt != nil)
        #expect(try world.ledger.revision(run.revision).isErased)
    }

    @Test("whoever is erased by name stays in every count")
    func erasedByName() throws {
        let (world, run) = try world()
        let before = try Figures(run, world)
        for openID in ["p0", "p7", "p12"] {
            _ = try world.ledger.erase(
                EraseDemand(now: world.now, term: world.term, person: "operator", openID: openID))
        }
        let after = try Figures(run, world)
        #expect(after.parts == before.parts && after.batches == before.batches && after.results == before.results)
        #expect(after.responses == before.responses && after.measured == before.measured)
        try world.check()
    }

    @Test("a ledger that was kept before is filled from the rows that it still has")
    func filled() throws {
        let (world, run) = try world()
        let before = try Figures(run, world)
        let old = """
            DROP TABLE measured; DROP TABLE part_result; DROP TABLE part_reach; DROP TABLE response; DROP TABLE recalled;
            DROP INDEX rollup_unknown;
            ALTER TABLE credit DROP COLUMN segment; ALTER TABLE credit DROP COLUMN later;
            ALTER TABLE run DROP COLUMN pruned_at; ALTER TABLE revision DROP COLUMN pruned_at;
            ALTER TABLE instance DROP COLUMN events_before;
            DELETE FROM grdb_migrations WHERE identifier LIKE '%figures that outlive%';
            """
        try RawSQL(world).run(old)
        try world.restart()
        let after = try Figures(run, world)
        #expect(after.parts == before.parts && after.batches == before.batches)
        #expect(after.responses == before.responses && after.ofAccount == before.ofAccount)
        #expect(after.measured.spans.keys == before.measured.spans.keys)
        try world.check()
    }

    @Test("what an older program counted as signs of life and was none is taken off")
    func signs() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", ["a"])
        _ = try world.apply([
            Word.word(.replied, "a", world), Word.word(.optedOut, "a", world), Word.word(.ordered, "a", world),
        ])
        let person = try world.record(try #require(world.ledger.liveRuns().first), "a").candidate.recipient
        for recipient in [person, nil] {
            let seen = try world.ledger.activity(of: recipient, account: world.account().id)
            #expect(seen.map(\.seen) == [1], "a reply was seen, an order and an opt-out say nothing of when")
        }
    }

    // MARK: - Answers

    private struct Said {
        var minute: Int64
        var isAnswer: Bool
    }

    /// The rule read from the beginning: what the counts must come to, in whatever order it is told.
    private func reference(_ said: [Said]) -> (questions: Int, answered: Int, waited: Int64) {
        var open: Int64?
        var count = (questions: 0, answered: 0, waited: Int64(0))
        for one in said.sorted(by: { $0.minute < $1.minute }) {
            if one.isAnswer, let asked = open {
                open = nil
                if one.minute - asked <= 30 * 24 * 60 {
                    count.answered += 1
                    count.waited += one.minute - asked
                }
            } else if !one.isAnswer, open == nil {
                open = one.minute
                count.questions += 1
            }
        }
        return count
    }

    @Test("every answer belongs to its question, however late, in whatever order both are told", arguments: 1...12)
    func answers(_ seed: UInt64) throws {
        var dice = Shuffle(state: seed)
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        try world.settle(try world.start([run]).started.map { .of($0, .accepted) })
        let start = world.now
        world.now = start + .days(60)
        var minutes = Array(Set((0..<24).map { _ in Int64.random(in: 1...2000, using: &dice) })).sorted()
        // Beyond the window of the run, and beyond the limit of an answer.
        minutes += [3000, 10_000, 60_000, 80_000]
        var said = minutes.map { Said(minute: $0, isAnswer: Bool.random(using: &dice)) }
        said.shuffle(using: &dice)
        for one in said {
            _ = try world.apply([
                Word.word(one.isAnswer ? .answered : .replied, "a", world, at: start + .minutes(one.minute))
            ])
        }
        let whole = reference(said)
        let ofRun = reference(said.filter { $0.isAnswer || $0.minute <= 24 * 60 })
        for (question, expected) in [
            (ResponseQuestion(account: world.account().id), whole),
            (ResponseQuestion(account: world.account().id, run: run.id), ofRun),
        ] {
            let count = try world.ledger.responses(question)
            #expect(count.questions == expected.questions && count.answered == expected.answered)
            #expect(count.waited == .minutes(expected.waited))
        }
    }

    @Test("a contact that never was takes its questions with it, to the one before")
    func movedQuestions() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["a"])
        try world.settle(try world.start([first]).started.map { .of($0, .accepted) })
        world.now = world.now + .days(1) - .minutes(30)
        let second = try world.run("second", ["a"])
        try world.settle(
            try world.start([second], admit: { candidate, _ in .yes(candidate) }).started.map {
                .of($0, .unknown, reason: .network)
            })
        world.now = world.now + .minutes(10)
        _ = try world.apply([Word.word(.replied, "a", world)])
        world.now = world.now + .minutes(3)
        _ = try world.apply([Word.word(.answered, "a", world)])
        func count(_ run: RunRecord) throws -> ResponseCount {
            try world.ledger.responses(ResponseQuestion(account: world.account().id, run: run.id))
        }
        #expect(try count(second).answered == 1 && count(first).questions == 0)
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: second.id, openID: "a", accepted: false, person: "ops"))
        #expect(try count(second).questions == 0 && count(first).answered == 1)
        #expect(try count(first).waited == .minutes(3))
        #expect(try world.ledger.batches(of: second.id, .replied) == [[0: BatchArm(people: 0, conversions: 0)]])
        try world.check()
    }

    // MARK: - Sources

    @Test("a source is known from its first word to its last, and of one app only")
    func measured() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", ["a"])
        let noon = world.now + .hours(2)
        world.now = world.now + .days(9)
        for at in [noon + .days(3), noon, noon + .days(1)] {
            _ = try world.apply([Word.word(.ordered, "a", world, at: at, account: nil, amount: 1, source: .partner)])
        }
        let span = Measured.Span(first: noon, last: noon + .days(3))
        #expect(try world.ledger.measured(account: world.account().id).spans == [.ordered: span])
        #expect(try world.ledger.measured(account: world.account("outlet").id).spans == [.ordered: span])
        #expect(try world.ledger.measured(account: world.account("stranger").id).spans.isEmpty)
    }

    struct Told: CustomTestStringConvertible {
        var first: Int64
        var last: Int64
        var isMeasured: Bool
        var testDescription: String { "told from day \(first) to day \(last) → \(isMeasured)" }
    }
    @Test(
        "a run of the tenth to the twelfth day, with a window of seven, has orders measured by a source of these days",
        arguments: [
            Told(first: 20, last: 30, isMeasured: false), Told(first: 19, last: 30, isMeasured: true),
            Told(first: 11, last: 11, isMeasured: true), Told(first: 1, last: 40, isMeasured: true),
            Told(first: -40, last: -21, isMeasured: false), Told(first: -40, last: -20, isMeasured: true),
        ])
    func spans(_ told: Told) {
        func day(_ number: Int64) -> Moment { LedgerWorld.morning + .days(number) }
        let measured = Measured([.ordered: .init(first: day(told.first), last: day(told.last))])
        let kinds = measured.kinds(from: day(10), ended: day(12), .standard)
        #expect(Conversion.ordered.isMeasured(by: kinds) == told.isMeasured)
        #expect(!Conversion.replied.isMeasured(by: kinds))
    }

    @Test("a house's holdout of a time that was erased by age says until when, and counts nothing")
    func house() throws {
        let (world, _) = try world()
        let end = world.now
        let whole = try world.ledger.houseHoldout(from: LedgerWorld.morning, to: end + .days(1))
        #expect(whole.erasedUntil == nil && whole.sent > 0)
        // A group is nobody who could order.
        let raw = RawSQL(world)
        try raw.run("UPDATE run SET channel = 'group-message'")
        #expect(try world.ledger.houseHoldout(from: LedgerWorld.morning, to: end + .days(1)).sent == 0)
        try raw.run("UPDATE run SET channel = 'private-message'")
        try prune(world, at: end + .days(181))
        let asked = try world.ledger.houseHoldout(from: LedgerWorld.morning, to: end + .days(181))
        #expect(asked.erasedUntil == end + .days(1) && asked.sent == 0)
        let later = try world.ledger.houseHoldout(from: end + .days(2), to: end + .days(181))
        #expect(later.erasedUntil == nil)
    }
}

/// SplitMix64: the whole state is the seed, so that a failure is repeated by its number.
private struct Shuffle: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
