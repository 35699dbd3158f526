import Answers
import CampaignModel
import ControlAPI
import Digests
import Foundation
import HostSystem
import Ports
import Wire
import Words

/// The daemon's desk, seen through its local socket. It speaks HTTP as values: what carries them is handed in, so that
/// there is one piece of network code in the house and this is not it.
struct ControlClient: ControlDesk {
    enum Place: Sendable, Equatable {
        case socket(String)
        /// For whom the socket is not open: acts by token, and pages; nothing about single people.
        case loopback(host: String, port: Int)

        /// - Parameter errno: why the socket cannot be used; nil: it can. Whatever is no missing right is found out, and
        ///   said, by trying.
        /// - Throws: `ClientFailure.forbidden` when there is no other way.
        init(socket: String, errno: Int32?, port: (host: String, port: Int)) throws(ClientFailure) {
            guard errno == EACCES || errno == EPERM else {
                self = .socket(socket)
                return
            }
            guard port.port > 0 else { throw .forbidden(socket: socket) }
            self = .loopback(host: port.host, port: port.port)
        }

        /// The name in a socket's address is for the request's head alone: the socket decides where it goes.
        var base: String {
            switch self {
            case .socket: "http://localhost"
            case .loopback(let host, let port):
                host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
            }
        }
        var socket: String? { if case .socket(let path) = self { path } else { nil } }
        /// For people.
        var text: String { socket ?? base }
    }

    let place: Place
    /// - Throws: `ClientFailure`; see `ClientFailure.reply(of:socket:)`.
    let exchange: @Sendable (HTTPRequest) throws -> HTTPResponse
    /// A name for a request that must not be done twice.
    var freshKey: @Sendable () -> String = { SystemChance.bytes(16).hexadecimal }

    private struct TokensPage: Decodable { var tokens: [TokenHolder] }
    private struct UnknownsPage: Decodable {
        var unknowns: [AttemptLine]
        var next: String?
    }

    func status() throws -> StatusReport { try get("/v1/status") }

    func runs(_ question: RunsQuestion) throws -> RunsPage {
        var query = [("ended", question.includingEnded ? "true" : "false"), ("limit", String(question.limit))]
        if let after = question.after { query.append(("cursor", after)) }
        return try get("/v1/runs", query)
    }

    func run(_ name: String, for act: ActRequest.Act?) throws -> RunSummary {
        try get("/v1/runs/\(Self.escaped(name))", act.map { [("for", $0.rawValue)] } ?? [])
    }

    func report(run: String) throws -> RunReport { try get("/v1/runs/\(Self.escaped(run))/report") }

    func explain(_ question: ExplainQuestion) throws -> Explanation {
        var query = question.run.isEmpty ? [] : [("run", question.run)]
        query += [("user", question.openID), ("lang", question.language.rawValue)]
        if let at = question.at { query.append(("at", at)) }
        if let event = question.event { query.append(("event", event)) }
        return try get("/v1/explain", query)
    }

    func unknowns() throws -> [AttemptLine] {
        var lines: [AttemptLine] = []
        var next: String?
        repeat {
            let page: UnknownsPage = try get(
                "/v1/unknowns", [("limit", String(RunsQuestion.limitMax))] + (next.map { [("cursor", $0)] } ?? []))
            lines += page.unknowns
            next = page.next
        } while next != nil
        return lines
    }

    /// Whoever approves without a digest approves what stands there now under that name.
    func act(_ request: ActRequest, as identity: Identity) throws -> ActReceipt {
        var request = request
        if request.act == .approve, request.digest == nil, let name = request.run {
            let run = try run(name, for: .approve)
            request.run = run.run
            request.digest = run.digest
        }
        return try post("/v1/acts", request, as: identity)
    }

    func testSend(_ request: TestSendRequest, as identity: Identity) throws -> ActReceipt {
        try post("/v1/test-send", request, as: identity, key: freshKey())
    }

    func takeEvents(_ request: EventsRequest, as identity: Identity) throws -> EventsReceipt {
        try post("/v1/events", request, as: identity, key: freshKey())
    }
}

// MARK: - Accounts

