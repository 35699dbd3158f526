import Answers
import CampaignModel
import Foundation
import Hummingbird
import Ports
import Words

/// Version 1 of the API: what the commands speak, and whoever else calls. Additive only.
struct APIRoutes: Sendable {
    let line: DeskLine
    let rules: DoorRules
    let repeats: RepeatGuard

    func table() -> APITable {
        var table = APITable()
        reading(&table)
        people(&table)
        acting(&table)
        APIBoard(line: line, rules: rules).add(to: &table)
        APIFiles(routes: self).add(to: &table)
        APIDescription.add(to: &table)
        return table
    }

    // MARK: - Reading

    private func reading(_ table: inout APITable) {
        table.get("/v1/status") { _, _ in try DoorReply.json(try await line.read { try $0.status() }) }
        table.get("/v1/runs") { request, _ in try await runs(request) }
        table.get("/v1/runs/{run}") { request, context in
            let name = try ControlRoutes.pathWord("run", of: context)
            let act = try Self.act(of: request)
            let run = try await line.read { try $0.run(name, for: act) }
            return try Self.revision(run.digest, DoorReply.json(run))
        }
        table.get("/v1/runs/{run}/report") { _, context in
            let name = try ControlRoutes.pathWord("run", of: context)
            let report = try await line.read { try $0.report(run: name) }
            return try Self.revision(report.summary.digest, DoorReply.json(report))
        }
        table.get("/v1/accounts/{account}") { _, context in
            let name = try ControlRoutes.pathWord("account", of: context)
            return try DoorReply.json(try await line.read { try $0.account(name) })
        }
        table.get("/v1/accounts/{account}/strategies") { _, context in
            let name = try ControlRoutes.pathWord("account", of: context)
            return try DoorReply.json(try await line.read { try $0.strategies(account: name) })
        }
        table.get("/v1/notices/targets") { _, _ in
            try DoorReply.json(try await line.look { try $0.noticeTargets() })
        }
    }

    /// What approving demands again, so that nobody approves what they have not seen.
    static func revision(_ digest: String, _ response: Response) -> Response {
        var response = response
        if !digest.isEmpty { response.headers[.eTag] = "\"\(digest)\"" }
        return response
    }

    private static func act(of request: Request) throws -> ActRequest.Act? {
        guard let word = try ControlRoutes.word("for", of: request) else { return nil }
        guard let act = ActRequest.Act(rawValue: word) else { throw ControlRoutes.badQuery("for") }
        return act
    }

    private func runs(_ request: Request) async throws -> Response {
        let ended = try ControlRoutes.word("ended", of: request)
        guard ended == nil || ended == "true" || ended == "false" else { throw ControlRoutes.badQuery("ended") }
        guard try OpaqueCursor.isAsked(of: request) else {
            return try DoorReply.json(try await line.read { try $0.runs(includingEnded: ended == "true") })
        }
        let cursor = try OpaqueCursor("runs", of: request)
        let question = RunsQuestion(includingEnded: ended == "true", after: cursor.after, limit: cursor.limit)
        let page = try await line.read { try $0.runs(question) }
        return try Self.page("runs", page.runs, next: cursor.write(page.next), request)
    }

    static func page(
        _ list: String, _ items: [some Encodable & Sendable], next: String?, _ request: Request
    ) throws -> Response {
        var response = try DoorReply.json(ListPage(list: list, items: items, next: next))
        if let next { response.headers[.nextLink] = OpaqueCursor.link(request, next: next) }
        return response
    }

    // MARK: - Single people, on the socket alone

