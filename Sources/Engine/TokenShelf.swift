import CampaignModel
import Channels
import Synchronization

/// The tokens in use, shared by the services that need them. `TokenKeeper` alone asks the platform for them: a second
/// client token would cut the first one short.
package final class TokenShelf: Sendable {
    private let book = Mutex(TokenBook())
    private let bell: Bell

    package init(bell: Bell) { self.bell = bell }

    package func withBook<Result>(_ body: (inout sending TokenBook) -> sending Result) -> sending Result {
        book.withLock(body)
    }

    func verdict(for owner: TokenOwner, at now: Moment) -> TokenVerdict {
        book.withLock { $0.verdict(for: owner, at: now) }
    }

    func platformRefused(_ token: AccessToken, of owner: TokenOwner, at now: Moment) -> TokenExpiry {
        let expiry = book.withLock { $0.platformRefused(token, of: owner, at: now) }
        if expiry == .renew { bell.ring() }
        return expiry
    }

    func proved(_ token: AccessToken, of owner: TokenOwner) { book.withLock { $0.proved(token, of: owner) } }

    /// A person has dealt with the cause of a stop.
    package func resume(_ owner: TokenOwner) {
        book.withLock { $0.resume(owner) }
        bell.ring()
    }
}
