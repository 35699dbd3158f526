import CampaignModel
import Channels
import Logging
import Ports
import SendingRules

/// Keeps the platform's word about who may be written to: a cursor walk of each account's authorised users at least
/// twice a day while it has something to send, and one status call for each person whose evidence is missing or too old.
package actor ConsentKeeper: Stepper {
    package nonisolated let name = "consent"
    /// Half of what evidence may be old, so that a walk that fails leaves time for another; twice a day at least, because
    /// nothing else tells of a withdrawal where no webhook can be received.
    private var walkInterval: Duration { min(.hours(12), setup.limits.consentAgeMax / 2) }
    private static let walkRetryFirst: Duration = .minutes(1)
    private static let walkRetryMax: Duration = .minutes(30)
    private static let questionRetryFirst: Duration = .seconds(5)
    private static let questionRetryMax: Duration = .minutes(10)
    /// People whose question is put off and who are passed over, at most.
    private static let putOffMax = 1000
    private static let questionsAtOnce = 16
    /// Answers that one step takes: each waits for the ledger's writer, and what is due meanwhile waits for the step.
    private static let answersAtOnce = 16

    private struct Walk {
        var started: Moment
        var cursor = ConsentCalls.firstCursor
        var people = 0
    }
    private enum Asked {
        case page(AccountID, cursor: String, AccessToken)
        case status(ConsentQuestion, AccessToken)
    }

    private let setup: EngineSetup
    private let calls: ConsentCalls
    private let mailbox: any Mailbox
    private var walks: [AccountID: Walk] = [:]
    private var walkPauses: [AccountID: GrowingPause] = [:]
    /// Of an account whose questions get no answer, and of a person about whom the platform gives none.
    private var accountPauses: [AccountID: GrowingPause] = [:]
    private var personPauses: [RecipientID: GrowingPause] = [:]
    private var lastWalk: [AccountID: Moment] = [:]
    private var asked: [UInt64: Asked] = [:]
    private var questionsAsked: Set<RecipientID> = []
    private var lastID: UInt64 = 0
    private var untaken: ArraySlice<ExchangeEnd> = []

    package init(_ setup: EngineSetup, mailbox: any Mailbox) {
        self.setup = setup
        self.mailbox = mailbox
        calls = ConsentCalls(baseURL: setup.address)
        for account in setup.accounts { lastWalk[account.record.id] = account.record.lastWalk }
    }

    package func step(at now: Moment) async throws -> Moment? {
        untaken += mailbox.collect()
        for _ in 0..<Self.answersAtOnce {
            guard let end = untaken.popFirst() else { break }
            try take(end, at: now)
        }
        guard untaken.isEmpty else { return now }
        var exchanges: [Exchange] = []
        var next = now + walkInterval
        for account in try accountsAtWork() {
            let id = account.record.id
            guard walks[id] == nil else { continue }
            let due = max(lastWalk[id].map { $0 + walkInterval } ?? now, walkPauses[id]?.until ?? now)
            guard due <= now else {
                next = min(next, due)
                continue
            }
            guard case .ready(let token) = setup.shelf.verdict(for: account.tokenOwner, at: now) else { continue }
            walks[id] = Walk(started: now)
            exchanges.append(page(of: account, cursor: ConsentCalls.firstCursor, token))
        }
        exchanges += try questions(at: now, &next)
        if !exchanges.isEmpty { mailbox.submit(exchanges) }
        return next
    }

    /// Accounts that have a run which is not over: nobody else's users are asked for.
    private func accountsAtWork() throws -> [AccountSetup] {
        let ids = try setup.ledger.accountsAtWork()
        return setup.accounts.filter { ids.contains($0.record.id) }
    }

    // MARK: - Asking

    private func page(of account: AccountSetup, cursor: String, _ token: AccessToken) -> Exchange {
        lastID += 1
        asked[lastID] = .page(account.record.id, cursor: cursor, token)
        return Exchange(
            id: lastID, request: calls.page(of: account.record.openID, after: cursor, token: token),
            timeout: setup.limits.requestTimeout, responseBytesMax: ConsentCalls.replyBytesMax)
    }

    /// Whoever waits for an answer rings here with each of them: what failed has a pause of its own.
    private func questions(at now: Moment, _ next: inout Moment) throws -> [Exchange] {
        let room = Self.questionsAtOnce - questionsAsked.count
        guard room > 0 else { return [] }
        if personPauses.count > Self.putOffMax { personPauses = personPauses.filter { !$0.value.isOver(at: now) } }
        var exchanges: [Exchange] = []
        let limit = Self.questionsAtOnce + min(personPauses.count, Self.putOffMax)
        for question in try setup.ledger.consentQuestions(limit: limit, at: now)
        where !questionsAsked.contains(question.recipient) && exchanges.count < room {
            let pauses = [accountPauses[question.account]?.until, personPauses[question.recipient]?.until]
            if let until = pauses.compactMap({ $0 }).max(), now < until {
                next = min(next, until)
                continue
            }
            guard let account = setup.account(question.account), walks[question.account] == nil,
                case .ready(let token) = setup.shelf.verdict(for: account.tokenOwner, at: now)
            else { continue }
            lastID += 1
            asked[lastID] = .status(question, token)
            questionsAsked.insert(question.recipient)
            exchanges.append(
                Exchange(
                    id: lastID,
                    request: calls.status(of: question.openID, towards: account.record.openID, token: token),
                    timeout: setup.limits.requestTimeout))
        }
        return exchanges
    }

    // MARK: - Answers

    private func take(_ end: ExchangeEnd, at now: Moment) throws {
        guard let question = asked.removeValue(forKey: end.id) else { return }
        switch question {
        case .page(let account, let cursor, let token): try takePage(end, account, cursor, token, at: now)
        case .status(let question, let token):
            questionsAsked.remove(question.recipient)
            try takeStatus(end, question, token, at: now)
        }
    }

    private func takePage(
        _ end: ExchangeEnd, _ id: AccountID, _ cursor: String, _ token: AccessToken, at now: Moment
    ) throws {
        guard var walk = walks[id], let account = setup.account(id) else { return }
        guard case .complete(let response) = end.result,
            case .success(let page) = noting(ConsentCalls.page(from: response, after: cursor), account, token, at: now)
        else {
            walks[id] = nil
            walkPauses[
                id, default: GrowingPause(first: Self.walkRetryFirst, longest: Self.walkRetryMax)
            ].fail(at: now)
            return
        }
        // One id that cannot be anybody's must not end the walk for all others.
        let people = page.openIDs.filter(PersonID.isUsable)
        if people.count < page.openIDs.count {
            setup.logger.warning(
                "ids that cannot be a person's were left out of a walk",
                metadata: ["account": "\(account.record.name)", "count": "\(page.openIDs.count - people.count)"])
        }
        try setup.reigning {
            try setup.ledger.record(
                ConsentPage(
                    now: now, term: setup.term, account: id,
                    people: people.map { .init(openID: $0, state: .authorized, source: "walk") },
                    answersQuestions: false, stockPerAuthorization: setup.stockPerAuthorization))
        }
        walk.people += people.count
        if let next = page.nextCursor {
            walk.cursor = next
            walks[id] = walk
            mailbox.submit([self.page(of: account, cursor: next, token)])
            return
        }
        try setup.reigning {
            try setup.ledger.finishWalk(account: id, started: walk.started, at: now, term: setup.term)
        }
        walks[id] = nil
        walkPauses[id] = nil
        lastWalk[id] = now
        setup.logger.info(
            "authorised users walked", metadata: ["account": "\(account.record.name)", "people": "\(walk.people)"])
        setup.bells.dispatcher.ring()
        setup.bells.planner.ring()
        setup.bells.forecasts.ring()
    }

    private func takeStatus(
        _ end: ExchangeEnd, _ question: ConsentQuestion, _ token: AccessToken, at now: Moment
    ) throws {
        guard let account = setup.account(question.account) else { return }
        guard case .complete(let response) = end.result else { return putOff(question, nil, at: now) }
        let status: ConsentStatus
        switch noting(ConsentCalls.status(from: response), account, token, at: now) {
        case .success(let known): status = known
        case .failure(let failure): return putOff(question, failure, at: now)
        }
        accountPauses[question.account] = nil
        personPauses[question.recipient] = nil
        try setup.reigning {
            try setup.ledger.record(
                ConsentPage(
                    now: now, term: setup.term, account: question.account,
                    people: [
                        .init(
                            openID: question.openID, state: status == .authorized ? .authorized : .none,
                            source: "status")
                    ], answersQuestions: true, stockPerAuthorization: setup.stockPerAuthorization))
        }
        setup.bells.dispatcher.ring()
    }

    /// A refusal with a code says something about this person; anything else, of the way to the platform.
    private func putOff(_ question: ConsentQuestion, _ failure: CallFailure?, at now: Moment) {
        let pause = GrowingPause(first: Self.questionRetryFirst, longest: Self.questionRetryMax)
        if case .refused = failure {
            personPauses[question.recipient, default: pause].fail(at: now)
        } else if accountPauses[question.account]?.isOver(at: now) ?? true {
            // Those that were under way together failed together: one failure, not sixteen.
            accountPauses[question.account, default: pause].fail(at: now)
        }
    }

    /// A refused token is everybody's matter: one shared refresh.
    private func noting<Value>(
        _ result: Result<Value, CallFailure>, _ account: AccountSetup, _ token: AccessToken, at now: Moment
    ) -> Result<Value, CallFailure> {
        guard case .failure(let failure) = result else {
            setup.shelf.proved(token, of: account.tokenOwner)
            return result
        }
        if case .refused(let code, _, _) = failure,
            OutcomeTable.row(for: .refusal(code: code)).lane == .refreshToken
        {
            _ = setup.shelf.platformRefused(token, of: account.tokenOwner, at: now)
        }
        setup.logger.warning(
            "consent call failed", metadata: ["account": "\(account.record.name)", "why": "\(failure)"])
        return result
    }
}
