import CampaignModel
import Wire

/// A reply of the platform with its envelope taken off. Five envelopes were seen (`douyin-api.md` §6.1); one decoder
/// reads them all, because which call uses which has changed before:
///
///     A  {err_no, err_msg, log_id, data}
///     B  {data: {error_code, description}, extra: {error_code, sub_error_code, logid, …}, …}
///     C  {data: {…, error_code, description}, message}
///     D  {error_code, message, data}
///     E  {err_no, err_tips, data}
struct PlatformReply {
    /// The whole body.
    let root: JSONValue
    /// Its `data`, looked up once: most fields are asked for there first.
    private let inside: JSONValue?
    /// The first non-zero code in the order of the decoder below; 0 when every code present is 0.
    let code: Int
    /// The platform's log id, to quote to its support.
    let logID: String
    /// The platform's words beside its code, for people only.
    let words: String

    static let logIDBytesMax = 128
    static let wordsCharactersMax = 200

    /// A member of `data`, or of the top level: envelopes disagree on where fields stand.
    subscript(_ key: String) -> JSONValue? { inside?[key] ?? root[key] }

    /// `nil` for anything that is not one strict JSON object with at least one readable code. A reply without any
    /// code is no answer of the platform, whatever else it says: a proxy's page may say `{"ok":true}`.
    init?(body: [UInt8]) {
        guard let root = JSONValue(strict: body), case .object = root else { return nil }
        let inside = root["data"]
        let extra = root["extra"]
        // `sub_error_code` stands last: it refines a code beside it and stands alone only when the others are 0.
        let codes = [
            root["err_no"], root["error_code"], inside?["error_code"], inside?["err_no"], extra?["error_code"],
            extra?["sub_error_code"],
        ]
        var first: Int?
        for value in codes {
            guard let value else { continue }
            // A code that cannot be read may have been a refusal.
            guard let code = value.lenientInteger else { return nil }
            if first == nil || first == 0 { first = code }
        }
        guard let code = first else { return nil }
        self.root = root
        self.inside = inside
        self.code = code
        let logIDs = [extra?["logid"], extra?["log_id"], root["log_id"], root["logid"], inside?["log_id"]]
        logID = Self.firstText(logIDs).prefixOfBytes(Self.logIDBytesMax)
        let words = [
            extra?["sub_description"], inside?["description"], extra?["description"], root["err_msg"],
            root["err_tips"], root["message"],
        ]
        let said = Self.firstText(words)
        // Counting characters costs more than reading the reply; few are ever long enough.
        self.words = said.utf8.count > Self.wordsCharactersMax ? String(said.prefix(Self.wordsCharactersMax)) : said
    }

    private static func firstText(_ candidates: [JSONValue?]) -> String {
        for candidate in candidates {
            if let text = candidate?.lenientText, !text.isEmpty { return text }
        }
        return ""
    }
}

extension String {
    /// Cut on a character boundary to at most `count` bytes.
    func prefixOfBytes(_ count: Int) -> String {
        guard utf8.count > count else { return self }
        var cut = self
        while cut.utf8.count > count { cut.removeLast() }
        return cut
    }
}

/// Why a call other than a send brought nothing. Sends have `Answer`; these calls may all be asked again.
package enum CallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A complete, valid reply with a non-zero code. `words` are the platform's, for people only.
    case refused(code: Int, words: String, logID: String)
    /// A complete answer that is no business answer.
    case httpStatus(Int)
    /// A complete answer that is not what the call promises.
    case unreadable
    case tooLarge

    /// For the log.
    package var description: String {
        switch self {
        case .refused(let code, let words, let logID): "code \(code), \(words), log id \(logID)"
        case .httpStatus(let status): "HTTP \(status)"
        case .unreadable: "a reply that cannot be read"
        case .tooLarge: "a reply that is too large"
        }
    }
}

extension PlatformReply {
    /// The envelope of a call other than a send, with code 0.
    static func success(of response: HTTPResponse, bytesMax: Int) throws(CallFailure) -> PlatformReply {
        guard response.status == 200 else { throw .httpStatus(response.status) }
        guard response.body.count <= bytesMax else { throw .tooLarge }
        guard let reply = PlatformReply(body: response.body) else { throw .unreadable }
        guard reply.code == 0 else { throw .refused(code: reply.code, words: reply.words, logID: reply.logID) }
        return reply
    }
}

extension HTTPResponse {
    /// Seconds of `Retry-After`, if they make sense. The form with a date is not read: it would need a clock, and the
    /// platform was never seen to use it.
    var retryAfter: Duration? {
        guard let text = header("retry-after"), text.utf8.count <= 4, let seconds = UInt16(text), seconds <= 3600
        else { return nil }
        return .seconds(Int64(seconds))
    }
}
