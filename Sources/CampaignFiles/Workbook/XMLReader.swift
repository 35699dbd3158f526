import Glibc

/// Reads the XML that spreadsheets write, tag by tag, in one window. It knows no document types and no entities but the five
/// of XML itself, so that nothing can be expanded and nothing outside be named: a part that brings its own is refused.
final class XMLReader {
    enum Token { case open, close, text, end }

    static let windowBytes = 256 * 1024
    /// A tag with its attributes; a sheet's have a hundred bytes.
    static let tagBytesMax = 64 * 1024
    static let depthMax = 64

    /// Of the tag just read, without its prefix.
    private(set) var name = Span()
    /// `<name/>`: its closing comes with it, and no close token does.
    private(set) var isEmpty = false
    /// Of the text just read, entities resolved. A long one comes in pieces.
    var text: UnsafeBufferPointer<UInt8> { pointer(textSpan) }

    struct Span {
        var from = 0
        var to = 0
    }

    private let stream: ZipStream
    private let base: UnsafeMutablePointer<UInt8>
    private var start = 0
    private var end = 0
    private var isLast = false
    private var depth = 0
    private var attributes = Span()
    private var textSpan = Span()

    init(_ stream: ZipStream) {
        self.stream = stream
        base = .allocate(capacity: Self.windowBytes)
    }

    deinit { base.deallocate() }

    func isNamed(_ wanted: StaticString) -> Bool { equals(name, wanted) }

    private func equals(_ span: Span, _ wanted: StaticString) -> Bool {
        span.to - span.from == wanted.utf8CodeUnitCount
            && memcmp(base + span.from, wanted.utf8Start, wanted.utf8CodeUnitCount) == 0
    }

    private func pointer(_ span: Span) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + span.from, count: span.to - span.from)
    }

    func next() throws -> Token {
        while true {
            if start == end, try !more() {
                guard depth == 0 else { throw WorkbookFault.damaged }
                return .end
            }
            guard base[start] == 0x3C else { return try readText() }
            try have(2)
            switch base[start + 1] {
            case 0x3F: try pass(to: "?>")
            case 0x21:
                try have(9)
                if starts(with: "<!--") {
                    try pass(to: "-->")
                } else if starts(with: "<![CDATA[") {
                    return try readLiteral()
                } else {
                    // A document type: entities of its own, or a file elsewhere.
                    throw WorkbookFault.hostile
                }
            case 0x2F: return try readClose()
            default: return try readOpen()
            }
        }
    }

    // MARK: The window

    /// False when the part is over.
    private func more() throws -> Bool {
        if start > 0 {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        guard !isLast, end < Self.windowBytes else { return false }
        let count = try stream.fill(UnsafeMutableRawBufferPointer(start: base + end, count: Self.windowBytes - end))
        if count == 0 { isLast = true }
        end += count
        return count > 0
    }

    /// At least so many bytes, or the part was cut.
    private func have(_ count: Int) throws {
        while end - start < count { guard try more() else { throw WorkbookFault.damaged } }
    }

    private func starts(with word: StaticString) -> Bool {
        end - start >= word.utf8CodeUnitCount
            && memcmp(base + start, word.utf8Start, word.utf8CodeUnitCount) == 0
    }

    /// Where the word begins, counted from `start`; reads on until it stands in the window, which is its limit.
    private func find(_ word: StaticString) throws -> Int {
        let length = word.utf8CodeUnitCount
        var searched = 0
        while true {
            while end - start >= searched + length,
                let found = memchr(
                    base + start + searched, Int32(word.utf8Start.pointee), end - start - searched - length + 1)
            {
                searched = base.distance(to: found.assumingMemoryBound(to: UInt8.self)) - start
                if memcmp(base + start + searched, word.utf8Start, length) == 0 { return searched }
                searched += 1
            }
            searched = max(searched, end - start - length + 1)
            guard try more() else { throw WorkbookFault.hostile }
        }
    }

    /// Past a remark or an instruction, of which nothing is wanted.
    private func pass(to word: StaticString) throws {
        start += try find(word) + word.utf8CodeUnitCount
    }

    // MARK: Tags

    /// The index of the tag's `>`, which may also stand within quotes.
    private func tagEnd() throws -> Int {
        var offset = 1
        var quote: UInt8 = 0
        while true {
            while start + offset < end {
                let byte = base[start + offset]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == 0x3E {
                    return start + offset
                } else if byte == 0x22 || byte == 0x27 {
                    quote = byte
                } else if byte == 0x3C {
                    throw WorkbookFault.damaged
                }
                offset += 1
            }
            guard offset <= Self.tagBytesMax else { throw WorkbookFault.hostile }
            guard try more() else { throw WorkbookFault.damaged }
        }
    }

    private func readOpen() throws -> Token {
        let close = try tagEnd()
        isEmpty = base[close - 1] == 0x2F
        let inner = Span(from: start + 1, to: isEmpty ? close - 1 : close)
        let nameEnd = (inner.from..<inner.to).first { base[$0] <= 0x20 } ?? inner.to
        name = local(Span(from: inner.from, to: nameEnd))
        attributes = Span(from: nameEnd, to: inner.to)
        if !isEmpty {
            depth += 1
            guard depth <= Self.depthMax else { throw WorkbookFault.hostile }
        }
        start = close + 1
        return .open
    }

    private func readClose() throws -> Token {
        let close = try tagEnd()
        name = local(Span(from: start + 2, to: close))
        while name.to > name.from, base[name.to - 1] <= 0x20 { name.to -= 1 }
        depth -= 1
        guard depth >= 0 else { throw WorkbookFault.damaged }
        start = close + 1
        return .close
    }

    private func local(_ span: Span) -> Span {
        guard let colon = (span.from..<span.to).first(where: { base[$0] == 0x3A }) else { return span }
        return Span(from: colon + 1, to: span.to)
    }

    /// The value of the attribute of the tag just opened, whatever its prefix; nil when it has none.
    func attribute(_ wanted: StaticString) throws -> UnsafeBufferPointer<UInt8>? {
        var index = attributes.from
        while index < attributes.to {
            while index < attributes.to, base[index] <= 0x20 { index += 1 }
            let nameStart = index
            while index < attributes.to, base[index] != 0x3D { index += 1 }
            var key = Span(from: nameStart, to: index)
            while key.to > key.from, base[key.to - 1] <= 0x20 { key.to -= 1 }
            index += 1
            while index < attributes.to, base[index] <= 0x20 { index += 1 }
            guard index < attributes.to, base[index] == 0x22 || base[index] == 0x27 else { return nil }
            let quote = base[index]
            let valueStart = index + 1
            index = valueStart
            while index < attributes.to, base[index] != quote { index += 1 }
            if equals(local(key), wanted) {
                // Resolved in place once: a second look finds nothing left to resolve but what was written so.
                return pointer(Span(from: valueStart, to: index))
            }
            index += 1
        }
        return nil
    }

    /// As text, entities resolved.
    func attributeText(_ wanted: StaticString) throws -> String? {
        guard let bytes = try attribute(wanted) else { return nil }
        guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
        var copy = Array(bytes)
        let count = try copy.withUnsafeMutableBufferPointer { try XMLEntities.resolve($0.baseAddress!, 0, $0.count) }
        return String(decoding: copy[..<count], as: UTF8.self)
    }

    // MARK: Text

    private func readText() throws -> Token {
        // A piece ends at a tag, or where the window does; never within an entity.
        while true {
            if let tag = memchr(base + start, 0x3C, end - start) {
                return try hand(textTo: base.distance(to: tag.assumingMemoryBound(to: UInt8.self)))
            }
            if end - start < Self.tagBytesMax, try more() { continue }
            var stop = end
            if !isLast, let amp = (max(start, end - 16)..<end).last(where: { base[$0] == 0x26 }) { stop = amp }
            guard stop > start else { throw WorkbookFault.hostile }
            return try hand(textTo: stop)
        }
    }

    private func hand(textTo stop: Int) throws -> Token {
        let from = start
        start = stop
        let hasEntities = memchr(base + from, 0x26, stop - from) != nil
        textSpan = Span(from: from, to: hasEntities ? try XMLEntities.resolve(base, from, stop) : stop)
        return .text
    }

    private func readLiteral() throws -> Token {
        let length = try find("]]>")
        textSpan = Span(from: start + 9, to: start + length)
        start += length + 3
        return .text
    }
}

