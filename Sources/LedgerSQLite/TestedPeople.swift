import CampaignModel
import Ports
import Store

/// Who has had what a run says by a test contact. They are few: read once for all of a run's turn.
struct TestedPeople {
    private var variants: [Int64: Set<Int>] = [:]

    /// Empty for a test contact itself, and for an occurrence of a series that another one already lies between.
    init(of run: RunID, isTest: Bool, _ db: any Session) throws {
        if isTest { return }
        // An attempt that was returned reached nobody; one that is open or unknown may have.
        let tests = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT p.recipient, p.variant, t.revision FROM run r JOIN revision mine ON mine.id = r.revision
                    JOIN revision v ON v.campaign = mine.campaign
                    JOIN run t INDEXED BY run_test_of_revision ON t.revision = v.id AND t.test = 1
                    JOIN segment s ON s.run = t.id JOIN plan p ON p.segment = s.id
                    WHERE r.id = ?1
                        AND EXISTS (SELECT 1 FROM rollup o WHERE o.run = t.id AND o.kind IN (1, 5, 10) AND o.count > 0)
                        AND NOT EXISTS (SELECT 1 FROM run o JOIN revision ov ON ov.id = o.revision
                            WHERE ov.campaign = mine.campaign AND o.test = 0 AND o.id <> r.id AND o.began IS NOT NULL
                                AND o.starts > t.starts AND o.starts < r.starts)
                    """), arguments: [run.rawValue])
        guard !tests.isEmpty else { return }
        let mine = try LedgerSQLite.revision(LedgerSQLite.run(run.rawValue, db).revision.rawValue, db)
        for test in tests {
            let seen = try LedgerSQLite.revision(test["revision"], db).campaign.variants
            let variant: Int = test["variant"]
            guard seen.indices.contains(variant) else { continue }
            for (index, own) in mine.campaign.variants.enumerated() where own.messages == seen[variant].messages {
                variants[test["recipient"], default: []].insert(index)
            }
        }
    }

    func has(_ recipient: RecipientID, variant: Int) -> Bool {
        !variants.isEmpty && variants[recipient.rawValue]?.contains(variant) == true
    }
}
