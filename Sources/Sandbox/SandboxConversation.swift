import CampaignModel

/// Who entered, who wrote, and what an account may answer: the platform's own book of rights. A right comes from one
/// inbound event, which the send has to name.
struct ConversationBook: Sendable {
    struct Inbound: Sendable {
        let account: Int
        let person: Int32
        let isEntrance: Bool
        let at: Moment
        let day: Int
        var answers = 0
    }
    /// By the message's id.
    private(set) var inbound: [String: Inbound] = [:]
    /// What was sent by a machine into one conversation, oldest first.
    private var sent: [Key: [Moment]] = [:]
    /// When staff last wrote by hand.
    private var byHand: [Key: Moment] = [:]

    struct Key: Hashable, Sendable {
        let account: Int
        let person: Int32
    }

    mutating func hear(_ id: String, from person: Int32, to account: Int, isEntrance: Bool, at now: Moment) {
        inbound[id] = Inbound(
            account: account, person: person, isEntrance: isEntrance, at: now, day: ShanghaiWall(now).day)
    }

    mutating func writeByHand(_ key: Key, at now: Moment) {
        byHand[key] = now
        sent[key] = []
    }

    mutating func answer(_ id: String, _ key: Key, at now: Moment) {
        inbound[id]?.answers += 1
        sent[key, default: []].append(now)
    }

    /// Entrances of the day that were answered, without this one.
    func entriesAnswered(_ key: Key, day: Int, except id: String) -> Int {
        inbound.count { other, found in
            other != id && found.isEntrance && found.day == day && found.answers > 0 && found.account == key.account
                && found.person == key.person
        }
    }

    func sentLately(_ key: Key, within span: Duration, at now: Moment) -> Int {
        (sent[key] ?? []).count { now.since($0) < span }
    }

    func isTakenOver(_ key: Key, at now: Moment) -> Bool {
        byHand[key].map { now.since($0) < .minutes(30) } ?? false
    }
}

extension SandboxPlatform {
    /// Somebody opens the conversation.
    /// - Parameter ad: the platform's word about the ad they came from.
    /// - Returns: the event's message id; nil: there is no such account.
    @discardableResult
    package mutating func enter(_ person: String, to account: String, ad: String? = nil, at now: Moment) -> String? {
        guard let index = accountIndex[account] else { return nil }
        return enter(index, person, ad: ad, in: .zero, at: now)
    }

    @discardableResult
    mutating func enter(_ index: Int, _ person: String, ad: String?, in delay: Duration, at now: Moment) -> String {
        messagesHeard += 1
        let (at, number) = (now + delay, people.number(of: person))
        let id = "@enter-\(messagesHeard)"
        conversations.hear(id, from: number, to: index, isEntrance: true, at: at)
        let told = ad.map { #","ad_info":\#(ReplyText.quoted($0))"# } ?? ""
        tell(
            "im_enter_direct_msg", app: accounts[index].clientKey, from: person, to: accounts[index].openID,
            content: #"{"conversation_short_id":"@talk-\#(number)","server_message_id":"\#(id)","#
                + #""conversation_type":1,"create_time":\#(at.milliseconds),"scene_type":1\#(told)}"#, asText: true,
            in: delay, at: now)
        return id
    }

    /// Somebody writes, in a conversation that is open.
    /// - Returns: the event's message id; nil: there is no such account.
    @discardableResult
    package mutating func say(_ text: String, from person: String, to account: String, at now: Moment) -> String? {
        accountIndex[account].map { say($0, person, text, in: .zero, at: now) }
    }

    @discardableResult
    mutating func say(_ index: Int, _ person: String, _ text: String, in delay: Duration, at now: Moment) -> String {
        messagesHeard += 1
        let (at, number) = (now + delay, people.number(of: person))
        let id = "@heard-\(messagesHeard)"
        conversations.hear(id, from: number, to: index, isEntrance: false, at: at)
        tell(
            "im_receive_msg", app: accounts[index].clientKey, from: person, to: accounts[index].openID,
            content: #"{"conversation_short_id":"@talk-\#(number)","server_message_id":"\#(id)","#
                + #""conversation_type":1,"create_time":\#(at.milliseconds),"message_type":"text","source":"","#
                + #""text":\#(ReplyText.quoted(text))}"#, asText: false, in: delay, at: now)
        return id
    }

    /// Somebody pays an order in the account's shop; the platform names its app and the buyer, not the account.
    /// - Parameter fen: nil: a coupon of the order is given back.
    /// - Returns: false when there is no such account.
    @discardableResult
    package mutating func trade(_ order: String, _ fen: Int64?, from person: String, to account: String, at now: Moment)
        -> Bool
    {
        guard let index = accountIndex[account] else { return false }
        let (seconds, number) = (now.milliseconds / 1000, ReplyText.quoted(order))
        let content =
            fen.map {
                #"{"action":"pay_success","msg_time":\#(seconds),"order":{"order_id":\#(number),"account_id":"shop","#
                    + #""pay_amount":\#($0),"original_amount":\#($0),"create_time":\#(seconds),"pay_time":\#(seconds)}}"#
            }
            ?? #"{"action":"refund_success","msg_time":\#(seconds),"certificate":{"certificate_id":\#(number),"#
            + #""order_id":\#(number),"account_id":"shop"}}"#
        tell(
            fen == nil ? "life_trade_certificate_notify" : "life_trade_order_notify", app: accounts[index].clientKey,
            from: person, to: "", content: content, asText: true, at: now)
        return true
    }

    /// Audits an answer, and says whether the platform takes it. What it refuses and what it lists are not the same: it
    /// lists also what a daemon has to keep by itself.
    mutating func auditAnswer(_ contact: Contact, _ answers: SendBody.Answers, at now: Moment) -> Int? {
        let key = ConversationBook.Key(account: contact.account, person: contact.person)
        var refusal: Int?
        func breach(_ kind: SandboxBreach.Kind, _ code: Int? = nil) {
            ledger.add(
                SandboxBreach(
                    kind: kind, account: accounts[contact.account].openID, recipient: contact.body.recipient, at: now))
            refusal = refusal ?? code
        }
        if takenBodies[contact.digest] != nil { breach(.duplicate) }
        let found = conversations.inbound[answers.message]
        if let found, found.account == contact.account, found.person == contact.person,
            found.isEntrance == answers.isEntrance, answers.conversation == "@talk-\(contact.person)"
        {
            if now.since(found.at) > (found.isEntrance ? .seconds(30) : .hours(24)) {
                breach(.rightOver, PlatformCode.notThisConversation)
            }
            if found.answers >= (found.isEntrance ? 3 : 6)
                || found.isEntrance
                    && conversations.entriesAnswered(key, day: ShanghaiWall(now).day, except: answers.message) >= 3
            {
                breach(.rightUsedUp, PlatformCode.personFrequency)
            }
        } else {
            breach(.rightUnknown, PlatformCode.notThisConversation)
        }
        if conversations.sentLately(key, within: .minutes(10), at: now) >= 3
            || conversations.sentLately(key, within: .hours(24), at: now) >= 10
        {
            breach(.answersItself)
        }
        if conversations.isTakenOver(key, at: now) { breach(.talkedOver) }
        return refusal
    }
}
