import Foundation

/// What the pretend platform starts with: apps, accounts, and who may be written to. A value, or a JSON file:
///
///     {"apps": [{"client_key": "tt1", "client_secret": "s", "webhook_secret": "w",
///                "webhook_url": "http://127.0.0.1:9471/webhook"}],
///      "accounts": [{"open_id": "brand", "client_key": "tt1", "kind": "brand", "qualified_messages_a_day": null,
///                    "users": ["u-1"], "patterns": [{"prefix": "ou_", "count": 1200, "digits": 5}],
///                    "mutual_follows": ["u-1"]}],
///      "limits": {"users_a_day": 5000}, "seed": 1,
///      "reactions": [{"text": "…", "replies": 0.2, "opts_out": 0.004, "within_seconds": 1800}]}
package struct SandboxWorld: Sendable, Equatable, Codable {
    package struct App: Sendable, Equatable, Codable {
        package var clientKey: String
        package var clientSecret: String
        /// The secret for business tokens and callbacks.
        package var webhookSecret: String
        /// Where the app wants its callbacks; nil: it asked for none.
        package var webhookURL: String?
        /// As the workbench shows it; nil: high enough. Below 80 the platform lets the app send nothing.
        package var credit: Int?

        package init(clientKey: String, clientSecret: String, webhookSecret: String) {
            (self.clientKey, self.clientSecret, self.webhookSecret) = (clientKey, clientSecret, webhookSecret)
        }

        enum CodingKeys: String, CodingKey {
            case clientKey = "client_key"
            case clientSecret = "client_secret"
            case webhookSecret = "webhook_secret"
            case webhookURL = "webhook_url"
            case credit
        }
    }

    package enum Kind: String, Sendable, Codable {
        case brand, staff, personal
    }

    package enum Restriction: String, Sendable, Codable { case frozen, banned }

    package struct Account: Sendable, Equatable {
        package var openID: String
        package var clientKey: String
        package var kind: Kind = .brand
        /// False: the account never granted the app its permission; every send is refused.
        package var isBound = true
        /// The platform has stopped it: every send is refused.
        package var restriction: Restriction?
        /// Messages a day of a valid qualification; nil: none on file.
        package var qualifiedMessagesADay: Int?
        /// Who authorised the account, oldest first.
        package var users: [String] = []
        package var patterns: [OpenIDPattern] = []
        /// Who follows the account and is followed by it; they alone can be sent images.
        package var mutualFollows: [String] = []
        package var groups: [SandboxGroup] = []

        package init(openID: String, clientKey: String, users: [String] = []) {
            (self.openID, self.clientKey, self.users) = (openID, clientKey, users)
        }

        /// `users`, then everyone the patterns name.
        var everyone: [String] { users + patterns.flatMap(\.openIDs) }
    }

    /// The platform's limits. They are here, and not taken from the daemon, so that one mistake cannot hide in both.
    package struct Limits: Sendable, Equatable {
        package var usersADay = 5000
        package var unqualifiedMessagesADay = 500
        package var personalMessagesADay = 200
        /// What a personal account may send in any hour: 50 at any speed, then 50 an hour, and one contact's slack.
        package var personalMessagesAnHour = 103
        package var promptsADay = 3
        package var creditMin = 80
        /// The same body to the same person is a duplicate for this many days; nil: for ever. For campaigns that
        /// repeat on purpose.
        package var repeatsAllowedAfterDays: Int?
        /// How long a message can be taken back; a member's message to a group only for two minutes.
        package var recallMinutes = 24 * 60

        package init() {}
    }

    package var apps: [App]
    package var accounts: [Account]
    package var limits = Limits()
    /// For tokens, random faults and what people do about a text.
    package var seed: UInt64 = 1
    package var reactions: [SandboxReaction] = []

    package init(apps: [App], accounts: [Account]) { (self.apps, self.accounts) = (apps, accounts) }

    /// A world file longer than this is refused.
    package static let fileBytesMax = 256 << 20

    /// - Throws: `WorldDefect` with a sentence for the person who wrote the file.
    package init(json bytes: [UInt8]) throws(WorldDefect) {
        guard bytes.count <= Self.fileBytesMax else { throw WorldDefect("the file is larger than 256 MiB") }
        do {
            self = try JSONDecoder().decode(SandboxWorld.self, from: Data(bytes))
        } catch {
            throw WorldDefect("not a world file: \(error)")
        }
        try check()
    }

    private func check() throws(WorldDefect) {
        guard !apps.isEmpty else { throw WorldDefect("there is no app") }
        let keys = apps.map(\.clientKey)
        guard Set(keys).count == keys.count else { throw WorldDefect("two apps have one client_key") }
        guard Set(accounts.map(\.openID)).count == accounts.count else {
            throw WorldDefect("two accounts have one open_id")
        }
        for account in accounts {
            guard keys.contains(account.clientKey) else {
                throw WorldDefect("account \(account.openID) belongs to the unknown app \(account.clientKey)")
            }
            for pattern in account.patterns where !pattern.isSane {
                throw WorldDefect("a pattern of account \(account.openID) needs count 0…\(OpenIDPattern.countMax)")
            }
        }
        for reaction in reactions where !reaction.isSane {
            throw WorldDefect(
                "the reaction to “\(reaction.text)” needs a text, shares 0…1 that fit together, and within_seconds "
                    + "1…\(SandboxReaction.withinSecondsMax)")
        }
    }
}

