import Answers
import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Words

/// Where people act: proves who they are, makes the act durable, and stops the wire before the ledger when they stop.
package struct Desk: ControlDesk {
    let setup: EngineSetup
    let reading: DeskReading

    package init(_ setup: EngineSetup) {
        self.setup = setup
        reading = DeskReading(setup)
    }

    // MARK: - Reading

    package func status() throws -> StatusReport {
        var report = try reading.status()
        report.tokens = tokenLines()
        report.notices = try failingTargets()
        report.inbox = setup.inbox.line(in: setup.language)
        return report
    }
    package func runs(_ question: RunsQuestion) throws -> RunsPage { try reading.runs(question) }
    package func run(_ name: String, for act: ActRequest.Act?) throws -> RunSummary {
        try reading.run(name, for: act)
    }
    package func report(run: String) throws -> RunReport { try reading.report(run: run) }
    package func explain(_ question: ExplainQuestion) throws -> Explanation { try reading.explain(question) }
    package func unknowns() throws -> [AttemptLine] { try reading.unknowns() }

    // MARK: - Acting

    package func act(_ request: ActRequest, as identity: Identity) throws -> ActReceipt {
        let person = try prove(identity, for: request.act.deed)
        var request = request
        // An id is pasted as often as it is typed.
        request.openID = request.openID.map(PersonID.trimmed)
        request.again = request.again.map(PersonID.trimmed)
        do {
            let receipt = try carryOut(request, person)
            setup.logger.notice(
                "a person acted",
                metadata: [
                    "act": "\(request.act.rawValue)", "person": "\(person.name)", "run": "\(receipt.run ?? "")",
                    "on_the_wire": "\(receipt.onTheWire)",
                ])
            ringAll()
            return receipt
        } catch LedgerError.notPossible(let state) {
            throw DeskRefusal(
                .conflict, code: "not_possible",
                Catalogue.Desk.notPossible(request.act.rawValue, state: Catalogue.runState(state)))
        } catch LedgerError.refusedRow {
            throw DeskRefusal(.invalid, code: "not_kept", Catalogue.Inbound.notKept)
        } catch LedgerError.storage {
            throw DeskRefusal(.conflict, code: "ledger_busy", Catalogue.Desk.busy)
        }
    }

    private func carryOut(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        switch request.act {
        case .approve, .reject: try review(request, person)
        case .pause, .cancel: try stop(request, person)
        case .resume: try resume(request, person)
        case .stopAll, .go: try switchAll(request, person)
        case .resolveAccepted, .resolveNotSent: try resolve(request, person)
        case .deny, .undeny: try list(request, person)
        case .release: try release(request, person)
        case .recall: try recall(request, person)
        case .erase: try erase(request, person)
        }
    }

    /// The wire first, the ledger second: an act that waits for the disk must not let another message out meanwhile.
    private func stop(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        if request.act == .pause, run.state == .inReview, run.isHeld {
            throw DeskRefusal(.conflict, code: "not_possible", Catalogue.Desk.heldAlready)
        }
        if request.act == .cancel, request.run != run.name { return try cancelSeries(of: run, person) }
        setup.board.close(run.id)
        do {
            var receipt = try request.act == .pause ? ledgerAct(run, .pause, person) : cancelOccurrence(run, person)
            if receipt.state == RunState.inReview.code {
                receipt.note = .held
                // It must find its wire open when it is approved and resumed.
                setup.board.open(run.id)
            }
            return receipt
        } catch {
            if !run.state.isOver && run.state != .paused { setup.board.open(run.id) }
            throw error
        }
    }

    private func resume(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        if run.isApproved, try Reviewer.isRefused(run.revision, setup) {
            throw DeskRefusal(.conflict, code: "machine_refused", Catalogue.Review.machineRefused)
        }
        let missing = try run.isApproved ? Reviewer.missing(run, setup) : 0
        if missing > 0 {
            // Only the approval is missing then: whoever gives it lets it go on.
            if run.state == .paused, run.why != .awaitingReview {
                _ = try setup.ledger.act(
                    ActDemand(
                        now: setup.clock.now(), term: setup.term, run: run.id, act: .resume, person: person.name,
                        reason: .awaitingReview))
            }
            throw DeskRefusal(.conflict, code: "approval_missing", Catalogue.Review.approvalMissing(missing))
        }
        let receipt = try ledgerAct(run, .resume, person)
        setup.board.open(run.id)
        return receipt
    }

    func ledgerAct(
        _ run: RunRecord, _ act: ActDemand.Act, _ person: PersonSetup, digest: String? = nil,
        approvalsNeeded: Int = 1, note: String = ""
    ) throws -> ActReceipt {
        var demand = ActDemand(
            now: setup.clock.now(), term: setup.term, run: run.id, act: act, person: person.name, digest: digest,
            approvalsNeeded: approvalsNeeded)
        demand.note = note
        let result = try setup.ledger.act(demand)
        return ActReceipt(
            act: act.rawValue, run: result.run.name, state: result.run.state.code, onTheWire: result.open)
    }

    private func switchAll(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let now = setup.clock.now()
        // Safe because where the ledger cannot be asked, the act is carried out as one that changes something.
        let isStopped = try? setup.ledger.isStopped()
        var receipt = ActReceipt(act: request.act.rawValue, run: nil, state: "stopped", onTheWire: 0)
        if request.act == .stopAll {
            if isStopped == true, setup.board.isStopped { receipt.note = .unchanged }
            guard let open = try setup.stopEverything(by: person.name, at: now) else {
                throw DeskRefusal(.conflict, code: "stop_not_written", Catalogue.Desk.stopNotWritten)
            }
            receipt.onTheWire = open
            return receipt
        }
        if isStopped == false, !setup.board.isStopped { receipt.note = .unchanged }
        receipt.state = "going"
        setup.watch.believe()
        receipt.onTheWire = try setup.ledger.setStop(false, person: person.name, at: now, term: setup.term)
        setup.board.stopAll(false)
        return receipt
    }

    private func resolve(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        guard let openID = request.openID else {
            throw DeskRefusal(.invalid, code: "missing_user", Catalogue.Desk.missing("--user"))
        }
        do {
            try setup.ledger.resolve(
                ResolveDemand(
                    now: setup.clock.now(), term: setup.term, run: run.id,
                    openID: GroupIdentity.stored(openID, in: run.lane.channel),
                    accepted: request.act == .resolveAccepted, person: person.name,
                    finalAfter: setup.limits.unknownFinalAfter))
        } catch let final as UnknownIsFinal {
            throw DeskRefusal(
                .conflict, code: "unknown_final", Catalogue.unknownIsFinal(since: final.since.minuteText()))
        } catch LedgerError.unknownRun {
            throw DeskRefusal(.notFound, code: "no_unknown", Catalogue.Desk.noUnknown)
        }
        return ActReceipt(act: request.act.rawValue, run: run.name, state: run.state.code, onTheWire: 0)
    }

    private func list(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        guard let openID = request.openID else {
            throw DeskRefusal(.invalid, code: "missing_user", Catalogue.Desk.missing("--user"))
        }
        // An id that is nobody's would be kept and stop nothing: whoever was meant would be written to.
        guard PersonID.isUsable(openID) else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Desk.badOpenID)
        }
        // A name that is misspelt must not stand for every account.
        let account = try request.account.map { name in
            guard let account = setup.account(named: name) else {
                throw DeskRefusal(.notFound, code: "account_not_found", Catalogue.Desk.accountNotFound(name))
            }
            return account
        }
        let isKnown = try !setup.ledger.known(openID: openID).isEmpty
        var changed = 0
        let apps = account.map { [$0.record.app] } ?? setup.apps.map(\.id)
        for app in apps {
            let before = Set(try setup.ledger.denied(app: app))
            changed += try setup.ledger.list(
                ListDemand(
                    now: setup.clock.now(), term: setup.term, act: request.act == .deny ? .deny : .undeny, app: app,
                    account: account?.record.id, openIDs: [openID], person: person.name))
            let after = Set(try setup.ledger.denied(app: app))
            // A list of one account must not stop the others at the last look; the gate knows the difference.
            guard account == nil else { continue }
            for person in after.subtracting(before).sorted() { setup.board.deny(person) }
            for person in before.subtracting(after).sorted() { setup.board.permit(person) }
        }
        guard changed > 0 else {
            let isDeny = request.act == .deny
            throw DeskRefusal(
                .conflict, code: isDeny ? "already_denied" : "not_denied",
                isDeny
                    ? Catalogue.Desk.alreadyDenied(account?.record.name)
                    : Catalogue.Desk.notDenied(account?.record.name))
        }
        var receipt = ActReceipt(act: request.act.rawValue, run: nil, state: nil, onTheWire: 0)
        if !isKnown { receipt.note = .unknownID }
        return receipt
    }

    /// The ledger's hold and the tokens' stop: both are there because a person had to act.
    private func release(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        guard let name = request.account else {
            throw DeskRefusal(.invalid, code: "missing_account", Catalogue.Desk.missing("ACCOUNT"))
        }
        guard let account = setup.account(named: name) else {
            throw DeskRefusal(.notFound, code: "account_not_found", Catalogue.Desk.accountNotFound(name))
        }
        let held = try setup.ledger.accounts().first { $0.id == account.record.id }?.hold
        let standing = try setup.ledger.laneFacts(account.record.id, at: setup.clock.now()).standing
        if held?.reason == .platformBanned || standing.banned != nil {
            // Rule 18: no command undoes it.
            throw DeskRefusal(.forbidden, code: "account_banned", Catalogue.Desk.banned(name))
        }
        guard standing.frozen == nil else {
            throw DeskRefusal(.conflict, code: "account_frozen", Catalogue.Desk.frozen(name))
        }
        var isTokenStopped = false
        if case .stopped(_) = setup.shelf.verdict(for: account.tokenOwner, at: setup.clock.now()) {
            isTokenStopped = true
        }
        guard held != nil || isTokenStopped else {
            throw DeskRefusal(.conflict, code: "account_not_held", Catalogue.Desk.notHeld(name))
        }
        try setup.ledger.hold(
            account: account.record.id, nil, by: person.name, at: setup.clock.now(), term: setup.term)
        setup.shelf.resume(account.tokenOwner)
        setup.board.openAccount(account.record.id)
        return ActReceipt(act: request.act.rawValue, run: nil, state: "open", onTheWire: 0)
    }

    func run(of request: ActRequest) throws -> RunRecord {
        guard let name = request.run else {
            throw DeskRefusal(.invalid, code: "missing_run", Catalogue.Desk.missing("RUN"))
        }
        let run = try reading.find(name, for: .act(request.act))
        // Whoever names what they saw means that and nothing else, whatever they want done with it.
        if let digest = request.digest {
            let now = try setup.ledger.revisionRecord(run.revision).digest
            guard digest == now else {
                throw DeskRefusal(.conflict, code: "changed", Catalogue.Desk.changedMeanwhile(now))
            }
        }
        return run
    }

    func ringAll() {
        setup.bells.finisher.ring()
        setup.bells.planner.ring()
        setup.bells.dispatcher.ring()
        setup.bells.consent.ring()
        setup.bells.images.ring()
        setup.bells.reports.ring()
        setup.bells.notify.ring()
    }

    // MARK: - Proving

    /// Every deed passes here, and `RoleRule` is the only table.
    /// - Parameter isLook: nothing is done yet, so that no second proof is asked for.
    func prove(_ identity: Identity, for deed: RoleRule.Deed, isLook: Bool = false) throws -> PersonSetup {
        let person = try prove(identity)
        guard RoleRule.mayDo(deed, roles: person.roles) else {
            let wanted = RoleRule.roles(for: deed)
            throw DeskRefusal(
                .forbidden, code: wanted.count == 1 ? "not_\(wanted.first!.rawValue)" : "role_missing",
                Catalogue.Desk.roleMissing(person.name, roles: wanted.map(\.rawValue).sorted()))
        }
        if !isLook, case .session = identity, SessionRule.secondProof.contains(deed), !(try isFreshlyProved(identity)) {
            throw DeskRefusal(.forbidden, code: "second_proof", Catalogue.Pages.secondProofNeeded)
        }
        return person
    }

    /// A token proves a person; never a name alone, except on a rehearsal that says so.
    func prove(_ identity: Identity) throws -> PersonSetup {
        switch identity {
        case .session(let secret): return try sitting(secret).person
        case .token(let token): return try proof(token).person
        case .vouched(let name):
            guard let person = setup.people.first(where: { $0.name == name }) else {
                throw DeskRefusal(.unproved, code: "unknown_person", Catalogue.Desk.unknownPerson(name))
            }
            guard try !isShutOut(person, at: setup.clock.now()) else {
                throw DeskRefusal(.unproved, code: "token_ended", Catalogue.Tokens.shutOut(name))
            }
            return person
        case .name(let name):
            guard setup.trustNames else {
                throw DeskRefusal(.unproved, code: "name_not_trusted", Catalogue.Desk.nameNotTrusted)
            }
            guard let person = setup.people.first(where: { $0.name == name }) else {
                throw DeskRefusal(.unproved, code: "unknown_person", Catalogue.Desk.unknownPerson(name))
            }
            return person
        case .nobody: throw DeskRefusal(.unproved, code: "unproved", Catalogue.Desk.unproved)
        }
    }
}

extension ActRequest.Act {
    /// The row of the table of roles.
    package var deed: RoleRule.Deed {
        switch self {
        case .approve: .approve
        case .reject: .reject
        case .pause: .pause
        case .resume: .resume
        case .cancel: .cancel
        case .stopAll: .stopAll
        case .go: .go
        case .resolveAccepted, .resolveNotSent: .resolve
        case .deny: .deny
        case .undeny: .undeny
        case .release: .release
        case .recall: .recall
        case .erase: .erase
        }
    }
}
