import Answers
import CampaignModel
import Foundation
import Hummingbird
import Ports
import Synchronization
import Testing
import Words

@testable import ControlAPI

@Suite("Version 1 of the API")
struct APITests {
    private static let proof = "Authorization: Bearer t"

    private static func table() -> APITable {
        APIRoutes(
            line: DeskLine(desk: PretendDesk()), rules: DoorRules(door: .socket), repeats: RepeatGuard()
        ).table()
    }

    @Test("the router answers to what its description says, and to nothing else")
    func routes() {
        let described = APIDescription.operations.map { "\($0.method) \($0.path)" }
        let made = Self.table().rows.map { "\($0.method.rawValue) \($0.path)" }
        #expect(described.sorted() == made.sorted())
        #expect(Set(described).count == described.count)
        #expect(APIDescription.operations.allSatisfy { !$0.summary.isEmpty })
        // The page is written without escaping: the file is ours and holds nothing that would need it.
        #expect(APIDescription.operations.allSatisfy { !$0.summary.contains { "<>&".contains($0) } })
    }

    @Test("every code with which a desk or a door refuses stands in the description")
    func codes() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let refusal = try Regex(
            #"(?:DeskRefusal|DoorRefusal)\([^"]{0,120}?code:((?:(?!Catalogue|Sentence)[\s\S]){0,120}?),"#)
        let word = try Regex(#""([a-z_]+)""#)
        var found: Set<String> = []
        for room in ["Engine", "ControlAPI", "Answers"] {
            let files = try #require(
                FileManager.default.enumerator(
                    at: sources.appendingPathComponent(room), includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: refusal) {
                    for code in String(match[1].substring ?? "").matches(of: word) {
                        found.insert(String(code[1].substring ?? ""))
                    }
                }
            }
        }
        #expect(found.count > 60)
        let lines = APIDescription.text.split(separator: "\n")
        let from = try #require(lines.firstIndex(of: "    Code:"))
        let known = Set(lines[from...].filter { $0.hasPrefix("        - ") }.map { String($0.dropFirst(10)) })
        #expect(found.subtracting(known).isEmpty, "not described: \(found.subtracting(known).sorted())")
        #expect(known.contains(DeskRefusal.erasedByAge))
    }

    @Test("the description and its page are served")
    func description() async throws {
        try await withDoor(PretendDesk()) { socket, loopback in
            for door in [socket, loopback] {
                let file = try await door.get("/v1/openapi.yaml")
                #expect(file.status == 200 && file.body.hasPrefix("openapi: 3.1.0\n"))
                let page = try await door.get("/v1/")
                #expect(page.status == 200 && page.body.contains("<code>/v1/runs/{run}/report</code>"))
                #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
            }
        }
    }

