import CampaignModel
import LedgerSQLite
import Ports
import Sandbox

/// Holds a daemon's ledger against the platform's own account, person by person.
enum FaultJudge {
    /// After a death, before the restart: nothing may contradict itself, and no more is in doubt than had a slot.
    /// - Returns: attempts without an end.
    @discardableResult
    static func afterDeath(_ rig: FaultRig, _ tally: inout FaultTally, _ place: String) throws -> Int {
        let (violations, open) = try rig.examine { ledger in
            let open = try ledger.runs(includingEnded: true).reduce(0) { try $0 + ledger.sum(of: $1.id).open }
            return (try ledger.violations(), open)
        }
        for violation in violations { tally.violate("\(place): \(violation)") }
        tally.unknownMaxPerKill = max(tally.unknownMaxPerKill, open)
        if open > rig.shape.concurrency {
            tally.violate("\(place): \(open) attempts in doubt with \(rig.shape.concurrency) slots on the wire")
        }
        return open
    }

    /// When all is over: nobody twice, nobody lost, and the two accounts agree about each person.
    static func atTheEnd(_ rig: FaultRig, _ tally: inout FaultTally, _ place: String) throws {
        tally.judge(rig.gateway.audit, place)
        let taken = rig.gateway.contacts
        for (person, contacts) in Dictionary(grouping: taken, by: \.openID).sorted(by: { $0.key < $1.key })
        where contacts.count > 1 {
            tally.duplicates += contacts.count - 1
            tally.violate("\(place): \(person) was written to \(contacts.count) times")
        }
        let (violations, attempts, sum) = try rig.examine { ledger in
            let run = try ledger.runs(includingEnded: true).first
            return (try ledger.violations(), try ledger.attempts(), try run.map { try ledger.sum(of: $0.id) })
        }
        for violation in violations { tally.violate("\(place): \(violation)") }
        guard let sum else { return tally.violate("\(place): the run is gone") }
        let everybody = rig.shape.people.count + rig.shape.strangers.count
        let missing = everybody - sum.accountedFor + sum.waitingTotal + sum.open + sum.pending
        if missing != 0 || !sum.holds {
            tally.lost += abs(missing)
            tally.violate("\(place): \(missing) of \(everybody) have no end: \(sum)")
        }
        let kept = attempts.filter { $0.outcome == .accepted || $0.outcome == .unknown }
        let known = Set(kept.map { Contact(day: Int($0.key.day.number), openID: $0.openID) })
        let seen = Set(taken.map { Contact(day: $0.day, openID: $0.openID) })
        for contact in seen.subtracting(known).sorted(by: <) {
            tally.lost += 1
            tally.violate("\(place): \(contact.openID) was written to on day \(contact.day); the ledger does not know")
        }
        let accepted = attempts.filter { $0.outcome == .accepted }
        for contact in Set(accepted.map { Contact(day: Int($0.key.day.number), openID: $0.openID) })
            .subtracting(seen).sorted(by: <)
        {
            tally.lost += 1
            tally.violate("\(place): \(contact.openID) counts as accepted; the platform never saw it")
        }
    }

    private struct Contact: Hashable, Comparable {
        let day: Int
        let openID: String
        static func < (left: Contact, right: Contact) -> Bool { (left.day, left.openID) < (right.day, right.openID) }
    }
}
