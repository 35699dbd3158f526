import CampaignModel
import Ports
import SendingRules
import Words

/// Last week's events through a file that nobody has approved yet: what it would have sent, and what it would not. Reads
/// only what the ledger keeps; texts of messages are not kept, so that of keywords it says what could be at most.
package struct TriggerRehearsal: Sendable {
    /// How far it looks back.
    package static let span: Duration = .days(7)
    /// More events than this of an account in a week are not read: the oldest of them stand for all.
    private static let eventsMax = 400_000

    package let sent: Int
    package let occasions: Int
    /// By how often.
    package let skipped: [(reason: Reason, count: Int)]
    package let later: Int
    /// Everything that could not be asked was taken as asked for.
    package let isAtMost: Bool

    /// nil: the campaign waits for nothing, or its account is unknown.
    package init?(
        _ campaign: Campaign, _ ledger: any LedgerReading, limits: RuleLimits, doubt: Duration, at now: Moment
    ) throws {
        guard let trigger = campaign.trigger,
            let account = try ledger.accounts().first(where: { $0.name == campaign.account })
        else { return nil }
        let asked = trigger.right == .proactive ? try ledger.authorised(account: account.id) : []
        var people: [RecipientID: [OccasionRehearsal.Happening]] = [:]
        // What a partner tells may name no account: then it is of every account of the app, and so are its people; those
        // of another app have authorised nobody here.
        for its in [account.id, AccountID(rawValue: 0)] {
            let question = EventQuestion(
                account: its, kinds: [trigger.on, .answered, .optedOut] + trigger.unless, from: now - Self.span,
                to: now, limit: Self.eventsMax)
            for event in try ledger.events(question) {
                guard let person = event.recipient,
                    its == account.id || people[person] != nil || asked.contains(person)
                else { continue }
                people[person, default: []].append(.init(event.kind, at: event.at))
            }
        }
        let out = Set(try ledger.denied(app: account.app))
        var rehearsal = OccasionRehearsal(
            trigger, Gate(limits: limits, clock: ClockFacts(doubt: doubt)), end: now)
        for (person, happenings) in people.sorted(by: { $0.key < $1.key }) {
            let known: Reason? =
                out.contains(person)
                ? .denied : trigger.right == .proactive && !asked.contains(person) ? .notAuthorized : nil
            rehearsal.take(happenings.sorted { $0.at < $1.at }, known: known)
        }
        sent = rehearsal.sent
        occasions = rehearsal.occasions
        later = rehearsal.later
        skipped = rehearsal.skipped.map { (reason: $0.key, count: $0.value) }.sorted {
            $0.count == $1.count ? $0.reason.rawValue < $1.reason.rawValue : $0.count > $1.count
        }
        isAtMost = !trigger.keywords.isEmpty || !trigger.enteredFrom.isEmpty || trigger.isFirst != nil
    }

    package func lines(in language: Language) -> [String] {
        var parts = skipped.map { "\($0.count) \(Catalogue.reason($0.reason).text(in: language))" }
        if later > 0 { parts.append("\(later) \(Catalogue.Triggers.laterThanNow.text(in: language))") }
        return [
            Catalogue.Triggers.rehearsed(
                occasions: occasions, sent: sent, others: parts, isAtMost: isAtMost
            ).text(in: language)
        ]
    }
}
