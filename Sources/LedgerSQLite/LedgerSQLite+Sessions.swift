import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: SessionLedger {
    package func begin(_ demand: SessionDemand) throws -> SessionRecord {
        try inWrite(term: demand.term) { db, _ in
            try Self.end(demand.ending, db)
            try db.execute(
                sql: """
                    INSERT INTO session (secret, person, binding, began, seen, proved, agent)
                    VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?5)
                    """,
                arguments: [
                    Data(demand.digest), demand.person, Data(demand.binding), demand.now.milliseconds, demand.agent,
                ])
            let id = db.lastInsertedRowID
            try Self.audit(db, at: demand.now, demand.person, "log-in", "session #\(id)", "")
            return try Self.session("id = ?", [id], db)!
        }
    }

    package func session(digest: [UInt8]) throws -> SessionRecord? {
        try inRead { try Self.session("secret = ?", [Data(digest)], $0) }
    }

    package func sessions() throws -> [SessionRecord] {
        try inRead { db in
            try StoredRow.fetchAll(db.cachedStatement(sql: "SELECT * FROM session ORDER BY seen DESC, id DESC"))
                .map(Self.session)
        }
    }

    package func mark(_ demand: SessionMark) throws {
        try inWrite(term: demand.term) { db, _ in
            try db.execute(
                sql: "UPDATE session SET seen = max(seen, ?1)\(demand.isProof ? ", proved = ?1" : "") WHERE id = ?2",
                arguments: [demand.now.milliseconds, demand.session])
        }
    }

    package func endSessions(_ ids: [Int64], term: Term) throws {
        try inWrite(term: term) { db, _ in try Self.end(ids, db) }
    }

    private static func end(_ ids: [Int64], _ db: any Session) throws {
        for id in ids { try db.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id]) }
    }

    private static func session(
        _ condition: String, _ arguments: Arguments, _ db: any Session
    ) throws -> SessionRecord? {
        try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM session WHERE \(condition)"), arguments: arguments
        ).map(session)
    }

    private static func session(_ row: StoredRow) -> SessionRecord {
        SessionRecord(
            id: row["id"], person: row["person"], binding: Array(row["binding"] as Data),
            began: Moment(row["began"] as Int64), seen: Moment(row["seen"] as Int64),
            proved: Moment(row["proved"] as Int64), agent: row["agent"])
    }
}
