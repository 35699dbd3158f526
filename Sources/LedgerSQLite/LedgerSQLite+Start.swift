import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite {
    package func start(_ demand: StartDemand, admit: (Candidate, Facts) -> Verdict) throws -> StartResult {
        try inWrite(term: demand.term) { db, hot in
            var start = try StartTransaction(db, hot, demand)
            try start.run(admit)
            return start.result
        }
    }
}

/// The one transaction in which quota is taken. Lives for one call of `start`.
private struct StartTransaction {
    /// How many people one transaction looks at, so that a crowd of skips cannot hold the writer for long.
    private static let examinedMax = 2000

    private let db: any Session
    private let hot: HotStatements
    private let demand: StartDemand
    private let today: PlatformDay
    private var lane: LaneFacts
    private let keepsAllowList: Bool
    private let hasLists: Bool
    private let personal: PersonalFacts
    private var tested: [RunID: TestedPeople] = [:]
    private var taken: (people: Int, messages: Int, answers: Int) = (0, 0, 0)
    private var changes = Changes()
    private var examined = 0
    private var left: Int
    private(set) var result = StartResult()

    init(_ db: any Session, _ hot: HotStatements, _ demand: StartDemand) throws {
        self.db = db
        self.hot = hot
        self.demand = demand
        today = PlatformDay(containing: demand.now)
        (lane, keepsAllowList) = try LaneReader.read(hot, account: demand.lane.account, at: demand.now)
        hasLists = try keepsAllowList || hot.hasLists()
        personal = try PersonalFacts(hot, week: demand.countsWeek)
        left = demand.limit
        hot.raiseWall.bind(1, demand.now.milliseconds)
        try hot.raiseWall.run()
    }

    mutating func run(_ admit: (Candidate, Facts) -> Verdict) throws {
        for turn in demand.turns {
            guard left > 0, result.closed == nil, examined < Self.examinedMax else { break }
            try serve(turn, admit)
        }
        let messages = taken.messages + taken.answers
        if messages > 0 {
            changes.take(
                day: today, account: demand.lane.account, people: taken.people, messages: taken.messages,
                answers: taken.answers)
        }
        try changes.write(hot)
        guard messages > 0 else { return }
        try hot.accounts.note(
            demand.lane.account, people: taken.people, messages: messages, slowedUntil: lane.slowedUntil,
            keeps: demand.keepsMinutes, at: demand.now)
    }

    /// First who waits and is due, then the positions.
    private mutating func serve(_ turn: StartDemand.Turn, _ admit: (Candidate, Facts) -> Verdict) throws {
        let run = try LaneReader.run(hot, turn.run)
        tested[turn.run] = try TestedPeople(of: turn.run, isTest: run.isTest, db)
        var turnLeft = min(turn.limit, left)
        let before = (left: turnLeft, taken: taken)
        var drained = try serveWaiting(run, turn, &turnLeft, admit) { [self] limit in
            try turn.right == nil ? dueWaiting(turn.run, limit: limit) : dueOccasions(turn.run, limit: limit)
        }
        try judgeWaitingGhosts(run, turn, admit)
        for segment in try segments(of: turn.run) {
            guard mayGoOn(turn, turnLeft) else {
                drained = false
                break
            }
            if try !servePositions(segment, run, turn, &turnLeft, admit) { drained = false }
        }
        if drained, result.closed == nil, result.heldRuns[turn.run] == nil { result.drained.append(turn.run) }
        left -= before.left - turnLeft
        guard taken.messages > before.taken.messages else { return }
        changes.tally(
            account: demand.lane.account, run: turn.run, at: demand.now, people: taken.people - before.taken.people,
            messages: taken.messages - before.taken.messages)
    }

    private func mayGoOn(_ turn: StartDemand.Turn, _ turnLeft: Int) -> Bool {
        turnLeft > 0 && result.closed == nil && result.heldRuns[turn.run] == nil && examined < Self.examinedMax
    }

