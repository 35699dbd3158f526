import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Lanes beside each other, and beside a clock that is wound")
struct LaneLifeTests {
    /// Jain's index of fairness: 1 when everybody has the same, 1/n when one has all.
    private func fairness(_ shares: [Int]) -> Double {
        let sum = Double(shares.reduce(0, +))
        let squares = shares.reduce(0.0) { $0 + Double($1 * $1) }
        return squares == 0 ? 0 : sum * sum / (Double(shares.count) * squares)
    }

    @Test("two hundred equal accounts are served alike within five seconds, and the wire stays full")
    func fairTurns() async throws {
        let names = (0..<200).map { "account\($0)" }
        let world = try await EngineWorld(accounts: names)
        for name in names { try world.run("sale-\(name)", EngineWorld.people(0..<60, "\(name)-"), account: name) }
        var sent: [String: Int] = [:]
        var since: [UInt64: Int] = [:]
        // A wire of 64 that answers after 100 ms: 640 a second.
        for tick in 0..<250 {
            for _ in 0..<4 { try await world.step() }
            world.sends.answer { exchange in
                let left = since[exchange.id, default: tick]
                since[exchange.id] = left
                guard tick - left >= 4 else { return nil }
                sent[String(exchange.request.recipient.prefix { $0 != "-" }), default: 0] += 1
                return .accepted
            }
            world.clock.pass(.milliseconds(20))
        }
        let shares = names.map { sent[$0] ?? 0 }
        #expect(fairness(shares) >= 0.9, "\(shares.min() ?? 0)…\(shares.max() ?? 0)")
        #expect(shares.reduce(0, +) >= 2_400)
    }

    @Test("a rehearsal that is slowed down opens its lanes again at once")
    func slowedDown() async throws {
        var limits = RuleLimits()
        limits.requestTimeout = .seconds(2)
        let world = try await EngineWorld(limits: limits)
        let run = try world.run("sale", ["a"])
        // Two seconds are more than a day: no request that is started now would end before the night.
        world.clock.wind(60_000)
        try await world.serve()
        #expect(world.sends.leftTotal == 0)
        world.clock.wind(1)
        world.clock.pass(.seconds(1))
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
    }

    @Test("whoever looks at the clock tells the lanes that it goes at another speed")
    func watched() async throws {
        let world = try await EngineWorld()
        let keeper = ClockKeeper(world.setup)
        _ = try await keeper.step(at: world.now)
        _ = world.setup.bells.dispatcher.take()
        _ = try await keeper.step(at: world.now)
        #expect(!world.setup.bells.dispatcher.take())
        world.clock.wind(100)
        _ = try await keeper.step(at: world.now)
        #expect(world.setup.bells.dispatcher.take())
    }

    private func rival(_ world: EngineWorld, until: Duration) throws -> (high: RunRecord, low: RunRecord) {
        let window = DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60)
        let people = ["a", "b"]
        try world.authorize(people)
        var first = world.campaign("evening", priority: 1)
        first.schedule = Schedule(start: world.now, window: window, validity: .until(world.now + until))
        let high = try world.approve(world.admit(first, people).run)
        let low = try world.approve(world.admit(world.campaign("morning", priority: 9), people).run)
        return (high, low)
    }

    @Test("people are kept for a run that opens later today, and for none that is over before it opens")
    func promised() async throws {
        for (until, isKept) in [(Duration.hours(12), true), (.hours(9), false)] {
            let world = try await EngineWorld()
            let (high, low) = try rival(world, until: until)
            _ = try await Planner(world.setup).step(at: world.now)
            world.setup.bells.dispatcher.ring()
            try await world.serve()
            #expect(try world.sum(low).waiting == (isKept ? [.promisedToOtherRun: 2] : [:]))
            #expect(try world.sum(low).accepted == (isKept ? 0 : 2))
            guard isKept else { continue }
            _ = try world.ledger.act(
                ActDemand(now: world.now, term: world.setup.term, run: high.id, act: .cancel, person: "operator"))
            world.setup.bells.dispatcher.ring()
            try await world.serve()
            #expect(try world.sum(low).accepted == 2, "whom nobody can write to any more is free at once")
        }
    }
}
