/// The values of a statement's placeholders, in their order.
package struct Arguments: ExpressibleByArrayLiteral {
    package private(set) var values: [(any ColumnValue)?]

    package init() { values = [] }
    package init(_ values: [(any ColumnValue)?]) { self.values = values }
    package init(arrayLiteral values: (any ColumnValue)?...) { self.values = values }

    package static func + (left: Arguments, right: Arguments) -> Arguments { Arguments(left.values + right.values) }
    package static func += (left: inout Arguments, right: Arguments) { left.values += right.values }

    package var isEmpty: Bool { values.isEmpty }

    /// - Parameter first: which of the values is the statement's first.
    /// - Precondition: as many as the statement has placeholders.
    package func bind(to statement: any Statement, from first: Int = 0) {
        for index in 0..<statement.parameterCount {
            if let value = values[first + index] {
                value.bind(to: statement, Int32(index + 1))
            } else {
                statement.bindNull(Int32(index + 1))
            }
        }
    }
}
