import ArgumentParser
import CurfewCommands
import HostSystem

/// Rehearsing and measuring: never in the program that is shipped.
@main
struct CurfewLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Laboratory.program,
        abstract: "The pretend platform, the simulator, the fault rehearsal and the measurements.",
        subcommands: [
            Demo.self, Week.self, SandboxCommand.self, Simulate.self, Bench.self, Faults.self, MortalServe.self,
        ])

    static func main() async {
        Standard.prepare()
        await CommandLineEntry.run(Self.self)
    }
}

extension DemoFailed: TroubleText {}
extension FaultTrouble: TroubleText {}
extension FaultChild.NotStarted: TroubleText {}
