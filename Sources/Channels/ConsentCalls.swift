import CampaignModel
import Wire

/// One page of the people who authorised an account.
package struct AuthorizedPage: Sendable, Equatable {
    /// As the calling app sees them, oldest authorization first.
    package let openIDs: [String]
    /// Where the next page begins; nil after the last one.
    package let nextCursor: String?

    package init(openIDs: [String], nextCursor: String?) { (self.openIDs, self.nextCursor) = (openIDs, nextCursor) }
}

/// What the platform says about one person's consent towards one account.
package enum ConsentStatus: Int, Sendable, Codable {
    case authorized = 1
    case notAuthorized = 2
}

/// The calls that say who may be written to (`douyin-api.md` §4.2, §4.3). Consent comes from here and from the
/// platform's events, never from a file.
package struct ConsentCalls: Sendable {
    /// The platform's own limit of the cursor mode.
    package static let pageSize = 100
    /// A page of 100 people with their attribution is some tens of kilobytes.
    package static let replyBytesMax = 1 << 20
    package static let firstCursor = "0"
    package static let cursorBytesMax = 256

    private let baseURL: PlatformAddress

    package init(baseURL: PlatformAddress) { self.baseURL = baseURL }

    /// One page of the walk over everyone. By cursor, oldest first: the mode by page number ends at 50,000 people and
    /// shifts while people join.
    package func page(of account: String, after cursor: String = firstCursor, token: AccessToken) -> HTTPRequest {
        var json = JSONText(capacity: 64)
        json.raw(#"{"cursor":"#)
        json.string(cursor)
        json.raw(#","limit":"#)
        json.number(Self.pageSize)
        json.raw("}")
        return post("/im/authorize/user_list/", account: account, token: token, body: json.bytes)
    }

    /// - Parameter cursor: the one the page was asked with. A page that says "more" without moving on is unreadable,
    ///   or the walk would never end.
    package static func page(
        from response: HTTPResponse, after cursor: String
    ) -> Result<AuthorizedPage, CallFailure> {
        Result { () throws(CallFailure) -> AuthorizedPage in
            let reply = try PlatformReply.success(of: response, bytesMax: replyBytesMax)
            guard let data = reply.root["data"] else { throw .unreadable }
            // Null or absent on an empty page.
            let rows = data["auth_user_list"]?.elements ?? []
            let openIDs = rows.compactMap { $0["target_open_id"]?.string }.filter { !$0.isEmpty }
            guard openIDs.count == rows.count, let hasMore = data["has_more"]?.lenientBool else { throw .unreadable }
            guard hasMore else { return AuthorizedPage(openIDs: openIDs, nextCursor: nil) }
            guard let next = data["next_cursor"]?.lenientText, !next.isEmpty, next != cursor,
                next.utf8.count <= cursorBytesMax
            else { throw .unreadable }
            return AuthorizedPage(openIDs: openIDs, nextCursor: next)
        }
    }

    /// Asks about one person.
    /// - Parameter appID: the mini-program the open_id belongs to, when it is not the calling one.
    package func status(
        of recipient: String, towards account: String, appID: String? = nil, token: AccessToken
    ) -> HTTPRequest {
        var json = JSONText(capacity: 128)
        json.raw(#"{"c_open_id":"#)
        json.string(recipient)
        if let appID {
            json.raw(#","app_id":"#)
            json.string(appID)
        }
        json.raw("}")
        return post("/im/authorize/status/", account: account, token: token, body: json.bytes)
    }

    package static func status(from response: HTTPResponse) -> Result<ConsentStatus, CallFailure> {
        Result { () throws(CallFailure) -> ConsentStatus in
            let reply = try PlatformReply.success(of: response, bytesMax: replyBytesMax)
            guard let status = reply.root["data"]?["status"]?.lenientInteger.flatMap(ConsentStatus.init(rawValue:))
            else { throw .unreadable }
            return status
        }
    }

    private func post(_ path: String, account: String, token: AccessToken, body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: .post, url: baseURL.url(path, openID: account),
            headers: [PrivateMessageChannel.jsonHeader, HTTPHeader("access-token", token.revealed)], body: body)
    }
}
