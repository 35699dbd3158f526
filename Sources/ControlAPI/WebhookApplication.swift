import Answers
import CampaignModel
import Channels
import Foundation
import Hummingbird
import Logging
import Synchronization

/// The door for what the world tells, on a port of its own: `POST /webhook` for the platform, `POST /events` for partners
/// with a key. Off unless configured; a proxy with TLS and a limit by address sits before it.
///
/// - Parameter wait: real time, ended by shutdown. An answer that the ledger holds up is not waited for: the platform
///   gives up after five seconds and counts against us, while a 503 within one is tried again.
package func webhookApplication(
    desk: any EventDesk, host: String, port: Int, logger: Logger, now: @escaping @Sendable () -> Moment,
    wait: @escaping @Sendable (Duration) async throws -> Void, brake: ProofBrake? = nil,
    onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
) -> OpenDoors<Application<RouterResponder<BasicRequestContext>>> {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    let owing = OwingConnections(countMax: WebhookRoutes.owingMax) { desk.turnedAway(.unfinished) }
    let routes = WebhookRoutes(desk: desk, brake: brake, wait: wait)
    let router = Router(context: BasicRequestContext.self)
    router.post("/webhook") { request, _ in await routes.callback(request) }
    router.post("/events") { request, context in await routes.partner(request, context.logger) }
    let door = Application(
        router: router,
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [ArrivalGuard(owing, within: WebhookRoutes.wholeRequestWithin)],
                idleTimeout: .seconds(10),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: WebhookRoutes.headerBytesMax, maxHeaderListSize: WebhookRoutes.headerBytesMax,
                    maxHeaderFieldCount: WebhookRoutes.headerFieldsMax))),
        configuration: .init(
            address: .hostname(host, port: port),
            availableConnectionsDelegate: .maximum(WebhookRoutes.connectionsMax, logger: logger)),
        onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) }, logger: logger)
    return OpenDoors(doors: [door], logger: logger, now: now)
}

struct WebhookRoutes: Sendable {
    private static let partnerBytesMax = 256 << 10
    /// Only the platform's check of the address may come unsigned, and it is short.
    private static let unsignedBytesMax = 1 << 10
    /// The platform wants its answer within a second.
    private static let answerWithin: Duration = .milliseconds(900)
    /// A whole request, from the connection's first moment; the platform itself waits no longer for its answer.
    static let wholeRequestWithin: Duration = .seconds(5)
    /// Connections that have sent no whole request yet. The rest of those allowed are being answered.
    static let owingMax = 256
    static let connectionsMax = 512
    /// A callback has some ten short header fields.
    static let headerBytesMax = 16 << 10
    static let headerFieldsMax = 64

    let desk: any EventDesk
    private let brake: ProofBrake?
    let wait: @Sendable (Duration) async throws -> Void
    private let places: EventPlaces
    /// One line: the ledger has one writer, and an event loop must not stand before it. Only what is proved stands in it.
    private let line = DispatchQueue(label: "curfew.control.events")

