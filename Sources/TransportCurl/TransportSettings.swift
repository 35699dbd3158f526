/// How the transport reaches the network. What is not here cannot be chosen: HTTP/1.1 over http or https, no redirects,
/// no proxy (the environment's is ignored), no cookies, certificates and host names always verified.
package struct TransportSettings: Sendable, Equatable {
    /// How many exchanges are on the wire at once, each on a connection of its own. The rest waits in the transport.
    package var concurrencyMax: Int
    /// For name resolution, connection and TLS together; runs inside the exchange's own timeout.
    package var connectTimeout: Duration
    /// A connection that has been idle for longer is not used again. Shorter than what gateways allow (nginx: 75 s),
    /// because a request that meets a connection just being closed ends as lost, and stays unknown.
    package var idleConnectionAgeMax: Duration
    /// A PEM file of certificate authorities; nil takes the system's.
    package var authoritiesFile: String?
    package var userAgent: String

    /// One connection is one file descriptor: whoever composes sees to it that there are as many.
    package static let concurrencyLimit = 1024

    package init(
        concurrencyMax: Int = 64, connectTimeout: Duration = .seconds(5),
        idleConnectionAgeMax: Duration = .seconds(20), authoritiesFile: String? = nil, userAgent: String = "curfew"
    ) {
        precondition(
            (1...Self.concurrencyLimit).contains(concurrencyMax),
            "concurrencyMax must be 1 to \(Self.concurrencyLimit), not \(concurrencyMax)")
        (self.concurrencyMax, self.connectTimeout) = (concurrencyMax, connectTimeout)
        (self.idleConnectionAgeMax, self.authoritiesFile) = (idleConnectionAgeMax, authoritiesFile)
        self.userAgent = userAgent
    }
}

/// Why there is no transport. Both are faults of the machine's installation; nothing was sent or kept.
package enum TransportTrouble: Error, Equatable, CustomStringConvertible {
    /// libcurl could not be started or has run out of memory.
    case libraryNotReady
    /// The installed libcurl is older than any that was tried.
    case libraryTooOld(found: String)

    package var description: String {
        switch self {
        case .libraryNotReady:
            "libcurl could not be started; nothing was sent. Check the installation of libcurl4 and the free memory."
        case .libraryTooOld(let found):
            "libcurl \(found) is too old; nothing was sent. Install libcurl 7.80 or newer."
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 1: libcurl takes 0 for "no limit".
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        let whole = min(seconds, 30 * 86_400) * 1_000
        return max(1, Int(whole + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
