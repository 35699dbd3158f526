import CampaignModel
import Digests
import Foundation
import GRDB
import Ports

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
            }
            return former.filter { !$0.value.isEmpty }
        }
    }

    static func tokenDigest(_ token: [UInt8], _ key: [UInt8]) -> [UInt8] {
        KeyedDigest.of(Array("token:".utf8) + token, key: key)
    }
}
