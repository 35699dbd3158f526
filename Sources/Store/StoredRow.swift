/// The names of a statement's columns; one for all its rows.
package final class ColumnNames: Sendable {
    package let names: [String]
    package init(_ names: [String]) { self.names = names }

    func index(of name: String) -> Int {
        guard let index = names.firstIndex(of: name) else {
            preconditionFailure("no column is called \(name): \(names)")
        }
        return index
    }
}

/// One row, which outlives its statement.
package struct StoredRow: Sendable, Equatable {
    package let columns: ColumnNames
    package let values: [StoredValue]

    package static func == (left: StoredRow, right: StoredRow) -> Bool {
        left.columns.names == right.columns.names && left.values == right.values
    }

    package init(_ statement: any Statement) {
        columns = statement.columns
        values = (0..<Int32(columns.names.count)).map { statement.value($0) }
    }

    /// - Precondition: the column is there and not NULL. The statement is written beside the one that reads it.
    package subscript<Value: ColumnValue>(name: String) -> Value { self[columns.index(of: name)] }
    package subscript<Value: ColumnValue>(name: String) -> Value? { self[columns.index(of: name)] }

    package subscript<Value: ColumnValue>(index: Int) -> Value {
        guard let value = Value(stored: values[index]) else {
            preconditionFailure("\(columns.names[index]) holds \(values[index]), which is no \(Value.self)")
        }
        return value
    }
    package subscript<Value: ColumnValue>(index: Int) -> Value? {
        if case .null = values[index] { return nil }
        guard let value = Value(stored: values[index]) else {
            preconditionFailure("\(columns.names[index]) holds \(values[index]), which is no \(Value.self)")
        }
        return value
    }
}

extension StoredRow: Sequence {
    package func makeIterator() -> AnyIterator<(String, StoredValue)> {
        var index = 0
        return AnyIterator {
            guard index < values.count else { return nil }
            defer { index += 1 }
            return (columns.names[index], values[index])
        }
    }
}
