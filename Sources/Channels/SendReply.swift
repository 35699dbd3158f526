import CampaignModel
import Wire

extension PrivateMessageChannel {
    /// Business errors come with status 200, so any other status is no business answer, even with a code inside: what
    /// stands between us and the platform may answer in JSON too.
    package func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer {
        guard response.status == 200 else {
            let reply = response.body.count <= Self.replyBytesMax ? PlatformReply(body: response.body) : nil
            return Answer(
                sight: .httpStatus(response.status), logID: reply?.logID ?? "", description: reply?.words ?? "",
                retryAfter: response.retryAfter)
        }
        guard response.body.count <= Self.replyBytesMax else { return Answer(sight: .noAnswer(.tooLarge)) }
        guard let reply = PlatformReply(body: response.body) else { return Answer(sight: .noAnswer(.unreadable)) }
        return SendReply(reply, messages: messages).answer(recipient: recipient, retryAfter: response.retryAfter)
    }
}

/// The reply of `/im/send/msg/` (`douyin-api.md` §3.3). Wherever two of its fields contradict each other the sight is
/// *ambiguous*: a wrong "refused" would be sent again, and a wrong "accepted" would be believed.
private struct SendReply {
    /// What the fields about single messages say together.
    private enum PerMessage {
        case absent
        /// A list that does not fit the contact, or codes that cannot be read.
        case unreadable
        case codes([Int])
    }

    private let reply: PlatformReply
    private let perMessage: PerMessage
    private let messageIDs: [String]
    /// `all_send_success`; a value that is neither true nor false counts as false.
    private let claimsAll: Bool?

    static let messageIDBytesMax = 512

    init(_ reply: PlatformReply, messages: Int) {
        self.reply = reply
        perMessage = Self.perMessage(reply["send_msg_status_list"], messages: messages)
        messageIDs = Self.messageIDs(of: reply)
        claimsAll = reply["all_send_success"].map { $0.lenientBool ?? false }
    }

    func answer(recipient: String, retryAfter: Duration?) -> Answer {
        var codes: [Int] = []
        if case .codes(let found) = perMessage { codes = found }
        return Answer(
            sight: sight(recipient: recipient), messageIDs: messageIDs, messageCodes: codes, logID: reply.logID,
            description: reply.words, retryAfter: retryAfter)
    }

    private func sight(recipient: String) -> Sight {
        if case .text(let named) = reply["to_user_id"], !named.isEmpty, named != recipient {
            return .ambiguous(.otherRecipient)
        }
        switch perMessage {
        case .codes(let codes):
            return sight(codes: codes)
        case .unreadable:
            return .ambiguous(.partialWithoutList)
        case .absent:
            if reply.code != 0 { return refusal(code: reply.code) }
            if claimsAll == false { return .ambiguous(.partialWithoutList) }
            return messageIDs.isEmpty ? .ambiguous(.noMessageID) : .success
        }
    }

    private func sight(codes: [Int]) -> Sight {
        let firstRefused = codes.first { $0 != 0 }
        guard let firstRefused else {
            // Every message accepted, yet the whole refused or denied: one of the two is wrong.
            if reply.code != 0 || claimsAll == false { return .ambiguous(.partialWithoutList) }
            return messageIDs.isEmpty ? .ambiguous(.noMessageID) : .success
        }
        if codes.contains(0) { return .partialSuccess }
        // Every message refused: the same as a refused contact, said one by one.
        if claimsAll == true { return .ambiguous(.partialWithoutList) }
        return refusal(code: reply.code != 0 ? reply.code : firstRefused)
    }

    /// A refusal that carries the id of a sent message contradicts itself: something may have been delivered.
    private func refusal(code: Int) -> Sight {
        messageIDs.isEmpty ? .refusal(code: code) : .ambiguous(.partialWithoutList)
    }

    private static func perMessage(_ list: JSONValue?, messages: Int) -> PerMessage {
        guard let list else { return .absent }
        guard let elements = list.elements else { return .unreadable }
        // An empty list says nothing; some replies carry one beside `all_send_success`.
        if elements.isEmpty { return .absent }
        let codes = elements.compactMap { ($0["error_code"] ?? $0["err_no"])?.lenientInteger }
        return codes.count == elements.count && codes.count == messages ? .codes(codes) : .unreadable
    }

    /// `msg_id`, else `msg_list`, else the ids inside the list: versions of the call disagree. Bounded in number and
    /// length; an id beyond the bounds counts as none.
    private static func messageIDs(of reply: PlatformReply) -> [String] {
        var candidates = [reply["msg_id"]].compactMap { $0 }
        if let list = reply["msg_list"]?.elements { candidates += list }
        if let list = reply["send_msg_status_list"]?.elements { candidates += list.compactMap { $0["msg_id"] } }
        var ids: [String] = []
        for candidate in candidates {
            guard let id = candidate.lenientText, !id.isEmpty, id.utf8.count <= messageIDBytesMax, !ids.contains(id)
            else { continue }
            ids.append(id)
        }
        return Array(ids.prefix(messagesPerContact.upperBound + 1))
    }
}
