import CampaignModel
import Foundation
import Hummingbird
import Sandbox
import Synchronization
import Wire

/// Takes HTTP requests to the platform value and carries its answers out, faults included.
package final class SandboxDoor: HTTPResponder {
    package typealias Context = SandboxConnection

    /// One lock around the whole platform: an answer takes microseconds, and a total order of arrivals is what an
    /// audit needs.
    private let platform: Mutex<SandboxPlatform>
    private let now: @Sendable () -> Moment
    private let wait: @Sendable (Duration) async throws -> Void

    init(
        _ platform: SandboxPlatform, now: @escaping @Sendable () -> Moment,
        wait: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.platform = Mutex(platform)
        self.now = now
        self.wait = wait
    }

    package func respond(to request: Request, context: SandboxConnection) async throws -> Response {
        guard let body = await body(of: request) else { return Response(status: .contentTooLarge) }
        if request.uri.path.hasPrefix("/sandbox/") { return control(request, body: body) }
        let wireRequest = Self.wireRequest(request, body: body)
        let answer = platform.withLock { $0.answer(wireRequest, at: now()) }
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

    private static func response(_ reply: Wire.HTTPResponse) -> Response {
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

/// What is not the platform's but the rehearsal's: the audit, and more people.
extension SandboxDoor {
    private struct People: Decodable {
        let account: String
        let users: [String]?
        let patterns: [OpenIDPattern]?
        let mutualFollows: [String]?
        let withdrawn: [String]?

        enum CodingKeys: String, CodingKey {
            case account, users, patterns, withdrawn
            case mutualFollows = "mutual_follows"
        }
    }

    private func control(_ request: Request, body: [UInt8]) -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/sandbox/health"):
            return Self.response(Self.json(#"{"ok":true}"#))
        case (.get, "/sandbox/audit"):
            let audit = platform.withLock { $0.audit }
            return Self.response(Self.json(audit.json))
        case (.get, "/sandbox/audit.txt"):
            let audit = platform.withLock { $0.audit }
            let language: Language = request.uri.query?.contains("lang=zh") == true ? .zh : .en
            return Self.response(
                .init(
                    status: 200, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
                    body: Array(audit.text(in: language).utf8)))
        case (.post, "/sandbox/users"):
            return addPeople(body)
        default:
            return Response(status: .notFound)
        }
    }

    /// `{"account": "…", "users": […], "patterns": […], "mutual_follows": […], "withdrawn": […]}`
    private func addPeople(_ body: [UInt8]) -> Response {
        // Safe because a body that cannot be read is answered as one.
        guard let people = try? JSONDecoder().decode(People.self, from: Data(body)),
            people.patterns?.allSatisfy(\.isSane) ?? true
        else { return Self.response(Self.json(#"{"error":"expected account and users"}"#, status: 400)) }
        let openIDs = (people.users ?? []) + (people.patterns ?? []).flatMap(\.openIDs)
        let added = platform.withLock { platform -> Int in
            let added = platform.authorise(openIDs, account: people.account)
            platform.follow(people.mutualFollows ?? [], account: people.account)
            platform.withdraw(people.withdrawn ?? [], account: people.account)
            return added
        }
        return Self.response(Self.json(#"{"authorised":\#(added)}"#))
    }

    private static func json(_ text: String, status: Int = 200) -> Wire.HTTPResponse {
        json(Array(text.utf8), status: status)
    }

    private static func json(_ body: [UInt8], status: Int = 200) -> Wire.HTTPResponse {
        .init(status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }
}
