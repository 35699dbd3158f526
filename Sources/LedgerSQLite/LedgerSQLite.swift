import CampaignModel
import Foundation
import Ports
import Store
import StoreSQLite
import Synchronization

/// The ledger: what a step of the trade means as rows, over a store that keeps them.
package final class LedgerSQLite: Ledger, @unchecked Sendable {
    package static var libraryVersion: String { StoreSQLite.libraryVersion }

    let store: any Store
    /// What only a file has: a backup, a mark beside it. nil: it is not kept in one.
    let file: StoreSQLite?
    /// Where stages of imports and plans are built, outside the writer's lock.
    let stageFolder: String
    /// Asked between two slices of whatever is longer than one.
    let pace: any WorkPace
    let revisions = KeptRevisions()
    /// What was erased by age may still stand in the log's old pages: true also after a start, because a kill leaves them.
    let logIsStale = Mutex(true)
    /// How far the erasing of a run's attempts has come: looked for anew after a start.
    let pruned = Mutex<PrunedStretch?>(nil)
    /// The connection's count of changes at the last beat. Only touched by the writer: that is what makes it safe to share.
    var changesAtBeat = 0

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
        pace = options.pace
        var kept = StoreSQLite.Options()
        kept.cacheKibibytes = options.cacheKibibytes
        kept.checkpointPages = options.checkpointPages
        kept.onLongLog = options.onLongLog
        kept.readOnly = options.readOnly
        kept.commits = options.commits
        let file = try StoreSQLite(path: path, migrations: Schema.migrations, options: kept)
        self.file = file
        store = file
    }

    /// The tables, for whoever opens a store.
    package static var migrations: Migrations { Schema.migrations }

    /// - Parameters:
    ///   - store: with this version's tables.
    ///   - stageFolder: where stages of imports and plans are built: this machine's own.
    package init(store: any Store, stageFolder: String, pace: any WorkPace = Unhurried()) {
        file = nil
        self.store = store
        self.stageFolder = stageFolder
        self.pace = pace
    }

    /// The writer's own word on how it syncs: 2 is FULL.
    package func synchronousMode() throws -> Int { try file?.synchronousMode() ?? -1 }

    package func close() throws { try store.close() }

    /// Whoever was rung by `Options.onLongLog` calls this, on a thread that nobody waits for.
    package func moveLongLog() throws { try store.moveLongLog() }

    /// What was just written over is in no old page any more.
    /// - Parameter isPatient: waits for readers of old pages.
    /// - Returns: false when somebody still reads an old page, and nobody waited.
    @discardableResult
    func emptyLog(isPatient: Bool = true) throws -> Bool { try store.forgetOverwritten(isPatient: isPatient) }

    // MARK: - Brackets

    package func together<Result>(_ body: () throws -> Result) throws -> Result {
        try inWrite { _ in try body() }
    }

    /// One transaction of the writer; joins the one that is open.
    func inWrite<Result>(_ body: (any Session) throws -> Result) throws -> Result { try store.write(body) }

    /// As `inWrite`, for a writer that must still reign.
    func inWrite<Result>(term: Term, _ body: (any Session, HotStatements) throws -> Result) throws -> Result {
        try inWrite { db in
            let hot = try hotStatements(db)
            let current = try hot.currentTerm()
            guard current == term else { throw LedgerError.fenced(current: current) }
            return try body(db, hot)
        }
    }

    /// One moment of the ledger. Within `asOne` it is the same connection, and the same moment.
    func inRead<Result>(_ body: (any Session) throws -> Result) throws -> Result { try store.read(body) }

    package func asOne<Result>(_ questions: () throws -> Result) throws -> Result {
        try inRead { _ in try questions() }
    }

    /// Prepared once a connection, not once a question.
    func hotStatements(_ db: any Session) throws -> HotStatements {
        if let known = db.companion as? HotStatements { return known }
        let made = try HotStatements(db)
        db.companion = made
        return made
    }
}

extension LedgerSQLite: LedgerHealth {
    package var storageTrouble: String? { store.trouble }
}

extension Moment {
    init(_ stored: Int64) { self.init(milliseconds: stored) }
}
