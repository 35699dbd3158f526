import CampaignModel
import SendingRules
import Testing

@Suite("Groups (rule 23)")
struct GroupRuleTests {
    private static let noon = shanghai("2026-11-20 12:00")

    private static func scene(_ group: GroupFacts?) -> Scene {
        Scene().with {
            $0.terms = RunTerms(arms: [.init(messages: 1, hasImage: true, fallback: nil)], channel: .groupMessage)
            // A group has no authorisation and follows nobody.
            $0.person = PersonFacts(consent: nil, day: PlatformDay(containing: noon))
            $0.person.group = group
        }
    }

    private static func group(
        _ kind: GroupKind?, members: Int? = nil, adminsOnly: Bool = false, isAdmin: Bool = false
    ) -> GroupFacts {
        GroupFacts(kind: kind, members: members, isAdminsOnly: adminsOnly, isAdmin: isAdmin)
    }

    static let cases: [(GroupFacts?, [Reason])] = [
        (nil, [.groupKindUnknown]), (group(nil), [.groupKindUnknown]), (group(.fans), []),
        (group(.fans, members: 200), []), (group(.fans, members: 201), [.groupTooLarge]),
        (group(.enterprise, members: 500), []), (group(.enterprise, members: 501), [.groupTooLarge]),
        (group(.live, members: 1_000_000), []), (group(.fans, adminsOnly: true), [.groupAdminsOnly]),
        (group(.fans, adminsOnly: true, isAdmin: true), []),
        (group(.fans, members: 900, adminsOnly: true), [.groupTooLarge, .groupAdminsOnly]),
    ]

    @Test("kind, size and admins-only mode decide, nothing about a person does", arguments: cases)
    func decides(_ group: GroupFacts?, _ reasons: [Reason]) {
        #expect(Self.scene(group).reasons(at: Self.noon) == reasons)
    }

    @Test("quiet hours, caps, the day's one contact and the deny list hold for groups too")
    func others() {
        let scene = Self.scene(Self.group(.live))
        #expect(scene.reasons(at: shanghai("2026-11-20 22:00")) == [.quietHours])
        #expect(scene.with { $0.lane.messages = 500 }.reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene.with { $0.person.contactsByAccount = 1 }.reasons(at: Self.noon) == [.alreadyContactedToday])
        #expect(scene.with { $0.person.isDenied = true }.reasons(at: Self.noon) == [.denied])
    }

    @Test(
        "what a list says is read in both languages, and what it does not say counts as no",
        arguments: [
            (["kind": "粉丝群", "members": "150", "role": "群主"], group(.fans, members: 150, isAdmin: true)),
            (["kind": "Enterprise", "admins_only": "yes"], group(.enterprise, adminsOnly: true)),
            (["kind": "live", "admins_only": "否", "role": "member"], group(.live)), (["kind": "chat"], group(nil)),
            (["kind": "fans", "admins_only": "sometimes"], group(.fans, adminsOnly: true)),
        ])
    func columns(_ row: [String: String], _ facts: GroupFacts) {
        #expect(GroupFacts { row[$0] } == facts)
    }
}