    /// By when they are due, until nobody is: who is put off again makes room for the next one who waits, not for a
    /// position.
    /// - Returns: true when nobody is left who is due.
    private mutating func serveWaiting(
        _ run: RunFacts, _ turn: StartDemand.Turn, _ turnLeft: inout Int, _ admit: (Candidate, Facts) -> Verdict,
        read: (_ limit: Int) throws -> [CandidateRow]
    ) throws -> Bool {
        while true {
            let due = try read(max(turnLeft, 1))
            if due.isEmpty { return true }
            for waiting in due {
                guard mayGoOn(turn, turnLeft) else { return false }
                try judge(waiting, run, turn, &turnLeft, admit)
            }
        }
    }

    /// True when the segment has nobody left who was never started.
    private mutating func servePositions(
        _ segment: (id: SegmentID, next: Int64, size: Int64), _ run: RunFacts, _ turn: StartDemand.Turn,
        _ turnLeft: inout Int, _ admit: (Candidate, Facts) -> Verdict
    ) throws -> Bool {
        var next = segment.next
        let rows = hot.readPlan
        rows.bind(1, segment.id.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, segment.next)
        rows.bind(4, Self.examinedMax - examined)
        defer { rows.reset() }
        var ghosts = try ghosts(of: segment.id)
        while turnLeft > 0, try rows.step() {
            let row = try CandidateRow(rows, turn.run, segment.id, waitingReason: nil)
            let isCrowd = ghosts.count == Self.ghostsMax
            try judge(&ghosts, upTo: row.candidate.position, run, turn, admit)
            // More of them may come before this person: with nobody behind them their turn would never come.
            if isCrowd, ghosts.isEmpty { break }
            try judge(row, run, turn, &turnLeft, admit)
            if result.closed != nil || result.heldRuns[turn.run] != nil { break }
            next = row.candidate.position + 1
        }
        rows.reset()
        if next != segment.next {
            hot.moveNext.bind(1, segment.id.rawValue)
            hot.moveNext.bind(2, next)
            try hot.moveNext.run()
            result.passed[turn.run, default: 0] += Int(next - segment.next)
        }
        return next >= segment.size
    }

    private mutating func judge(
        _ row: CandidateRow, _ run: RunFacts, _ turn: StartDemand.Turn, _ turnLeft: inout Int,
        _ admit: (Candidate, Facts) -> Verdict
    ) throws {
        let (person, number) = try facts(of: row, turn)
        let verdict = admit(row.candidate, Facts(lane: lane, run: run, person: person))
        switch verdict.decision {
        case .holdLane(let refusal): result.closed = refusal
        case .holdRun(let refusal): result.heldRuns[turn.run] = refusal
        case .skip(let reason): try skip(row, reason)
        case .defer(let refusal):
            noteContest(row, person, refusal.reason)
            try wait(row, until: refusal.changesAt ?? run.validUntil, refusal.reason)
        case .checkConsent(let refusal):
            // Judged again when the platform has answered, and in any case soon: a lost answer loses nobody.
            try wait(row, until: demand.now + .minutes(10), refusal.reason)
        case .admit(let variant):
            let messages = turn.messages.indices.contains(variant) ? turn.messages[variant] : 1
            let prompts = turn.prompts.indices.contains(variant) ? turn.prompts[variant] : []
            try begin(
                row, person, variant: variant, messages: messages, prompts, number: number + 1,
                departBy: verdict.departBy)
            lane.slowedUntil = verdict.slowedUntil
            turnLeft -= 1
        }
    }

    private mutating func facts(of row: CandidateRow, _ turn: StartDemand.Turn) throws -> (PersonFacts, number: Int32) {
        examined += 1
        var person = PersonFacts(consent: row.consent, day: today)
        let number = try LaneReader.contacts(hot, row.candidate.recipient, demand.lane.account, into: &person)
        if hasLists {
            try LaneReader.lists(
                hot, row.candidate.recipient, demand.lane.account, keepsAllowList: keepsAllowList, into: &person)
        }
        try personal.fill(&person, row.candidate.recipient, asking: turn.askedAccounts, hot)
        person.hasTestedContent =
            tested[row.candidate.run]?.has(row.candidate.recipient, variant: row.candidate.variant) ?? false
        if var occasion = row.occasion, let key = row.occasionKey(of: demand.lane.account) {
            try hot.occasions.fill(&occasion, key, at: demand.now)
            person.occasion = occasion
        }
        if !turn.rivals.isEmpty, person.contactsByApp == 0 {
            person.promisedTo = try Rivals.first(turn.rivals, awaiting: row.candidate, at: demand.now, db)
        }
        return (person, number)
    }

