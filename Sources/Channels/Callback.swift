import CampaignModel
import Digests
import Foundation

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

    /// Within this the platform repeats what it got no answer to.
    private static let repeatSpan: Duration = .minutes(10)

    /// Of a whole body, as it came. One that says by itself which it is, is the same whenever it comes; one without id and
    /// moment, only within the span in which the platform repeats: a second "stop" a month later is another one.
    package static func of(arrival body: [UInt8], _ event: PlatformEvent?, from app: String, at received: Moment)
        -> [UInt8]
    {
        var digest = Digest()
        digest.update(app)
        digest.update(CollectionOfOne(0))
        digest.update(body)
        if event?.namesItself != true {
            let span = received.milliseconds / repeatSpan.wholeMilliseconds
            withUnsafeBytes(of: span.littleEndian) { digest.update($0) }
        }
        return digest.finish()
    }
}

/// Why a callback is not read at all. The signature may be right all the same.
package enum CallbackDefect: Error, Sendable, Equatable {
    /// Not UTF-8, not JSON, or more than one value.
    case notOneValue
}

/// A callback of the platform, typed (`douyin-api.md` §5.2, §5.3).
///
/// What is signed is the platform's word in whatever form it came: an id or a moment that is missing or written otherwise
/// costs nobody their opt-out, and what is not understood is said, never refused.
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
        /// Somebody paid an order of the shop, or a coupon of one was given back.
        case traded(Trade)
        /// The account granted the app its permission, or took it away.
        case contract(granted: Bool, scopes: [String], at: Moment?)
        /// An event of a known name without a field that it is nothing without.
        case unclear(field: String)
        /// Groups, log-ins, and whatever comes to be: nothing that is kept.
        case other
    }

    package struct ConsentChange: Sendable, Equatable {
        package var authorized: Bool
        /// `operation_type` 1.
        package var isNew: Bool
        /// nil: not said, or not readable. So everywhere.
        package var updated: Moment?
        package var expires: Moment?
        /// `button`, `im_card` …; empty when unsaid.
        package var enteredFrom: String
    }

    package struct ChatMessage: Sendable, Equatable {
        /// Empty when unsaid. So everywhere.
        package var messageID: String
        package var conversation: String
        package var created: Moment?
        /// text, image, retain_consult_card …
        package var kind: String
        /// The sending app's client key; empty when somebody typed it in the app.
        package var source: String
        /// Wherever one stands, whole: a "stop" counts at its end too.
        package var texts: [String]
        /// All that was written.
        package var text: String { texts.joined(separator: "\n") }
    }

    package struct Entrance: Sendable, Equatable {
        package var messageID: String
        package var conversation: String
        package var created: Moment?
        /// The platform's number of the scene.
        package var scene: String
        /// The video under which it began.
        package var video: String
        /// JSON text about the ad, as it came.
        package var ad: String

        package init(
            messageID: String, created: Moment?, conversation: String = "", scene: String = "", video: String = "",
            ad: String = ""
        ) {
            (self.messageID, self.created, self.conversation) = (messageID, created, conversation)
            (self.scene, self.video, self.ad) = (scene, video, ad)
        }

        /// The words by which a file can ask where somebody came from.
        package var enteredFrom: [String] {
            [ad.isEmpty ? nil : "ad", video.isEmpty ? nil : "video", scene.isEmpty ? nil : scene].compactMap { $0 }
        }
    }

    package struct Trade: Sendable, Equatable {
        package var order: String
        /// The coupon's number. nil: the order was paid.
        package var givenBack: String?
        /// What was paid, in fen; nil: not said. How much was given back never is.
        package var amount: Int64?
        package var at: Moment?
    }

    package var name: String
    package var clientKey: String
    package var from: String
    package var to: String
    package var content: Content

    /// - Throws: `CallbackDefect` when the body is not one JSON value. An event of an unknown name, and JSON that is no event
    ///   at all, is `.other`: the platform adds events.
    package init(body: [UInt8]) throws(CallbackDefect) {
        guard let value = JSONValue(tolerant: Self.bare(body)) else { throw .notOneValue }
        // One in a list of its own is the same one.
        let root = value.elements.flatMap { $0.count == 1 ? $0[0] : nil } ?? value
        let members = Self.members(of: root)
        let named = root["event"]?.lenientText ?? ""
        name = named.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        clientKey = root["client_key"]?.lenientText ?? ""
        from = PersonID.trimmed(root["from_user_id"]?.lenientText ?? members["from_user_id"]?.lenientText ?? "")
        to = PersonID.trimmed(root["to_user_id"]?.lenientText ?? members["to_user_id"]?.lenientText ?? "")
        content = Self.content(name, of: EventFields(members, beside: root["text"]))
    }

    /// Without the mark that some writers begin UTF-8 with, and the zeros that others end a text with.
    private static func bare(_ body: [UInt8]) -> [UInt8] {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let begun = body.starts(with: mark) ? body.dropFirst(mark.count) : body[...]
        guard let last = begun.lastIndex(where: { ![0, 0x20, 0x09, 0x0a, 0x0d].contains($0) }) else { return [] }
        return Array(begun[...last])
    }

    /// Whether it says by itself which of two equal ones it is. What does not is told apart by when it came.
    package var namesItself: Bool {
        switch content {
        case .consent(let change): change.updated != nil
        case .received(let message), .sent(let message): !message.messageID.isEmpty || message.created != nil
        case .entered(let entrance): !entrance.messageID.isEmpty || entrance.created != nil
        case .contract(_, _, let at): at != nil
        case .challenge, .recalled, .traded, .unclear, .other: true
        }
    }

    /// Sometimes an object, sometimes the JSON text of one: the platform's pages show both, for different events. Any other
    /// text is taken for the message's own.
    private static func members(of root: JSONValue) -> JSONValue {
        guard let content = root["content"] else { return .object([]) }
        guard case .text(let text) = content else { return content }
        if let inner = JSONValue(tolerant: Array(text.utf8)), case .object = inner { return inner }
        return .object([JSONMember(key: "text", value: content)])
    }

    private static func content(_ name: String, of fields: EventFields) -> Content {
        switch name {
        case "verify_webhook": fields.integer("challenge").map { .challenge($0) } ?? .other
        case "im_authorize": fields.consentChange().map { .consent($0) } ?? .unclear(field: "auth_status")
        case "im_receive_msg": .received(fields.chatMessage())
        case "im_send_msg": .sent(fields.chatMessage())
        case "im_enter_direct_msg":
            .entered(fields.entrance())
        case "im_recall_msg": .recalled(messageID: fields.text("server_message_id"))
        case "life_trade_order_notify" where fields.text("action") == "pay_success":
            fields.paid().map { .traded($0) } ?? .unclear(field: "order_id")
        case "life_trade_certificate_notify" where fields.text("action") == "refund_success":
            fields.givenBack().map { .traded($0) } ?? .unclear(field: "order_id")
        case "contract_authorize", "contract_unauthorize":
            .contract(
                granted: name == "contract_authorize", scopes: fields.texts("scopes"), at: fields.moment("timestamp"))
        default: .other
        }
    }
}

