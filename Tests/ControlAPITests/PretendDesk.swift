import Answers
import CampaignModel
import Ports
import Synchronization
import Words

/// A desk that answers what a test told it to, and remembers who asked for what.
final class PretendDesk: ControlDesk {
    struct Deed: Sendable {
        var request: ActRequest
        var identity: Identity
    }

    let refusal: DeskRefusal?
    let report: StatusReport
    private let deeds = Mutex<[Deed]>([])
    private let questions = Mutex<[ExplainQuestion]>([])
    /// Secrets by their person, and whether the second proof is due.
    let logins = Mutex<[String: String]>([:])
    let proofDue = Mutex(false)
    let healthLine = Mutex(HealthLine(ok: true, ready: true))

    init(status: StatusReport = .sample(), refusal: DeskRefusal? = nil) {
        report = status
        self.refusal = refusal
    }

    private let tokenActs = Mutex<[TokenRequest]>([])
    var tended: [TokenRequest] { tokenActs.withLock { $0 } }
    func tend(_ request: TokenRequest, as identity: Identity) throws -> TokenReceipt {
        tokenActs.withLock { $0.append(request) }
        return TokenReceipt(person: request.person, ended: 1)
    }

    var deedsDone: [Deed] { deeds.withLock { $0 } }
    var questionsAsked: [ExplainQuestion] { questions.withLock { $0 } }

    func status() throws -> StatusReport {
        if let refusal { throw refusal }
        return report
    }

    func health() -> HealthLine { healthLine.withLock { $0 } }

    func runs(_ question: RunsQuestion) throws -> RunsPage {
        let all = question.includingEnded ? report.runs : []
        let from = question.after.flatMap { after in all.firstIndex { $0.run == after }.map { $0 + 1 } } ?? 0
        let runs = Array(all[from...].prefix(question.limit))
        return RunsPage(runs: runs, next: from + runs.count < all.count ? runs.last?.run : nil)
    }

    func report(run: String) throws -> RunReport {
        guard let summary = report.runs.first(where: { $0.run == run }) else { throw Self.noSuchRun }
        return RunReport(
            summary: summary, rehearsal: false, rowsRead: 0, bad: 0, duplicates: 0, excluded: 0, beyondMax: 0,
            variants: [])
    }

    func explain(_ question: ExplainQuestion) throws -> Explanation {
        questions.withLock { $0.append(question) }
        return Explanation(
            run: question.run, openID: question.openID, at: question.at ?? "now", place: "pending", answer: "",
            variant: "a", assignment: "", rules: [], nextAllowed: nil, attempts: [], contactsToday: [])
    }

    func unknowns() throws -> [AttemptLine] { [] }

    func act(_ request: ActRequest, as identity: Identity) throws -> ActReceipt {
        if let refusal { throw refusal }
        if case .nobody = identity { throw Self.unproved }
        if case .session = identity {
            _ = try session(of: identity)
            if request.act == .approve || request.act == .go || request.act == .erase, proofDue.withLock({ $0 }) {
                throw DeskRefusal(.forbidden, code: "second_proof", Catalogue.Pages.secondProofNeeded)
            }
        }
        deeds.withLock { $0.append(Deed(request: request, identity: identity)) }
        return ActReceipt(act: request.act.rawValue, run: request.run, state: "paused", onTheWire: 3)
    }

    func testSend(_ request: TestSendRequest, as identity: Identity) throws -> ActReceipt {
        if case .nobody = identity { throw Self.unproved }
        return ActReceipt(act: "test-send", run: request.run, state: nil, onTheWire: 0)
    }

    // MARK: - Sessions

    /// One token, `good`, of somebody who may do everything.
    func logIn(as identity: Identity, agent: String, replacing replaced: Identity) throws -> SessionKey {
        guard case .token("good") = identity else { throw Self.unproved }
        return logins.withLock { logins in
            if case .session(let old) = replaced { logins[old] = nil }
            let secret = "secret-\(logins.count)-\(agent)"
            logins[secret] = "review"
            return SessionKey(secret: secret, person: "review", lasts: .days(7))
        }
    }

    func session(of identity: Identity) throws -> SessionSheet {
        let person = try person(of: identity)
        let deeds: Set<String> = ["approve", "reject", "stopAll", "go", "deny", "erase", "resolve"]
        return SessionSheet(
            id: 1, person: person, roles: ["reviewer"], deeds: deeds,
            unproved: proofDue.withLock { $0 } ? ["approve", "go", "erase"] : [])
    }

    private func person(of identity: Identity) throws -> String {
        switch identity {
        case .session(let secret):
            guard let person = logins.withLock({ $0[secret] }) else { throw Self.unproved }
            return person
        case .vouched("review"): return "review"
        case .vouched, .token, .name, .nobody: throw Self.unproved
        }
    }

