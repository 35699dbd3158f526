import CampaignModel
import Foundation
import Ports
import SendingRules
import Store

/// Puts what the ledger knows today back to another moment, and names what it cannot know of it.
struct MomentView {
    let question: PersonQuestion
    let run: RunRecord
    let person: RecipientID
    let db: any Session

    private var at: Moment { question.at }

    func put(_ record: inout PersonRecord) throws {
        if at > question.now { record.gaps.append(.future) }
        guard at < question.now else { return }
        putRun(&record, states: try audited(run.name))
        putPlace(&record)
        putContacts(&record)
        try putLane(&record)
        try putPerson(&record)
        record.gaps.append(.settingsOfToday)
    }

    private func audited(_ subject: String) throws -> [(at: Moment, act: String, detail: String)] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT at, act, detail FROM audit WHERE subject = ? AND at <= ? ORDER BY seq"),
            arguments: [subject, at.milliseconds]
        ).map { (Moment($0["at"] as Int64), $0["act"], $0["detail"]) }
    }

    // MARK: - The run

    private func putRun(_ record: inout PersonRecord, states: [(at: Moment, act: String, detail: String)]) {
        if let ended = run.ended, ended <= at { return }
        var state = run.isTest ? RunState.scheduled : .inReview
        var isApproved = run.isTest
        let began = run.began.flatMap { $0 <= at ? $0 : nil }
        var hasBegun = false
        var isHeld = false
        func begin(by moment: Moment) {
            guard let began, !hasBegun, began <= moment else { return }
            hasBegun = true
            state = RunLifecycle.state(after: .begin, in: state) ?? .running
        }
        for entry in states {
            begin(by: entry.at - .milliseconds(1))
            guard let act = RunLifecycle.Act(rawValue: entry.act) else { continue }
            if act == .approve { isApproved = true }
            let next = RunLifecycle.state(after: act, in: state, isPlanned: hasBegun, isHeld: isHeld)
            isHeld = act == .pause && state == .inReview || isHeld && act != .resume && next == .inReview
            state = next ?? state
        }
        begin(by: at)
        record.facts.run.state = state
        record.facts.run.isApproved = isApproved
        if began == nil, let later = run.began { record.gaps.append(.notPlannedYet(until: later)) }
    }

    // MARK: - The person

    /// An attempt that had not ended yet was open, and whatever it gave back later it still held.
    private func then(_ attempt: AttemptRecord) -> AttemptRecord? {
        guard attempt.started <= at else { return nil }
        guard let settled = attempt.settled, settled > at else { return attempt }
        var open = attempt
        open.outcome = nil
        open.reason = nil
        open.settled = nil
        open.messageIDs = []
        open.keepsPerson = true
        return open
    }

    private func putPlace(_ record: inout PersonRecord) {
        let all = record.attempts
        record.attempts = all.compactMap(then)
        switch record.place {
        case .holdout, .notInRun, .listed, .leftOut: return
        case .skipped(_, let since) where since <= at: return
        case .skipped, .pending, .waiting, .attempted: break
        }
        switch record.attempts.last?.outcome {
        case .accepted, .rejected, .unknown: record.place = .attempted
        case .refusedForNow, .notSent:
            // It waited for another attempt; the row that said until when has changed since.
            record.place = .pending
            record.gaps.append(.waitingThen)
        case nil where !record.attempts.isEmpty: record.place = .attempted
        case nil:
            if case .pending = record.place {} else { record.gaps.append(.waitingThen) }
            record.place = .pending
        }
        record.ahead = nil
    }

    private func putContacts(_ record: inout PersonRecord) {
        // Those that keep their place today and had begun; one that gave it back later is among the run's own attempts.
        var contacts = record.contactsToday.compactMap(then)
        let day = PlatformDay(containing: at)
        contacts += record.attempts.filter { attempt in
            attempt.outcome == nil && attempt.key.day == day && !contacts.contains { $0.key == attempt.key }
        }
        record.contactsToday = contacts
        record.facts.person.contactsByApp = contacts.count
        record.facts.person.contactsByAccount = contacts.count { $0.key.account == run.lane.account }
    }

    private func putPerson(_ record: inout PersonRecord) throws {
        if let consent = record.facts.person.consent, consent.checked > at {
            let granted = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT granted FROM consent WHERE account = ? AND recipient = ?"),
                arguments: [run.lane.account.rawValue, person.rawValue])
            // What is authorised since before the moment was authorised at it; of anything else only the last word is kept.
            let standing = consent.state == .authorized && granted.map { Moment($0) <= at } ?? false
            if !standing { record.gaps.append(.consentBefore(consent.checked)) }
            record.facts.person.consent?.checked = at
        }
        if record.facts.person.isDenied {
            record.facts.person.isDenied = try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM listed
                        WHERE recipient = ? AND list = 1 AND account IN (0, ?) AND since <= ?)
                        """), arguments: [person.rawValue, run.lane.account.rawValue, at.milliseconds])!
        }
    }

    // MARK: - The lane

    private func putLane(_ record: inout PersonRecord) throws {
        let account = run.lane.account
        let final = record.facts.lane.people
        let started = try LaneDays.started(by: account, around: at, db)
        let day = PlatformDay(containing: at)
        record.facts.lane.day = day
        record.facts.lane.people = started.before.people
        record.facts.lane.messages = started.before.messages
        if started.during.people > 0 {
            record.gaps.append(
                .lanePeopleBetween(started.before.people, started.before.people + started.during.people))
        }
        let wholeDay = try LaneDays.started(by: account, around: day.next.start - .milliseconds(1), db)
        let back = wholeDay.before.people + wholeDay.during.people - final
        if back > 0 { record.gaps.append(.givenBack(people: back)) }
        let standing = record.facts.lane.standing
        if let since = standing.frozen, since > at { record.facts.lane.standing.frozen = nil }
        if let since = standing.banned, since > at { record.facts.lane.standing.banned = nil }
        record.facts.lane.allStopped =
            try audited("everything").last { $0.act == "stop-all" || $0.act == "go" }?
            .act == "stop-all"
        record.facts.lane.hold = try hold(of: account)
    }

    private func hold(of account: AccountID) throws -> LaneHold? {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT reason, until FROM account_hold WHERE account = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1
                    """), arguments: [account.rawValue, at.milliseconds])
        guard let row, let reason = row["reason"] as Int? else { return nil }
        return LaneHold(
            reason: try Stored.value(reason, "account_hold.reason"),
            until: (row["until"] as Int64?).map { Moment($0) })
    }
}
