import Answers
import CampaignModel
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@testable import ControlAPI

@Suite("The control door")
struct DoorTests {
    @Test(
        "every page and answer carries the headers that keep a browser in check",
        arguments: [
            "/", "/style.css", "/live.js", "/login", "/stop", "/nowhere", "/health", "/ready", "/metrics", "/v1/status",
            "/v1/nowhere", "/v1/explain",
        ])
    func headersEverywhere(path: String) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.get(path)
            let policy = try #require(reply.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(reply.headers["x-content-type-options"] == "nosniff")
            #expect(reply.headers["cache-control"] == "no-store")
            #expect(reply.headers["referrer-policy"] == "no-referrer")
            #expect(reply.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test(
        "each kind of refusal has its status and both languages",
        arguments: [
            (DeskRefusal.Kind.unproved, 401), (.forbidden, 403), (.notFound, 404), (.conflict, 409), (.invalid, 400),
        ])
    func refusals(kind: DeskRefusal.Kind, status: Int) async throws {
        let refusal = DeskRefusal(kind, code: "some_code", Sentence(zh: "不行。", en: "No."))
        try await withDoor(PretendDesk(refusal: refusal)) { socket, _ in
            let reply = try await socket.post(
                "/v1/acts", #"{"act":"pause","run":"r"}"#, headers: ["Authorization: Bearer t"])
            #expect(reply.status == status)
            let body = try JSONDecoder().decode(Problem.self, from: Data(reply.body.utf8))
            #expect(body.code == "some_code" && body.detailZh == "不行。" && body.detailEn == "No.")
            #expect((reply.headers["www-authenticate"] != nil) == (status == 401))
        }
    }

    @Test("an act goes to the desk with who asked for it, and its receipt comes back")
    func actWithToken() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let reply = try await socket.post(
                "/v1/acts", #"{"act":"pause","run":"r"}"#, headers: ["Authorization: Bearer secret-1"])
            #expect(reply.status == 200)
            let receipt = try JSONDecoder().decode(ActReceipt.self, from: Data(reply.body.utf8))
            #expect(receipt.onTheWire == 3 && receipt.act == "pause" && receipt.state == "paused")
            _ = try await socket.post("/v1/acts", #"{"act":"stop-all"}"#, headers: ["Curfew-As: 审核"])
        }
        let deeds = desk.deedsDone
        try #require(deeds.count == 2)
        guard case .token("secret-1") = deeds[0].identity else { return #expect(Bool(false), "not the token") }
        guard case .name("审核") = deeds[1].identity else { return #expect(Bool(false), "not the name") }
        #expect(deeds[1].request.act == .stopAll)
    }

    @Test(
        "an act without proof is refused and changes nothing",
        arguments: [
            [], ["Authorization: Basic cmV2aWV3"], ["Authorization: Bearer"], ["Authorization: Bearer "],
            // A name beside a broken proof does not heal it.
            ["Authorization: Basic x", "Curfew-As: review"],
        ])
    func actWithoutProof(headers: [String]) async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let reply = try await socket.post("/v1/acts", #"{"act":"go"}"#, headers: headers)
            #expect(reply.status == 401)
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("nothing is changed by looking: acts answer to POST alone")
    func noChangeByGet() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let reply = try await socket.get("/v1/acts?act=go", headers: ["Authorization: Bearer t"])
            #expect(reply.status == 404)
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test(
        "an act that a foreign page started is refused on the port",
        arguments: [
            ("http://evil.example", 403), ("null", 403), ("http://localhost:1", 403), ("https://localhost", 403),
            ("http://localhost", 200),
        ])
    func crossOrigin(origin: String, status: Int) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.post(
                "/v1/acts", #"{"act":"go"}"#, headers: ["Authorization: Bearer t", "Origin: \(origin)"])
            #expect(reply.status == status)
        }
    }

    @Test(
        "a body that is no JSON, or not what is asked, is refused by its key and never its value",
        arguments: [
            ("application/x-www-form-urlencoded", "act=go", 415), ("text/plain", #"{"act":"go"}"#, 415),
            ("application/json", "{", 400), ("application/json", #"{"act":"blow-up"}"#, 400),
            ("application/json", #"{"run":"r"}"#, 400), ("application/json; charset=utf-8", #"{"act":"go"}"#, 200),
        ])
    func bodies(type: String, body: String, status: Int) async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let reply = try await socket.post("/v1/acts", body, headers: ["Authorization: Bearer t"], type: type)
            #expect(reply.status == status)
            #expect(!reply.body.contains("blow-up"))
        }
    }

    @Test("a body above the limit is refused, whether it says its length or not")
    func oversized() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let padding = String(repeating: " ", count: DoorRules.bodyBytesMax)
            let said = try await socket.post(
                "/v1/acts", #"{"act":"go"}"# + padding, headers: ["Authorization: Bearer t"])
            #expect(said.status == 413)
            let chunk = #"{"act":"go"}"# + padding
            let unsaid = try await socket.chunked("/v1/acts", chunk, headers: ["Authorization: Bearer t"])
            #expect(unsaid.status == 413)
        }
        #expect(desk.deedsDone.isEmpty)
    }

    @Test("questions about one person are answered on the socket only")
    func personsOnTheSocket() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, loopback in
            for path in ["/v1/explain?run=r&user=u", "/v1/unknowns"] {
                let inside = try await socket.get(path)
                let outside = try await loopback.get(path)
                #expect(inside.status == 200)
                #expect(outside.status == 403)
            }
        }
    }

    @Test("explain hands on what was asked, percent signs undone, and misses nothing silently")
    func explainQuestion() async throws {
        let desk = PretendDesk()
        try await withDoor(desk) { socket, _ in
            let path = "/v1/explain?run=d11%4020261120-2000&user=_000a%2Bb&at=2026-11-20T22:00:00%2B08:00&lang=en"
            let asked = try await socket.get(path)
            #expect(asked.status == 200)
            let missing = try await socket.get("/v1/explain?run=r")
            #expect(missing.status == 400)
            let twice = try await socket.get("/v1/explain?run=r&run=s&user=u")
            #expect(twice.status == 400)
            let long = try await socket.get("/v1/explain?run=r&user=" + String(repeating: "u", count: 513))
            #expect(long.status == 400)
        }
        let question = try #require(desk.questionsAsked.first)
        #expect(question.run == "d11@20261120-2000" && question.openID == "_000a+b")
        #expect(question.at == "2026-11-20T22:00:00+08:00" && question.language == .en)
    }

    @Test("runs and reports are found by name, and a run that is none is a 404")
    func reports() async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let found = try await socket.get("/v1/runs/double-eleven-warmup%4020261120-2000/report")
            #expect(found.status == 200)
            let missing = try await socket.get("/v1/runs/nothing/report")
            #expect(missing.status == 404)
            let ended = try await socket.get("/v1/runs?ended=true")
            #expect(try JSONDecoder().decode([RunSummary].self, from: Data(ended.body.utf8)).count == 1)
            let alive = try await socket.get("/v1/runs")
            #expect(alive.body == "[]\n")
            let page = try await socket.get("/v1/runs?ended=true&limit=1")
            #expect(try JSONDecoder().decode(RunsPage.self, from: Data(page.body.utf8)).runs.count == 1)
            for odd in ["ended=maybe", "limit=0", "limit=201", "limit=x", "after=1.1"] {
                #expect(try await socket.get("/v1/runs?\(odd)").status == 400, "\(odd)")
            }
        }
    }

    @Test("health says no while the ledger takes no writes; who is on the way out is not ready")
    func health() async throws {
        for (line, health, ready) in [
            (HealthLine(ok: true, ready: true), 200, 200), (HealthLine(ok: true, ready: false), 200, 503),
            (HealthLine(ok: false, ready: false, trouble: "the disk is full"), 503, 503),
        ] {
            let desk = PretendDesk()
            desk.healthLine.withLock { $0 = line }
            try await withDoor(desk) { socket, loopback in
                for door in [socket, loopback] {
                    let reply = try await door.get("/health")
                    #expect(reply.status == health)
                    #expect(try JSONDecoder().decode(HealthLine.self, from: Data(reply.body.utf8)) == line)
                    #expect(try await door.get("/ready").status == ready)
                }
            }
        }
    }
}

