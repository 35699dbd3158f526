import ArgumentParser
import CampaignModel
import CurfewCommands
import Digests
import Engine
import Foundation
import HostSystem
import Synchronization
import TransportCurl

/// The fault rehearsal: the real daemon is killed, starved, stopped, lied to, and its disk pulled, and the platform's own
/// audit is the judge. `Tests/FAULTS.md` says which row of the fault matrix each part stands for.
struct Faults: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Kills, starves and deceives the daemon, and counts what it broke.",
        discussion: """
            Needs strace for the parts `syscalls` and `power`, and leave to mount for `disk` (root, or user namespaces).

            Example:  curfew faults --kills 60 --json | tail -1

            Exit codes: 0 no promise was broken · 1 otherwise · 2 usage.
            """)

    /// The parts, in the order in which they run.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case kills, pauses, gateway, disk, rot, power, syscalls, notices
    }

    @Option(help: "How many kill -9; the other parts are thinned out by the same measure below 1000.") var kills = 1000
    @Option(help: "Only these parts, comma separated: \(Part.allCases.map(\.rawValue).joined(separator: ", ")).")
    var only: String?
    @Option(help: "Seed of the random moments.") var seed: UInt64?
    @Option(help: "Work in this folder instead of a temporary one.") var folder: String?
    @Option(help: "The program that is killed; without it the one beside this.") var binary: String?
    @Flag(help: "Last line: one JSON object with the figures.") var json = false

    func run() async throws {
        let parts = try parts()
        let seed = seed ?? SystemChance.seed()
        let root = folder ?? NSTemporaryDirectory() + "curfew-faults-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        Standard.complain("seed \(seed)")
        let program = binary ?? FaultChild.daemonProgram
        guard let bytes = FileManager.default.contents(atPath: program) else {
            throw ValidationError("--binary: there is no \(program); `make build` makes one")
        }
        FaultChild.chosenProgram.withLock { $0 = program }
        Standard.complain("killing \(program), SHA-256 \(Digest.of(bytes).hexadecimal)")
        let clock = SystemClock()
        var tally = FaultTally()
        let transport = try TransportCurl()
        for part in parts {
            let started = clock.monotonic()
            Standard.complain("\(part.rawValue) …")
            do { try await run(part, root: root, transport: transport, seed: seed, &tally) } catch {
                tally.violate("\(part.rawValue): \(error)")
            }
            let seconds = (clock.monotonic() - started) / .seconds(1)
            Standard.complain("\(part.rawValue): \(BenchFigures.rounded(seconds, 1)) s")
        }
        await transport.close(grace: .zero)
        do { try FileManager.default.removeItem(atPath: root) } catch { Standard.complain("left behind: \(root)") }
        if json { Standard.say(tally.json) } else { Standard.say("\(tally.violationCount) violations; \(tally.json)") }
        if tally.violationCount > 0 { throw ExitCode(ExitCodes.problems) }
    }

    private func parts() throws -> [Part] {
        guard kills > 0 else { throw ValidationError("--kills wants a number above 0") }
        guard let only else { return Part.allCases }
        let names = only.split(separator: ",").map(String.init)
        if let unknown = names.first(where: { Part(rawValue: $0) == nil }) {
            throw ValidationError("--only does not know \(unknown)")
        }
        return Part.allCases.filter { names.contains($0.rawValue) }
    }

    /// 1 at full size: every position and every cut.
    private var stride: Int { max(1, 1000 / kills) }

    private func run(
        _ part: Part, root: String, transport: TransportCurl, seed: UInt64, _ tally: inout FaultTally
    ) async throws {
        let root = "\(root)/\(part.rawValue)"
        switch part {
        case .kills:
            var deaths = FaultKills(kills: kills, root: root, transport: transport, seed: seed)
            try await deaths.run(&tally)
        case .pauses: try await FaultPauses(root: root, transport: transport).run(&tally)
        case .syscalls:
            let template = try await FaultTemplate(root, people: 4, concurrency: 2, transport: transport)
            let sweeps = FaultSyscalls(template: template, transport: transport, stride: stride)
            try await sweeps.run(&tally)
        case .disk: try await FaultDisk(root: root, transport: transport).run(&tally)
        case .rot:
            let template = try await FaultTemplate(root, people: 30, concurrency: 2, transport: transport)
            var rot = FaultRot(
                template: template, transport: transport, generator: SeededGenerator(seed: seed),
                seeds: max(20, 500 / stride))
            try await rot.run(&tally)
        case .power:
            let template = try await FaultTemplate(root, people: 12, concurrency: 4, transport: transport)
            var power = FaultPower(
                template: template, transport: transport, generator: SeededGenerator(seed: seed),
                stride: (stride + 3) / 4)
            try await power.run(&tally)
        case .notices:
            var notices = FaultNotices(kills: kills, root: root, transport: transport, seed: seed)
            try await notices.run(&tally)
        case .gateway: try await FaultDeceit(root: root, transport: transport).run(&tally)
        }
    }
}
