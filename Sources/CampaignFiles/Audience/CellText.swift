/// What stands around and instead of values in lists: blanks of every alphabet, characters that nobody sees, and the
/// words that a spreadsheet writes where it has no value.
enum CellText {
    /// The span without blanks and unseen characters at its ends.
    @inline(__always)
    static func trimmed(_ base: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> (from: Int, to: Int) {
        // Most cells begin and end with a plain character.
        if start < end, isPlain(base[start]), isPlain(base[end - 1]) { return (start, end) }
        return trimmedSlowly(base, start, end)
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    private static func trimmedSlowly(_ base: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
        var (from, to) = (start, end)
        while from < to {
            let (scalar, length) = scalar(base, from, to)
            // A variation selector with nothing before it selects nothing.
            guard isBlank(scalar) || isUnseen(scalar) || (0xFE00...0xFE0F).contains(scalar) else { break }
            from += length
        }
        while to > from {
            var first = to - 1
            while first > from, base[first] & 0xC0 == 0x80 { first -= 1 }
            let (scalar, length) = scalar(base, first, to)
            // A joiner or a variation selector at the end belongs to the picture before it.
            guard first + length == to, isBlank(scalar) || isUnseen(scalar), scalar != 0x200D else { break }
            to = first
        }
        return (from, to)
    }

    /// The scalar at `index` of valid UTF-8, and its length; of anything else the byte itself.
    static func scalar(_ base: UnsafeMutablePointer<UInt8>, _ index: Int, _ end: Int) -> (value: UInt32, length: Int) {
        let lead = base[index]
        let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard length > 1, index + length <= end else { return (UInt32(lead), 1) }
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length { value = value << 6 | UInt32(base[index + offset] & 0x3F) }
        return (value, length)
    }

    /// White space of Unicode, and the letters that are drawn as nothing.
    static func isBlank(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        case 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0: true
        default: false
        }
    }

    /// Zero-width characters, marks of direction and soft hyphens.
    static func isUnseen(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xAD, 0x34F, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }

    private static let errors: [[UInt8]] = [
        "N/A", "NAME?", "REF!", "VALUE!", "DIV/0!", "NULL!", "NUM!", "SPILL!", "CALC!", "FIELD!", "BLOCKED!",
        "CONNECT!", "UNKNOWN!", "EXTERNAL!", "BUSY!", "PYTHON!", "ERROR!", "GETTING_DATA", "NV", "N/D", "N/DISP",
        "N.D.",
    ].map { Array($0.utf8) }

    /// An error of a spreadsheet (`#N/A`, `Err:502`), or the `####` of a column that was too narrow when it was saved.
    @inline(__always)
    static func isMissing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch text.first {
        case 0x23: isHash(text[1...])
        // A full-width one.
        case 0xEF: text.count > 3 && text[1] == 0xBC && text[2] == 0x83 && isHash(text[3...])
        case 0x45: text.count == 7 && text.starts(with: "Err:".utf8) && text[4...].allSatisfy(isDigit)
        default: false
        }
    }

    private static let errorBytesMax = 16

    /// Behind the sign: more of it, a known error in any case, or one of another language (`#WERT!`, `#NOM?`, `#NV`).
    private static func isHash(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        if text.count >= 2, text.allSatisfy({ $0 == 0x23 }) { return true }
        guard text.count <= errorBytesMax, let last = text.last else { return false }
        // `Ü` is two bytes above ASCII.
        if (3...).contains(text.count), last == 0x21 || last == 0x3F,
            text.dropLast().allSatisfy({ (0x41...0x5A).contains($0) || $0 >= 0x80 || $0 == 0x2F || isDigit($0) }),
            text.contains(where: { (0x41...0x5A).contains($0) })
        {
            return true
        }
        return errors.contains { error in
            error.count == text.count
                && zip(error, text).allSatisfy { $0 == ($1 >= 0x61 && $1 <= 0x7A ? $1 - 0x20 : $1) }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
