import Glibc
import Hummingbird

/// The connection a request came in on, for the faults that end it.
///
/// Hummingbird has no verb for "answer nothing", so the channel is closed under it; what it then tries to write goes
/// nowhere. A reset needs a socket option whose name lives in NIOCore, which this room does not import for one line:
/// the socket is found by its two ends instead.
package struct SandboxConnection: InitializableFromSource, Sendable {
    /// As closures, because the channel's type has its name in NIOCore too.
    private let closeChannel: @Sendable () -> Void
    private let ports: @Sendable () -> (peer: Int, local: Int)?

    package init(source: ApplicationRequestContextSource) {
        let channel = source.channel
        closeChannel = { channel.close(promise: nil) }
        ports = {
            guard let peer = channel.remoteAddress?.port, let local = channel.localAddress?.port else { return nil }
            return (peer, local)
        }
    }

    /// The caller sees the end of the stream before a byte of a reply.
    func close() { closeChannel() }

    /// The caller sees "connection reset".
    func reset() {
        if let ports = ports() { Self.dropOnClose(peerPort: ports.peer, localPort: ports.local) }
        closeChannel()
    }

    /// Descriptors above this are not looked at; a rehearsal opens some hundreds.
    private static let descriptorsMax: Int32 = 65_536

    /// Makes the close of that connection a reset: linger on, for zero seconds.
    private static func dropOnClose(peerPort: Int, localPort: Int) {
        for descriptor in 3..<min(descriptorsMax, Int32(clamping: sysconf(Int32(_SC_OPEN_MAX)))) {
            guard port(of: descriptor, getpeername) == peerPort, port(of: descriptor, getsockname) == localPort else {
                continue
            }
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return
        }
    }

    private static func port(
        of descriptor: Int32,
        _ name: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) -> Int? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { storage in
            let result = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &length) }
            guard result == 0 else { return nil }
            switch Int32(storage.pointee.ss_family) {
            case AF_INET:
                return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                }
            case AF_INET6:
                return storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin6_port))
                }
            default: return nil
            }
        }
    }
}
