/// What stands at the start of the window.
enum RowScan {
    /// A whole row, cells recorded; `next` is where the following row begins.
    case row(next: Int, contentEnd: Int, lines: Int)
    /// The row is not whole yet; `inQuotes` when the window ends inside a quoted cell.
    case needMore(inQuotes: Bool)
    /// A broken row of one line; `next` is where the following row begins.
    case broken(BadRowReason, next: Int)
    /// A quoted cell that does not end before the file does, or only inside a later row.
    case unclosed
}

/// Finds one CSV row (RFC 4180; CRLF or LF) in a window of bytes, in one pass, without allocating and without changing
/// anything: a row that is not whole yet is scanned again from its start.
struct CSVRowScanner {
    var delimiter: UInt8 = 0x2C
    /// What ends a row: a line feed, or the mark of a workbook's row, whose cells may hold line feeds.
    var rowEnd: UInt8 = lineFeed
    /// What a cell that holds separators is wrapped in. A workbook's cells are not wrapped: theirs is a byte that never comes.
    var quote: UInt8 = 0x22
    let cells: UnsafeMutablePointer<Cell>
    let cellsMax: Int
    private(set) var cellCount = 0
    /// Some byte of the row is not ASCII.
    private(set) var hasHighBytes = false
    private(set) var hasEscapes = false

    static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    init(cells: UnsafeMutablePointer<Cell>, cellsMax: Int) { (self.cells, self.cellsMax) = (cells, cellsMax) }

    /// - Parameter spansLines: whether a quoted cell may hold line breaks.
    mutating func scan(
        _ base: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int, isLast: Bool, spansLines: Bool
    ) -> RowScan {
        cellCount = 0
        hasEscapes = false
        var high: UInt8 = 0
        var lines = 1
        var index = start
        let (delimiter, rowEnd) = (delimiter, rowEnd)
        defer { hasHighBytes = high >= 0x80 }
        while true {
            if index < end, base[index] == quote {
                switch quoted(base, from: index, to: end, isLast: isLast, spansLines: spansLines, &high, &lines) {
                case .needMore: return .needMore(inQuotes: true)
                case .unclosed: return .unclosed
                case .end(let after): index = after
                }
                if index < end, base[index] == delimiter {
                    index += 1
                    continue
                }
                return endOfRow(base, afterQuoteAt: index, to: end, isLast: isLast, lines: lines)
            }
            let cellStart = index
            while index < end {
                let byte = base[index]
                if byte == delimiter || byte == rowEnd { break }
                high |= byte
                index += 1
            }
            if index == end, !isLast { return .needMore(inQuotes: false) }
            if index < end, base[index] == delimiter {
                add(cellStart, index)
                index += 1
                continue
            }
            let hasReturn = index > cellStart && base[index - 1] == Self.carriageReturn
            add(cellStart, hasReturn ? index - 1 : index)
            return .row(next: min(index + 1, end), contentEnd: index, lines: lines)
        }
    }

    /// What follows the closing quote of a row's last cell.
    private func endOfRow(
        _ base: UnsafeMutablePointer<UInt8>, afterQuoteAt start: Int, to end: Int, isLast: Bool, lines: Int
    ) -> RowScan {
        let hasReturn = start < end && base[start] == Self.carriageReturn
        let lineEnd = hasReturn ? start + 1 : start
        if lineEnd == end, !isLast { return .needMore(inQuotes: false) }
        if lineEnd == end || base[lineEnd] == Self.lineFeed {
            return .row(next: min(lineEnd + 1, end), contentEnd: start, lines: lines)
        }
        // A quote of one row that "ends" at the first quote of a later row never ended: only its own line is lost.
        guard lines == 1 else { return .unclosed }
        var index = start
        while index < end, base[index] != Self.lineFeed { index += 1 }
        if index == end, !isLast { return .needMore(inQuotes: false) }
        return .broken(.textAfterQuote, next: min(index + 1, end))
    }

    private enum QuotedEnd {
        case end(Int)
        case needMore, unclosed
    }

    private mutating func quoted(
        _ base: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int, isLast: Bool, spansLines: Bool,
        _ high: inout UInt8, _ lines: inout Int
    ) -> QuotedEnd {
        var index = start + 1
        var isEscaped = false
        while index < end {
            let byte = base[index]
            if byte == quote {
                if index + 1 == end, !isLast { return .needMore }
                guard index + 1 < end, base[index + 1] == quote else {
                    add(start + 1, index, isEscaped: isEscaped)
                    return .end(index + 1)
                }
                isEscaped = true
                index += 2
                continue
            }
            if byte == Self.lineFeed {
                guard spansLines else { return .unclosed }
                lines += 1
            }
            high |= byte
            index += 1
        }
        return isLast ? .unclosed : .needMore
    }

    @inline(__always)
    private mutating func add(_ start: Int, _ end: Int, isEscaped: Bool = false) {
        if cellCount < cellsMax {
            cells[cellCount] = Cell(start: Int32(start), end: Int32(end), isEscaped: isEscaped)
        }
        cellCount += 1
        if isEscaped { hasEscapes = true }
    }

    /// Turns doubled quotes into single ones, in place: what is left is never longer.
    func resolveEscapes(_ base: UnsafeMutablePointer<UInt8>) {
        for number in 0..<min(cellCount, cellsMax) where cells[number].isEscaped {
            var (from, to) = (Int(cells[number].start), Int(cells[number].start))
            while from < Int(cells[number].end) {
                base[to] = base[from]
                from += base[from] == quote ? 2 : 1
                to += 1
            }
            cells[number].end = Int32(to)
        }
    }
}
