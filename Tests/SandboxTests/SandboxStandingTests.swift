import CampaignModel
import Testing

@testable import Sandbox

@Suite("What the pretend platform holds against an account by itself")
struct SandboxStandingTests {
    @Test("a restricted account is refused, and told so once: whoever goes on sending after that is deaf")
    func restricted() {
        var rehearsal = Rehearsal { $0.accounts[0].restriction = .frozen }
        #expect(rehearsal.send(to: "u1").code == 28_001_016)
        #expect(rehearsal.send(to: "u2", at: Rehearsal.noon + .seconds(20)).code == 28_001_016)
        #expect(rehearsal.breaches == [])
        #expect(rehearsal.send(to: "u3", at: Rehearsal.noon + .seconds(21)).code == 28_001_016)
        #expect(rehearsal.breaches == [.deafToRefusal])
        rehearsal.platform.restrict("brand", nil)
        _ = rehearsal.send(to: "u3", at: Rehearsal.noon + .minutes(1))
        #expect(rehearsal.platform.audit.accepted == 1)
        rehearsal.platform.restrict("brand", .banned)
        #expect(rehearsal.send(to: "u4", at: Rehearsal.noon + .minutes(2)).code == 28_029_004)
    }

    @Test("nothing may arrive for an app of too low a score")
    func credit() {
        var low = Rehearsal { $0.apps[0].credit = 79 }
        _ = low.send(to: "u1")
        #expect(low.breaches == [.creditScore])
        var enough = Rehearsal { $0.apps[0].credit = 80 }
        _ = enough.send(to: "u1")
        #expect(enough.breaches == [])
    }

    @Test("a personal account that does not slow down is noticed within the hour, an even one is not")
    func pace() {
        func breaches(spacing: Duration) -> Int {
            var rehearsal = Rehearsal {
                $0.accounts[0].kind = .personal
                $0.accounts[0].patterns = [OpenIDPattern(prefix: "p", count: 150)]
            }
            for number in 1...150 {
                let wait = number <= 50 ? Duration.zero : spacing * (number - 50)
                _ = rehearsal.send(to: "p\(number)", at: Rehearsal.noon + wait)
            }
            return rehearsal.breaches.count { $0 == .hourlyPace }
        }
        #expect(breaches(spacing: .seconds(72)) == 0)
        #expect(breaches(spacing: .seconds(10)) > 0)
    }

    @Test("an authorisation card shown a fourth time in a day is one too many")
    func prompts() {
        let card =
            #"{"msg_type":12,"auth_private_message_card":{"app_info":{"app_id":"tt1"},"to_user_info":{"app_id":"tt1","open_id":"o"}}}"#
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "u1", content: card, messages: 3)
        #expect(rehearsal.breaches == [])
        _ = rehearsal.send(to: "u1", content: card)
        #expect(rehearsal.breaches.contains(.promptExposure))
        var later = Rehearsal()
        _ = later.send(to: "u1", content: card, messages: 3)
        _ = later.send(to: "u1", content: card, at: Rehearsal.noon + .days(1))
        #expect(later.breaches == [])
    }

    @Test("an authorisation card counts for the account it asks for, whoever sends it")
    func promptsOfOthers() {
        func card(_ owner: String) -> String {
            #"{"msg_type":12,"auth_private_message_card":{"app_info":{"app_id":"tt1"},"to_user_info":{"app_id":"tt1","open_id":"\#(owner)"}}}"#
        }
        var rehearsal = Rehearsal()
        let staff = rehearsal.businessToken("staff")
        _ = rehearsal.send(to: "u1", content: card("staff"), messages: 3)
        _ = rehearsal.send(to: "u2", from: "staff", content: card("staff"), messages: 3, token: staff)
        #expect(!rehearsal.breaches.contains(.promptExposure))
        _ = rehearsal.send(to: "u1", from: "staff", content: card("staff"), token: staff)
        #expect(rehearsal.breaches.count { $0 == .promptExposure } == 1)
        var others = Rehearsal()
        let own = others.businessToken("staff")
        _ = others.send(to: "u1", content: card("staff"), messages: 3)
        _ = others.send(to: "u1", from: "staff", content: card("brand"), token: own)
        #expect(!others.breaches.contains(.promptExposure))
    }
}
