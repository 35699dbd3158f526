/// One sheet of a workbook as a stream of plain text: a row a row, a byte between cells and one at a row's end that no XML can
/// hold, so that nothing needs quotes. The rows keep their numbers, gaps included: people look them up in their program.
final class SheetText {
    static let cellEnd: UInt8 = 0x1F
    static let rowEnd: UInt8 = 0x1E
    /// Stands nowhere.
    static let never: UInt8 = 0x1D
    static let rowsMax = 1_048_576
    static let columnsMax = 16_384
    /// A row with anything beyond the columns that a list may have says so in the next one, and is a bad row: sixteen thousand
    /// empty cells before it are written for nobody.
    private static let placeMax = FileLimits.audienceColumnsMax + 1

    /// Rows that a filter or somebody has hidden, and that hold something.
    private(set) var hiddenRows = 0
    /// Formulas whose value nobody has worked out, and the row of the first.
    private(set) var emptyFormulas = 0
    private(set) var firstEmptyFormula = 0

    private let xml: XMLReader
    private let shared: SharedStrings
    private let styles: CellStyles

    private var out: [UInt8] = []
    private var taken = 0
    private var isOver = false
    private var row = Row()
    private var cell = Cell()

    private struct Row {
        var number = 0
        var isHidden = false
        /// Of the last cell, and of the last one that held something.
        var place = 0
        var column = 0
        /// Where what was written last stands.
        var written = 0
        var hasContent = false
    }

    private enum Kind { case number, shared, text, flag, error }

    private struct Cell {
        var column = 0
        var kind = Kind.number
        var style = 0
        var value: [UInt8] = []
        var takes = false
        var isReading = false
        var isFormula = false
    }

    init(_ xml: XMLReader, shared: SharedStrings, styles: CellStyles) {
        (self.xml, self.shared, self.styles) = (xml, shared, styles)
    }