@Suite("Figures as a monitor reads them")
struct MetricsTextTests {
    @Test("labels are escaped, whole numbers have no point, families without a figure are left out")
    func text() {
        let text = MetricsText.render([
            .gauge("curfew_lane_open", "Open.", [.init([("account", "a\"b\\c\nd"), ("channel", "x")], 1)]),
            .gauge("curfew_ratio", "Half.", 0.5), .gauge("curfew_none", "Nothing.", [MetricFamily.Sample]()),
            .gauge("curfew_unknown_yet", "Nothing.", nil), .counter("curfew_total", "All.", [.init([], 1_764_421_200)]),
        ])
        #expect(
            text == #"""
                # HELP curfew_lane_open Open.
                # TYPE curfew_lane_open gauge
                curfew_lane_open{account="a\"b\\c\nd",channel="x"} 1
                # HELP curfew_ratio Half.
                # TYPE curfew_ratio gauge
                curfew_ratio 0.5
                # HELP curfew_total All.
                # TYPE curfew_total counter
                curfew_total 1764421200

                """#)
    }

    @Test("a histogram's buckets add up, its last one is its count, and what is longer than the last bound is in it")
    func histogram() {
        let reading = SpanReading(bounds: [0.005, 0.01, 5, 10], upTo: [1, 2, 3, 3], count: 4, seconds: 63.011)
        let text = MetricsText.render([.histogram("h_seconds", "H.", [([("service", "s")], reading)])])
        #expect(text.contains(#"h_seconds_bucket{service="s",le="0.005"} 1"# + "\n"))
        #expect(text.contains(#"h_seconds_bucket{service="s",le="0.01"} 2"# + "\n"))
        #expect(text.contains(#"h_seconds_bucket{service="s",le="5"} 3"# + "\n"))
        #expect(text.contains(#"h_seconds_bucket{service="s",le="10"} 3"# + "\n"))
        #expect(text.contains(#"h_seconds_bucket{service="s",le="+Inf"} 4"# + "\n"))
        #expect(text.contains(#"h_seconds_sum{service="s"} 63.011"# + "\n"))
        #expect(text.contains(#"h_seconds_count{service="s"} 4"# + "\n"))
    }
}

@Suite("Who may come to the door")
struct DoorRulesTests {
    @Test(
        "only loopback names are served on the port",
        arguments: [
            ("localhost", true), ("localhost:9470", true), ("LocalHost:1", true), ("127.0.0.1:9470", true),
            ("[::1]:9470", true),
            ("[::1]", true), ("evil.example", false), ("localhost.evil.example", false),
            ("127.0.0.1.evil.example:80", false),
            ("127.0.0.2", false), ("localhost:", false), ("localhost:80:80", false), ("localhost:8x", false),
            ("[::1", false),
            ("[::1]x", false), ("", false), ("user@localhost", false), ("0.0.0.0:9470", false),
        ])
    func hosts(authority: String, isServed: Bool) {
        let rules = DoorRules(door: .loopback)
        let objection = rules.objection(to: .init(method: "GET", path: "/", host: authority))
        #expect((objection == nil) == isServed)
        // The socket has no names: its mode says who may come.
        let inside = DoorRules(door: .socket).objection(to: .init(method: "GET", path: "/", host: authority))
        #expect(inside == nil)
    }

    @Test("a request without a host is not served on the port")
    func noHost() {
        let objection = DoorRules(door: .loopback).objection(to: .init(method: "GET", path: "/", host: nil))
        #expect(objection?.code == "host_refused")
    }

    @Test("a re-pointed name reaches nothing")
    func rebinding() async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.get("/v1/status", headers: ["Host: rebound.example:9470"])
            #expect(reply.status == 421)
            #expect(!reply.body.contains("flagship"))
        }
    }

    @Test("the network is not offered", arguments: ["0.0.0.0", "192.168.1.2", "::", "example.com"])
    func notLoopback(host: String) {
        #expect(throws: ControlDoorError.notLoopback(host)) {
            try ControlBinding(socket: nil, loopback: .init(host: host, port: 0))
        }
    }
}

@Suite("The socket's file")
struct SocketFileTests {
    @Test("the socket that clients find is the owner's alone")
    func mode() async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let path = try #require(socket.place.path)
            let looks = try FileManager.default.attributesOfItem(atPath: path)
            #expect(looks[.posixPermissions] as? Int == 0o600)
            #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        }
    }

    @Test("a living door is not taken over, a dead one is")
    func livingAndDead() async throws {
        try await withDoor(PretendDesk()) { socket, _ in
            let path = try #require(socket.place.path)
            #expect(throws: ControlDoorError.socketInUse(path: path)) { try SocketFile(.init(path: path)).prepare() }
        }
        let directory = try PrivateDirectory()
        defer { directory.remove() }
        let dead = directory.path + "/dead.sock"
        try leaveDeadSocket(at: dead)
        #expect(throws: Never.self) { try SocketFile(.init(path: dead)).prepare() }
    }

    @Test("a file that is no socket is left alone")
    func notASocket() throws {
        let directory = try PrivateDirectory()
        defer { directory.remove() }
        let path = directory.path + "/curfew.sock"
        try "precious".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: ControlDoorError.notASocket(path: path)) { try SocketFile(.init(path: path)).prepare() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test("a path that a socket cannot have is refused in words")
    func tooLong() {
        let path = "/tmp/" + String(repeating: "x", count: 100)
        #expect(throws: ControlDoorError.pathTooLong(path)) { try SocketFile(.init(path: path)).prepare() }
    }

    private func leaveDeadSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(result == 0)
    }
}
