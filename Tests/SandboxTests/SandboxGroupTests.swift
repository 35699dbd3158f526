import CampaignModel
import Testing
import Wire

@testable import Sandbox

@Suite("Groups, as the platform sees them")
struct SandboxGroupTests {
    private static let groups = [
        SandboxGroup(id: "g-fans", kind: .fans, members: 200), SandboxGroup(id: "g-full", kind: .fans, members: 201),
        SandboxGroup(id: "g-admins", kind: .enterprise, members: 10, adminsOnly: true),
        SandboxGroup(id: "g-mine", kind: .live, members: 9000, adminsOnly: true, role: .owner),
    ]

    private func rehearsal() -> Rehearsal { Rehearsal { $0.accounts[0].groups = Self.groups } }

    private static func send(
        _ rehearsal: inout Rehearsal, _ group: String, content: String = #"{"msg_type":1,"text":{"text":"hi"}}"#,
        at now: Moment = Rehearsal.noon
    ) -> Int? {
        rehearsal.call(
            "/im/send/msg/group/?open_id=brand", #"{"group_id":"\#(group)","content":\#(content)}"#,
            token: rehearsal.token, at: now
        ).code
    }

    @Test(
        "what may be written to is, and everything else is a breach of its own kind",
        arguments: [
            ("g-fans", 0, [SandboxBreach.Kind]()), ("g-full", 0, [.groupTooLarge]),
            ("g-admins", 2_100_009, [.groupAdminsOnly]), ("g-mine", 0, []), ("nowhere", 2_100_009, [.groupUnknown]),
        ])
    func kinds(_ group: String, _ code: Int, _ breaches: [SandboxBreach.Kind]) {
        var rehearsal = rehearsal()
        #expect(Self.send(&rehearsal, group) == code)
        #expect(rehearsal.breaches == breaches)
    }

    @Test("one contact a day, never at night, and only what a group takes")
    func rules() {
        var rehearsal = rehearsal()
        #expect(Self.send(&rehearsal, "g-fans") == 0)
        #expect(Self.send(&rehearsal, "g-fans") == 28_003_070)
        #expect(Self.send(&rehearsal, "g-mine", content: #"{"msg_type":11,"applet_coupon":{}}"#) == 28_001_007)
        #expect(rehearsal.breaches == [.secondContact, .contentShape])
        let night = Rehearsal.noon + .hours(10)
        _ = Self.send(&rehearsal, "g-mine", at: night)
        #expect(rehearsal.breaches.last == .quietHours)
    }

    @Test("a member takes a message back for two minutes, an owner for longer")
    func recall() {
        var rehearsal = rehearsal()
        _ = Self.send(&rehearsal, "g-fans")
        _ = Self.send(&rehearsal, "g-mine")
        func recall(_ number: Int) -> Int? {
            rehearsal.call(
                "/im/recall/msg/?open_id=brand",
                #"{"msg_id":"@sandbox-\#(number)","conversation_id":"g","conversation_type":2}"#,
                token: rehearsal.token, at: Rehearsal.noon + .minutes(2)
            ).code
        }
        #expect(recall(1) == 2_100_007 && recall(2) == 0)
    }
}
