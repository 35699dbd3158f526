import Foundation

/// One value as a store keeps it.
package enum StoredValue: Sendable, Equatable {
    case null
    case int(Int64)
    case real(Double)
    case text(String)
    case bytes(Data)
}

extension StoredValue: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "NULL"
        case .int(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): "\"\(text)\""
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
}

/// A type that a column can be read as and a placeholder be given.
package protocol ColumnValue {
    /// - Returns: nil when the value is none of this type, NULL above all.
    init?(stored: StoredValue)
    var stored: StoredValue { get }
    /// As `init(stored:)`, without the detour.
    static func read(_ statement: any Statement, _ column: Int32) -> Self?
    func bind(to statement: any Statement, _ index: Int32)
}

extension ColumnValue {
    package static func read(_ statement: any Statement, _ column: Int32) -> Self? {
        Self(stored: statement.value(column))
    }
    package func bind(to statement: any Statement, _ index: Int32) { stored.bind(to: statement, index) }
}

extension StoredValue {
    package func bind(to statement: any Statement, _ index: Int32) {
        switch self {
        case .null: statement.bindNull(index)
        case .int(let number): statement.bind(index, number)
        case .real(let number): statement.bind(index, real: number)
        case .text(let text): statement.bind(index, text: text)
        case .bytes(let bytes):
            bytes.withUnsafeBytes { statement.bind(index, blob: $0.bindMemory(to: UInt8.self)) }
        }
    }
}

extension ColumnValue where Self: FixedWidthInteger {
    package init?(stored: StoredValue) {
        switch stored {
        case .int(let number): self.init(exactly: number)
        case .real(let number): self.init(exactly: number)
        case .null, .text, .bytes: return nil
        }
    }
    package var stored: StoredValue { .int(Int64(self)) }
    package func bind(to statement: any Statement, _ index: Int32) { statement.bind(index, Int64(self)) }
}

extension Int64: ColumnValue {}
extension Int: ColumnValue {}
extension Int32: ColumnValue {}
extension UInt32: ColumnValue {}

extension Bool: ColumnValue {
    package init?(stored: StoredValue) {
        guard case .int(let number) = stored else { return nil }
        self = number != 0
    }
    package var stored: StoredValue { .int(self ? 1 : 0) }
}

extension Double: ColumnValue {
    package init?(stored: StoredValue) {
        switch stored {
        case .int(let number): self = Double(number)
        case .real(let number): self = number
        case .null, .text, .bytes: return nil
        }
    }
    package var stored: StoredValue { .real(self) }
}

extension String: ColumnValue {
    package init?(stored: StoredValue) {
        guard case .text(let text) = stored else { return nil }
        self = text
    }
    package var stored: StoredValue { .text(self) }
}

extension Data: ColumnValue {
    package init?(stored: StoredValue) {
        switch stored {
        case .bytes(let bytes): self = bytes
        case .text(let text): self = Data(text.utf8)
        case .null, .int, .real: return nil
        }
    }
    package var stored: StoredValue { .bytes(self) }
}

extension StoredValue: ColumnValue {
    package init?(stored: StoredValue) { self = stored }
    package var stored: StoredValue { self }
}
