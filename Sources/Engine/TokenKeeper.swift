import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Wire

/// Asks the platform for tokens, one question an owner at a time, for everybody who waits for them.
package actor TokenKeeper: Stepper {
    package nonisolated let name = "tokens"
    private let setup: EngineSetup
    private let calls: TokenCalls
    private let mailbox: any Mailbox
    private var asked: [UInt64: TokenOwner] = [:]
    private var lastID: UInt64 = 0

    package init(_ setup: EngineSetup, mailbox: any Mailbox) {
        self.setup = setup
        self.mailbox = mailbox
        calls = TokenCalls(baseURL: setup.address)
        let owners =
            setup.apps.map { TokenOwner.app(clientKey: $0.clientKey) } + setup.accounts.map(\.tokenOwner)
        setup.shelf.withBook { book in for owner in owners { book.enter(owner) } }
    }

    package func step(at now: Moment) async throws -> Moment? {
        let hadArrivals = collect(at: now)
        let questions = setup.shelf.withBook { $0.due(at: now) }
        var exchanges: [Exchange] = []
        for question in questions {
            guard let request = request(for: question) else {
                // Nothing to ask with, such as no webhook secret: said once a pause, instead of waited for in silence.
                setup.shelf.withBook { $0.lost(question.owner, at: now) }
                setup.logger.error("no secret to ask for a token with", metadata: ["owner": "\(question.owner)"])
                continue
            }
            lastID += 1
            asked[lastID] = question.owner
            exchanges.append(
                Exchange(
                    id: lastID, request: request, timeout: setup.limits.requestTimeout,
                    responseBytesMax: TokenCalls.replyBytesMax))
        }
        if !exchanges.isEmpty { mailbox.submit(exchanges) }
        if hadArrivals {
            setup.bells.dispatcher.ring()
            setup.bells.consent.ring()
            setup.bells.images.ring()
        }
        return setup.shelf.withBook { $0.nextDue }
    }

    private func collect(at now: Moment) -> Bool {
        let ends = mailbox.collect()
        for end in ends {
            guard let owner = asked.removeValue(forKey: end.id) else { continue }
            guard case .complete(let response) = end.result else {
                setup.shelf.withBook { $0.lost(owner, at: now) }
                setup.logger.warning(
                    "token call without an answer", metadata: ["owner": "\(owner)", "end": "\(end.result)"])
                continue
            }
            let grant =
                switch owner {
                case .app: TokenCalls.clientGrant(from: response)
                case .account: TokenCalls.businessGrant(from: response)
                }
            switch grant {
            case .success(let grant):
                setup.shelf.withBook { $0.granted(grant, to: owner, at: now) }
                let seconds = grant.expiresIn.components.seconds
                setup.logger.info("token granted", metadata: ["owner": "\(owner)", "seconds": "\(seconds)"])
            case .failure(let failure):
                setup.shelf.withBook { $0.failed(failure, for: owner, at: now) }
                setup.logger.error("token refused", metadata: ["owner": "\(owner)", "why": "\(failure)"])
            }
        }
        return !ends.isEmpty
    }

    private func request(for question: TokenQuestion) -> HTTPRequest? {
        switch question {
        case .issue(.app(let clientKey)):
            guard let app = setup.apps.first(where: { $0.clientKey == clientKey }) else { return nil }
            return calls.clientToken(clientKey: clientKey, secret: app.clientSecret)
        case .issue(.account(let openID)):
            guard let app = app(ofAccount: openID), let secret = app.webhookSecrets.first else { return nil }
            return calls.businessToken(
                clientKey: app.clientKey, webhookSecret: secret, openID: openID, scope: app.scope)
        case .refresh(.account(let openID), let token):
            guard let app = app(ofAccount: openID), let secret = app.webhookSecrets.first else { return nil }
            return calls.refreshBusinessToken(clientKey: app.clientKey, webhookSecret: secret, refreshToken: token)
        case .refresh(.app, _):
            // Client tokens have no refresh; the book never asks.
            return nil
        }
    }

    private func app(ofAccount openID: String) -> AppSetup? {
        setup.accounts.first { $0.record.openID == openID }.flatMap { setup.app($0.record.app) }
    }
}
