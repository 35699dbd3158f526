import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("A dispatcher that dies")
struct CrashTests {
    /// Where the process dies, and how many of the four contacts had left by then.
    enum Point: CaseIterable {
        case afterCommitBeforeSubmit, afterSubmit, onTheWire, afterReplyBeforeSettle, duringRetry
    }

    @Test("wherever it dies, nobody is written to twice and the sum holds", arguments: Point.allCases)
    func dies(_ point: Point) async throws {
        let world = try await EngineWorld(concurrency: 4)
        let people = EngineWorld.people(0..<10)
        let run = try world.run("sale", people)
        var received: [String: Int] = [:]
        func take(_ exchange: Exchange) { received[exchange.request.recipient, default: 0] += 1 }
        switch point {
        case .afterCommitBeforeSubmit: try await world.step()
        case .afterSubmit: try await world.step()
        case .onTheWire:
            try await world.step()
            world.sends.letGo().forEach(take)
        case .afterReplyBeforeSettle:
            try await world.step()
            world.sends.answer {
                take($0)
                return .accepted
            }
            _ = world.sends.collect()
        case .duringRetry:
            try await world.step()
            world.sends.answerAll(.json("", status: 429))
            try await world.step()
            world.clock.pass(.minutes(2))
            try await world.step()
            world.sends.letGo().forEach(take)
        }
        let open = try world.sum(run).open
        #expect(open > 0)
        world.clock.pass(.seconds(1))
        try await world.crashAndRestart()
        #expect(try world.sum(run).unknown == open && world.sum(run).open == 0)
        try world.check()
        for _ in 0..<20 {
            try await world.step()
            world.sends.answer {
                take($0)
                return .accepted
            }
            world.clock.pass(.minutes(1))
        }
        try await world.step()
        #expect(received.values.allSatisfy { $0 == 1 }, "\(received)")
        let sum = try world.sum(run)
        #expect(sum.unknown == open && sum.accepted == people.count - open && sum.isSettled)
        try world.check()
    }

    @Test("an old dispatcher that wakes after another began is told so, and its words are void")
    func oldReign() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.step()
        let (old, oldSends) = (world.dispatcher, world.sends)
        try await world.crashAndRestart()
        oldSends.answerAll(.accepted)
        await #expect(throws: ReignLost.self) { _ = try await old.step(at: world.now) }
        #expect(try world.sum(run).unknown == 1)
        try world.check()
    }

    @Test("stop and denials outlive a restart")
    func switchesSurvive() async throws {
        let world = try await EngineWorld()
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .stopAll), as: .token("token-operator"))
        try await world.crashAndRestart()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        #expect(world.sends.leftTotal == 0)
        #expect(try world.place(run, "a").place == .pending)
    }
}

@Suite("A ledger whose disk refuses")
struct StorageErrorTests {
    @Test("a start that could not be written sends nothing and touches nobody")
    func startsNothing() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<4))
        try world.fillDisk(under: "INSERT ON attempt")
        await #expect(throws: LedgerError.self) { try await world.step() }
        #expect(world.sends.waiting.isEmpty)
        #expect(try world.sum(run).pending == 4)
        try world.makeRoom()
        try await world.serve()
        #expect(try world.sum(run).accepted == 4 && world.sends.leftTotal == 4)
        try world.check()
    }

    @Test("ends that could not be written are kept and written in the next step; nothing starts meanwhile")
    func keepsEnds() async throws {
        let world = try await EngineWorld(concurrency: 2)
        let run = try world.run("sale", EngineWorld.people(0..<4))
        try await world.step()
        world.sends.answerAll(.accepted)
        try world.fillDisk(under: "UPDATE ON attempt")
        for _ in 0..<2 { await #expect(throws: LedgerError.self) { try await world.step() } }
        #expect(world.sends.waiting.isEmpty)
        try world.makeRoom()
        #expect(try world.sum(run).open == 2)
        try await world.serve()
        #expect(try world.sum(run).accepted == 4 && world.sends.leftTotal == 4)
        try world.check()
    }
}
