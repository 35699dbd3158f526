import CampaignModel
import Foundation
import Testing
import Wire

@testable import Sandbox

@Suite("What the pretend platform tells")
struct SandboxCallbackTests {
    private static let address = "http://127.0.0.1:1/webhook"

    private static func listening(_ faults: String = #"{"callbacks": {}}"#) throws -> Rehearsal {
        Rehearsal({ $0.apps[0].webhookURL = address }, faults: try SandboxFaults(json: Array(faults.utf8)))
    }

    private static func object(_ callback: SandboxCallback) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(callback.body)) as? [String: Any])
    }

    /// The event's content, whichever of the two shapes it has.
    private static func content(_ callback: SandboxCallback) throws -> [String: Any] {
        let content = try object(callback)["content"]
        if let inner = content as? [String: Any] { return inner }
        let text = try #require(content as? String)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("The signature is lower-case hex SHA-1 over secret and body")
    func signature() {
        #expect(
            SandboxPlatform.signature(of: Array("bc".utf8), secret: "a") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test("An app without an address is told nothing")
    func silent() {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "u1")
        #expect(rehearsal.platform.nextCallback == nil && rehearsal.platform.audit.callbacks.made == 0)
    }

    @Test(
        "Every message that was taken has an echo, whatever the caller got to read",
        arguments: [("u1", 3), ("x-lostreply", 3), ("x-timeout", 3), ("x-partial", 1), ("x-busy", 0)])
    func echoes(_ person: String, _ count: Int) throws {
        var rehearsal = try Self.listening()
        _ = rehearsal.send(to: person, messages: 3)
        let told = rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .seconds(1))
        #expect(told.count == count)
        for (index, callback) in told.sorted(by: { $0.messageID < $1.messageID }).enumerated() {
            let root = try Self.object(callback)
            #expect(root["from_user_id"] as? String == "brand" && root["to_user_id"] as? String == person)
            #expect(try Self.content(callback)["source"] as? String == "tt1")
            #expect(try Self.content(callback)["server_message_id"] as? String == "@sandbox-\(index + 1)")
            #expect(callback.request.header("X-Douyin-Signature") == callback.signature)
            #expect(callback.signature == SandboxPlatform.signature(of: callback.body, secret: "hook-secret"))
        }
    }

    @Test("Consents, replies and withdrawn permissions come in the shapes of the platform's pages")
    func shapes() throws {
        var rehearsal = try Self.listening()
        rehearsal.platform.authorise(["new"], account: "brand", at: Rehearsal.noon)
        rehearsal.platform.authorise(["new"], account: "brand", at: Rehearsal.noon)
        rehearsal.platform.withdraw(["new", "nobody"], account: "brand", at: Rehearsal.noon + .seconds(10))
        #expect(rehearsal.platform.reply("退订", from: "u1", to: "brand", at: Rehearsal.noon + .seconds(20)) == true)
        #expect(rehearsal.platform.bind("brand", false, at: Rehearsal.noon + .seconds(30)) == true)
        let told = rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .minutes(1))
        #expect(
            told.map(\.event).sorted() == [
                "contract_unauthorize", "im_authorize", "im_authorize", "im_enter_direct_msg", "im_receive_msg",
            ])
        let consents = told.filter { $0.event == "im_authorize" }
        #expect(try consents.map { try Self.content($0)["auth_status"] as? Int } == [1, 2])
        #expect(try consents.allSatisfy { try Self.object($0)["content"] is String })
        let reply = try #require(told.first { $0.event == "im_receive_msg" })
        #expect(try Self.content(reply)["text"] as? String == "退订")
        #expect(try Self.object(reply)["content"] is [String: Any])
        #expect(rehearsal.send(to: "u2", at: Rehearsal.noon + .minutes(1)).code == 28_001_012)
    }

    @Test("People who answer every contact do")
    func habits() throws {
        var rehearsal = try Self.listening()
        rehearsal.platform.authorise(["p-td"], account: "brand")
        _ = rehearsal.send(to: "p-td")
        let told = rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .minutes(1))
        #expect(told.map(\.event).sorted() == ["im_enter_direct_msg", "im_receive_msg", "im_send_msg"])
    }

    @Test("Late, twice, forged and lost are told apart, and the same seed does the same again")
    func faults() throws {
        func told(_ seed: Int) throws -> ([SandboxCallback], SandboxAudit.Callbacks) {
            var rehearsal = try Self.listening(
                """
                {"seed": \(seed), "callbacks": {"late": 0.4, "late_seconds": 600, "twice": 0.4, "forged": 0.4, "lost": 0.2}}
                """)
            let people = (1...100).map { "p\($0)" }
            rehearsal.platform.authorise(people, account: "brand", at: Rehearsal.noon)
            return (
                rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .minutes(10), limit: 1000),
                rehearsal.platform.audit.callbacks
            )
        }
        let (callbacks, sums) = try told(5)
        let again = try told(5)
        let other = try told(6)
        #expect(again.0 == callbacks && again.1 == sums && other.0 != callbacks)
        #expect(sums.made == 100 && sums.lost > 5 && sums.late > 15 && sums.twice > 15 && sums.forged > 15)
        #expect(callbacks.count == 100 - sums.lost + sums.twice + sums.forged)
        let isRight = callbacks.filter {
            $0.signature == SandboxPlatform.signature(of: $0.body, secret: "hook-secret")
        }
        #expect(callbacks.filter(\.isForged).count == sums.forged && isRight.count == callbacks.count - sums.forged)
        #expect(callbacks.map(\.due) == callbacks.map(\.due).sorted())
        let numbers = try isRight.map { try Self.object($0)["from_user_id"] as? String ?? "" }
        #expect(numbers != numbers.sorted(), "some overtook others")
    }

    @Test("What is not taken is tried three times more, and then given up")
    func retries() throws {
        var rehearsal = try Self.listening()
        _ = rehearsal.send(to: "u1")
        var now = Rehearsal.noon
        var tries = 0
        while let next = rehearsal.platform.nextCallback {
            now = next
            for callback in rehearsal.platform.takeCallbacks(dueAt: now) {
                tries += 1
                rehearsal.platform.callbackEnded(callback, status: tries == 2 ? nil : 503, at: now)
            }
        }
        #expect(tries == 4 && rehearsal.platform.audit.callbacks.givenUp == 1)
        #expect(now < Rehearsal.noon + .minutes(2))
    }

    @Test("A new address is told nothing before it has answered the check with the number")
    func check() throws {
        for (answer, isChecked) in [(#"{"challenge": 1}"#, false), ("", false), (nil, true)] as [(String?, Bool)] {
            var rehearsal = Rehearsal()
            #expect(rehearsal.platform.subscribe("tt1", url: Self.address, at: Rehearsal.noon) == true)
            #expect(rehearsal.platform.subscribe("another", url: Self.address, at: Rehearsal.noon) == false)
            _ = rehearsal.send(to: "u1")
            let callbacks = rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .minutes(1))
            let check = try #require(callbacks.first)
            #expect(callbacks.count == 1 && check.event == "verify_webhook")
            let number = try #require(try Self.content(check)["challenge"] as? Int)
            rehearsal.platform.callbackEnded(
                check, status: 200, body: Array((answer ?? #"{"challenge":\#(number)}"#).utf8), at: Rehearsal.noon)
            _ = rehearsal.send(to: "u2")
            #expect((rehearsal.platform.nextCallback != nil) == isChecked)
        }
    }

    @Test("A reset secret signs from then on")
    func reset() throws {
        var rehearsal = try Self.listening()
        #expect(rehearsal.platform.resetSecret("tt1", "newer") == true)
        #expect(rehearsal.platform.resetSecret("tt2", "newer") == false)
        _ = rehearsal.send(to: "u1")
        let callback = try #require(rehearsal.platform.takeCallbacks(dueAt: Rehearsal.noon + .seconds(1)).first)
        #expect(callback.signature == SandboxPlatform.signature(of: callback.body, secret: "newer"))
    }

    @Test(
        "A faults file that asks for what there is not is refused with a sentence",
        arguments: [#"{"callbacks": {"never": 1}}"#, #"{"callbacks": {"late": 2}}"#, #"{"callbacks": {"lost": -1}}"#])
    func refused(_ file: String) {
        #expect(throws: WorldDefect.self) { try SandboxFaults(json: Array(file.utf8)) }
    }
}
