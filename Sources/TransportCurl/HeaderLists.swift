import CCurl
import Wire

/// A request's header as libcurl wants it: a linked list of lines that must stay while a transfer uses it.
/// Holds tokens: never printed, never described.
final class HeaderList {
    let first: UnsafeMutablePointer<curl_slist>?

    /// Nil when a line could not be sent as it is meant.
    init?(_ headers: [HTTPHeader]) {
        var lines: [String] = []
        var names: Set<String> = []
        for header in headers {
            guard Self.isName(header.name), Self.isValue(header.value) else { return nil }
            let name = header.name.lowercased()
            names.insert(name)
            // What frames the message is the transport's own business; two accounts of it would confuse a gateway.
            guard !Self.framing.contains(name) else { continue }
            // "Name:" would remove a header from libcurl's own; a semicolon sends it empty.
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        // Nothing that libcurl would add by itself: with Expect it holds the body back, and repeats the request on a
        // 417.
        lines.append("Expect:")
        if !names.contains("content-type") { lines.append("Content-Type:") }

        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                return nil
            }
            list = longer
        }
        first = list
    }

    deinit { curl_slist_free_all(first) }

    private static let framing: Set<String> = [
        "content-length", "transfer-encoding", "expect", "connection", "upgrade", "te",
    ]

    /// A token in the sense of RFC 9110.
    private static func isName(_ name: String) -> Bool {
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
    private static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }
}

/// Most requests share their headers with thousands of others, so each list is made once and shared.
struct HeaderLists {
    /// Above this all are forgotten at once; those in use live on with the exchanges that use them.
    static let listsMax = 512

    private struct Key: Hashable {
        let headers: [HTTPHeader]

        func hash(into hasher: inout Hasher) {
            for header in headers {
                hasher.combine(header.name)
                hasher.combine(header.value)
            }
        }
    }

    private var lists: [Key: HeaderList] = [:]

    mutating func list(for headers: [HTTPHeader]) -> HeaderList? {
        let key = Key(headers: headers)
        if let known = lists[key] { return known }
        guard let list = HeaderList(headers) else { return nil }
        if lists.count >= Self.listsMax { lists.removeAll() }
        lists[key] = list
        return list
    }
}
