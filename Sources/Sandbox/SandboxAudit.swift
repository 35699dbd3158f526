import CampaignModel
import Foundation
import Words

/// Something that arrived and should not have.
package struct SandboxBreach: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Arrived in `[22:00, 08:00)` Shanghai.
        case quietHours = "quiet_hours"
        /// The account had written to this person today.
        case secondContact = "second_contact"
        /// Another account of the app had written to this person today.
        case secondContactInApp = "second_contact_in_app"
        /// One more person than an account may write to in a day.
        case usersCap = "users_cap"
        /// More messages in a day than the account's kind or qualification allows.
        case messagesCap = "messages_cap"
        case notAuthorised = "not_authorised"
        /// The very bytes that were taken before.
        case duplicate
        case imageWithoutMutualFollow = "image_without_mutual_follow"
        /// Not 1–3 messages of the allowed kinds with a card among them.
        case contentShape = "content_shape"
        /// A personal account at full speed beyond what an hour bears.
        case hourlyPace = "hourly_pace"
        /// Still sending well after the platform said that the account is frozen or banned.
        case deafToRefusal = "deaf_to_refusal"
        /// An authorisation card shown once more than a person may be shown it in a day.
        case promptExposure = "prompt_exposure"
        /// An answer that names no entrance and no message of this person.
        case rightUnknown = "right_unknown"
        /// An answer later than half a minute after the entrance, or a day after the message.
        case rightOver = "right_over"
        /// More answers than the entrance, the message or the day's entrances allow.
        case rightUsedUp = "right_used_up"
        /// More than three automatic messages of a conversation in ten minutes, or ten in a day.
        case answersItself = "answers_itself"
        /// An automatic message within half an hour after somebody of the house wrote by hand.
        case talkedOver = "talked_over"
        /// Sent for an app whose score the platform shows as too low.
        case creditScore = "credit_score"
        /// The account is in no such group.
        case groupUnknown = "group_unknown"
        /// More members than the kind of group allows.
        case groupTooLarge = "group_too_large"
        /// A member wrote where only admins may.
        case groupAdminsOnly = "group_admins_only"
    }

    package let kind: Kind
    package let account: String
    /// Empty when the request could not be read.
    package let recipient: String
    package let at: Moment

    /// For people: what arrived, when, and which rule it broke.
    package var sentence: Sentence {
        let wall = ShanghaiWall(at)
        return Catalogue.sandboxBreach(
            kind.rawValue, account: account, recipient: recipient, arrival: "\(wall.dateText) \(wall.timeText)")
    }
}

/// Counts while the sandbox runs.
struct AuditLedger: Sendable {
    var recalled = 0
    var recallsRefused = 0
    var sends = 0
    var accepted = 0
    var partial = 0
    var silent = 0
    var messages = 0
    var tokensIssued = 0
    var refused: [Int: Int] = [:]
    var people: Set<Int32> = []
    private(set) var breaches: [SandboxBreach] = []
    private(set) var breachCount = 0
    private(set) var breachesByKind: [SandboxBreach.Kind: Int] = [:]

    /// Breaches beyond this are counted and no longer listed.
    static let listedMax = 1000

    mutating func add(_ breach: SandboxBreach) {
        breachCount += 1
        breachesByKind[breach.kind, default: 0] += 1
        if breaches.count < Self.listedMax { breaches.append(breach) }
    }
}

