/// Where the platform listens: scheme, host and perhaps a port and a path, without a trailing slash.
package struct PlatformAddress: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// The real platform.
    package static let production = PlatformAddress(known: "https://open.douyin.com")

    private init(known text: String) { self.text = text }

    /// `nil` unless `text` is `http://` or `https://` followed by a host, without spaces, query, fragment or
    /// user name. Trailing slashes are dropped.
    package init?(_ text: String) {
        var rest = text[...]
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        let lowered = rest.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lowered.hasPrefix($0) }) else { return nil }
        let afterScheme = rest.dropFirst(scheme.count)
        guard let first = afterScheme.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: ":") else {
            return nil
        }
        let allowed = afterScheme.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
                && byte != UInt8(ascii: "@") && byte != UInt8(ascii: "\\")
        }
        guard allowed else { return nil }
        self.text = String(rest)
    }

    package var description: String { text }

    /// Address, path and the sender's open_id in the query: the form of every call made for an account.
    func url(_ path: String, openID: String) -> String {
        var url = text
        url.reserveCapacity(text.utf8.count + path.utf8.count + openID.utf8.count + 16)
        url += path
        url += "?open_id="
        url += openID.percentEncodedForQuery
        return url
    }

    func url(_ path: String) -> String { text + path }
}

extension String {
    /// Every byte outside RFC 3986's unreserved set as `%XX`. Foundation's query set would let `+` and `&` through,
    /// and a server may read a `+` as a space.
    var percentEncodedForQuery: String {
        if utf8.allSatisfy(\.isUnreservedInURL) { return self }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(utf8.count * 3)
        for byte in utf8 {
            if byte.isUnreservedInURL {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(UInt8.hexDigit(byte >> 4, uppercase: true))
                encoded.append(UInt8.hexDigit(byte & 0xf, uppercase: true))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isUnreservedInURL: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The digit of a value 0…15.
    static func hexDigit(_ value: UInt8, uppercase: Bool) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: uppercase ? "A" : "a") + value - 10
    }
}
