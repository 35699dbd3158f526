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

    /// Where it begins at or after `start`; nil when it is not there.
    package static func first(_ needle: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Int? {
        guard !needle.isEmpty, bytes.count >= needle.count else { return nil }
        var place = start
        while place <= bytes.count - needle.count {
            if bytes[place] == needle[0], bytes[place..<(place + needle.count)].elementsEqual(needle),
                isWhole(place, needle.count, in: bytes)
            {
                return place
            }
            place += 1
        }
        return nil
    }

    private static func isWhole(_ place: Int, _ count: Int, in bytes: [UInt8]) -> Bool {
        let after = place + count
        if after < bytes.count, isPart(bytes[after]) { return false }
        guard place > 0, isPart(bytes[place - 1]) else { return true }
        // In JSON a line end before the id is written `\n`.
        return place > 1 && bytes[place - 2] == UInt8(ascii: "\\")
    }

    /// nil when it does not stand there as a whole.
    package static func replacing(_ openID: String, in bytes: [UInt8], by word: String) -> [UInt8]? {
        let needle = Array(openID.utf8)
        var changed: [UInt8] = []
        var done = 0
        while let place = first(needle, in: bytes, from: done) {
            changed += bytes[done..<place]
            changed += word.utf8
            done = place + needle.count
        }
        return done == 0 ? nil : changed + bytes[done...]
    }
}
