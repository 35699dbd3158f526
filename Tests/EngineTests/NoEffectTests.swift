import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("An order that has no effect says so, and leaves everything as it was")
struct NoEffectTests {
    private func act(_ world: EngineWorld, _ request: ActRequest, as person: String = "operator") throws -> ActReceipt {
        try Desk(world.setup).act(request, as: .token("token-\(person)"))
    }

    private func refusal(_ world: EngineWorld, _ request: ActRequest, as person: String = "operator") -> String {
        do {
            _ = try act(world, request, as: person)
            return "done"
        } catch let refusal as DeskRefusal { return refusal.code } catch { return "\(error)" }
    }

    @Test("where nothing can be taken back, nothing is paused either")
    func recall() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        let audit = try world.ledger.auditRows(limit: nil).count
        #expect(refusal(world, ActRequest(act: .recall, run: run.name)) == "nothing_to_recall")
        #expect(try world.reread(run).state == run.state)
        #expect(try world.ledger.auditRows(limit: nil).count == audit)
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
    }

    @Test("stopping what is stopped and starting what goes say that nothing was changed")
    func switches() async throws {
        let world = try await EngineWorld()
        #expect(try act(world, ActRequest(act: .go)).note == .unchanged)
        #expect(try act(world, ActRequest(act: .stopAll)).note == nil)
        #expect(try act(world, ActRequest(act: .stopAll)).note == .unchanged)
        #expect(try act(world, ActRequest(act: .go)).note == nil)
    }

    @Test("a pause in review says that the review goes on, and the second one that the run is held already")
    func held() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        #expect(try act(world, ActRequest(act: .pause, run: run.name)).note == .held)
        #expect(refusal(world, ActRequest(act: .pause, run: run.name)) == "not_possible")
        #expect(try world.reread(run).isHeld)
    }

    @Test(
        "an id is taken as a list takes it, and one that nobody has seen is said to be that",
        arguments: ["'anna", "=\"anna\"", "\u{FEFF}anna\u{200B}", " 'anna\n"])
    func pasted(_ written: String) async throws {
        let world = try await EngineWorld()
        try world.run("sale", ["anna"])
        #expect(try act(world, ActRequest(act: .deny, openID: written)).note == nil)
        #expect(refusal(world, ActRequest(act: .deny, openID: "anna")) == "already_denied")
        #expect(try act(world, ActRequest(act: .deny, openID: "Anna")).note == .unknownID)
    }

    @Test("what an account is already is not recorded of it again, and a blank makes no other template")
    func accounts() async throws {
        let world = try await EngineWorld()
        func tend(_ act: AccountRequest.Act, id: String? = nil) -> String {
            var request = AccountRequest(account: "flagship", act: act, note: "seen")
            request.id = id
            do {
                _ = try Desk(world.setup).tend(request, as: .token("token-operator"))
                return "done"
            } catch let refusal as DeskRefusal { return refusal.code } catch { return "\(error)" }
        }
        #expect(
            [tend(.bind), tend(.unbind), tend(.unbind), tend(.bind)] == ["unchanged", "done", "unchanged", "done"])
        #expect([tend(.freeze), tend(.freeze), tend(.appeal)] == ["done", "unchanged", "done"])
        #expect(tend(.approveTemplate, id: "card-001") == "done")
        #expect(tend(.approveTemplate, id: " card-001 ") == "unchanged")
        #expect(tend(.refuseTemplate, id: "card-001 ") == "done")
        #expect(tend(.refuseTemplate, id: "") == "bad_value")
    }
}
