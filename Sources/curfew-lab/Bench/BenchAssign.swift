import ArgumentParser
import CampaignModel
import CurfewCommands
import Experiments
import HostSystem

/// How quickly people fall into their places: the global holdout, the campaign's own, the test share and the arm, as the
/// planner asks for each of them.
struct BenchAssign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Assignments of people to arms.", shouldDisplay: false)

    func run() throws {
        let openIDs = (0..<10_000).map { Array("_000LmTz8UWXx9r2nVh4QeY7\(100_000 + $0)".utf8) }
        let half = Share(tenThousandths: 5000)
        let arms = Assignment(
            campaign: "bench", weights: [half, half], holdoutShare: Share(tenThousandths: 500))
        let rounds = 500
        var inFirst = 0
        let clock = SystemClock()
        let started = clock.monotonic()
        for _ in 0..<rounds {
            for openID in openIDs where !arms.isHeldOut(openID) && arms.arm(of: openID) == 0 { inFirst += 1 }
        }
        let seconds = (clock.monotonic() - started) / .seconds(1)
        let people = rounds * openIDs.count
        precondition(inFirst > people / 3 && inFirst < people * 2 / 3, "the people were not assigned in earnest")
        Standard.say(
            #"{"bench":"assign","assignments_per_s":\#(BenchFigures.rounded(Double(people) / seconds, 0))}"#)
    }
}