/// What is wrong with a world or faults file. Nothing was started; correct the file.
package struct WorldDefect: Error, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Many open_ids by rule: `prefix`, a number of at least `digits` digits, `suffix`.
package struct OpenIDPattern: Sendable, Equatable {
    package var prefix: String
    package var from: Int
    package var count: Int
    package var digits: Int
    package var suffix: String

    package static let countMax = 20_000_000

    package init(prefix: String, from: Int = 1, count: Int, digits: Int = 1, suffix: String = "") {
        (self.prefix, self.from, self.count, self.digits, self.suffix) = (prefix, from, count, digits, suffix)
    }

    /// Within bounds, so that a typing error does not fill the memory.
    package var isSane: Bool { (0...Self.countMax).contains(count) && from >= 0 && (1...18).contains(digits) }

    package var openIDs: [String] {
        (from..<(from + count)).map { number in
            let text = String(number)
            return prefix + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text + suffix
        }
    }
}

extension SandboxWorld {
    private enum CodingKeys: String, CodingKey { case apps, accounts, limits, seed, reactions }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        apps = try keys.decode([App].self, forKey: .apps)
        accounts = try keys.decode([Account].self, forKey: .accounts)
        limits = try keys.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
        seed = try keys.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1
        reactions = try keys.decodeIfPresent([SandboxReaction].self, forKey: .reactions) ?? []
    }
}

extension SandboxWorld.Account: Codable {
    private enum CodingKeys: String, CodingKey {
        case openID = "open_id"
        case clientKey = "client_key"
        case kind, users, patterns
        case isBound = "bound"
        case qualifiedMessagesADay = "qualified_messages_a_day"
        case mutualFollows = "mutual_follows"
        case restriction
        case groups
    }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        openID = try keys.decode(String.self, forKey: .openID)
        clientKey = try keys.decode(String.self, forKey: .clientKey)
        kind = try keys.decodeIfPresent(SandboxWorld.Kind.self, forKey: .kind) ?? .brand
        isBound = try keys.decodeIfPresent(Bool.self, forKey: .isBound) ?? true
        qualifiedMessagesADay = try keys.decodeIfPresent(Int.self, forKey: .qualifiedMessagesADay)
        restriction = try keys.decodeIfPresent(SandboxWorld.Restriction.self, forKey: .restriction)
        users = try keys.decodeIfPresent([String].self, forKey: .users) ?? []
        patterns = try keys.decodeIfPresent([OpenIDPattern].self, forKey: .patterns) ?? []
        mutualFollows = try keys.decodeIfPresent([String].self, forKey: .mutualFollows) ?? []
        groups = try keys.decodeIfPresent([SandboxGroup].self, forKey: .groups) ?? []
    }
}

extension SandboxWorld.Limits: Codable {
    private enum CodingKeys: String, CodingKey {
        case usersADay = "users_a_day"
        case unqualifiedMessagesADay = "unqualified_messages_a_day"
        case personalMessagesADay = "personal_messages_a_day"
        case repeatsAllowedAfterDays = "repeats_allowed_after_days"
        case recallMinutes = "recall_minutes"
    }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        usersADay = try keys.decodeIfPresent(Int.self, forKey: .usersADay) ?? usersADay
        unqualifiedMessagesADay =
            try keys.decodeIfPresent(Int.self, forKey: .unqualifiedMessagesADay) ?? unqualifiedMessagesADay
        personalMessagesADay =
            try keys.decodeIfPresent(Int.self, forKey: .personalMessagesADay) ?? personalMessagesADay
        recallMinutes = try keys.decodeIfPresent(Int.self, forKey: .recallMinutes) ?? recallMinutes
        repeatsAllowedAfterDays = try keys.decodeIfPresent(Int.self, forKey: .repeatsAllowedAfterDays)
    }
}

extension OpenIDPattern: Codable {
    private enum CodingKeys: String, CodingKey { case prefix, from, count, digits, suffix }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            prefix: try keys.decode(String.self, forKey: .prefix),
            from: try keys.decodeIfPresent(Int.self, forKey: .from) ?? 1,
            count: try keys.decode(Int.self, forKey: .count),
            digits: try keys.decodeIfPresent(Int.self, forKey: .digits) ?? 1,
            suffix: try keys.decodeIfPresent(String.self, forKey: .suffix) ?? "")
    }
}
