import CampaignModel
import ControlAPI
import Foundation
import Glibc
import Hummingbird
import Logging
import ServiceLifecycle
import Testing

/// A door that is open while `body` runs, on a socket in a directory of its own and on a free loopback port.
func withDoor(
    _ desk: PretendDesk, brake: ProofBrake? = nil, live: LivePace = .atOnce, origins: [String] = [],
    proxy: ProxyTrust? = nil, tls: TLSIdentity? = nil,
    _ body: (_ socket: DoorClient, _ loopback: DoorClient) async throws -> Void
) async throws {
    let directory = try PrivateDirectory()
    let path = directory.path + "/curfew.sock"
    let (addresses, opened) = AsyncStream.makeStream(of: ControlAddress.self)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    var binding = try ControlBinding(socket: .init(path: path), loopback: .init(port: 0), tls: tls)
    binding.origins = origins
    binding.proxy = proxy
    let door = try controlApplication(
        desk: desk, bind: binding, logger: logger, brake: brake, live: live
    ) { opened.yield($0) }
    let services = ServiceGroup(configuration: .init(services: [door], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { opened.finish() }
            try await services.run()
        }
        var places: [ControlAddress] = []
        for await address in addresses {
            places.append(address)
            if places.count == 2 { break }
        }
        let port = places.lazy.compactMap { place in
            switch place {
            case .loopback(_, let port), .encrypted(_, let port): port
            case .socket: nil
            }
        }.first
        let result: Result<Void, any Error>
        do {
            if let port { try await body(DoorClient(place: .socket(path)), DoorClient(place: .port(port))) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // Never by cancelling: a connection that is being accepted at that moment stops the whole program.
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        try result.get()
        try #require(places.count == 2)
    }
    directory.remove()
}

extension LivePace {
    /// Each stream tells how everything stands, once.
    static var atOnce: LivePace {
        LivePace(now: { .zero }, wall: { Moment(milliseconds: 784_111_777_999) }, pause: { _ in false })
    }
}

final class PrivateDirectory: Sendable {
    let path: String
    init() throws {
        var template = Array((NSTemporaryDirectory() as NSString).appendingPathComponent("curfew-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(.EIO) }
        path = String(cString: made)
    }
    func remove() {
        // Safe because a directory that stays behind in the temporary place harms no other test.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The least that speaks HTTP: one request a connection, read to its end.
struct DoorClient: Sendable {
    enum Place: Sendable {
        case socket(String)
        case port(Int)
        var path: String? { if case .socket(let path) = self { path } else { nil } }
    }

    struct Reply: Sendable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    let place: Place

    func get(_ path: String, headers: [String] = []) async throws -> Reply {
        try await send("GET \(path) HTTP/1.1\r\n", headers: headers, body: "")
    }

    func post(_ path: String, _ body: String, headers: [String] = [], type: String = "application/json") async throws
        -> Reply
    {
        try await send(
            "POST \(path) HTTP/1.1\r\n",
            headers: headers + ["Content-Type: \(type)", "Content-Length: \(body.utf8.count)"],
            body: body)
    }

    /// Without a body.
    func send(_ method: String, _ path: String) async throws -> Reply {
        try await send("\(method) \(path) HTTP/1.1\r\n", headers: [], body: "")
    }

    /// As a browser sends a form.
    func form(_ path: String, _ fields: String, headers: [String] = []) async throws -> Reply {
        try await post(path, fields, headers: headers, type: "application/x-www-form-urlencoded")
    }

    /// Logs in and gives back the header that a browser would send from then on.
    func logIn() async throws -> String {
        let reply = try await form("/login", "token=good&back=%2F")
        let cookie = reply.headers["set-cookie"]?.split(separator: ";").first ?? ""
        return "Cookie: \(cookie)"
    }

    /// Without a promised length.
    func chunked(_ path: String, _ body: String, headers: [String]) async throws -> Reply {
        try await send(
            "POST \(path) HTTP/1.1\r\n",
            headers: headers + ["Content-Type: application/json", "Transfer-Encoding: chunked"],
            body: String(body.utf8.count, radix: 16) + "\r\n" + body + "\r\n0\r\n\r\n")
    }

    /// As it stands.
    func raw(_ text: String) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try exchange(Array(text.utf8)) }) }
        }
    }

    /// Sends, and leaves the connection open. The caller closes it.
    func open(_ text: String) throws -> Int32 {
        let descriptor = try connected()
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            close(descriptor)
            throw POSIXError(.EPIPE)
        }
        return descriptor
    }

    private func send(_ line: String, headers: [String], body: String) async throws -> Reply {
        let hasHost = headers.contains { $0.lowercased().hasPrefix("host:") }
        let all = (hasHost ? [] : ["Host: localhost"]) + ["Connection: close"] + headers
        let text = line + all.joined(separator: "\r\n") + "\r\n\r\n" + body
        // On a thread of its own: the door's answers need the threads of tasks and queues.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try exchange(Array(text.utf8)) }) }
        }
    }

    private func exchange(_ bytes: [UInt8]) throws -> Reply {
        let descriptor = try connected()
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            // A door that refuses a large body may hang up before it has read it all; its answer is there to read.
            guard count > 0 else { break }
            sent += count
        }
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            reply += buffer[..<count]
        }
        return try parsed(String(decoding: reply, as: UTF8.self))
    }

    private func connected() throws -> Int32 {
        let isSocket = if case .socket = place { true } else { false }
        let descriptor = socket(isSocket ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EIO) }
        let result: Int32
        switch place {
        case .socket(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
            result = connect(descriptor, to: address)
        case .port(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            result = connect(descriptor, to: address)
        }
        guard result == 0 else {
            close(descriptor)
            throw POSIXError(.ECONNREFUSED)
        }
        return descriptor
    }

    private func connect<Address>(_ descriptor: Int32, to address: Address) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private func parsed(_ text: String) throws -> Reply {
        guard let end = text.range(of: "\r\n\r\n") else { throw POSIXError(.EBADMSG) }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { throw POSIXError(.EBADMSG) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        return Reply(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}
