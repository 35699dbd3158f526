import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Ports
import Store
import Synchronization

/// The ledger in one file, for one node: SQLite with write-ahead log and full sync.
///
/// One connection writes; it is GRDB's writer, whose queue is the lock. Reports read from other connections and never
/// wait for it. Statements use SQLite's own interface.
package final class StoreSQLite: Store, @unchecked Sendable {
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    let pool: DatabasePool
    package let path: String
    let wound: LedgerWound
    let mover: LogMover
    let migrator: DatabaseMigrator
    private let sessions = SQLiteSessions()
    private let gate = ReadGate()
    private let commits: Stopwatch?
    private let changes = Atomic(0)

    package struct Options: Sendable {
        /// Page cache of the writer, KiB. The whole of it counts towards the daemon's memory.
        package var cacheKibibytes = 6 * 1024
        /// Pages in the log before it is moved into the database: larger means fewer, longer moves, and less to move, as a
        /// page that was written ten times is moved once.
        package var checkpointPages = 4000
        /// Rung when there are so many, for whoever then calls `moveLongLog`; nil: the writer moves them itself.
        package var onLongLog: (@Sendable () -> Void)?
        package var readOnly = false
        /// Measures each commit, as far as the disk has it.
        package var commits: Stopwatch?
        package init() {}
    }

    /// Opens or creates the file at `path`.
    ///
    /// - Throws: `LedgerError.newerSchema` when a newer version wrote the file, `.corrupt` when it is not a ledger,
    ///   `.storage` when it cannot be read or written.
    package init(path: String, migrations: Migrations, options: Options = Options()) throws {
        self.path = path
        commits = options.commits
        migrator = Self.migrator(of: migrations)
        wound = LedgerWound(
            markPath: SuspicionMark.path(beside: path), checkpointPages: options.checkpointPages,
            onLongLog: options.onLongLog)
        mover = LogMover(path: path)
        if !options.readOnly {
            try Self.keepPrivate(path)
            try Self.examineFiles(of: path)
        }
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration(options))
            if !options.readOnly {
                try Self.configureWriter(pool, options, wound)
                try migrator.migrate(pool)
            }
            if try pool.read({ [migrator] in try migrator.hasBeenSuperseded($0) }) {
                throw LedgerError.newerSchema(path)
            }
        } catch let error as DatabaseError {
            throw SQLiteRefusal.error(error)
        }
        if !options.readOnly { try Stage.removeLeft(in: (path as NSString).deletingLastPathComponent) }
    }

    private static func configuration(_ options: Options) -> Configuration {
        let isReadOnly = options.readOnly
        var configuration = Configuration()
        configuration.readonly = options.readOnly
        configuration.busyMode = .timeout(5)
        // As many as may ask side by side: the door's threads, and the services that walk over whole runs.
        configuration.maximumReaderCount = 8
        configuration.label = "curfew.ledger"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = FILE")
            // Only an empty file can be made one that gives its free pages back; an older one becomes one by `VACUUM`.
            if !isReadOnly, try Int.fetchOne(db, sql: "PRAGMA page_count") == 0 {
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA cache_size = -1024")
        }
        return configuration
    }

    /// GRDB sets `synchronous = NORMAL` on the writer *after* `prepareDatabase`, silently: full sync has to be set once
    /// more when the pool is open, and a test reads it back. With NORMAL an intent could be lost at power failure.
    private static func configureWriter(_ pool: DatabasePool, _ options: Options, _ wound: LedgerWound) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -\(options.cacheKibibytes)")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
            // What is deleted or written over is gone from the file as well: an erased person's id must not be found.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            if let connection = db.sqliteConnection { wound.watchCheckpoints(of: connection) }
        }
    }

    static func migrator(of migrations: Migrations) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in migrations.steps {
            migrator.registerMigration(step.name) { db in
                let session = SQLiteSession(db)
                defer { session.forget() }
                try step.body(session)
            }
        }
        return migrator
    }

    package func migrations() throws -> (done: [String], isCurrent: Bool) {
        try reading { db in (try migrator.completedMigrations(db), try migrator.hasCompletedMigrations(db)) }
    }

    /// The writer's own word on how it syncs: 2 is FULL.
    package func synchronousMode() throws -> Int {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    package func close() throws {
        // With every question answered and none begun: a statement must not end while its connection is in use.
        gate.close()
        pool.writeWithoutTransaction { _ in sessions.end() }
        let isWriter = !pool.configuration.readonly
        try mover.close()
        if isWriter { try moveLog() }
        try pool.close()
        if isWriter, Self.isEmpty(logOf: path) { ClosedFileDigest.write(of: path) }
    }

    /// After a wound the connections are left to the end of the process: closing the last one would sync once more.
    func noted(_ error: LedgerError) -> LedgerError {
        if case .corrupt = error { _ = Unmanaged.passRetained(pool) }
        return wound.noted(error)
    }

    // MARK: - Brackets

    /// One immediate transaction; joins the one that is open on this queue.
    package func write<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        do {
            try wound.refuse()
            return try pool.unsafeReentrantWrite { db in
                let session = try sessions.session(on: db)
                if db.isInsideTransaction { return try body(session) }
                var result: Result?
                var done: Duration?
                try db.inTransaction(.immediate) {
                    result = try body(session)
                    done = commits?.now()
                    return .commit
                }
                if let done { commits?.stop(since: done) }
                changes.store(db.totalChangesCount, ordering: .relaxed)
                wound.succeeded()
                return result!
            }
        } catch let error as DatabaseError {
            throw noted(SQLiteRefusal.error(error))
        } catch let error as LedgerError {
            throw noted(error)
        }
    }

    package func read<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        try reading { db in try body(sessions.session(on: db)) }
    }

    /// On copies that hide the tables from this connection alone.
    package func rehearse<Result>(on tables: [String], _ body: (any Session) throws -> Result) throws -> Result {
        try read { db in
            for table in tables {
                let made = try String.fetchOne(
                    db, sql: "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", arguments: [table])
                guard let made, let mark = made.range(of: "CREATE TABLE") else { continue }
                try db.execute(sql: made.replacingCharacters(in: mark, with: "CREATE TEMP TABLE"))
                try db.execute(sql: "INSERT INTO temp.\(table) SELECT * FROM main.\(table)")
            }
            // Safe because they go with the connection as well. Whoever refers to others goes before them.
            defer { for table in tables.reversed() { try? db.execute(sql: "DROP TABLE IF EXISTS temp.\(table)") } }
            return try body(db)
        }
    }

    private func reading<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try gate.pass {
            do {
                return try pool.unsafeReentrantRead { db in
                    if db.isInsideTransaction { return try body(db) }
                    var result: Result?
                    try db.inTransaction(.deferred) {
                        result = try body(db)
                        return .commit
                    }
                    return result!
                }
            } catch let error as DatabaseError { throw SQLiteRefusal.error(error) }
        }
    }

    package var changeCount: Int { changes.load(ordering: .relaxed) }
    package var trouble: String? { wound.trouble }

    package func compact() throws {
        do {
            try pool.writeWithoutTransaction { db in
                try sessions.session(on: db).forget()
                db.releaseMemory()
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
            }
        } catch let error as DatabaseError { throw SQLiteRefusal.error(error) }
        try forgetOverwritten(isPatient: true)
    }
}