    // MARK: - People who are held out

    /// How many of one segment are read at once: they are few, and each is judged once.
    private static let ghostsMax = 500

    /// Read whole before judging: the judgement changes the very rows that are walked.
    private func ghosts(of segment: SegmentID) throws -> ArraySlice<CandidateRow> {
        let rows = hot.ghosts.readTurn
        rows.bind(1, segment.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, Self.ghostsMax)
        defer { rows.reset() }
        var ghosts: [CandidateRow] = []
        while try rows.step() {
            ghosts.append(try CandidateRow(rows, RunID(rawValue: rows.int(12)), segment, waitingReason: nil))
        }
        return ghosts[...]
    }

    /// Before the person with this position is judged, with the same facts of the lane.
    private mutating func judge(
        _ ghosts: inout ArraySlice<CandidateRow>, upTo position: Int64, _ run: RunFacts, _ turn: StartDemand.Turn,
        _ admit: (Candidate, Facts) -> Verdict
    ) throws {
        while let ghost = ghosts.first, ghost.candidate.position <= position {
            guard try judge(ghost: ghost, run, turn, admit) else { return }
            ghosts.removeFirst()
        }
    }

    private mutating func judgeWaitingGhosts(
        _ run: RunFacts, _ turn: StartDemand.Turn, _ admit: (Candidate, Facts) -> Verdict
    ) throws {
        let rows = hot.ghosts.readWaiting
        rows.bind(1, turn.run.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, Self.ghostsMax)
        rows.bind(4, demand.now.milliseconds)
        var due: [CandidateRow] = []
        while try rows.step() {
            due.append(try CandidateRow(rows, turn.run, SegmentID(rawValue: 0), waitingReason: nil))
        }
        rows.reset()
        for ghost in due {
            guard try judge(ghost: ghost, run, turn, admit) else { return }
        }
    }

    /// The same gate, the same facts, and nothing else: no attempt, no quota, no stock, no turn. What would have become
    /// of the person is written to their own row of the holdout, which nothing that sends ever reads.
    /// - Returns: false when the lane or the run is closed: their turn has not come.
    private mutating func judge(
        ghost: CandidateRow, _ run: RunFacts, _ turn: StartDemand.Turn, _ admit: (Candidate, Facts) -> Verdict
    ) throws -> Bool {
        var (person, _) = try facts(of: turn.right == nil ? ghost : occasion(of: ghost), turn)
        try addPretended(&person, ghost.candidate.recipient)
        let key = ghost.candidate
        switch admit(key, Facts(lane: lane, run: run, person: person)).decision {
        case .holdLane, .holdRun: return false
        case .skip(let reason):
            try end(hot.ghosts.putLeftOut, key, reason.rawValue)
            changes.count(run: key.run, variant: -1, .ghost, reason, by: 1)
        case .defer(let refusal):
            try end(
                hot.ghosts.putLater, key, (refusal.changesAt ?? run.validUntil).milliseconds, refusal.reason.rawValue)
        case .checkConsent(let refusal):
            try end(hot.ghosts.putLater, key, (demand.now + .minutes(10)).milliseconds, refusal.reason.rawValue)
        case .admit(let variant):
            try end(hot.ghosts.putSent, key, demand.now.milliseconds, variant)
            changes.count(run: key.run, variant: -1, .ghost, by: 1)
        }
        return true
    }

