import CampaignModel
import Ports
import Testing

@Suite("What an order is worth after it was given back or told wrong")
struct OrderChangeTests {
    /// One change: `refunded` of a part or all, or `corrected` to an amount; so many hours after the order.
    struct Change {
        var kind: OrderChange.Kind
        var amount: Int64?
        var hours: Int64
    }

    /// A person who was written to, and their order of 100 yuan.
    private static func world(ordering: Bool = true) throws -> (world: LedgerWorld, run: RunRecord, order: Evidence) {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"], variant: { $0 == "b" ? 1 : 0 })
        try world.settle(try world.start([run], messages: [1, 1]).started.map { .of($0, .accepted) })
        world.now = world.now + .hours(1)
        let order = EvidenceTests.word(.ordered, "a", world, id: "o1", amount: 10_000, source: .partner)
        if ordering { _ = try world.apply([order]) }
        return (world, run, order)
    }

    private static func word(_ change: Change, _ id: String, _ world: LedgerWorld, order: Evidence) -> Evidence {
        guard case .event(let event) = order else { preconditionFailure("an order is an event") }
        return .order(
            OrderWord(
                identity: Array("change \(id) of sixteen bytes".utf8), order: event.identity, kind: change.kind,
                amount: change.amount, at: event.at + .hours(change.hours), app: event.app, openID: event.openID,
                source: event.source))
    }

    private static func counts(_ world: LedgerWorld, _ run: RunRecord, variant: Int = 0) throws -> ResultCount? {
        try world.ledger.results(of: run.id)[variant]?[.ordered]
    }

    @Test(
        "the latest correction less what was given back, never below nothing, in whatever order it is told",
        arguments: [
            ([], 10_000), ([Change(kind: .refunded, amount: 2500, hours: 1)], 7500),
            ([Change(kind: .refunded, amount: nil, hours: 1)], 0),
            ([Change(kind: .refunded, amount: 10_000, hours: 1)], 0),
            ([Change(kind: .refunded, amount: 10_001, hours: 1)], 0),
            ([Change(kind: .corrected, amount: 12_000, hours: 1)], 12_000),
            ([Change(kind: .corrected, amount: 0, hours: 1)], 0),
            (
                [
                    Change(kind: .corrected, amount: 12_000, hours: 1),
                    Change(kind: .corrected, amount: 9000, hours: 2),
                ], 9000
            ),
            (
                [Change(kind: .refunded, amount: 1000, hours: 1), Change(kind: .refunded, amount: 2000, hours: 2)],
                7000
            ),
            (
                [
                    Change(kind: .corrected, amount: 5000, hours: 1), Change(kind: .refunded, amount: 1000, hours: 2),
                    Change(kind: .corrected, amount: 8000, hours: 3),
                ], 7000
            ),
            // Whoever names the right amount after all of it was given back knows more.
            (
                [Change(kind: .refunded, amount: nil, hours: 1), Change(kind: .corrected, amount: 8000, hours: 2)],
                8000
            ),
            (
                [Change(kind: .corrected, amount: 8000, hours: 1), Change(kind: .refunded, amount: nil, hours: 2)],
                0
            ),
        ] as [([Change], Int64)])
    func worth(_ changes: [Change], _ fen: Int64) throws {
        for isBackwards in [false, true] {
            let (world, run, order) = try Self.world()
            let told = changes.enumerated().map { Self.word($1, "\($0)", world, order: order) }
            world.now = world.now + .hours(9)
            let result = try world.apply(isBackwards ? told.reversed() : told)
            #expect(result.taken == changes.count && result.unknownOrders.isEmpty)
            #expect(try Self.counts(world, run) == ResultCount(people: 1, events: 1, amount: fen))
            #expect(try Self.counts(world, run, variant: 1) == nil)
            // Told again it is nothing.
            let again = try world.apply(told)
            #expect(again.taken == 0 && again.repeated == changes.count)
            #expect(try Self.counts(world, run)?.amount == fen)
            try world.check()
        }
    }

    @Test("of an order that nobody told the change is named by its place, and counts when the order comes")
    func unknown() throws {
        let (world, run, order) = try Self.world(ordering: false)
        let change = Self.word(Change(kind: .refunded, amount: nil, hours: 1), "1", world, order: order)
        let result = try world.apply([EvidenceTests.word(.clicked, "a", world), change])
        #expect(result.unknownOrders == [1] && result.taken == 1)
        #expect(try world.apply([order]).unknownOrders.isEmpty)
        #expect(try Self.counts(world, run) == ResultCount(people: 1, events: 1, amount: 0))
        #expect(try world.apply([order, change]).repeated == 2)
        #expect(try Self.counts(world, run)?.amount == 0)
        // A click with the order's name is no order.
        let click = EvidenceTests.word(.clicked, "b", world, id: "o9")
        _ = try world.apply([click])
        let other = Self.word(Change(kind: .refunded, amount: nil, hours: 1), "9", world, order: click)
        #expect(try world.apply([other]).unknownOrders == [0])
        // Of somebody whom nobody knows nothing is kept.
        let strangers = EvidenceTests.word(.ordered, "z", world, id: "o3", amount: 10_000, source: .partner)
        let third = Self.word(Change(kind: .refunded, amount: nil, hours: 1), "3", world, order: strangers)
        let nobody = try world.apply([third, third])
        #expect(nobody.strangers == 2 && nobody.unknownOrders.isEmpty)
    }

    @Test("an order told again is the same with its first amount or the one it has now; another amount is named")
    func toldAgain() throws {
        let (world, run, order) = try Self.world()
        func again(_ amount: Int64?) throws -> EvidenceResult {
            guard case .event(var event) = order else { preconditionFailure("an order is an event") }
            event.amount = amount
            return try world.apply([.event(event)])
        }
        #expect(try again(10_000).otherAmounts.isEmpty && again(9000).otherAmounts == [0])
        _ = try world.apply([Self.word(Change(kind: .corrected, amount: 9000, hours: 1), "1", world, order: order)])
        #expect(try again(10_000).otherAmounts.isEmpty && again(9000).otherAmounts.isEmpty)
        #expect(try again(9001).otherAmounts == [0] && again(nil).otherAmounts == [0])
        #expect(try again(9000).repeated == 1)
        #expect(try Self.counts(world, run) == ResultCount(people: 1, events: 1, amount: 9000))
    }

    @Test("of two orders of a person the other one keeps its worth")
    func two() throws {
        let (world, run, order) = try Self.world()
        _ = try world.apply([EvidenceTests.word(.ordered, "a", world, id: "o2", amount: 500, source: .partner)])
        _ = try world.apply([Self.word(Change(kind: .refunded, amount: nil, hours: 1), "1", world, order: order)])
        #expect(try Self.counts(world, run) == ResultCount(people: 1, events: 2, amount: 500))
        try world.check()
    }
}
