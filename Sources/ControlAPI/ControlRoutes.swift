import Answers
import CampaignModel
import Channels
import Foundation
import Hummingbird
import Words

/// The addresses of one door and what each asks of the desk.
struct ControlRoutes: Sendable {
    let line: DeskLine
    let rules: DoorRules
    let library: PageLibrary
    let live: LiveBoard
    let repeats: RepeatGuard
    let takesNames: Bool
    var brake: ProofBrake?

    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        let pages = PageRoutes(line: line, rules: rules, library: library, takesNames: takesNames)
        let api = APIRoutes(line: line, rules: rules, repeats: repeats).table()
        router.add(middleware: DoorGuard(rules: rules, pages: pages, brake: brake, api: api))
        pages.add(to: router)
        PageActs(pages: pages, brake: brake).add(to: router)
        DropRoutes(pages: pages).add(to: router)
        OutlookRoutes(pages: pages, brake: brake).add(to: router)
        LiveRoutes(pages: pages, board: live).add(to: router)
        MonitorRoutes(line: line).add(to: router)
        api.add(to: router)
        return router
    }

    /// A token outweighs a name, a proxy's word a name of the caller's own; anything else than `Bearer` is nobody, and the desk says what nobody may do.
    static func identity(of request: Request) -> Identity {
        if let authorization = request.headers[.authorization] {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", isWord(String(parts[1])) else { return .nobody }
            return .token(String(parts[1]))
        }
        let vouched = vouched(request)
        if case .vouched = vouched { return vouched }
        if let name = request.headers[.curfewAs], isWord(name) { return .name(name) }
        return .nobody
    }

    /// Whom the trusted proxy names.
    static func vouched(_ request: Request) -> Identity {
        guard let name = request.headers[.vouchedFor], isWord(name) else { return .nobody }
        return .vouched(name)
    }

    static func body<Body: Decodable>(
        _ type: Body.Type, of request: Request, bytesMax: Int = DoorRules.bodyBytesMax
    ) async throws -> Body {
        try decode(type, try await bytes(of: request, bytesMax: bytesMax))
    }

    static func bytes(of request: Request, bytesMax: Int) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax {
            throw DoorRefusal.bodyTooLarge
        }
        var request = request
        return try await request.collectBody(upTo: bytesMax)
    }

    static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: ByteBuffer) throws -> Body {
        // Foundation takes UTF-16, and of two equal keys one: what stands before us may take the other.
        guard StrictJSON.isObject(Array(bytes.readableBytesView)) else {
            throw DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody("JSON"))
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch {
            throw DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody(complaint(error)))
        }
    }

    /// The key at fault, never the value: it may be somebody's id.
    private static func complaint(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): key.stringValue
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            context.codingPath.isEmpty ? "JSON" : context.codingPath.map(\.stringValue).joined(separator: ".")
        default: "JSON"
        }
    }

    // MARK: - Words of a request

    /// `?lang=` first, then the first language of `Accept-Language` that we speak, else Chinese.
    static func language(of request: Request) -> Language {
        if let asked = request.uri.queryParameters["lang"].flatMap({ Language(rawValue: String($0)) }) { return asked }
        let accepted = (request.headers[.acceptLanguage] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        return accepted.lazy.compactMap { Language(rawValue: String($0.prefix(2)).lowercased()) }.first ?? .zh
    }

    static func word(_ name: String, of request: Request) throws -> String? {
        // Everything that is asked twice could be read twice; nobody has a reason to.
        let values = request.uri.queryParameters[values: name[...]]
        guard let value = values.first else { return nil }
        guard values.count == 1, isWord(String(value)) else { throw badQuery(name) }
        return String(value)
    }

    static func pathWord(_ name: String, of context: BasicRequestContext) throws -> String {
        guard let word = context.parameters.get(name)?.removingPercentEncoding, isWord(word) else {
            throw badQuery(name)
        }
        return word
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= DoorRules.wordBytesMax && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    static func badQuery(_ name: String) -> DoorRefusal {
        DoorRefusal(.badRequest, code: "bad_query", Catalogue.Door.badQuery(name))
    }

    static func missingQuery(_ name: String) -> DoorRefusal {
        DoorRefusal(.badRequest, code: "missing_query", Catalogue.Door.missingQuery(name))
    }
}

/// Hummingbird hands on the list of header fields and not the name of the field's own type.
typealias HeaderName = HTTPFields.Element.Name

extension HeaderName {
    /// A name without proof, which only a rehearsal believes.
    static var curfewAs: Self { .init("Curfew-As")! }
    static var fetchSite: Self { .init("Sec-Fetch-Site")! }
}
