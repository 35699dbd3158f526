import GRDBSQLite
import Ports
import Synchronization

/// What the disk has done to this ledger. A failed sync is remembered for ever: what the kernel dropped cannot be known,
/// and a second sync that succeeds would report a durability that is not there. So the first one ends all writing.
/// A full disk is remembered until a write succeeds again.
final class LedgerWound: Sendable {
    private struct State {
        var wound: String?
        var trouble: String?
        /// Pages in the log at the last commit of a long log, and at which the bell is rung next: again when half as many
        /// have come to it, so that a log that cannot be moved yet does not ring with each commit.
        var pages: Int32 = 0
        var ringsAt: Int32 = 0
    }

    private let state: Mutex<State>
    private let markPath: String
    let checkpointPages: Int32
    private let onLongLog: (@Sendable () -> Void)?
    /// Where nobody answers the bell, the writer moves the log after all.
    private static let patience: Int32 = 8

    /// - Parameters:
    ///   - markPath: written when the wound is struck, so that the next start examines the file.
    ///   - checkpointPages: pages in the log before it is moved into the database.
    ///   - onLongLog: who moves it; nil: whoever commits.
    init(markPath: String, checkpointPages: Int, onLongLog: (@Sendable () -> Void)? = nil) {
        self.markPath = markPath
        self.checkpointPages = Int32(clamping: checkpointPages)
        self.onLongLog = onLongLog
        state = Mutex(State())
    }

    /// What keeps the ledger from taking writes for now; for the status.
    var trouble: String? { state.withLock { $0.trouble } }

    /// - Throws: what struck the wound, before anything is written.
    func refuse() throws {
        if let wound = state.withLock({ $0.wound }) { throw LedgerError.corrupt(wound) }
    }

    func succeeded() {
        state.withLock { state in
            if state.trouble != nil { state.trouble = nil }
        }
    }

    /// Remembers an error of a write, and hands it on.
    func noted(_ error: LedgerError) -> LedgerError {
        switch error {
        case .corrupt(let why): strike(why)
        case .storage(let why):
            state.withLock { $0.trouble = why }
            // The log itself may be what has taken the last room: once it is moved it begins anew, and grows no more. It
            // was as long as the disk had room for and not as long as makes anybody move it, so the ledger never wrote again.
            onLongLog?()
        case .fenced, .refusedRow, .unknownRun, .unknownAccount, .campaignTaken, .notPossible, .newerSchema: break
        }
        return error
    }

    private func strike(_ why: String) {
        let isFirst = state.withLock { state in
            defer { state.wound = state.wound ?? why }
            return state.wound == nil
        }
        if isFirst { SuspicionMark.write(why, at: markPath) }
    }

    // MARK: - Checkpoints

    /// SQLite's own automatic checkpoint throws its error away: a database file that failed to sync would be synced
    /// again later, and the log overwritten as if all were well. This one remembers.
    func watchCheckpoints(of connection: OpaquePointer) {
        _ = sqlite3_wal_hook(
            connection,
            { context, connection, schema, pages in
                guard let context, let connection else { return SQLITE_OK }
                return Unmanaged<LedgerWound>.fromOpaque(context)._withUnsafeGuaranteedRef {
                    $0.committed(connection, schema, pages: pages)
                }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Called after each commit, with the pages in the log.
    private func committed(_ connection: OpaquePointer, _ schema: UnsafePointer<CChar>?, pages: Int32) -> Int32 {
        guard pages >= checkpointPages else { return SQLITE_OK }
        if let onLongLog {
            guard rings(at: pages) else { return SQLITE_OK }
            if pages < checkpointPages * Self.patience {
                onLongLog()
                return SQLITE_OK
            }
        }
        // Once a sync has failed, one that succeeds would let the log begin anew over pages that are nowhere.
        guard state.withLock({ $0.wound == nil }) else { return SQLITE_OK }
        let code = sqlite3_wal_checkpoint_v2(connection, schema, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if SQLiteRefusal.isWounding(code) { strike("checkpoint: \(String(cString: sqlite3_errstr(code))) (\(code))") }
        // The commit itself is durable in the log whatever became of the move.
        return SQLITE_OK
    }
}

extension LedgerWound {
    func rings(at pages: Int32) -> Bool {
        state.withLock { state in
            // The log has begun anew since.
            if pages < state.pages { state.ringsAt = 0 }
            state.pages = pages
            guard pages >= state.ringsAt else { return false }
            state.ringsAt = pages + checkpointPages / 2
            return true
        }
    }
}
