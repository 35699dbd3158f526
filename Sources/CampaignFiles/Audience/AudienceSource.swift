import CampaignModel
import Glibc

/// Raw bytes of an audience file → UTF-8, whatever they were. Memory is one chunk.
final class AudienceSource {
    typealias Pull = (UnsafeMutableRawBufferPointer) throws -> Int

    /// Less room than this might not take one character.
    static let targetBytesMin = 16

    private(set) var encoding: TextEncoding = .utf8
    /// Raw bytes pulled so far.
    private(set) var bytes = 0

    private let bytesMax: Int
    private let raw: UnsafeMutableRawBufferPointer
    private var rawStart = 0
    private var rawEnd = 0
    private var isAtEnd = false
    private var converter: Converter?
    /// Nothing but ASCII came so far: the encoding shows at the first byte that is more.
    private var isUndecided = false
    /// In GB18030: the pending bytes begin a line.
    private var isAtLineStart = true

    init(limits: AudienceLimits) {
        bytesMax = limits.bytesMax
        raw = .allocate(byteCount: max(limits.chunkBytes, 16), alignment: 16)
    }

    deinit { raw.deallocate() }

    /// The file's first bytes, by which other kinds of files are known.
    private(set) var mark: [UInt8] = []
    /// The first line, when the file's beginning knows no other line ends than single carriage returns.
    private(set) var lineBeforeReturn: [UInt8]?

    private var pending: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawEnd]) }

    /// Looks at the file's beginning. Must be called once, before `fill`.
    func open(_ pull: Pull) throws {
        while rawEnd < raw.count, try pullRaw(pull) {}
        mark = Array(pending.prefix(8))
        let (found, length) = EncodingGuess.encoding(of: pending, isWhole: isAtEnd)
        rawStart = length
        try decide(found)
        // The last line may be cut in the middle of a character: what stands in it alone says nothing yet.
        let cut = isAtEnd ? nil : pending.lastIndex { $0 == 0x0A || $0 == 0x0D }
        isUndecided = found == .utf8 && length == 0 && pending[..<(cut ?? pending.count)].allSatisfy { $0 < 0x80 }
        if !pending.contains(0x0A), let end = pending.firstIndex(of: 0x0D), end + 1 < pending.count {
            lineBeforeReturn = Array(pending[..<end])
        }
    }

    /// What a list that is read as GB18030 looks like instead; nil: like it.
    private(set) var otherEncoding: String?

    private func decide(_ found: TextEncoding) throws {
        encoding = found
        if found == .gb18030 { otherEncoding = EncodingGuess.other(than: pending) }
        if found != .utf8 { converter = try Converter(from: found) }
    }

    /// Fills `target`, of at least `targetBytesMin`, with at least one byte; 0 at the end.
    func fill(_ target: UnsafeMutableRawBufferPointer, _ pull: Pull) throws -> Int {
        precondition(target.count >= Self.targetBytesMin, "no room for a character")
        if isUndecided, let count = try fillPlain(target, pull) { return count }
        guard let converter else {
            if rawStart < rawEnd {
                let count = min(target.count, rawEnd - rawStart)
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[rawStart..<(rawStart + count)]))
                rawStart += count
                return count
            }
            return isAtEnd ? 0 : try counted(pull(target))
        }
        while true {
            if let count = convert(converter, into: target) { return count }
            if isAtEnd { return 0 }
            // What is left is less than one character, or than one line.
            movePendingToFront()
            while rawEnd < raw.count, try pullRaw(pull) {}
        }
    }

    /// nil: the first byte that is not ASCII is next, and the encoding is decided.
    private func fillPlain(_ target: UnsafeMutableRawBufferPointer, _ pull: Pull) throws -> Int? {
        if rawStart == rawEnd {
            (rawStart, rawEnd) = (0, 0)
            guard !isAtEnd, try pullRaw(pull) else { return 0 }
        }
        let count = min(pending.firstIndex { $0 >= 0x80 } ?? pending.count, target.count)
        if count > 0 {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: pending[..<count]))
            rawStart += count
            return count
        }
        movePendingToFront()
        while rawEnd < raw.count, try pullRaw(pull) {}
        try decide(EncodingGuess.byLines(pending, isWhole: isAtEnd))
        isUndecided = false
        return nil
    }

    private func movePendingToFront() {
        let pending = rawEnd - rawStart
        if pending > 0, rawStart > 0 {
            raw.baseAddress?.copyMemory(from: raw.baseAddress! + rawStart, byteCount: pending)
        }
        (rawStart, rawEnd) = (0, pending)
    }

    /// nil: more bytes must come first.
    private func convert(_ converter: Converter, into target: UnsafeMutableRawBufferPointer) -> Int? {
        var marked = 0
        var part = rawStart..<rawEnd
        if encoding == .gb18030 {
            if let feed = raw[part].firstIndex(of: 0x0A) {
                part = rawStart..<(feed + 1)
            } else if !isAtEnd, rawEnd - rawStart < raw.count {
                return nil
            }
            // A list is one encoding. A line in another one would be read as other words, so it is made a bad row.
            if isAtLineStart, UTF8Check.isChinese(UnsafeRawBufferPointer(rebasing: raw[part])) {
                target[0] = 0xFF
                marked = 1
            }
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: target[marked...])
        let step = converter.convert(
            UnsafeMutableRawBufferPointer(rebasing: raw[part]), into: room, isLast: isAtEnd && part.upperBound == rawEnd
        )
        rawStart += step.read
        isAtLineStart = step.read > 0 && raw[rawStart - 1] == 0x0A
        let written = marked + step.written
        return written > 0 ? written : nil
    }

    /// False at the end.
    private func pullRaw(_ pull: Pull) throws -> Bool {
        let count = try counted(pull(UnsafeMutableRawBufferPointer(rebasing: raw[rawEnd...])))
        rawEnd += count
        return count > 0
    }

    private func counted(_ count: Int) throws -> Int {
        if count == 0 { isAtEnd = true }
        bytes += count
        guard bytes <= bytesMax else { throw AudienceFault.tooLarge(bytesMax: bytesMax) }
        return count
    }
}

