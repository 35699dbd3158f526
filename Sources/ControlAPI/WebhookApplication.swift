import CampaignModel
import Channels
import Foundation
import Hummingbird
import Logging
import Ports
import Synchronization

/// The door for what the world tells, on a port of its own: `POST /webhook` for the platform, `POST /events` for partners
/// with a key. Off unless configured; a proxy with TLS and a limit by address sits before it.
///
/// - Parameter wait: real time, ended by shutdown. An answer that the ledger holds up is not waited for: the platform
///   gives up after five seconds and counts against us, while a 503 within one is tried again.
package func webhookApplication(
    desk: any EventDesk, host: String, port: Int, logger: Logger,
    wait: @escaping @Sendable (Duration) async throws -> Void,
    onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
) -> some ApplicationProtocol {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    let routes = WebhookRoutes(desk: desk, wait: wait)
    let router = Router(context: BasicRequestContext.self)
    router.post("/webhook") { request, _ in await routes.callback(request) }
    router.post("/events") { request, _ in await routes.partner(request) }
    return Application(
        router: router, server: .http1(configuration: .init(idleTimeout: .seconds(10))),
        configuration: .init(
            address: .hostname(host, port: port),
            availableConnectionsDelegate: .maximum(256, logger: logger)),
        onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) }, logger: logger)
}

struct WebhookRoutes: Sendable {
    private static let partnerBytesMax = 256 << 10
    /// The platform wants its answer within a second.
    private static let answerWithin: Duration = .milliseconds(900)

    let desk: any EventDesk
    let wait: @Sendable (Duration) async throws -> Void
    /// One line: the ledger has one writer, and an event loop must not stand before it.
    private let line = DispatchQueue(label: "curfew.control.events")

    init(desk: any EventDesk, wait: @escaping @Sendable (Duration) async throws -> Void) {
        self.desk = desk
        self.wait = wait
    }

    // MARK: - The platform

    func callback(_ request: Request) async -> Response {
        guard let body = await Self.body(of: request, bytesMax: CallbackSignature.bodyBytesMax) else {
            return Self.plain(.contentTooLarge)
        }
        let signature = HeaderName(CallbackSignature.header).flatMap { request.headers[$0] }
        switch await inTime({ try desk.receive(body, signature: signature) }) {
        case .success(.taken): return Self.plain(.ok, "{}")
        case .success(.challenge(let number)): return Self.plain(.ok, #"{"challenge":\#(number)}"#)
        case .failure(CallbackRefusal.unsigned): return Self.plain(.unauthorized)
        case .failure(CallbackRefusal.malformed): return Self.plain(.badRequest)
        case .failure: return Self.plain(.serviceUnavailable)
        }
    }

    // MARK: - Partners

    func partner(_ request: Request) async -> Response {
        guard let body = await Self.body(of: request, bytesMax: Self.partnerBytesMax) else {
            return Self.plain(.contentTooLarge)
        }
        guard case .token(let key) = ControlRoutes.identity(of: request) else { return Self.plain(.unauthorized) }
        let isCSV = request.headers[.contentType]?.lowercased().hasPrefix("text/csv") ?? false
        switch await inTime({ try desk.partnerEvents(body, isCSV: isCSV, key: key) }) {
        case .success(let receipt):
            // Safe because the receipt is numbers and codes, which always encode.
            return (try? DoorReply.json(receipt)) ?? Self.plain(.ok)
        case .failure(let refusal as DeskRefusal):
            return DoorReply.refusal(
                DoorRefusal(
                    refusal.kind == .unproved ? .unauthorized : .badRequest, code: refusal.code, refusal.sentence))
        case .failure: return Self.plain(.serviceUnavailable)
        }
    }

    // MARK: - In time

    private struct TooLate: Error {}

    /// The answer, or a refusal when the ledger takes longer than the platform waits. What it does afterwards stays done:
    /// the repeat that follows is known by its digest.
    private func inTime<Answer: Sendable>(
        _ work: @escaping @Sendable () throws -> Answer
    ) async -> Result<Answer, any Error> {
        let once = Once<Answer>()
        let alarm = Task {
            // Safe because a wait that ends early means shutdown, and then too late is the right answer as well.
            try? await wait(Self.answerWithin)
            if !Task.isCancelled { once.resolve(.failure(TooLate())) }
        }
        line.async { once.resolve(Result(catching: work)) }
        let result = await once.value()
        alarm.cancel()
        return result
    }

    /// The first result counts.
    private final class Once<Answer: Sendable>: Sendable {
        private struct State {
            var result: Result<Answer, any Error>?
            var waiter: CheckedContinuation<Result<Answer, any Error>, Never>?
        }
        private let state = Mutex(State())

        func resolve(_ result: Result<Answer, any Error>) {
            let waiter = state.withLock { state -> CheckedContinuation<Result<Answer, any Error>, Never>? in
                guard state.result == nil else { return nil }
                state.result = result
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: result)
        }

        func value() async -> Result<Answer, any Error> {
            await withCheckedContinuation { continuation in
                let result = state.withLock { state -> Result<Answer, any Error>? in
                    if state.result == nil { state.waiter = continuation }
                    return state.result
                }
                if let result { continuation.resume(returning: result) }
            }
        }
    }

    /// nil: longer than allowed, by its own word before a byte is read, or as it turns out; or it broke off.
    private static func body(of request: Request, bytesMax: Int) async -> [UInt8]? {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax { return nil }
        // Safe because either failure means that no complete request arrived.
        guard let buffer = try? await request.body.collect(upTo: bytesMax) else { return nil }
        return Array(buffer.readableBytesView)
    }

    private static func plain(_ status: HTTPResponse.Status, _ body: String = "") -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
