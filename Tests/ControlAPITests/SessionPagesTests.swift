import Answers
import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing

@testable import ControlAPI

@Suite("Logging in with a browser")
struct SessionPagesTests {
    static let pages = [
        "/", "/runs/double-eleven-warmup%4020261120-2000", "/review/double-eleven-warmup%4020261120-2000",
        "/runs/double-eleven-warmup%4020261120-2000/people?place=skipped", "/person", "/stop", "/sessions",
        "/campaigns", "/unknown", "/audit", "/drop", "/drop/files/a.yaml", "/drop/sent/a.yaml", "/compose",
    ]

    @Test("without a login every page is the login and says nothing else", arguments: pages)
    func strangers(path: String) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            for headers in [[], ["Cookie: curfew_session=guess"], ["Cookie: curfew_session="]] {
                let reply = try await loopback.get(path, headers: headers)
                #expect(reply.status == 401)
                #expect(reply.body.contains("name=\"token\"") && !reply.body.contains("flagship"))
            }
        }
    }

    @Test("a token is given once; what the browser keeps is another word, for it alone")
    func logIn() async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.form("/login", "token=+good%0A&back=%2Fstop")
            #expect(reply.status == 303 && reply.headers["location"] == "/stop")
            let cookie = try #require(reply.headers["set-cookie"])
            #expect(cookie.hasPrefix("curfew_session=secret") && !cookie.contains("good"))
            for word in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] { #expect(cookie.contains(word)) }
            let page = try await loopback.get("/", headers: ["Cookie: " + cookie.split(separator: ";")[0]])
            #expect(page.status == 200 && page.body.contains("flagship"))
        }
    }

    @Test(
        "a wrong token logs nobody in",
        arguments: ["token=wr0ngw0rd", "token=", "name=review", "token=good&token=good", ""])
    func wrong(fields: String) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let reply = try await loopback.form("/login", fields)
            #expect(reply.status == 401 && reply.headers["set-cookie"] == nil && !reply.body.contains("wr0ngw0rd"))
        }
        #expect(desk.logins.withLock { $0.isEmpty })
    }

    @Test("a session that somebody planted in the browser never becomes a login")
    func fixation() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let planted = "Cookie: curfew_session=planted"
            let reply = try await loopback.form("/login", "token=good", headers: [planted])
            #expect(reply.headers["set-cookie"]?.contains("planted") == false)
            let stranger = try await loopback.get("/", headers: [planted])
            #expect(stranger.status == 401)
            // Two of one name: nobody knows which is ours.
            let own = reply.headers["set-cookie"]?.split(separator: ";").first ?? ""
            let both = try await loopback.get("/", headers: ["Cookie: \(own); curfew_session=planted"])
            #expect(both.status == 401)
        }
    }

    @Test("a second login in the same browser ends the first")
    func replaced() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let first = try await loopback.logIn()
            _ = try await loopback.form("/login", "token=good", headers: [first, "User-Agent: again"])
            let reply = try await loopback.get("/", headers: [first])
            #expect(reply.status == 401)
        }
    }

    @Test("after a logout the session answers 401, for looking and for acting")
    func logOut() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let left = try await loopback.form("/logout", "", headers: [cookie])
            #expect(left.status == 303 && left.headers["set-cookie"]?.contains("Max-Age=0") == true)
            let look = try await loopback.get("/", headers: [cookie])
            let act = try await loopback.form("/acts", "act=stop-all", headers: [cookie])
            let live = try await loopback.get("/live?topics=banner", headers: [cookie])
            #expect(look.status == 401 && act.status == 401 && live.status == 401)
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test(
        "a login leads to a page of ours, wherever the form points",
        arguments: [
            ("https%3A%2F%2Fevil.example", "/"), ("%2F%2Fevil.example", "/"), ("%2F%5Cevil.example", "/"),
            ("javascript%3Aalert(1)", "/"), ("%2Fruns%2Fa%2540b", "/runs/a%40b"), ("%2Fa%0D%0ASet-Cookie%3A+x", "/"),
        ])
    func back(given: String, leads: String) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.form("/login", "token=good&back=\(given)")
            #expect(reply.headers["location"] == leads)
        }
    }

    @Test("what cannot be taken back asks for the token once more, and then does it")
    func secondProof() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            desk.proofDue.withLock { $0 = true }
            let act = "act=approve&run=r&digest=9f2c&back=%2Freview%2Fr"
            let asked = try await loopback.form("/acts", act, headers: [cookie])
            #expect(asked.status == 403 && asked.body.contains("name=\"proof\""))
            #expect(asked.body.contains("name=\"digest\" value=\"9f2c\""))
            let wrong = try await loopback.form("/acts", act + "&proof=bad", headers: [cookie])
            #expect(wrong.status == 403 && desk.deedsDone.isEmpty)
            let right = try await loopback.form("/acts", act + "&proof=good", headers: [cookie])
            #expect(right.status == 303 && right.headers["location"] == "/review/r")
        }
        #expect(desk.deedsDone.map(\.request.digest) == ["9f2c"])
    }

    @Test(
        "a form that lacks what it needs changes nothing and says so",
        arguments: [
            "act=approve&run=r", "act=reject&run=r", "act=reject&run=r&note=+++", "act=blow-up", "", "run=r",
            "act=pause&act=cancel&run=r",
        ])
    func lacking(fields: String) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.form("/acts", fields, headers: [cookie])
            #expect(reply.status == 400 && reply.body.contains("<main"))
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("an act is done by whoever is logged in, and a rejection carries its note")
    func rejects() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.form(
                "/acts", "act=reject&run=r&note=%E4%BB%B7%E6%A0%BC+wrong&back=%2F", headers: [cookie])
            #expect(reply.status == 303 && reply.headers["set-cookie"]?.hasPrefix("curfew_said=") == true)
        }
        #expect(desk.deedsDone.map(\.request.note) == ["价格 wrong"])
        guard case .session = desk.deedsDone.first?.identity else { return #expect(Bool(false), "not the session") }
    }

    @Test("what changed meanwhile is a conflict, and the page leads to another look")
    func changed() async throws {
        let refusal = DeskRefusal(.conflict, code: "changed", .init(zh: "变了", en: "It has changed"))
        try await withDoor(PretendDesk(refusal: refusal)) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.form(
                "/acts?lang=en", "act=approve&run=r&digest=old&back=%2Freview%2Fr", headers: [cookie])
            #expect(reply.status == 409 && reply.body.contains("It has changed"))
            #expect(reply.body.contains("href=\"/review/r\">Look again"))
        }
    }

    @Test("looking keeps to GET, and a page that is kept true tells its parts whole")
    func live() async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let cookie = try await loopback.logIn()
            let run = "run:double-eleven-warmup%2540" + "20261120-2000"
            let reply = try await loopback.get("/live?topics=banner,\(run),count", headers: [cookie])
            #expect(reply.status == 200 && reply.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(reply.headers["x-accel-buffering"] == "no")
            #expect(reply.body.contains("event: fragment\ndata: {") && reply.body.contains("\"topic\":\"count\""))
            for topics in ["", "nonsense", "run", "banner,banner:x", String(repeating: "banner,", count: 9)] {
                let bad = try await loopback.get("/live?topics=\(topics)", headers: [cookie])
                #expect(bad.status == 400, "\(topics)")
            }
        }
    }

    @Test("a page that is kept true is told nothing more once its login has ended", arguments: [true, false])
    func ended(ends: Bool) async throws {
        let desk = PretendDesk()
        let rounds = Mutex(0)
        let pace = LivePace(now: LivePace.atOnce.now, wall: LivePace.atOnce.wall) { _ in
            if ends { desk.logins.withLock { $0 = [:] } }
            return rounds.withLock { rounds in
                rounds += 1
                return rounds < 5
            }
        }
        try await withDoor(desk, live: pace) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.get("/live?topics=banner", headers: [cookie])
            #expect(reply.status == 200)
        }
        #expect(rounds.withLock { $0 } == (ends ? 1 : 5))
    }

    @Test("there are sixteen places for pages that are kept true, and one comes free when its page is left")
    func streams() {
        let board = LiveBoard(now: { .zero }, pause: { _ in true })
        var places = (0..<LiveBoard.streamsMax).map { _ in board.take() }
        #expect(places.allSatisfy { $0 != nil } && board.take() == nil)
        places.removeLast()
        #expect(board.take() != nil)
    }

    @Test("what sixteen look at is made once, again when something has happened, and again when it is old")
    func shared() {
        let clock = Stopwatch()
        let board = LiveBoard(now: { clock.now }, pause: { _ in true })
        var made = 0
        func look(changes: Int) -> String {
            board.fragment("needs", changes: changes) {
                made += 1
                return String(made)
            }
        }
        #expect(look(changes: 1) == "1" && look(changes: 2) == "1")
        clock.now = .seconds(1)
        #expect(look(changes: 2) == "2" && look(changes: 2) == "2")
        clock.now = .seconds(12)
        #expect(look(changes: 2) == "2")
        clock.now = .seconds(17)
        #expect(look(changes: 2) == "3")
    }

    private final class Stopwatch: @unchecked Sendable { var now: Duration = .zero }

    @Test(
        "a form that lost the token's number ends none; all are ended by who says so",
        arguments: [
            ("", nil), ("&token=abc", nil), ("&number=", nil), ("&number=abc", nil), ("&number=7", .some(7)),
            ("&number=all", .some(nil)),
        ] as [(String, Int64??)])
    func endTokens(_ fields: String, _ asked: Int64??) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.form(
                "/acts", "act=end-token&person=review&back=%2Ftokens" + fields, headers: [cookie])
            if let asked {
                #expect(desk.tended.map(\.token) == [asked] && desk.tended.map(\.act) == [.end], "\(reply)")
            } else {
                #expect(reply.status == 400 && desk.tended.isEmpty, "\(reply)")
            }
        }
    }
}
