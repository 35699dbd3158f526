import CampaignModel
import Foundation
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("One bad row never holds the good ones that came with it")
struct BadRowTests {
    /// Words that the tables refuse, each another way.
    static let bad = ["no id", "an id of 129 bytes", "no id of a consent", "no id of a grant's person"]

    private func word(_ name: String, _ world: LedgerWorld) -> Evidence {
        switch name {
        case "no id": EvidenceTests.word(.replied, "", world)
        case "an id of 129 bytes": EvidenceTests.word(.optedOut, String(repeating: "x", count: 129), world)
        case "no id of a consent": world.consent("", true, at: world.now)
        default: world.consent("", false, at: world.now)
        }
    }

    @Test("an arrival that the tables refuse is set aside alone, and counted", arguments: bad)
    func alone(_ name: String) throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.take((1...3).map { .of(world, [$0]) })
        let arrivals = try world.ledger.arrivals(limit: 9)
        world.now = world.now + .minutes(2)
        #expect(try world.ledger.arrivalsStanding().waiting == 3)
        #expect(try world.ledger.arrivalsStanding().oldest == LedgerWorld.morning)
        let words = [
            EvidenceTests.word(.optedOut, "a", world), word(name, world), EvidenceTests.word(.optedOut, "b", world),
        ]
        let result = try world.ledger.apply(
            EvidenceDemand(
                now: world.now, term: world.term,
                steps: zip(arrivals, words).map {
                    .init([$1], conclusion: .init(arrival: $0.id, note: "im_receive_msg"))
                }))
        #expect(result.refused.map(\.place) == [1])
        #expect(result.denied.count == 2 && result.taken == 2)
        #expect(try world.ledger.denied(app: world.account().app).count == 2)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding(setAside: 1))
        // A broken rule of the tables is no full disk.
        #expect((world.ledger as? any LedgerHealth)?.storageTrouble == nil)
        try world.check()
    }

    @Test("what a bad step did before it broke is undone, in the tables and in the counts")
    func undone() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run], limit: 1).started[0]
        try world.settle([.of(started, .unknown, reason: .network)])
        let result = try world.ledger.apply(
            EvidenceDemand(
                now: world.now, term: world.term,
                steps: [
                    .init([
                        EvidenceTests.echo("a", world), EvidenceTests.word(.optedOut, "a", world),
                        EvidenceTests.word(.optedOut, "", world),
                    ])
                ]))
        #expect(result.settled == 0 && result.denied.isEmpty && result.taken == 0)
        #expect(try world.ledger.sum(of: run.id).unknown == 1)
        #expect(try world.ledger.denied(app: world.account().app).isEmpty)
        #expect(try world.apply([EvidenceTests.echo("a", world)]).settled == 1)
        try world.check()
    }

    @Test("an opt-out counts though the figures of its contact cannot be written")
    func figures() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        try world.settle([.of(try world.start([run]).started[0], .accepted)])
        try RawSQL(world).run("UPDATE attempt SET run = 9999")
        let result = try world.apply([EvidenceTests.word(.optedOut, "a", world)])
        #expect(result.denied.count == 1 && result.uncredited == 1 && result.refused.isEmpty)
    }

    @Test("an event that cannot be credited does not stand before those that waited with it")
    func waiting() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        world.now = world.now + .minutes(1)
        _ = try world.apply([EvidenceTests.word(.replied, "a", world), EvidenceTests.word(.replied, "b", world)])
        #expect(try world.catchUp().waiting == 2)
        try world.settle(started.map { .of($0, .accepted) })
        try RawSQL(world).run(
            "UPDATE attempt SET run = 9999 WHERE recipient = (SELECT id FROM recipient WHERE open_id = 'a')")
        let result = try world.catchUp()
        #expect(result.refused.count == 1 && result.waiting == 0)
        #expect(try world.ledger.results(of: run.id)[0]?[.replied]?.people == 1)
    }

    @Test("an answer that cannot be written down holds no other when each is settled for itself")
    func settlements() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"])
        let started = try world.start([run]).started
        let ends: [Settlement] = [
            .of(started[0], .accepted), .of(started[1], .rejected, returnedMessages: 99), .of(started[2], .accepted),
        ]
        #expect {
            try world.settle(ends)
        } throws: { error in
            if case LedgerError.refusedRow = error { true } else { false }
        }
        #expect(try world.ledger.sum(of: run.id).open == 3)
        let result = try world.ledger.settle(
            SettleDemand(now: world.now, term: world.term, settlements: ends, oneByOne: true))
        #expect(result.settled == 2 && result.refused.count == 1)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.accepted == 2 && sum.open == 1)
        try world.check()
    }

    @Test("a person's own mistake is told as one, not as a disk that refuses")
    func list() throws {
        let world = try LedgerWorld(.sqlite)
        #expect {
            try world.ledger.list(
                ListDemand(
                    now: world.now, term: world.term, act: .deny, app: world.account().app, account: nil, openIDs: [""],
                    person: "operator"))
        } throws: { error in
            if case LedgerError.refusedRow = error { true } else { false }
        }
        #expect((world.ledger as? any LedgerHealth)?.storageTrouble == nil)
    }

    @Test("what was set aside is kept for a person to look at, and not for ever")
    func swept() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.take([.of(world, [1]), .of(world, [2])])
        let arrivals = try world.ledger.arrivals(limit: 9)
        _ = try world.apply(
            [],
            concluding: [
                .init(arrival: arrivals[0].id, note: "done"),
                .init(arrival: arrivals[1].id, note: "set aside", keepsBody: true),
            ])
        #expect(try world.sweep(before: world.now + .days(8)) == 1)
        #expect(try world.ledger.arrivalsStanding().setAside == 1)
        #expect(try world.sweep(before: world.now + .days(91), setAsideBefore: world.now + .days(1)) == 1)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding())
    }
}

extension NewArrival {
    static func of(_ world: LedgerWorld, _ digest: [UInt8]) -> NewArrival {
        NewArrival(app: world.account().app, source: .callback, digest: digest, body: Array("{}".utf8))
    }
}
