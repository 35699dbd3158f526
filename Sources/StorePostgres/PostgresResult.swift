import CPostgres
import Foundation
import Store

/// What one statement answered, in binary.
final class PostgresResult {
    let handle: OpaquePointer
    let count: Int32
    private let types: [UInt32]
    private(set) lazy var columns = ColumnNames(
        (0..<Int32(types.count)).map { String(cString: PQfname(handle, $0)) })

    init(_ handle: OpaquePointer) {
        self.handle = handle
        count = PQntuples(handle)
        types = (0..<PQnfields(handle)).map { PQftype(handle, $0) }
    }

    deinit { PQclear(handle) }

    /// Rows that it changed; nil for a question.
    var changed: Int? {
        guard !word.hasPrefix("SELECT") else { return nil }
        // Safe because the server writes a number or nothing.
        return Int(String(cString: PQcmdTuples(handle))) ?? 0
    }

    /// What it did, in a word.
    var word: String { String(cString: PQcmdStatus(handle)) }

    func isNull(_ row: Int32, _ column: Int32) -> Bool { PQgetisnull(handle, row, column) != 0 }

    func buffer(_ row: Int32, _ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = PQgetvalue(handle, row, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let count = Int(PQgetlength(handle, row, column))
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    func int(_ row: Int32, _ column: Int32) -> Int64 {
        if isNull(row, column) { return 0 }
        switch value(row, column) {
        case .int(let number): return number
        case .real(let number): return Int64(exactly: number.rounded(.towardZero)) ?? 0
        // As SQLite reads a number from what is none.
        case .text(let text): return Int64(text) ?? 0
        case .bytes, .null: return 0
        }
    }

    func text(_ row: Int32, _ column: Int32) -> String {
        if isNull(row, column) { return "" }
        switch value(row, column) {
        case .int(let number): return "\(number)"
        case .real(let number): return "\(number)"
        case .text(let text): return text
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .null: return ""
        }
    }

    func value(_ row: Int32, _ column: Int32) -> StoredValue {
        if isNull(row, column) { return .null }
        let bytes = buffer(row, column)
        // A script is answered in text.
        guard PQfformat(handle, column) == 1 else { return .text(String(decoding: bytes, as: UTF8.self)) }
        switch types[Int(column)] {
        case PostgresType.int8: return .int(Self.integer(bytes, as: Int64.self))
        case PostgresType.int4: return .int(Int64(Self.integer(bytes, as: Int32.self)))
        case PostgresType.int2: return .int(Int64(Self.integer(bytes, as: Int16.self)))
        case PostgresType.bool: return .int(bytes.first == 0 ? 0 : 1)
        case PostgresType.float8: return .real(Double(bitPattern: Self.integer(bytes, as: UInt64.self)))
        case PostgresType.float4: return .real(Double(Float(bitPattern: Self.integer(bytes, as: UInt32.self))))
        case PostgresType.numeric: return Self.numeric(bytes)
        case PostgresType.bytea: return .bytes(Data(bytes))
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func integer<Value: FixedWidthInteger>(
        _ bytes: UnsafeBufferPointer<UInt8>, as type: Value.Type
    ) -> Value {
        Value(bigEndian: UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(as: Value.self))
    }

    /// Groups of four digits, with the weight of the first: a sum of whole numbers is one, an average is not.
    private static func numeric(_ bytes: UnsafeBufferPointer<UInt8>) -> StoredValue {
        func word(_ at: Int) -> Int16 {
            Int16(bigEndian: UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(fromByteOffset: at * 2, as: Int16.self))
        }
        let (groups, weight) = (Int(word(0)), Int(word(1)))
        let isNegative = word(2) != 0
        if groups <= weight + 1, weight < 4 {
            var number: Int64 = 0
            for place in 0..<max(0, weight + 1) {
                number = number &* 10_000 &+ (place < groups ? Int64(word(4 + place)) : 0)
            }
            return .int(isNegative ? -number : number)
        }
        var number = 0.0
        for place in 0..<groups {
            number += Double(word(4 + place)) * pow(10_000, Double(weight - place))
        }
        return .real(isNegative ? -number : number)
    }
}

/// The numbers by which the server knows its types.
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let numeric: UInt32 = 1700
}
