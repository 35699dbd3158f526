import CampaignModel
import Foundation
import Wire

/// Reads one HTTP/1 reply from bytes as they come, holds it to its limits, and says how it ended. A value that knows no
/// socket, so that every rule of completeness can be tried byte by byte.
///
/// Strict where two readers could disagree about what a reply says or where it ends: two lengths, folded or nameless
/// fields, codings nobody asked for, a carriage return or a zero inside a line. Lenient in one thing: a line may end with
/// a line feed alone, because no two readers disagree about that.
struct ReplyReader {
    /// All header bytes of one exchange together, interim replies and trailers included.
    static let headerBytesMax = 64 << 10
    static let headerLinesMax = 256
    /// Of the line that says how long a chunk is, its extensions included.
    static let chunkLineBytesMax = 256

    enum End: Equatable {
        /// The reply is complete; `takeResponse` has it.
        case whole
        /// It can no longer become complete, whatever follows.
        case broken(Fault)
    }

    /// Why a reply is none.
    enum Fault: String, Hashable, CaseIterable {
        /// The connection ended before the first line did.
        case nothing
        /// Something else than `HTTP/1.0` or `HTTP/1.1` and a status from 100 to 599.
        case statusLine
        /// 101 hands the connection to another protocol, which nobody asked for.
        case otherProtocol
        /// A folded or nameless line: obsolete at best, an attempt to confuse at worst.
        case field
        /// A length that is no number, or two that differ.
        case lengths
        /// A coding other than `chunked`, `chunked` twice, or in a version that does not know it.
        case coding
        /// What frames a chunk is not what must stand there.
        case chunk
        case headerTooLarge
        case bodyTooLarge
        /// The connection ended before the reply did.
        case cut
        /// No length and no body: nothing could show a cut.
        case noBody

        var loss: Loss {
            switch self {
            case .nothing: .connectionLost
            case .statusLine, .otherProtocol, .field, .lengths, .coding: .unreadable
            // A body that is not framed as it was announced has lost its end, like one that was cut.
            case .chunk, .cut, .noBody: .truncated
            case .headerTooLarge, .bodyTooLarge: .tooLarge
            }
        }
    }

    private enum Phase {
        /// Leaves to: fields.
        case statusLine
        /// Leaves to: counted, chunkSize, toTheClose, with the empty line; statusLine, with that of an interim reply.
        case fields
        case counted(left: Int)
        case toTheClose
        /// Leaves to: chunk; trailers, with the chunk of no length.
        case chunkSize
        /// Leaves to: chunkEnd.
        case chunk(left: Int)
        /// Leaves to: chunkSize.
        case chunkEnd
        case trailers
        case ended
    }

    private var phase = Phase.statusLine
    private(set) var end: End?
    /// Valid once the status line was read; that of the interim reply until the final one has begun.
    private(set) var status = 0
    /// Whether the first line of a reply was read to its end. Before that nothing says that what came is a reply.
    private(set) var hasBegun = false
    /// Whether the connection may carry another exchange, as far as the reply says.
    private(set) var keepsConnection = true

    private var isVersion10 = false
    private var length: Int?
    private var isChunked = false
    private var body: [UInt8] = []
    private var bodyBytesMax = 0
    private var headerBytes = 0
    private var headerLines = 0
    /// The beginning of a line whose end has not come yet.
    private var line: [UInt8] = []
    /// The lines of the final reply's header without their ends, each behind a line feed.
    private var block: [UInt8] = []

    /// The header that was taken apart last: replies on one connection often differ in nothing but their body.
    private var knownBlock: [UInt8] = []
    private var knownHeaders: [HTTPHeader] = []

    /// Forgets the reply before and starts with a new one.
    mutating func begin(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
        end = nil
        hasBegun = false
        body = []
        headerBytes = 0
        headerLines = 0
        line.removeAll(keepingCapacity: true)
        beginHead()
    }

