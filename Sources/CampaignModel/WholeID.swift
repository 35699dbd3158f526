/// Finding a person's id in bytes as a word of its own.
package enum WholeID {
    /// What the platform's ids are made of.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Whether an id cannot be taken for an ordinary word or number: only then is it looked for in free text. The
    /// platform's ids are longer by far; those of a rehearsal may be anything.
    package static func isTelling(_ openID: String) -> Bool {
        let bytes = Array(openID.utf8)
        let hasDigit = bytes.contains { (0x30...0x39).contains($0) }
        return bytes.count >= 8 && bytes.contains { isPart($0) && !(0x30...0x39).contains($0) }
            && (hasDigit || bytes.contains(UInt8(ascii: "_")))
    }

    /// Where it stands at or after `start`; nil when it is not there. In JSON every character may be written as an escape,
    /// also inside of a JSON text that is itself a value of JSON, where each backslash is doubled.
    package static func first(_ needle: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Range<Int>? {
        guard let initial = needle.first else { return nil }
        var place = start
        while place < bytes.count {
            if bytes[place] == initial || bytes[place] == backslash, let end = end(of: needle, at: place, in: bytes),
                isWhole(place..<end, in: bytes)
            {
                return place..<end
            }
            place += 1
        }
        return nil
    }

    private static let backslash = UInt8(ascii: "\\")
    private static let escapeBytes = 6
    private static let backslashesMax = 8

    private static func end(of needle: [UInt8], at start: Int, in bytes: [UInt8]) -> Int? {
        var place = start
        for wanted in needle {
            guard let (found, next) = character(at: place, in: bytes), found == UInt32(wanted) else { return nil }
            place = next
        }
        return place
    }

    /// One character, written as it is or escaped, and where the next begins. Outside of ASCII, one byte of it.
    private static func character(at place: Int, in bytes: [UInt8]) -> (UInt32, next: Int)? {
        guard place < bytes.count else { return nil }
        guard bytes[place] == backslash else { return (UInt32(bytes[place]), place + 1) }
        var next = place
        // As deep as JSON in JSON goes; longer runs are no escapes.
        while next < min(bytes.count, place + backslashesMax), bytes[next] == backslash { next += 1 }
        guard next < bytes.count else { return (UInt32(backslash), place + 1) }
        if bytes[next] == UInt8(ascii: "u"), let unit = unit(at: next + 1, in: bytes) { return (unit, next + 5) }
        if bytes[next] == UInt8(ascii: "/") || bytes[next] == UInt8(ascii: "\"") {
            return (UInt32(bytes[next]), next + 1)
        }
        return (UInt32(backslash), next - place > 1 ? place + 2 : place + 1)
    }

    /// Four hexadecimal digits.
    private static func unit(at place: Int, in bytes: [UInt8]) -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        return UInt32(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
    }

    private static func isWhole(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        if let (after, _) = character(at: range.upperBound, in: bytes), let byte = UInt8(exactly: after), isPart(byte) {
            return false
        }
        let place = range.lowerBound
        if place >= escapeBytes, bytes[place - escapeBytes] == backslash,
            bytes[place - escapeBytes + 1] == UInt8(ascii: "u"), let before = unit(at: place - 4, in: bytes)
        {
            return UInt8(exactly: before).map { !isPart($0) } ?? true
        }
        guard place > 0, isPart(bytes[place - 1]) else { return true }
        // In JSON a line end before the id is written `\n`.
        return place > 1 && bytes[place - 2] == backslash
    }

    /// nil when it does not stand there as a whole.
    package static func replacing(_ openID: String, in bytes: [UInt8], by word: String) -> [UInt8]? {
        let needle = Array(openID.utf8)
        var changed: [UInt8] = []
        var done = 0
        while let range = first(needle, in: bytes, from: done) {
            changed += bytes[done..<range.lowerBound]
            changed += word.utf8
            done = range.upperBound
        }
        return done == 0 ? nil : changed + bytes[done...]
    }
}
