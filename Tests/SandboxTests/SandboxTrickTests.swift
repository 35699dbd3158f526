import CampaignModel
import Testing
import Wire

@testable import Sandbox

@Suite("Faults on purpose")
struct SandboxTrickTests {
    struct Row: Sendable {
        let trick: SandboxTrick
        let code: Int?
        var status = 200
        var fault = SandboxAnswer.Fault.none
        let isTaken: Bool
    }

    @Test(
        "Each magic recipient does what its name says",
        arguments: [
            Row(trick: .timeout, code: 0, isTaken: true),
            Row(trick: .lostreply, code: 0, fault: .dropBeforeReply, isTaken: true),
            Row(trick: .reset, code: 0, fault: .resetConnection, isTaken: true),
            Row(trick: .garbage, code: nil, isTaken: true),
            Row(trick: .internalError, code: nil, status: 500, isTaken: true),
            Row(trick: .noid, code: 0, isTaken: true),
            Row(trick: .partial, code: 0, isTaken: true),
            Row(trick: .risk, code: 28_001_052, isTaken: false),
            Row(trick: .busy, code: 28_001_005, isTaken: false),
            Row(trick: .rate, code: nil, status: 429, isTaken: false),
            Row(trick: .gone, code: 28_001_045, isTaken: false),
            Row(trick: .denied, code: 28_003_070, isTaken: false),
            Row(trick: .expired, code: 28_001_008, isTaken: false),
        ])
    func magic(_ row: Row) {
        var rehearsal = Rehearsal()
        let answer = rehearsal.send(to: "x-" + row.trick.rawValue)
        #expect(answer.code == row.code)
        #expect(answer.response.status == row.status)
        #expect(answer.fault == row.fault)
        #expect((answer.delay > .seconds(30)) == (row.trick == .timeout))
        #expect((rehearsal.platform.audit.people == 1) == row.isTaken)
        #expect(rehearsal.platform.audit.accepted == 0)
    }

    @Test("A half reply breaks off inside its body")
    func half() {
        var rehearsal = Rehearsal()
        let answer = rehearsal.send(to: "x-half")
        guard case .cutReply(let count) = answer.fault else {
            Issue.record("\(answer.fault)")
            return
        }
        #expect(count > 0 && count < answer.response.body.count)
    }

    @Test(
        "Whoever sends again after an answer was lost is caught, the same day and later",
        arguments: [
            "timeout", "lostreply", "reset", "garbage", "half", "500", "noid",
        ])
    func resendAfterLoss(_ name: String) {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "x-" + name)
        _ = rehearsal.send(to: "x-" + name)
        #expect(rehearsal.breaches == [.secondContact, .duplicate])
        _ = rehearsal.send(to: "x-" + name, at: Rehearsal.noon + .days(1))
        #expect(rehearsal.breaches.last == .duplicate)
    }

    @Test("An expired token is played once a person")
    func expiredOnce() {
        var rehearsal = Rehearsal()
        #expect(rehearsal.send(to: "x-expired").code == 28_001_008)
        #expect(rehearsal.send(to: "x-expired").code == 0)
    }

    @Test("A partial success says which message went, and of a single message says nothing")
    func partial() {
        var rehearsal = Rehearsal()
        let list = rehearsal.send(to: "x-partial", messages: 3).object["send_msg_status_list"] as? [[String: Any]]
        #expect(list?.compactMap { $0["error_code"] as? Int } == [0, 28_001_038, 28_001_038])
        #expect(rehearsal.platform.audit.messages == 1)
        let single = rehearsal.send(to: "x-partial", at: Rehearsal.noon + .days(1))
        #expect(single.object["all_send_success"] as? Bool == false)
        #expect(single.object["send_msg_status_list"] == nil)
    }

    @Test("Random faults follow their seed and their rates")
    func randomFaults() throws {
        let faults = try SandboxFaults(json: Array(#"{"seed":7,"rates":{"busy":0.5,"lostreply":0.25}}"#.utf8))
        func outcomes() -> [Int?] {
            var rehearsal = Rehearsal({ $0.accounts[0].patterns = [.init(prefix: "p", count: 400)] }, faults: faults)
            return (1...400).map { rehearsal.send(to: "p\($0)").code }
        }
        let first = outcomes()
        #expect(first == outcomes())
        #expect((150...250).contains(first.filter { $0 == 28_001_005 }.count))
    }

    @Test(
        "A faults file with a mistake is refused with a sentence",
        arguments: [
            "", "{}", #"{"rates":{"typo":0.1}}"#, #"{"rates":{"busy":1.5}}"#, #"{"rates":{"busy":-0.1}}"#,
            #"{"rates":{"busy":0.6,"risk":0.6}}"#,
        ])
    func badFaults(_ text: String) {
        #expect(throws: WorldDefect.self) { try SandboxFaults(json: Array(text.utf8)) }
    }
}
