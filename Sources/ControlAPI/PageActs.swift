import Answers
import CampaignModel
import Foundation
import Hummingbird
import Logging
import Reports
import Words

/// Plain forms: each posts, is done by the desk, and leads to a page that shows it.
struct PageActs: Sendable {
    let pages: PageRoutes
    var brake: ProofBrake?

    private var line: DeskLine { pages.line }

    func add(to router: Router<BasicRequestContext>) {
        router.post("/login") { request, context in try await logIn(request, context) }
        router.post("/logout") { request, _ in
            let visit = try await pages.visit(request)
            try await line.act { try $0.logOut(visit.identity) }
            var response = PageRoutes.moved(to: "/login")
            response.set(cookie: visit.cookies.line(visit.cookies.session, "", lasts: 0))
            return response
        }
        router.post("/sessions") { request, context in
            try await act(request, context) { form, visit in
                guard let id = form.value("session").flatMap({ Int64($0) }) else { throw Self.missing("session") }
                try await line.act { try $0.endSession(id, as: visit.identity) }
                return Done(
                    back: "/sessions", said: Catalogue.Control.done("log-out", run: nil, state: nil, onTheWire: 0))
            }
        }
        router.post("/acts") { request, context in
            try await act(request, context) { form, visit in try await deed(form, visit) }
        }
        router.post("/unknown") { request, context in
            try await act(request, context) { form, visit in try await settle(form, visit) }
        }
    }

    private struct Done {
        var back: String
        var said: Sentence
        /// A page that is shown in the place of the one before: what it says is said once.
        var page: String?
    }

    // MARK: - Logging in

