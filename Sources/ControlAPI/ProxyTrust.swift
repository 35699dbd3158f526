import Glibc
import Hummingbird
import NIOCore

/// A proxy that has proved people already and names them in a header. It is believed by the system user that its process
/// runs as, which the kernel tells of a local socket and nobody can write into a request.
package struct ProxyTrust: Sendable {
    package var user: UInt32
    /// Of the header that names the person.
    package var header: String
    package init(user: UInt32, header: String) { (self.user, self.header) = (user, header) }
}

/// Who brought a request: told by the door under two names of its own, which it takes off whatever comes in.
struct RequestBearer: Sendable {
    enum Kind: String {
        /// The configured proxy's process.
        case proxy
        /// Somebody else who named a person as only the proxy may.
        case pretender
        /// The proxy, with more than one name or one that is none.
        case unclear
    }
    let trust: ProxyTrust?

    func introduce(_ request: Request, on channel: any Channel) async -> Request {
        var head = request.head
        head.headerFields[.bearer] = nil
        head.headerFields[.vouchedFor] = nil
        guard let trust, let header = HeaderName(trust.header) else {
            return Request(head: head, body: request.body)
        }
        let names = head.headerFields[values: header].filter { !$0.isEmpty }
        if await Self.user(of: channel) == trust.user {
            head.headerFields[.bearer] = names.count > 1 ? Kind.unclear.rawValue : Kind.proxy.rawValue
            if names.count == 1 { head.headerFields[.vouchedFor] = names[0] }
        } else if !names.isEmpty {
            head.headerFields[.bearer] = Kind.pretender.rawValue
        }
        return Request(head: head, body: request.body)
    }

    static func kind(of request: Request) -> Kind? { request.headers[.bearer].flatMap(Kind.init(rawValue:)) }

    /// `struct ucred` of the kernel.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// nil: it is no local socket, or the kernel does not say.
    private static func user(of channel: any Channel) async -> UInt32? {
        guard case .unixDomainSocket = channel.localAddress, let socket = channel as? any SocketOptionProvider else {
            return nil
        }
        let asked: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        // Safe because a peer of whom nothing is known is not the proxy.
        return try? await asked.get().user
    }
}

extension HeaderName {
    fileprivate static var bearer: Self { .init("Curfew-Bearer")! }
    static var vouchedFor: Self { .init("Curfew-Vouched-For")! }
}
