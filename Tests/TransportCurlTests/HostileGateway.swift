import Foundation
import Synchronization

/// A gateway on a raw socket that does to each connection what its script says, and remembers every whole body it was
/// sent. Listens on a port of the system's choice, or on a local socket.
final class HostileGateway: Sendable {
    typealias Script = @Sendable (GatewayConnection) -> Void

    private struct Seen {
        var bodies: [String] = []
        var connections: [Int32] = []
        var opened = 0
        var rawBytes: [UInt8] = []
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let seen = Mutex(Seen())
    private let closed: @Sendable () -> Void

    /// - Parameter closed: told when a script is through and its connection is closed.
    init(unixPath: String? = nil, closed: @escaping @Sendable () -> Void = {}, script: @escaping Script) throws {
        self.closed = closed
        (listener, port) = try unixPath.map { (try Self.listen(onPath: $0), UInt16(0)) } ?? Self.listenOnLoopback()
        Thread { [self] in admit(script) }.start()
    }

    func url(_ path: String = "/send", scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

    /// Every body that arrived whole, in the order of arrival.
    var bodies: [String] { seen.withLock { $0.bodies } }
    /// How many connections were ever accepted.
    var connectionsOpened: Int { seen.withLock { $0.opened } }
    /// Everything that arrived, whole or not.
    var rawBytes: [UInt8] { seen.withLock { $0.rawBytes } }

    func stop() {
        seen.withLock { seen in
            seen.isStopped = true
            for connection in seen.connections { shutdown(connection, SocketWord.neither) }
        }
        shutdown(listener, SocketWord.neither)
    }

    fileprivate func record(body: String) { seen.withLock { $0.bodies.append(body) } }
    fileprivate func record(raw: some Sequence<UInt8>) { seen.withLock { $0.rawBytes.append(contentsOf: raw) } }

    private func admit(_ script: @escaping Script) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let number: Int? = seen.withLock { seen in
                guard !seen.isStopped else { return nil }
                seen.connections.append(descriptor)
                defer { seen.opened += 1 }
                return seen.opened
            }
            guard let number else {
                Glibc.close(descriptor)
                break
            }
            Thread { [self] in
                let connection = GatewayConnection(descriptor: descriptor, number: number, gateway: self)
                script(connection)
                connection.close()
                closed()
            }.start()
        }
        Glibc.close(listener)
    }

    fileprivate func close(_ descriptor: Int32) {
        // Out of the list before its number can belong to another.
        seen.withLock { $0.connections.removeAll { $0 == descriptor } }
        Glibc.close(descriptor)
    }

    private static func listenOnLoopback() throws -> (Int32, UInt16) {
        let listener = socket(AF_INET, SocketWord.stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isUp = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isUp else { throw POSIXError(.EADDRINUSE) }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private static func listen(onPath path: String) throws -> Int32 {
        let listener = socket(AF_UNIX, SocketWord.stream, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isUp = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && Glibc.listen(listener, 8) == 0
            }
        }
        guard isUp else { throw POSIXError(.EADDRINUSE) }
        return listener
    }
}

/// The system's own words, which reach Swift or not depending on which module read its header first.
enum SocketWord {
    /// SOCK_STREAM
    static let stream: Int32 = 1
    /// SHUT_WR
    static let noOutput: Int32 = 1
    /// SHUT_RDWR
    static let neither: Int32 = 2
    /// MSG_NOSIGNAL
    static let noSignal: Int32 = 0x4000
}

/// One accepted connection in the hands of a script. It is closed in an orderly way when the script returns.
final class GatewayConnection {
    /// 0 for the gateway's first.
    let number: Int
    private let descriptor: Int32
    private let gateway: HostileGateway
    private var unread: [UInt8] = []
    private var isClosed = false

    fileprivate init(descriptor: Int32, number: Int, gateway: HostileGateway) {
        self.descriptor = descriptor
        self.number = number
        self.gateway = gateway
    }

    /// Reads one whole request and gives its body; nil when the sender hung up first.
    func readRequest() -> String? {
        let headEnd = Array("\r\n\r\n".utf8)
        while true {
            if let end = unread.firstRange(of: headEnd) {
                let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.components(separatedBy: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix { $0.isNumber }) }
                let size = end.upperBound + (length ?? 0)
                if unread.count >= size {
                    let body = String(decoding: unread[end.upperBound..<size], as: UTF8.self)
                    unread.removeFirst(size)
                    gateway.record(body: body)
                    return body
                }
            }
            guard receive() else { return nil }
        }
    }

    /// Reads whatever comes next. False when the sender hung up.
    func receive(atMost count: Int = 65_536) -> Bool {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = recv(descriptor, &buffer, count, 0)
        guard got > 0 else { return false }
        gateway.record(raw: buffer[..<got])
        unread += buffer[..<got]
        return true
    }

    /// Waits until the sender hangs up.
    func waitForHangUp() { while receive() {} }

    /// True when the sender hung up within the time.
    func hangsUp(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0 && !receive()
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var at = 0
        while at < bytes.count {
            let sent = bytes[at...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, SocketWord.noSignal) }
            guard sent > 0 else { return false }
            at += sent
        }
        return true
    }

    /// A whole reply with that body.
    func reply(_ body: String, status: String = "200 OK") {
        write(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Answers each request with its own body until the sender hangs up.
    func echo() { while let body = readRequest() { reply(body) } }

    /// Sends the orderly end now and keeps listening.
    func endOutput() { shutdown(descriptor, SocketWord.noOutput) }

    /// Closes now, where the script does not wait for its return. Nothing may be done with it afterwards.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        gateway.close(descriptor)
    }

    /// The script's return will send a reset instead of an orderly end.
    func endWithReset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
    }
}

/// A gate between a test and its gateway: whoever waits goes on once it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    /// From the gateway's own threads only.
    func waitBlocking() {
        semaphore.wait()
        semaphore.signal()
    }
    func open() { semaphore.signal() }
}

/// The same for a test that waits for its gateway.
final class Bell: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    init() { (stream, continuation) = AsyncStream.makeStream() }
    func ring() { continuation.yield() }
    func rung() async { for await _ in stream { return } }
}
