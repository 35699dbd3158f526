import CampaignModel
import Foundation
import Wire

/// The platform as a value: a request and a moment go in, an answer comes out. The HTTP door serves it, the simulator
/// steps it. It keeps its own account of who may be written to, when and how often, and shares no rule with the
/// daemon: it exists to catch the daemon being wrong.
package struct SandboxPlatform: Sendable {
    /// Longer than any caller waits.
    package static let withheldReplyDelay: Duration = .seconds(35)
    /// Larger requests are refused unread.
    package static let requestBytesMax = 11 << 20

    let limits: SandboxWorld.Limits
    let faults: SandboxFaults
    let reactions: [SandboxReaction]
    let seed: UInt64
    var generator: SandboxRandom
    var tokenGenerator: SandboxRandom
    var apps: [String: AppState] = [:]
    var accounts: [AccountState] = []
    var accountIndex: [String: Int] = [:]
    var people = PeopleBook()
    var tokens = TokenRegister()
    var images: Set<String> = []
    /// Bodies that were taken, by digest, with the day on which.
    var takenBodies: [UInt64: Int32] = [:]
    /// People whose `-expired` was played already.
    var expiredPlayed: Set<Int32> = []
    var ledger = AuditLedger()
    var replies = 0
    var messagesSent = 0
    /// Messages of people to accounts.
    var messagesHeard = 0
    var conversations = ConversationBook()
    var post: CallbackPost
    /// What can be taken back, by the number in its id.
    var sent: [Int: SentMessage] = [:]

    package init(_ world: SandboxWorld, faults: SandboxFaults = .none) {
        limits = world.limits
        self.faults = faults
        reactions = world.reactions
        seed = world.seed
        generator = SandboxRandom(seed: faults.seed)
        tokenGenerator = SandboxRandom(seed: world.seed)
        post = CallbackPost(seed: faults.seed)
        for app in world.apps {
            apps[app.clientKey] = AppState(app)
            if let url = app.webhookURL { post.addresses[app.clientKey] = .init(url: url, isChecked: true) }
        }
        for account in world.accounts {
            accountIndex[account.openID] = accounts.count
            accounts.append(AccountState(account))
            authorise(account.everyone, account: account.openID)
            follow(account.mutualFollows, account: account.openID)
        }
    }

    /// Where people of the house are told things.
    package var robots = SandboxRobots()

    /// Answers one request that arrives at `now`, complete.
    package mutating func answer(_ request: HTTPRequest, at now: Moment) -> SandboxAnswer {
        replies += 1
        guard request.body.count <= Self.requestBytesMax else {
            return SandboxAnswer(response: ReplyText.page("too large", status: 413))
        }
        if let reply = robots.answer(request, at: now) { return SandboxAnswer(response: reply) }
        guard let route = Route(rawValue: request.path) else {
            return SandboxAnswer(response: ReplyText.page("not found", status: 404))
        }
        guard request.method == .post else {
            return SandboxAnswer(response: ReplyText.page("method not allowed", status: 405))
        }
        switch route {
        case .clientToken: return SandboxAnswer(response: clientToken(request, at: now))
        case .businessToken: return SandboxAnswer(response: businessToken(request, at: now))
        case .refreshBusinessToken: return SandboxAnswer(response: refreshBusinessToken(request, at: now))
        case .send: return send(request, at: now)
        case .sendToGroup: return sendToGroup(request, at: now)
        case .status: return SandboxAnswer(response: status(request, at: now))
        case .userList: return SandboxAnswer(response: userList(request, at: now))
        case .upload: return SandboxAnswer(response: upload(request, at: now))
        case .recall: return SandboxAnswer(response: recall(request, at: now))
        }
    }

    private enum Route: String {
        case clientToken = "/oauth/client_token/"
        case businessToken = "/oauth/business_token/"
        case refreshBusinessToken = "/oauth/refresh_biz_token/"
        case send = "/im/send/msg/"
        case sendToGroup = "/im/send/msg/group/"
        case status = "/im/authorize/status/"
        case userList = "/im/authorize/user_list/"
        case upload = "/tool/imagex/client_upload/"
        case recall = "/im/recall/msg/"
    }

    /// People give the account their consent, in this order. Unknown accounts are ignored and answer 0.
    /// - Parameter now: the moment of which the app is told; nil: it is not told.
    /// - Returns: how many were not authorised before.
    @discardableResult
    package mutating func authorise(_ openIDs: [String], account: String, at now: Moment? = nil) -> Int {
        guard let index = accountIndex[account] else { return 0 }
        var added = 0
        for openID in openIDs where !openID.isEmpty {
            let person = people.number(of: openID)
            if accounts[index].authorised.insert(person).inserted {
                accounts[index].inOrder.append(person)
                if let now { tellConsent(person, index, isAuthorised: true, at: now) }
                added += 1
            }
        }
        return added
    }

    /// People take their consent back.
    /// - Parameter now: the moment of which the app is told; nil: it is not told.
    package mutating func withdraw(_ openIDs: [String], account: String, at now: Moment? = nil) {
        guard let index = accountIndex[account] else { return }
        let leaving = Set(openIDs.compactMap { people.known($0) })
        if let now {
            for person in leaving.intersection(accounts[index].authorised).sorted() {
                tellConsent(person, index, isAuthorised: false, at: now)
            }
        }
        accounts[index].authorised.subtract(leaving)
        accounts[index].inOrder.removeAll { leaving.contains($0) }
    }

    /// The platform stops an account, or lets it go again.
    package mutating func restrict(_ account: String, _ restriction: SandboxWorld.Restriction?) {
        guard let index = accountIndex[account] else { return }
        accounts[index].restriction = restriction
        accounts[index].toldSince = nil
    }

    /// People and the account follow each other.
    package mutating func follow(_ openIDs: [String], account: String) {
        guard let index = accountIndex[account] else { return }
        for openID in openIDs { accounts[index].mutualFollows.insert(people.number(of: openID)) }
    }

    /// Contacts that were taken, in whole or in part, whatever the caller got to read: the truth of a simulation.
    package var contactsTaken: Int { ledger.accepted + ledger.partial + ledger.silent }

    var logID: String { "sandbox-\(replies)" }
}

