import Foundation
import LedgerSQLite
import Ports

#if POSTGRES
    import PostgresForTests
    import StorePostgres
    import Synchronization

    /// A database with this version's tables and nothing in them, made once and copied for each world.
    enum BlankDatabase {
        static var isThere: Bool { PostgresServer.isThere }

        private static let template = Result<String, any Error> {
            let target = try PostgresServer.shared.get().database("blank")
            try StorePostgres(target, password: nil, migrations: LedgerSQLite.migrations).close()
            return "blank"
        }
        private static let made = Mutex<Set<String>>([])

        private static func name(_ folder: String) -> String {
            "w" + folder.suffix(36).lowercased().replacingOccurrences(of: "-", with: "")
        }

        /// The ledger in the world's own database, which is made at the first time.
        static func open(for folder: String, pace: any WorkPace) throws -> any Ledger {
            let (name, template) = (name(folder), try template.get())
            let target = try made.withLock { made in
                if made.insert(name).inserted {
                    return try PostgresServer.shared.get().database(name, template: template)
                }
                return try PostgresServer.shared.get().target(name)
            }
            return LedgerSQLite(
                store: try StorePostgres(target, password: nil, migrations: LedgerSQLite.migrations),
                stageFolder: folder, pace: pace)
        }

        static func remove(for folder: String) {
            // Safe because the whole server goes with the process.
            try? PostgresServer.shared.get().drop(name(folder))
        }
    }
#else
    /// Built without the second store: nobody asks for one.
    enum BlankDatabase {
        static var isThere: Bool {
            print("PostgreSQL: skipped, built without CURFEW_POSTGRES=1")
            return false
        }
        static func open(for folder: String, pace: any WorkPace) throws -> any Ledger {
            throw LedgerError.storage("built without a PostgreSQL")
        }
        static func remove(for folder: String) {}
    }
#endif
