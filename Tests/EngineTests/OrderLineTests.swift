import Answers
import CampaignFiles
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("Orders that are given back or were told wrong")
struct OrderLineTests {
    private static let order = "2026-11-20T10:30:00"

    /// The lines, and what the run's orders are worth after each way of telling them.
    private func tell(_ world: EngineWorld, _ lines: String) throws -> EventsReceipt {
        let file = try EventFile(Array(("open_id,kind,at,amount,id,order\n" + lines).utf8), isCSV: true)
        var receipt = try EventDoor(world.setup).take(file.events, callbacks: [], source: .file)
        receipt.bad = (receipt.bad + file.bad).sorted { $0.line < $1.line }
        return receipt
    }

    private func world() async throws -> (EngineWorld, RunRecord) {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(3))
        #expect(try tell(world, "a,ordered,\(Self.order),100.00,o1,\na,ordered,\(Self.order),7,o2,\n").taken == 2)
        return (world, run)
    }

    private func worth(_ world: EngineWorld, _ run: RunRecord) throws -> ResultCount? {
        try world.ledger.results(of: run.id)[0]?[.ordered]
    }

    @Test("an opt-out counts at every app when it names none that there is, and the line is told")
    func optOutElsewhere() async throws {
        let world = try await EngineWorld()
        let text = "open_id,kind,at,account\na,opted_out,2026-11-20,nope\nb,ordered,2026-11-20,nope\n"
        let file = try EventFile(Array(text.utf8), isCSV: true)
        let receipt = try EventDoor(world.setup).take(file.events, callbacks: [], source: .file)
        #expect(receipt.bad.map(\.reason) == [.optOutCounted, .unknownAccount])
        for app in world.setup.apps { #expect(try world.ledger.denied(app: app.id).count == 1) }
    }

    static let tales: [(lines: [String], worth: Int64)] = [
        (["a,refunded,2026-11-20T11:00:00,30,r1,o1"], 7700), (["a,refunded,2026-11-20T11:00:00,,r1,o1"], 700),
        (["a,refunded,2026-11-20T11:00:00,30,r1,o1", "a,refunded,2026-11-20T11:00:00,30,r2,o1"], 4700),
        (["a,refunded,2026-11-20T11:00:00,500,r1,o1"], 700), (["a,corrected,2026-11-20T11:00:00,250,c1,o1"], 25_700),
        (["a,corrected,2026-11-20T11:00:00,250,c1,o1", "a,refunded,2026-11-20T11:10:00,50,r1,o1"], 20_700),
        (["a,corrected,2026-11-20T11:00:00,250,c1,o1", "a,corrected,2026-11-20T11:20:00,10,c2,o1"], 1700),
        // Whoever names the right amount after everything was given back knows more than the notice did; not one before it.
        (["a,refunded,2026-11-20T11:00:00,,r1,o1", "a,corrected,2026-11-20T11:20:00,60,c1,o1"], 6700),
        (["a,corrected,2026-11-20T11:00:00,60,c1,o1", "a,refunded,2026-11-20T11:20:00,,r1,o1"], 700),
    ]

    @Test(
        "figures follow, in whatever order the lines come and however often", arguments: 0..<tales.count,
        [false, true])
    func stories(_ index: Int, _ isReversed: Bool) async throws {
        let (world, run) = try await world()
        let story = Self.tales[index]
        let lines = isReversed ? story.lines.reversed() : story.lines
        for turn in 0..<2 {
            for line in lines {
                let receipt = try tell(world, line + "\n")
                #expect(receipt.taken == (turn == 0 ? 1 : 0) && receipt.repeated == turn)
                // More than the order was worth is named, once.
                let isAbove = line.contains(",refunded,") && line.contains(",500,")
                #expect(receipt.bad.map(\.reason) == (isAbove && turn == 0 ? [.refundAboveOrder] : []))
            }
            #expect(try worth(world, run) == ResultCount(people: 1, events: 2, amount: story.worth))
        }
        try world.check()
    }

    @Test("of several corrections of one moment the last one told counts, also of an order that comes after them")
    func lastTold() async throws {
        let (world, run) = try await world()
        let amounts = ["50", "20", "90", "30", "60"]
        let lines = { (order: String) in
            amounts.map { "a,corrected,2026-11-20T11:00:00,\($0),c\($0)-\(order),\(order)\n" }.joined()
        }
        #expect(try tell(world, lines("o1")).taken == 5)
        #expect(try worth(world, run)?.amount == 6700)
        _ = try tell(world, lines("o9"))
        #expect(try tell(world, "a,ordered,\(Self.order),1,o9,\n").taken == 1)
        #expect(try worth(world, run)?.amount == 12_700)
    }

    @Test("an order whose number stands under order is the same order, and a refund finds it")
    func numberUnderOrder() async throws {
        let (world, run) = try await world()
        #expect(try tell(world, "a,ordered,\(Self.order),7,,o2\n").repeated == 1)
        #expect(try tell(world, "a,ordered,\(Self.order),53,,o3\na,refunded,\(Self.order),3,r3,o3\n").taken == 2)
        #expect(try worth(world, run) == ResultCount(people: 1, events: 3, amount: 15_700))
    }

    @Test("what changes nothing is said")
    func said() async throws {
        let (world, run) = try await world()
        let receipt = try tell(
            world,
            """
            a,ordered,\(Self.order),100.00,o1,
            a,ordered,\(Self.order),90.00,o1,
            a,refunded,2026-11-20T11:00:00,30,r1,o9
            a,refunded,2026-11-20T11:00:00,30,,o1
            a,corrected,2026-11-20T11:00:00,,c1,o1
            a,refunded,2026-11-20T11:00:00,30,r2,

            """)
        #expect(receipt.taken == 0 && receipt.repeated == 2)
        #expect(receipt.bad.map(\.line) == [3, 4, 5, 6, 7])
        #expect(
            receipt.bad.map(\.reason) == [
                .otherAmount, .unknownOrder, .changeWithoutIDs, .changeWithoutIDs, .changeWithoutIDs,
            ])
        #expect(try worth(world, run)?.amount == 10_700)
    }

    @Test("what is told of an order before it comes is named, and counts once it has come")
    func ahead() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(3))
        let refund = "a,refunded,2026-11-20T11:00:00,30,r1,o1\n"
        #expect(try tell(world, refund).bad.map(\.reason) == [.unknownOrder])
        #expect(try tell(world, refund).repeated == 1)
        let stranger = try tell(world, "z,refunded,2026-11-20T11:00:00,30,r1,o1\n")
        #expect(stranger.strangers == 1 && stranger.bad.isEmpty)
        #expect(try tell(world, "a,ordered,\(Self.order),100.00,o1,\n").taken == 1)
        #expect(try worth(world, run) == ResultCount(people: 1, events: 1, amount: 7000))
        #expect(try tell(world, refund + "a,ordered,\(Self.order),100.00,o1,\n").repeated == 2)
        #expect(try worth(world, run)?.amount == 7000)
        try world.check()
    }

    @Test("the order as it was told first stays the same order after a correction")
    func toldAgain() async throws {
        let (world, _) = try await world()
        #expect(try tell(world, "a,corrected,2026-11-20T11:00:00,250,c1,o1\n").taken == 1)
        for amount in ["100", "250"] {
            let receipt = try tell(world, "a,ordered,\(Self.order),\(amount),o1,\n")
            #expect(receipt.repeated == 1 && receipt.bad.isEmpty)
        }
    }
}
