import CampaignModel
import Wire

/// What the platform gave: a token and how long it says it lives.
package struct TokenGrant: Sendable, Equatable {
    package let token: AccessToken
    package let expiresIn: Duration
    /// For the next renewal; client tokens have none.
    package let refreshToken: AccessToken?

    package init(token: AccessToken, expiresIn: Duration, refreshToken: AccessToken? = nil) {
        (self.token, self.expiresIn, self.refreshToken) = (token, expiresIn, refreshToken)
    }
}

/// The token calls (`douyin-api.md` §2.1) as requests and decoders. When to make which is `TokenBook`'s to say.
package struct TokenCalls: Sendable {
    /// Replies of these calls are short.
    package static let replyBytesMax = 64 * 1024
    /// No token of the platform lives longer; a longer claim is cut to this. (Samples say 100 years for refreshing.)
    package static let lifetimeMax: Duration = .days(366)

    private let baseURL: PlatformAddress

    package init(baseURL: PlatformAddress) { self.baseURL = baseURL }

    /// Asks for a client token (2 h). Asking again cuts the previous one to 5 minutes and kills the one before, so
    /// exactly one daemon may own an app's.
    /// - Parameter secret: the app's own secret.
    package func clientToken(clientKey: String, secret: Secret) -> HTTPRequest {
        post("/oauth/client_token/") { json in
            json.raw(#"{"client_key":"#)
            json.string(clientKey)
            json.raw(#","client_secret":"#)
            json.string(secret.revealed())
            json.raw(#","grant_type":"client_credential"}"#)
        }
    }

    /// Asks for the token that sends in the name of an account (30 d).
    /// - Parameters:
    ///   - webhookSecret: the mini-program's *webhook* secret, not its app secret.
    ///   - scope: comma separated. Code found in public asks for `im.direct_message`; it is configured, not fixed.
    package func businessToken(
        clientKey: String, webhookSecret: Secret, openID: String, scope: String
    ) -> HTTPRequest {
        post("/oauth/business_token/") { json in
            json.raw(#"{"client_key":"#)
            json.string(clientKey)
            json.raw(#","client_secret":"#)
            json.string(webhookSecret.revealed())
            json.raw(#","open_id":"#)
            json.string(openID)
            json.raw(#","scope":"#)
            json.string(scope)
            json.raw("}")
        }
    }

    /// Renews an account's token with the refresh token that came with it.
    package func refreshBusinessToken(
        clientKey: String, webhookSecret: Secret, refreshToken: AccessToken
    ) -> HTTPRequest {
        post("/oauth/refresh_biz_token/") { json in
            json.raw(#"{"client_key":"#)
            json.string(clientKey)
            json.raw(#","client_secret":"#)
            json.string(webhookSecret.revealed())
            json.raw(#","refresh_token":"#)
            json.string(refreshToken.revealed)
            json.raw("}")
        }
    }

    /// The grant in the reply of `clientToken`.
    package static func clientGrant(from response: HTTPResponse) -> Result<TokenGrant, CallFailure> {
        grant(from: response, token: "access_token", lifetime: "expires_in", refresh: nil)
    }

    /// The grant in the reply of `businessToken` and `refreshBusinessToken`.
    package static func businessGrant(from response: HTTPResponse) -> Result<TokenGrant, CallFailure> {
        grant(from: response, token: "biz_token", lifetime: "biz_expires_in", refresh: "biz_refresh_token")
    }

    private static func grant(
        from response: HTTPResponse, token: String, lifetime: String, refresh: String?
    ) -> Result<TokenGrant, CallFailure> {
        Result { () throws(CallFailure) -> TokenGrant in
            let reply = try PlatformReply.success(of: response, bytesMax: replyBytesMax)
            guard let text = reply[token]?.string, let granted = AccessToken(text),
                let seconds = reply[lifetime]?.lenientInteger, seconds > 0
            else { throw .unreadable }
            let bounded = min(Int64(seconds), lifetimeMax.components.seconds)
            return TokenGrant(
                token: granted, expiresIn: .seconds(bounded),
                refreshToken: refresh.flatMap { reply[$0]?.string }.flatMap { AccessToken($0) })
        }
    }

    private func post(_ path: String, _ write: (inout JSONText) -> Void) -> HTTPRequest {
        var json = JSONText(capacity: 256)
        write(&json)
        return HTTPRequest(
            method: .post, url: baseURL.url(path), headers: [PrivateMessageChannel.jsonHeader], body: json.bytes)
    }
}
