import CampaignModel
import Ports

/// The ledger as one life of the daemon sees it: every write passes here, can fail here, and is told to the auditor
/// once it is durable, and never before.
final class LedgerTap: Ledger, @unchecked Sendable {
    let inner: any Ledger
    let ground: Ground
    let life: Life
    let place: any LedgerPlace
    private var depth = 0
    private var notes: [LedgerNote] = []

    init(_ inner: any Ledger, _ ground: Ground, _ life: Life, _ place: any LedgerPlace) {
        (self.inner, self.ground, self.life, self.place) = (inner, ground, life, place)
    }

    /// One write. Inside `together` it becomes durable with the outermost bracket.
    func write<Result>(_ body: () throws -> Result, note: (Result) -> LedgerNote?) throws -> Result {
        try mayWrite()
        return try bracket {
            let result = try body()
            if let note = note(result) { notes.append(note) }
            return result
        }
    }

    func together<Result>(_ body: () throws -> Result) throws -> Result {
        try mayWrite()
        return try bracket {
            try inner.together {
                let result = try body()
                // Inside the transaction: what dies here leaves nothing behind.
                try crashBefore(notes)
                return result
            }
        }
    }

    private func bracket<Result>(_ body: () throws -> Result) throws -> Result {
        depth += 1
        let result: Result
        do { result = try body() } catch {
            depth -= 1
            if depth == 0 { notes = [] }
            throw error
        }
        depth -= 1
        guard depth == 0 else { return result }
        let durable = notes
        notes = []
        for note in durable { ground.auditor.take(note, life, at: ground.clock) }
        for note in durable { if let line = note.line { ground.note(line.event, line.numbers, line.text) } }
        try crashAfter(durable)
        return result
    }

    /// Whoever reads sees an error only when the process is gone.
    func read<Result>(_ body: () throws -> Result) throws -> Result {
        if life.isDead { throw LifeOver() }
        return try body()
    }

    private func mayWrite() throws {
        if life.isDead { throw LifeOver() }
        guard depth == 0 else { return }
        if let until = ground.diskFullUntil, ground.clock.truth < until {
            ground.auditor.sawDiskFull()
            throw LedgerError.storage("database or disk is full")
        }
        if ground.strikes(.ledgerBusy) { throw LedgerError.storage("database is locked") }
        if ground.strikes(.syncFailed) { throw LedgerError.corrupt("disk I/O error") }
    }

    // MARK: - Dying at a commit

    /// The crash that fits what a transaction holds; the rarest first.
    private func crash(_ notes: [LedgerNote], before: Bool) -> FaultKind? {
        if notes.contains(where: \.startsRetry) { return before ? .crashBeforeRetryStart : .crashAfterRetryStart }
        if notes.contains(where: \.givesBack) { return before ? .crashBeforeReturn : .crashAfterReturn }
        return notes.lazy.compactMap { $0.crash(before: before) }.first
    }

    func crashBefore(_ notes: [LedgerNote]) throws {
        guard let kind = crash(notes, before: true), ground.strikes(kind) else { return }
        life.die(of: kind)
        throw LifeOver()
    }

    private func crashAfter(_ notes: [LedgerNote]) throws {
        guard let kind = crash(notes, before: false), ground.strikes(kind) else { return }
        life.die(of: kind)
        throw LifeOver()
    }
}

/// What became durable, for the auditor.
enum LedgerNote {
    case reign(Term)
    case rescued(Int)
    case started(StartResult, Lane, now: Moment)
    case settled([Settlement])
    case admitted(RevisionAdmission)
    case planned(RunID, PlanResult)
    case testAdded(RunRecord)
    case looked(LookDemand)
    case occurrence(RunRecord)
    case ended(RunID, RunState)
    case consent(ConsentPage)
    case walked(AccountID, started: Moment, now: Moment)
    case listed(ListDemand)
    case acted(ActDemand, RunRecord)
    case resolved(ResolveDemand)
    case stopped(Bool)
    case held(AccountID, LaneHold?)
    case arrived(Int)
    case told([Evidence], EvidenceResult, now: Moment)
    case other

