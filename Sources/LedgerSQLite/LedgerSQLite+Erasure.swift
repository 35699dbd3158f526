import CampaignModel
import Digests
import Foundation
import Ports
import Store

extension LedgerSQLite: ErasureLedger {
    package func erasureDigest(of openID: String) throws -> String {
        try inRead { ErasedPeople.digest(of: Array(openID.utf8), key: try Self.personKey($0)) }
    }

    package func erase(_ demand: EraseDemand) throws -> EraseReceipt {
        // Looked for before anything is held up by it: whoever is named in another's row stands in no key.
        let bearers = try inRead { try Self.bearers(of: demand.openID, $0) }
        let receipt = try inWrite(term: demand.term) { db, _ in
            if let obstacle = try Self.obstacle(toErasing: demand.openID, db) { throw obstacle }
            let digest = ErasedPeople.digest(of: Array(demand.openID.utf8), key: try Self.personKey(db))
            let receipt = try Self.erase(demand.openID, digest, at: demand.now, by: demand.person, db)
            try Self.takeOut(demand.openID, of: bearers, db)
            try Self.audit(db, at: demand.now, demand.person, "erase", "person \(digest)", "everywhere")
            return receipt
        }
        try emptyLog()
        return receipt
    }

    package func applyErasures(_ digests: [String], at now: Moment, term: Term) throws -> Int {
        let missing = try inRead { db in
            let known = try Set(String.fetchAll(db.cachedStatement(sql: "SELECT digest FROM erased")))
            return Set(digests).subtracting(known)
        }
        if missing.isEmpty { return 0 }
        try inWrite(term: term) { db, _ in
            let key = try Self.personKey(db)
            var found: [String: String] = [:]
            let ids = try String.fetchCursor(db, sql: "SELECT DISTINCT open_id FROM recipient")
            while let openID = try ids.next() {
                let digest = ErasedPeople.digest(of: Array(openID.utf8), key: key)
                if missing.contains(digest) { found[digest] = openID }
            }
            for digest in missing.sorted() {
                let bearers = try found[digest].map { try Self.bearers(of: $0, db) } ?? []
                _ = try Self.erase(found[digest], digest, at: now, by: "curfew", db)
                try Self.takeOut(found[digest] ?? "", of: bearers, db)
                try Self.audit(
                    db, at: now, "curfew", "erase again", "person \(digest)", "noted beside a restored ledger")
            }
        }
        try emptyLog()
        return missing.count
    }

    package func compact() throws { try store.compact() }

