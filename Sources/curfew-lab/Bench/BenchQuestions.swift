import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules

/// What people ask of a large ledger: a forecast of everybody who is left, then, once everybody was written to, why. The
/// ledger is made once and is no part of the figures.
struct BenchQuestions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Forecast and explain on one large ledger.", shouldDisplay: false)
    @Option var folder: String
    @Option var people: Int
    @Option(help: "Only this one: forecast or explain.") var only: String?

    func run() throws {
        let home = folder + "/questions"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let world = try BenchWorld(folder: home, people: people)
        try world.load(people: people)
        if wants("forecast") { try forecast(world) }
        guard wants("explain") else { return }
        try world.deliver()
        try explain(world)
    }

    private func wants(_ part: String) -> Bool { only == nil || only == part }

    private func forecast(_ world: BenchWorld) throws {
        let clock = SystemClock()
        let started = clock.monotonic()
        var limits = RuleLimits()
        limits.riskMessagesPerHour = RuleSettings.riskMessagesPerHourMax
        var asked = ForecastWorld(
            world.ledger, limits: limits, doubt: world.clock.doubt, from: BenchWorld.morning,
            pace: { _ in PaceSpec(count: 2, per: .second, burst: 10) })
        try asked.addRuns { _ in false }
        let answers = try asked.forecast()
        let seconds = (clock.monotonic() - started) / .seconds(1)
        let candidates = answers.reduce(0) { $0 + $1.audience }
        precondition(candidates == people && answers.allSatisfy(\.holds), "the forecast lost somebody")
        Standard.say(
            """
            {"bench":"forecast","candidates":\(candidates),"campaigns":\(answers.count),"lanes":\(answers.count),\
            "sent":\(answers.reduce(0) { $0 + $1.sentTotal }),"seconds":\(BenchFigures.rounded(seconds))}
            """)
    }

    /// Two hundred people of all runs, each asked about now and about an hour ago; the worst counts, not the mean.
    private func explain(_ world: BenchWorld) throws {
        let desk = world.reading
        let runs = try world.ledger.runs(includingEnded: true)
        let clock = SystemClock()
        var times: [Double] = []
        for index in 0..<200 {
            let person = index * 4_999 % people
            let run = runs[person / BenchWorld.peopleAnAccount]
            for at in [nil, (BenchWorld.morning - .minutes(30)).iso8601] {
                let started = clock.monotonic()
                let answer = try desk.explain(
                    ExplainQuestion(run: run.name, openID: BenchPeople.openID(person), at: at, language: .zh))
                times.append((clock.monotonic() - started) / .milliseconds(1))
                precondition(
                    answer.place == (at == nil ? "accepted" : "pending"), "the answer is wrong: \(answer.place)")
            }
        }
        times.sort()
        Standard.say(
            """
            {"bench":"explain","deliveries":\(people),"milliseconds":\(BenchFigures.rounded(times[times.count / 2], 3)),\
            "milliseconds_max":\(BenchFigures.rounded(times[times.count - 1], 3))}
            """)
    }
}
