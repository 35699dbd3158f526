import CampaignModel
import Foundation
import LedgerSQLite
import Ports
import Testing

@testable import Engine

/// A forecast before approval, held against what a rehearsed world then does: who, on which day, by which run, with which
/// variant, and when. A quarter of an hour is what is promised for a real wire; this one takes no time, and so the two
/// must agree to the millisecond. Nearly right would hide that they choose differently.
struct Agreement {
    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Campaigns/examples")

    static func at(_ text: String) -> Moment { Moment(iso8601: text, defaultZone: .shanghai)! }

    /// Everybody whom the examples' lists name, and the people of the generated day.
    static func people() throws -> [String] {
        var people = (0..<400).map { "g\($0)" }
        for name in ["warmup.csv", "regulars.csv"] {
            let text = try String(contentsOf: examples.appendingPathComponent(name), encoding: .utf8)
            people += text.split(whereSeparator: \.isNewline).dropFirst().compactMap {
                $0.split(separator: ",").first.map(String.init)
            }
        }
        return people
    }

    /// - Parameter edit: what a person changes in the file before they drop it.
    static func dropExamples(
        _ names: [String], into world: RehearsedWorld, edit: ((String) -> String)? = nil
    ) throws {
        for name in names {
            let bytes = try Data(contentsOf: examples.appendingPathComponent(name))
            guard let edit, name.hasSuffix(".yaml") else {
                world.tray.drop(name, Array(bytes))
                continue
            }
            world.tray.drop(name, Array(edit(String(decoding: bytes, as: UTF8.self)).utf8))
        }
    }

    let world: RehearsedWorld

    func runsInReview() throws -> [RunRecord] {
        try world.ledger.runs(includingEnded: true).filter { $0.state == .inReview }
    }

    private struct Key: Hashable {
        var run: String
        var person: Int64
        var variant: Int
        var day: Int32
    }

    /// Forecasts what waits for review, approves it, lets the days pass, and compares.
    /// - Returns: how many contacts were made.
    func hold(until end: Moment) async throws -> Int {
        let runs = try runsInReview()
        var asked = ForecastWorld(
            world.ledger, limits: world.setup.limits, doubt: world.clock.doubt, from: world.now,
            pace: { name in world.setup.account(named: name)!.pace })
        for run in runs { try asked.add(run) }
        try asked.addRuns { _ in false }
        var forecast: [RehearsedWorld.Contact] = []
        let answers = try asked.forecast { contact in
            guard runs.indices.contains(contact.ask) else { return }
            forecast.append(
                .init(
                    run: runs[contact.ask].name, person: Int64(contact.key), variant: contact.variant, at: contact.at))
        }
        for answer in answers { #expect(answer.holds, "\(answer)") }
        for run in runs { try world.approve(run) }
        try await world.pass(until: end)
        let names = Set(runs.map(\.name))
        let said = keyed(forecast, until: end)
        let done = keyed(try world.contacts().filter { names.contains($0.run) }, until: end)
        compare(said, done)
        return done.count
    }

    private func keyed(_ contacts: [RehearsedWorld.Contact], until end: Moment) -> [Key: Moment] {
        var keyed: [Key: Moment] = [:]
        for contact in contacts where contact.at < end {
            let day = PlatformDay(containing: contact.at).number
            let key = Key(run: contact.run, person: contact.person, variant: contact.variant, day: day)
            #expect(keyed[key] == nil, "twice: \(key)")
            keyed[key] = contact.at
        }
        return keyed
    }

    private func compare(_ said: [Key: Moment], _ done: [Key: Moment]) {
        var differences: [(at: Moment, text: String)] = []
        func add(_ key: Key, _ said: Moment?, _ done: Moment?) {
            let (first, second) = (said.map(\.iso8601) ?? "never", done.map(\.iso8601) ?? "never")
            differences.append(
                (
                    min(said ?? .distantFuture, done ?? .distantFuture),
                    "\(key.run) #\(key.person) variant \(key.variant): forecast \(first), done \(second)"
                ))
        }
        for (key, moment) in said where done[key] == nil { add(key, moment, nil) }
        for (key, moment) in done {
            guard let forecast = said[key] else {
                add(key, nil, moment)
                continue
            }
            if forecast != moment { add(key, forecast, moment) }
        }
        let far = said.count { key, moment in done[key].map { abs($0.quarter - moment.quarter) > 1 } ?? true }
        let list = differences.sorted { ($0.at, $0.text) < ($1.at, $1.text) }.prefix(30).map(\.text)
        #expect(
            differences.isEmpty,
            "\(differences.count) of \(said.count) (\(far) by more than a quarter of an hour):\n\(list.joined(separator: "\n"))"
        )
    }
}
