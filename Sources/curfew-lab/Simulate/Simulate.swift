import ArgumentParser
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Simulator
import Synchronization

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Virtual days with faults: the real engine and ledger against the pretend platform.",
        discussion: """
            Example:  curfew simulate --days 2 --runs 100

            Everything in a simulation follows from its seed. One that fails is printed with the command that repeats it; \
            --lines shows everything that happened in it.

            Exit codes: 0 every promise held · 1 a promise was broken, or the runs visited no danger · 2 usage.
            """)

    @Option(help: "Days of work in each run. It then goes on in peace until everything has ended.") var days = 1
    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: "How many seeds, one after the other.") var runs = 1
    @Option(help: "How many runs at once, each on one thread. The outcome is the same.") var jobs = 1
    @Flag(help: "No faults: only people and their campaigns.") var calm = false
    @Flag(help: "Fails when a rare state was visited by none of the runs.") var allMarks = false
    @Option(
        help: "Plants a wrong version, to see it caught: \(Mutation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutation: String?
    @Flag(help: "Prints every event of every run.") var lines = false
    @Flag(help: "One line of JSON.") var json = false

    func validate() throws {
        guard days >= 1, runs >= 1, jobs >= 1 else { throw ValidationError("--days, --runs and --jobs begin at 1") }
        guard seed <= UInt64.max - UInt64(runs) else { throw ValidationError("--seed is too large for so many runs") }
        if let mutation, Mutation(rawValue: mutation) == nil {
            throw ValidationError("no mutation is called \(mutation)")
        }
    }

    func run() async throws {
        let clock = SystemClock()
        let began = clock.monotonic()
        let folder = try SimulatedFolder()
        defer { folder.remove() }
        var batch = SimulationBatch()
        try await outcomes(in: folder) { outcome in
            batch.add(outcome)
            for line in outcome.lines { Standard.say(line) }
            for violation in outcome.violations.prefix(5) {
                Standard.complain("seed \(outcome.seed): \(violation.text)")
            }
            if !outcome.violations.isEmpty { Standard.complain("repeat it with:  \(command(for: outcome.seed))") }
        }
        let seconds = (clock.monotonic() - began) / .seconds(1)
        let figures = SimulationFigures(batch, seconds: seconds)
        Standard.say(json ? try Printer.json(figures) : text(batch, seconds: seconds))
        if batch.violations > 0 || (!calm && batch.sawNoDanger) || (allMarks && !batch.marksMissing.isEmpty) {
            throw ExitCode(ExitCodes.problems)
        }
    }

    /// In the order of the seeds, however many run at once.
    private func outcomes(in folder: SimulatedFolder, _ take: (SimulationOutcome) -> Void) async throws {
        var next = 0
        var waiting: [Int: SimulationOutcome] = [:]
        var taken = 0
        try await withThrowingTaskGroup(of: (Int, SimulationOutcome).self) { group in
            func add() {
                guard next < runs else { return }
                let index = next
                next += 1
                let options = options(seed: seed + UInt64(index))
                group.addTask {
                    let place = try folder.place(index)
                    defer { place.remove() }
                    return (index, try await Simulation(options, place: place).run())
                }
            }
            for _ in 0..<jobs { add() }
            while let (index, outcome) = try await group.next() {
                waiting[index] = outcome
                add()
                while let outcome = waiting.removeValue(forKey: taken) {
                    take(outcome)
                    taken += 1
                }
            }
        }
    }

    private func options(seed: UInt64) -> SimulationOptions {
        SimulationOptions(
            seed: seed, days: days, withFaults: !calm, mutation: mutation.flatMap(Mutation.init(rawValue:)),
            keepsLines: lines)
    }

    private func command(for seed: UInt64) -> String {
        "curfew simulate --days \(days) --seed \(seed)" + (calm ? " --calm" : "")
            + (mutation.map { " --mutation \($0)" } ?? "") + " --lines"
    }

    private func text(_ batch: SimulationBatch, seconds: Double) -> String {
        var lines = [
            "\(batch.seeds) seeds, \(batch.days) days of work, \(batch.contacts) contacts, \(batch.events) events, "
                + "\(batch.faults.count) kinds of fault, in \(String(format: "%.1f", seconds)) s",
            "\(batch.violations) broken promises" + (batch.failed.isEmpty ? "" : " in \(batch.failed.count) seeds"),
        ]
        if !batch.marksMissing.isEmpty {
            lines.append("not visited: " + batch.marksMissing.map(\.rawValue).joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }
}

/// The line that scripts read.
private struct SimulationFigures: Encodable {
    struct Line: Encodable {
        var seeds: Int
        var virtual_days: Int
        var contacts: Int
        var events: Int
        var steps: [String: Int]
        var fault_kinds: Int
        var faults: [String: Int]
        var violations: Int
        var failed_seeds: [UInt64]
        var marks_missing: [String]
        var days_per_s: Double
        var digest: String
    }
    var simulate: Line

    init(_ batch: SimulationBatch, seconds: Double) {
        simulate = Line(
            seeds: batch.seeds, virtual_days: batch.days, contacts: batch.contacts, events: batch.events,
            steps: batch.steps,
            fault_kinds: batch.faults.count,
            faults: Dictionary(uniqueKeysWithValues: batch.faults.map { ($0.key.rawValue, $0.value) }),
            violations: batch.violations, failed_seeds: batch.failed.map(\.seed),
            marks_missing: batch.marksMissing.map(\.rawValue),
            days_per_s: (Double(batch.days) / max(seconds, 0.001) * 100).rounded() / 100,
            digest: String(batch.digest, radix: 16))
    }
}