/// iconv, with invalid input turned into the byte 0xFF: that is never UTF-8, so the row it stands in is reported with
/// its line, and the rows after it are read.
final class Converter {
    private let descriptor: iconv_t
    private let unit: Int

    init(from encoding: TextEncoding) throws {
        descriptor = iconv_open("UTF-8", encoding.rawValue)
        guard descriptor != iconv_t(bitPattern: -1) else { throw AudienceFault.readFailed(errno: errno) }
        switch encoding {
        case .utf8, .gb18030: unit = 1
        case .utf16LittleEndian, .utf16BigEndian: unit = 2
        }
    }

    deinit { iconv_close(descriptor) }

    func convert(
        _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
    ) -> (read: Int, written: Int, invalid: Int) {
        var from = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var left = input.count
        var to = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var room = output.count
        var invalid = 0
        while left > 0, room > 0 {
            if iconv(descriptor, &from, &left, &to, &room) != -1 { break }
            // An incomplete character at the end of the chunk waits for the next one.
            if errno == E2BIG || errno == EINVAL && !isLast { break }
            guard room > 0 else { break }
            to?.pointee = CChar(bitPattern: 0xFF)
            to = to?.advanced(by: 1)
            room -= 1
            let skipped = min(unit, left)
            from = from?.advanced(by: skipped)
            left -= skipped
            invalid += 1
        }
        return (input.count - left, output.count - room, invalid)
    }
}

/// What encoding a file's beginning shows: a mark, else UTF-8 when it is valid, else GB18030.
enum EncodingGuess {
    /// - Returns: the encoding and the length of its mark.
    static func encoding(of sample: UnsafeRawBufferPointer, isWhole: Bool) -> (TextEncoding, Int) {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        if sample.count >= 2 {
            // Column names begin with a Latin letter: `o` and a NUL are UTF-16 without a mark.
            if sample[0] != 0, sample[1] == 0 { return (.utf16LittleEndian, 0) }
            if sample[0] == 0, sample[1] != 0 { return (.utf16BigEndian, 0) }
        }
        return (byLines(sample, isWhole: isWhole), 0)
    }

