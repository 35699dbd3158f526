import Answers
import CampaignModel
import LedgerSQLite
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Figures of what happens many times to one person")
struct TriggeredFiguresTests {
    private static let offers = TriggeredTests.offers.replacing(
        "keywords: [优惠, 券]}", with: "keywords: [优惠, 券], again: every}")

    @Test("rates are of people, however often each was answered, and stay when the people are erased by age")
    func people() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(Self.offers)
        for person in ["p1", "p2"] {
            for round in 0..<(person == "p1" ? 3 : 1) {
                world.say("优惠 第\(round)次", person)
                try await world.pass(.minutes(20))
            }
        }
        world.say("好的", "p2")
        try await world.pass(.minutes(20))
        #expect(try world.sum(offers).accepted == 4)
        #expect(try world.ledger.contacted(by: offers.id)! == [0: ContactedPeople(reached: 2, letThrough: 2)])
        func replies() throws -> RunFigures.Rate? {
            try RunFigures(run: world.ledger.run(named: offers.name)!, world.ledger, in: .en).rates.first {
                $0.figure == "reply_rate"
            }
        }
        let before = try #require(try replies())
        // p1's second and third question came after an answer, and p2's thanks; p2's only question did not.
        #expect(before.part == 2 && before.whole == 2)
        let variants = try RunFigures(run: offers, world.ledger, in: .en).variants
        #expect(variants.map(\.reached) == [2])
        try await world.pass(.days(45))
        let later = world.now + .days(400)
        let demand = PruneDemand(
            now: later, term: world.setup.term, contentsBefore: later, recordsBefore: later, rowsMax: 3)
        while try !world.ledger.prune(demand).isDone {}
        #expect(try world.ledger.run(named: offers.name)?.isErased == true)
        let after = try #require(try replies())
        #expect(after.part == before.part && after.whole == before.whole)
    }

    @Test("what a person does is never a result of the answer that it caused")
    func cause() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(Self.offers)
        let welcome = try await world.campaign(TriggeredTests.welcome)
        world.enter("p1")
        try await world.pass(.milliseconds(400))
        world.say("优惠", "p1")
        try await world.pass(.minutes(5))
        #expect(try world.sum(offers).accepted == 1 && world.sum(welcome).accepted == 1)
        // The question follows the greeting, and the answer follows the question.
        #expect(try world.ledger.results(of: offers.id)[0]?[.replied] == nil)
        #expect(try world.ledger.results(of: welcome.id)[0]?[.replied]?.people == 1)
    }

    @Test("an order that names no account would have been an occasion of each account of its app")
    func rehearsedOrders() async throws {
        let world = try await ConversationWorld(people: ["buyer", "other"])
        let run = try await world.campaign(TriggeredTests.follow("  on: ordered\n  after: 2h"), approved: false)
        try await world.pass(.hours(1))
        for person in ["buyer", "other"] { world.enter(person) }
        try await world.pass(.minutes(1))
        for person in ["buyer", "other"] {
            let order = EventLine(
                line: 1, openID: person, kind: .ordered, at: world.now, amount: 100, id: "o-\(person)")
            _ = try EventDoor(world.setup).take([order], callbacks: [], source: .partner)
        }
        try await world.pass(.minutes(1))
        let campaign = try world.ledger.revisionRecord(run.revision).campaign
        let told = try #require(
            try TriggerRehearsal(campaign, world.ledger, limits: .init(), doubt: .zero, at: world.now + .hours(5)))
        #expect(told.occasions == 2)
    }
}
