import Answers
import CampaignModel
import Ports
import Synchronization
import Testing

@testable import Engine

@Suite("An erasure, step by step")
struct ErasureStepsTests {
    private static let person = "_000erase-me-please"

    /// The files around the ledger as a list of lines.
    private final class Papers: TraceStore {
        struct State {
            var begun: [String] = []
            var noted: [String] = []
            var lists: [String] = []
        }
        let state: Mutex<State>
        init(_ lists: [String]) { state = Mutex(State(lists: lists)) }

        func begun() -> [String] { state.withLock { $0.begun } }
        func begin(_ openID: String) { state.withLock { $0.begun.append(openID) } }
        func finish(_ openID: String) { state.withLock { state in state.begun.removeAll { $0 == openID } } }
        func noted() -> [String] { state.withLock { $0.noted } }
        func note(digest: String) { state.withLock { $0.noted.append(digest) } }
        func traces(of openID: String) -> [String] { [] }
        func isLedger(_ path: String) -> Bool { false }
        func clean(_ openID: String) -> CleaningReceipt {
            state.withLock { state in state.lists.removeAll { $0 == openID } }
            return CleaningReceipt()
        }
    }
    private struct Killed: Error {}

    private func erase(_ setup: EngineSetup, _ openID: String, again: String?, as token: String = "token-operator")
        -> String
    {
        var request = ActRequest(act: .erase, openID: openID)
        request.again = again
        do { return try Desk(setup).act(request, as: .token(token)).state ?? "" } catch {
            return (error as? DeskRefusal)?.code ?? "\(error)"
        }
    }

    @Test(
        "a process that dies at any step finishes at the next start, in the ledger and in the lists",
        arguments: Erasure.Step.allCases)
    func killed(step: Erasure.Step) async throws {
        let world = try await EngineWorld()
        let papers = Papers([Self.person, "other"])
        _ = try world.run("sale", [Self.person, "other"])
        var erasure = Erasure(world.setup, papers)
        erasure.passed = { if $0 == step { throw Killed() } }
        #expect(throws: Killed.self) { try erasure.carryOut(Self.person, by: "operator") }
        try await world.crashAndRestart()
        #expect(try Erasure(world.setup, papers).finishBegun() == 1)
        #expect(papers.state.withLock { $0.lists } == ["other"] && papers.begun().isEmpty)
        #expect(try world.ledger.obstacle(toErasing: Self.person) == nil, "known as erased")
        #expect(try world.ledger.denied(app: world.account().app).count == 1)
        #expect(try Erasure(world.setup, papers).finishBegun() == 0)
        try world.check()
    }

    @Test("the id is given twice, is somebody's, and is no name of ours")
    func proofs() async throws {
        let world = try await EngineWorld()
        let papers = Papers([])
        world.changeSetup { $0.traces = papers }
        let run = try world.run("sale", [Self.person, "100", "flagship", "review"])
        #expect(erase(world.setup, Self.person, again: nil) == "not_confirmed")
        #expect(erase(world.setup, Self.person, again: "another") == "not_confirmed")
        #expect(erase(world.setup, "never-seen", again: "never-seen") == "unknown_user")
        for name in ["flagship", "_flagship", "tt01", "ck", "review", "operator", "marketing", "sale", run.name] {
            #expect(erase(world.setup, name, again: name) == "name_of_ours", "\(name)")
        }
        #expect(papers.begun().isEmpty && papers.noted().isEmpty)
        #expect(
            erase(world.setup, Self.person, again: Self.person, as: "token-marketing") == "erased", "a reviewer too")
        #expect(erase(world.setup, "100", again: "100") == "erased")
        #expect(papers.begun().isEmpty && papers.noted().count == 2)
    }
}
