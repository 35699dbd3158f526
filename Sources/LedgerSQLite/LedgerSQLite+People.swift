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
            for person in people where !person.token.isEmpty {
                let token = Data(KeyedDigest.of(Array("token:".utf8) + person.token, key: key))
                let known = try String.fetchSet(
                    db, sql: "SELECT name FROM person_name WHERE token = ?", arguments: [token])
                former[person.name] = known.subtracting([person.name])
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
}
