import Answers
import CampaignModel
import Foundation
import Hummingbird
import Logging
import Ports
import Words

/// How answers and refusals are written on the wire.
enum DoorReply {
    /// Keys sorted, slashes as they are, so that the same answer is the same bytes.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = ByteBuffer(bytes: try encoder.encode(value))
        bytes.writeStaticString("\n")
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"], body: .init(byteBuffer: bytes))
    }

    static func text(_ text: String, type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func refusal(_ refusal: DoorRefusal, in language: Language) -> Response {
        // Safe because the body is a few strings, which always encode; a bare status would still say the most of it.
        let problem = try? json(Problem(refusal, in: language), status: refusal.status)
        var response = problem ?? Response(status: refusal.status)
        response.headers[.contentType] = Problem.mediaType
        if refusal.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if !refusal.allowed.isEmpty { response.headers[.allow] = refusal.allowed.joined(separator: ", ") }
        return response
    }
}

/// Judges every request at the door, turns what was thrown into an answer, and puts the headers on that keep a browser
/// from doing more with a page than show it. Outermost, so that not even a 404 lacks them.
struct DoorGuard<Context: RequestContext>: RouterMiddleware {
    let rules: DoorRules
    let pages: PageRoutes
    var brake: ProofBrake?
    let api: APITable

    /// No frame, nothing from elsewhere, nothing kept. Style sheet and script are our own addresses: with a nonce in the
    /// page each answer would need randomness for what `'self'` says as well.
    static var headers: [(HeaderName, String)] {
        [
            (
                .contentSecurityPolicy,
                """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                form-action 'self'; base-uri 'none'; frame-ancestors 'none'
                """
            ),
            (.xContentTypeOptions, "nosniff"), (.cacheControl, "no-store"), (.init("Referrer-Policy")!, "no-referrer"),
            (.init("X-Frame-Options")!, "DENY"), (.init("Cross-Origin-Resource-Policy")!, "same-origin"),
            (.init("Cross-Origin-Opener-Policy")!, "same-origin"),
        ]
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            if let status = RequestForm.fault(of: request) {
                throw DoorRefusal(status, code: "bad_request", Catalogue.Door.badBody("Host, Transfer-Encoding"))
            }
            if let objection = rules.placeObjection(host: request.head.authority) { throw objection }
            switch RequestBearer.kind(of: request) {
            case .pretender: throw DoorRefusal(.forbidden, code: "not_the_proxy", Catalogue.Door.notTheProxy)
            case .unclear: throw DoorRefusal(.badRequest, code: "bad_request", Catalogue.Door.twoNames)
            case .proxy, nil: break
            }
            let methods = api.methods(of: request.uri.path)
            if !methods.isEmpty, !methods.contains(request.method) {
                throw DoorRefusal.methodNotAllowed(methods.map(\.rawValue))
            }
            let objection = rules.objection(
                to: .init(
                    method: request.method.rawValue, path: request.uri.path, host: request.head.authority,
                    origin: request.headers[.origin], fetchSite: request.headers[.fetchSite],
                    contentType: request.headers[.contentType]))
            if let objection { throw objection }
            if !DoorRules.isOpenToAll(request.uri.path), rules.isFromAfar(request) {
                let seat = pages.identity(of: request)
                let identity = request.headers[.authorization] == nil ? seat : ControlRoutes.identity(of: request)
                _ = try await pages.line.look { try $0.caller(identity) }
            }
            response = try await next(request, context)
        } catch {
            let refusal = refusal(of: error, logger: context.logger)
            if DoorRules.isForMachines(request.uri.path) {
                if refusal.status == .unauthorized { await brake?.failed(context.logger) }
                response = DoorReply.refusal(refusal, in: ControlRoutes.language(of: request))
            } else {
                response = await pages.refusal(refusal, request)
            }
        }
        for (name, value) in Self.headers { response.headers[name] = value }
        if rules.isSecure(host: request.head.authority) { response.headers[.strictTransport] = "max-age=31536000" }
        return response
    }

    private func refusal(of error: any Error, logger: Logger) -> DoorRefusal {
        switch error {
        case let refusal as DoorRefusal: return refusal
        case let refusal as DeskRefusal: return DoorRefusal(refusal)
        case let error as HTTPError where error.status == .notFound:
            return DoorRefusal(.notFound, code: "no_such_address", Catalogue.Door.noSuchPage)
        case let error as any HTTPResponseError where error.status == .contentTooLarge: return .bodyTooLarge
        case LedgerError.storage: return DoorRefusal(.conflict, code: "ledger_busy", Catalogue.Desk.busy)
        case LedgerError.refusedRow: return DoorRefusal(.badRequest, code: "not_kept", Catalogue.Inbound.notKept)
        default:
            // What broke is for the operator's log; a stranger learns only that it did.
            logger.error("control request failed", metadata: ["error": "\(error)"])
            return DoorRefusal(.internalServerError, code: "internal", Catalogue.Door.ourFault)
        }
    }
}

extension HeaderName {
    static var strictTransport: Self { .init("Strict-Transport-Security")! }
}

extension DoorRefusal {
    static func methodNotAllowed(_ allowed: [String]) -> DoorRefusal {
        var refusal = DoorRefusal(
            .methodNotAllowed, code: "method_not_allowed", Catalogue.Door.methodNotAllowed(allowed))
        refusal.allowed = allowed
        return refusal
    }

    static var bodyTooLarge: DoorRefusal {
        DoorRefusal(
            .contentTooLarge, code: "body_too_large",
            Catalogue.Door.bodyTooLarge(limitKiB: DoorRules.bodyBytesMax / 1024))
    }
}
