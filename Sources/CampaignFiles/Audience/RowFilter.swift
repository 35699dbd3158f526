import CampaignModel
import Foundation

/// `where`, made ready for one audience file: all conditions must hold. A cell of the wrong type (a word where a number
/// is compared, an empty cell) makes its condition false; it is no error.
package struct RowFilter {
    private var conditions: [PreparedCondition]
    private var indexes: [Int?] = []
    private var columnCount = -1

    package init(_ conditions: [Condition]) { self.conditions = conditions.map(PreparedCondition.init) }

    package mutating func keeps(_ row: borrowing AudienceRow) -> Bool {
        guard !conditions.isEmpty else { return true }
        if row.columns.count != columnCount {
            indexes = conditions.map { row.index(of: $0.column) }
            columnCount = row.columns.count
        }
        for (condition, index) in zip(conditions, indexes) {
            guard condition.holds(index.flatMap { row.bytes($0) }) else { return false }
        }
        return true
    }
}

extension Condition {
    /// For people who are in no file: `value` is what is known, nil when nothing is.
    package func holds(for value: String?) -> Bool {
        let prepared = PreparedCondition(self)
        guard let value else { return prepared.holds(nil) }
        return Array(value.utf8).withUnsafeBufferPointer { prepared.holds($0) }
    }
}

/// A condition with its words as bytes, so that comparing a cell allocates nothing.
struct PreparedCondition {
    let column: String
    private let test: Condition.Test
    private let words: [[UInt8]]

    init(_ condition: Condition) {
        column = condition.column
        test = condition.test
        switch condition.test {
        case .oneOf(let list): words = list.map { Array($0.utf8) }
        case .equals(let word), .notEquals(let word): words = [Array(word.utf8)]
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .before, .after: words = []
        }
    }

    func holds(_ cell: UnsafeBufferPointer<UInt8>?) -> Bool {
        switch test {
        case .oneOf, .equals: isOneOfTheWords(cell)
        case .notEquals: !isOneOfTheWords(cell)
        case .less(let limit): CellNumber.value(of: cell).map { $0 < limit } ?? false
        case .lessOrEqual(let limit): CellNumber.value(of: cell).map { $0 <= limit } ?? false
        case .greater(let limit): CellNumber.value(of: cell).map { $0 > limit } ?? false
        case .greaterOrEqual(let limit): CellNumber.value(of: cell).map { $0 >= limit } ?? false
        case .before(let moment): Self.moment(of: cell).map { $0 < moment } ?? false
        case .after(let moment): Self.moment(of: cell).map { $0 >= moment } ?? false
        }
    }

    private func isOneOfTheWords(_ cell: UnsafeBufferPointer<UInt8>?) -> Bool {
        guard let cell else { return false }
        return words.contains { word in
            word.count == cell.count && word.elementsEqual(cell)
        }
    }

    private static func moment(of cell: UnsafeBufferPointer<UInt8>?) -> Moment? {
        guard let cell, (10...40).contains(cell.count) else { return nil }
        return Moment(iso8601: String(decoding: cell, as: UTF8.self), defaultZone: .shanghai)
    }
}

/// Numbers as they stand in cells: plain decimals, also as a spreadsheet shows money (`¥1,200.50`, `３元`). No exponents, no
/// `inf`.
enum CellNumber {
    private static let bytesMax = 32

    static func value(of cell: UnsafeBufferPointer<UInt8>?) -> Double? {
        guard let cell, (1...bytesMax).contains(cell.count) else { return nil }
        // Most cells that are no plain number are words.
        if let number = plain(cell) { return number }
        guard cell.contains(where: { CellText.isDigit($0) || $0 >= 0x80 }) else { return nil }
        return plainText(String(decoding: cell, as: UTF8.self)).flatMap { plain(Array($0.utf8)[...]) }
    }

    /// Without what a spreadsheet shows around a number; nil when nothing of the kind is there.
    static func plainText(_ text: String) -> String? {
        var rest = text.precomposedStringWithCompatibilityMapping[...]
        if let sign = rest.first, "¥$".contains(sign) { rest = rest.dropFirst() }
        if rest.last == "元" { rest = rest.dropLast() }
        let parts = rest.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count > 1 {
            let whole = parts[parts.count - 1].prefix { $0 != "." }
            guard (1...3).contains(parts[0].count), whole.count == 3,
                parts[1..<(parts.count - 1)].allSatisfy({ $0.count == 3 })
            else { return nil }
        }
        let plain = parts.joined()
        return plain == text ? nil : plain
    }

    private static func plain(_ cell: some RandomAccessCollection<UInt8>) -> Double? {
        var points = 0
        for (index, byte) in cell.enumerated() {
            switch byte {
            case 0x30...0x39: break
            case 0x2E where index > 0 && index < cell.count - 1: points += 1
            case 0x2B, 0x2D: guard index == 0, cell.count > 1 else { return nil }
            default: return nil
            }
        }
        return points <= 1 ? Double(String(decoding: cell, as: UTF8.self)) : nil
    }

    static func value(of bytes: [UInt8]) -> Double? {
        bytes.withUnsafeBufferPointer { value(of: $0) }
    }
}
