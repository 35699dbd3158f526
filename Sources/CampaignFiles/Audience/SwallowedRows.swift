/// Tells a quoted cell that rightly holds several lines from one whose closing quote is missing and that has swallowed
/// the rows below it: their ids would be sent in somebody's nickname, and nobody would miss them.
struct SwallowedRows {
    let delimiter: UInt8
    let columnCount: Int
    let openID: Int
    /// An id of this list, to tell another from a word; nil: none is known yet.
    let example: [UInt8]?

    private static let lineFeed: UInt8 = 0x0A

    /// - Parameter cell: as it stands between its quotes, doubled ones not resolved.
    func stands(in cell: Cell, isOpenID: Bool, _ base: UnsafeMutablePointer<UInt8>) -> Bool {
        guard cell.start >= 0, cell.end > cell.start else { return false }
        // A line break around an id is a blank; one inside makes it no id.
        if isOpenID { return cell.trimmed(in: base).contains(Self.lineFeed) }
        let text = UnsafeBufferPointer(start: base + Int(cell.start), count: Int(cell.end - cell.start))
        guard let first = text.firstIndex(of: Self.lineFeed) else { return false }
        return text[(first + 1)...].split(separator: Self.lineFeed).contains { looksLikeRow($0) }
    }

    private func looksLikeRow(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let cells = line.split(separator: delimiter, maxSplits: columnCount, omittingEmptySubsequences: false)
        guard cells.count <= columnCount, openID < cells.count else { return false }
        let id = Self.stripped(cells[openID])
        guard OpenIDCell.isValid(id) else { return false }
        return resembles(id, strictly: cells.count == 1 && columnCount > 1)
    }

    private static func stripped(_ cell: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        var cell = cell
        while let first = cell.first, first <= 0x20 || first == 0x22 || first == 0x27 { cell = cell.dropFirst() }
        while let last = cell.last, last <= 0x20 || last == 0x22 { cell = cell.dropLast() }
        return cell
    }

    /// - Parameter strictly: nothing but the word stands on its line.
    private func resembles(_ id: Slice<UnsafeBufferPointer<UInt8>>, strictly: Bool) -> Bool {
        let hasDigit = id.contains(where: CellText.isDigit)
        guard let example else { return hasDigit }
        guard hasDigit == example.contains(where: CellText.isDigit) else { return false }
        let isAsLong = id.count == example.count
        if strictly { return hasDigit && isAsLong && id.count >= 4 && id.prefix(2).elementsEqual(example.prefix(2)) }
        return id.first == example.first || isAsLong && id.count >= 12 || Self.pattern(id) == Self.pattern(example)
    }

    /// `ou_12` and `ou_345` are alike, `2026-11-20` and `_000p1` are not: letters and digits, a run of one kind as one.
    private static func pattern(_ id: some Collection<UInt8>) -> [UInt8] {
        var pattern: [UInt8] = []
        for byte in id {
            let kind: UInt8 = CellText.isDigit(byte) ? 0x30 : byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A ? 0x61 : byte
            if pattern.last != kind { pattern.append(kind) }
        }
        return pattern
    }
}