    /// How many bytes were filled; 0 at the end.
    func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
        if taken == out.count {
            out.removeAll(keepingCapacity: true)
            taken = 0
            while !isOver, out.count < target.count { try step() }
        }
        let count = min(target.count, out.count - taken)
        out.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[taken..<(taken + count)])) }
        taken += count
        return count
    }

    private func step() throws {
        switch try xml.next() {
        case .end: isOver = true
        case .open: try open()
        case .close: try close()
        case .text:
            if cell.takes, !cell.isReading, cell.value.count <= FileLimits.audienceFieldBytesMax {
                cell.value += xml.text
            }
        }
    }

    private func open() throws {
        if xml.isNamed("c") {
            try openCell()
            if xml.isEmpty { try closeCell() }
        } else if xml.isNamed("v") || xml.isNamed("t") {
            cell.takes = !xml.isEmpty
        } else if xml.isNamed("f") {
            cell.isFormula = true
        } else if xml.isNamed("rPh") {
            cell.isReading = !xml.isEmpty
        } else if xml.isNamed("row") {
            try openRow()
            if xml.isEmpty { closeRow() }
        }
    }

    private func close() throws {
        if xml.isNamed("c") {
            try closeCell()
        } else if xml.isNamed("v") || xml.isNamed("t") {
            cell.takes = false
        } else if xml.isNamed("rPh") {
            cell.isReading = false
        } else if xml.isNamed("row") {
            closeRow()
        }
    }

    // MARK: Rows

    private func openRow() throws {
        let number = try Self.number(xml.attribute("r")) ?? row.number + 1
        guard number > row.number, number <= Self.rowsMax else { throw WorkbookFault.damaged }
        for _ in (row.number + 1)..<number { out.append(Self.rowEnd) }
        let hidden = try xml.attributeText("hidden")
        row = Row(number: number, isHidden: hidden == "1" || hidden == "true")
    }

    private func closeRow() {
        out.append(Self.rowEnd)
        if row.isHidden, row.hasContent { hiddenRows += 1 }
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>?) -> Int? {
        guard let text, (1...9).contains(text.count), text.allSatisfy(CellText.isDigit) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    // MARK: Cells

    private func openCell() throws {
        cell.column = try column(xml.attribute("r")) ?? row.place + 1
        guard cell.column <= Self.columnsMax else { throw WorkbookFault.damaged }
        row.place = cell.column
        cell.style = try Self.number(xml.attribute("s")) ?? 0
        cell.kind = try kind(xml.attribute("t"))
        cell.value.removeAll(keepingCapacity: true)
        (cell.takes, cell.isReading, cell.isFormula) = (false, false, false)
    }

    /// From 1; the letters of `AB12`.
    private func column(_ reference: UnsafeBufferPointer<UInt8>?) -> Int? {
        guard let reference else { return nil }
        var column = 0
        for byte in reference.prefix(4) {
            guard byte >= 0x41, byte <= 0x5A else { break }
            column = column * 26 + Int(byte - 0x40)
        }
        return column > 0 ? column : nil
    }

    private func kind(_ type: UnsafeBufferPointer<UInt8>?) throws -> Kind {
        guard let type else { return .number }
        func isType(_ name: StaticString) -> Bool {
            type.count == name.utf8CodeUnitCount
                && type.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: type.count))
        }
        if isType("s") { return .shared }
        if isType("str") || isType("inlineStr") || isType("d") { return .text }
        if isType("b") { return .flag }
        if isType("e") { return .error }
        return .number
    }

    private func closeCell() throws {
        guard !cell.value.isEmpty else {
            // An empty text is a value; a number that is not there was never worked out.
            if cell.isFormula, cell.kind == .number {
                if emptyFormulas == 0 { firstEmptyFormula = row.number }
                emptyFormulas += 1
            }
            return
        }
        // Columns come in order; a cell that stands before another one's place was put there by no spreadsheet.
        guard cell.column > row.column else { throw WorkbookFault.damaged }
        let place = min(cell.column, Self.placeMax)
        guard place > row.written else { return row.column = cell.column }
        for _ in max(row.written, 1)..<place { out.append(Self.cellEnd) }
        (row.column, row.written) = (cell.column, place)
        row.hasContent = true
        switch cell.kind {
        case .text, .error: cell.value.withUnsafeBufferPointer { put($0) }
        case .flag: out += Array((cell.value == [0x31] ? "TRUE" : "FALSE").utf8)
        case .shared:
            let text = try cell.value.withUnsafeBufferPointer { number in
                guard let number = Self.number(number), let text = shared[number] else { throw WorkbookFault.damaged }
                return text
            }
            put(text)
        case .number: cell.value.withUnsafeBufferPointer { putNumber($0) }
        }
    }

    private func putNumber(_ stored: UnsafeBufferPointer<UInt8>) {
        let format = styles.format(of: cell.style)
        if format == .date, let text = SheetDate.text(stored, isFrom1904: styles.isFrom1904) {
            out += Array(text.utf8)
        } else if format == .elapsed, let text = SheetDate.elapsed(stored) {
            out += Array(text.utf8)
        } else {
            let text = SheetNumber.text(stored) ?? Array(stored)
            if case .digits(let count) = format, text.count < count, text.allSatisfy(CellText.isDigit) {
                out += Array(repeating: 0x30, count: count - text.count)
            }
            out += text
        }
    }

    /// A spreadsheet writes a character that XML cannot hold as `_x000D_`, and the underscore of such a text as `_x005F_`.
    private func put(_ text: UnsafeBufferPointer<UInt8>) {
        var (from, index) = (0, 0)
        while index + 6 < text.count {
            // Every id has underscores; hardly any is followed by an x.
            guard text[index] == 0x5F, text[index + 1] == 0x78, text[index + 6] == 0x5F,
                let scalar = Self.scalar(text[(index + 2)..<(index + 6)])
            else {
                index += 1
                continue
            }
            out.append(contentsOf: text[from..<index])
            // Separators of ours, and what no cell shows, are left out.
            if scalar.value >= 0x20 || scalar.value == 0x09 || scalar.value == 0x0A || scalar.value == 0x0D {
                out.append(contentsOf: UTF8.encode(scalar)!)
            }
            index += 7
            from = index
        }
        out.append(contentsOf: text[from...])
    }

    private static func scalar(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
        guard digits.allSatisfy({ CellText.isDigit($0) || (0x61...0x66).contains($0 | 0x20) }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap { Unicode.Scalar($0) }
    }
}