enum XMLEntities {
    private static let named: [(name: [UInt8], byte: UInt8)] = [
        (Array("lt".utf8), 0x3C), (Array("gt".utf8), 0x3E), (Array("amp".utf8), 0x26), (Array("quot".utf8), 0x22),
        (Array("apos".utf8), 0x27),
    ]

    /// In place: what is left is never longer. Returns where it ends.
    static func resolve(_ base: UnsafeMutablePointer<UInt8>, _ from: Int, _ end: Int) throws -> Int {
        var (index, to) = (from, from)
        while index < end {
            guard base[index] == 0x26 else {
                base[to] = base[index]
                to += 1
                index += 1
                continue
            }
            guard let stop = (index..<min(index + 12, end)).first(where: { base[$0] == 0x3B }) else {
                throw WorkbookFault.hostile
            }
            let name = UnsafeBufferPointer(start: base + index + 1, count: stop - index - 1)
            if let known = named.first(where: { $0.name.elementsEqual(name) }) {
                base[to] = known.byte
                to += 1
            } else {
                for unit in try UTF8.encode(scalar(name))! {
                    base[to] = unit
                    to += 1
                }
            }
            index = stop + 1
        }
        return to
    }

    private static func scalar(_ name: UnsafeBufferPointer<UInt8>) throws -> Unicode.Scalar {
        guard name.count >= 2, name[0] == 0x23 else { throw WorkbookFault.hostile }
        let isHexadecimal = name[1] | 0x20 == 0x78
        let digits = String(decoding: name.dropFirst(isHexadecimal ? 2 : 1), as: UTF8.self)
        guard let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(value),
            value >= 0x20 || value == 0x09 || value == 0x0A || value == 0x0D
        else { throw WorkbookFault.hostile }
        return scalar
    }
}