    @Test("a refusal is a problem of RFC 9457, in the language that was asked for, with both beside it")
    func problems() async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            for (language, detail) in [("en", "No such run."), ("zh", "没有这一场。")] {
                let reply = try await socket.get("/v1/runs/nothing/report", headers: ["Accept-Language: \(language)"])
                #expect(reply.status == 404)
                #expect(reply.headers["content-type"] == "application/problem+json")
                let problem = try JSONDecoder().decode(Problem.self, from: Data(reply.body.utf8))
                #expect(problem.detail == detail && problem.status == 404 && problem.title == "Not Found")
                #expect(problem.type == "urn:curfew:problem:\(problem.code)")
                #expect(problem.detailZh == "没有这一场。" && problem.detailEn == "No such run.")
            }
        }
    }

    @Test("a refused file's problem has its places, one of time the moment, and each hint is for a code that there is")
    func details() async throws {
        var refusal = DeskRefusal(.conflict, code: "not_readable", Sentence(zh: "不行。", en: "No."))
        refusal.nextAllowed = Moment(iso8601: "2026-11-21T00:00:00+08:00")
        refusal.lines = [
            DeskRefusal.Line(
                line: 12, column: 9, code: "bad_weight", message: Sentence(zh: "权重", en: "The weights"),
                hint: Sentence(zh: "改", en: "Mend"))
        ]
        try await withDoor(PretendDesk(refusal: refusal)) { socket, _ in
            let reply = try await socket.get("/v1/status?lang=en")
            #expect(reply.status == 409 && reply.headers["content-type"] == "application/problem+json")
            let problem = try JSONDecoder().decode(Problem.self, from: Data(reply.body.utf8))
            #expect(problem.nextAllowed == "2026-11-21T00:00:00.000+08:00")
            #expect(
                problem.lines == [.init(line: 12, column: 9, code: "bad_weight", message: "The weights", hint: "Mend")])
            #expect(problem.hint?.contains("Mend the places") == true)
        }
        let lines = APIDescription.text.split(separator: "\n")
        let from = try #require(lines.firstIndex(of: "    Code:"))
        let known = Set(lines[from...].filter { $0.hasPrefix("        - ") }.map { String($0.dropFirst(10)) })
        #expect(
            known.filter { Catalogue.Hints.of($0) != nil }.count == 19, "a hint for a code that nobody refuses with")
    }

    @Test(
        "whatever the door itself refuses is a problem with a hint",
        arguments: [
            ("GET", "/v1/nothing", "", 404, "no_such_address"), ("GET", "/v1/runs/a/b/c", "", 404, "no_such_address"),
            ("GET", "/v1/runs?limit=0", "", 400, "bad_query"),
            ("GET", "/v1/runs?limit=1&limit=2", "", 400, "bad_query"),
            ("GET", "/v1/explain?run=a", "", 400, "missing_query"),
            ("DELETE", "/v1/status", "", 405, "method_not_allowed"), ("POST", "/v1/acts", "{", 400, "bad_body"),
            ("POST", "/v1/acts", #"{"act":"pause","act":"go"}"#, 400, "bad_body"),
            ("POST", "/v1/acts", "[]", 400, "bad_body"), ("POST", "/v1/acts", #"{"act":"dance"}"#, 400, "bad_body"),
            ("POST", "/v1/acts", String(repeating: " ", count: 70_000), 413, "body_too_large"),
        ])
    func refusals(method: String, path: String, body: String, status: Int, code: String) async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let reply =
                method == "POST"
                ? try await socket.post(path, body, headers: [Self.proof]) : try await socket.send(method, path)
            #expect(reply.status == status && reply.headers["content-type"] == "application/problem+json")
            let problem = try JSONDecoder().decode(Problem.self, from: Data(reply.body.utf8))
            #expect(problem.code == code && problem.hint != nil && problem.status == status)
        }
    }

    @Test(
        "an address that is there answers 405 to another method, and says which it knows",
        arguments: [
            ("DELETE", "/v1/status", "GET"), ("POST", "/v1/runs/a/report", "GET"), ("GET", "/v1/strategies", "POST"),
            ("PUT", "/v1/people", "POST"),
        ])
    func methods(method: String, path: String, allowed: String) async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let reply = try await socket.send(method, path)
            #expect(reply.status == 405 && reply.headers["allow"] == allowed)
        }
    }

    @Test("a list goes on where its page ended; a cursor of another list, or one that was changed, is none")
    func cursors() async throws {
        let desk = PretendDesk(status: .sample(runs: 5))
        try await withDoor(desk) { socket, _ in
            var found: [String] = []
            var path = "/v1/runs?ended=true&limit=2"
            for _ in 0..<5 {
                let reply = try await socket.get(path)
                #expect(reply.status == 200)
                let page = try JSONDecoder().decode(RunsPage.self, from: Data(reply.body.utf8))
                found += page.runs.map(\.run)
                guard let next = page.next else { break }
                #expect(reply.headers["link"] == "</v1/runs?ended=true&limit=2&cursor=\(next)>; rel=\"next\"")
                path = "/v1/runs?ended=true&limit=2&cursor=\(next)"
            }
            #expect(found == desk.report.runs.map(\.run))
            let other = OpaqueCursor.write("x", of: "unknowns")
            for cursor in ["x", other, OpaqueCursor.write("x", of: "runs") + "A", "eA%3D%3D"] {
                let reply = try await socket.get("/v1/runs?cursor=\(cursor)")
                #expect(reply.status == 400, "\(cursor)")
            }
            for limit in ["0", "201", "x", "+1", "01"] {
                #expect(try await socket.get("/v1/runs?limit=\(limit)").status == 400, "\(limit)")
            }
        }
    }

    @Test("approving names what was seen, in the body or as a precondition")
    func approving() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            func approve(_ body: String, _ headers: [String] = []) async throws -> Int {
                try await socket.post("/v1/acts", body, headers: [Self.proof] + headers).status
            }
            let bare = #"{"act":"approve","run":"r"}"#
            #expect(try await approve(bare) == 428)
            #expect(try await approve(#"{"act":"approve","run":"r","digest":"9f"}"#) == 200)
            #expect(try await approve(bare, [#"If-Match: "9f""#]) == 200)
            #expect(try await approve(#"{"act":"approve","run":"r","digest":"9f"}"#, [#"If-Match: "8e""#]) == 412)
            #expect(try await approve(bare, ["If-Match: 9f"]) == 400)
            let run = try await socket.get("/v1/runs/double-eleven-warmup%4020261120-2000?for=approve")
            #expect(run.headers["etag"] == "\"9f2c\"")
        }
        #expect(desk.deedsDone.map(\.request.digest) == ["9f", "9f"])
    }

    @Test("what must not be done twice wants a key; one that is under way is refused")
    func keys() async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let body = #"{"run":"r","openID":"u"}"#
            let none = try await socket.post("/v1/test-send", body, headers: [Self.proof])
            #expect(none.status == 400 && none.body.contains("idempotency_key_missing"))
            let odd = try await socket.post("/v1/test-send", body, headers: [Self.proof, "Idempotency-Key: a b"])
            #expect(odd.status == 400)
            let well = try await socket.post("/v1/test-send", body, headers: [Self.proof, "Idempotency-Key: k"])
            #expect(well.status == 200)
        }
    }

    @Test(
        "a body that can be read in two ways, or in none, is refused as what it is",
        arguments: [
            #"{"act":"go","act":"pause"}"#, #"{"act":"go","run":"a\u0000b"}"#, #"["go"]"#, #""go""#, "", "null",
            #"{"act":"go"}{"act":"go"}"#, #"{"act":"go","note":1e400}"#, #"{"act":"go",}"#, #"{'act':'go'}"#,
            #"{"act":"go","note":"\ud800"}"#, #"{"act":["go"]}"#, #"{"act":null}"#, #"{"act":1}"#,
            "\u{FEFF}{\"act\":\"go\"}",
            #"{"act":"go","x":"# + String(repeating: "[", count: 200) + "1"
                + String(repeating: "]", count: 200) + "}", String(repeating: "[", count: 60_000),
        ])
    func hostileBodies(body: String) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let reply = try await socket.post("/v1/acts", body, headers: [Self.proof])
            #expect(reply.status == 400)
            #expect(reply.headers["content-type"] == "application/problem+json")
            let problem = try JSONDecoder().decode(Problem.self, from: Data(reply.body.utf8))
            #expect(problem.code == "bad_body")
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("a body whose bytes are no UTF-8, or another kind of Unicode, is refused as what it is")
    func bytes() {
        for bytes: [UInt8] in [
            [0xFF, 0xFE] + #"{"act":"go"}"#.utf8.flatMap { [$0, 0] },
            Array(#"{"act":"#.utf8) + [0x22, 0xC3, 0x28, 0x22, 0x7D],
            Array(#"{"act":""#.utf8) + [0xED, 0xA0, 0x80, 0x22, 0x7D], [0x80],
        ] {
            #expect { _ = try ControlRoutes.decode(ActRequest.self, ByteBuffer(bytes: bytes)) } throws: {
                ($0 as? DoorRefusal)?.code == "bad_body"
            }
        }
    }

    /// Whatever a page elsewhere can make a browser send by itself: forms, plain text, and scripts with `fetch`.
    @Test(
        "no page elsewhere makes a browser call it, over either door",
        arguments: [
            ("application/x-www-form-urlencoded", ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"]),
            ("text/plain", ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"]),
            ("text/plain", ["Sec-Fetch-Site: none"]), ("text/plain", []),
            ("application/json", ["Sec-Fetch-Site: cross-site"]), ("application/json", ["Sec-Fetch-Site: same-site"]),
            ("application/json", ["Origin: null"]), ("application/json", ["Origin: https://evil.example"]),
        ])
    func crossSite(type: String, headers: [String]) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, loopback in
            for door in [socket, loopback] {
                for (path, body) in [("/v1/acts", #"{"act":"go"}"#), ("/v1/test-send", #"{"run":"r","openID":"u"}"#)] {
                    let reply = try await door.post(
                        path, body, headers: headers + [Self.proof, "Idempotency-Key: k", "Cookie: curfew=secret-0-"],
                        type: type)
                    #expect(reply.status == 403 || reply.status == 415)
                    #expect(reply.headers["access-control-allow-origin"] == nil)
                }
                // As the router reads an address, so does the guard before it.
                let doubled = try await door.post(
                    "//v1//acts", #"{"act":"go"}"#, headers: [Self.proof], type: "text/plain")
                #expect(doubled.status == 415)
                // The leave that JSON needs is never given.
                let leave = try await door.send("OPTIONS", "/v1/acts")
                #expect(leave.status == 405 && leave.headers["access-control-allow-methods"] == nil)
            }
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("a browser's cookie proves nothing here: only a token does")
    func cookies() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let reply = try await socket.post("/v1/acts", #"{"act":"go"}"#, headers: ["Cookie: curfew=secret-0-"])
            #expect(reply.status == 401)
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("what pages show wants a proof, and what names people the socket besides")
    func proofs() async throws {
        try await withDoor(PretendDesk()) { socket, loopback in
            for path in ["/v1/caller", "/v1/needs", "/v1/settings", "/v1/accounts", "/v1/campaigns", "/v1/runs/a/acts"]
            {
                for door in [socket, loopback] {
                    let reply = try await door.get(path)
                    #expect(reply.status == 401, "\(path)")
                }
                let proved = try await socket.get(path, headers: [Self.proof])
                #expect(proved.status != 401, "\(path)")
            }
            for path in ["/v1/person?user=u", "/v1/acts", "/v1/runs/a/review", "/v1/unknowns"] {
                let reply = try await loopback.get(path, headers: [Self.proof])
                #expect(reply.status == 403, "\(path)")
            }
        }
    }
}