    private func end(_ statement: any Statement, _ key: Candidate, _ values: any BinaryInteger...) throws {
        statement.bind(1, key.run.rawValue)
        statement.bind(2, key.recipient.rawValue)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 3), Int64(value)) }
        try statement.run()
    }

    /// Whoever would have been written to today would not have been written to again: without this, a person held out of
    /// two campaigns would have two moments on a day on which everybody else has one.
    private func addPretended(_ person: inout PersonFacts, _ recipient: RecipientID) throws {
        let rows = hot.ghosts.readDay
        rows.bind(1, recipient.rawValue)
        rows.bind(2, today.start.milliseconds)
        rows.bind(3, today.next.start.milliseconds)
        defer { rows.reset() }
        while try rows.step() {
            person.contactsByApp += 1
            if rows.int(0) == demand.lane.account.rawValue { person.contactsByAccount += 1 }
        }
    }

    // MARK: - What becomes of a candidate

    private mutating func begin(
        _ row: CandidateRow, _ person: PersonFacts, variant: Int, messages: Int, _ prompts: [AccountID], number: Int32,
        departBy: Moment?
    ) throws {
        let candidate = row.candidate
        let isAnswer = candidate.segment.isOfAnswer
        let deadline = min(demand.deadline, departBy ?? demand.deadline)
        let attempt = hot.insertAttempt
        attempt.bind(1, Int64(today.number))
        attempt.bind(2, candidate.recipient.rawValue)
        attempt.bind(3, demand.lane.account.rawValue)
        attempt.bind(4, Int64(number))
        attempt.bind(5, candidate.run.rawValue)
        attempt.bind(6, candidate.segment.rawValue)
        attempt.bind(7, candidate.position)
        attempt.bind(8, candidate.variant)
        attempt.bind(9, variant)
        attempt.bind(10, messages)
        attempt.bind(11, candidate.tries + 1)
        attempt.bind(12, demand.term.number)
        attempt.bind(13, demand.now.milliseconds)
        attempt.bind(14, deadline.milliseconds)
        attempt.bind(15, isAnswer ? 0 : 1)
        try attempt.run()
        try leaveWaiting(row)
        if let occasion = candidate.occasion {
            hot.occasions.putOpen.bind(1, occasion.id.rawValue)
            hot.occasions.putOpen.bind(2, demand.now.milliseconds)
            hot.occasions.putOpen.bind(3, messages)
            hot.occasions.putOpen.bind(4, candidate.tries + 1)
            try hot.occasions.putOpen.run()
        }
        let people = person.contactsByAccount == 0 && !isAnswer ? 1 : 0
        lane.people += people
        lane.recent.add(people: people, messages: messages, at: demand.now)
        if isAnswer {
            lane.answers += messages
            taken.answers += messages
        } else {
            lane.messages += messages
            taken = (taken.people + people, taken.messages + messages, taken.answers)
        }
        changes.count(run: candidate.run, variant: candidate.variant, .open, by: 1)
        if row.consent?.stock != nil, !isAnswer {
            hot.takeStock.bind(1, demand.lane.account.rawValue)
            hot.takeStock.bind(2, candidate.recipient.rawValue)
            hot.takeStock.bind(3, -1)
            try hot.takeStock.run()
        }
        for owner in prompts {
            try hot.accounts.notePrompts(for: owner, candidate.recipient, day: today, shown: 1)
        }
        let key = AttemptKey(
            day: today, recipient: candidate.recipient, account: demand.lane.account, number: number)
        var started = StartedDelivery(
            key: key, candidate: candidate, variant: variant, messages: messages, deadline: deadline)
        started.prompts = prompts
        result.started.append(started)
    }

    private mutating func skip(_ row: CandidateRow, _ reason: Reason) throws {
        try leaveWaiting(row)
        if let occasion = row.candidate.occasion {
            try OccasionRow.end(hot, occasion.id, as: .skipped, reason, at: demand.now)
        } else {
            let skipped = hot.insertSkipped
            skipped.bind(1, row.candidate.run.rawValue)
            skipped.bind(2, row.candidate.recipient.rawValue)
            skipped.bind(3, row.candidate.variant)
            skipped.bind(4, reason.rawValue)
            skipped.bind(5, demand.now.milliseconds)
            try skipped.run()
        }
        changes.count(run: row.candidate.run, variant: row.candidate.variant, .skipped, reason, by: 1)
        result.skipped += 1
    }

    private mutating func wait(_ row: CandidateRow, until: Moment, _ reason: Reason) throws {
        if let old = row.waitingReason {
            changes.count(run: row.candidate.run, variant: row.candidate.variant, .waiting, old, by: -1)
        }
        defer { result.deferred += 1 }
        changes.count(run: row.candidate.run, variant: row.candidate.variant, .waiting, reason, by: 1)
        if let occasion = row.candidate.occasion {
            return try OccasionRow.wait(hot, occasion.id, tries: row.candidate.tries, until: until, reason: reason)
        }
        try WaitingRow.put(
            hot, run: row.candidate.run, key: row.candidate.recipient, segment: row.candidate.segment,
            position: row.candidate.position, variant: row.candidate.variant, audience: row.candidate.audience,
            tries: row.candidate.tries, until: until, reason: reason)
    }

    /// Counted once a person: who waits already was counted when they came from the plan.
    private mutating func noteContest(_ row: CandidateRow, _ person: PersonFacts, _ reason: Reason) {
        guard row.waitingReason == nil else { return }
        let winner: RunID? =
            reason == .promisedToOtherRun
            ? person.promisedTo : reason == .alreadyContactedToday ? person.contactedBy : nil
        if let winner, winner != row.candidate.run { changes.yield(row.candidate.run, to: winner) }
    }

    private mutating func leaveWaiting(_ row: CandidateRow) throws {
        guard let reason = row.waitingReason else { return }
        if row.candidate.occasion == nil {
            hot.deleteWaiting.bind(1, row.candidate.run.rawValue)
            hot.deleteWaiting.bind(2, row.candidate.recipient.rawValue)
            try hot.deleteWaiting.run()
        }
        changes.count(run: row.candidate.run, variant: row.candidate.variant, .waiting, reason, by: -1)
    }

    // MARK: - Rows

    /// Read whole before judging: a deferral changes the very rows that are walked.
    private func dueWaiting(_ run: RunID, limit: Int) throws -> [CandidateRow] {
        let rows = hot.readWaiting
        rows.bind(1, run.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, demand.now.milliseconds)
        rows.bind(4, limit)
        defer { rows.reset() }
        var due: [CandidateRow] = []
        while try rows.step() {
            due.append(
                try CandidateRow(
                    rows, run, SegmentID(rawValue: rows.int(12)),
                    waitingReason: Stored.value(Int(rows.int(13)), "waiting.reason")))
        }
        return due
    }

    /// Read whole, as those who wait.
    private func dueOccasions(_ run: RunID, limit: Int) throws -> [CandidateRow] {
        let rows = hot.occasions.readDue
        rows.bind(1, run.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, demand.now.milliseconds)
        rows.bind(4, limit)
        defer { rows.reset() }
        var due: [CandidateRow] = []
        while try rows.step() { due.append(try CandidateRow(occasion: rows, run)) }
        return due
    }

    /// The first occasion of somebody who is held out, for the rules to look at; nothing of it is ever started.
    private func occasion(of ghost: CandidateRow) throws -> CandidateRow {
        let rows = hot.occasions.readGhost
        rows.bind(1, ghost.candidate.run.rawValue)
        rows.bind(2, demand.lane.account.rawValue)
        rows.bind(3, try campaign(of: ghost.candidate.run))
        rows.bind(4, ghost.candidate.recipient.rawValue)
        defer { rows.reset() }
        return try rows.step() ? try CandidateRow(occasion: rows, ghost.candidate.run) : ghost
    }

    private func campaign(of run: RunID) throws -> Int64 {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT v.campaign FROM run r JOIN revision v ON v.id = r.revision WHERE r.id = ?"),
            arguments: [run.rawValue]) ?? 0
    }

    private func segments(of run: RunID) throws -> [(id: SegmentID, next: Int64, size: Int64)] {
        let rows = hot.readSegments
        rows.bind(1, run.rawValue)
        rows.bind(2, demand.now.shanghaiTimeOfDay / 60_000)
        defer { rows.reset() }
        var segments: [(id: SegmentID, next: Int64, size: Int64)] = []
        while try rows.step() { segments.append((SegmentID(rawValue: rows.int(0)), rows.int(1), rows.int(2))) }
        return segments
    }
}
