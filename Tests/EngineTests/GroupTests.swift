import Answers
import CampaignFiles
import CampaignModel
import Channels
import Ports
import Testing
import Wire

@testable import Engine

@Suite("Messages to groups")
struct GroupTests {
    private static let yaml = """
        campaign: sale
        author: marketing
        account: flagship
        channel: group-message
        title: a sale
        audience:
          files: [groups.csv]
        schedule:
          start: 2026-11-20 10:00
        variants:
          - name: a
            messages:
              - text: "hello {{name}}"
        fields:
          name: {default: all}
        """
    private static let list = """
        group_id,kind,members,admins_only,role,name
        g1,fans,200,no,member,Ann's
        g2,fans,201,no,owner,
        g3,企业群,10,yes,member,
        g4,直播群,9000,yes,管理员,
        g5,chat,3,no,owner,
        g6,fans,250人,no,owner,

        """

    @Test("from the dropped file to the wire: who may be written to is, once, and every other group has its reason")
    func endToEnd() async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", Self.yaml)
        world.tray.drop("groups.csv", Self.list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(
            try world.ledger.runs(includingEnded: true).first, "\(world.tray.text("sale.report.txt") ?? "")")
        _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
        _ = try await Planner(world.setup).step(at: world.now)
        let dispatcher = Dispatcher(
            world.setup, mailbox: world.sends, channel: AllChannels(baseURL: world.setup.address), seed: 1)
        _ = try await dispatcher.step(at: world.now)
        var bodies: [String] = []
        world.sends.answer { exchange in
            #expect(exchange.request.url.contains("/im/send/msg/group/?open_id=_flagship"))
            bodies.append(exchange.request.text)
            return .json(#"{"msg_id":"@g","extra":{"error_code":0}}"#)
        }
        _ = try await dispatcher.step(at: world.now)
        #expect(
            bodies.sorted() == [
                #"{"group_id":"g1","content":{"msg_type":1,"text":{"text":"hello Ann's"}}}"#,
                #"{"group_id":"g4","content":{"msg_type":1,"text":{"text":"hello all"}}}"#,
            ])
        let sum = try world.sum(run)
        #expect(sum.accepted == 2)
        #expect(sum.skipped == [.groupTooLarge: 1, .groupAdminsOnly: 1])
        // Whose kind or size cannot be read is a bad row with its line, and not a group that might be written to.
        let revision = try world.ledger.revision(run.revision)
        #expect(revision.rowsRead == 6 && revision.rowsBad == 2)
        #expect(
            revision.notes.contains { $0.en.contains("line 6") } && revision.notes.contains { $0.en.contains("line 7") }
        )
        let answer = try Desk(world.setup).explain(
            ExplainQuestion(run: run.name, openID: "g3", language: .en))
        #expect(answer.rules.contains { $0.rule == "group_admins_only" && !$0.allows })
        try world.check()
    }

    @Test("a group with a person's id shares neither that person's day nor their list")
    func separateIdentities() async throws {
        let world = try await EngineWorld()
        let intake = Intake(world.setup, tray: world.tray)
        world.tray.drop("sale.yaml", Self.yaml)
        world.tray.drop("groups.csv", "group_id,kind,open_id_of\np0,live,x\n")
        world.tray.drop("people.yaml", IntakeTests.yaml("people"))
        world.tray.drop("vip.csv", "open_id,nickname\np0,Ann\n")
        // One campaign a step.
        for _ in 1...2 { _ = try await intake.step(at: world.now) }
        let runs = try world.ledger.runs(includingEnded: true)
        let people = try runs.map { run in
            try world.ledger.person(
                PersonQuestion(
                    run: run.id, openID: GroupIdentity.stored("p0", in: run.lane.channel), at: world.now, now: world.now
                ))?
                .candidate.recipient
        }
        #expect(people.count == 2 && Set(people).count == 2 && !people.contains(nil))
    }

    @Test("a list of groups without their kinds is refused")
    func kindMissing() async throws {
        let world = try await EngineWorld()
        world.tray.drop("sale.yaml", Self.yaml)
        world.tray.drop("groups.csv", "group_id,name\ng1,x\n")
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(world.tray.text("sale.report.txt")?.contains("column_missing") == true)
    }
}