extension ControlClient {
    func account(_ name: String) throws -> AccountSheet { try get("/v1/accounts/\(Self.escaped(name))") }
    func strategies(account: String) throws -> [Strategy] {
        try get("/v1/accounts/\(Self.escaped(account))/strategies")
    }
    func tend(_ request: AccountRequest, as identity: Identity) throws -> AccountSheet {
        try post("/v1/accounts", request, as: identity)
    }
    func set(_ request: StrategyRequest, as identity: Identity) throws -> [Strategy] {
        try post("/v1/strategies", request, as: identity)
    }
    func export(_ request: ExportRequest, as identity: Identity) throws -> ExportPage {
        try post("/v1/export", request, as: identity, key: freshKey())
    }
    func noticeTargets() throws -> [NoticeTargetLine] { try get("/v1/notices/targets") }
    func testNotice(_ request: TestNoticeRequest, as identity: Identity) throws -> TestNoticeReceipt {
        try post("/v1/notices/test", request, as: identity)
    }
    func tokens(as identity: Identity) throws -> [TokenHolder] {
        let page: TokensPage = try get("/v1/tokens", as: identity)
        return page.tokens
    }
    func tend(_ request: TokenRequest, as identity: Identity) throws -> TokenReceipt {
        try post("/v1/tokens", request, as: identity)
    }
    func learn(_ request: PeopleRequest, as identity: Identity) throws -> PeopleReceipt {
        try post("/v1/people", request, as: identity, key: freshKey())
    }
}

// MARK: - HTTP

extension ControlClient {
    private func get<Answer: Decodable>(
        _ path: String, _ query: [(String, String)] = [], as identity: Identity = .nobody
    ) throws -> Answer {
        let words = query.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        let url = place.base + path + (words.isEmpty ? "" : "?" + words)
        return try answer(
            HTTPRequest(method: .get, url: url, headers: try Self.proof(identity), unixSocket: place.socket))
    }

    private static func proof(_ identity: Identity) throws -> [HTTPHeader] {
        switch identity {
        case .token(let token): [HTTPHeader("Authorization", "Bearer \(try headerWord(token))")]
        case .name(let name): [HTTPHeader("Curfew-As", try headerWord(name))]
        case .session, .vouched, .nobody: []
        }
    }

    private func post<Answer: Decodable>(
        _ path: String, _ body: some Encodable, as identity: Identity, key: String? = nil
    ) throws -> Answer {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if let key { headers.append(HTTPHeader("Idempotency-Key", key)) }
        headers += try Self.proof(identity)
        let bytes = Array(try JSONEncoder().encode(body))
        return try answer(
            HTTPRequest(
                method: .post, url: place.base + path, headers: headers, body: bytes, unixSocket: place.socket))
    }

    private func answer<Answer: Decodable>(_ request: HTTPRequest) throws -> Answer {
        let response = try exchange(request)
        let body = Data(response.body)
        guard (200..<300).contains(response.status) else { throw Self.refusal(status: response.status, body: body) }
        do {
            return try JSONDecoder().decode(Answer.self, from: body)
        } catch {
            throw ClientFailure.unreadable(status: response.status)
        }
    }

    private static func refusal(status: Int, body: Data) -> any Error {
        // Safe because a body that is no refusal is reported as what it is: an answer that cannot be read.
        guard let problem = try? JSONDecoder().decode(Problem.self, from: body) else {
            return ClientFailure.unreadable(status: status)
        }
        // "Use the command" is said to browsers; this is the command.
        let sentence =
            problem.code == "socket_only"
            ? Catalogue.Failure.peopleOnSocket : Sentence(zh: problem.detailZh, en: problem.detailEn)
        guard let kind = kind(ofStatus: status) else { return ClientFailure.door(code: problem.code, sentence) }
        return DeskRefusal(kind, code: problem.code, sentence)
    }

    private static func kind(ofStatus status: Int) -> DeskRefusal.Kind? {
        switch status {
        case 400: .invalid
        case 401: .unproved
        case 403: .forbidden
        case 404: .notFound
        case 409, 412: .conflict
        case 422: .mismatch
        default: nil
        }
    }

    /// A line end in a token file's middle would begin a header of its own.
    private static func headerWord(_ text: String) throws -> String {
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ClientFailure.badIdentity
        }
        return text
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
