import CampaignModel
import Digests
import Foundation
import Ports
import Store

extension LedgerSQLite: NoticeLedger {
    /// Runs without a moment for everybody that are told of at once.
    private static let unfitMax = 50

    package func setTargets(_ demand: NoticeTargetsDemand) throws {
        try inWrite(term: demand.term) { db, _ in
            let newest = try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(id), 0) FROM notice"))!
            for target in demand.targets {
                for isPage in [false, true] where target.isTaken.contains(isPage) {
                    try db.execute(
                        sql: """
                            INSERT INTO notice_target (name, page, told) VALUES (?1, ?2, max(?3, coalesce(
                                (SELECT seq FROM sqlite_sequence WHERE name = 'notice'), 0)))
                            ON CONFLICT DO NOTHING
                            """, arguments: [target.name, isPage, newest])
                }
            }
            for record in try Self.records(db)
            where !demand.targets.contains(where: { $0.name == record.name && $0.isTaken.contains(record.isPage) }) {
                try db.execute(
                    sql: "DELETE FROM notice_target WHERE name = ? AND page = ?",
                    arguments: [record.name, record.isPage])
            }
            try db.execute(
                sql: "DELETE FROM notice WHERE at < ?", arguments: [demand.dropBefore.milliseconds])
            try db.execute(
                sql: "DELETE FROM notice_condition WHERE held < ? AND value = 0",
                arguments: [demand.dropBefore.milliseconds])
        }
    }

    package func noticeTargets() throws -> [NoticeTargetRecord] { try inRead(Self.records) }

    private static func records(_ db: any Session) throws -> [NoticeTargetRecord] {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM notice_target ORDER BY name, page"))
        return try rows.map { row in
            var record = NoticeTargetRecord(name: row["name"], isPage: row["page"])
            record.told = row["told"]
            record.tries = row["tries"]
            record.notBefore = (row["not_before"] as Int64?).map { Moment($0) }
            record.lastTry = (row["last_try"] as Int64?).map { Moment($0) }
            record.lastTold = (row["last_told"] as Int64?).map { Moment($0) }
            record.lastFailure = (row["last_failure"] as Int64?).map { Moment($0) }
            record.failure = row["failure"]
            record.toldTotal = row["told_total"]
            record.failedTotal = row["failed_total"]
            let waiting = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: "SELECT count(*) AS number, min(at) AS oldest FROM notice WHERE id > ?1 AND \(mine)"),
                arguments: [record.told, record.name, pages(record.isPage)])!
            record.waiting = waiting["number"]
            record.oldestWaiting = (waiting["oldest"] as Int64?).map { Moment($0) }
            return record
        }
    }

    /// Of the target `?2`, of the kinds in the list `?3`.
    private static let mine =
        "(target IS NULL OR target = ?2) AND kind IN (SELECT CAST(value AS INTEGER) FROM json_each(?3))"

    private static func pages(_ isPage: Bool) -> String {
        let kinds = NoticeKind.allCases.filter { $0.isPage == isPage }.map { String($0.rawValue) }
        return "[\(kinds.joined(separator: ","))]"
    }

    // MARK: - What is told

    package func claim(_ claim: NoticeClaim) throws -> NoticeBatch? {
        try inWrite(term: claim.term) { db, _ in
            let key: Arguments = [claim.target, claim.isPage]
            guard
                let row = try StoredRow.fetchOne(
                    db.cachedStatement(sql: "SELECT told, upto, tries FROM notice_target WHERE name = ? AND page = ?"),
                    arguments: key)
            else { return nil }
            let told: Int64 = row["told"]
            let known: Int64? = row["upto"]
            var notices = try Self.notices(after: told, upTo: known, limit: known == nil ? claim.limit : -1, claim, db)
            if notices.isEmpty {
                // They have become too old while they were tried.
                if let known {
                    try db.execute(
                        sql: """
                            UPDATE notice_target SET told = ?3, upto = NULL, tries = 0 WHERE name = ?1 AND page = ?2
                            """, arguments: [claim.target, claim.isPage, known])
                }
                return nil
            }
            if known == nil { notices = Array(notices.prefix(max(1, claim.fits(notices)))) }
            let last = known ?? notices[notices.count - 1].id
            try db.execute(
                sql: """
                    UPDATE notice_target SET upto = ?3, tries = tries + 1, last_try = ?4 WHERE name = ?1 AND page = ?2
                    """, arguments: [claim.target, claim.isPage, last, claim.now.milliseconds])
            return NoticeBatch(
                target: claim.target, isPage: claim.isPage, id: try Self.messageID(claim, told, last, db), last: last,
                tries: (row["tries"] as Int) + 1, notices: notices)
        }
    }

    private static func messageID(_ claim: NoticeClaim, _ told: Int64, _ last: Int64, _ db: any Session) throws
        -> String
    {
        let words = "\(claim.target)\n\(claim.isPage)\n\(told)\n\(last)"
        return "msg_" + KeyedDigest.of(Array(words.utf8), key: try personKey(db)).prefix(12).hexadecimal
    }

    private static func notices(
        after told: Int64, upTo last: Int64?, limit: Int, _ claim: NoticeClaim, _ db: any Session
    ) throws -> [Notice] {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT * FROM notice WHERE id > ?1 AND \(mine) AND (?4 IS NULL OR id <= ?4) ORDER BY id LIMIT ?5"
            ), arguments: [told, claim.target, pages(claim.isPage), last, limit])
        return try rows.map { row in
            var notice = Notice(
                id: row["id"], at: Moment(row["at"] as Int64), kind: try Stored.value(row["kind"], "notice.kind"))
            notice.run = row["run"]
            notice.account = row["account"]
            notice.person = row["person"]
            let code: String = row["code"]
            notice.code = Int(code).flatMap { Reason(rawValue: $0)?.code } ?? code
            let figures = Data((row["figures"] as String).utf8)
            // Safe because the table takes nothing but JSON; figures are counts.
            notice.figures = (try? JSONDecoder().decode([String: Int].self, from: figures)) ?? [:]
            if notice.kind == .rejected { notice.note = try note(on: notice, db) }
            return notice
        }
    }

    /// What the reviewer wrote for the author, read when it is told, because an erasure reaches it where it stands. A word in
    /// it that is somebody's id keeps it here.
    private static func note(on notice: Notice, _ db: any Session) throws -> String {
        let note =
            try String.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT a.note FROM approval a JOIN run r ON r.revision = a.revision
                        WHERE r.name = ?1 AND a.person = ?2 AND a.approves = 0
                        """), arguments: [notice.run, notice.person]) ?? ""
        for word in note.split(whereSeparator: { $0.isWhitespace || $0.isPunctuation && $0 != "_" && $0 != "-" }) {
            let isPerson = try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT EXISTS (SELECT 1 FROM app a JOIN recipient p ON p.app = a.id AND p.open_id = ?)"),
                arguments: [String(word)])!
            if isPerson { return "" }
        }
        return note
    }

    package func settle(_ end: NoticeEnd) throws {
        try inWrite(term: end.term) { db, _ in
            if let failure = end.failure {
                try db.execute(
                    sql: """
                        UPDATE notice_target SET last_failure = ?4, failure = ?5, not_before = ?6,
                            failed_total = failed_total + 1
                        WHERE name = ?1 AND page = ?2 AND upto = ?3
                        """,
                    arguments: [
                        end.target, end.isPage, end.last, end.now.milliseconds, failure.why,
                        failure.notBefore.milliseconds,
                    ])
            } else {
                try db.execute(
                    sql: """
                        UPDATE notice_target SET told = upto, upto = NULL, tries = 0, last_told = ?4, failure = '',
                            not_before = NULL, told_total = told_total + 1
                        WHERE name = ?1 AND page = ?2 AND upto = ?3
                        """, arguments: [end.target, end.isPage, end.last, end.now.milliseconds])
            }
        }
    }

    package func addTestNotice(_ demand: TestNoticeDemand) throws -> Int64 {
        try inWrite(term: demand.term) { db, _ in
            try db.execute(
                sql: "INSERT INTO notice (at, kind, person, target) VALUES (?, ?, ?, ?)",
                arguments: [demand.now.milliseconds, NoticeKind.test.rawValue, demand.person, demand.target])
            let id = db.lastInsertedRowID
            try db.execute(
                sql: "UPDATE notice_target SET not_before = NULL WHERE name = ?", arguments: [demand.target])
            try Self.audit(db, at: demand.now, demand.person, "notify-test", demand.target, "")
            return id
        }
    }

    // MARK: - Conditions

    package func note(_ demand: ConditionsDemand) throws -> Int {
        try inWrite(term: demand.term) { db, _ in
            var told = 0
            let kept = try StoredRow.fetchAll(db.cachedStatement(sql: "SELECT name, value, held FROM notice_condition"))
            let known = Dictionary(
                uniqueKeysWithValues: kept.map { ($0["name"] as String, ($0["value"] as Int, $0["held"] as Int64)) })
            let holding = Set(demand.conditions.map(\.name))
            for (name, condition) in known where condition.0 > 0 && !holding.contains(name) {
                try db.execute(sql: "UPDATE notice_condition SET value = 0 WHERE name = ?", arguments: [name])
            }
            for condition in demand.conditions {
                let before = known[condition.name]
                let cameBack = before.map { $0.0 == 0 && demand.now.since(Moment($0.1)) < demand.calm } ?? false
                if condition.value > (before?.0 ?? 0), !cameBack {
                    try Self.insert(condition, at: demand.now, db)
                    told += 1
                }
                try db.execute(
                    sql: """
                        INSERT INTO notice_condition VALUES (?1, ?2, ?3)
                        ON CONFLICT (name) DO UPDATE SET value = ?2, held = ?3 WHERE notice_condition.value <> ?2 OR notice_condition.held < ?3 - 600000
                        """, arguments: [condition.name, condition.value, demand.now.milliseconds])
            }
            return told
        }
    }

    private static func insert(_ condition: ConditionsDemand.Condition, at now: Moment, _ db: any Session) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let figures = String(decoding: try encoder.encode(condition.figures), as: UTF8.self)
        try db.execute(
            sql: "INSERT INTO notice (at, kind, run, code, figures) VALUES (?, ?, ?, ?, ?)",
            arguments: [now.milliseconds, condition.kind.rawValue, condition.run, condition.code, figures])
    }

    package func noticeFacts(at now: Moment) throws -> NoticeFacts {
        try inRead { db in
            var facts = NoticeFacts()
            facts.unknown = try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM unknown_attempt"))!
            facts.unfit = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT r.name, max(1, coalesce((
                            SELECT sum(CAST(json_extract(value, '$.count') AS INTEGER)) FROM json_each(f.content, '$.leftOut')
                            WHERE json_extract(value, '$.reason') = ?1), 0)) AS people
                        FROM run r JOIN run_forecast f ON f.run = r.id
                        WHERE r.\(Fragment.isLive) AND r.test = 0 AND CAST(json_extract(f.content, '$.fits') AS TEXT) IN ('0', 'false')
                        ORDER BY r.id LIMIT ?2
                        """), arguments: [Reason.expired.code, Self.unfitMax]
            ).map { (run: $0["name"], people: $0["people"]) }
            facts.lastArrival = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT received FROM arrival ORDER BY id DESC LIMIT 1")
            ).map { Moment($0) }
            facts.contactsInSilence =
                try Int.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT sum(people) FROM lane_minute
                            WHERE account IN (SELECT id FROM account) AND minute > ?
                            """), arguments: [now.milliseconds / 60_000 - 360]) ?? 0
            let sums = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT coalesce(sum(count) FILTER (WHERE kind = 200 AND detail = 7), 0) AS out,
                               coalesce(sum(count) FILTER (WHERE kind = 10), 0) AS started FROM total
                        """))!
            facts.optOutsTotal = sums["out"]
            facts.contactsTotal = sums["started"]
            let day = PlatformDay(number: PlatformDay(containing: now).number - 1)
            let sent = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT coalesce(sum(people), 0) AS people, coalesce(sum(messages), 0) AS messages
                        FROM counter WHERE day = ?
                        """), arguments: [day.number])!
            facts.yesterday = (day, sent["people"], sent["messages"])
            return facts
        }
    }
}
