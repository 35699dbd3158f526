import CPostgres
import Foundation
import Ports
import Store

/// One connection of libpq's. Used by one thread at a time.
final class PostgresConnection {
    private let handle: OpaquePointer
    /// By text and types: the same text may be asked with a NULL where it had a number.
    private var prepared: [Prepared: String] = [:]
    private(set) var changedInAll = 0

    private struct Prepared: Hashable {
        var text: String
        var types: [UInt32]
    }

    /// - Parameter target: as libpq takes it, `host=… dbname=…`.
    init(_ target: String, password: String?) throws {
        let keys = ["dbname", "password", "client_encoding", "application_name", "fallback_application_name"]
        let values = [target, password ?? "", "UTF8", "curfew", "curfew"]
        let pairs = zip(keys, values).filter { !$0.1.isEmpty }
        var names = pairs.map { strdup($0.0) } + [nil]
        var words = pairs.map { strdup($0.1) } + [nil]
        defer { for pointer in names + words { free(pointer) } }
        let made = names.withUnsafeMutableBufferPointer { names in
            words.withUnsafeMutableBufferPointer { words in
                names.baseAddress!.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: names.count) { names in
                    words.baseAddress!.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: words.count) {
                        PQconnectdbParams(names, $0, 1)
                    }
                }
            }
        }
        guard let made else { throw LedgerError.storage("no memory for a connection") }
        guard PQstatus(made) == CONNECTION_OK else {
            let why = String(cString: PQerrorMessage(made)).trimmingCharacters(in: .whitespacesAndNewlines)
            PQfinish(made)
            throw LedgerError.storage(why)
        }
        handle = made
        // What the server means to tell people is nobody's on this side.
        _ = PQsetNoticeProcessor(made, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Whether the server is still there, as far as is known without asking.
    var isAlive: Bool { PQstatus(handle) == CONNECTION_OK }

    /// One or several statements without values.
    @discardableResult
    func script(_ text: String) throws -> PostgresResult { try checked(PQexec(handle, text), text) }

    /// Once: it is forgotten when it has answered.
    func ask(_ text: String, _ parameters: PostgresParameters) throws -> PostgresResult {
        let types = parameters.types
        return try checked(parameters.send { PQexecParams(handle, text, $0, types, $1, $2, $3, 1) }, text)
    }

    /// Prepared at its first time, and kept with the connection.
    func askAgain(_ text: String, _ parameters: PostgresParameters) throws -> PostgresResult {
        let key = Prepared(text: text, types: parameters.types)
        let name: String
        if let known = prepared[key] {
            name = known
        } else {
            name = "s\(prepared.count)"
            _ = try checked(PQprepare(handle, name, text, Int32(key.types.count), key.types), text)
            prepared[key] = name
        }
        return try checked(parameters.send { PQexecPrepared(handle, name, $0, $1, $2, $3, 1) }, text)
    }

    private func checked(_ answer: OpaquePointer?, _ text: String) throws -> PostgresResult {
        guard let answer else { throw LedgerError.storage(String(cString: PQerrorMessage(handle))) }
        switch PQresultStatus(answer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            let result = PostgresResult(answer)
            changedInAll += result.changed ?? 0
            return result
        default:
            defer { PQclear(answer) }
            throw PostgresRefusal.error(answer, handle, text)
        }
    }
}

/// What the server's refusals mean to a ledger.
enum PostgresRefusal {
    static func error(_ answer: OpaquePointer, _ connection: OpaquePointer, _ text: String) -> LedgerError {
        let state = PQresultErrorField(answer, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let message =
            PQresultErrorField(answer, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            ?? String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
        // A statement that the server does not understand is our own fault: it says which one.
        return error(state: state, state.hasPrefix("42") ? "\(message): \(text)" : message)
    }

    /// - Parameter state: the five characters of the standard.
    static func error(state: String, _ message: String) -> LedgerError {
        switch state.prefix(2) {
        // The row is at fault, and not what it lies on.
        case "22", "23": .refusedRow(message)
        case "XX" where state != "XX000": .corrupt(message)
        default: .storage(state.isEmpty ? message : "\(message) (\(state))")
        }
    }
}
