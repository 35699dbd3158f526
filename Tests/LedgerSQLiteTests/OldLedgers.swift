import GRDB

@testable import LedgerSQLite
@testable import StoreSQLite

extension Schema {
    /// For files as an earlier version left them.
    static var migrator: DatabaseMigrator { StoreSQLite.migrator(of: migrations) }
}