    private mutating func beginHead() {
        phase = .statusLine
        status = 0
        keepsConnection = true
        isVersion10 = false
        length = nil
        isChunked = false
        block.removeAll(keepingCapacity: true)
    }

    /// Whether the head of the final reply has been read.
    var isFinal: Bool {
        switch phase {
        case .statusLine, .fields: false
        default: true
        }
    }

    /// Takes the next bytes and says how many it used: fewer than there are only when the reply has ended. What is left
    /// over belongs to no exchange.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        var at = 0
        while at < bytes.count, end == nil {
            switch phase {
            case .counted(let left):
                let count = min(left, bytes.count - at)
                body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[at..<at + count]))
                at += count
                if count == left { finish(.whole) } else { phase = .counted(left: left - count) }
            case .chunk(let left):
                let count = min(left, bytes.count - at)
                body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[at..<at + count]))
                at += count
                phase = count == left ? .chunkEnd : .chunk(left: left - count)
            case .toTheClose:
                let count = bytes.count - at
                guard count <= bodyBytesMax - body.count else {
                    finish(.broken(.bodyTooLarge))
                    break
                }
                body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[at...]))
                at += count
            case .statusLine, .fields, .chunkSize, .chunkEnd, .trailers:
                at += takeLine(from: UnsafeRawBufferPointer(rebasing: bytes[at...]))
            case .ended: return at
            }
        }
        return at
    }

    /// The connection has ended in an orderly way. Where no length was named, that ends the body as well; gateways that
    /// answer so exist, and whether a JSON body was cut shows in the body itself.
    mutating func takeEnd() {
        guard end == nil else { return }
        keepsConnection = false
        switch phase {
        case .statusLine where !hasBegun: finish(.broken(.nothing))
        case .toTheClose: finish(body.isEmpty ? .broken(.noBody) : .whole)
        default: finish(.broken(.cut))
        }
    }

    /// The complete reply; the reader keeps nothing of it.
    mutating func takeResponse() -> HTTPResponse {
        if block != knownBlock {
            knownHeaders = Self.headers(in: block)
            knownBlock = block
        }
        let whole = body
        body = []
        return HTTPResponse(status: status, headers: knownHeaders, body: whole)
    }

    private mutating func finish(_ end: End) {
        self.end = end
        phase = .ended
        if case .broken = end { keepsConnection = false }
    }

    private mutating func fail(_ fault: Fault) { finish(.broken(fault)) }

    // MARK: - Lines

    /// - Returns: how many bytes it used.
    private mutating func takeLine(from bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        guard let found = memchr(start, 0x0A, bytes.count) else {
            line.append(contentsOf: bytes)
            checkUnfinishedLine()
            return bytes.count
        }
        let count = start.distance(to: UnsafeRawPointer(found))
        if line.isEmpty {
            take(line: UnsafeRawBufferPointer(start: start, count: count))
        } else {
            line.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
            let whole = line
            line.removeAll(keepingCapacity: false)
            whole.withUnsafeBytes { take(line: $0) }
        }
        return count + 1
    }

    /// No line is waited for that can come to nothing.
    private mutating func checkUnfinishedLine() {
        switch phase {
        case .statusLine:
            if line.withUnsafeBytes({ isOtherProtocol($0) }) { return fail(.statusLine) }
            if headerBytes + line.count > Self.headerBytesMax { fail(.headerTooLarge) }
        case .fields, .trailers:
            if headerBytes + line.count > Self.headerBytesMax { fail(.headerTooLarge) }
        case .chunkSize:
            if line.count > Self.chunkLineBytesMax { fail(.chunk) }
        case .chunkEnd:
            if line.count > 1 || line.first != UInt8(ascii: "\r") { fail(.chunk) }
        case .counted, .chunk, .toTheClose, .ended: break
        }
    }

    /// - Parameter whole: without its line feed.
    private mutating func take(line whole: UnsafeRawBufferPointer) {
        let hasReturn = whole.last == UInt8(ascii: "\r")
        let line = hasReturn ? UnsafeRawBufferPointer(rebasing: whole.dropLast()) : whole
        switch phase {
        case .statusLine:
            guard !isOtherProtocol(whole) else { return fail(.statusLine) }
            guard countHeader(whole) else { return }
            takeStatus(line)
        case .fields:
            guard countHeader(whole) else { return }
            if line.isEmpty { endHead() } else { takeField(line) }
        case .trailers:
            guard countHeader(whole) else { return }
            // Nothing in it is used, so nothing of it is kept.
            if line.isEmpty { finish(.whole) } else if Self.colon(of: line) == nil { fail(.field) }
        case .chunkSize: takeChunkSize(line)
        case .chunkEnd: if line.isEmpty { phase = .chunkSize } else { fail(.chunk) }
        case .counted, .chunk, .toTheClose, .ended: break
        }
    }

    private mutating func countHeader(_ whole: UnsafeRawBufferPointer) -> Bool {
        headerBytes += whole.count + 1
        headerLines += 1
        if headerBytes <= Self.headerBytesMax, headerLines <= Self.headerLinesMax { return true }
        fail(.headerTooLarge)
        return false
    }

    // MARK: - Head

    private static let protocolName = Array("HTTP/1.".utf8)

    /// Whether a first line, or what has come of it, begins as no reply does.
    private func isOtherProtocol(_ line: UnsafeRawBufferPointer) -> Bool {
        zip(line, Self.protocolName).contains { $0 != $1 }
    }

    private mutating func takeStatus(_ line: UnsafeRawBufferPointer) {
        guard line.count >= 12, line.starts(with: Self.protocolName), !Self.isConfusing(line),
            line[7] == UInt8(ascii: "0") || line[7] == UInt8(ascii: "1"), line[8] == UInt8(ascii: " "),
            line.count == 12 || line[12] == UInt8(ascii: " ")
        else { return fail(.statusLine) }
        var status = 0
        for byte in line[9..<12] {
            guard let digit = Self.digit(byte) else { return fail(.statusLine) }
            status = status * 10 + digit
        }
        guard (100...599).contains(status) else { return fail(.statusLine) }
        self.status = status
        isVersion10 = line[7] == UInt8(ascii: "0")
        // The older version closes unless it is asked not to, which nobody does.
        if isVersion10 { keepsConnection = false }
        hasBegun = true
        phase = .fields
    }

    private mutating func takeField(_ line: UnsafeRawBufferPointer) {
        guard let colon = Self.colon(of: line) else { return fail(.field) }
        block.append(UInt8(ascii: "\n"))
        block.append(contentsOf: line)
        switch colon {
        case 10 where Self.isName(line, "connection"):
            if Self.words(of: Self.value(of: line, behind: colon)).contains("close") { keepsConnection = false }
        case 14 where Self.isName(line, "content-length"):
            guard let promised = Self.number(Self.value(of: line, behind: colon)),
                length == nil || length == promised
            else { return fail(.lengths) }
            length = promised
        case 17 where Self.isName(line, "transfer-encoding"):
            let codings = Self.words(of: Self.value(of: line, behind: colon)).filter { $0 != "identity" }
            guard codings.count <= 1, codings.allSatisfy({ $0 == "chunked" }), codings.isEmpty || !isChunked else {
                return fail(.coding)
            }
            isChunked = isChunked || !codings.isEmpty
        // Every other field says nothing about where the body or the connection ends.
        default: break
        }
    }

    private mutating func endHead() {
        guard status >= 200 else {
            guard status != 101 else { return fail(.otherProtocol) }
            return beginHead()
        }
        // By the standard these never have a body, whatever they promise.
        if status == 204 || status == 304 { return finish(.whole) }
        if isChunked {
            if isVersion10 { return fail(.coding) }
            // The coding decides; but whoever sends both has confused somebody before us.
            if length != nil { keepsConnection = false }
            phase = .chunkSize
            return
        }
        guard let length else {
            keepsConnection = false
            phase = .toTheClose
            return
        }
        // Not a byte of a body that is too long anyway.
        guard length <= bodyBytesMax else { return fail(.bodyTooLarge) }
        if length == 0 { return finish(.whole) }
        body.reserveCapacity(length)
        phase = .counted(left: length)
    }

    // MARK: - Chunks

    private mutating func takeChunkSize(_ line: UnsafeRawBufferPointer) {
        guard line.count <= Self.chunkLineBytesMax, !Self.isConfusing(line) else { return fail(.chunk) }
        var size = 0
        var at = 0
        while at < line.count, let digit = Self.hexDigit(line[at]) {
            // Fifteen digits cannot overflow, and no limit is as high.
            guard at < 15 else { return fail(.chunk) }
            size = size << 4 | digit
            at += 1
        }
        guard at > 0 else { return fail(.chunk) }
        // Blanks that fill up a fixed width, and extensions, which nobody uses.
        while at < line.count, Self.isBlank(line[at]) { at += 1 }
        guard at == line.count || line[at] == UInt8(ascii: ";") else { return fail(.chunk) }
        guard size <= bodyBytesMax - body.count else { return fail(.bodyTooLarge) }
        phase = size == 0 ? .trailers : .chunk(left: size)
    }
}

