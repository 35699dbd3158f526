import CampaignModel
import Ports
import Testing

@Suite("What is taken back, message by message")
struct RecallRowTests {
    /// Two messages were delivered to `a`, two to `b` without names, `c` was refused, `d` is unknown, and `e` waits.
    private static func world() throws -> (world: LedgerWorld, run: RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c", "d", "e"])
        let started = try world.start([run], limit: 4, messages: [2]).started
        try world.settle([
            .of(started[0], .accepted, ids: ["@1", "@2"]), .of(started[1], .accepted),
            .of(started[2], .rejected, reason: .platformUnclear),
            .of(started[3], .unknown, reason: .network, ids: ["@9"]),
        ])
        return (world, run)
    }

    private static func ask(_ world: LedgerWorld, _ run: RunRecord) throws -> Int {
        try world.ledger.askRecall(RecallDemand(now: world.now, term: world.term, run: run.id, person: "operator"))
    }
    private static func due(_ world: LedgerWorld, limit: Int = 99) throws -> [RecallItem] {
        try world.ledger.recallsDue(limit: limit, at: world.now)
    }
    private static func settle(
        _ world: LedgerWorld, _ item: RecallItem, _ state: RecallState, code: Int? = nil, answerLost: Bool = false,
        notBefore: Moment? = nil
    ) throws {
        var settlement = RecallSettlement(
            now: world.now, term: world.term, item: item, state: state, code: code, notBefore: notBefore)
        settlement.answerLost = answerLost
        try world.ledger.settleRecall(settlement)
    }

    @Test("each message that was delivered is asked for by its own name; one without a name can never be")
    func asked() throws {
        let (world, run) = try Self.world()
        #expect(try world.ledger.recallCounts(of: run.id) == nil && world.ledger.nextRecall() == nil)
        #expect(try Self.ask(world, run) == 2)
        let due = try Self.due(world)
        #expect(due.map(\.messageID) == ["@1", "@2"] && due.map(\.openID) == ["a", "a"])
        #expect(due.allSatisfy { $0.tries == 0 && !$0.answerLost && $0.lane == run.lane && $0.run == run.id })
        #expect(try world.ledger.recallCounts(of: run.id) == RecallCounts([.asked: 2, .withoutID: 2]))
        #expect(try world.ledger.nextRecall() == world.now && Self.due(world, limit: 1).count == 1)
        let rows = try world.ledger.auditRows(limit: nil).filter { $0.act == "recall" }
        #expect(rows.map(\.person) == ["operator"] && rows.map(\.subject) == [run.name])
        #expect(rows.map(\.detail) == ["2 messages"])
    }

    @Test(
        "an end is an end; what is to be tried again is due when it says, with its tries, and as one whose answer is lost"
    )
    func settled() throws {
        let (world, run) = try Self.world()
        _ = try Self.ask(world, run)
        let due = try Self.due(world)
        try Self.settle(world, due[0], .recalled)
        let later = world.now + .seconds(15)
        try Self.settle(world, due[1], .asked, answerLost: true, notBefore: later)
        #expect(try Self.due(world).isEmpty && world.ledger.nextRecall() == later)
        world.now = later
        let again = try Self.due(world)
        #expect(again.map(\.messageID) == ["@2"] && again.map(\.tries) == [1] && again.map(\.answerLost) == [true])
        // Answered with "busy" in the end: the answer is known now.
        try Self.settle(world, again[0], .asked, notBefore: world.now)
        #expect(try Self.due(world).map(\.answerLost) == [false] && Self.due(world).map(\.tries) == [2])
        try Self.settle(world, again[0], .refused, code: 2_100_007)
        #expect(
            try world.ledger.recallCounts(of: run.id) == RecallCounts([.recalled: 1, .refused: 1, .withoutID: 2]))
        // An answer that comes twice changes nothing.
        try Self.settle(world, again[0], .recalled)
        #expect(try world.ledger.recallCounts(of: run.id)?.refused == 1)
        #expect(try world.ledger.recalls(of: run.id, recipient: due[0].recipient) == [.recalled, .refused])
    }

    @Test("what leaves is marked before it leaves: after a kill its answer counts as lost")
    func leaving() throws {
        let (world, run) = try Self.world()
        _ = try Self.ask(world, run)
        let due = try Self.due(world)
        try world.ledger.noteRecallsLeaving([due[1]], term: world.term)
        try world.restart()
        #expect(try Self.due(world).map(\.answerLost) == [false, true])
    }

    @Test("asked once more, only what was refused or is unknown goes again; the unknown one's answer stays lost")
    func askedAgain() throws {
        let (world, run) = try Self.world()
        _ = try Self.ask(world, run)
        let due = try Self.due(world)
        try Self.settle(world, due[0], .refused, code: 5)
        try Self.settle(world, due[1], .unknown)
        world.now = world.now + .hours(1)
        #expect(try Self.ask(world, run) == 2)
        let again = try Self.due(world)
        #expect(again.map(\.messageID) == ["@1", "@2"] && again.map(\.tries) == [0, 0])
        #expect(try again.map(\.answerLost) == [false, true] && world.ledger.nextRecall() == world.now)
        for item in again { try Self.settle(world, item, .recalled) }
        #expect(try Self.ask(world, run) == 0 && Self.due(world).isEmpty)
        #expect(try world.ledger.recallCounts(of: run.id) == RecallCounts([.recalled: 2, .withoutID: 2]))
    }
}
