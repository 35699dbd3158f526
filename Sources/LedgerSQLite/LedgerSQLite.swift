import CampaignModel
import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Ports
import Synchronization

/// The ledger in one file, for one node: SQLite with write-ahead log and full sync.
///
/// One connection writes; it is GRDB's writer, whose queue is the lock. Reports read from other connections and never
/// wait for it. Hot statements use SQLite's own interface on the writer's connection.
package final class LedgerSQLite: Ledger, @unchecked Sendable {
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    let pool: DatabasePool
    let path: String
    let wound: LedgerWound
    let mover: LogMover
    /// Where stages of imports and plans are built, outside the writer's lock.
    let stageFolder: String
    /// Asked between two slices of whatever is longer than one.
    let pace: any WorkPace
    /// Only touched on the writer's queue: that is what makes the class safe to share.
    var hot: HotStatements?
    /// The same statements on the readers' connections.
    private let readers = ReaderStatements()
    private let gate = ReadGate()
    let revisions = KeptRevisions()
    /// What was erased by age may still stand in the log's old pages: true also after a start, because a kill leaves them.
    let logIsStale = Mutex(true)
    /// How far the erasing of a run's attempts has come: looked for anew after a start.
    let pruned = Mutex<PrunedStretch?>(nil)
    private let commits: Stopwatch?
    /// The connection's count of changes at the last beat; on the writer's queue as well.
    var changesAtBeat = 0
    /// The same count, for whoever asks from any thread whether anything has happened.
    let changeCount = Atomic(0)

    package struct Options: Sendable {
        /// Page cache of the writer, KiB. The whole of it counts towards the daemon's memory.
        package var cacheKibibytes = 6 * 1024
        /// Pages in the log before it is moved into the database: larger means fewer, longer moves, and less to move, as a
        /// page that was written ten times is moved once.
        package var checkpointPages = 4000
        /// Rung when there are so many, for whoever then calls `moveLongLog`; nil: the writer moves them itself.
        package var onLongLog: (@Sendable () -> Void)?
        package var readOnly = false
        package var pace: any WorkPace = Unhurried()
        /// Measures each commit, as far as the disk has it.
        package var commits: Stopwatch?
        package init() {}
    }

    /// Opens or creates the ledger at `path`.
    ///
    /// - Throws: `LedgerError.newerSchema` when a newer version wrote the file, `.corrupt` when it is not a ledger,
    ///   `.storage` when it cannot be read or written.
    package init(path: String, options: Options = Options()) throws {
        stageFolder = (path as NSString).deletingLastPathComponent
        self.path = path
        pace = options.pace
        commits = options.commits
        wound = LedgerWound(
            markPath: SuspicionMark.path(beside: path), checkpointPages: options.checkpointPages,
            onLongLog: options.onLongLog)
        mover = LogMover(path: path)
        if !options.readOnly {
            try Self.keepPrivate(path)
            try Self.examineFiles(of: path)
        }
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
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            if !options.readOnly {
                try Self.configureWriter(pool, options, wound)
                try Schema.migrator.migrate(pool)
            }
            if try pool.read({ try Schema.migrator.hasBeenSuperseded($0) }) {
                throw LedgerError.newerSchema(path)
            }
        } catch let error as DatabaseError {
            throw Self.translated(error)
        }
        if !options.readOnly { try removeLeftStages() }
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
            for function in PersonalText.functions { db.add(function: function) }
            if let connection = db.sqliteConnection { wound.watchCheckpoints(of: connection) }
        }
    }

    /// The writer's own word on how it syncs: 2 is FULL.
    package func synchronousMode() throws -> Int {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    package func close() throws {
        // With every question answered and none begun: a statement must not end while its connection is in use.
        gate.close()
        readers.end()
        pool.writeWithoutTransaction { _ in hot = nil }
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

    /// Moves the log whole into the file while there is a writer to do it: GRDB closes the writer before its readers, and
    /// the last to leave could not. Not on a disk that failed once. A log that is in use or has no room to go stays, and is
    /// read at the next opening, as after a crash.
    /// - Throws: what wounded the ledger, now or before.
    private func moveLog() throws {
        do { try emptyLog() } catch let error as LedgerError { if case .corrupt = error { throw error } }
    }

    /// Moves the log whole into the file and cuts it: its old pages hold what was just written over.
    /// - Parameter isPatient: readers let go of old pages within their five seconds, and are waited for. Otherwise not, because
    ///   the writer is everybody's.
    /// - Returns: false when somebody still reads an old page, and nobody waited.
    @discardableResult
    func emptyLog(isPatient: Bool = true) throws -> Bool {
        do {
            try wound.refuse()
            // Most of it while others write.
            _ = try mover.pass()
            return try pool.writeWithoutTransaction { db in
                if !isPatient { sqlite3_busy_timeout(db.sqliteConnection, 20) }
                defer { if !isPatient { sqlite3_busy_timeout(db.sqliteConnection, 5000) } }
                do {
                    _ = try db.checkpoint(.truncate)
                    return true
                } catch let error as DatabaseError where !isPatient && error.resultCode == .SQLITE_BUSY {
                    return false
                }
            }
        } catch let error as DatabaseError {
            throw noted(Self.translated(error))
        } catch let error as LedgerError {
            throw noted(error)
        }
    }

    static func isEmpty(logOf path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) != 0 || status.st_size == 0
    }

    // MARK: - Brackets

    package func together<Result>(_ body: () throws -> Result) throws -> Result {
        try inWrite { _ in try body() }
    }

    /// One immediate transaction; joins the one that is open on this queue.
    func inWrite<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            try wound.refuse()
            return try pool.unsafeReentrantWrite { db in
                if db.isInsideTransaction { return try body(db) }
                var result: Result?
                var done: Duration?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    done = commits?.now()
                    return .commit
                }
                if let done { commits?.stop(since: done) }
                changeCount.store(db.totalChangesCount, ordering: .relaxed)
                wound.succeeded()
                return result!
            }
        } catch let error as DatabaseError {
            throw noted(Self.translated(error))
        } catch let error as LedgerError {
            throw noted(error)
        }
    }

    /// As `inWrite`, for a writer that must still reign.
    func inWrite<Result>(term: Term, _ body: (Database, HotStatements) throws -> Result) throws -> Result {
        try inWrite { db in
            let hot = try hotStatements(db)
            let current = try hot.currentTerm()
            guard current == term else { throw LedgerError.fenced(current: current) }
            return try body(db, hot)
        }
    }

    /// One moment of the ledger. Within `asOne` it is the same connection, and the same moment.
    func inRead<Result>(_ body: (Database) throws -> Result) throws -> Result {
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
            } catch let error as DatabaseError { throw Self.translated(error) }
        }
    }

    package func asOne<Result>(_ questions: () throws -> Result) throws -> Result {
        try inRead { _ in try questions() }
    }

    func hotStatements(_ db: Database) throws -> HotStatements {
        if let hot { return hot }
        // From then on nothing is prepared that would keep the connection open.
        if gate.isShut { throw LedgerError.closing }
        let made = try HotStatements(db.sqliteConnection!)
        hot = made
        return made
    }

    /// Prepared once a connection, not once a question.
    func readStatements(_ db: Database) throws -> HotStatements { try readers.statements(on: db.sqliteConnection!) }

    static func translated(_ error: DatabaseError) -> LedgerError {
        if isOfRow(error) { return .refusedRow(error.message ?? "\(error.resultCode)") }
        return switch error.resultCode {
        case .SQLITE_IOERR where isWounding(error.extendedResultCode.rawValue):
            // What the kernel dropped cannot be known: trying again would report a durability that is not there.
            .corrupt(error.message ?? "\(error.extendedResultCode)")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt(error.message ?? "\(error.resultCode)")
        default: .storage(error.message ?? "\(error.resultCode)")
        }
    }
}

extension Moment {
    init(_ stored: Int64) { self.init(milliseconds: stored) }
}
