import Wire

/// Everything of a request but its length and its body, as it goes to the wire. Most requests share it with thousands of
/// others. Holds tokens: never printed, never described.
final class RequestHead {
    let destination: Destination
    let method: HTTPRequest.Method
    /// For POST up to and with the name of the length; for GET the whole.
    let bytes: [UInt8]

    /// Nil when a field could not be sent as it is meant.
    init?(_ request: HTTPRequest, to destination: Destination, url: ParsedURL, userAgent: String) {
        var fields = ""
        var names: Set<String> = []
        for header in request.headers {
            guard Self.isName(header.name), Self.isValue(header.value) else { return nil }
            let name = header.name.lowercased()
            // What frames the message is the transport's own business; two accounts of it would confuse a gateway.
            guard !Self.framing.contains(name) else { continue }
            names.insert(name)
            fields += header.value.isEmpty ? "\(header.name):\r\n" : "\(header.name): \(header.value)\r\n"
        }
        var head = "\(request.method.rawValue) \(url.target) HTTP/1.1\r\n"
        if !names.contains("host") { head += "Host: \(url.host)\r\n" }
        if !names.contains("user-agent"), !userAgent.isEmpty, Self.isValue(userAgent) {
            head += "User-Agent: \(userAgent)\r\n"
        }
        if !names.contains("accept") { head += "Accept: */*\r\n" }
        head += fields
        head += request.method == .post ? "Content-Length: " : "\r\n"
        self.destination = destination
        method = request.method
        bytes = Array(head.utf8)
    }

    private static let framing: Set<String> = [
        "content-length", "transfer-encoding", "expect", "connection", "upgrade", "te",
    ]

    /// A token in the sense of RFC 9110.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// A line end inside a value would start a header, or a request, of somebody else's choice.
    static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }
}

/// Each head is made once and shared. Addresses name the account that sends, so there are as many as accounts times
/// calls, times the tokens that they had.
struct RequestHeads {
    /// Above this all are forgotten at once; those in use live on with the connections that use them.
    static let headsMax = 512

    private struct Key: Hashable {
        let method: HTTPRequest.Method
        let url: String
        let headers: [HTTPHeader]
        let unixSocket: String?

        func hash(into hasher: inout Hasher) {
            hasher.combine(url)
            // The token is among them; what they are called is nearly always the same.
            for header in headers { hasher.combine(header.value) }
        }
    }

    private let userAgent: String
    private var heads: [Key: RequestHead] = [:]
    /// The last one that was asked for: contacts of one account follow each other.
    private var last: (key: Key, head: RequestHead)?
    private var destinations: [String: Destination] = [:]

    init(userAgent: String) { self.userAgent = userAgent }

    /// Nil when the request cannot be sent as it is meant.
    mutating func head(of request: HTTPRequest) -> RequestHead? {
        // A body on GET has no meaning; to drop it silently would hide a defect.
        guard request.method == .post || request.body.isEmpty else { return nil }
        let key = Key(
            method: request.method, url: request.url, headers: request.headers, unixSocket: request.unixSocket)
        if let last, last.key == key { return last.head }
        if let known = heads[key] {
            last = (key, known)
            return known
        }
        guard let url = ParsedURL(request.url),
            let head = RequestHead(
                request, to: destination(url, request.unixSocket), url: url, userAgent: userAgent)
        else { return nil }
        if heads.count >= Self.headsMax { heads.removeAll() }
        heads[key] = head
        last = (key, head)
        return head
    }

    private mutating func destination(_ url: ParsedURL, _ unixSocket: String?) -> Destination {
        let name = "\(url.origin) \(unixSocket ?? "")"
        if let known = destinations[name] { return known }
        if destinations.count >= Self.headsMax { destinations.removeAll() }
        let destination = Destination(url, unixSocket: unixSocket)
        destinations[name] = destination
        return destination
    }
}
