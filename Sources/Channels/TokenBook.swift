import CampaignModel

/// Whose token it is.
package enum TokenOwner: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// A client token, by the app's client key.
    case app(clientKey: String)
    /// A business token, by the account's open_id.
    case account(openID: String)

    /// For the log.
    package var description: String {
        switch self {
        case .app(let clientKey): "app \(clientKey)"
        case .account(let openID): "account \(openID)"
        }
    }

    private var order: (Int, String) {
        switch self {
        case .app(let clientKey): (0, clientKey)
        case .account(let openID): (1, openID)
        }
    }
    package static func < (left: TokenOwner, right: TokenOwner) -> Bool { left.order < right.order }
}

/// One call that is to be made now.
package enum TokenQuestion: Hashable, Sendable {
    /// Ask for a token from the start.
    case issue(TokenOwner)
    /// Renew with the refresh token.
    case refresh(TokenOwner, with: AccessToken)

    package var owner: TokenOwner {
        switch self {
        case .issue(let owner), .refresh(let owner, _): owner
        }
    }
}

/// What the book says to somebody who wants to send.
package enum TokenVerdict: Equatable, Sendable {
    case ready(AccessToken)
    /// One question is asked for all who wait. `until`: when it will be asked, nil while its answer is on the way.
    case wait(until: Moment?)
    /// A person must act, then call `resume`.
    case stopped(TokenStop)
}

/// Why an owner's sending stopped.
package enum TokenStop: Hashable, Sendable {
    /// The platform refused to give a token twice in a row, the last time with this code.
    case notGranted(code: Int)
    /// The platform refused a token that had just been renewed because it had refused the one before.
    case refusedAgain
    /// The owner was never entered in the book.
    case unknownOwner
}

/// What a "token expired or invalid" answer to a send changed.
package enum TokenExpiry: Equatable, Sendable {
    /// The answer was about a token that has been replaced since: nothing changes, the contact may go again.
    case ignoreLate
    /// The token is out of use; everybody waits for one shared renewal.
    case renew
    case stop(TokenStop)
}

/// The tokens of all apps and accounts, their renewal, and their end: a value with a single owner, who asks `due`,
/// makes the calls and reports how they ended. There is at most one question per owner on its way, however many wait
/// for it, because a second client token would cut the first one short.
package struct TokenBook: Sendable {
    private var lives: [TokenOwner: TokenLife] = [:]

    package init() {}

    /// Enters an owner; its first question is due at once. An owner that is already there is left as it is.
    package mutating func enter(_ owner: TokenOwner) {
        if lives[owner] == nil { lives[owner] = TokenLife() }
    }

    /// Forgets an owner and its token.
    package mutating func remove(_ owner: TokenOwner) { lives[owner] = nil }

    package func verdict(for owner: TokenOwner, at now: Moment) -> TokenVerdict {
        lives[owner]?.verdict(at: now) ?? .stopped(.unknownOwner)
    }

    /// nil: none is held.
    package func usableUntil(of owner: TokenOwner) -> Moment? { lives[owner]?.usableUntil }

    /// The questions to ask now, in the order of their owners. Each returned question counts as asked: it must be
    /// reported by `granted`, `failed` or `lost`, and is not returned again before.
    package mutating func due(at now: Moment) -> [TokenQuestion] {
        lives.keys.sorted().compactMap { owner in
            lives[owner]?.ask(at: now).map { step in
                switch step {
                case .issue: .issue(owner)
                case .refresh(let token): .refresh(owner, with: token)
                }
            }
        }
    }

    /// When `due` will have something; nil while nothing is planned.
    package var nextDue: Moment? { lives.values.compactMap(\.nextAsk).min() }

    /// The platform gave a token.
    package mutating func granted(_ grant: TokenGrant, to owner: TokenOwner, at now: Moment) {
        lives[owner]?.granted(grant, at: now)
    }

    /// The call for a token failed. A refusal counts towards the stop; anything else (no connection, 502, a reply
    /// that cannot be read) only waits: it says nothing about the account.
    package mutating func failed(_ failure: CallFailure, for owner: TokenOwner, at now: Moment) {
        switch failure {
        case .refused(let code, _, _):
            lives[owner]?.refused(code: code, at: now)
        case .httpStatus, .unreadable, .tooLarge:
            lives[owner]?.lost(at: now)
        }
    }

    /// The call for a token did not end in a complete reply.
    package mutating func lost(_ owner: TokenOwner, at now: Moment) { lives[owner]?.lost(at: now) }

    /// A send made with `token` was answered "token expired" or "token invalid".
    package mutating func platformRefused(
        _ token: AccessToken, of owner: TokenOwner, at now: Moment
    ) -> TokenExpiry {
        lives[owner]?.platformRefused(token, at: now) ?? .stop(.unknownOwner)
    }

    /// A call made with `token` was answered otherwise: the platform knows the token.
    package mutating func proved(_ token: AccessToken, of owner: TokenOwner) { lives[owner]?.proved(token) }

    /// A person has dealt with the cause of a stop: ask from the start.
    package mutating func resume(_ owner: TokenOwner) {
        if lives[owner] != nil { lives[owner] = TokenLife() }
    }
}
