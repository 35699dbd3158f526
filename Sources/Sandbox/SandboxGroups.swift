import CampaignModel
import Foundation
import Wire

/// A group as the platform knows it. Its own copy of the rule: the daemon believes what a list says, the platform does not.
package struct SandboxGroup: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable { case fans, enterprise, live }
    package enum Role: String, Sendable, Codable { case owner, admin, member }

    package var id: String
    package var kind: Kind
    package var members: Int
    package var adminsOnly: Bool
    /// Of the account in the group.
    package var role: Role

    package init(id: String, kind: Kind, members: Int, adminsOnly: Bool = false, role: Role = .member) {
        (self.id, self.kind, self.members, self.adminsOnly, self.role) = (id, kind, members, adminsOnly, role)
    }

    enum CodingKeys: String, CodingKey {
        case id, kind, members, role
        case adminsOnly = "admins_only"
    }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try keys.decode(String.self, forKey: .id), kind: try keys.decode(Kind.self, forKey: .kind),
            members: try keys.decodeIfPresent(Int.self, forKey: .members) ?? 1,
            adminsOnly: try keys.decodeIfPresent(Bool.self, forKey: .adminsOnly) ?? false,
            role: try keys.decodeIfPresent(Role.self, forKey: .role) ?? .member)
    }

    var isFull: Bool {
        switch kind {
        case .fans: members > 200
        case .enterprise: members > 500
        case .live: false
        }
    }
}

extension SandboxPlatform {
    /// Audits first, refuses second, as for people.
    mutating func sendToGroup(_ request: HTTPRequest, at now: Moment) -> SandboxAnswer {
        ledger.sends += 1
        let wall = ShanghaiWall(now)
        guard let account = request.query("open_id").flatMap({ accountIndex[$0] }) else {
            return refuse(PlatformCode.accountNotAuthorised, "the account did not authorise", at: now)
        }
        let body = GroupBody(request.body)
        let id = body?.group ?? ""
        func breach(_ kind: SandboxBreach.Kind) -> SandboxBreach {
            SandboxBreach(kind: kind, account: accounts[account].openID, recipient: id, at: now)
        }
        if wall.isQuiet { ledger.add(breach(.quietHours)) }
        let number = people.number(of: "group:" + id)
        let today = accounts[account].days[wall.day]
        let isSecond = today?.people.contains(number) ?? false
        if isSecond { ledger.add(breach(.secondContact)) }
        if (today?.messages ?? 0) + 1 > accounts[account].messagesADay(limits) { ledger.add(breach(.messagesCap)) }
        let group = accounts[account].groups[id]
        if group == nil { ledger.add(breach(.groupUnknown)) }
        if group?.isFull == true { ledger.add(breach(.groupTooLarge)) }
        let mayWrite = group.map { !$0.adminsOnly || $0.role != .member } ?? false
        if group != nil, !mayWrite { ledger.add(breach(.groupAdminsOnly)) }
        if body?.isAllowed == false { ledger.add(breach(.contentShape)) }
        if let fault = tokenFault(request, account: account, at: now) {
            return refuse(fault.code, fault.words, at: now)
        }
        guard let body, body.isAllowed else {
            return refuse(PlatformCode.illegalParameter, "illegal parameter", at: now)
        }
        guard group != nil, mayWrite else { return refuse(PlatformCode.notThisPerson, "may not write here", at: now) }
        if body.hasForbiddenText { return refuse(PlatformCode.contentNotAllowed, "content not allowed", at: now) }
        if isSecond { return refuse(PlatformCode.personFrequency, "over the frequency limit", at: now) }
        accounts[account].days[wall.day, default: AccountDay()].people.insert(number)
        accounts[account].days[wall.day, default: AccountDay()].messages += 1
        ledger.people.insert(number)
        ledger.messages += 1
        ledger.accepted += 1
        messagesSent += 1
        sent[messagesSent] = SentMessage(account: account, at: now, group: id)
        return SandboxAnswer(
            response: ReplyText.withExtra(
                fields: #""msg_id":"@sandbox-\#(messagesSent)","#, code: 0, words: "", logID: logID, now: now))
    }
}

/// A message that can be taken back.
struct SentMessage: Sendable {
    let account: Int
    let at: Moment
    /// nil: to a person.
    let group: String?
}

/// A request to the group call, as the platform reads it: one content of text, image or applet card.
private struct GroupBody {
    let group: String
    let isAllowed: Bool
    let hasForbiddenText: Bool

    init?(_ bytes: [UInt8]) {
        // Safe because a body that cannot be read is answered as an illegal parameter.
        guard let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let group = root["group_id"] as? String, let content = root["content"] as? [String: Any]
        else { return nil }
        self.group = group
        let text = (content["text"] as? [String: Any])?["text"] as? String
        switch content["msg_type"] as? Int {
        case 1: isAllowed = !group.isEmpty && text?.isEmpty == false
        case 2: isAllowed = !group.isEmpty && (content["image"] as? [String: Any])?["media_id"] as? String != nil
        case 10:
            isAllowed =
                !group.isEmpty && (content["applet_card"] as? [String: Any])?["card_template_id"] as? String != nil
        default: isAllowed = false
        }
        hasForbiddenText =
            text.map { $0.count > SendBody.textCharactersMax || $0.contains("http://") || $0.contains("https://") }
            ?? false
    }
}
