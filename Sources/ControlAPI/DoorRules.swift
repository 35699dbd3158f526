import Answers
import CampaignModel
import Hummingbird
import Words

/// What is asked of a request before anybody looks at what it wants. No sending rule lives here.
///
/// The socket's mode decides who may speak there. The loopback port can be reached by every user of the machine and by
/// every web page in a browser on it, so it answers to loopback names alone (a name that a stranger re-points to
/// 127.0.0.1 is refused), takes no act that a foreign page started, and names no recipient.
package struct DoorRules: Sendable {
    package enum Door: Sendable, Equatable {
        case socket, loopback
        /// A port that the network reaches, encrypted: it answers to the origin's name alone.
        case tls
    }

    package static let bodyBytesMax = 64 * 1024
    /// A thousand lines of events, or a hundred callbacks.
    static let eventsBytesMax = 8 << 20
    /// Run names, open_ids, moments in a query or a path.
    package static let wordBytesMax = 512
    /// All of a page's question.
    static let queryBytesMax = 4096

    let door: Door
    /// Where browsers find us behind a proxy that speaks TLS: `https://curfew.example`. Believed as they stand.
    let origins: [String]

    package init(door: Door, origins: [String] = []) { (self.door, self.origins) = (door, origins) }

    /// Whether a browser that names this host came over TLS.
    func isSecure(host: String?) -> Bool { host.map { origins.contains("https://" + $0) } ?? false }

    /// Came from beyond this machine, by what a proxy says of itself: there nothing is shown to nobody.
    func isFromAfar(_ request: Request) -> Bool {
        let marks: [HeaderName] = [.init("X-Forwarded-For")!, .init("Forwarded")!, .init("Via")!]
        return door == .tls || RequestBearer.kind(of: request) != nil || isSecure(host: request.head.authority)
            || marks.contains { request.headers[$0] != nil }
    }

    /// What programs read without a name where only this machine's own users ask.
    static func isOpenToAll(_ path: String) -> Bool {
        !isForMachines(path) || path == "/v1/" || path == "/v1/openapi.yaml" || path == "/health" || path == "/ready"
    }

    /// What the door sees of a request before anybody looks at what it wants.
    package struct Approach: Sendable {
        package var method: String
        package var path: String
        /// The authority that the client named.
        package var host: String?
        /// Browsers send these with every act, commands never do.
        package var origin: String?
        package var fetchSite: String?
        package var contentType: String?
        package init(
            method: String, path: String, host: String?, origin: String? = nil, fetchSite: String? = nil,
            contentType: String? = nil
        ) {
            (self.method, self.path, self.host) = (method, path, host)
            (self.origin, self.fetchSite, self.contentType) = (origin, fetchSite, contentType)
        }
    }

    /// - Returns: why the request is turned away; nil when it may pass.
    package func objection(to approach: Approach) -> DoorRefusal? {
        if let objection = placeObjection(host: approach.host) { return objection }
        guard approach.method != "GET" && approach.method != "HEAD" else { return nil }
        if isForeign(approach) {
            return DoorRefusal(.forbidden, code: "cross_origin", Catalogue.Door.crossOrigin)
        }
        // A page elsewhere can post a form or plain text without being asked; JSON needs a leave that is never given.
        if Self.isForMachines(approach.path), !Self.isJSON(approach.contentType) {
            return DoorRefusal(.unsupportedMediaType, code: "not_json", Catalogue.Door.notJSON)
        }
        return nil
    }

    /// A name that a stranger pointed at this machine.
    func placeObjection(host: String?) -> DoorRefusal? {
        guard door != .socket else { return nil }
        if let host, (door == .loopback && Self.isLoopback(authority: host)) || isSecure(host: host) { return nil }
        return DoorRefusal(
            .misdirectedRequest, code: "host_refused", Catalogue.Door.hostRefused(door == .tls ? origins : []))
    }

    /// An act that another site's page started. What sends neither header is no browser.
    private func isForeign(_ approach: Approach) -> Bool {
        if let origin = approach.origin, origins.contains(origin) { return false }
        let isVouchedFor = approach.fetchSite != nil
        if let site = approach.fetchSite, site != "same-origin", site != "none" { return true }
        guard let origin = approach.origin else { return false }
        // Our pages send no referrer, so that browsers send `null` with their forms, and vouch for them by the other header.
        if isVouchedFor, origin == "null" { return false }
        guard let host = approach.host else { return true }
        // On the port we know that nobody speaks TLS; before the socket a proxy may.
        return origin != "http://" + host && !(door == .socket && origin == "https://" + host)
    }

    /// Addresses whose answers programs read.
    /// As the router reads them: `//v1/acts` is one of them too.
    static func isForMachines(_ path: String) -> Bool {
        let words = path.split(separator: "/", maxSplits: 2)
        return words.first == "v1" || (words.count == 1 && ["health", "ready", "metrics"].contains(words[0]))
    }

    /// Pages and figures are for everyone on the machine; questions about one person are for the socket.
    package func personObjection() -> DoorRefusal? {
        switch door {
        case .socket: nil
        case .loopback, .tls: DoorRefusal(.forbidden, code: "socket_only", Catalogue.Door.socketOnly)
        }
    }

    static func isJSON(_ contentType: String?) -> Bool {
        let type = contentType?.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() }
        return type == "application/json"
    }

    /// `localhost:9470`, `127.0.0.1`, `[::1]:9470`.
    static func isLoopback(authority: String) -> Bool {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            let port = authority[authority.index(after: end)...]
            return isLoopback(host: String(authority[authority.index(after: authority.startIndex)..<end]))
                && isPort(port)
        }
        guard let colon = authority.firstIndex(of: ":") else { return isLoopback(host: authority) }
        return isLoopback(host: String(authority[..<colon])) && isPort(authority[colon...])
    }

    static func isLoopback(host: String) -> Bool { ["localhost", "127.0.0.1", "::1"].contains(host.lowercased()) }

    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let digits = text.dropFirst()
        return text.first == ":" && !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// A request that the door itself turned away.
package struct DoorRefusal: Error, Sendable, Equatable {
    package let status: HTTPResponse.Status
    /// Stable, for scripts.
    package let code: String
    package let sentence: Sentence
    /// Methods that the address knows, when it was another.
    package var allowed: [String] = []
    package var nextAllowed: Moment?
    package var lines: [DeskRefusal.Line] = []
    init(_ status: HTTPResponse.Status, code: String, _ sentence: Sentence) {
        (self.status, self.code, self.sentence) = (status, code, sentence)
    }

    /// What the desk refused, in the words of HTTP.
    init(_ refusal: DeskRefusal) {
        self.init(Self.status(of: refusal.kind), code: refusal.code, refusal.sentence)
        nextAllowed = refusal.nextAllowed
        lines = refusal.lines
    }

    static func status(of kind: DeskRefusal.Kind) -> HTTPResponse.Status {
        switch kind {
        case .unproved: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .mismatch: .unprocessableContent
        case .invalid: .badRequest
        }
    }
}
