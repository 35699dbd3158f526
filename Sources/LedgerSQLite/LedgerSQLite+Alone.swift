import Ports
import Store

/// One bad row never holds the good ones that came with it.
extension LedgerSQLite {
    /// Carries out `body` in a savepoint of its own.
    ///
    /// - Returns: why it was undone, in the store's own words; nil: it was carried out.
    /// - Throws: what no row can help: the disk's refusals, damage, another reign.
    static func alone(_ db: any Session, _ body: () throws -> Void) throws -> String? {
        do {
            try db.inSavepoint(body)
            return nil
        } catch let error as LedgerError {
            switch error {
            case .refusedRow(let why): return why
            case .unknownRun, .unknownAccount, .campaignTaken, .notPossible: return "\(error)"
            case .fenced, .storage, .newerSchema, .corrupt: throw error
            }
        } catch {
            // A stored value that cannot be decoded: as much the row's own matter as a broken rule.
            return "\(error)"
        }
    }
}