/// One app's secrets, and whom its accounts have written to on which day.
struct AppState: Sendable {
    let clientSecret: String
    var webhookSecret: String
    let credit: Int?
    var contacted: [Int: Set<Int32>] = [:]
    /// Authorisation cards of one day.
    var prompts: [PromptKey: Int] = [:]
    var promptsDay = 0

    init(_ app: SandboxWorld.App) {
        clientSecret = app.clientSecret
        webhookSecret = app.webhookSecret
        credit = app.credit
    }
}

/// Whom an authorisation card asks for, and who was shown it.
struct PromptKey: Hashable, Sendable {
    let owner: String
    let person: Int32
    init(_ owner: String, _ person: Int32) { (self.owner, self.person) = (owner, person) }
}

struct AccountState: Sendable {
    let openID: String
    let clientKey: String
    let kind: SandboxWorld.Kind
    var isBound: Bool
    let qualifiedMessagesADay: Int?
    var restriction: SandboxWorld.Restriction?
    /// When it was first told so.
    var toldSince: Moment?
    /// Arrivals of the last hour, oldest first, for personal accounts.
    var lately: [(at: Moment, messages: Int)] = []
    var authorised: Set<Int32> = []
    /// Oldest authorization first.
    var inOrder: [Int32] = []
    var mutualFollows: Set<Int32> = []
    let groups: [String: SandboxGroup]
    var days: [Int: AccountDay] = [:]

    init(_ account: SandboxWorld.Account) {
        openID = account.openID
        clientKey = account.clientKey
        kind = account.kind
        isBound = account.isBound
        qualifiedMessagesADay = account.qualifiedMessagesADay
        restriction = account.restriction
        groups = Dictionary(account.groups.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func messagesADay(_ limits: SandboxWorld.Limits) -> Int {
        if let qualifiedMessagesADay { return qualifiedMessagesADay }
        return kind == .personal ? limits.personalMessagesADay : limits.unqualifiedMessagesADay
    }
}

/// What one account did on one day.
struct AccountDay: Sendable {
    var people: Set<Int32> = []
    var messages = 0
}

/// Open_ids as small numbers: sets of them stay small at a million people.
struct PeopleBook: Sendable {
    private var numbers: [String: Int32] = [:]
    private(set) var names: [String] = []

    mutating func number(of openID: String) -> Int32 {
        if let known = numbers[openID] { return known }
        let number = Int32(names.count)
        numbers[openID] = number
        names.append(openID)
        return number
    }

    func known(_ openID: String) -> Int32? { numbers[openID] }
    func name(_ number: Int32) -> String { names[Int(number)] }
}

extension HTTPRequest {
    /// A value of the query, decoded; nil when absent or not decodable.
    func query(_ name: String) -> String? {
        guard let mark = url.firstIndex(of: "?") else { return nil }
        for pair in url[url.index(after: mark)...].split(separator: "&") where pair.hasPrefix(name + "=") {
            return pair.dropFirst(name.count + 1).replacing("+", with: " ").removingPercentEncoding
        }
        return nil
    }
}
