import CampaignModel
import Digests
import Foundation
import Ports
import Store

extension LedgerSQLite {
    /// Which other names each person's token had at earlier starts: what was written and approved under them was by the
    /// same person. Whoever gets a new token is known by the name alone from then on.
    package func formerNames(
        of people: [(name: String, token: [UInt8])], at now: Moment, term: Term
    ) throws -> [String: Set<String>] {
        try inWrite(term: term) { db, _ in
            let key = try Self.personKey(db)
            var former: [String: Set<String>] = [:]
            for person in people {
                let issued = try String.fetchSet(
                    db,
                    sql: """
                        SELECT n.name FROM person_token t JOIN person_name n ON n.token = t.token
                        WHERE t.person = ? AND t.is_issued = 1
                        """, arguments: [person.name])
                former[person.name] = issued.subtracting([person.name])
                guard !person.token.isEmpty else { continue }
                let token = Data(Self.tokenDigest(person.token, key))
                let known = try String.fetchSet(
                    db, sql: "SELECT name FROM person_name WHERE token = ?", arguments: [token])
                former[person.name]?.formUnion(known.subtracting([person.name]))
                guard !known.contains(person.name) else { continue }
                try db.execute(
                    sql: "INSERT INTO person_name (token, name, since) VALUES (?, ?, ?)",
                    arguments: [token, person.name, now.milliseconds])
                guard !known.isEmpty else { continue }
                try Self.audit(
                    db, at: now, "curfew", "rename", "person",
                    "\(known.sorted().joined(separator: ", ")) → \(person.name)")
                try Self.moveTokens(from: known, to: person.name, amid: people.map(\.name), at: now, db)
            }
            return former.filter { !$0.value.isEmpty }
        }
    }

    /// Tokens that were made for a person go with the person. Where somebody else bears the old name from this start on, they
    /// end: nobody inherits them with it.
    private static func moveTokens(
        from old: Set<String>, to name: String, amid names: [String], at now: Moment, _ db: any Session
    ) throws {
        for former in old.sorted() where former != name {
            if names.contains(former) {
                try db.execute(
                    sql: """
                        UPDATE person_token SET ended = ?1 WHERE person = ?2 AND is_issued = 1 AND ended IS NULL AND made < ?1
                        """, arguments: [now.milliseconds, former])
            } else {
                try db.execute(
                    sql: "UPDATE person_token SET person = ? WHERE person = ? AND is_issued = 1",
                    arguments: [name, former])
            }
        }
    }

    static func tokenDigest(_ token: [UInt8], _ key: [UInt8]) -> [UInt8] {
        KeyedDigest.of(Array("token:".utf8) + token, key: key)
    }
}