// MARK: - Words

extension ReplyReader {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte &- UInt8(ascii: "0")) : nil
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        let lower = byte | 0x20
        if lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "f") { return Int(lower &- UInt8(ascii: "a")) + 10 }
        return digit(byte)
    }

    /// A zero or a carriage return inside a line: where one reader sees a line end, another does not.
    private static func isConfusing(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let start = line.baseAddress, !line.isEmpty else { return false }
        return memchr(start, 0, line.count) != nil || memchr(start, 0x0D, line.count) != nil
    }

    /// Where the name of a field ends; nil when the line is no field.
    private static func colon(of line: UnsafeRawBufferPointer) -> Int? {
        guard !isConfusing(line), let start = line.baseAddress, let found = memchr(start, 0x3A, line.count) else {
            return nil
        }
        let colon = start.distance(to: UnsafeRawPointer(found))
        guard colon > 0, line[..<colon].allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        return colon
    }

    private static func isName(_ line: UnsafeRawBufferPointer, _ lowercased: StaticString) -> Bool {
        for at in 0..<lowercased.utf8CodeUnitCount where line[at] | 0x20 != lowercased.utf8Start[at] {
            // A hyphen has the bit already.
            return false
        }
        return true
    }

    /// Without the blanks around it.
    private static func value(of line: UnsafeRawBufferPointer, behind colon: Int) -> UnsafeRawBufferPointer {
        var start = colon + 1
        var end = line.count
        while start < end, isBlank(line[start]) { start += 1 }
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[start..<end])
    }

    private static func number(_ value: UnsafeRawBufferPointer) -> Int? {
        guard !value.isEmpty, value.count <= 18 else { return nil }
        var number = 0
        for byte in value {
            guard let digit = digit(byte) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// What stands between commas, in small letters.
    private static func words(of value: UnsafeRawBufferPointer) -> [String] {
        String(decoding: value, as: UTF8.self).lowercased().split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// - Parameter block: whole fields, each behind a line feed.
    private static func headers(in block: [UInt8]) -> [HTTPHeader] {
        block.withUnsafeBytes { block in
            block.split(separator: UInt8(ascii: "\n")).compactMap { line in
                let line = UnsafeRawBufferPointer(rebasing: line)
                guard let colon = colon(of: line) else { return nil }
                return HTTPHeader(
                    String(decoding: line[..<colon], as: UTF8.self),
                    String(decoding: value(of: line, behind: colon), as: UTF8.self))
            }
        }
    }
}