/// The pretend platform's own account of what happened, to hold against the daemon's.
package struct SandboxAudit: Sendable, Equatable, Encodable {
    package struct Day: Sendable, Equatable, Encodable {
        /// `2026-11-20`, in Shanghai.
        package let day: String
        package let account: String
        package let people: Int
        package let messages: Int
    }

    package struct Refusals: Sendable, Equatable, Encodable {
        /// A platform code, or 429.
        package let code: Int
        package let count: Int
    }

    package struct KindCount: Sendable, Equatable, Encodable {
        package let kind: String
        package let count: Int
    }

    package struct Listed: Sendable, Equatable, Encodable {
        package let kind: String
        package let account: String
        package let recipient: String
        package let at: String
        package let zh: String
        package let en: String
    }

    /// What became of what the platform had to tell.
    package struct Callbacks: Sendable, Equatable, Encodable {
        package let made: Int
        /// Answered with 200; a repeat counts again.
        package let taken: Int
        /// Answered otherwise or not at all, each try.
        package let refused: Int
        package let givenUp: Int
        package let lost: Int
        package let twice: Int
        package let late: Int
        package let forged: Int
        /// 0 is what a check of signatures is for.
        package let forgedTaken: Int
        /// Not posted yet.
        package let waiting: Int
        /// Apps whose address has answered the check, or for which the world vouches.
        package let addresses: Int
    }

    package let callbacks: Callbacks
    /// Messages taken back, and recalls refused.
    package let recalled: Int
    package let recallsRefused: Int
    /// Requests to the send call, whatever became of them.
    package let sends: Int
    /// Contacts taken whole and answered so.
    package let accepted: Int
    /// Contacts taken in part and answered so.
    package let partial: Int
    /// Contacts taken without an answer that says so: lost, late, unreadable, or without message id.
    package let silent: Int
    package let refused: [Refusals]
    package let messages: Int
    /// Different people written to, ever.
    package let people: Int
    package let tokensIssued: Int
    package let days: [Day]
    /// 0 is what a rehearsal is for.
    package let breaches: Int
    package let breachesByKind: [KindCount]
    /// The first 1000.
    package let breachList: [Listed]

    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Safe because every value is a whole number or a string.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }

    /// For a terminal.
    package func text(in language: Language) -> String {
        var lines = [Catalogue.sandboxTotals(self.totals).text(in: language)]
        for refusal in refused {
            lines.append("  " + Catalogue.sandboxRefused(code: refusal.code, count: refusal.count).text(in: language))
        }
        for day in days {
            let sentence = Catalogue.sandboxDay(
                day.day, account: day.account, people: day.people, messages: day.messages)
            lines.append("  " + sentence.text(in: language))
        }
        lines.append(Catalogue.sandboxBreaches(breaches).text(in: language))
        for breach in breachList {
            switch language {
            case .zh: lines.append("  " + breach.zh)
            case .en: lines.append("  " + breach.en)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var totals: Catalogue.SandboxTotals {
        .init(sends: sends, accepted: accepted, partial: partial, silent: silent, people: people, messages: messages)
    }
}

extension SandboxPlatform {
    /// Everything so far. Costs a walk over accounts and days, not over people.
    package var audit: SandboxAudit {
        var days: [(day: Int, row: SandboxAudit.Day)] = []
        for account in accounts {
            for (day, book) in account.days {
                days.append(
                    (
                        day,
                        .init(
                            day: ShanghaiWall.dateText(ofDay: day), account: account.openID,
                            people: book.people.count, messages: book.messages)
                    ))
            }
        }
        days.sort { ($0.day, $0.row.account) < ($1.day, $1.row.account) }
        return SandboxAudit(
            callbacks: post.sums, recalled: ledger.recalled, recallsRefused: ledger.recallsRefused, sends: ledger.sends,
            accepted: ledger.accepted, partial: ledger.partial, silent: ledger.silent,
            refused: ledger.refused.keys.sorted().map { .init(code: $0, count: ledger.refused[$0] ?? 0) },
            messages: ledger.messages, people: ledger.people.count, tokensIssued: ledger.tokensIssued,
            days: days.map(\.row), breaches: ledger.breachCount,
            breachesByKind: SandboxBreach.Kind.allCases.compactMap { kind in
                ledger.breachesByKind[kind].map { .init(kind: kind.rawValue, count: $0) }
            },
            breachList: ledger.breaches.map { breach in
                let sentence = breach.sentence
                let wall = ShanghaiWall(breach.at)
                return .init(
                    kind: breach.kind.rawValue, account: breach.account, recipient: breach.recipient,
                    at: "\(wall.dateText)T\(wall.timeText)+08:00", zh: sentence.zh, en: sentence.en)
            })
    }
}
