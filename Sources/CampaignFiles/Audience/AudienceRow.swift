import CampaignModel

/// One good row, valid only during the callback it is passed to: its bytes lie in the reader's buffer. That is why it
/// can be borrowed and not copied; what should last is taken out with `text(_:)` or copied from the bytes.
package struct AudienceRow: ~Copyable {
    /// From 1.
    package let line: Int
    /// Columns in order; JSON Lines may add some from row to row, but an index once given stays.
    package let columns: [String]
    /// Trimmed; 1 to 128 printable ASCII characters, none that separates or quotes cells.
    package let openID: UnsafeBufferPointer<UInt8>
    private let base: UnsafeMutablePointer<UInt8>
    private let cells: UnsafeMutablePointer<Cell>
    private let cellCount: Int

    init(
        line: Int, columns: [String], openID: UnsafeBufferPointer<UInt8>, base: UnsafeMutablePointer<UInt8>,
        cells: UnsafeMutablePointer<Cell>, cellCount: Int
    ) {
        (self.line, self.columns, self.openID) = (line, columns, openID)
        (self.base, self.cells, self.cellCount) = (base, cells, cellCount)
    }

    package func index(of column: String) -> Int? { ColumnName.place(of: column, in: columns) }

    /// The cell's UTF-8, blanks around it removed; nil when the row has no such cell (JSON Lines) or no such column.
    /// Empty means that nothing stands there, an error of the spreadsheet included.
    package func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
        guard column < cellCount, cells[column].start >= 0 else { return nil }
        let text = cells[column].trimmed(in: base)
        return CellText.isMissing(text) ? UnsafeBufferPointer(start: text.baseAddress, count: 0) : text
    }

    package func text(_ column: Int) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    package var openIDText: String { String(decoding: openID, as: UTF8.self) }
}

/// A span of the buffer.
struct Cell {
    /// -1: the row does not have this cell.
    var start: Int32
    var end: Int32
    /// Holds doubled quotes, or JSON escapes, that are still to be resolved.
    var isEscaped = false

    static let absent = Cell(start: -1, end: -1)

    @inline(__always)
    func trimmed(in base: UnsafeMutablePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let (from, to) = CellText.trimmed(base, Int(start), Int(end))
        return UnsafeBufferPointer(start: base + from, count: to - from)
    }
}