    /// Taiwan's and Japan's own encodings are valid GB18030 mostly, and mean other characters: by the places that one uses all
    /// the time and the other hardly ever.
    static func other(than sample: UnsafeRawBufferPointer) -> String? {
        var (pairs, low, high, kana, common) = (0, 0, 0, 0, 0)
        var index = 0
        while index + 1 < sample.count {
            let (lead, trail) = (sample[index], sample[index + 1])
            guard lead >= 0x81 else {
                index += 1
                continue
            }
            pairs += 1
            // Big5 has no second bytes between; GBK's further characters use both halves alike.
            if (0x40...0x7E).contains(trail) { low += 1 }
            if (0x80...0xA0).contains(trail) { high += 1 }
            if lead == 0x82 && (0x9F...0xF1).contains(trail) || lead == 0x83 && (0x40...0x96).contains(trail) {
                kana += 1
            }
            // Where GB2312 has the characters that most texts are made of.
            if (0xB0...0xD7).contains(lead), trail >= 0xA1 { common += 1 }
            index += 2
        }
        guard pairs >= pairsMin else { return nil }
        if kana * 3 >= pairs { return "Shift-JIS" }
        return high == 0 && low * 5 >= pairs && common * 4 < pairs * 3 ? "Big5" : nil
    }
    private static let pairsMin = 6

    /// By what most lines are that hold more than ASCII: one line of another encoding must not garble all the others.
    static func byLines(_ sample: UnsafeRawBufferPointer, isWhole: Bool) -> TextEncoding {
        var (utf8, gbk) = (0, 0)
        var first: TextEncoding?
        let reader = GBK.Reader()
        var from = 0
        while from < sample.count {
            let feed = sample[from...].firstIndex { $0 == 0x0A || $0 == 0x0D }
            // The sample may end in the middle of a character.
            if feed == nil, !isWhole, from > 0 { break }
            let line = UnsafeRawBufferPointer(rebasing: sample[from..<(feed ?? sample.count)])
            from = (feed ?? sample.count) + 1
            guard line.contains(where: { $0 >= 0x80 }) else { continue }
            if UTF8Check.faults(in: line, isWhole: isWhole || feed != nil) == 0 {
                utf8 += 1
                first = first ?? .utf8
            } else if let reader, reader.faults(in: line, isWhole: isWhole || feed != nil) == 0 {
                gbk += 1
                first = first ?? .gb18030
            }
        }
        return gbk > utf8 || gbk == utf8 && first == .gb18030 ? .gb18030 : .utf8
    }
}

enum GBK {
    static func canRead(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let reader = Reader() else { return false }
        return bytes.withUnsafeBytes { reader.faults(in: $0, isWhole: true) } == 0
    }

    /// nil where the machine lacks the conversion: then it cannot read the file as GB18030 anyway.
    final class Reader {
        private let converter: Converter

        init?() {
            // Safe because nil says just that.
            guard let converter = try? Converter(from: .gb18030) else { return nil }
            self.converter = converter
        }

        func faults(in sample: UnsafeRawBufferPointer, isWhole: Bool) -> Int {
            let input = UnsafeMutableRawBufferPointer.allocate(byteCount: sample.count, alignment: 1)
            let output = UnsafeMutableRawBufferPointer.allocate(byteCount: sample.count * 3 + 16, alignment: 1)
            defer {
                input.deallocate()
                output.deallocate()
            }
            input.copyMemory(from: sample)
            return converter.convert(input, into: output, isLast: isWhole).invalid
        }
    }
}

/// Well-formedness by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    /// How many sequences are broken; an incomplete one at the end of a part of a file is none.
    static func faults(in bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Int {
        var faults = 0
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(bytes, at: index)
            if length > 0 {
                index += length
            } else {
                let isCut = !isWhole && bytes.count - index < 4
                if !isCut { faults += 1 }
                index += 1
            }
        }
        return faults
    }

    /// Valid, and with a sequence as Chinese characters have it: bytes of GBK hardly ever look so.
    static func isChinese(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.contains { (0xE3...0xF4).contains($0) } && isValid(bytes)
    }

    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(bytes, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// 0 when no well-formed sequence begins at `index`.
    @inline(__always)
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        let lead = bytes[index]
        if lead < 0x80 { return 1 }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard lead >= 0xC2, lead <= 0xF4, index + length <= bytes.count else { return 0 }
        let second = bytes[index + 1]
        let range: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard range.contains(second) else { return 0 }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