    package func isPartOfAnotherID(_ openID: String) throws -> Bool {
        try inRead { db in
            try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM recipient WHERE instr(open_id, ?) > 0)"),
                arguments: [openID])
                ?? false
        }
    }

    // MARK: - One person

    /// - Parameter openID: nil when only the digest is known: then there is nothing to replace, and the digest is kept.
    private static func erase(
        _ openID: String?, _ digest: String, at now: Moment, by person: String, _ db: any Session
    ) throws -> EraseReceipt {
        let tombstone = ErasedPeople.prefix + digest
        try db.execute(
            sql: "INSERT INTO erased (digest, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [digest, now.milliseconds])
        var wasKnown = false
        if let openID {
            try db.execute(
                sql: """
                    UPDATE recipient SET open_id = ?2 WHERE app IN (SELECT id FROM app) AND open_id = ?1
                    """, arguments: [openID, tombstone])
            wasKnown = db.changesCount > 0
            try replaceElsewhere(openID, tombstone, at: now, db)
        }
        for app in try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM app")) {
            try db.execute(
                sql: "INSERT INTO recipient (app, open_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [app, tombstone])
        }
        let recipients = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM recipient WHERE app IN (SELECT id FROM app) AND open_id = ?"),
            arguments: [tombstone])
        for recipient in recipients { try empty(recipient, at: now, by: person, db) }
        return EraseReceipt(
            digest: digest, recipients: recipients.map { RecipientID(rawValue: $0) }, wasKnown: wasKnown)
    }

    private typealias Member = (audience: Int64, recipient: Int64)

    /// Other people's rows that name a person among their values: who brought them, whom they asked for.
    private static func bearers(of openID: String, _ db: any Session) throws -> [Member] {
        guard WholeID.isTelling(openID) else { return [] }
        return try StoredRow.fetchAll(
            db, sql: "SELECT audience, recipient FROM member WHERE instr(fields, CAST(? AS BLOB)) > 0",
            arguments: [openID]
        ).map { ($0["audience"], $0["recipient"]) }
    }

    /// The value is missing then: a word in its place would go out in somebody's message.
    private static func takeOut(_ openID: String, of members: [Member], _ db: any Session) throws {
        for member in members {
            let key: Arguments = [member.audience, member.recipient]
            let fields = try StoredValue.fetchOne(
                db.cachedStatement(sql: "SELECT fields FROM member WHERE audience = ? AND recipient = ?"),
                arguments: key)
            guard let fields else { continue }
            try db.cachedStatement(
                sql: "UPDATE member SET fields = ? WHERE audience = ? AND recipient = ?"
            ).execute(arguments: [PersonalText.without(openID, "", .remark, in: fields)] + key)
        }
    }

    /// By keys alone: the number of lists, runs, accounts and days is small, however many people there are.
    private static func empty(_ recipient: Int64, at now: Moment, by person: String, _ db: any Session) throws {
        for table in PersonalTable.all {
            guard case .goes(let condition) = table.erasure else { continue }
            try db.execute(sql: "DELETE FROM \(table.name) WHERE \(condition)", arguments: [recipient])
        }
        try db.execute(
            sql: "DELETE FROM listed WHERE recipient = ? AND NOT (list = 1 AND account = 0)", arguments: [recipient])
        try db.execute(
            sql: """
                INSERT INTO listed (recipient, list, account, since, person) VALUES (?1, 1, 0, ?2, ?3)
                ON CONFLICT (recipient, list, account) DO UPDATE SET since = ?2, person = ?3
                """, arguments: [recipient, now.milliseconds, person])
        try db.execute(
            sql: "UPDATE member SET fields = x'' WHERE audience IN (SELECT id FROM audience) AND recipient = ?",
            arguments: [recipient])
        try db.execute(
            sql: """
                UPDATE attempt SET message_ids = NULL, log_id = NULL WHERE outcome IS NOT NULL AND recipient = ?
                    AND day IN (SELECT day FROM counter)
                """, arguments: [recipient])
        // Due at once, and then denied: nobody asks the platform about somebody who is not there any more.
        try db.execute(
            sql: """
                UPDATE waiting SET until = min(until, ?) WHERE recipient = ? AND run IN (SELECT id FROM run)
                """, arguments: [now.milliseconds, recipient])
        try db.execute(
            sql: """
                UPDATE occasion SET until = min(until, ?) WHERE +state = 1 AND recipient = ?
                    AND campaign IN (SELECT id FROM campaign)
                """, arguments: [now.milliseconds, recipient])
        // With the id and the moment in hand it would say what was written.
        try db.execute(
            sql: """
                UPDATE occasion SET digest = CAST('erased:' || id AS BLOB)
                WHERE campaign IN (SELECT id FROM campaign) AND recipient = ?
                """, arguments: [recipient])
        try emptyRecalls(recipient, at: now, db)
    }

    /// The counts of a recall stay, the platform's ids of the messages go; what was not asked for yet cannot be any more.
    private static func emptyRecalls(_ recipient: Int64, at now: Moment, _ db: any Session) throws {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT * FROM recall WHERE run IN (SELECT id FROM run) AND recipient = ? AND message_id NOT LIKE ?
                    ORDER BY run, message_id
                    """), arguments: [recipient, ErasedPeople.prefix + "%"])
        for (index, row) in rows.enumerated() {
            let isOpen = row["state"] as Int == RecallState.asked.rawValue
            try db.execute(
                sql: """
                    UPDATE recall SET message_id = ?1, state = CASE ?2 WHEN 1 THEN ?3 ELSE state END,
                        settled = coalesce(settled, ?4) WHERE run = ?5 AND recipient = ?6 AND message_id = ?7
                    """,
                arguments: [
                    "\(ErasedPeople.prefix)\(index + 1)", isOpen, RecallState.unknown.rawValue, now.milliseconds,
                    row["run"] as Int64, recipient, row["message_id"] as String,
                ])
        }
    }

    // MARK: - Other columns

    /// Only those of `PersonalColumn`: an approval, a text or a name that happens to hold the same word stays as it is.
    private static func replaceElsewhere(_ openID: String, _ tombstone: String, at now: Moment, _ db: any Session)
        throws
    {
        for column in PersonalColumn.all {
            let change: String
            switch column.form {
            case .unread: change = ", done = coalesce(done, \(now.milliseconds)), note = 'erased'"
            case .review, .remark: change = ""
            }
            // Every row is read: inside of JSON a name may be written in more than one way.
            let keys = column.keys
            let rows = try StoredRow.fetchCursor(
                db, sql: "SELECT \(column.name), \(keys.joined(separator: ", ")) FROM \(column.table)")
            var changed: [(key: [StoredValue], value: StoredValue)] = []
            while let row = try rows.next() {
                let value = PersonalText.without(openID, tombstone, column.form, in: row.values[0])
                if value != row.values[0] { changed.append((Array(row.values.dropFirst()), value)) }
            }
            let place = keys.enumerated().map { "\($1) = ?\($0 + 2)" }.joined(separator: " AND ")
            for (key, value) in changed {
                try db.execute(
                    sql: "UPDATE \(column.table) SET \(column.name) = ?1\(change) WHERE \(place)",
                    arguments: Arguments([value] + key))
            }
        }
    }

    // MARK: - Who can be erased

    package func obstacle(toErasing openID: String) throws -> ErasureObstacle? {
        try inRead { try Self.obstacle(toErasing: openID, $0) }
    }

    private static func obstacle(toErasing openID: String, _ db: any Session) throws -> ErasureObstacle? {
        let isOurs = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM account WHERE ?1 IN (name, open_id))
                        OR EXISTS (SELECT 1 FROM app WHERE name = ?1) OR EXISTS (SELECT 1 FROM campaign WHERE ?1 IN (name, author))
                        OR EXISTS (SELECT 1 FROM run WHERE name = ?1) OR EXISTS (SELECT 1 FROM approval WHERE person = ?1)
                    """), arguments: [openID])!
        if isOurs { return .nameOfOurs }
        let isSomebody = try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM app a JOIN recipient r ON r.app = a.id WHERE r.open_id = ?)"),
            arguments: [openID])!
        // Who was erased may be erased again: a second word finishes what a full disk left undone.
        return try isSomebody || ErasedPeople.tombstone(for: openID, db) != nil ? nil : .nobody
    }
}
