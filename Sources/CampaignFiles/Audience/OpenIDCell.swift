import CampaignModel
import Foundation

/// An id as it stands in a cell, made what it was before a spreadsheet had it: without blanks, unseen characters, the
/// apostrophe of a text cell and the wrapping of `="…"`. What a spreadsheet has rounded is nobody's id.
enum OpenIDCell {
    enum Reading {
        case id(UnsafeBufferPointer<UInt8>, looksRounded: Bool)
        case bad(BadRowReason)
    }

    /// Excel keeps fifteen digits of a number and writes zeros for the rest.
    static let digitsKept = 15
    /// What the ledger writes before an id that is no living person's: nobody may come in under it.
    private static let marks = [Array(GroupIdentity.mark.utf8), Array("erased:".utf8)]

    /// What programs write where there is no id.
    private static let noIDs: Set<String> = [
        "null", "none", "nil", "nan", "nat", "n/a", "<na>", "<null>", "(null)", "undefined", "true", "false", "0", "-",
        "--",
        "---", "/",
    ]
    private static let noIDBytesMax = 9

    static func read(_ cell: Cell, in base: UnsafeMutablePointer<UInt8>) -> Reading {
        var id = cell.trimmed(in: base)
        guard !id.isEmpty, !CellText.isMissing(id) else { return .bad(.missingOpenID) }
        if !isPlain(id) {
            id = cleaned(id, base)
            guard !id.isEmpty else { return .bad(.missingOpenID) }
            if id.contains(0xEF), isNumberOfAnyWidth(id) { return .bad(.roundedOpenID) }
            if id.contains(0xEF), hasChineseSeparator(id) { return .bad(.fullWidthComma) }
        }
        if id.count <= noIDBytesMax, noIDs.contains(String(decoding: id, as: UTF8.self).lowercased()) {
            return .bad(.missingOpenID)
        }
        guard isValid(id), !isMarked(id) else { return .bad(isNumberOfAnyWidth(id) ? .roundedOpenID : .badOpenID) }
        guard CellText.isDigit(id[0]) || id[0] == 0x2D else { return .id(id, looksRounded: false) }
        if isScientific(id) || isFraction(id) { return .bad(.roundedOpenID) }
        return .id(id, looksRounded: looksRounded(id))
    }

    @inline(__always)
    private static func isMarked(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        // Few ids begin like a mark, and none of the platform's has a colon.
        guard id[0] == 0x67 || id[0] == 0x65 else { return false }
        return marks.contains { id.starts(with: $0) }
    }

    /// 1 to 128 characters of printable ASCII, and none that separates or quotes cells.
    @inline(__always)
    static func isValid(_ id: some Collection<UInt8>) -> Bool {
        guard (1...FileLimits.openIDBytesMax).contains(id.count) else { return false }
        return id.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && byte != 0x22 && byte != 0x2C && byte != 0x3B && byte != 0x27
        }
    }

    @inline(__always)
    private static func isPlain(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        id[0] != 0x27 && id[0] != 0x3D && id.allSatisfy { $0 < 0x80 }
    }

    private static func cleaned(
        _ id: UnsafeBufferPointer<UInt8>, _ base: UnsafeMutablePointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        let start = UnsafePointer(base).distance(to: id.baseAddress!)
        var (from, to) = (start, start)
        let end = start + id.count
        while from < end {
            let (scalar, length) = CellText.scalar(base, from, end)
            if !CellText.isUnseen(scalar) {
                for offset in 0..<length { base[to + offset] = base[from + offset] }
                to += length
            }
            from += length
        }
        var first = start
        if to - first >= 3, base[first] == 0x3D, base[first + 1] == 0x22, base[to - 1] == 0x22 {
            first += 2
            to -= 1
        } else if to > first, base[first] == 0x27 {
            first += 1
        }
        let (inner, last) = CellText.trimmed(base, first, to)
        return UnsafeBufferPointer(start: base + inner, count: last - inner)
    }

    /// `，` or `；` where a plain one should separate cells.
    private static func hasChineseSeparator(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        guard id.count >= 3 else { return false }
        return (0...(id.count - 3)).contains { index in
            id[index] == 0xEF && id[index + 1] == 0xBC && (id[index + 2] == 0x8C || id[index + 2] == 0x9B)
        }
    }

    /// `1.38E+10`: one digit before the point, as a spreadsheet writes what does not fit its cell.
    static func isScientific(_ number: UnsafeBufferPointer<UInt8>) -> Bool {
        let id = UnsafeBufferPointer(rebasing: number.first == 0x2D ? number.dropFirst() : number[...])
        guard let mark = id.firstIndex(where: { $0 | 0x20 == 0x65 }) else { return false }
        var exponent = id[(mark + 1)...]
        if exponent.first == 0x2B || exponent.first == 0x2D { exponent = exponent.dropFirst() }
        guard (1...3).contains(exponent.count), exponent.allSatisfy(CellText.isDigit) else { return false }
        let mantissa = id[..<mark]
        guard mantissa.count > 1 else { return mantissa.allSatisfy(CellText.isDigit) && !mantissa.isEmpty }
        return mantissa[1] == 0x2E && mantissa.count > 2 && mantissa[2...].allSatisfy(CellText.isDigit)
    }

    /// `123456.0`, as programs write a number that was a fraction on the way.
    private static func isFraction(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let point = id.firstIndex(of: 0x2E), point > 0, point + 1 < id.count else { return false }
        return id[..<point].allSatisfy(CellText.isDigit) && id[(point + 1)...].allSatisfy { $0 == 0x30 }
    }

    /// `１.３８E＋１０`, `1,38E+10`: the same, in letters or with a point that no id holds.
    private static func isNumberOfAnyWidth(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        guard id.count <= FileLimits.openIDBytesMax else { return false }
        let text = String(decoding: id, as: UTF8.self).precomposedStringWithCompatibilityMapping
        let plain = Array(text.utf8.map { $0 == 0x2C ? 0x2E : $0 })
        return plain.withUnsafeBufferPointer { isScientific($0) || isFraction($0) }
    }

    /// More digits than a spreadsheet keeps, and nothing but zeros after those it keeps.
    static func looksRounded(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        id.count > digitsKept && id.allSatisfy(CellText.isDigit) && id[digitsKept...].allSatisfy { $0 == 0x30 }
    }
}
