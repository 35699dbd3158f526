import CampaignModel
import Foundation
import Ports
import SendingRules
import Testing

@Suite("What happened to a person, and what it was an occasion of")
struct OccasionRowTests {
    private static func says(
        _ kind: EventKind, _ openID: String, _ world: LedgerWorld, at: Moment? = nil, account: String? = "flagship",
        id: String = "", said: Int64? = nil, message: String = "@m", content: [UInt8] = []
    ) -> Evidence {
        let moment = at ?? world.now
        var word = EventWord(
            identity: Array("\(kind.code) \(openID) \(moment.milliseconds) \(id)".utf8), kind: kind,
            app: world.account().app, account: account.map { world.account($0).id }, openID: openID, at: moment,
            source: .callback)
        word.context.message = message
        word.context.conversation = message.isEmpty ? "" : "@c"
        word.context.said = said
        word.context.content = content
        return .event(word)
    }

    // MARK: - Who hears what

    @Test("only a run that was approved by then, listens to that, and is not over hears it, at its account alone")
    func heard() throws {
        let world = try LedgerWorld(.sqlite)
        let entered = try world.listening("entered", on: .entered, .enter)
        let replied = try world.listening("replied", on: .replied, .reply)
        let elsewhere = try world.listening("elsewhere", on: .entered, .enter, account: "outlet")
        let draft = try world.listening("draft", on: .entered, .enter, approved: false)
        func sums() throws -> [Int] {
            try [entered, replied, elsewhere, draft].map { try world.ledger.sum(of: $0.id).audience }
        }
        #expect(try world.hear([Self.says(.entered, "a", world)]).occasions == 1)
        #expect(try sums() == [1, 0, 0, 0])
        // Told without an account, it is of every account of the app.
        #expect(try world.hear([Self.says(.entered, "b", world, account: nil)]).occasions == 2)
        #expect(try sums() == [2, 0, 1, 0])
        // The very moment of the approval counts, the one before it does not; the end does not, the one before it does.
        let approval = world.now
        world.now = world.now + .hours(1)
        let before = Self.says(.replied, "a", world, at: approval - .milliseconds(1))
        #expect(try world.hear([before]).occasions == 0)
        #expect(try world.hear([Self.says(.replied, "a", world, at: approval)]).occasions == 1)
        world.now = approval + .days(3) - .milliseconds(1)
        #expect(try world.hear([Self.says(.replied, "a", world)]).occasions == 1)
        world.now = approval + .days(3)
        #expect(try world.hear([Self.says(.replied, "a", world)]).occasions == 0)
        try world.check()
    }