/// The members of a callback's `content`.
private struct EventFields {
    private static let idBytesMax = 512
    private static let adBytesMax = 8192

    private let members: JSONValue
    /// A text that lies beside the content instead of in it.
    private let beside: JSONValue?

    init(_ members: JSONValue, beside: JSONValue?) { (self.members, self.beside) = (members, beside) }

    func integer(_ key: String) -> Int? { members[key]?.lenientInteger }

    func text(_ key: String) -> String {
        guard let text = members[key]?.lenientText, text.utf8.count <= Self.idBytesMax else { return "" }
        return text
    }

    func texts(_ key: String) -> [String] {
        if let one = members[key]?.string { return one.split(separator: ",").map(String.init) }
        return (members[key]?.elements ?? []).compactMap(\.string)
    }

    /// A number of seconds or of something finer, also as text, or a date that somebody wrote.
    func moment(_ key: String) -> Moment? {
        switch members[key] {
        case .integer(let number): Moment(epoch: number)
        case .decimal(let number): Int64(exactly: number.rounded(.down)).flatMap { Moment(epoch: $0) }
        case .text(let text): text.utf8.count <= 64 ? Moment(loose: text) : nil
        case nil, .null, .bool, .array, .object: nil
        }
    }

    func consentChange() -> PlatformEvent.ConsentChange? {
        guard let status = integer("auth_status"), let consent = ConsentStatus(rawValue: status) else { return nil }
        var enteredFrom = text("enter_from")
        if enteredFrom.isEmpty, let extra = members["extra"]?.string,
            let inner = JSONValue(tolerant: Array(extra.utf8))
        {
            enteredFrom = inner["enter_from"]?.lenientText ?? ""
        }
        return PlatformEvent.ConsentChange(
            authorized: consent == .authorized, isNew: members["operation_type"]?.lenientInteger == 1,
            updated: moment("update_time") ?? moment("create_time"), expires: moment("expire_time"),
            enteredFrom: String(enteredFrom.prefix(64)))
    }

    func entrance() -> PlatformEvent.Entrance {
        // An ad's text is the platform's own and longer than an id. One that is too long is none.
        let ad = members["ad_info"]?.lenientText ?? ""
        let isAd = ad.utf8.count <= Self.adBytesMax && !["{}", "null"].contains(ad)
        return PlatformEvent.Entrance(
            messageID: text("server_message_id"), created: moment("create_time"),
            conversation: text("conversation_short_id"), scene: text("scene_type"), video: text("objectId"),
            ad: isAd ? ad : "")
    }

    /// - Returns: nil without a number: nobody could tell it from another one, or from itself told again.
    func paid() -> PlatformEvent.Trade? {
        guard let order = within("order"), !order.text("order_id").isEmpty else { return nil }
        return PlatformEvent.Trade(
            order: order.text("order_id"), amount: order.integer("pay_amount").map(Int64.init),
            at: order.moment("pay_time") ?? order.moment("create_time") ?? moment("msg_time"))
    }

    func givenBack() -> PlatformEvent.Trade? {
        guard let coupon = within("certificate"), !coupon.text("order_id").isEmpty else { return nil }
        return PlatformEvent.Trade(
            order: coupon.text("order_id"), givenBack: coupon.text("certificate_id"), at: moment("msg_time"))
    }

    private func within(_ key: String) -> EventFields? { members[key].map { EventFields($0, beside: nil) } }

    func chatMessage() -> PlatformEvent.ChatMessage {
        // The text lies beside its type, or inside an object named after it; an empty one hides no other.
        let places = [
            members["text"], members["text"]?["text"], members["content"], members["content"]?["text"],
            beside, beside?["text"],
        ]
        let lists = places.flatMap { $0?.elements ?? [] }.compactMap(\.lenientText)
        return PlatformEvent.ChatMessage(
            messageID: self.text("server_message_id"), conversation: self.text("conversation_short_id"),
            created: moment("create_time"), kind: self.text("message_type"), source: self.text("source"),
            texts: (places.compactMap { $0?.lenientText } + lists).filter { !$0.isEmpty })
    }
}
