import CampaignModel

/// Carries letters to a mail server. As a mailbox does: letters are handed over, ends are collected, nobody waits.
package protocol PostOffice: Sendable {
    /// - Parameter arrival: called on any thread when an end has become collectable.
    func post(_ letter: Letter, id: UInt64, arrival: @escaping @Sendable () -> Void)
    func collect() -> [(id: UInt64, end: PostEnd)]
}

/// A whole mail and where it is handed in.
package struct Letter: Sendable {
    /// `smtps://host:465` or `smtp://host:587`; the second speaks TLS before anything else, except on this machine.
    package var server: String
    package var user: String?
    package var password: Secret?
    package var from: String
    package var to: [String]
    /// Head and body, with CRLF.
    package var text: [UInt8]
    package var timeout: Duration
    package init(
        server: String, user: String?, password: Secret?, from: String, to: [String], text: [UInt8], timeout: Duration
    ) {
        (self.server, self.user, self.password, self.from) = (server, user, password, from)
        (self.to, self.text, self.timeout) = (to, text, timeout)
    }
}

package enum PostEnd: Sendable, Equatable {
    case taken
    /// The server's last code, where it gave one, and what went wrong in a few words.
    case refused(code: Int, why: String)
}
