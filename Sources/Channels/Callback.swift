import CampaignModel
import Digests

/// How the platform proves that a callback is its own (`douyin-api.md` §5.1): lower-case hex SHA-1 over the secret's
/// bytes followed by the raw body.
///
/// The scheme can be extended: whoever has one signed body can append bytes and sign the result. What they append begins
/// with 0x80, which no JSON text holds, so `PlatformEvent` taking exactly one JSON value is the other half of the proof.
package enum CallbackSignature {
    package static let header = "X-Douyin-Signature"
    /// Longer bodies are refused before a byte of them is looked at.
    package static let bodyBytesMax = 1 << 20

    package static func of(_ body: [UInt8], secret: Secret) -> String {
        var digest = Digest(.sha1)
        secret.withBytes { digest.update($0) }
        digest.update(body)
        return digest.finish().hexadecimal
    }

    /// Any of the secrets, so that one can be replaced without losing a callback. Every one is computed and compared in
    /// full: the time says nothing about which was near.
    package static func proves(_ body: [UInt8], signature: String, by secrets: [Secret]) -> Bool {
        let given = Secret(bytes: Array(signature.utf8))
        var found = false
        for secret in secrets where !secret.isEmpty {
            let expected = Secret(bytes: Array(of(body, secret: secret).utf8))
            if given == expected { found = true }
        }
        return found
    }
}

/// What makes an event that event, as bytes for the ledger: the same parts give the same identity, whatever else of the
/// text around them differs.
package enum EventIdentity {
    private static let bytes = 20

    package static func of(_ parts: [String]) -> [UInt8] {
        var digest = Digest()
        for part in parts {
            // The length before each part: ("ab", "c") is not ("a", "bc").
            withUnsafeBytes(of: UInt32(part.utf8.count).littleEndian) { digest.update($0) }
            digest.update(part)
        }
        return Array(digest.finish().prefix(bytes))
    }

    /// Of a whole body, as it came.
    package static func of(body: [UInt8], from app: String) -> [UInt8] {
        var digest = Digest()
        digest.update(app)
        digest.update(CollectionOfOne(0))
        digest.update(body)
        return digest.finish()
    }
}

/// Why a callback is not understood. The signature may be right all the same.
package enum CallbackDefect: Error, Sendable, Equatable {
    /// Not UTF-8, not JSON, more than one value, a key twice, or deeper than 32 levels.
    case notOneValue
    /// The field that is missing or has another type.
    case field(String)
}

/// A callback of the platform, typed (`douyin-api.md` §5.2, §5.3).
package struct PlatformEvent: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// The platform checks that the address is ours: the number goes back as it came.
        case challenge(Int)
        case consent(ConsentChange)
        /// A person wrote to an account, or an account to a person.
        case received(ChatMessage)
        case sent(ChatMessage)
        /// A person opened the conversation.
        case entered(Entrance)
        case recalled(messageID: String)
        /// The account granted the app its permission, or took it away.
        case contract(granted: Bool, scopes: [String], at: Moment?)
        /// Groups, log-ins, and whatever comes to be: nothing that is kept.
        case other
    }

    package struct ConsentChange: Sendable, Equatable {
        package var authorized: Bool
        /// `operation_type` 1.
        package var isNew: Bool
        package var updated: Moment
        package var expires: Moment?
        /// `button`, `im_card` …; empty when unsaid.
        package var enteredFrom: String
    }

    package struct ChatMessage: Sendable, Equatable {
        package var messageID: String
        package var conversation: String
        package var created: Moment
        /// text, image, retain_consult_card …
        package var kind: String
        /// The sending app's client key; empty when somebody typed it in the app.
        package var source: String
        package var text: String
    }

    package struct Entrance: Sendable, Equatable {
        package var messageID: String
        package var created: Moment
    }

    package var name: String
    package var clientKey: String
    package var from: String
    package var to: String
    package var content: Content

    /// - Throws: `CallbackDefect`. An event of an unknown name is `.other`, never a defect: the platform adds events.
    package init(body: [UInt8]) throws(CallbackDefect) {
        guard let root = JSONValue(strict: body), case .object = root else { throw .notOneValue }
        guard let name = root["event"]?.string, !name.isEmpty else { throw .field("event") }
        self.name = name
        clientKey = root["client_key"]?.lenientText ?? ""
        from = root["from_user_id"]?.lenientText ?? ""
        to = root["to_user_id"]?.lenientText ?? ""
        content = try Self.content(name, of: EventFields(try Self.members(of: root)))
    }

    /// Sometimes an object, sometimes the JSON text of one: the platform's pages show both, for different events.
    private static func members(of root: JSONValue) throws(CallbackDefect) -> JSONValue {
        switch root["content"] {
        case nil: return .object([])
        case .object: return root["content"] ?? .null
        case .text(let text):
            if text.isEmpty { return .object([]) }
            guard let inner = JSONValue(strict: Array(text.utf8)), case .object = inner else { throw .field("content") }
            return inner
        case .null, .bool, .integer, .decimal, .array: throw .field("content")
        }
    }

    private static func content(_ name: String, of fields: EventFields) throws(CallbackDefect) -> Content {
        switch name {
        case "verify_webhook": .challenge(try fields.integer("challenge"))
        case "im_authorize": .consent(try fields.consentChange())
        case "im_receive_msg": .received(try fields.chatMessage())
        case "im_send_msg": .sent(try fields.chatMessage())
        case "im_enter_direct_msg":
            .entered(Entrance(messageID: fields.text("server_message_id"), created: try fields.moment("create_time")))
        case "im_recall_msg": .recalled(messageID: fields.text("server_message_id"))
        case "contract_authorize", "contract_unauthorize":
            .contract(
                granted: name == "contract_authorize", scopes: fields.texts("scopes"),
                at: fields.optionalMoment("timestamp"))
        default: .other
        }
    }
}

