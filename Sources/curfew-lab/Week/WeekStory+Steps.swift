import Answers
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports

/// What the week's steps are made of: what people do, and how one looks at what came of it.
extension WeekStory {
    // MARK: - What people do

    func enter(_ persons: [String]) async throws {
        for person in persons {
            try await stage.happens("entrances", ["account": DemoStage.weekAccount, "user": person])
        }
        expect(entrances: persons.count)
    }

    /// Whoever writes has opened the conversation: the platform tells both.
    /// - Parameter isHeard: one of the keywords is in it.
    func write(_ person: String, _ text: String, isHeard: Bool) async throws {
        try await stage.happens("replies", ["account": DemoStage.weekAccount, "user": person, "text": text])
        expect(entrances: 1)
        if isHeard { expected[offers, default: 0] += 1 }
    }

    /// - Parameter fen: nil: the order's coupon is given back.
    func trade(_ order: String, _ fen: String?, _ person: String) async throws {
        var members = ["account": DemoStage.weekAccount, "user": person, "order": order]
        members["fen"] = fen
        try await stage.happens("orders", members)
    }

    private func expect(entrances: Int) {
        for name in [welcome, reminder] { expected[name, default: 0] += entrances }
    }

    // MARK: - Time

    /// The wall stands at another moment for everybody at once; it never runs faster, so that half a minute is one.
    func jump(to wall: String) async throws {
        guard let moment = Moment(iso8601: wall, defaultZone: .shanghai) else { throw DemoFailed(why: wall) }
        try stage.clockFile.jump(to: moment)
        while stage.clock.now() < moment { _ = await pause.wait(atMost: Self.look, for: Waker()) }
        say(.init(zh: "── \(moment.text())", en: "── \(moment.text())"))
    }

    // MARK: - Looking

    func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        for _ in 0..<Self.patience {
            // Safe because a daemon that is on its way up refuses; the looks are bounded.
            if (try? await isSo()) == true { return }
            guard stage.isRunning else { break }
            _ = await pause.wait(atMost: Self.look, for: Waker())
        }
        throw DemoFailed(why: "waited in vain for \(what); the logs are in \(stage.root)")
    }

    func status(until isRight: (StatusReport) -> Bool) async throws -> StatusReport {
        var found: StatusReport?
        try await until("the daemon") {
            let report = try JSONDecoder().decode(StatusReport.self, from: Data(try await stage.ask("/v1/status")))
            found = isRight(report) ? report : nil
            return found != nil
        }
        guard let found else { throw DemoFailed(why: "no status") }
        return found
    }

    func sum(_ campaign: String) async throws -> SumLine {
        let body = try await stage.ask("/v1/runs/\(runs[campaign] ?? campaign)/report")
        return try JSONDecoder().decode(RunReport.self, from: Data(body)).summary.sum
    }

    /// Every event is an occasion of whom it concerns.
    func areTaken() async throws -> Bool {
        for name in DemoStage.weekFiles where try await sum(name).audience != expected[name] ?? 0 { return false }
        return true
    }

    /// And the answers among them have an end; a reminder waits for its evening.
    func settle() async throws {
        try await until("answers") {
            guard try await areTaken() else { return false }
            for name in [welcome, offers] {
                let sum = try await sum(name)
                if sum.waiting + sum.open > 0 { return false }
            }
            return true
        }
    }

    /// Nothing is under way from the platform: for what makes no occasion.
    func quiet() async throws {
        try await until("the platform to have told") { try await stage.platformCount().callbacks.waiting == 0 }
        for _ in 0..<8 { _ = await pause.wait(atMost: Self.look, for: Waker()) }
    }

    func demand(_ what: String, _ found: Int, _ right: Int) {
        if found != right { fail("\(what): \(found), expected \(right)") }
    }

    // MARK: - Saying

    func say(_ sentence: Sentence) { Standard.say(sentence.text(in: language)) }
    func say(_ zh: String, _ en: String) { say(.init(zh: "   " + zh, en: "   " + en)) }

    /// Why the last event of a person led to a message, or to none.
    func explain(_ person: String) async throws {
        let body = try await stage.ask("/v1/explain?user=\(person)&event=last&lang=\(language.rawValue)")
        let answer = try JSONDecoder().decode(Explanation.self, from: Data(body))
        for line in answer.answer.split(separator: "\n") { Standard.say("     │ \(line)") }
    }

    /// As `curfew report` prints it.
    func report(_ campaign: String, _ language: Language) throws {
        let text = try BenchChild.output(
            ["report", campaign, "--config", stage.configuration, "--lang", language.rawValue],
            program: Laboratory.beside("curfew"))
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { Standard.say("   │ \(line)") }
    }

    static func yuan(_ fen: Int64) -> String { "\(fen / 100).\(Moment.padded(Int(fen % 100), to: 2))" }
}

extension SumLine {
    /// How many were skipped for a reason.
    func count(_ reason: String) -> Int { skippedBy.first { $0.reason == reason }?.count ?? 0 }
}
