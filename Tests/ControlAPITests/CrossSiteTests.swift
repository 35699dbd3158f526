import Answers
import Foundation
import Hummingbird
import Synchronization
import Testing

@testable import ControlAPI

@Suite("Acts that another site's page starts")
struct CrossSiteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var site: String?
        var origin: String?
        var passes: Bool
        var testDescription: String { "site \(site ?? "-"), origin \(origin ?? "-")" }
    }

    /// Every combination of the two headers that browsers send.
    static let cases: [Case] = [
        Case(site: nil, origin: nil, passes: true),
        Case(site: nil, origin: "http://localhost:9470", passes: true),
        Case(site: nil, origin: "http://localhost:9471", passes: false),
        Case(site: nil, origin: "http://localhost", passes: false),
        Case(site: nil, origin: "https://localhost:9470", passes: false),
        Case(site: nil, origin: "http://evil.example", passes: false),
        Case(site: nil, origin: "null", passes: false),
        Case(site: nil, origin: "", passes: false),
        Case(site: "same-origin", origin: nil, passes: true),
        Case(site: "same-origin", origin: "http://localhost:9470", passes: true),
        // What a browser sends with a form of a page that gives no referrer.
        Case(site: "same-origin", origin: "null", passes: true),
        Case(site: "cross-site", origin: "null", passes: false),
        Case(site: "none", origin: nil, passes: true),
        Case(site: "same-site", origin: nil, passes: false),
        Case(site: "same-site", origin: "http://localhost:9471", passes: false),
        Case(site: "cross-site", origin: nil, passes: false),
        Case(site: "cross-site", origin: "http://evil.example", passes: false),
        Case(site: "cross-site", origin: "http://localhost:9470", passes: false),
        Case(site: "same-origin", origin: "http://evil.example", passes: false),
        Case(site: "", origin: nil, passes: false),
        Case(site: "Same-Origin", origin: nil, passes: false),
        Case(site: "cross-site", origin: "https://curfew.example", passes: true),
        Case(site: nil, origin: "https://curfew.example", passes: true),
        Case(site: nil, origin: "http://curfew.example", passes: false),
    ]

    @Test(
        "a path is judged as it is routed: more slashes lead to the same address and around no guard",
        arguments: ["/v1/acts", "//v1/acts", "/v1//acts", "/v1/acts/", "///v1///acts//"])
    func slashes(path: String) async throws {
        let failures = Mutex(0)
        let brake = ProofBrake(now: { .zero }, wait: { _ in failures.withLock { $0 += 1 } })
        let desk = PretendDesk()
        try await withDoor(desk, brake: brake) { _, loopback in
            let act = #"{"act":"stop-all"}"#
            let proof = ["Authorization: Bearer good"]
            let plain = try await loopback.post(path, act, headers: proof, type: "text/plain")
            #expect(plain.status == 415)
            let nobody = try await loopback.post(path, act)
            #expect(nobody.status == 401 && nobody.headers["content-type"]?.contains("json") == true)
        }
        #expect(failures.withLock { $0 } == 1)
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("pass only from our own pages, or from where we are known to be", arguments: cases)
    func combinations(one: Case) {
        let rules = DoorRules(door: .loopback, origins: ["https://curfew.example"])
        let objection = rules.objection(
            to: .init(
                method: "POST", path: "/acts", host: "localhost:9470", origin: one.origin, fetchSite: one.site))
        #expect((objection == nil) == one.passes)
        #expect(objection == nil || objection?.code == "cross_origin")
        // Looking is free: a link from elsewhere leads to our pages.
        let look = rules.objection(
            to: .init(method: "GET", path: "/", host: "localhost:9470", origin: one.origin, fetchSite: one.site))
        #expect(look == nil)
    }

    @Test(
        "a forged form is refused before the desk hears of it", arguments: ["/acts", "/login", "/logout", "/unknown"])
    func forged(path: String) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let forgeries = [
                ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"], ["Origin: http://evil.example"],
            ]
            for headers in forgeries {
                let reply = try await loopback.form(path, "act=stop-all", headers: headers + [cookie])
                #expect(reply.status == 403 && reply.headers["set-cookie"] == nil)
            }
        }
        #expect(desk.deedsDone.isEmpty && desk.logins.withLock { $0.count } == 1)
    }

    @Test("behind TLS the session's cookie says that no other host and no plain page can have set it")
    func secureCookie() {
        let rules = DoorRules(door: .socket, origins: ["https://curfew.example"])
        #expect(rules.isSecure(host: "curfew.example") && !rules.isSecure(host: "localhost:9470"))
        let secure = Cookies(isSecure: true)
        #expect(secure.session == "__Host-curfew_session")
        let line = secure.line(secure.session, "s", lasts: 10)
        #expect(line.contains("; Secure") && line.contains("; HttpOnly") && line.contains("; SameSite=Lax"))
        #expect(line.contains("; Path=/") && !line.contains("Domain"))
        #expect(!Cookies(isSecure: false).line("a", "s", lasts: 1).contains("Secure"))
    }
}
