import Answers
import CampaignModel
import Foundation
import Hummingbird
import Words

/// The addresses of one door and what each asks of the desk.
struct ControlRoutes: Sendable {
    let line: DeskLine
    let rules: DoorRules
    let library: PageLibrary
    let live: LiveBoard
    let takesNames: Bool
    var brake: ProofBrake?

    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        let pages = PageRoutes(line: line, rules: rules, library: library, takesNames: takesNames)
        router.add(middleware: DoorGuard(rules: rules, pages: pages, brake: brake))
        pages.add(to: router)
        PageActs(pages: pages, brake: brake).add(to: router)
        DropRoutes(pages: pages).add(to: router)
        OutlookRoutes(pages: pages, brake: brake).add(to: router)
        LiveRoutes(pages: pages, board: live).add(to: router)
        MonitorRoutes(line: line).add(to: router)
        router.get("/v1/status") { _, _ in try DoorReply.json(try await line.read { try $0.status() }) }
        router.get("/v1/runs") { request, _ in try await runs(request) }
        router.get("/v1/runs/{run}/report") { _, context in try await report(context) }
        router.get("/v1/explain") { request, _ in try await explain(request) }
        router.get("/v1/unknowns") { _, _ in try await unknowns() }
        router.post("/v1/acts") { request, _ in try await act(request) }
        router.post("/v1/events") { request, _ in try await events(request) }
        router.post("/v1/test-send") { request, _ in try await testSend(request) }
        AccountRoutes(line: line, rules: rules).add(to: router)
        return router
    }

    // MARK: - Reading

    private func runs(_ request: Request) async throws -> Response {
        let ended = try Self.word("ended", of: request)
        guard ended == nil || ended == "true" || ended == "false" else { throw Self.badQuery("ended") }
        var question = RunsQuestion(includingEnded: ended == "true", after: try Self.word("after", of: request))
        // Without a limit everything at once, as a list.
        guard let limit = try Self.word("limit", of: request) else {
            guard question.after == nil else { throw Self.missingQuery("limit") }
            return try DoorReply.json(try await line.read { try $0.runs(includingEnded: ended == "true") })
        }
        guard let number = Int(limit), (1...RunsQuestion.limitMax).contains(number) else {
            throw Self.badQuery("limit")
        }
        question.limit = number
        return try DoorReply.json(try await line.read { [question] in try $0.runs(question) })
    }

    private func report(_ context: BasicRequestContext) async throws -> Response {
        guard let run = context.parameters.get("run")?.removingPercentEncoding, Self.isWord(run) else {
            throw Self.badQuery("run")
        }
        return try DoorReply.json(try await line.read { try $0.report(run: run) })
    }

    private func explain(_ request: Request) async throws -> Response {
        if let objection = rules.personObjection() { throw objection }
        guard let run = try Self.word("run", of: request) else { throw Self.missingQuery("run") }
        guard let openID = try Self.word("user", of: request) else { throw Self.missingQuery("user") }
        let question = ExplainQuestion(
            run: run, openID: openID, at: try Self.word("at", of: request), language: Self.language(of: request))
        return try DoorReply.json(try await line.read { try $0.explain(question) })
    }

    private func unknowns() async throws -> Response {
        if let objection = rules.personObjection() { throw objection }
        return try DoorReply.json(try await line.read { try $0.unknowns() })
    }

    // MARK: - Acting

    private func act(_ request: Request) async throws -> Response {
        let identity = Self.identity(of: request)
        let demand = try await Self.body(ActRequest.self, of: request)
        return try DoorReply.json(try await line.act { try $0.act(demand, as: identity) })
    }

    private func events(_ request: Request) async throws -> Response {
        if let objection = rules.personObjection() { throw objection }
        let identity = Self.identity(of: request)
        let demand = try await Self.body(EventsRequest.self, of: request, bytesMax: DoorRules.eventsBytesMax)
        return try DoorReply.json(try await line.act { try $0.takeEvents(demand, as: identity) })
    }

    private func testSend(_ request: Request) async throws -> Response {
        let identity = Self.identity(of: request)
        let demand = try await Self.body(TestSendRequest.self, of: request)
        return try DoorReply.json(try await line.act { try $0.testSend(demand, as: identity) })
    }

    /// A token outweighs a name; anything else than `Bearer` is nobody, and the desk says what nobody may do.
    static func identity(of request: Request) -> Identity {
        if let authorization = request.headers[.authorization] {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", isWord(String(parts[1])) else { return .nobody }
            return .token(String(parts[1]))
        }
        if let name = request.headers[.curfewAs], isWord(name) { return .name(name) }
        return .nobody
    }

    static func body<Body: Decodable>(
        _ type: Body.Type, of request: Request, bytesMax: Int = DoorRules.bodyBytesMax
    ) async throws -> Body {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax {
            throw DoorRefusal.bodyTooLarge
        }
        var request = request
        let bytes = try await request.collectBody(upTo: bytesMax)
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

    private static func badQuery(_ name: String) -> DoorRefusal {
        DoorRefusal(.badRequest, code: "bad_query", Catalogue.Door.badQuery(name))
    }

    private static func missingQuery(_ name: String) -> DoorRefusal {
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
