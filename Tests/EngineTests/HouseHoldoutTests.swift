import Answers
import CampaignModel
import Experiments
import Ports
import Testing
import Words

@testable import Engine

@Suite("The house's own holdout")
struct HouseHoldoutTests {
    private let openIDs = (0..<1000).map { "_000person\($0)" }

    @Test("whoever the house holds out gets nothing of any campaign, and the draw can be checked")
    func everyCampaign() async throws {
        let world = try await EngineWorld()
        var settings = HoldoutSettings()
        settings.share = Share(tenThousandths: 2000)
        var setup = world.setup
        setup.holdout = GlobalHoldout(settings)
        let held = openIDs.filter { setup.holdout.contains($0) }
        #expect(abs(held.count - 200) < 60)
        for name in ["first", "second"] {
            var campaign = world.campaign(name)
            campaign.holdout = Share(tenThousandths: 1000)
            let run = try world.admit(campaign, openIDs).run
            try world.approve(run)
            _ = try await Planner(setup).step(at: world.now)
            let own = Assignment(campaign)
            let both = openIDs.filter { setup.holdout.contains($0) || own.isHeldOut($0) }
            #expect(try world.sum(run).holdout == both.count && both.count > held.count)
            for openID in held.prefix(10) { #expect(try world.place(run, openID).place == .holdout) }
            let explained = try DeskReading(setup).explain(
                ExplainQuestion(run: run.name, openID: held[0], at: nil, language: .en))
            #expect(explained.place == "holdout" && explained.draws.map(\.seed) == ["__holdout:house"])
            #expect(explained.draws[0].bucket < 2000 && explained.draws[0].result == Assignment.holdoutSalt)
        }
        try world.check()
    }
}