    @Test("while it is paused what happens waits; once it is over nothing is heard")
    func paused() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("entered", on: .entered, .enter)
        try world.act(.pause, run)
        #expect(try world.hear([Self.says(.entered, "a", world)]).occasions == 1)
        #expect(try world.ledger.sum(of: run.id).waiting == [.occasionWaits: 1])
        try world.act(.cancel, run)
        world.now = world.now + .seconds(1)
        #expect(try world.hear([Self.says(.entered, "a", world)]).occasions == 0)
        #expect(try world.ledger.sum(of: run.id).skipped == [.cancelled: 1])
        try world.check()
    }

    @Test("whether it is the first of its kind is of the person, the kind and the account")
    func first() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.listening("entered", on: .entered, .enter)
        _ = try world.listening("elsewhere", on: .entered, .enter, account: "outlet")
        let firsts = Heard()
        func isFirst(_ openID: String, _ kind: EventKind = .entered, account: String = "flagship") throws -> Bool? {
            world.now = world.now + .seconds(1)
            _ = try world.hear([Self.says(kind, openID, world, account: account)], firsts: firsts)
            return firsts.take()
        }
        #expect(try isFirst("a", .replied) == nil)
        #expect(try isFirst("a") == true)
        #expect(try isFirst("a") == false)
        #expect(try isFirst("a", account: "outlet") == true)
        #expect(try isFirst("b") == true)
    }

    @Test("the same event under another id, or the same words of the same message, is one occasion; another is another")
    func once() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("replied", on: .replied, .reply)
        let word = Self.says(.replied, "a", world, content: [1, 2, 3])
        #expect(try world.hear([word, word]).occasions == 1)
        #expect(try world.hear([Self.says(.replied, "a", world, id: "2", content: [1, 2, 3])]).occasions == 0)
        #expect(try world.hear([Self.says(.replied, "a", world, id: "3", content: [1, 2, 4])]).occasions == 1)
        #expect(try world.hear([Self.says(.replied, "b", world, content: [1, 2, 3])]).occasions == 1)
        // Without any content the identity is what makes it that event.
        #expect(
            try world.hear([Self.says(.replied, "c", world), Self.says(.replied, "c", world, id: "2")]).occasions == 2)
        #expect(try world.ledger.sum(of: run.id).audience == 5)
        try world.check()
    }

    @Test("an authorisation is heard as well, and what is withdrawn is not")
    func authorised() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("authorized", on: .authorized, .proactive)
        #expect(try world.hear([world.consent("a", true, at: world.now)]).occasions == 1)
        #expect(try world.hear([world.consent("b", false, at: world.now)]).occasions == 0)
        #expect(try world.ledger.sum(of: run.id).audience == 1)
        #expect(try world.ledger.authorised(account: world.account().id).count == 1)
        #expect(try world.ledger.authorised(account: world.account("outlet").id).isEmpty)
    }

    @Test(
        "whose occasion waits for their consent is asked about while the run is served, and who waits otherwise is not"
    )
    func asked() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("ordered", on: .ordered, .proactive)
        _ = try world.hear(["a", "b", "c"].map { Self.says(.ordered, $0, world) })
        _ = try world.serve(run) {
            $0.openID == "b"
                ? .no(.defer, .quietHours, $0, changesAt: world.now + .hours(1))
                : .no(.checkConsent, .consentCheck, $0)
        }
        func asked() throws -> [String] {
            try world.ledger.consentQuestions(limit: 9, at: world.now).map(\.openID).sorted()
        }
        #expect(try asked() == ["a", "c"])
        world.now = world.now + .minutes(10) - .milliseconds(1)
        #expect(try asked() == ["a", "c"])
        try world.act(.pause, run)
        #expect(try asked() == [])
        try world.act(.resume, run)
        world.now = world.now + .milliseconds(1)
        #expect(try asked() == [])
    }

    // MARK: - What the gate is told

    @Test("the gate sees the event, its moment, its own due, and what an answer has to name")
    func told() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("replied", on: .replied, .reply)
        let happened = world.now
        _ = try world.hear(
            [Self.says(.replied, "a", world), Self.says(.replied, "b", world, message: "")], due: .minutes(1))
        #expect(try world.serve(run).isEmpty)
        world.now = happened + .minutes(1)
        let seen = try world.serve(run, answer: { .no(.defer, .quietHours, $0, changesAt: world.now + .hours(1)) })
        #expect(seen.map(\.candidate.openID) == ["b", "a"])
        for one in seen {
            let facts = try #require(one.facts.person.occasion)
            #expect(facts.happened == happened && facts.due == happened + .minutes(1))
            #expect(facts.since.isEmpty && facts.contacts.isEmpty && facts.lastStarted == nil && facts.answered == nil)
            #expect(facts.hasContext == (one.candidate.openID == "a") && facts.sameText == 1)
            #expect(one.candidate.segment == .ofOccasion(.reply) && one.candidate.occasion?.right == .reply)
            #expect(one.candidate.occasion?.message == (one.candidate.openID == "a" ? "@m" : ""))
            #expect(one.candidate.occasion?.conversation == (one.candidate.openID == "a" ? "@c" : ""))
        }
        #expect(try world.ledger.sum(of: run.id).waiting == [.quietHours: 2])
        // Deferred until then, and not looked at before.
        world.now = world.now + .hours(1) - .milliseconds(1)
        #expect(try world.serve(run).isEmpty)
        world.now = world.now + .milliseconds(1)
        #expect(try world.serve(run).count == 2)
        try world.check()
    }

    @Test("what happened since, by whom and where, is what the file's unless looks at")
    func since() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("entered", on: .entered, .enter)
        let happened = world.now
        _ = try world.hear([
            Self.says(.replied, "a", world, at: happened - .seconds(1)), Self.says(.entered, "a", world),
        ])
        world.now = happened + .hours(1)
        _ = try world.hear([
            Self.says(.ordered, "a", world, account: nil), Self.says(.clicked, "a", world, account: "outlet"),
            Self.says(.consulted, "b", world),
        ])
        let facts = try #require(try world.serve(run).first?.facts.person.occasion)
        #expect(facts.since == [.ordered] && facts.answered == nil)
    }

    @Test("the last word of a person of the house counts for a day, at this account, also from before the event")
    func answered() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("replied", on: .replied, .reply)
        let begin = world.now
        func seen(_ hours: Int64) throws -> OccasionFacts {
            world.now = begin + .hours(hours)
            let seen = try world.serve(run, most: 1)
            return try #require(seen.first?.facts.person.occasion)
        }
        _ = try world.hear([
            Self.says(.answered, "a", world, at: begin - .hours(2)),
            Self.says(.answered, "a", world, at: begin - .hours(1)),
            Self.says(.answered, "a", world, at: begin - .minutes(1), account: "outlet"),
            Self.says(.replied, "a", world),
        ])
        #expect(try seen(0).answered == begin - .hours(1))
        #expect(try seen(23).answered == begin - .hours(1))
        #expect(try seen(24).answered == nil)
        // Of before the event: heard of, and nothing that has happened since.
        #expect(try seen(24).since.isEmpty)
        _ = try world.hear([Self.says(.answered, "a", world)])
        #expect(try seen(25).answered == begin + .hours(24) && seen(25).since == [.answered])
    }

    @Test("the same words are counted running, of this account, up to the event and back to what was said otherwise")
    func sameText() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("replied", on: .replied, .reply)
        let texts: [(Int64?, String)] = [
            (7, "flagship"), (7, "flagship"), (8, "flagship"), (7, "flagship"), (7, "outlet"), (7, "flagship"),
            (7, "flagship"), (nil, "flagship"), (7, "flagship"),
        ]
        var evidence: [Evidence] = []
        for (place, text) in texts.enumerated() {
            evidence.append(
                Self.says(
                    .replied, "a", world, at: world.now + .milliseconds(Int64(place)), account: text.1, said: text.0))
        }
        world.now = world.now + .seconds(1)
        _ = try world.hear(evidence)
        let seen = try world.serve(run, answer: { .no(.skip, .stale, $0) })
        // By the newest first; the outlet's is not of this conversation, and a picture says nothing twice.
        #expect(seen.map { $0.facts.person.occasion?.sameText } == [1, 1, 3, 2, 1, 1, 2, 1])
    }

    @Test("contacts of a day, of this account and whichever campaign; the last start is the campaign's own")
    func contacts() throws {
        let world = try LedgerWorld(.sqlite)
        let replied = try world.listening("replied", on: .replied, .reply)
        let entered = try world.listening("entered", on: .entered, .enter)
        let begin = world.now
        _ = try world.hear([Self.says(.entered, "a", world), Self.says(.entered, "b", world)])
        let first = try world.serve(entered, messages: [2]).first { $0.candidate.openID == "a" }
        world.now = begin + .hours(1)
        _ = try world.hear([Self.says(.replied, "a", world)])
        func facts() throws -> OccasionFacts {
            let seen = try world.serve(replied, most: 1)
            return try #require(seen.first?.facts.person.occasion)
        }
        let event = try #require(first?.facts.person.occasion?.event)
        let contact = OccasionFacts.Contact(event: event, right: .enter, messages: 2, started: begin)
        #expect(try facts().contacts == [contact] && facts().lastStarted == nil)
        world.now = begin + .hours(24)
        #expect(try facts().contacts == [contact])
        world.now = begin + .hours(24) + .milliseconds(1)
        #expect(try facts().contacts == [])
        // The campaign's own last start is remembered for good.
        let answered = world.now
        _ = try world.serve(replied)
        world.now = answered + .hours(30)
        _ = try world.hear([Self.says(.replied, "a", world)])
        #expect(try facts().lastStarted == answered && facts().contacts == [])
    }

    // MARK: - What it takes, and what becomes of it

    @Test("an answer takes nothing of the account's people and batches; what comes unasked takes its place")
    func taken() throws {
        let world = try LedgerWorld(.sqlite)
        for (right, on, people, messages, answers) in [
            (Trigger.Right.reply, EventKind.replied, 0, 0, 2), (.enter, .entered, 0, 0, 4),
            (.proactive, .ordered, 1, 2, 4),
        ] {
            let run = try world.listening(on.code, on: on, right)
            try world.authorize(["a"])
            _ = try world.hear([Self.says(on, "a", world)])
            #expect(try world.serve(run, messages: [2]).count == 1)
            let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
            #expect(lane.people == people && lane.messages == messages && lane.answers == answers, "\(right)")
            #expect(try world.ledger.sum(of: run.id).open == 1)
        }
        try world.check()
    }

    @Test("what an answer was refused goes back to the answers, and each outcome ends its occasion as it is")
    func settled() throws {
        let rows: [(OutcomeKind, Settlement.Next, OccasionRecord.State, Reason?, Int)] = [
            (.accepted, .end, .ended, nil, 2), (.rejected, .end, .ended, .platformUnclear, 0),
            (.unknown, .end, .ended, .network, 2),
            (
                .refusedForNow, .wait(until: LedgerWorld.morning + .minutes(5), .platformBusy), .waiting, .platformBusy,
                0
            ),
            (.notSent, .skip(.stale), .skipped, .stale, 0),
        ]
        for (outcome, next, state, reason, answers) in rows {
            let world = try LedgerWorld(.sqlite)
            let run = try world.listening("replied", on: .replied, .reply)
            _ = try world.hear([Self.says(.replied, "a", world)])
            let started = try #require(try world.begin(run, messages: [2]).started.first)
            try world.settle([.of(started, outcome, next, reason: next == .end ? reason : nil)])
            let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
            #expect(lane.answers == answers && lane.messages == 0 && lane.people == 0, "\(outcome)")
            let occasion = try #require(try world.occasions("a").first)
            #expect(occasion.state == state && occasion.reason == reason, "\(outcome): \(occasion)")
            // What certainly was none holds nobody back later.
            #expect((occasion.started == nil) == (state == .waiting || state == .skipped), "\(outcome)")
            #expect((occasion.ended == nil) == (state == .waiting), "\(outcome)")
            #expect(occasion.runName == run.name)
            try world.check()
        }
    }

    @Test("who is held out is never served, and is judged once, by what happened to them first")
    func heldOut() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("entered", on: .entered, .enter)
        // Not the first by what the ledger knows it by.
        _ = try world.hear([Self.says(.entered, "a", world, content: [9])], heldOut: true)
        world.now = world.now + .seconds(1)
        _ = try world.hear([Self.says(.entered, "a", world, content: [1])], heldOut: true)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.audience == 2 && sum.holdout == 2 && sum.waiting.isEmpty)
        #expect(try world.occasions("a").allSatisfy { $0.state == .heldOut && $0.reason == nil })
        let seen = try world.serve(run)
        // The ghost is judged by the facts of its occasion, and nothing is started.
        #expect(seen.count == 1 && seen[0].facts.person.occasion?.happened == LedgerWorld.morning)
        #expect(try world.ledger.sum(of: run.id).open == 0)
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.answers == 0 && lane.people == 0)
        try world.check()
    }

    @Test("by whose turn came last, the newest first; so many as the turn takes")
    func newest() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("entered", on: .entered, .enter)
        for person in ["a", "b", "c"] {
            _ = try world.hear([Self.says(.entered, person, world)])
            world.now = world.now + .seconds(1)
        }
        #expect(try world.begin(run, limit: 2).started.map(\.candidate.openID) == ["c", "b"])
        #expect(try world.begin(run, limit: 2).started.map(\.candidate.openID) == ["a"])
    }

    @Test("what one lost is unknown after a crash, ends its occasion, and keeps its answers")
    func rescued() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.listening("replied", on: .replied, .reply)
        _ = try world.hear([Self.says(.replied, "a", world)])
        #expect(try world.begin(run).started.count == 1)
        #expect(try world.occasions("a").map(\.state) == [.open])
        try world.restart()
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 1)
        let occasion = try #require(try world.occasions("a").first)
        #expect(occasion.state == .ended && occasion.reason == .orphaned && occasion.outcome == .unknown)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).answers == 1)
        #expect(try world.serve(run).isEmpty)
        try world.check()
    }

    // MARK: - A changed file

    @Test(
        "what waits moves to the approved text that listens to the same and spends the same; else it ends with the old",
        arguments: [
            (EventKind.entered, Trigger.Right.enter, true), (.entered, .proactive, false), (.replied, .reply, false),
        ])
    func moved(_ on: EventKind, _ right: Trigger.Right, moves: Bool) throws {
        let world = try LedgerWorld(.sqlite)
        let old = try world.listening("sale", on: .entered, .enter, variants: 2)
        let happened = world.now
        _ = try world.hear([Self.says(.entered, "a", world), Self.says(.entered, "b", world)], variant: 1)
        _ = try world.hear([Self.says(.entered, "held", world)], heldOut: true)
        world.now = world.now + .hours(1)
        let new = try world.listening("sale", on: on, right)
        let sums = try (old: world.ledger.sum(of: old.id), new: world.ledger.sum(of: new.id))
        #expect(sums.new.waiting == (moves ? [.occasionWaits: 2] : [:]) && sums.new.audience == (moves ? 2 : 0))
        #expect(sums.old.skipped == (moves ? [:] : [.superseded: 2]) && sums.old.waiting.isEmpty)
        #expect(sums.old.audience == (moves ? 1 : 3) && sums.old.holdout == 1)
        // Told late, what happened under the old text is the new one's.
        let late = try world.hear([Self.says(.entered, "c", world, at: happened)])
        #expect(late.occasions == (moves ? 1 : 0))
        // The second variant is no more: they get the first.
        #expect(try world.serve(new).map(\.candidate.variant) == (moves ? [0, 0, 0] : []))
        try world.check()
    }

    @Test("of a person the newest happenings are told, with what came of each; of a stranger and elsewhere nothing")
    func happenings() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.listening("entered", on: .entered, .enter)
        let begin = world.now
        _ = try world.hear([Self.says(.entered, "a", world, message: "@1")])
        world.now = begin + .minutes(1)
        _ = try world.hear([
            Self.says(.replied, "a", world, at: begin + .seconds(30), account: nil, message: "@2"),
            Self.says(.optedOut, "a", world), Self.says(.answered, "a", world), Self.says(.entered, "b", world),
        ])
        let told = try world.ledger.happenings(openID: "a", app: world.account().app, limit: 9)
        #expect(told.map(\.kind) == [.replied, .entered] && told.map(\.message) == ["@2", "@1"])
        #expect(told.map(\.account) == [nil, world.account().id] && told.map { $0.occasions.count } == [0, 1])
        #expect(told.map(\.at) == [begin + .seconds(30), begin] && told[0].received == world.now)
        #expect(try world.ledger.happenings(openID: "a", app: world.account().app, limit: 1).map(\.message) == ["@2"])
        #expect(try world.ledger.happenings(openID: "x", app: world.account().app, limit: 9).isEmpty)
        #expect(try world.ledger.happenings(openID: "a", app: world.account("stranger").app, limit: 9).isEmpty)
    }
}