    /// A new secret with each login, and the one before ends: nobody can have put it there.
    private func logIn(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let form = try await FormBody(request)
        let visit = try await pages.visit(request)
        let back = PagePath.local(form.value("back"))
        let given = form.value("token").map { Identity.token($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        let identity = given ?? form.value("name").map { Identity.name($0) } ?? .nobody
        let agent = request.headers[.userAgent] ?? ""
        do {
            let key = try await line.act { try $0.logIn(as: identity, agent: agent, replacing: visit.identity) }
            var response = PageRoutes.moved(to: back)
            let seconds = Int(key.lasts.components.seconds)
            response.set(cookie: visit.cookies.line(visit.cookies.session, key.secret, lasts: seconds))
            return response
        } catch let refusal as DeskRefusal where refusal.kind == .unproved {
            await brake?.failed(context.logger)
            return pages.login(visit, back: back, status: .unauthorized, wrong: Catalogue.Pages.loginFailed)
        }
    }

    /// - Returns: false when it is nobody's token, or another person's.
    private func prove(_ proof: String, _ visit: Visit) async throws -> Bool {
        let proof = proof.trimmingCharacters(in: .whitespacesAndNewlines)
        for identity in [Identity.token(proof), .name(proof)] {
            do {
                try await line.act { try $0.proveAgain(identity, of: visit.identity) }
                return true
            } catch let refusal as DeskRefusal where refusal.kind == .unproved { continue }
        }
        return false
    }

    // MARK: - Acts

    private func act(
        _ request: Request, _ context: BasicRequestContext, _ body: (FormBody, Visit) async throws -> Done
    ) async throws -> Response {
        let form = try await FormBody(request)
        let visit = try await pages.visit(request)
        let back = PagePath.local(form.value("back"))
        guard visit.sheet != nil else { return pages.login(visit, back: back, status: .unauthorized, wrong: nil) }
        do {
            if let proof = form.value("proof"), try await !prove(proof, visit) {
                await brake?.failed(context.logger)
                return self.proof(form, visit, back: back, wrong: true)
            }
            let done = try await body(form, visit)
            if let page = done.page { return pages.html(page, visit, nil) }
            var response = PageRoutes.moved(to: done.back)
            let said = PagePath.encoded(String(visit.speaker.say(done.said).prefix(120)))
            response.set(cookie: visit.cookies.line(Cookies.said, said, lasts: 60))
            return response
        } catch let refusal as DeskRefusal where refusal.code == "second_proof" {
            return proof(form, visit, back: back, wrong: false)
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: back)
        } catch let refusal as DoorRefusal {
            return pages.message(refusal, visit, back: back)
        }
    }

    /// The same act once more, with a place for the token.
    private func proof(_ form: FormBody, _ visit: Visit, back: String, wrong: Bool) -> Response {
        let speaker = visit.speaker
        let sentence = wrong ? Catalogue.Pages.loginFailed : Catalogue.Pages.secondProofNeeded
        let view = ProofView(
            frame: PageFrame(Catalogue.Pages.tokenAgain, visit, status: nil), message: speaker.say(sentence),
            isWrong: wrong,
            fields: form.all.filter { $0.name != "proof" }.map { .init(name: $0.name, value: $0.value) },
            button: speaker.say(Self.name(of: form.value("act") ?? "")), back: back)
        return pages.html(pages.library.render(view, "proof"), visit, nil, status: .forbidden)
    }

    private static func name(of act: String) -> Sentence {
        switch act {
        case "approve": Catalogue.Pages.approve
        case "go": Catalogue.Pages.goNow
        case "erase": Catalogue.Pages.erase
        case "issue-token": Catalogue.Tokens.make
        case "end-token": Catalogue.Tokens.endAll
        default: Catalogue.Pages.doSomething
        }
    }

    private func deed(_ form: FormBody, _ visit: Visit) async throws -> Done {
        let back = PagePath.local(form.value("back"))
        if form.value("act") == "test-send" { return try await testSend(form, visit, back: back) }
        if let act = form.value("act").flatMap(Self.tokenAct) { return try await tend(act, form, visit) }
        guard let act = form.value("act").flatMap({ ActRequest.Act(rawValue: $0) }) else { throw Self.missing("act") }
        var demand = ActRequest(
            act: act, run: form.value("run"), openID: form.value("openID"), digest: form.value("digest"),
            account: form.value("account"))
        demand.again = form.value("again")
        demand.note = form.value("note")
        // What was on the screen is what is approved: without it nobody knows what that was.
        if act == .approve, demand.digest == nil { throw Self.missing("digest") }
        if act == .reject, demand.note?.contains(where: { !$0.isWhitespace }) != true {
            throw DoorRefusal(.badRequest, code: "note_needed", Catalogue.Pages.noteNeeded)
        }
        let asked = demand
        let receipt = try await line.act { try $0.act(asked, as: visit.identity) }
        return Done(back: back, said: ReportText.words(of: receipt))
    }

    private func testSend(_ form: FormBody, _ visit: Visit, back: String) async throws -> Done {
        guard let run = form.value("run"), let openID = form.value("openID") else { throw Self.missing("openID") }
        let demand = TestSendRequest(run: run, openID: openID, variant: form.value("variant"))
        let receipt = try await line.act { try $0.testSend(demand, as: visit.identity) }
        return Done(back: back, said: ReportText.words(of: receipt))
    }

    private static func tokenAct(_ word: String) -> TokenRequest.Act? {
        ["issue-token": .issue, "end-token": .end][word]
    }

    private func tend(_ act: TokenRequest.Act, _ form: FormBody, _ visit: Visit) async throws -> Done {
        guard let person = form.value("person") else { throw Self.missing("person") }
        func number(_ name: String) throws -> Int? {
            guard let text = form.value(name), !text.isEmpty else { return nil }
            guard let number = Int(text) else { throw Self.missing(name) }
            return number
        }
        var demand = TokenRequest(
            act: act, person: person, days: try number("days"), overlapHours: try number("overlap"))
        if act == .end {
            // All of them are ended only by who says so: a form that lost the number must not.
            guard let which = form.value("number") else { throw Self.missing("number") }
            if which != "all" { demand.token = try number("number").map(Int64.init) }
            if which != "all", demand.token == nil { throw Self.missing("number") }
        }
        let asked = demand
        let receipt = try await line.act { try $0.tend(asked, as: visit.identity) }
        guard let token = receipt.token else {
            return Done(back: "/tokens", said: Catalogue.Tokens.ended(person, receipt.ended ?? 0))
        }
        let said = Catalogue.Tokens.issued(
            person, expires: Speaker.minute(receipt.expires ?? ""), othersEnd: Speaker.minute(receipt.othersEnd ?? ""))
        let view = NewTokenView(token, visit.speaker.say(said), visit)
        return Done(back: "/tokens", said: said, page: pages.library.render(view, "newtoken"))
    }

    /// Several at once, each an act of its own. The first that is refused ends it; those before it are settled.
    private func settle(_ form: FormBody, _ visit: Visit) async throws -> Done {
        let chosen = form.values("one").prefix(UnknownView.linesMax)
        guard !chosen.isEmpty else { throw DoorRefusal(.badRequest, code: "none_chosen", Catalogue.Pages.noneChosen) }
        let act = form.value("as").flatMap { ActRequest.Act(rawValue: $0) }
        guard let act, act == .resolveAccepted || act == .resolveNotSent else { throw Self.missing("as") }
        for key in chosen {
            let halves = key.split(separator: " ", maxSplits: 1).map(String.init)
            guard halves.count == 2 else { throw Self.missing("one") }
            try await line.act {
                _ = try $0.act(ActRequest(act: act, run: halves[0], openID: halves[1]), as: visit.identity)
            }
        }
        return Done(back: "/unknown", said: Catalogue.Pages.settled(chosen.count))
    }

    private static func missing(_ name: String) -> DoorRefusal {
        DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody(name))
    }
}
