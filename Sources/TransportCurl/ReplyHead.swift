import Wire

/// The status line and the header of one reply, read strictly.
///
/// libcurl's own reading is not enough: a reply cut inside its first line comes back from it as success with status
/// 200.
final class ReplyHead: Sendable {
    let status: Int
    let headers: [HTTPHeader]
    /// What the reply promised; nil when it named no length.
    let contentLength: Int?
    let isChunked: Bool

    /// `block` is the whole header, from the status line to the empty line. Nil when it is no HTTP/1 reply, or one that
    /// contradicts itself about its length.
    init?(block: [UInt8]) {
        var lines = block.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
        guard let first = lines.popFirst(), let status = Self.status(ofLine: first) else { return nil }
        var headers: [HTTPHeader] = []
        headers.reserveCapacity(lines.count)
        var length: Int?
        var isChunked = false
        for line in lines.map(Self.withoutEnd) where !line.isEmpty {
            // A folded or nameless line: obsolete at best, an attempt to confuse at worst.
            guard let header = Self.header(ofLine: line) else { return nil }
            headers.append(header)
            switch header.name.utf8.count {
            case 14 where header.name.lowercased() == "content-length":
                guard let promised = Self.length(header.value), length == nil || length == promised else { return nil }
                length = promised
            case 17 where header.name.lowercased() == "transfer-encoding":
                isChunked = isChunked || header.value.lowercased().hasSuffix("chunked")
            // Every other header says nothing about where the body ends.
            default: continue
            }
        }
        self.status = status
        self.headers = headers
        self.contentLength = length
        self.isChunked = isChunked
    }

    /// By the standard these never have a body, whatever they promise.
    var isBodiless: Bool { status == 204 || status == 304 }

    /// True when the body takes no byte of the connection, so that libcurl does not look at what follows it.
    var endsWithHeader: Bool { isBodiless || (!isChunked && contentLength == 0) }

    /// Strict: `HTTP/1.0` or `HTTP/1.1`, one blank, three digits, then a blank or the end.
    static func status(ofLine line: ArraySlice<UInt8>) -> Int? {
        let line = withoutEnd(line)
        let bytes = Array(line.prefix(13))
        guard bytes.count >= 12, bytes.starts(with: Array("HTTP/1.".utf8)) else { return nil }
        guard bytes[7] == UInt8(ascii: "0") || bytes[7] == UInt8(ascii: "1"), bytes[8] == UInt8(ascii: " ") else {
            return nil
        }
        if bytes.count > 12, bytes[12] != UInt8(ascii: " ") { return nil }
        var status = 0
        for byte in bytes[9..<12] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            status = status * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return (100...599).contains(status) ? status : nil
    }

    private static func header(ofLine line: ArraySlice<UInt8>) -> HTTPHeader? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return nil }
        let name = line[..<colon]
        guard !name.contains(where: { $0 <= UInt8(ascii: " ") }) else { return nil }
        var value = line[(colon + 1)...]
        while let byte = value.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { value.removeFirst() }
        while let byte = value.last, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { value.removeLast() }
        return HTTPHeader(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func length(_ text: String) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func withoutEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}
