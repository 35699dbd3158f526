import CampaignModel
import Ports
import Store

/// The statements of the hot path, prepared once on the writer's connection.
final class HotStatements {
    private let readTerm: any Statement
    let readAccount: any Statement
    let readCounter: any Statement
    let readRun: any Statement
    let readSegments: any Statement
    let readPlan: any Statement
    let readWaiting: any Statement
    let readContacts: any Statement
    let readLists: any Statement
    let anyList: any Statement
    let insertAttempt: any Statement
    let insertSkipped: any Statement
    let putWaiting: any Statement
    let deleteWaiting: any Statement
    let moveNext: any Statement
    let addCounter: any Statement
    let newCounter: any Statement
    let addContest: any Statement
    let addTally: any Statement
    let newTally: any Statement
    /// `kind = ?3` as it stands would be held against the partial index `kind = 5` with each value that is bound: SQLite then
    /// compiles the statement, and with it its triggers, anew for each kind.
    let addRollup: any Statement
    let newRollup: any Statement
    let addReach: any Statement
    let newReach: any Statement
    let settleAttempt: any Statement
    let insertUnknown: any Statement
    let takeStock: any Statement
    let raiseWall: any Statement
    let accounts: AccountStatements
    let ghosts: GhostStatements
    let occasions: OccasionStatements

    init(_ session: any Session) throws {
        func prepare(_ sql: String) throws -> any Statement { try session.prepare(sql) }
        readTerm = try prepare("SELECT term, highest_wall, stopped FROM reign")
        readAccount = try prepare(Self.accountSQL)
        readCounter = try prepare("SELECT people, messages, answers FROM counter WHERE day = ?1 AND account = ?2")
        readRun = try prepare(
            """
            SELECT r.state, max(v.approved, r.test), r.starts, r.valid_until, r.test FROM run r
            JOIN revision v ON v.id = r.revision WHERE r.id = ?1
            """)
        // A segment of a best time is closed before its slot, on every day.
        readSegments = try prepare(
            """
            SELECT id, next, size FROM segment
            WHERE run = ?1 AND next < size AND (slot IS NULL OR slot <= ?2) ORDER BY id
            """)
        // The order of the join is the order of the words: plan drives, everything else is looked up by key.
        readPlan = try prepare(Self.planSQL)
        readWaiting = try prepare(Self.waitingSQL)
        readContacts = try prepare("SELECT account, number, keeps, run FROM attempt WHERE day = ?1 AND recipient = ?2")
        readLists = try prepare("SELECT list FROM listed WHERE recipient = ?1 AND account IN (0, ?2)")
        anyList = try prepare("SELECT EXISTS (SELECT 1 FROM listed)")
        insertAttempt = try prepare(Self.attemptSQL)
        insertSkipped = try prepare(
            "INSERT INTO skipped (run, recipient, variant, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)")
        putWaiting = try prepare(Self.putWaitingSQL)
        deleteWaiting = try prepare("DELETE FROM waiting WHERE run = ?1 AND recipient = ?2")
        moveNext = try prepare("UPDATE segment SET next = ?2 WHERE id = ?1")
        // Update first, insert when there was nothing: an upsert would hold the CHECK against the change itself, and
        // refuse every return.
        addCounter = try prepare(Self.counterSQL)
        newCounter = try prepare(
            "INSERT INTO counter (day, account, people, messages, answers) VALUES (?1, ?2, ?3, ?4, ?5)")
        addContest = try prepare(
            """
            INSERT INTO contest (run, winner, people) VALUES (?1, ?2, ?3)
            ON CONFLICT (run, winner) DO UPDATE SET people = contest.people + excluded.people
            """)
        addTally = try prepare(
            """
            UPDATE tally SET people = people + ?4, messages = messages + ?5
            WHERE account = ?1 AND quarter = ?2 AND run = ?3
            """)
        newTally = try prepare(
            "INSERT INTO tally (account, quarter, run, people, messages) VALUES (?1, ?2, ?3, ?4, ?5)")
        addRollup = try prepare(
            "UPDATE rollup SET count = count + ?5 WHERE run = ?1 AND variant = ?2 AND kind = ?3 + 0 AND reason = ?4")
        newRollup = try prepare("INSERT INTO rollup (run, variant, kind, reason, count) VALUES (?1, ?2, ?3, ?4, ?5)")
        addReach = try prepare(
            "UPDATE part_reach SET people = people + ?4 WHERE run = ?1 AND segment = ?2 AND variant = ?3")
        newReach = try prepare("INSERT INTO part_reach (run, segment, variant, people) VALUES (?1, ?2, ?3, ?4)")
        settleAttempt = try prepare(Self.settleSQL)
        insertUnknown = try prepare("INSERT INTO unknown_attempt VALUES (?1, ?2, ?3, ?4)")
        takeStock = try prepare(
            "UPDATE consent SET stock = stock + ?3 WHERE account = ?1 AND recipient = ?2 AND stock IS NOT NULL")
        accounts = try AccountStatements(session)
        ghosts = try GhostStatements(session)
        occasions = try OccasionStatements(session)
        raiseWall = try prepare("UPDATE reign SET highest_wall = ?1 WHERE highest_wall < ?1")
    }

