import Answers
import CampaignModel
import Foundation
import Hummingbird
import Logging
import Words

/// The addresses of the pages that show. What changes something is `PageActs`.
struct PageRoutes: Sendable {
    let line: DeskLine
    let rules: DoorRules
    let library: PageLibrary
    /// A rehearsal that believes names: the login has a place for one.
    let takesNames: Bool

    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { request, _ in
            try await page(request) { desk, visit in
                library.render(StartView(try desk.needs(), visit), "start")
            }
        }
        router.get("/login") { request, _ in
            let visit = try await visit(request)
            if visit.sheet != nil { return Self.moved(to: "/") }
            return login(visit, back: "/", status: .ok, wrong: nil)
        }
        router.get("/review/{run}") { request, context in
            let run = try ControlRoutes.pathWord("run", of: context)
            return try await page(request) { desk, visit in
                let sheet = try desk.reviewSheet(run: run)
                let acts = try desk.runActs(run: run, as: visit.identity)
                return library.render(ReviewView(sheet, acts, visit, status: try desk.pageHead()), "review")
            }
        }
        router.get("/runs/{run}") { request, context in
            let run = try ControlRoutes.pathWord("run", of: context)
            return try await page(request) { desk, visit in
                let report = try desk.report(run: run)
                let acts = try desk.runActs(run: run, as: visit.identity)
                let done = try desk.acts(run: report.summary.run)
                return library.render(
                    RunView(report, acts: acts, done: done, visit, status: try desk.pageHead()), "run")
            }
        }
        router.get("/runs/{run}/people") { request, context in
            let question = PeopleQuestion(
                run: try ControlRoutes.pathWord("run", of: context),
                place: try ControlRoutes.word("place", of: request) ?? "",
                reason: try ControlRoutes.word("reason", of: request),
                after: try ControlRoutes.word("after", of: request))
            return try await page(request) { desk, visit in
                let sheet = try desk.people(question)
                return library.render(PeopleView(sheet, question, visit, status: try desk.pageHead()), "people")
            }
        }
        router.get("/person") { request, _ in try await person(request) }
        router.get("/stop") { request, _ in
            try await page(request) { desk, visit in library.render(StopView(try desk.status(), visit), "stop") }
        }
        router.get("/sessions") { request, _ in
            try await page(request) { desk, visit in
                let sessions = try desk.sessions(as: visit.identity)
                return library.render(SessionsView(sessions, visit, status: try desk.pageHead()), "sessions")
            }
        }
        addLists(to: router)
        router.get("/images/{digest}") { request, context in try await image(request, context) }
        router.get("/style.css") { _, _ in DoorReply.text(PageStyle.sheet, type: "text/css; charset=utf-8") }
        router.get("/live.js") { _, _ in DoorReply.text(LiveModule.text, type: "text/javascript; charset=utf-8") }
    }

    private func addLists(to router: Router<BasicRequestContext>) {
        router.get("/campaigns") { request, _ in
            let asked = try Self.asked(request)
            let question = CampaignsQuestion(
                text: asked.value("q") ?? "", state: asked.value("state") ?? "", after: asked.value("after"))
            return try await page(request) { desk, visit in
                let sheet = try desk.campaigns(question)
                return library.render(
                    CampaignsView(sheet, question, visit, status: try desk.pageHead()), "campaigns")
            }
        }
        router.get("/unknown") { request, _ in
            try await page(request) { desk, visit in
                library.render(UnknownView(try desk.unknowns(), visit, status: try desk.pageHead()), "unknown")
            }
        }
        router.get("/audit") { request, _ in
            let asked = try Self.asked(request)
            let (person, subject) = (asked.value("person") ?? "", asked.value("subject") ?? "")
            return try await page(request) { desk, visit in
                let rows = try desk.latestActs(limit: AuditView.rowsMax)
                return library.render(
                    AuditView(rows, person: person, subject: subject, visit, status: try desk.pageHead()), "audit")
            }
        }
    }

    private func person(_ request: Request) async throws -> Response {
        let form = try Self.asked(request)
        let asked = form.value("id")?.filter { $0 != " " } ?? ""
        let run = form.value("run")
        return try await page(request) { desk, visit in
            var sheet: PersonSheet?
            var trouble: Sentence?
            do {
                if !asked.isEmpty { sheet = try desk.personSheet(openID: asked, language: visit.speaker.language) }
            } catch let refusal as DeskRefusal {
                trouble = refusal.sentence
            }
            return library.render(
                PersonView(sheet, asked: asked, run: run, trouble: trouble, visit, status: try desk.pageHead()),
                "person")
        }
    }

    /// What a form asks by its address; what was left empty is not asked for.
    private static func asked(_ request: Request) throws -> FormBody {
        let query = request.uri.query ?? ""
        guard query.utf8.count <= DoorRules.queryBytesMax else {
            throw DoorRefusal(.badRequest, code: "bad_query", Catalogue.Door.badQuery("q"))
        }
        return try FormBody(parsing: query)
    }

    /// Bytes that a marketer dropped, as an image or not at all.
    private func image(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let digest = try ControlRoutes.pathWord("digest", of: context)
        guard try await visit(request).sheet != nil else {
            throw DoorRefusal(.unauthorized, code: "unproved", Catalogue.Pages.loginNeeded)
        }
        guard let bytes = try await line.look({ try $0.image(digest: digest) }) else { throw HTTPError(.notFound) }
        return try Self.image(bytes)
    }

    /// - Throws: not found, for bytes that are no picture.
    static func image(_ bytes: [UInt8]) throws -> Response {
        guard let type = imageType(bytes) else { throw HTTPError(.notFound) }
        return Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func imageType(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: Array("GIF8".utf8)) { return "image/gif" }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return bytes.starts(with: Array("BM".utf8)) ? "image/bmp" : nil
    }

    // MARK: - Whoever looks

    /// Who sits before a browser: by the proxy's word, else by the cookie.
    func identity(of request: Request) -> Identity {
        if case .vouched(let name) = ControlRoutes.vouched(request) { return .vouched(name) }
        return Cookies(isSecure: rules.isSecure(host: request.head.authority)).identity(of: request)
    }

    func visit(_ request: Request) async throws -> Visit {
        let cookies = Cookies(isSecure: rules.isSecure(host: request.head.authority))
        let identity = identity(of: request)
        let language = Self.language(of: request, cookies)
        var sheet: SessionSheet?
        let isSeated =
            switch identity {
            case .session, .vouched: true
            case .token, .name, .nobody: false
            }
        if isSeated {
            do { sheet = try await line.look { try $0.session(of: identity) } } catch let refusal as DeskRefusal {
                guard refusal.kind == .unproved else { throw refusal }
            }
        }
        return Visit(
            identity: identity, sheet: sheet, speaker: Speaker(language: language), path: Self.path(of: request),
            cookies: cookies, said: cookies.value(Cookies.said, in: request)?.removingPercentEncoding)
    }

    /// The page itself, or a login in its place.
    func page(
        _ request: Request, _ make: @escaping @Sendable (any ControlDesk, Visit) throws -> String
    ) async throws -> Response {
        let visit = try await visit(request)
        guard visit.sheet != nil else {
            return login(visit, back: PagePath.local(visit.path), status: .unauthorized, wrong: nil)
        }
        do {
            return html(try await line.look { try make($0, visit) }, visit, request)
        } catch let refusal as DeskRefusal {
            return message(DoorRefusal(refusal), visit, back: "/")
        }
    }

    func html(_ page: String, _ visit: Visit, _ request: Request?, status: HTTPResponse.Status = .ok) -> Response {
        var response = DoorReply.text(page, type: "text/html; charset=utf-8")
        response.status = status
        response.headers[.contentLanguage] = visit.speaker.language.rawValue
        response.headers[.vary] = "Accept-Language, Cookie"
        if let request, request.uri.queryParameters["lang"] != nil {
            let line = visit.cookies.line(Cookies.language, visit.speaker.language.rawValue, lasts: 31_536_000)
            response.set(cookie: line)
        }
        if visit.said != nil { response.set(cookie: visit.cookies.line(Cookies.said, "", lasts: 0)) }
        return response
    }

    func login(_ visit: Visit, back: String, status: HTTPResponse.Status, wrong: Sentence?) -> Response {
        var wrong = wrong
        // Whom the proxy has let in and nobody here knows.
        if wrong == nil, case .vouched(let name) = visit.identity { wrong = Catalogue.Desk.unknownPerson(name) }
        let view = LoginView(
            frame: PageFrame(Catalogue.Pages.logIn, visit, status: nil),
            message: visit.speaker.say(wrong ?? Catalogue.Pages.loginNeeded), isWrong: wrong != nil, back: back,
            takesNames: takesNames)
        return html(library.render(view, "login"), visit, nil, status: status)
    }

    func message(_ refusal: DoorRefusal, _ visit: Visit, back: String) -> Response {
        let isChanged = refusal.code == "changed"
        let view = MessageView(
            frame: PageFrame(isChanged ? Catalogue.Pages.changedTitle : Catalogue.Pages.notDone, visit, status: nil),
            kind: "bad", message: visit.speaker.say(refusal.sentence), back: back,
            backName: visit.speaker.say(isChanged ? Catalogue.Pages.lookAgain : Catalogue.Pages.back))
        return html(library.render(view, "message"), visit, nil, status: refusal.status)
    }

    /// What the door turned away, for somebody with a browser.
    func refusal(_ refusal: DoorRefusal, _ request: Request) async -> Response {
        // Safe because whoever cannot be told apart is shown the page of a stranger.
        let known = try? await visit(request)
        let visit =
            known
            ?? Visit(
                identity: .nobody, sheet: nil, speaker: Speaker(language: ControlRoutes.language(of: request)),
                path: "/", cookies: Cookies(isSecure: false), said: nil)
        if refusal.status == .unauthorized { return login(visit, back: "/", status: .unauthorized, wrong: nil) }
        return message(refusal, visit, back: "/")
    }

    static func moved(to path: String) -> Response { Response(status: .seeOther, headers: [.location: path]) }

    private static func path(of request: Request) -> String {
        let query = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("lang=") }
        let path = request.uri.path
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    /// What was asked for now, then what was asked for before, then what the browser speaks.
    private static func language(of request: Request, _ cookies: Cookies) -> Language {
        if request.uri.queryParameters["lang"] == nil,
            let chosen = cookies.value(Cookies.language, in: request).flatMap({ Language(rawValue: $0) })
        {
            return chosen
        }
        return ControlRoutes.language(of: request)
    }
}
