import Foundation
import Glibc

/// One request over one socket, read to the end of what comes back. The server's own test client would bring another
/// HTTP library into the build, and a library hides how a connection ended, which is what is asked here.
enum RawClient {
    struct Reply {
        let text: String
        /// 0 for an orderly end.
        let error: Int32
        /// What stands behind the blank line.
        var body: String { text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
    }

    /// On a thread of its own: blocking one of the few that run tasks would block the server it waits for.
    static func exchange(
        port: Int, _ method: String, _ path: String, token: String = "", body: String = ""
    ) async -> Reply {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: blockingExchange(port, method, path, token, body)) }.start()
        }
    }

    private static func blockingExchange(
        _ port: Int, _ method: String, _ path: String, _ token: String, _ body: String
    ) -> Reply {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return Reply(text: "", error: errno) }
        let request = """
            \(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\naccess-token: \(token)\r\n\
            Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """
        _ = request.withCString { Glibc.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        return read(descriptor)
    }

    private static func read(_ descriptor: Int32) -> Reply {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let error = count < 0 ? errno : 0
            guard count > 0 else { return Reply(text: String(decoding: bytes, as: UTF8.self), error: error) }
            bytes += buffer[..<count]
        }
    }
}