/// What the ledger told the trigger about being the first.
private final class Heard: @unchecked Sendable {
    private var isFirst: Bool?
    func note(_ isFirst: Bool) { self.isFirst = isFirst }
    /// Only the test's own thread calls it.
    func take() -> Bool? {
        defer { isFirst = nil }
        return isFirst
    }
}

extension LedgerWorld {
    /// A run that waits for something to happen: admitted, and when it is approved planned, with nobody.
    fileprivate func listening(
        _ id: String, on: EventKind, _ right: Trigger.Right, account name: String = "flagship", variants: Int = 1,
        approved: Bool = true
    ) throws -> RunRecord {
        var demand = demand(id, [], account: name)
        demand.campaign.trigger = Trigger(on: on, right: right, fresh: .hours(12), until: now + .days(3))
        demand.campaign.audience = AudienceRequest(source: .files, files: [])
        demand.campaign.variants = (0..<variants).map {
            Variant(name: "v\($0)", weight: .whole, messages: [.text("hello")])
        }
        let run = try ledger.admit(demand).run
        guard approved else { return run }
        try act(.approve, run, by: "review")
        try plan(run)
        return try reread(run)
    }

    /// What every listener takes for its occasion.
    fileprivate func hear(
        _ evidence: [Evidence], due: Duration = .zero, variant: Int = 0, heldOut: Bool = false, firsts: Heard? = nil
    ) throws -> EvidenceResult {
        var demand = EvidenceDemand(now: now, term: term, evidence: evidence)
        demand.enrol = { word, isFirst, listeners in
            firsts?.note(isFirst)
            return listeners.map {
                Enrolment(
                    run: $0.run, due: word.at + due, variant: variant,
                    heldOut: heldOut ? HeldOut(byHouse: false, variant: variant) : nil)
            }
        }
        return try ledger.apply(demand)
    }

