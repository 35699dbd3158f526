import CampaignModel
import Foundation
import Ports
import Reports
import Testing

@testable import CurfewCommands

@Suite("A forecast of a file that nobody has dropped yet")
struct ForecastReadingTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Campaigns/examples")

    private func forecast(_ names: [String], from: String) throws -> [RunForecast] {
        let reading = ForecastReading(
            desk: try FileDesk(
                config: nil, lang: .en, now: Moment(iso8601: from, defaultZone: .shanghai), searching: []),
            ledger: nil)
        return try reading.forecast(names.map { Self.examples.appendingPathComponent($0).path })
    }

    @Test(
        "every shipped example has an answer that loses nobody, from whatever day it is looked at",
        arguments: ["2026-11-19T07:30:00", "2026-12-21T00:00:00", "2031-03-01T12:00:00", "2040-12-31T23:59:59"])
    func examples(_ from: String) throws {
        let answers = try forecast(
            ["double-eleven-warmup.yaml", "friday-coupon.yaml", "new-arrivals.yaml"], from: from)
        #expect(answers.map(\.campaign) == ["double-eleven-warmup", "friday-coupon", "new-arrivals"])
        #expect(answers.allSatisfy { $0.holds })
        #expect(answers[0].audience == 1200 && answers[0].sentTotal > 1000)
        // Nobody is known to have authorised where there is no ledger.
        #expect(answers[1].audience == 0)
    }

    @Test("the rest of a test stands at the hour of its decision, its variant being the test's to name")
    func rest() throws {
        let answer = try forecast(["new-arrivals.yaml"], from: "2099-12-10T07:30:00")[0]
        let test = try #require(answer.test)
        #expect(test.variant == "decided_by_test" && test.onInconclusive == "control" && !test.isHeld)
        let decision = try #require(Moment(iso8601: "2099-12-10T18:00:00", defaultZone: .shanghai)).iso8601
        #expect(test.decideBy == decision)
        #expect(answer.sent.first { $0.from == decision }?.people == test.people)
        #expect(answer.sentTotal > test.people)
        #expect(ForecastText.lines(answer, in: .zh).contains { $0.contains("由实验决定") })
    }
}