    private func people(_ table: inout APITable) {
        table.get("/v1/explain") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            let (run, event) = try (ControlRoutes.word("run", of: request), ControlRoutes.word("event", of: request))
            guard run != nil || event != nil else { throw ControlRoutes.missingQuery("run") }
            guard let openID = try ControlRoutes.word("user", of: request) else {
                throw ControlRoutes.missingQuery("user")
            }
            let question = ExplainQuestion(
                run: run ?? "", openID: openID, at: try ControlRoutes.word("at", of: request), event: event,
                language: ControlRoutes.language(of: request))
            return try DoorReply.json(try await line.read { try $0.explain(question) })
        }
        table.get("/v1/unknowns") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            let all = try await line.read { try $0.unknowns() }
            guard try OpaqueCursor.isAsked(of: request) else { return try DoorReply.json(all) }
            let cursor = try OpaqueCursor("unknowns", of: request)
            // The oldest first; by the moment and the person of the last one, so that who is settled meanwhile moves nobody.
            let rest = all.drop { line in
                guard let after = cursor.after else { return false }
                return Self.place(line) <= after
            }
            let items = Array(rest.prefix(cursor.limit))
            let next = rest.count > items.count ? items.last.map(Self.place) : nil
            return try Self.page("unknowns", items, next: cursor.write(next), request)
        }
        table.get("/v1/runs/{run}/people") { request, context in
            if let objection = rules.personObjection() { throw objection }
            let name = try ControlRoutes.pathWord("run", of: context)
            guard let place = try ControlRoutes.word("place", of: request) else {
                throw ControlRoutes.missingQuery("place")
            }
            let cursor = try OpaqueCursor("people", of: request, isNumber: true)
            var question = PeopleQuestion(
                run: name, place: place, reason: try ControlRoutes.word("reason", of: request), after: cursor.after)
            question.limit = cursor.limit
            let sheet = try await line.look { [question] in try $0.people(question) }
            return try Self.page(
                "people", sheet.lines.map(PersonLine.init), next: cursor.write(sheet.next), request)
        }
    }

    private static func place(_ line: AttemptLine) -> String { "\(line.started) \(line.account) \(line.openID)" }

    private struct PersonLine: Encodable, Sendable {
        var openID: String
        var reason: String?
        var at: String?
        init(_ line: PeopleSheet.Line) {
            openID = line.openID
            reason = line.reason
            at = line.at
        }
    }

    // MARK: - Acting

    private func acting(_ table: inout APITable) {
        table.post("/v1/acts") { request, _ in try await act(request) }
        table.post("/v1/accounts") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(AccountRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.tend(demand, as: identity) })
        }
        table.post("/v1/strategies") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(StrategyRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.set(demand, as: identity) })
        }
        table.post("/v1/notices/test") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(TestNoticeRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.testNotice(demand, as: identity) })
        }
        // Not under a key: the answer holds the token, and answers under keys are kept.
        table.post("/v1/tokens") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(TokenRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.tend(demand, as: identity) })
        }
        table.post("/v1/test-send") { request, _ in
            try await once(TestSendRequest.self, request) { try $0.testSend($1, as: $2) }
        }
        table.post("/v1/people") { request, _ in
            try await once(PeopleRequest.self, request) { try $0.learn($1, as: $2) }
        }
        table.post("/v1/events") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            return try await once(EventsRequest.self, request, bytesMax: DoorRules.eventsBytesMax) {
                try $0.takeEvents($1, as: $2)
            }
        }
        table.post("/v1/export") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            return try await once(ExportRequest.self, request) { try $0.export($1, as: $2) }
        }
    }

    /// Approving names what was seen: in the body, or as the precondition that it is.
    private func act(_ request: Request) async throws -> Response {
        let identity = ControlRoutes.identity(of: request)
        var demand = try await ControlRoutes.body(ActRequest.self, of: request)
        let condition = try Self.condition(of: request)
        if let condition {
            guard demand.digest == nil || demand.digest == condition else {
                throw DoorRefusal(.preconditionFailed, code: "changed", Catalogue.Door.digestsDiffer)
            }
            demand.digest = condition
        }
        guard demand.act != .approve || demand.digest != nil else {
            throw DoorRefusal(.preconditionRequired, code: "digest_missing", Catalogue.Door.digestMissing)
        }
        do { return try DoorReply.json(try await line.act { [demand] in try $0.act(demand, as: identity) }) } catch let
            refusal as DeskRefusal where refusal.code == "changed" && condition != nil
        {
            throw DoorRefusal(.preconditionFailed, code: refusal.code, refusal.sentence)
        }
    }

    private static func condition(of request: Request) throws -> String? {
        guard let field = request.headers[.ifMatch] else { return nil }
        guard field.count > 2, field.hasPrefix("\""), field.hasSuffix("\""),
            !field.dropFirst().dropLast().contains("\"")
        else { throw DoorRefusal(.badRequest, code: "bad_request", Catalogue.Door.badBody("If-Match")) }
        return String(field.dropFirst().dropLast())
    }

    func once<Demand: Decodable & Sendable, Answer: Codable & Sendable>(
        _ type: Demand.Type, _ request: Request, bytesMax: Int = DoorRules.bodyBytesMax,
        _ deed: @escaping @Sendable (any ControlDesk, Demand, Identity) throws -> Answer
    ) async throws -> Response {
        let identity = ControlRoutes.identity(of: request)
        let bytes = try await ControlRoutes.bytes(of: request, bytesMax: bytesMax)
        let key = try repeats.enter(request, identity, body: bytes)
        defer { repeats.leave(key, identity) }
        let demand = try ControlRoutes.decode(type, bytes)
        let done = try await line.act { desk in
            try desk.once(key, as: identity) { try deed(desk, demand, identity) }
        }
        var response = try DoorReply.json(done.answer)
        if done.isReplayed { response.headers[.idempotentReplayed] = "true" }
        return response
    }
}
