import CampaignModel
import Foundation
import LedgerSQLite
import Ports
import SendingRules
import Testing

/// Every ledger that claims to keep the promises. A second one is one more case here: the suites take `any Ledger`.
enum LedgerMaker: CustomTestStringConvertible {
    case sqlite
    case postgres

    /// Both, where a PostgreSQL is installed: a world on it is then one case more of every suite here.
    static let allCases: [LedgerMaker] = BlankDatabase.isThere ? [.sqlite, .postgres] : [.sqlite]

    /// Opens the ledger that lives in `folder`, or makes it.
    func open(
        in folder: String, pace: any WorkPace = Unhurried(), logPages: Int? = nil,
        onLongLog: (@Sendable () -> Void)? = nil
    ) throws -> any Ledger {
        var options = LedgerSQLite.Options()
        options.pace = pace
        options.onLongLog = onLongLog
        if let logPages { options.checkpointPages = logPages }
        return switch self {
        case .sqlite: try LedgerSQLite(path: folder + "/ledger.db", options: options)
        case .postgres: try BlankDatabase.open(for: folder, pace: pace)
        }
    }

    var testDescription: String { "\(self)" }
}

/// Between two pieces of long work: what a test does there.
final class TestPace: WorkPace, @unchecked Sendable {
    /// Gets how many slices were written since it was set. Only the test's own thread calls it.
    var afterSlice: ((Int) throws -> Void)? { didSet { slices = 0 } }
    private var slices = 0

    func between(wrote: Bool) throws {
        guard wrote else { return }
        slices += 1
        try afterSlice?(slices)
    }
}

/// A ledger in a folder of its own, two accounts of one app and one of another, and a hand-set clock.
final class LedgerWorld {
    let maker: LedgerMaker
    let folder: String
    private(set) var ledger: any Ledger
    private(set) var term: Term
    private(set) var accounts: [String: AccountRecord] = [:]
    var now: Moment
    private var admissions = 0
    let pace: TestPace

    /// A Friday at ten in the morning in Shanghai: every window is open.
    static let morning = Moment(iso8601: "2026-11-20T10:00:00", defaultZone: .shanghai)!

    /// - Parameters:
    ///   - hasOwnKey: its key is drawn for it, as every real one's, and not that of all worlds.
    ///   - file: writes what is there before the ledger is opened.
    init(
        _ maker: LedgerMaker, at now: Moment = LedgerWorld.morning, allowListFor kept: String = "",
        hasOwnKey: Bool = false, file: ((_ path: String) throws -> Void)? = nil
    ) throws {
        self.maker = maker
        self.now = now
        pace = TestPace()
        folder = NSTemporaryDirectory() + "curfew-ledger-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try file?(folder + "/ledger.db")
        if !hasOwnKey, maker == .sqlite { try BlankLedger.put(at: folder + "/ledger.db") }
        ledger = try maker.open(in: folder, pace: pace)
        term = try ledger.beginReign(node: "test", at: now)
        accounts = try ledger.register(
            [
                AppRegistration(
                    name: "tt01",
                    accounts: ["flagship", "outlet"].map {
                        AccountRegistration(name: $0, openID: "_\($0)", keepsAllowList: $0 == kept)
                    }),
                AppRegistration(name: "tt02", accounts: [AccountRegistration(name: "stranger", openID: "_stranger")]),
            ], at: now, term: term)
    }