    func caller(_ identity: Identity) throws -> CallerSheet {
        if case .token = identity {} else { _ = try person(of: identity) }
        return CallerSheet(person: "review", roles: ["reviewer"], deeds: ["approve"], tokenExpires: nil)
    }

    func proveAgain(_ proof: Identity, of session: Identity) throws {
        guard case .token("good") = proof else { throw Self.unproved }
        proofDue.withLock { $0 = false }
    }

    func logOut(_ identity: Identity) throws {
        if case .session(let secret) = identity { logins.withLock { $0[secret] = nil } }
    }

    func sessions(as identity: Identity) throws -> [SessionLine] {
        _ = try session(of: identity)
        return [
            SessionLine(
                id: 1, person: "review", began: report.now, seen: report.now, agent: "<b>agent", isThis: true)
        ]
    }

    // MARK: - Dropping

    /// What was kept on the bench; nil: this desk has none. An archive is no file of ours, and `full.csv` cannot be kept.
    let benched = Mutex<[String]?>(nil)

    private final class File: BenchFile {
        let name: String
        let desk: PretendDesk
        init(_ name: String, _ desk: PretendDesk) { (self.name, self.desk) = (name, desk) }
        func write(_ bytes: [UInt8]) throws {
            if name == "full.csv" { throw BenchFault.full(bytesMax: 1, filesMax: 1) }
        }
        func keep() throws { desk.benched.withLock { $0?.append(name) } }
    }

    func receive(_ name: String, as identity: Identity) throws -> any BenchFile {
        guard benched.withLock({ $0 }) != nil else {
            throw DeskRefusal(.notFound, code: "no_bench", Catalogue.Pages.dropOff)
        }
        if name.hasSuffix(".zip") { throw DeskRefusal(.invalid, code: "not_ours", Catalogue.Drop.notOurs(name)) }
        return File(name, self)
    }

    // MARK: - Pages

    func needs() throws -> NeedsSheet {
        if let refusal { throw refusal }
        return NeedsSheet(
            status: report, reviews: [], unknowns: [], closed: [], tight: [], standing: [], inbound: [])
    }

    func runActs(run: String, as identity: Identity) throws -> RunActs {
        RunActs(possible: ["approve", "reject", "pause"], obstacle: nil)
    }

    func acts(run: String) throws -> [AuditRow] { [] }

    func reviewSheet(run: String) throws -> ReviewSheet {
        ReviewSheet(
            report: try report(run: run), number: 2, fileName: "warmup.yaml", review: nil, variants: [], forecast: nil)
    }

    static let noSuchRun = DeskRefusal(.notFound, code: "no_such_run", Sentence(zh: "没有这一场。", en: "No such run."))
    static let unproved = DeskRefusal(.unproved, code: "unproved", Sentence(zh: "请证明身份。", en: "Prove who you are."))
}

extension StatusReport {
    /// One open lane, one closed for the night, one run in the middle.
    static func sample(title: String = "双11 预热", rehearsal: Bool = true, runs count: Int = 1) -> StatusReport {
        var sum = ConservationSum()
        sum.audience = 1200
        sum.holdout = 60
        sum.accepted = 500
        sum.rejected = 3
        sum.unknown = 2
        sum.skipped = [.denied: 20, .fieldMissing: 5]
        sum.waiting = [.quietHours: 410]
        sum.open = 4
        sum.pending = 196
        let run = RunSummary(
            run: "double-eleven-warmup@20261120-2000", campaign: "double-eleven-warmup", title: title,
            author: "marketing", account: "flagship", state: "running", start: "2026-11-20T20:00:00.000+08:00",
            validUntil: "2026-11-24T00:00:00.000+08:00", approvedBy: ["review"], digest: "9f2c", sum: SumLine(sum))
        return StatusReport(
            now: "2026-11-20T22:00:00.000+08:00", rehearsal: rehearsal, stopped: false, daemon: true,
            lanes: [
                LaneLine(
                    account: "flagship", channel: "private-message", state: "quiet_hours", sentence: "夜间",
                    nextAllowed: "2026-11-21T08:00:00.000+08:00", peopleToday: 505, peopleCap: 5000, messagesToday: 500,
                    messagesCap: 500),
                LaneLine(
                    account: "outlet", channel: "private-message", state: "open", sentence: "", nextAllowed: nil,
                    peopleToday: 12, peopleCap: 5000, messagesToday: 24, messagesCap: nil),
            ],
            runs: (0..<count).map { number in
                var one = run
                if number > 0 { one.run += "-\(number)" }
                return one
            }, unknown: 2)
    }
}
