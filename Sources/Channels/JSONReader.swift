/// Recursive descent over borrowed bytes, RFC 8259 to the letter. Every verb leaves `index` behind what it read and
/// answers nil at the first fault; nobody needs to know where a reply is broken, only that it is.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isTolerant: Bool
    private var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, isTolerant: Bool = false) {
        (self.bytes, self.isTolerant) = (bytes, isTolerant)
    }

    mutating func onlyValue() -> JSONValue? {
        guard let value = value(depth: 1) else { return nil }
        skipSpace()
        return index == bytes.count ? value : nil
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth <= (isTolerant ? JSONValue.depthMaxTolerant : JSONValue.depthMax) else { return nil }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map(JSONValue.text)
        case UInt8(ascii: "t"): return word("true", .bool(true))
        case UInt8(ascii: "f"): return word("false", .bool(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
        let matches = word.withUTF8Buffer { expected in
            bytes.count - index >= expected.count && expected.indices.allSatisfy { bytes[index + $0] == expected[$0] }
        }
        guard matches else { return nil }
        index += word.utf8CodeUnitCount
        return value
    }

    private mutating func object(depth: Int) -> JSONValue? {
        index += 1
        var members: [JSONMember] = []
        members.reserveCapacity(JSONValue.membersUsual)
        skipSpace()
        if take("}") { return .object(members) }
        while isTolerant || members.count < JSONValue.membersMax {
            skipSpace()
            guard next == UInt8(ascii: "\""), let key = string() else { return nil }
            // Two equal keys: one says yes, the other may say no. Such a reply proves nothing.
            guard isTolerant || !members.contains(where: { $0.isNamed(key) }) else { return nil }
            skipSpace()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append(JSONMember(key: key, value: value))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
        return nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
        }
    }

    /// The cursor is on the opening quote.
    private mutating func string() -> String? {
        index += 1
        let start = index
        var seen: UInt8 = 0
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<index])
                index += 1
                // Plain ASCII has nothing to validate, and validating costs more than all the rest of a reply.
                return seen < 0x80 ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return escapedString(from: start) }
            guard byte >= 0x20 else { return nil }
            seen |= byte
            index += 1
        }
        return nil
    }

    private mutating func escapedString(from start: Int) -> String? {
        var unescaped = Array(bytes[start..<index])
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: unescaped, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                unescaped.append(contentsOf: String(scalar).utf8)
            case 0x20...: unescaped.append(byte)
            default: return nil
            }
        }
        return nil
    }

    /// The cursor is behind the backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let unit = codeUnit() else { return nil }
        let half: Unicode.Scalar? = isTolerant ? "\u{FFFD}" : nil
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) ?? half }
        let behind = index
        guard take("\\"), take("u"), let trail = codeUnit(), UTF16.isTrailSurrogate(trail) else {
            index = behind
            return half
        }
        let high = UInt32(unit & 0x3ff) << 10
        return Unicode.Scalar(0x10000 + high + UInt32(trail & 0x3ff))
    }

    private mutating func codeUnit() -> UInt16? {
        guard bytes.count - index >= 4 else { return nil }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }

    private mutating func number() -> JSONValue? {
        let start = index
        _ = take("-")
        guard let integer = digits(), integer == 1 || bytes[index - integer] != UInt8(ascii: "0") else { return nil }
        var isWhole = true
        if take(".") {
            guard digits() != nil else { return nil }
            isWhole = false
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() != nil else { return nil }
            isWhole = false
        }
        if isWhole, let value = wholeNumber(start) { return .integer(value) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return isTolerant ? .null : nil }
        return .decimal(value)
    }

    /// What was just read as an integer, straight from its bytes; nil beyond 64 bits.
    private func wholeNumber(_ start: Int) -> Int64? {
        let isNegative = bytes[start] == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in bytes[(isNegative ? start + 1 : start)..<index] {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards for negative numbers: there is one more of them.
            let (sum, overflowToo) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflow, !overflowToo else { return nil }
            value = sum
        }
        return value
    }

    /// How many digits were skipped; nil for none.
    private mutating func digits() -> Int? {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index == start ? nil : index - start
    }
}