    init(
        desk: any EventDesk, places: EventPlaces = EventPlaces(), brake: ProofBrake? = nil,
        wait: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.desk, self.places, self.brake, self.wait) = (desk, places, brake, wait)
    }

    // MARK: - The platform

    func callback(_ request: Request) async -> Response {
        if RequestForm.fault(of: request) != nil { return refused(.malformed) }
        guard let signature = HeaderName(CallbackSignature.header).flatMap({ request.headers[$0] }) else {
            return await unsigned(request)
        }
        return await read(request, bytesMax: CallbackSignature.bodyBytesMax) { body in
            guard desk.proves(body, signature: signature) else { return refused(.unsigned) }
            switch await inTime({ try desk.receive(body, signature: signature) }) {
            case .success(let receipt): return Self.answer(receipt)
            case .failure(CallbackRefusal.unsigned): return refused(.unsigned)
            case .failure(CallbackRefusal.malformed): return refused(.malformed)
            case .failure: return refused(.busy)
            }
        }
    }

    /// Never in the line, and a long one is never read.
    private func unsigned(_ request: Request) async -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.unsignedBytesMax {
            return refused(.unsigned)
        }
        guard let body = await Self.body(of: request, bytesMax: Self.unsignedBytesMax),
            // Safe because every failure means the same: not a check of the address.
            let receipt = try? desk.receive(body, signature: nil)
        else { return refused(.unsigned) }
        return Self.answer(receipt)
    }

    private static func answer(_ receipt: CallbackReceipt) -> Response {
        switch receipt {
        case .taken: plain(.ok, "{}")
        case .challenge(let number): plain(.ok, #"{"challenge":\#(number)}"#)
        }
    }

    // MARK: - Partners

    func partner(_ request: Request, _ logger: Logger) async -> Response {
        if RequestForm.fault(of: request) != nil { return refused(.malformed) }
        guard case .token(let key) = ControlRoutes.identity(of: request) else { return refused(.unsigned) }
        guard places.hasPlaceForGuess else { return refused(.busy) }
        guard desk.knowsPartner(key) else {
            places.enterGuess()
            defer { places.leaveGuess() }
            await brake?.failed(logger)
            return refused(.unsigned)
        }
        let isCSV = request.headers[.contentType]?.lowercased().hasPrefix("text/csv") ?? false
        return await read(request, bytesMax: Self.partnerBytesMax) { body in
            switch await inTime({ try desk.partnerEvents(body, isCSV: isCSV, key: key) }) {
            case .success(let receipt):
                // Safe because the receipt is numbers and codes, which always encode.
                return (try? DoorReply.json(receipt)) ?? Self.plain(.ok)
            case .failure(let refusal as DeskRefusal):
                return DoorReply.refusal(
                    DoorRefusal(
                        refusal.kind == .unproved ? .unauthorized : .badRequest, code: refusal.code, refusal.sentence),
                    in: ControlRoutes.language(of: request))
            case .failure: return refused(.busy)
            }
        }
    }

    // MARK: - Reading

    /// Reads the body where there is room for it, and answers it.
    private func read(
        _ request: Request, bytesMax: Int, _ answer: ([UInt8]) async -> Response
    ) async -> Response {
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > bytesMax { return refused(.tooLarge) }
        let isLarge = (length ?? bytesMax) > EventPlaces.largeFrom
        if isLarge, !places.takeLarge() { return refused(.busy) }
        defer { if isLarge { places.leaveLarge() } }
        guard let body = await Self.body(of: request, bytesMax: bytesMax) else { return refused(.tooLarge) }
        return await answer(body)
    }

    private func refused(_ why: TurnedAway) -> Response {
        desk.turnedAway(why)
        let status: HTTPResponse.Status =
            switch why {
            case .unsigned: .unauthorized
            case .malformed: .badRequest
            case .tooLarge: .contentTooLarge
            case .busy, .unfinished: .serviceUnavailable
            }
        return Self.plain(status)
    }

    // MARK: - In time

    private struct TooLate: Error {}

    /// The answer, or a refusal when the ledger takes longer than the platform waits. What it does afterwards stays done:
    /// the repeat that follows is known by its digest.
    private func inTime<Answer: Sendable>(
        _ work: @escaping @Sendable () throws -> Answer
    ) async -> Result<Answer, any Error> {
        guard places.takeQueued() else { return .failure(TooLate()) }
        let once = Once<Answer>()
        let alarm = Task {
            // Safe because a wait that ends early means shutdown, and then too late is the right answer as well.
            try? await wait(Self.answerWithin)
            if !Task.isCancelled { once.resolve(.failure(TooLate())) }
        }
        line.async {
            once.resolve(Result(catching: work))
            places.leaveQueued()
        }
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

    /// nil: longer than allowed, as it turns out; or it broke off.
    private static func body(of request: Request, bytesMax: Int) async -> [UInt8]? {
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