/// The members of a callback's `content`.
private struct EventFields {
    /// Texts of people are cut: only their beginning can be an opt-out, and a card's data is nobody's business.
    private static let textCharactersMax = 500
    private static let idBytesMax = 512
    /// Numbers below this are seconds, the rest milliseconds: the platform writes both.
    private static let millisecondsFrom: Int64 = 100_000_000_000

    private let members: JSONValue

    init(_ members: JSONValue) { self.members = members }

    func integer(_ key: String) throws(CallbackDefect) -> Int {
        guard let value = members[key]?.lenientInteger else { throw .field("content.\(key)") }
        return value
    }

    func text(_ key: String) -> String {
        guard let text = members[key]?.lenientText, text.utf8.count <= Self.idBytesMax else { return "" }
        return text
    }

    func texts(_ key: String) -> [String] {
        if let one = members[key]?.string { return one.split(separator: ",").map(String.init) }
        return (members[key]?.elements ?? []).compactMap(\.string)
    }

    func optionalMoment(_ key: String) -> Moment? {
        guard let value = members[key]?.lenientInteger, value > 0, value < 100_000_000_000_000 else { return nil }
        let number = Int64(value)
        return number < Self.millisecondsFrom ? Moment(seconds: number) : Moment(milliseconds: number)
    }

    func moment(_ key: String) throws(CallbackDefect) -> Moment {
        guard let moment = optionalMoment(key) else { throw .field("content.\(key)") }
        return moment
    }

    func consentChange() throws(CallbackDefect) -> PlatformEvent.ConsentChange {
        let status = try integer("auth_status")
        guard let consent = ConsentStatus(rawValue: status) else { throw .field("content.auth_status") }
        guard let updated = optionalMoment("update_time") ?? optionalMoment("create_time") else {
            throw .field("content.update_time")
        }
        var enteredFrom = text("enter_from")
        if enteredFrom.isEmpty, let extra = members["extra"]?.string,
            let inner = JSONValue(strict: Array(extra.utf8))
        {
            enteredFrom = inner["enter_from"]?.lenientText ?? ""
        }
        return PlatformEvent.ConsentChange(
            authorized: consent == .authorized, isNew: members["operation_type"]?.lenientInteger == 1,
            updated: updated, expires: optionalMoment("expire_time"), enteredFrom: String(enteredFrom.prefix(64)))
    }

    func chatMessage() throws(CallbackDefect) -> PlatformEvent.ChatMessage {
        let id = text("server_message_id")
        guard !id.isEmpty else { throw .field("content.server_message_id") }
        // The text lies beside its type, or inside an object named after it.
        let text = members["text"]?.string ?? members["text"]?["text"]?.string ?? ""
        return PlatformEvent.ChatMessage(
            messageID: id, conversation: self.text("conversation_short_id"), created: try moment("create_time"),
            kind: self.text("message_type"), source: self.text("source"),
            text: String(text.prefix(Self.textCharactersMax)))
    }
}
