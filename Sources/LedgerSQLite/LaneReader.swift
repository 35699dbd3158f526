import CampaignModel
import Foundation
import Ports
import Store

/// Reads the facts of a lane, a run and a person. `start` and `explain` read through the same statements, so they
/// cannot see different things.
enum LaneReader {
    static func read(
        _ hot: HotStatements, account: AccountID, at now: Moment
    ) throws -> (facts: LaneFacts, keepsAllowList: Bool) {
        let row = hot.readAccount
        row.bind(1, account.rawValue)
        defer { row.reset() }
        guard try row.step() else { throw LedgerError.unknownAccount("#\(account.rawValue)") }
        let day = PlatformDay(containing: now)
        var facts = LaneFacts(account: account, day: day)
        facts.kind = try Stored.value(row.text(0), "account.kind")
        facts.zone = try hot.accounts.accountZone(named: row.text(1))
        facts.isBound = row.int(2) != 0
        facts.qualification = hot.accounts.qualification(written: row.text(3))
        facts.hold = row.optionalInt(4).flatMap { Reason(rawValue: Int($0)) }.map { reason in
            LaneHold(reason: reason, until: row.optionalInt(5).map { Moment($0) })
        }
        facts.lastWalk = row.optionalInt(6).map { Moment($0) }
        facts.appInTrial = row.int(7) != 0
        let keepsAllowList = row.int(8) != 0
        facts.standing = AccountStanding(
            banned: row.optionalInt(9).map { Moment($0) }, frozen: row.optionalInt(10).map { Moment($0) },
            credit: Int(row.int(11)))
        facts.slowedPerHour = row.optionalInt(12).map { Int($0) }
        facts.isConfigured = row.int(13) != 0
        try hot.accounts.fill(&facts, at: now)
        let reign = try hot.reign()
        facts.allStopped = reign.stopped
        // The cap's day never goes backwards: a wall that was put back more than a minute may not open a day again.
        if now + .minutes(1) < reign.highestWall {
            facts.hold = LaneHold(reason: .clockUntrusted, until: reign.highestWall)
        }
        let counter = hot.readCounter
        counter.bind(1, Int64(day.number))
        counter.bind(2, account.rawValue)
        defer { counter.reset() }
        if try counter.step() {
            facts.people = Int(counter.int(0))
            facts.messages = Int(counter.int(1))
            facts.answers = Int(counter.int(2))
        }
        return (facts, keepsAllowList)
    }

    static func run(_ hot: HotStatements, _ run: RunID) throws -> RunFacts {
        let row = hot.readRun
        row.bind(1, run.rawValue)
        defer { row.reset() }
        guard try row.step() else { throw LedgerError.unknownRun("#\(run.rawValue)") }
        var facts = RunFacts(
            run: run, state: try Stored.value(Int(row.int(0)), "run.state"), isApproved: row.int(1) != 0,
            start: Moment(row.int(2)), validUntil: Moment(row.int(3)))
        facts.isTest = row.int(4) != 0
        return facts
    }

    /// Fills in the contacts of `person.day`.
    /// - Returns: the highest attempt number of this account at this person on that day, 0 when there is none.
    static func contacts(
        _ hot: HotStatements, _ recipient: RecipientID, _ account: AccountID, into person: inout PersonFacts
    ) throws -> Int32 {
        let row = hot.readContacts
        row.bind(1, Int64(person.day.number))
        row.bind(2, recipient.rawValue)
        defer { row.reset() }
        var number: Int32 = 0
        while try row.step() {
            let isOurs = row.int(0) == account.rawValue
            if isOurs { number = max(number, Int32(row.int(1))) }
            if row.int(2) != 0 {
                person.contactsByApp += 1
                person.contactedBy = RunID(rawValue: row.int(3))
                if isOurs { person.contactsByAccount += 1 }
            }
        }
        return number
    }

    static func lists(
        _ hot: HotStatements, _ recipient: RecipientID, _ account: AccountID, keepsAllowList: Bool,
        into person: inout PersonFacts
    ) throws {
        let row = hot.readLists
        row.bind(1, recipient.rawValue)
        row.bind(2, account.rawValue)
        defer { row.reset() }
        if keepsAllowList { person.isOnAllowList = false }
        while try row.step() {
            if row.int(0) == 1 { person.isDenied = true } else if keepsAllowList { person.isOnAllowList = true }
        }
    }

    static func decodeQualification(_ text: String) -> Qualification? {
        // Safe because the column is only ever written by `register`, from the same type; an empty one means none.
        text.isEmpty ? nil : try? JSONDecoder().decode(Qualification.self, from: Data(text.utf8))
    }
}
