import CCurl
import CCurlShim

/// An address as libcurl has taken it apart. Doing so anew for every message is a twelfth of what a message costs it.
final class ParsedURL {
    let handle: OpaquePointer
    let isSecure: Bool

    /// Nil when it cannot be asked for as it is meant, names a person, or is no whole address. An address of IPv6 with a
    /// zone is refused as well: libcurl 7.88 loses the zone of an address that is handed over like this.
    init?(_ text: String) {
        // Anything below a blank would end the text early or the request's first line.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let handle = curl_url() else { return nil }
        var zone: UnsafeMutablePointer<CChar>?
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK,
            curl_url_get(handle, CURLUPART_ZONEID, &zone, 0) != CURLUE_OK
        else {
            curl_free(zone)
            curl_url_cleanup(handle)
            return nil
        }
        self.handle = handle
        isSecure = text.utf8.prefix(6).elementsEqual("https:".utf8, by: { $0 | 0x20 == $1 | 0x20 })
    }

    deinit { curl_url_cleanup(handle) }
}

/// Addresses name the account that sends, so there are as many as accounts times calls; each is taken apart once.
struct ParsedURLs {
    /// Above this all are forgotten at once; those in use live on with the exchanges that use them.
    static let urlsMax = 512

    private var urls: [String: ParsedURL] = [:]

    mutating func url(_ text: String) -> ParsedURL? {
        if let known = urls[text] { return known }
        guard let url = ParsedURL(text) else { return nil }
        if urls.count >= Self.urlsMax { urls.removeAll() }
        urls[text] = url
        return url
    }
}
