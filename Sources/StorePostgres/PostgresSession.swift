import Foundation
import Ports
import Store

/// One connection, with the statements that were prepared on it.
final class PostgresSession: Session {
    let connection: PostgresConnection
    private var kept: [String: PostgresStatement] = [:]
    fileprivate(set) var changesCount = 0
    private var lastTable = ""
    var companion: AnyObject?

    init(_ connection: PostgresConnection) { self.connection = connection }

    func prepare(_ sql: String) throws -> any Statement { PostgresStatement(sql, self) }

    func cachedStatement(sql: String) throws -> any Statement {
        if let known = kept[sql] { return known }
        let made = PostgresStatement(sql, self)
        kept[sql] = made
        return made
    }

    func execute(sql: String, arguments: Arguments) throws {
        // Also a single insert without values is a statement: whoever made it may ask for its id.
        if arguments.isEmpty, Dialect.insertedTable(sql) == nil {
            answered(try connection.script(Dialect.script(sql)))
        } else {
            try PostgresStatement(sql, self).execute(arguments: arguments)
        }
    }

    var totalChangesCount: Int { connection.changedInAll }
    var lastInsertedRowID: Int64 {
        // Of the table that the statement named: a trigger may have drawn an id of another one since.
        // Safe because whoever asks has just inserted; without that there is no id to be had.
        (try? connection.script("SELECT currval(pg_get_serial_sequence('\(lastTable)', 'id'))").text(0, 0))
            .flatMap { Int64($0) } ?? 0
    }

    func inPieces<Result>(_ pace: any WorkPace, _ body: () throws -> Result) throws -> Result {
        // The work is the server's: nobody here waits for a core meanwhile.
        try pace.between(wrote: false)
        return try body()
    }

    /// - Parameter table: that the statement inserted into.
    fileprivate func answered(_ result: PostgresResult, _ table: String? = nil) {
        if let table { lastTable = table }
        changesCount = result.changed ?? changesCount
    }
}

/// One statement: asked once as it is, from the second time on prepared.
final class PostgresStatement: Statement {
    let sql: String
    var parameterCount: Int { pieces.parameters }
    private let pieces: Dialect.Pieces
    /// The session keeps its statements, and not they it.
    private unowned let session: PostgresSession
    private var parameters: PostgresParameters
    private var result: PostgresResult?
    private var row: Int32 = -1
    private var isAsked = false

    init(_ sql: String, _ session: PostgresSession) {
        self.sql = sql
        self.session = session
        pieces = Dialect.pieces(of: sql)
        parameters = PostgresParameters(count: pieces.parameters)
    }

    var columns: ColumnNames { result?.columns ?? ColumnNames([]) }

    func bind(_ index: Int32, _ value: Int64) { parameters.set(index, int: value) }
    func bind(_ index: Int32, real: Double) { parameters.set(index, real: real) }
    func bindNull(_ index: Int32) { parameters.setNull(index) }
    func bind(_ index: Int32, textBytes bytes: UnsafeBufferPointer<UInt8>) { parameters.set(index, text: bytes) }
    func bind(_ index: Int32, blob: UnsafeBufferPointer<UInt8>) { parameters.set(index, bytes: blob) }

    func step() throws -> Bool {
        let answer: PostgresResult
        if let result {
            answer = result
        } else {
            let text = pieces.text { parameters.isNull($0) }
            answer =
                try isAsked ? session.connection.askAgain(text, parameters) : session.connection.ask(text, parameters)
            isAsked = true
            session.answered(answer, pieces.table)
            result = answer
            row = -1
        }
        row += 1
        return row < answer.count
    }

    @discardableResult
    func run() throws -> Int {
        defer { reset() }
        _ = try step()
        return session.changesCount
    }

    func reset() {
        result = nil
        row = -1
    }

    func int(_ column: Int32) -> Int64 { result?.int(row, column) ?? 0 }
    func real(_ column: Int32) -> Double {
        guard let result else { return 0 }
        return Double(stored: result.value(row, column)) ?? 0
    }
    func isNull(_ column: Int32) -> Bool { result?.isNull(row, column) ?? true }
    func text(_ column: Int32) -> String { result?.text(row, column) ?? "" }
    func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let result, !result.isNull(row, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return result.buffer(row, column)
    }
    func value(_ column: Int32) -> StoredValue { result?.value(row, column) ?? .null }
}