    fileprivate func begin(
        _ run: RunRecord, messages: [Int] = [1], limit: Int = 500,
        admit: (Candidate, Facts) -> Verdict = { candidate, _ in .yes(candidate) }
    ) throws -> StartResult {
        var turn = StartDemand.Turn(run: run.id, limit: limit, messages: messages)
        turn.right = try ledger.work(at: now).flatMap(\.runs).first { $0.run == run.id }?.right ?? .enter
        return try ledger.start(
            StartDemand(
                now: now, term: term, lane: Lane(account: run.lane.account, channel: run.lane.channel), turns: [turn],
                limit: limit, deadline: now + .seconds(10)), admit: admit)
    }

    /// Whom the gate was asked about, with what it was told.
    fileprivate func serve(
        _ run: RunRecord, messages: [Int] = [1], answer: (Candidate) -> Verdict = { .yes($0) }, most: Int = .max
    ) throws -> [(candidate: Candidate, facts: Facts)] {
        var seen: [(candidate: Candidate, facts: Facts)] = []
        _ = try begin(run, messages: messages) { candidate, facts in
            seen.append((candidate, facts))
            return seen.count < most ? answer(candidate) : .no(.holdLane, .accountNotBound, candidate)
        }
        return seen
    }

    fileprivate func occasions(_ openID: String) throws -> [OccasionRecord] {
        try ledger.happenings(openID: openID, app: account().app, limit: 99).flatMap(\.occasions)
    }
}
