import CampaignModel

/// What the platform tells of, in the shapes of its pages: consents, messages in both directions, and an account's own
/// permission.
extension SandboxPlatform {
    /// One echo for every message that was taken, whatever the caller got to read. Absence of one proves nothing.
    mutating func tellSent(_ contact: Contact, ids: ClosedRange<Int>, at now: Moment) {
        let account = accounts[contact.account]
        guard isSubscribed(account.clientKey) else { return }
        let person = people.name(contact.person)
        for id in ids {
            tell(
                "im_send_msg", app: account.clientKey, from: account.openID, to: person,
                content: message(id, of: contact.person, source: account.clientKey, kind: "other", at: now),
                asText: false, at: now)
        }
        if let habit = SandboxHabit(suffixOf: person) {
            answer(contact.account, person, habit.text, in: .seconds(2), at: now)
        } else if let mood = mood(about: contact.body), let habit = mood.habit {
            answer(contact.account, person, habit.text, in: mood.delay, at: now)
        }
    }

    /// A person writes to an account.
    /// - Returns: false when there is no such account.
    @discardableResult
    package mutating func reply(_ text: String, from person: String, to account: String, at now: Moment) -> Bool {
        guard let index = accountIndex[account] else { return false }
        answer(index, person, text, in: .zero, at: now)
        return true
    }

    private mutating func answer(_ index: Int, _ person: String, _ text: String, in delay: Duration, at now: Moment) {
        enter(index, person, ad: nil, in: delay, at: now)
        say(index, person, text, in: delay, at: now)
    }

    private func message(
        _ id: Int, of person: Int32, source: String, kind: String, at now: Moment
    ) -> String {
        #"{"conversation_short_id":"@talk-\#(person)","server_message_id":"@sandbox-\#(id)","conversation_type":1,"#
            + #""create_time":\#(now.milliseconds),"message_type":"\#(kind)","source":\#(ReplyText.quoted(source))}"#
    }

    /// Somebody of the account's staff writes by hand, in the app: told as well, and not by us.
    package mutating func writeByHand(to person: String, from account: String, at now: Moment) {
        guard let index = accountIndex[account] else { return }
        messagesSent += 1
        let number = people.number(of: person)
        conversations.writeByHand(.init(account: index, person: number), at: now)
        tell(
            "im_send_msg", app: accounts[index].clientKey, from: account, to: person,
            content: message(messagesSent, of: number, source: "", kind: "text", at: now), asText: false, at: now)
    }

    mutating func tellConsent(_ person: Int32, _ index: Int, isAuthorised: Bool, at now: Moment) {
        let account = accounts[index]
        let seconds = now.milliseconds / 1000
        let days: Int64 = 30
        tell(
            "im_authorize", app: account.clientKey, from: people.name(person), to: account.openID,
            content: #"{"create_time":\#(seconds),"expire_time":\#(seconds + days * 86_400),"update_time":\#(seconds),"#
                + #""operation_type":\#(isAuthorised ? 1 : 2),"auth_status":\#(isAuthorised ? 1 : 2),"#
                + #""source":"im.direct_message.bind","extra":"{\"enter_from\":\"button\"}"}"#,
            asText: true, at: now)
    }

    /// The account takes the app's permission away, or grants it again.
    /// - Returns: false when there is no such account.
    package mutating func bind(_ account: String, _ isBound: Bool, at now: Moment) -> Bool {
        guard let index = accountIndex[account] else { return false }
        guard accounts[index].isBound != isBound else { return true }
        accounts[index].isBound = isBound
        tell(
            isBound ? "contract_authorize" : "contract_unauthorize", app: accounts[index].clientKey, from: account,
            to: "", content: #"{"scopes":["im.direct_message"],"timestamp":\#(now.milliseconds / 1000)}"#,
            asText: false, at: now)
        return true
    }
}

/// What a person does with every contact, by the end of the open_id (`ou_00017-td`).
enum SandboxHabit: String {
    /// Wants to be left alone.
    case optsOut = "td"
    /// Answers.
    case replies = "replies"

    init?(suffixOf openID: String) {
        guard let dash = openID.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        self.init(rawValue: String(openID[openID.utf8.index(after: dash)...]))
    }

    var text: String {
        switch self {
        case .optsOut: "ＴＤ 退订"
        case .replies: "在吗？多少钱"
        }
    }
}
