import Answers
import Foundation
import Ports
import Testing
import Wire

@testable import CurfewCommands

@Suite("Tokens change while the built program runs", .serialized, .timeLimit(.minutes(3)))
struct LivingTokenTests {
    private static func code(_ rig: Rig, _ token: String) async throws -> String {
        let response = try await rig.exchange(
            HTTPRequest(
                method: .get, url: "http://localhost/v1/caller",
                headers: [HTTPHeader("authorization", "Bearer \(token)")], unixSocket: "\(rig.root)/s"))
        let body = Data(response.body)
        if response.status == 200 { return try JSONDecoder().decode(CallerSheet.self, from: body).person }
        struct Refused: Decodable { var code: String }
        return try JSONDecoder().decode(Refused.self, from: body).code
    }

    @Test(
        "a token that is written anew in its file, or made by an operator, counts at once and after a kill; the old never again"
    )
    func replaced() async throws {
        let rig = try await Rig(people: ["u-1"])
        try rig.startDaemon()
        try await rig.until("the door") { try await Self.code(rig, "r") == "review" }

        try rig.write("r.new", "another-token", mode: 0o600)
        #expect(rename("\(rig.root)/r.new", "\(rig.root)/r.secret") == 0)
        try await rig.until("the new token") { try await Self.code(rig, "another-token") == "review" }
        #expect(try await Self.code(rig, "r") == "token_ended")
        // One that somebody else has is not taken.
        try rig.write("m.new", "o", mode: 0o600)
        #expect(rename("\(rig.root)/m.new", "\(rig.root)/m.secret") == 0)
        try await rig.until("its refusal") { rig.log("daemon-whole.log").contains("somebody else has the same") }
        #expect(try await Self.code(rig, "m") == "marketing")
        #expect(try await Self.code(rig, "o") == "ops")

        let made = try rig.command(
            "people", "issue", "review", "--out", "\(rig.root)/issued", "--days", "30", "--config", rig.config,
            "--token-file", "\(rig.root)/o.secret")
        #expect(made.status == 0, "\(made.errors)")
        let token = try String(contentsOfFile: "\(rig.root)/issued", encoding: .utf8).filter { $0 != "\n" }
        #expect(token.count == 64 && !made.out.contains(token) && !rig.log("daemon-whole.log").contains(token))
        #expect(try await Self.code(rig, token) == "review")
        #expect(try await Self.code(rig, "another-token") == "token_ended")

        kill(try #require(rig.daemon).processIdentifier, SIGKILL)
        rig.daemon?.waitUntilExit()
        try rig.write("m.secret", "m", mode: 0o600)
        try rig.startDaemon()
        try await rig.until("the door again") { try await Self.code(rig, token) == "review" }
        #expect(try await Self.code(rig, "another-token") == "token_ended")
        let list = try rig.command(
            "people", "list", "--config", rig.config, "--token-file", "\(rig.root)/o.secret", "--lang", "en")
        #expect(
            list.status == 0 && list.out.contains("made") && list.out.contains("by ops"), "\(list.out)\(list.errors)")
        let last = try rig.command(
            "people", "end", "ops", "--config", rig.config, "--token-file", "\(rig.root)/o.secret")
        #expect(last.status == 1 && last.errors.contains("last_operator"), "\(last.errors)")
    }
}
