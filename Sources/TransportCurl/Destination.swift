import CCurl
import CCurlShim

/// An address as libcurl has taken it apart: whom to connect to, and what to ask for.
final class ParsedURL {
    let handle: OpaquePointer
    let isSecure: Bool
    /// Scheme, host and port: two addresses with the same are reached over the same connections.
    let origin: String
    /// As the field `Host` names it: without a port that the scheme implies.
    let host: String
    /// What is asked for: the path and the query, as they were written, without the fragment.
    let target: String

    /// Nil when it cannot be asked for as it is meant, names a person, or is no whole address. An address of IPv6 with a
    /// zone is refused as well: libcurl 7.88 loses the zone of an address that is handed over like this. So is a host
    /// name beyond ASCII: whoever means one writes what the name servers know.
    init?(_ text: String) {
        // Anything below a blank would end the text early or the request's first line.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let handle = curl_url() else { return nil }
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK,
            Self.part(CURLUPART_ZONEID, of: handle) == nil,
            let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased(), scheme == "http" || scheme == "https",
            let host = Self.part(CURLUPART_HOST, of: handle), host.utf8.allSatisfy({ $0 < 0x80 })
        else {
            curl_url_cleanup(handle)
            return nil
        }
        self.handle = handle
        isSecure = scheme == "https"
        let implied = isSecure ? "443" : "80"
        let port = Self.part(CURLUPART_PORT, of: handle) ?? implied
        origin = "\(scheme)://\(host.lowercased()):\(port)"
        self.host = port == implied ? host : "\(host):\(port)"
        let path = Self.part(CURLUPART_PATH, of: handle) ?? "/"
        target = Self.part(CURLUPART_QUERY, of: handle).map { "\(path)?\($0)" } ?? path
    }

    deinit { curl_url_cleanup(handle) }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// Whom a connection reaches: the other side of everything that is asked for there.
final class Destination {
    /// Any of its addresses; libcurl reads scheme, host and port of it.
    let url: ParsedURL
    /// A local socket to connect to instead of the host.
    let unixSocket: String?

    init(_ url: ParsedURL, unixSocket: String?) { (self.url, self.unixSocket) = (url, unixSocket) }

    var isSecure: Bool { url.isSecure }

    /// A local socket costs next to nothing to connect.
    var isReusable: Bool { unixSocket == nil }

    func reaches(_ other: Destination) -> Bool {
        self === other || (unixSocket == other.unixSocket && url.origin == other.url.origin)
    }
}
