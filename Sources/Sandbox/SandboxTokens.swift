import CampaignModel
import Foundation
import Wire

/// Every token the sandbox has given out and not forgotten.
struct TokenRegister: Sendable {
    struct Business: Sendable {
        let account: Int
        let expires: Moment
    }
    struct Client: Sendable {
        let token: String
        var expires: Moment
    }

    var business: [String: Business] = [:]
    var refresh: [String: Int] = [:]
    /// Newest last, at most two an app.
    var client: [String: [Client]] = [:]

    static let clientLifetime: Duration = .hours(2)
    static let shortenedLifetime: Duration = .minutes(5)
    static let businessLifetime: Duration = .days(30)
    /// Beyond this, tokens that have expired are forgotten before a new one is added.
    static let rememberedMax = 10_000
}

extension SandboxPlatform {
    private struct TokenBody: Decodable {
        let clientKey: String
        let clientSecret: String
        let grantType: String?
        let openId: String?
        let scope: String?
        let refreshToken: String?
    }

    mutating func clientToken(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        // Safe because a body that cannot be read is answered as a bad parameter.
        guard let body = try? TokenBody(snakeCased: request.body),
            body.grantType == "client_credential"
        else { return clientTokenReply(code: PlatformCode.badParameter, words: "bad parameter") }
        guard let app = apps[body.clientKey] else {
            return clientTokenReply(code: PlatformCode.unknownClientKey, words: "client_key does not exist")
        }
        guard app.clientSecret == body.clientSecret else {
            return clientTokenReply(code: PlatformCode.wrongSecret, words: "client_key or client_secret is wrong")
        }
        let token = "clt." + tokenText()
        var known = tokens.client[body.clientKey] ?? []
        // The one before lives five more minutes at most; the one before that is dead.
        known = known.suffix(1).map {
            .init(token: $0.token, expires: min($0.expires, now + TokenRegister.shortenedLifetime))
        }
        known.append(.init(token: token, expires: now + TokenRegister.clientLifetime))
        tokens.client[body.clientKey] = known
        ledger.tokensIssued += 1
        // The lifetime as a string: the platform was seen to do both.
        return ReplyText.json(
            #"{"data":{"access_token":"\#(token)","expires_in":"7200","error_code":0,"description":""},"#
                + #""message":"success"}"#)
    }

    private func clientTokenReply(code: Int, words: String) -> HTTPResponse {
        ReplyText.json(
            #"{"data":{"access_token":"","expires_in":0,"error_code":\#(code),"description":"\#(words)"},"#
                + #""message":"error"}"#)
    }

    mutating func businessToken(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        // Safe because a body that cannot be read is answered as a bad parameter.
        guard let body = try? TokenBody(snakeCased: request.body),
            let openID = body.openId, let scope = body.scope, !scope.isEmpty
        else { return businessTokenReply(code: PlatformCode.badParameter, words: "bad parameter") }
        if let refusal = secretRefusal(body) { return refusal }
        guard let account = accountIndex[openID], accounts[account].clientKey == body.clientKey,
            accounts[account].isBound
        else {
            return businessTokenReply(code: PlatformCode.accountNotAuthorised, words: "the account did not authorise")
        }
        return grantBusinessToken(account: account, at: now)
    }

    mutating func refreshBusinessToken(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        // Safe because a body that cannot be read is answered as a bad parameter.
        guard let body = try? TokenBody(snakeCased: request.body),
            let refreshToken = body.refreshToken
        else { return businessTokenReply(code: PlatformCode.badParameter, words: "bad parameter") }
        if let refusal = secretRefusal(body) { return refusal }
        guard let account = tokens.refresh.removeValue(forKey: refreshToken),
            accounts[account].clientKey == body.clientKey
        else { return businessTokenReply(code: PlatformCode.refreshTokenExpired, words: "refresh_token expired") }
        return grantBusinessToken(account: account, at: now)
    }

    private func secretRefusal(_ body: TokenBody) -> HTTPResponse? {
        guard let app = apps[body.clientKey] else {
            return businessTokenReply(code: PlatformCode.unknownClientKey, words: "client_key does not exist")
        }
        guard app.webhookSecret == body.clientSecret else {
            return businessTokenReply(code: PlatformCode.wrongSecret, words: "client_key or client_secret is wrong")
        }
        return nil
    }

    private mutating func grantBusinessToken(account: Int, at now: Moment) -> HTTPResponse {
        if tokens.business.count >= TokenRegister.rememberedMax {
            tokens.business = tokens.business.filter { $0.value.expires > now }
        }
        let token = "bus_act." + tokenText()
        let refreshToken = "bus_rft." + tokenText()
        tokens.business[token] = .init(account: account, expires: now + TokenRegister.businessLifetime)
        tokens.refresh[refreshToken] = account
        ledger.tokensIssued += 1
        return ReplyText.json(
            #"{"error_code":0,"message":"success","data":{"biz_token":"\#(token)","biz_expires_in":2592000,"#
                + #""biz_refresh_token":"\#(refreshToken)","biz_refresh_expires_in":3153600000}}"#)
    }

    private func businessTokenReply(code: Int, words: String) -> HTTPResponse {
        ReplyText.json(#"{"error_code":\#(code),"message":"\#(words)","data":null}"#)
    }

    private mutating func tokenText() -> String {
        String(tokenGenerator.next(), radix: 36) + String(tokenGenerator.next(), radix: 36)
    }

    /// What is wrong with the token of a call made for `account`; nil when nothing is.
    func tokenFault(_ request: HTTPRequest, account: Int, at now: Moment) -> (code: Int, words: String)? {
        guard let text = request.header("access-token"), let token = tokens.business[text] else {
            return (PlatformCode.tokenInvalid, "access_token invalid")
        }
        guard now < token.expires else { return (PlatformCode.tokenExpired, "access_token expired") }
        guard token.account == account else { return (PlatformCode.tokenMismatch, "token and open_id do not match") }
        return nil
    }

    /// The same for calls made with an app's client token.
    func clientTokenFault(_ request: HTTPRequest, at now: Moment) -> (code: Int, words: String)? {
        let text = request.header("access-token")
        for known in tokens.client.values {
            guard let client = known.first(where: { $0.token == text }) else { continue }
            return now < client.expires ? nil : (PlatformCode.tokenExpired, "access_token expired")
        }
        return (PlatformCode.tokenInvalid, "access_token invalid")
    }

    /// Every business token of the account dies, as when a person withdraws and grants the permission again.
    package mutating func expireTokens(account: String, at now: Moment) {
        guard let index = accountIndex[account] else { return }
        for (text, token) in tokens.business where token.account == index {
            tokens.business[text] = .init(account: index, expires: min(token.expires, now))
        }
    }
}
