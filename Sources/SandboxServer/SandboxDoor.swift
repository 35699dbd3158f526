import CampaignModel
import Hummingbird
import Sandbox
import Synchronization
import Wire

/// Takes HTTP requests to the platform value and carries its answers out, faults included.
package final class SandboxDoor: HTTPResponder {
    package typealias Context = SandboxConnection

    /// One lock around the whole platform: an answer takes microseconds, and a total order of arrivals is what an
    /// audit needs.
    let platform: Mutex<SandboxPlatform>
    let now: @Sendable () -> Moment
    private let wait: @Sendable (Duration) async throws -> Void
    private let onCallbacks: @Sendable () -> Void

    /// - Parameters:
    ///   - now: the wall the platform lives by. On a rehearsal, the same one as the daemon's.
    ///   - wait: holds a reply back, in real time. It must end with an error when the program shuts down, or the shutdown
    ///     waits as long as the reply. A parameter, because this room owns no clock.
    ///   - onCallbacks: told after every request while there is something to post.
    package init(
        _ platform: SandboxPlatform, now: @escaping @Sendable () -> Moment,
        wait: @escaping @Sendable (Duration) async throws -> Void,
        onCallbacks: @escaping @Sendable () -> Void = {}
    ) {
        self.onCallbacks = onCallbacks
        self.platform = Mutex(platform)
        (self.now, self.wait) = (now, wait)
    }

    package func respond(to request: Request, context: SandboxConnection) async throws -> Response {
        guard let body = await body(of: request) else { return Response(status: .contentTooLarge) }
        if request.uri.path.hasPrefix("/sandbox/") {
            defer { if hasCallbacks { onCallbacks() } }
            return control(request, body: body)
        }
        let wireRequest = Self.wireRequest(request, body: body)
        let answer = platform.withLock { $0.answer(wireRequest, at: now()) }
        // Before a reply that is held back: its echo does not wait for it.
        if hasCallbacks { onCallbacks() }
        if answer.delay > .zero {
            do {
                try await wait(answer.delay)
            } catch {
                // The program shuts down: a reply now would be one that the rehearsal promised not to give.
                context.close()
                throw ReplyWithheld()
            }
        }
        switch answer.fault {
        case .none:
            return Self.response(answer.response)
        case .dropBeforeReply:
            context.close()
            throw ReplyWithheld()
        case .resetConnection:
            context.reset()
            throw ReplyWithheld()
        case .cutReply(let afterBytes):
            return Self.cut(answer.response, afterBytes: afterBytes)
        }
    }

    /// Ends a reply that must not be completed. The server closes the connection on it.
    private struct ReplyWithheld: Error {}

    /// `nil` when it is longer than the platform reads, or broke off.
    private func body(of request: Request) async -> [UInt8]? {
        // Safe because either failure means that no complete request arrived, and is answered or closed as such.
        guard let buffer = try? await request.body.collect(upTo: SandboxPlatform.requestBytesMax) else { return nil }
        return Array(buffer.readableBytesView)
    }

    private static func wireRequest(_ request: Request, body: [UInt8]) -> Wire.HTTPRequest {
        Wire.HTTPRequest(
            method: request.method == .post ? .post : .get, url: "http://sandbox" + request.uri.string,
            headers: request.headers.map { HTTPHeader($0.name.rawName, $0.value) }, body: body)
    }

    static func response(_ reply: Wire.HTTPResponse) -> Response {
        Response(
            status: .init(code: reply.status), headers: fields(reply.headers),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private static func cut(_ reply: Wire.HTTPResponse, afterBytes count: Int) -> Response {
        let part = ByteBuffer(bytes: reply.body.prefix(count))
        let body = ResponseBody(contentLength: reply.body.count) { writer in
            try await writer.write(part)
            throw ReplyWithheld()
        }
        return Response(status: .init(code: reply.status), headers: fields(reply.headers), body: body)
    }

    private static func fields(_ headers: [HTTPHeader]) -> HTTPFields {
        var fields = HTTPFields()
        for header in headers {
            guard let name = HTTPFields.Element.Name(header.name) else { continue }
            fields[name] = header.value
        }
        return fields
    }
}

/// What the platform has to tell, for whoever carries it out: this room posts nothing.
extension SandboxDoor {
    package typealias Callback = SandboxCallback

    package var hasCallbacks: Bool { platform.withLock { $0.nextCallback != nil } }

    package func callbacksDue(limit: Int) -> [Callback] {
        platform.withLock { $0.takeCallbacks(dueAt: now(), limit: limit) }
    }

    /// - Parameter status: nil when no answer came.
    package func ended(_ callback: Callback, status: Int?, body: [UInt8]) {
        platform.withLock { $0.callbackEnded(callback, status: status, body: body, at: now()) }
    }
}