    private static let counterSQL =
        """
        UPDATE counter SET people = people + ?3, messages = messages + ?4, answers = answers + ?5
        WHERE day = ?1 AND account = ?2
        """
    private static let attemptSQL =
        """
        INSERT INTO attempt (day, recipient, account, number, run, segment, position, variant, sent_variant,
                             messages, tries, term, started, deadline, keeps)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        """
    private static let putWaitingSQL =
        """
        INSERT INTO waiting (run, recipient, segment, position, variant, audience, tries, until, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (run, recipient) DO UPDATE SET until = excluded.until, reason = excluded.reason, tries = excluded.tries
        """
    private static let accountSQL =
        """
        SELECT a.kind, a.zone, a.bound, a.qualification, a.hold_reason, a.hold_until, a.last_walk, p.in_trial,
               a.keeps_allow_list, a.banned, a.frozen, p.credit, a.slowed_per_hour, a.configured
        FROM account a JOIN app p ON p.id = a.app WHERE a.id = ?1
        """
    private static let planSQL =
        """
        SELECT p.position, p.recipient, p.variant, 0, r.open_id, m.fields, p.audience,
               c.state, c.expires, c.checked, c.stock, c.mutual
        FROM plan p CROSS JOIN recipient r ON r.id = p.recipient
        LEFT JOIN member m ON m.audience = p.audience AND m.recipient = p.recipient
        LEFT JOIN consent c ON c.account = ?2 AND c.recipient = p.recipient
        WHERE p.segment = ?1 AND p.position >= ?3 ORDER BY p.position LIMIT ?4
        """
    private static let waitingSQL =
        """
        SELECT w.position, w.recipient, w.variant, w.tries, r.open_id, m.fields, w.audience,
               c.state, c.expires, c.checked, c.stock, c.mutual, w.segment, w.reason
        FROM waiting w CROSS JOIN recipient r ON r.id = w.recipient
        LEFT JOIN member m ON m.audience = w.audience AND m.recipient = w.recipient
        LEFT JOIN consent c ON c.account = ?2 AND c.recipient = w.recipient
        WHERE w.run = ?1 AND w.until <= ?3 ORDER BY w.until, w.recipient LIMIT ?4
        """
    private static let settleSQL =
        """
        UPDATE attempt SET outcome = ?5, reason = ?6, keeps = ?7, returned = ?8, message_ids = ?9, codes = ?10,
                           log_id = ?11, settled = ?12
        WHERE day = ?1 AND recipient = ?2 AND account = ?3 AND number = ?4 AND outcome IS NULL AND term = ?13
        """

    func currentTerm() throws -> Term {
        defer { readTerm.reset() }
        _ = try readTerm.step()
        return Term(number: readTerm.int(0))
    }

    /// The highest wall time ever seen, and the stop switch.
    func reign() throws -> (highestWall: Moment, stopped: Bool) {
        defer { readTerm.reset() }
        _ = try readTerm.step()
        return (Moment(readTerm.int(1)), readTerm.int(2) != 0)
    }

    func hasLists() throws -> Bool {
        defer { anyList.reset() }
        return try anyList.step() && anyList.int(0) != 0
    }
}