    deinit {
        if maker == .postgres {
            // Safe because what is open goes with its database.
            try? (ledger as? LedgerSQLite)?.close()
            BlankDatabase.remove(for: folder)
        }
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What a killed process leaves: the same file, opened anew, without a new reign.
    func reopen(logPages: Int? = nil, onLongLog: (@Sendable () -> Void)? = nil) throws {
        ledger = try maker.open(in: folder, pace: pace, logPages: logPages, onLongLog: onLongLog)
    }

    /// A restart: the file opened anew and a new reign; what the old one had open is not rescued yet.
    func restart() throws {
        try reopen()
        term = try ledger.beginReign(node: "test", at: now)
    }

    /// The same file through a connection of its own: what it sees is durable.
    func secondLook() throws -> any Ledger { try maker.open(in: folder) }

    func account(_ name: String = "flagship") -> AccountRecord { accounts[name]! }
    func lane(_ name: String = "flagship") -> Lane { Lane(account: account(name).id, channel: .privateMessage) }

    // MARK: - Campaigns

    /// One list of an audience: open_id and values, by a digest of its own.
    struct List {
        var digest: String
        var rows: [(openID: String, fields: String)]
        var bad = 0
        var failsAfter: Int?
        struct Torn: Error {}

        init(_ digest: String, _ openIDs: [String], fields: String = "", bad: Int = 0, failsAfter: Int? = nil) {
            self.digest = digest
            rows = openIDs.map { ($0, fields) }
            self.bad = bad
            self.failsAfter = failsAfter
        }

        func feed(_ read: @escaping () -> Void = {}) -> AudienceFeed {
            let list = self
            return AudienceFeed(digest: digest, fileName: "\(digest).csv") { _, row in
                read()
                for (number, line) in list.rows.enumerated() {
                    if list.failsAfter == number { throw Torn() }
                    var openID = line.openID
                    var fields = line.fields
                    try openID.withUTF8 { id in try fields.withUTF8 { values in try row(id, values, number + 2) } }
                }
                return AudienceCount(
                    read: list.rows.count + list.bad, bad: list.bad, columns: ["open_id", "nickname"])
            }
        }
    }

    static func people(_ range: Range<Int>, _ prefix: String = "p") -> [String] { range.map { "\(prefix)\($0)" } }

    func campaign(
        _ id: String, author: String = "marketing", account: String = "flagship",
        order: AudienceRequest.Order = .listed,
        messages: Int = 1, repeats: Bool = false
    ) -> Campaign {
        Campaign(
            id: id, author: author, account: account, title: id,
            audience: AudienceRequest(source: .files, files: ["a.csv"], order: order),
            schedule: Schedule(start: now, recurrence: repeats ? Recurrence(frequency: .daily) : nil),
            variants: [
                Variant(
                    name: "a", weight: .whole, messages: Array(repeating: .text("hello"), count: messages))
            ])
    }

    func demand(
        _ id: String, _ lists: [List], excludes: [List] = [], author: String = "marketing",
        account name: String = "flagship", digest: String? = nil, start: Moment? = nil, validUntil: Moment? = nil,
        repeats: Bool = false, onRead: @escaping () -> Void = {}
    ) -> RevisionDemand {
        admissions += 1
        let account = account(name)
        return RevisionDemand(
            now: now, term: term, campaign: campaign(id, author: author, account: name, repeats: repeats),
            account: account.id, app: account.app, digest: digest ?? "digest-\(id)-\(admissions)-0123456789",
            source: [], fileName: "\(id).yaml", audiences: lists.map { $0.feed(onRead) },
            excludes: excludes.map { $0.feed(onRead) }, occurrence: start ?? now,
            validUntil: validUntil ?? now + .days(3))
    }

    /// Admitted, approved and planned: a run that its lane may serve.
    func run(
        _ id: String, _ openIDs: [String], account: String = "flagship", start: Moment? = nil,
        validUntil: Moment? = nil, holdout: Set<String> = [], variant: @escaping (String) -> Int = { _ in 0 }
    ) throws -> RunRecord {
        let admission = try ledger.admit(
            demand(
                id, [List("list-\(id)-\(admissions)", openIDs)], account: account, start: start, validUntil: validUntil)
        )
        try act(.approve, admission.run, by: "review")
        try plan(admission.run) { holdout.contains($0) ? .holdout : .variant(variant($0)) }
        return try reread(admission.run)
    }

    @discardableResult
    func plan(
        _ run: RunRecord, key: UInt64 = 1, order: AudienceRequest.Order = .listed,
        source: AudienceRequest.Source = .files, max: Int? = nil,
        place: (String) -> Placement = { _ in .variant(0) }
    ) throws -> PlanResult {
        try ledger.plan(
            PlanDemand(
                now: now, term: term, run: run.id, shuffleKey: key, order: order, source: source, peopleMax: max)
        ) { place(String(decoding: $0.openID, as: UTF8.self)) }
    }

    @discardableResult
    func act(
        _ act: ActDemand.Act, _ run: RunRecord, by person: String = "operator", digest: String? = nil
    ) throws -> (run: RunRecord, open: Int) {
        try ledger.act(ActDemand(now: now, term: term, run: run.id, act: act, person: person, digest: digest))
    }

    func end(_ run: RunRecord, _ state: RunState, _ reason: Reason) throws -> RunState {
        try ledger.end(EndDemand(now: now, term: term, run: run.id, state: state, reason: reason))
    }

    func reread(_ run: RunRecord) throws -> RunRecord { try #require(try ledger.run(named: run.name)) }

    // MARK: - Starting and settling

    @discardableResult
    func start(
        _ runs: [RunRecord], account: String = "flagship", limit: Int = 500, turnLimit: Int? = nil,
        messages: [Int] = [1], admit: (Candidate, Facts) -> Verdict = { candidate, _ in .yes(candidate) }
    ) throws -> StartResult {
        try ledger.start(
            StartDemand(
                now: now, term: term, lane: lane(account),
                turns: runs.map { .init(run: $0.id, limit: turnLimit ?? limit, messages: messages) }, limit: limit,
                deadline: now + .seconds(10)), admit: admit)
    }

    @discardableResult
    func settle(_ settlements: [Settlement], term: Term? = nil) throws -> SettleResult {
        try ledger.settle(SettleDemand(now: now, term: term ?? self.term, settlements: settlements))
    }

    /// Who has which place, in the order asked for.
    func place(_ run: RunRecord, _ openID: String) throws -> PersonRecord.Place {
        try #require(try ledger.facts(run: run.id, openID: openID, at: now)).place
    }

    func record(_ run: RunRecord, _ openID: String) throws -> PersonRecord {
        try #require(try ledger.facts(run: run.id, openID: openID, at: now))
    }

    func authorize(_ openIDs: [String], account name: String = "flagship") throws {
        try ledger.record(
            ConsentPage(
                now: now, term: term, account: account(name).id,
                people: openIDs.map { .init(openID: $0, state: .authorized, source: "walk") }, answersQuestions: false))
    }

    /// Every run's sum, and every invariant that the ledger knows of itself.
    func check(_ where: SourceLocation = #_sourceLocation) throws {
        let violations = try ledger.violations()
        #expect(violations.isEmpty, "\(violations)", sourceLocation: `where`)
        for run in try ledger.runs(includingEnded: true) where run.isPlanned {
            let sum = try ledger.sum(of: run.id)
            #expect(sum.holds, "\(run.name): \(sum)", sourceLocation: `where`)
        }
    }
}

extension Verdict {
    static func yes(_ candidate: Candidate) -> Verdict { Verdict(variant: candidate.variant) }
    static func no(
        _ effect: Refusal.Effect, _ reason: Reason, _ candidate: Candidate, changesAt: Moment? = nil
    ) -> Verdict {
        Verdict(
            refusals: [Refusal(reason: reason, effect: effect, observed: .none, limit: .none, changesAt: changesAt)],
            variant: candidate.variant)
    }
}

extension Settlement {
    /// The settlement that an outcome of the ledger's table asks for; `codes` for a partial success.
    static func of(
        _ delivery: StartedDelivery, _ outcome: OutcomeKind, _ next: Next = .end, reason: Reason? = nil,
        keepsPerson: Bool? = nil, returnedMessages: Int? = nil, ids: [String] = []
    ) -> Settlement {
        let keeps: Bool =
            switch outcome {
            case .accepted, .unknown: true
            case .rejected, .refusedForNow, .notSent: false
            }
        return Settlement(
            delivery, outcome: outcome, reason: reason, returnsPerson: !(keepsPerson ?? keeps),
            returnedMessages: returnedMessages ?? (keeps ? 0 : delivery.messages),
            answer: Answer(sight: .success, messageIDs: ids), next: next)
    }
}

extension PlanResult {
    init(audience: Int, holdout: Int = 0, excluded: Int = 0, duplicates: Int = 0, beyondMax: Int = 0) {
        self.init()
        self.audience = audience
        self.holdout = holdout
        self.excluded = excluded
        self.duplicates = duplicates
        self.beyondMax = beyondMax
    }
}
