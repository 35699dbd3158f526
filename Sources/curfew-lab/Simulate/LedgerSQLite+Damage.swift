import GRDB
import LedgerSQLite
import Ports

extension LedgerSQLite {
    /// Runs statements behind the ledger's back, on a connection of its own. For planted faults of simulations, which must
    /// be able to break what no verb would; nothing else calls it.
    static func damage(_ path: String, _ sql: String) throws {
        do { try DatabaseQueue(path: path).write { try $0.execute(sql: sql) } } catch let error as DatabaseError {
            throw LedgerError.storage("\(error)")
        }
    }
}
