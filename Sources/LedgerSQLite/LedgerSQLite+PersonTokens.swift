import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: TokenLedger {
    package func personToken(of token: [UInt8]) throws -> PersonToken? {
        guard !token.isEmpty else { return nil }
        return try inRead { db in try Self.personToken(Self.tokenDigest(token, try Self.personKey(db)), db) }
    }

    package func personTokens() throws -> [PersonToken] {
        try inRead { db in
            try StoredRow.fetchAll(db.cachedStatement(sql: "SELECT * FROM person_token ORDER BY id DESC"))
                .map(Self.personToken)
        }
    }

    package func issue(_ demand: TokenIssue) throws -> PersonToken {
        try inWrite(term: demand.term) { db, _ in
            let key = try Self.personKey(db)
            let digest = Self.tokenDigest(demand.token, key)
            let ended = try Self.endAll(
                of: demand.person, configured: demand.configured, at: demand.othersEnd, now: demand.now,
                by: demand.by, key, db)
            try db.execute(
                sql: """
                    INSERT INTO person_token (token, person, is_issued, made, made_by, expires)
                    VALUES (?, ?, 1, ?, ?, ?)
                    """,
                arguments: [
                    Data(digest), demand.person, demand.now.milliseconds, demand.by, demand.expires.milliseconds,
                ])
            let id = db.lastInsertedRowID
            try Self.name(demand.names.union([demand.person]), digest, at: demand.now, db)
            try Self.audit(
                db, at: demand.now, demand.by, "token issue", "person \(demand.person)",
                "token #\(id) until \(demand.expires.iso8601); \(ended) others end \(demand.othersEnd.iso8601)")
            return try Self.personToken(digest, db)!
        }
    }

    package func endTokens(_ demand: TokenEnd) throws -> Int {
        try inWrite(term: demand.term) { db, _ in
            let ended: Int
            if let id = demand.id {
                try db.execute(
                    sql: """
                        UPDATE person_token SET ended = ?1 WHERE id = ?2 AND person = ?3 AND is_issued = 1
                            AND coalesce(ended, ?1 + 1) > ?1 AND coalesce(expires, ?1 + 1) > ?1
                        """, arguments: [demand.now.milliseconds, id, demand.person])
                ended = db.changesCount
                if ended > 0 { try Self.endSessions(of: demand.person, db) }
            } else {
                ended = try Self.endAll(
                    of: demand.person, configured: demand.configured, at: demand.now, now: demand.now, by: demand.by,
                    try Self.personKey(db), db)
            }
            guard ended > 0 else { return 0 }
            try Self.audit(
                db, at: demand.now, demand.by, "token end", "person \(demand.person)",
                demand.id.map { "token #\($0)" } ?? "\(ended) tokens")
            return ended
        }
    }

    package func endTokens(ofOthersThan people: [String], at now: Moment, term: Term) throws -> [String] {
        try inWrite(term: term) { db, _ in
            let strangers = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT person FROM person_token WHERE is_issued = 1
                        AND coalesce(ended, ?1 + 1) > ?1 AND coalesce(expires, ?1 + 1) > ?1 ORDER BY person
                    """, arguments: [now.milliseconds]
            ).filter { !people.contains($0) }
            for person in strangers {
                let ended = try Self.endAll(
                    of: person, configured: nil, at: now, now: now, by: "curfew", try Self.personKey(db), db)
                try Self.audit(
                    db, at: now, "curfew", "token end", "person \(person)", "\(ended) tokens; not under people any more"
                )
            }
            return strangers
        }
    }

    package func replaced(_ demand: TokenReplacement) throws {
        try inWrite(term: demand.term) { db, _ in
            let key = try Self.personKey(db)
            if let old = demand.old {
                _ = try Self.endConfigured(
                    old, of: demand.person, at: demand.now, now: demand.now, by: "curfew", key, db)
                try Self.endSessions(of: demand.person, db)
            }
            try Self.name(demand.names.union([demand.person]), Self.tokenDigest(demand.new, key), at: demand.now, db)
            try Self.audit(
                db, at: demand.now, "curfew", "token replaced", "person \(demand.person)",
                "in the configuration's file")
        }
    }

    // MARK: - Parts

    /// - Returns: how many would have lasted longer.
    private static func endAll(
        of person: String, configured: [UInt8]?, at end: Moment, now: Moment, by: String, _ key: [UInt8],
        _ db: any Session
    ) throws -> Int {
        try db.execute(
            sql: """
                UPDATE person_token SET ended = ?1 WHERE person = ?2 AND is_issued = 1
                    AND coalesce(ended, ?1 + 1) > ?1 AND coalesce(expires, ?1 + 1) > ?1
                """, arguments: [end.milliseconds, person])
        var count = db.changesCount
        if let configured { count += try endConfigured(configured, of: person, at: end, now: now, by: by, key, db) }
        // What an overlap leaves alive is found out by its binding when the token has ended.
        if end <= now { try endSessions(of: person, db) }
        return count
    }

    private static func endConfigured(
        _ token: [UInt8], of person: String, at end: Moment, now: Moment, by: String, _ key: [UInt8], _ db: any Session
    ) throws -> Int {
        try db.execute(
            sql: """
                INSERT INTO person_token (token, person, is_issued, made, made_by, ended) VALUES (?1, ?2, 0, ?3, ?4, ?5)
                ON CONFLICT (token) DO UPDATE SET ended = excluded.ended, person = excluded.person
                    WHERE coalesce(person_token.ended, excluded.ended + 1) > excluded.ended
                """,
            arguments: [Data(tokenDigest(token, key)), person, now.milliseconds, by, end.milliseconds])
        return db.changesCount
    }

    private static func endSessions(of person: String, _ db: any Session) throws {
        try db.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [person])
    }

    private static func name(_ names: Set<String>, _ digest: [UInt8], at now: Moment, _ db: any Session) throws {
        for name in names.sorted() {
            try db.execute(
                sql: "INSERT OR IGNORE INTO person_name (token, name, since) VALUES (?, ?, ?)",
                arguments: [Data(digest), name, now.milliseconds])
        }
    }

    private static func personToken(_ digest: [UInt8], _ db: any Session) throws -> PersonToken? {
        try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM person_token WHERE token = ?"), arguments: [Data(digest)]
        ).map(personToken)
    }

    private static func personToken(_ row: StoredRow) -> PersonToken {
        PersonToken(
            id: row["id"], person: row["person"], digest: Array(row["token"] as Data),
            isIssued: (row["is_issued"] as Int) == 1, made: Moment(row["made"] as Int64), madeBy: row["made_by"],
            expires: (row["expires"] as Int64?).map { Moment($0) }, ended: (row["ended"] as Int64?).map { Moment($0) })
    }
}
