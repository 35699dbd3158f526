import CampaignModel
import Wire

/// Collects one reply as libcurl hands it over, holds it to its limits, and says in the end whether it is complete.
/// Knows nothing of libcurl, so that every rule of completeness can be tested byte by byte.
struct ReplyReader {
    /// All header bytes of one exchange together, interim replies and trailers included.
    static let headerBytesMax = 64 << 10
    static let headerLinesMax = 256

    private enum Phase {
        /// Leaves to: inHeader, with the first line.
        case beforeStatusLine
        /// Leaves to: afterHeader, with the empty line of a final reply; beforeStatusLine, with that of an interim one.
        case inHeader
        /// The last phase: body, and perhaps trailers.
        case afterHeader
    }

    private var phase = Phase.beforeStatusLine
    private var block: [UInt8] = []
    private var head: ReplyHead?
    private var body: [UInt8] = []
    private var bodyBytesMax = 0
    private var headerBytes = 0
    private var headerLines = 0
    /// Why the reply can no longer become complete, whatever follows.
    private(set) var loss: Loss?

    /// The header read last and its bytes: replies on one connection often differ in nothing but their body.
    private var knownBlock: [UInt8] = []
    private var knownHead: ReplyHead?

    /// Forgets the reply before and starts with a new one.
    mutating func begin(bodyBytesMax: Int) {
        phase = .beforeStatusLine
        block.removeAll(keepingCapacity: true)
        head = nil
        body = []
        self.bodyBytesMax = bodyBytesMax
        headerBytes = 0
        headerLines = 0
        loss = nil
    }

    /// Whether any byte of a reply was seen.
    var hasBegun: Bool { headerLines > 0 || !body.isEmpty }

    /// Whether the connection must not be used again: libcurl does not look at what follows a reply without a body, so
    /// a surplus reply behind it would go unseen.
    var endsWithHeader: Bool { head?.endsWithHeader ?? false }

    /// One line of the header with its end, the empty one included. False stops the exchange.
    mutating func take(line: UnsafeBufferPointer<UInt8>) -> Bool {
        headerLines += 1
        headerBytes += line.count
        guard headerBytes <= Self.headerBytesMax, headerLines <= Self.headerLinesMax else { return stop(.tooLarge) }
        switch phase {
        case .beforeStatusLine:
            block.append(contentsOf: line)
            phase = .inHeader
        case .inHeader:
            block.append(contentsOf: line)
            if Self.isEmptyLine(line) { return endHeader() }
        case .afterHeader:
            // A trailer: nothing in it is used, so nothing of it is kept.
            break
        }
        return true
    }

    /// A part of the body, transfer encoding taken off. False stops the exchange.
    mutating func take(bodyPart part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard phase == .afterHeader else { return stop(.unreadable) }
        guard part.count <= bodyBytesMax - body.count else { return stop(.tooLarge) }
        body.append(contentsOf: part)
        return true
    }

    /// Judges the reply after what libcurl calls a success. It also calls that a reply cut inside its first line, of
    /// which nothing was handed over here.
    ///
    /// A reply that names no length and ends with its connection counts as complete when it has a body: whether a JSON
    /// body was cut shows in the body itself, and gateways that answer so exist. Without a body there is nothing that
    /// could show a cut, so such a reply is lost.
    mutating func finish() -> ExchangeReply {
        if let loss { return .lost(loss) }
        guard phase == .afterHeader, let head else { return .lost(.truncated) }
        if !head.isBodiless, !head.isChunked {
            if let promised = head.contentLength {
                guard body.count == promised else { return .lost(.truncated) }
            } else if body.isEmpty {
                return .lost(.truncated)
            }
        }
        let whole = body
        body = []
        return .complete(HTTPResponse(status: head.status, headers: head.headers, body: whole))
    }

    private mutating func endHeader() -> Bool {
        if block != knownBlock {
            knownHead = ReplyHead(block: block)
            knownBlock = block
        }
        guard let head = knownHead else { return stop(.unreadable) }
        guard head.status >= 200 else {
            // 101 would hand the connection to another protocol, which nobody asked for.
            guard head.status != 101 else { return stop(.unreadable) }
            block.removeAll(keepingCapacity: true)
            phase = .beforeStatusLine
            return true
        }
        self.head = head
        phase = .afterHeader
        guard let promised = head.contentLength, !head.isBodiless else { return true }
        // Not a byte of a body that is too long anyway.
        guard promised <= bodyBytesMax else { return stop(.tooLarge) }
        if !head.isChunked { body.reserveCapacity(promised) }
        return true
    }

    private mutating func stop(_ loss: Loss) -> Bool {
        self.loss = self.loss ?? loss
        return false
    }

    private static func isEmptyLine(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        switch line.count {
        case 1: line[0] == UInt8(ascii: "\n")
        case 2: line[0] == UInt8(ascii: "\r") && line[1] == UInt8(ascii: "\n")
        default: false
        }
    }
}

/// What the reply of an exchange came to, seen by itself.
enum ExchangeReply: Equatable {
    case complete(HTTPResponse)
    case lost(Loss)
}
