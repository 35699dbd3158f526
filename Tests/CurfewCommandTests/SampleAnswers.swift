import Answers
import CampaignModel
import Ports

/// One run in the middle of its night, as every test of this folder sees it.
enum SampleAnswers {
    static var sum: ConservationSum {
        var sum = ConservationSum()
        sum.audience = 1200
        sum.holdout = 60
        sum.accepted = 500
        sum.rejected = 3
        sum.unknown = 2
        sum.skipped = [.denied: 20, .fieldMissing: 5]
        sum.waiting = [.quietHours: 410]
        sum.pending = 200
        return sum
    }

    static func run(title: String = "双11 预热", state: RunState = .running) -> RunSummary {
        RunSummary(
            run: "d11@20261120-2000", campaign: "d11", title: title, author: "marketing", account: "flagship",
            state: state.code, start: "2026-11-20T20:00:00.000+08:00", validUntil: "2026-11-24T00:00:00.000+08:00",
            approvedBy: ["review"], digest: "9f2c", sum: SumLine(sum))
    }

    static func report(title: String = "双11 预热", rehearsal: Bool = true) -> RunReport {
        var half = ConservationSum()
        half.audience = 600
        half.accepted = 250
        half.waiting = [.quietHours: 350]
        return RunReport(
            summary: run(title: title), rehearsal: rehearsal, rowsRead: 1250, bad: 3, duplicates: 27, excluded: 15,
            beyondMax: 5,
            variants: [
                .init(name: "a", weight: 0.5, sum: SumLine(half)), .init(name: "b", weight: 0.3334, sum: SumLine(half)),
            ])
    }

    static var status: StatusReport {
        StatusReport(
            now: "2026-11-20T22:00:00.000+08:00", rehearsal: true, stopped: false, daemon: true,
            lanes: [
                .init(
                    account: "flagship", channel: "private-message", state: "quiet_hours", sentence: "",
                    nextAllowed: "2026-11-21T08:00:00.000+08:00", peopleToday: 505, peopleCap: 5000, messagesToday: 500,
                    messagesCap: 500)
            ],
            runs: [run()], unknown: 2)
    }
}
