import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("The status of many runs")
struct StatusTests {
    @Test("fifty runs are shown and the rest counted; whoever is being sent or waits for a person comes first")
    func bounded() async throws {
        let world = try await EngineWorld()
        let later = Schedule(start: world.now + .hours(2), validity: .days(3))
        for number in 0..<120 {
            let run = try world.admit(world.campaign("c\(number)", schedule: later), ["p\(number)"]).run
            if number >= 3 { try world.approve(run) }
        }
        let sent = try world.run("sent", ["p500", "p501"])
        try await world.serve(rounds: 5)
        let status = try DeskReading(world.setup).status()
        #expect(status.runs.count == 50 && status.moreRuns == 71)
        #expect(status.runs.prefix(4).map(\.campaign).sorted() == ["c0", "c1", "c2", "sent"])
        #expect(status.runs.dropFirst(4).allSatisfy { $0.state == "scheduled" })
        #expect(status.runs.first { $0.run == sent.name }?.sum.audience == 2)
        #expect(try DeskReading(world.setup).runs(includingEnded: false).count == 121)
    }
}
