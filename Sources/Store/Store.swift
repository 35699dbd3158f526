import Ports

/// Where a ledger is kept: transactions, and what only the keeper of the bytes can do.
package protocol Store: AnyObject, Sendable {
    /// One transaction of the one writer; joins the one that is open on this thread of work. Kept, flushed, when it returns.
    /// - Throws: `LedgerError`; nothing of it is kept then.
    func write<Result>(_ body: (any Session) throws -> Result) throws -> Result
    /// One moment of the ledger, beside the writer. Within another read it is the same connection, and the same moment.
    func read<Result>(_ body: (any Session) throws -> Result) throws -> Result

    /// As `read`, but `body` may write to `tables`: nobody else sees it, and nothing of it is left.
    func rehearse<Result>(on tables: [String], _ body: (any Session) throws -> Result) throws -> Result

    /// Changed rows so far, for whoever asks from any thread whether anything has happened.
    var changeCount: Int { get }
    /// What keeps the store from taking writes for now.
    var trouble: String? { get }
    /// The names of the migrations that it went through, in their order, and whether all of this version's are in.
    func migrations() throws -> (done: [String], isCurrent: Bool)

    /// What was written over is nowhere any more when it returns: the log's old pages hold it until then.
    /// - Parameter isPatient: waits for readers of old pages; otherwise not, because the writer is everybody's.
    /// - Returns: false when somebody still reads an old page, and nobody waited.
    @discardableResult
    func forgetOverwritten(isPatient: Bool) throws -> Bool
    /// Moves a long log on, on a thread that nobody waits for.
    func moveLongLog() throws
    /// Free pages beyond those that every day's writing takes again; 0 where nobody can give any back.
    func freePages() throws -> Int
    /// Gives some of them back to the disk.
    func giveBack(pages: Int, _ session: any Session) throws
    /// Gives all free pages back, for which the whole is written anew.
    func compact() throws
    /// The store's own check of itself; empty when it is sound.
    /// - Parameter full: compare every index with its table as well, which takes several times as long.
    func damage(full: Bool, atMost limit: Int) throws -> [String]
    /// Answers what was asked, and nothing more.
    func close() throws
}

/// One connection in one transaction. Used where it was handed out, and not kept.
package protocol Session: AnyObject {
    /// The caller's own, for as long as the caller keeps it.
    func prepare(_ sql: String) throws -> any Statement
    /// Kept with the connection: one text is prepared once.
    func cachedStatement(sql: String) throws -> any Statement
    /// One statement, or several without values between them.
    func execute(sql: String, arguments: Arguments) throws

    /// Rows that the last statement changed.
    var changesCount: Int { get }
    /// Rows that this connection has changed so far, triggers counted.
    var totalChangesCount: Int { get }
    /// The id that the last insert drew.
    var lastInsertedRowID: Int64 { get }

    /// Long statements in `body` make room now and then: `pace` is asked between their pieces.
    /// - Throws: what the pace threw, in the place of the store's own word on being interrupted.
    func inPieces<Result>(_ pace: any WorkPace, _ body: () throws -> Result) throws -> Result
    /// What the ledger keeps beside the connection, and loses with it.
    var companion: AnyObject? { get set }
}

/// A prepared statement: bound, stepped through, and made ready for the next time.
package protocol Statement: AnyObject {
    /// As it was prepared.
    var sql: String { get }
    /// Placeholders that take a value.
    var parameterCount: Int { get }
    var columns: ColumnNames { get }

    func bind(_ index: Int32, _ value: Int64)
    func bind(_ index: Int32, real: Double)
    func bindNull(_ index: Int32)
    /// The bytes are copied.
    func bind(_ index: Int32, textBytes bytes: UnsafeBufferPointer<UInt8>)
    func bind(_ index: Int32, blob: UnsafeBufferPointer<UInt8>)

    /// True while there is a row.
    func step() throws -> Bool
    /// Runs a statement that returns no rows, and makes it ready for the next time.
    /// - Returns: rows that it changed.
    @discardableResult
    func run() throws -> Int
    func reset()

    func int(_ column: Int32) -> Int64
    func real(_ column: Int32) -> Double
    func isNull(_ column: Int32) -> Bool
    func text(_ column: Int32) -> String
    /// Valid until the next step, reset or conversion of the column.
    func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8>
    func value(_ column: Int32) -> StoredValue
}

extension Statement {
    package func bind(_ index: Int32, _ value: Int) { bind(index, Int64(value)) }
    package func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }
    package func bind(_ index: Int32, text: String) {
        var text = text
        text.withUTF8 { bytes in bind(index, textBytes: bytes) }
    }
    package func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
    package func bytes(_ column: Int32) -> [UInt8] { Array(buffer(column)) }
}

extension Session {
    package func execute(sql: String) throws { try execute(sql: sql, arguments: Arguments()) }

    /// Undone by itself when `body` throws, while the transaction goes on.
    package func inSavepoint(_ body: () throws -> Void) throws {
        try execute(sql: "SAVEPOINT apart")
        do { try body() } catch {
            // Safe because a transaction that the store has given up as a whole has no savepoint left to go back to.
            try? execute(sql: "ROLLBACK TO SAVEPOINT apart; RELEASE SAVEPOINT apart")
            throw error
        }
        try execute(sql: "RELEASE SAVEPOINT apart")
    }
}

/// One step of the schema, forward only. A name is never given twice, nor taken back.
package struct Migration: Sendable {
    package var name: String
    package var body: @Sendable (any Session) throws -> Void
    package init(_ name: String, _ body: @escaping @Sendable (any Session) throws -> Void) {
        self.name = name
        self.body = body
    }
}

/// The steps in their order.
package struct Migrations: Sendable {
    package private(set) var steps: [Migration] = []
    package init() {}
    package mutating func add(_ name: String, _ body: @escaping @Sendable (any Session) throws -> Void) {
        steps.append(Migration(name, body))
    }
}