/// Changes of roll-ups and counters gathered over a transaction and written once at its end, in key order.
struct Changes {
    struct RollupKey: Hashable, Comparable {
        var run: Int64
        var variant: Int
        var kind: Int
        var reason: Int
        static func < (left: Self, right: Self) -> Bool {
            (left.run, left.variant, left.kind, left.reason) < (right.run, right.variant, right.kind, right.reason)
        }
    }
    struct CounterKey: Hashable, Comparable {
        var day: Int32
        var account: Int64
        static func < (left: Self, right: Self) -> Bool { (left.day, left.account) < (right.day, right.account) }
    }
    struct TallyKey: Hashable, Comparable {
        var account: Int64
        var quarter: Int64
        var run: Int64
        static func < (left: Self, right: Self) -> Bool {
            (left.account, left.quarter, left.run) < (right.account, right.quarter, right.run)
        }
    }
    struct ReachKey: Hashable, Comparable {
        var run: Int64
        var segment: Int64
        var variant: Int
        static func < (left: Self, right: Self) -> Bool {
            (left.run, left.segment, left.variant) < (right.run, right.segment, right.variant)
        }
    }
    private var rollups: [RollupKey: Int] = [:]
    private var reached: [ReachKey: Int] = [:]
    private var counters: [CounterKey: (people: Int, messages: Int, answers: Int)] = [:]
    private var contests: [RunID: [RunID: Int]] = [:]
    private var tallies: [TallyKey: (people: Int, messages: Int)] = [:]

    mutating func count(run: RunID, variant: Int, _ kind: RollupKind, _ reason: Reason? = nil, by change: Int) {
        rollups[
            RollupKey(run: run.rawValue, variant: variant, kind: kind.rawValue, reason: reason?.rawValue ?? 0),
            default: 0] += change
    }

    /// Accepted or unknown, by the part of the run that was planned together.
    mutating func reach(run: RunID, segment: SegmentID, variant: Int, by change: Int) {
        reached[ReachKey(run: run.rawValue, segment: segment.rawValue, variant: variant), default: 0] += change
    }

    mutating func take(day: PlatformDay, account: AccountID, people: Int, messages: Int, answers: Int = 0) {
        let key = CounterKey(day: day.number, account: account.rawValue)
        let old = counters[key] ?? (0, 0, 0)
        counters[key] = (old.people + people, old.messages + messages, old.answers + answers)
    }

    /// What a run started at `now`, for its lane's account of the day by quarters of an hour.
    mutating func tally(account: AccountID, run: RunID, at now: Moment, people: Int, messages: Int) {
        let key = TallyKey(account: account.rawValue, quarter: now.quarter, run: run.rawValue)
        let old = tallies[key] ?? (0, 0)
        tallies[key] = (old.people + people, old.messages + messages)
    }

    func write(_ hot: HotStatements) throws {
        try writeContests(hot)
        try writeTallies(hot)
        for (key, change) in rollups.sorted(by: { $0.key < $1.key }) where change != 0 {
            try Self.run([hot.addRollup, hot.newRollup]) { statement in
                statement.bind(1, key.run)
                statement.bind(2, key.variant)
                statement.bind(3, key.kind)
                statement.bind(4, key.reason)
                statement.bind(5, change)
            }
        }
        for (key, change) in reached.sorted(by: { $0.key < $1.key }) where change != 0 {
            try Self.run([hot.addReach, hot.newReach]) { statement in
                statement.bind(1, key.run)
                statement.bind(2, key.segment)
                statement.bind(3, key.variant)
                statement.bind(4, change)
            }
        }
        for (key, change) in counters.sorted(by: { $0.key < $1.key }) where change != (0, 0, 0) {
            try Self.run([hot.addCounter, hot.newCounter]) { statement in
                statement.bind(1, Int64(key.day))
                statement.bind(2, key.account)
                statement.bind(3, change.people)
                statement.bind(4, change.messages)
                statement.bind(5, change.answers)
            }
        }
    }

    /// Somebody of `run` whose contact of the day belongs to another run.
    mutating func yield(_ run: RunID, to winner: RunID) { contests[run, default: [:]][winner, default: 0] += 1 }

    private func writeContests(_ hot: HotStatements) throws {
        for (run, winners) in contests.sorted(by: { $0.key < $1.key }) {
            for (winner, people) in winners.sorted(by: { $0.key < $1.key }) {
                hot.addContest.bind(1, run.rawValue)
                hot.addContest.bind(2, winner.rawValue)
                hot.addContest.bind(3, people)
                try hot.addContest.run()
            }
        }
    }

    private func writeTallies(_ hot: HotStatements) throws {
        for (key, change) in tallies.sorted(by: { $0.key < $1.key }) {
            try Self.run([hot.addTally, hot.newTally]) { statement in
                statement.bind(1, key.account)
                statement.bind(2, key.quarter)
                statement.bind(3, key.run)
                statement.bind(4, change.people)
                statement.bind(5, change.messages)
            }
        }
    }

    /// The first statement that changes a row ends it.
    private static func run(_ statements: [any Statement], _ bind: (any Statement) -> Void) throws {
        for statement in statements {
            bind(statement)
            if try statement.run() > 0 { return }
        }
    }
}
