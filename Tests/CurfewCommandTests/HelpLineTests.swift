import ArgumentParser
import CampaignModel
import Foundation
import Ports
import Testing

@testable import CurfewCommands

/// What a help text tells to type is typed here, on days far apart.
@Suite("The lines of the helps")
struct HelpLineTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The words after the command of each line that names a shipped file, its path made whole.
    private func lines(of command: (some ParsableCommand).Type) -> [[String]] {
        let start = "curfew \(command._commandName) "
        return command.configuration.discussion.split(separator: "\n").compactMap { line in
            guard line.contains("Campaigns/"), let range = line.range(of: start) else { return nil }
            var words: [String] = []
            for (index, part) in line[range.upperBound...].split(separator: "\"").enumerated() {
                if index % 2 == 1 {
                    words.append(String(part))
                } else {
                    words += part.split(separator: " ").map(String.init)
                }
            }
            return words.map { $0.hasPrefix("Campaigns/") ? "\(Self.root)/\($0)" : $0 }
        }
    }

    private func desk(at now: Moment) throws -> FileDesk {
        try FileDesk(config: nil, lang: .en, now: now, searching: [])
    }

    @Test(
        "each does what it says on any day",
        arguments: ["2026-01-01", "2026-11-20 21:40", "2026-12-20", "2029-02-28 23:59", "2040-12-31"])
    func lines(_ day: String) throws {
        let now = try #require(Moment(iso8601: day, defaultZone: .shanghai))
        let checks = lines(of: Check.self)
        let previews = lines(of: Preview.self)
        let forecasts = lines(of: Forecast.self)
        #expect(checks.count == 1 && previews.count == 1 && forecasts.count == 1)
        for words in checks { #expect(try Check.parse(words).isClean(on: desk(at: now))) }
        for words in previews { try Preview.parse(words).show(on: desk(at: now)) }
        for words in forecasts {
            let command = try Forecast.parse(words)
            let from = try GivenMoment.read(command.from, option: "--from")
            let answers = try ForecastReading(desk: desk(at: from ?? now), ledger: nil).forecast(command.files)
            #expect(answers.allSatisfy { $0.sentTotal > 0 })
            // Looked at today instead, it has an answer as well.
            _ = try ForecastReading(desk: desk(at: now), ledger: nil).forecast(command.files)
        }
    }

    @Test("a moment on the command line is one, or is refused with an example of one")
    func moments() throws {
        let none = try GivenMoment.read(nil, option: "--now")
        #expect(none?.text() == nil)
        let read = try #require(try GivenMoment.read("2026-11-20 21:00", option: "--now"))
        #expect(read.text() == "2026-11-20 21:00:00")
        #expect(throws: (any Error).self) { try GivenMoment.read("tomorrow", option: "--now") }
    }
}
