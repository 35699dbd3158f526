import CampaignFiles
import CampaignModel
import Experiments
import Ports
import Synchronization

/// What the campaigns that listen ask for, compiled once a revision: asked with every event, in the transaction that takes
/// it.
final class TriggerBook: Sendable {
    struct Entry: Sendable {
        let trigger: Trigger
        let assignment: Assignment
    }
    private let entries = Mutex<[RevisionID: Entry]>([:])
    /// Ten thousand campaigns are a few megabytes; more than that begin anew.
    private static let keptMax = 20_000

    func entry(of revision: RevisionID, _ ledger: any Ledger) throws -> Entry? {
        if let known = entries.withLock({ $0[revision] }) { return known }
        let campaign = try ledger.revision(revision).campaign
        guard let trigger = campaign.trigger else { return nil }
        let entry = Entry(trigger: trigger, assignment: Assignment(campaign))
        entries.withLock { entries in
            if entries.count >= Self.keptMax { entries = [:] }
            entries[revision] = entry
        }
        return entry
    }
}

extension EngineSetup {
    /// Which of the listeners an event is an occasion of. Conditions that can still change are asked when the contact would
    /// start; here stands only what the event itself says.
    var enrolling: Enrolling {
        let (ledger, book, holdout) = (ledger, triggers, holdout)
        // Two accounts of the house that write to each other would never stop.
        let ours = Set(accounts.map(\.record.openID))
        return { word, isFirst, listeners in
            guard !ours.contains(word.openID) else { return [] }
            var heard: [(enrolment: Enrolment, right: Trigger.Right, letters: Int)] = []
            for listener in listeners {
                guard let entry = try book.entry(of: listener.revision, ledger),
                    let letters = entry.trigger.hears(word, isFirst: isFirst)
                else { continue }
                let byHouse = holdout.contains(word.openID)
                let arm = entry.assignment.arm(of: word.openID)
                let isHeldOut = byHouse || entry.assignment.isHeldOut(word.openID)
                let enrolment = Enrolment(
                    run: listener.run, due: entry.trigger.due(after: word.at), variant: arm,
                    heldOut: isHeldOut ? HeldOut(byHouse: byHouse, variant: arm) : nil)
                heard.append((enrolment, entry.trigger.right, letters))
            }
            // One message has one answer: the longest word's, and among equals the older run's.
            let answer = heard.filter { $0.right == .reply }.max { left, right in
                left.letters == right.letters ? left.enrolment.run > right.enrolment.run : left.letters < right.letters
            }
            return heard.filter { $0.right != .reply || $0.enrolment.run == answer?.enrolment.run }.map(\.enrolment)
        }
    }
}

extension Trigger {
    /// nil: the event is none of its business; else how many letters of a keyword were in it.
    fileprivate func hears(_ word: EventWord, isFirst: Bool) -> Int? {
        guard word.kind == on, self.isFirst.map({ $0 == isFirst }) ?? true else { return nil }
        if !enteredFrom.isEmpty, !enteredFrom.contains(where: word.context.enteredFrom.contains) { return nil }
        return keywords.isEmpty ? 0 : KeywordSearch.longest(of: keywords, in: word.context.text)
    }
}
