/// Reads one line of JSON Lines, a flat object, in place and without allocating for keys already seen. Strings,
/// numbers, true and false become cells with their text; null is an empty cell.
struct JSONLineScanner {
    private(set) var columns: [String] = []
    private var columnBytes: [[UInt8]] = []
    let cells: UnsafeMutablePointer<Cell>
    let cellsMax: Int

    private var base: UnsafeMutablePointer<UInt8>
    private var index = 0
    private var end = 0

    init(cells: UnsafeMutablePointer<Cell>, cellsMax: Int, base: UnsafeMutablePointer<UInt8>) {
        (self.cells, self.cellsMax, self.base) = (cells, cellsMax, base)
    }

    /// nil when the row is good; its cells are then by column, absent ones marked so. The bytes must be valid UTF-8.
    mutating func scan(from start: Int, to end: Int) -> BadRowReason? {
        for number in 0..<columns.count { cells[number] = .absent }
        index = start
        self.end = end
        var expected = 0
        guard skip(0x7B) else { return .notJSON }
        if skip(0x7D) { return isAtEnd ? nil : .notJSON }
        repeat {
            guard let key = string(), skip(0x3A) else { return .notJSON }
            guard let column = column(key, expected: expected) else { return .tooManyColumns }
            guard cells[column].start < 0 else { return .repeatedKey }
            switch value() {
            case .success(let cell): cells[column] = cell
            case .failure(let fault): return fault.reason
            }
            expected = column + 1
        } while skip(0x2C)
        return skip(0x7D) && isAtEnd ? nil : .notJSON
    }

    /// Where the ids stand: a line's column keeps its place once it was seen.
    func idColumn() -> Int? {
        columns.firstIndex(of: ColumnName.openID) ?? columns.firstIndex(of: ColumnName.groupID)
    }

    private struct Fault: Error { let reason: BadRowReason }

    /// The index of a key's column, a new one when it was never seen; nil when there are too many.
    private mutating func column(_ key: Cell, expected: Int) -> Int? {
        let bytes = UnsafeBufferPointer(start: base + Int(key.start), count: Int(key.end - key.start))
        if expected < columnBytes.count, columnBytes[expected].elementsEqual(bytes) { return expected }
        if let known = columnBytes.firstIndex(where: { $0.elementsEqual(bytes) }) { return known }
        guard columns.count < cellsMax else { return nil }
        columnBytes.append(Array(bytes))
        let name = String(decoding: bytes, as: UTF8.self)
        // `Open_ID` means the column of ids as long as no other does.
        let known = ColumnName.idColumn(name).flatMap { columns.contains($0) ? nil : $0 }
        columns.append(known ?? name)
        cells[columns.count - 1] = .absent
        return columns.count - 1
    }

    private mutating func value() -> Result<Cell, Fault> {
        skipSpace()
        guard index < end else { return .failure(Fault(reason: .notJSON)) }
        switch base[index] {
        case 0x22:
            return string().map { .success($0) } ?? .failure(Fault(reason: .notJSON))
        case 0x5B, 0x7B:
            return .failure(Fault(reason: .notFlat))
        default:
            let start = index
            while index < end, !Self.endsLiteral(base[index]) { index += 1 }
            let text = UnsafeBufferPointer(start: base + start, count: index - start)
            if text.elementsEqual("null".utf8) { return .success(Cell(start: Int32(start), end: Int32(start))) }
            let isWord = text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
            guard isWord || Self.isNumber(text) else { return .failure(Fault(reason: .notJSON)) }
            return .success(Cell(start: Int32(start), end: Int32(index)))
        }
    }

    /// A string with its escapes resolved in place; nil when it is none.
    private mutating func string() -> Cell? {
        guard skip(0x22) else { return nil }
        let start = index
        var to = index
        while index < end {
            let byte = base[index]
            if byte == 0x22 {
                index += 1
                return Cell(start: Int32(start), end: Int32(to))
            }
            if byte == 0x5C {
                guard let written = escape(into: to) else { return nil }
                to += written
            } else {
                guard byte >= 0x20 else { return nil }
                base[to] = byte
                to += 1
                index += 1
            }
        }
        return nil
    }

    /// Resolves the escape at `index`, writing at `to`; the number of bytes written.
    private mutating func escape(into to: Int) -> Int? {
        guard index + 1 < end else { return nil }
        let letter = base[index + 1]
        let plain: UInt8? =
            switch letter {
            case 0x22, 0x5C, 0x2F: letter
            case 0x62: 0x08
            case 0x66: 0x0C
            case 0x6E: 0x0A
            case 0x72: 0x0D
            case 0x74: 0x09
            default: nil
            }
        if let plain {
            base[to] = plain
            index += 2
            return 1
        }
        guard letter == 0x75, let first = hex(at: index + 2) else { return nil }
        index += 6
        var value = first
        if (0xD800...0xDBFF).contains(first) {
            guard index + 1 < end, base[index] == 0x5C, base[index + 1] == 0x75, let second = hex(at: index + 2),
                (0xDC00...0xDFFF).contains(second)
            else { return nil }
            index += 6
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard value != 0, let scalar = Unicode.Scalar(value) else { return nil }
        var written = 0
        for unit in UTF8.encode(scalar)! {
            base[to + written] = unit
            written += 1
        }
        return written
    }

    private func hex(at start: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let digit: UInt32
            switch base[start + offset] {
            case 0x30...0x39: digit = UInt32(base[start + offset] - 0x30)
            case 0x41...0x46: digit = UInt32(base[start + offset] - 0x41 + 10)
            case 0x61...0x66: digit = UInt32(base[start + offset] - 0x61 + 10)
            default: return nil
            }
            value = value << 4 | digit
        }
        return value
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < end, base[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < end, base[index] == 0x20 || base[index] == 0x09 || base[index] == 0x0D { index += 1 }
    }

    private var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return index == end
        }
    }

    private static func endsLiteral(_ byte: UInt8) -> Bool {
        byte == 0x2C || byte == 0x7D || byte == 0x20 || byte == 0x09 || byte == 0x0D
    }

    /// JSON's number, to the letter: `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`.
    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
            return index - start
        }
        if index < text.count, text[index] == 0x2D { index += 1 }
        let first = index
        let whole = digits()
        guard whole > 0, whole == 1 || text[first] != 0x30 else { return false }
        if index < text.count, text[index] == 0x2E {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < text.count, text[index] | 0x20 == 0x65 {
            index += 1
            if index < text.count, text[index] == 0x2B || text[index] == 0x2D { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == text.count
    }
}
