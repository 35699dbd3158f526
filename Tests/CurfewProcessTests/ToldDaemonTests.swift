import Answers
import CampaignModel
import Channels
import Foundation
import Ports
import Testing
import Wire

@testable import CurfewCommands

/// The real program, told by the pretend platform what happened: late, twice, forged, or not at all.
@Suite("A daemon that is told", .serialized)
struct ToldDaemonTests {
    /// The sandbox checks the daemon's address by a challenge, and only then tells it anything.
    private func subscribe(_ rig: Rig) async throws {
        let address = try await rig.webhook()
        #expect(try await rig.sandbox("webhook", #"{"client_key": "tt1", "url": "\#(address)"}"#) == 200)
        try await rig.until("the challenge") { try await rig.audit().callbacks.addresses == 1 }
    }

    private func approved(_ rig: Rig, _ campaign: String = KillTests.campaign) async throws -> String {
        try rig.drop(campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        return run
    }

    @Test("settles every lost reply by its echo, though half of what it is told comes late, twice or forged")
    func lostReplies() async throws {
        let people = (1...30).map { "u-\($0)" } + (1...6).map { "l\($0)-lostreply" } + ["h1-half", "g1-garbage"]
        let rig = try await Rig(
            people: people,
            faults: #"{"seed": 3, "callbacks": {"late": 0.5, "late_seconds": 3, "twice": 0.5, "forged": 0.5}}"#)
        try rig.startDaemon()
        try await subscribe(rig)
        let run = try await approved(rig)
        try await rig.until("the echoes") {
            let sum = try await rig.report(run).summary.sum
            return sum.accepted == 38 && sum.unknown == 0
        }
        try await rig.until("all callbacks to be taken") { try await rig.audit().callbacks.waiting == 0 }
        let sum = try await rig.report(run).summary.sum
        let audit = try await rig.audit()
        #expect(sum.holds && sum.audience == 38)
        #expect(audit.breaches == 0 && audit.silent == 8)
        #expect(audit.callbacks.made == 38 && audit.callbacks.taken == 38 + audit.callbacks.twice)
        #expect(audit.callbacks.twice > 5 && audit.callbacks.late > 5 && audit.callbacks.forged > 5)
        #expect(audit.callbacks.forgedTaken == 0 && audit.callbacks.refused == 0)
    }

    @Test("a lost reply without an echo stays unknown, is counted, and is settled by a person with a token")
    func noEcho() async throws {
        let rig = try await Rig(
            people: ["u-1", "l1-lostreply", "l2-lostreply"], faults: #"{"callbacks": {"lost": 1}}"#)
        try rig.startDaemon()
        try await subscribe(rig)
        let run = try await approved(rig)
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        #expect(try await rig.report(run).summary.sum.unknown == 2)
        #expect(try await rig.audit().callbacks.lost == 3)
        let act = ActRequest(act: .resolveAccepted, run: run, openID: "l1-lostreply")
        // An author may not say what became of it, and nobody without a token.
        #expect(try await rig.act(act, token: "m").status == 403)
        #expect(try await rig.act(act, token: "nobody").status == 401)
        #expect(try await rig.act(act, token: "r").status == 200)
        #expect(try await rig.act(act, token: "r").status == 404)
        let sum = try await rig.report(run).summary.sum
        #expect(sum.unknown == 1 && sum.accepted == 2 && sum.holds)
    }

    @Test("an opt-out by reply stops what is planned and not yet on the wire, within a second")
    func optOut() async throws {
        // Two a second, in the list's order: whoever answers has seconds until their turn.
        let rig = try await Rig(people: (1...20).map { "u-\($0)" }, pace: "2/s,burst=1")
        try rig.startDaemon()
        try await subscribe(rig)
        let run = try await approved(
            rig, KillTests.campaign.replacing("people.csv]", with: "people.csv], order: listed"))
        try await rig.until("the first sends") { try await rig.report(run).summary.sum.accepted >= 2 }
        for (person, text) in [("u-15", "ＴＤ"), ("u-18", "麻烦退订,谢谢"), ("u-19", "T"), ("u-20", "在吗")] {
            #expect(
                try await rig.sandbox(
                    "replies", #"{"account": "brand", "user": "\#(person)", "text": "\#(text)"}"#) == 200)
        }
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        let sum = try await rig.report(run).summary.sum
        #expect(sum.skippedBy.map { [$0.reason: $0.count] } == [["denied": 3]])
        #expect(sum.accepted == 17)
        #expect(try await rig.audit().people == 17)
    }

    @Test("an account that takes its permission away is stopped at once and until somebody opens it")
    func unbound() async throws {
        let rig = try await Rig(people: (1...10).map { "u-\($0)" })
        try rig.startDaemon()
        try await subscribe(rig)
        #expect(try await rig.sandbox("bind", #"{"account": "brand", "bound": false}"#) == 200)
        try await rig.until("the hold") { try await rig.status().lanes.first?.state == "account_not_bound" }
        let run = try await approved(rig)
        try await rig.until("the plan") { try await rig.report(run).summary.state == "running" }
        #expect(try await rig.audit().accepted == 0)
        #expect(try await rig.sandbox("bind", #"{"account": "brand", "bound": true}"#) == 200)
        #expect(try await rig.act(ActRequest(act: .release, account: "brand"), token: "r").status == 200)
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        #expect(try await rig.report(run).summary.sum.accepted == 10)
    }

    @Test("what is forged, replayed, malformed or huge gets its status and changes nothing; a new secret is known")
    func statuses() async throws {
        let rig = try await Rig(people: ["u-1"])
        try rig.startDaemon()
        let address = try await rig.webhook()
        func body(_ id: String) -> [UInt8] {
            Array(
                (#"{"event":"im_receive_msg","client_key":"tt1","from_user_id":"u-1","to_user_id":"brand","content":"#
                    + #"{"server_message_id":"\#(id)","create_time":1795140000000,"message_type":"text","text":"退订"}}"#)
                    .utf8)
        }
        func post(_ body: [UInt8], _ signature: String?) async throws -> HTTPResponse {
            let headers = signature.map { [HTTPHeader("X-Douyin-Signature", $0)] } ?? []
            return try await rig.exchange(HTTPRequest(method: .post, url: address, headers: headers, body: body))
        }
        func signed(_ body: [UInt8], _ secret: String) -> String {
            CallbackSignature.of(body, secret: Secret(bytes: Array(secret.utf8)))
        }
        #expect(try await post(body("@1"), nil).status == 401)
        #expect(try await post(body("@1"), signed(body("@1"), "another")).status == 401)
        #expect(try await post(body("@2"), signed(body("@1"), "w")).status == 401)
        #expect(try await post(Array("{} {}".utf8), signed(Array("{} {}".utf8), "w")).status == 200)
        #expect(try await post([UInt8](repeating: 0x20, count: (1 << 20) + 1), "00").status == 413)
        let check = Array(#"{"event":"verify_webhook","client_key":"tt1","content":{"challenge":4711}}"#.utf8)
        #expect(try await post(check, signed(check, "w")).body == Array(#"{"challenge":4711}"#.utf8))
        let run = try await approved(rig)
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        // Nothing of that was believed.
        #expect(try await rig.report(run).summary.sum.accepted == 1)
        // Either secret of the list is good, and a replay is answered like the first.
        for secret in ["w", "n", "n"] {
            #expect(try await post(body("@\(secret)"), signed(body("@\(secret)"), secret)).status == 200)
        }
        #expect(try await post(body("@1"), signed(body("@1"), "w")).status == 200)
    }
}

extension Rig {
    /// Where the daemon listens for callbacks: it was left to choose a port and wrote it down.
    func webhook() async throws -> String {
        var found = ""
        try await until("the door for events") {
            let log = log("daemon-whole.log")
            guard let end = log.range(of: "/webhook"),
                let start = log.range(of: "http://", options: .backwards, range: log.startIndex..<end.lowerBound)
            else { return false }
            found = String(log[start.lowerBound..<end.upperBound])
            return true
        }
        return found
    }

    /// Makes something happen on the pretend platform.
    /// - Returns: the status.
    func sandbox(_ what: String, _ body: String) async throws -> Int {
        try await exchange(HTTPRequest(method: .post, url: "\(platform)/sandbox/\(what)", body: Array(body.utf8)))
            .status
    }
}