    var startsRetry: Bool {
        guard case .started(let result, _, _) = self else { return false }
        return result.started.contains { $0.candidate.tries > 0 }
    }
    var givesBack: Bool {
        guard case .settled(let settlements) = self else { return false }
        return settlements.contains { $0.returnsPerson || $0.returnedMessages > 0 }
    }

    func crash(before: Bool) -> FaultKind? {
        switch self {
        case .reign, .rescued: before ? nil : .crashInRecovery
        case .started(let result, _, _): result.started.isEmpty ? nil : before ? .crashBeforeStart : .crashAfterStart
        case .settled(let ends): ends.isEmpty ? nil : before ? .crashBeforeSettle : .crashAfterSettle
        case .admitted: before ? .crashBeforeAdmit : .crashAfterAdmit
        case .planned: before ? .crashBeforePlan : .crashAfterPlan
        case .looked: before ? .crashBeforeLook : .crashAfterLook
        case .ended: before ? .crashBeforeEnd : .crashAfterEnd
        case .consent, .walked: before ? .crashBeforeConsent : .crashAfterConsent
        case .listed, .acted, .resolved, .stopped, .held, .testAdded: before ? .crashBeforeAct : .crashAfterAct
        case .arrived(let count): count == 0 ? nil : before ? .crashBeforeEvidence : .crashAfterEvidence
        case .told(let evidence, let result, _):
            evidence.isEmpty && result.proved.isEmpty ? nil : before ? .crashBeforeEvidence : .crashAfterEvidence
        case .occurrence, .other: nil
        }
    }

    /// For the journal; nil for what says nothing new.
    var line: (event: String, numbers: [Int64], text: String)? {
        switch self {
        case .reign(let term): ("reign", [term.number], "")
        case .rescued(let count): count == 0 ? nil : ("rescued", [Int64(count)], "")
        case .started(let result, let lane, _):
            result.started.isEmpty && result.skipped + result.deferred == 0
                ? nil
                : (
                    "start",
                    [lane.account.rawValue, Int64(result.skipped), Int64(result.deferred)]
                        + result.started.map(\.key.recipient.rawValue), result.closed?.reason.code ?? ""
                )
        case .settled(let ends):
            ("settle", ends.flatMap { [$0.key.recipient.rawValue, Int64($0.outcome.rawValue)] }, "")
        case .admitted(let admission):
            ("admit", [admission.run.id.rawValue, Int64(admission.distinct)], admission.run.name)
        case .planned(let run, let result):
            ("plan", [run.rawValue, Int64(result.audience), Int64(result.holdout)], "")
        case .looked(let look): ("looks at the test", [look.run.rawValue, look.sends.map(Int64.init) ?? -1], "")
        case .testAdded(let run), .occurrence(let run): ("run", [run.id.rawValue], run.name)
        case .ended(let run, let state): state.isOver ? ("end", [run.rawValue], state.code) : nil
        case .consent(let page): ("consent", [page.account.rawValue, Int64(page.people.count)], "")
        case .walked(let account, _, _): ("walk", [account.rawValue], "")
        case .listed(let demand): ("list", [], demand.act.rawValue + demand.openIDs.joined())
        case .acted(let demand, let run): ("act", [run.id.rawValue], demand.act.rawValue)
        case .resolved(let demand): ("resolve", [demand.run.rawValue, demand.accepted ? 1 : 0], demand.openID)
        case .stopped(let stopped): ("stop", [stopped ? 1 : 0], "")
        case .held(let account, let hold): ("hold", [account.rawValue], hold?.reason.code ?? "")
        case .arrived(let count): count == 0 ? nil : ("arrives", [], "")
        case .told(let evidence, let result, _):
            evidence.isEmpty && result.proved.isEmpty
                ? nil : ("told", [result.taken, result.repeated, result.settled].map(Int64.init), "")
        case .other: nil
        }
    }
}
