import CCurl
import CCurlShim
import Foundation

/// Which socket belongs to which connection, so that a connection can be looked at before a request is given to it.
///
/// libcurl 7.88 uses an idle connection again on which unread bytes wait, and takes those bytes for the reply to the
/// next request: one person's surplus reply would be credited to another person's message. Later versions refuse such a
/// connection by themselves; this is the same rule for all of them. Asking libcurl for the socket is no way: before the
/// request has left it names the socket of the exchange before.
///
/// Touched by the transport's thread only. Must outlive the multi handles, which close sockets to their very end.
final class ConnectionBook {
    /// By local port. Two connections to different hosts can share one; then both are looked at, and the worst that
    /// comes of it is a connection too many.
    private var sockets: [Int32: [Int32]] = [:]
    /// Watches the sockets, and must let go of one before its number is another's.
    private let loop: UnsafeMutablePointer<curlshim_loop>

    init(loop: UnsafeMutablePointer<curlshim_loop>) { self.loop = loop }

    /// Notes the socket that was opened last for an exchange, once it is connected.
    func note(socket: Int32, localPort: Int32) {
        curlshim_loop_note(loop, socket)
        sockets[localPort, default: []].append(socket)
    }

    fileprivate func forget(socket: Int32) {
        curlshim_loop_forget(loop, socket)
        let port = curlshim_local_port(socket)
        if port != 0 { return remove(socket, from: port) }
        // Not connected any more, so its port cannot be asked for.
        for port in sockets.keys.sorted() { remove(socket, from: port) }
    }

    /// Whether the idle connection has something to read, or has ended: neither can be the reply to a request that has
    /// not left. Unknown connections count as spoiled.
    func isSpoiled(localPort: Int32) -> Bool {
        guard let some = sockets[localPort] else { return true }
        return some.contains { curlshim_has_input($0) != 0 }
    }

    private func remove(_ socket: Int32, from port: Int32) {
        guard var some = sockets[port], some.contains(socket) else { return }
        some.removeAll { $0 == socket }
        sockets[port] = some.isEmpty ? nil : some
    }
}

let socketIsClosing: curl_closesocket_callback = { context, socket in
    guard let context else { preconditionFailure("libcurl called back without the book it was given") }
    Unmanaged<ConnectionBook>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.forget(socket: socket) }
    return close(socket)
}
