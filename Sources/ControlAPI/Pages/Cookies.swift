import Answers
import CampaignModel
import Hummingbird

/// What a browser holds for us. Behind TLS the name itself says that no other host, no path and no plain page could have
/// set it.
struct Cookies: Sendable {
    static let language = "curfew_language"
    static let said = "curfew_said"
    private static let plainSession = "curfew_session"
    private static let secureSession = "__Host-curfew_session"
    private static let valueBytesMax = 512

    /// The browser came over TLS.
    let isSecure: Bool
    var session: String { isSecure ? Self.secureSession : Self.plainSession }

    /// Of two with the same name nobody knows which is ours: neither counts.
    func value(_ name: String, in request: Request) -> String? {
        let pairs = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap {
            pair -> String? in
            let trimmed = pair.drop { $0 == " " }
            guard trimmed.hasPrefix(name + "=") else { return nil }
            return String(trimmed.dropFirst(name.count + 1))
        }
        guard pairs.count == 1, pairs[0].utf8.count <= Self.valueBytesMax else { return nil }
        return pairs[0]
    }

    func identity(of request: Request) -> Identity {
        guard let secret = value(session, in: request), !secret.isEmpty else { return .nobody }
        return .session(secret)
    }

    func line(_ name: String, _ value: String, lasts: Int) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(lasts)\(isSecure ? "; Secure" : "")"
    }
}

extension Response {
    mutating func set(cookie line: String) { headers.append(.init(name: .setCookie, value: line)) }
}
