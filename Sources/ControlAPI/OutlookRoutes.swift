import Answers
import CampaignModel
import Foundation
import Hummingbird
import Logging
import Ports
import Words

/// The addresses of what lies ahead: calendar and its feed, what-if, tests; accounts and settings.
struct OutlookRoutes: Sendable {
    let pages: PageRoutes
    var brake: ProofBrake?
    private var line: DeskLine { pages.line }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/calendar") { request, _ in
            let from = try ControlRoutes.word("from", of: request)
            return try await pages.page(request) { desk, visit in
                let sheet = try desk.calendar(from: from, as: visit.identity)
                return pages.library.render(CalendarView(sheet, visit, status: try desk.pageHead()), "calendar")
            }
        }
        router.get("/calendar.ics") { request, context in try await feed(request, context) }
        router.get("/experiments") { request, _ in
            try await pages.page(request) { desk, visit in
                let sheets = try desk.experiments(in: visit.speaker.language)
                return pages.library.render(
                    ExperimentsView(sheets, visit, status: try desk.pageHead()), "experiments")
            }
        }
        router.get("/accounts") { request, _ in
            try await pages.page(request) { desk, visit in
                pages.library.render(AccountsView(visit, status: try desk.status()), "accounts")
            }
        }
        router.get("/accounts/{account}") { request, context in
            let name = try ControlRoutes.pathWord("account", of: context)
            return try await pages.page(request) { desk, visit in
                let sheet = try desk.account(name)
                return pages.library.render(AccountView(sheet, visit, status: try desk.status()), "account")
            }
        }
        router.get("/settings") { request, _ in
            try await pages.page(request) { desk, visit in
                pages.library.render(
                    SettingsView(
                        try desk.settings(), try desk.noticeTargets(), visit, status: try desk.pageHead()), "settings")
            }
        }
        router.get("/tokens") { request, _ in
            try await pages.page(request) { desk, visit in
                let holders = try desk.tokens(as: visit.identity)
                return pages.library.render(TokensView(holders, visit, status: try desk.pageHead()), "tokens")
            }
        }
        router.get("/what-if/{run}") { request, context in try await whatIf(request, context) }
        router.post("/accounts") { request, _ in try await tend(request) }
        router.post("/notices") { request, _ in try await tryTarget(request) }
    }

    /// Two forecasts, each as long as its lists are.
    private func whatIf(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let run = try ControlRoutes.pathWord("run", of: context)
        let form = try FormBody(parsing: request.uri.query ?? "")
        let question = WhatIfQuestion(
            run: run, pace: form.value("pace") ?? "", start: form.value("start") ?? "", order: form.value("order") ?? ""
        )
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            return pages.login(visit, back: PagePath.local(visit.path), status: .unauthorized, wrong: nil)
        }
        do {
            let sheet = try await line.work { try $0.whatIf(question) }
            let status = try await line.look { try $0.pageHead() }
            return pages.html(
                pages.library.render(WhatIfView(sheet, question, visit, status: status), "whatif"), visit, request)
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: PagePath.run(run))
        }
    }

    /// What the target answers is on the page a moment later.
    private func tryTarget(_ request: Request) async throws -> Response {
        let form = try await FormBody(request)
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            return pages.login(visit, back: "/settings", status: .unauthorized, wrong: nil)
        }
        let demand = TestNoticeRequest(target: form.value("target") ?? "")
        do {
            _ = try await line.act { try $0.testNotice(demand, as: visit.identity) }
            return PageRoutes.moved(to: "/settings")
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: "/settings")
        }
    }

    private func tend(_ request: Request) async throws -> Response {
        let form = try await FormBody(request)
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            return pages.login(visit, back: "/accounts", status: .unauthorized, wrong: nil)
        }
        guard let account = form.value("account"),
            let act = form.value("act").flatMap({ AccountRequest.Act(rawValue: $0) })
        else { throw DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody("act")) }
        do {
            let demand = AccountRequest(account: account, act: act, note: form.value("note") ?? "")
            _ = try await line.act { try $0.tend(demand, as: visit.identity) }
            return PageRoutes.moved(to: PagePath.account(account))
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: PagePath.account(account))
        }
    }

    /// Calendar programs know no cookies: a token as the password serves.
    private func feed(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        var identity = pages.identity(of: request)
        if let given = Self.basic(request.headers[.authorization]) { identity = .token(given) }
        let asked = identity
        let language = try await pages.visit(request).speaker.language
        do {
            let sheet = try await line.look { try $0.calendar(from: nil, as: asked) }
            return DoorReply.text(
                CalendarFeed.text(sheet, Speaker(language: language)), type: "text/calendar; charset=utf-8")
        } catch let refusal as DeskRefusal where refusal.kind == .unproved {
            // Whoever guesses waits, as at the login.
            if case .token = asked { await brake?.failed(context.logger) }
            var response = Response(status: .unauthorized)
            response.headers[.wwwAuthenticate] = "Basic realm=\"Curfew\", charset=\"UTF-8\""
            return response
        }
    }

    static func basic(_ header: String?) -> String? {
        guard let header, header.lowercased().hasPrefix("basic "), header.utf8.count < 1024,
            let decoded = Data(base64Encoded: String(header.dropFirst(6))),
            let text = String(validating: decoded, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        let password = text[text.index(after: colon)...]
        return password.isEmpty ? nil : String(password)
    }
}
