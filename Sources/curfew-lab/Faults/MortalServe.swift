import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem

/// The daemon as it is shipped, with one difference: it ends at the passing of a checkpoint that `CURFEW_KILL_AT` names.
struct MortalServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "The daemon, ended at a wanted moment.", shouldDisplay: false)

    @Option var config: String?
    @Option var clockFile: String?
    @Option var log: LogForm = .text

    func run() async throws {
        try await Serving(
            config: config, clockFile: clockFile, log: log,
            checkpoint: { settings in
                guard settings.platform.isLoopback, let wanted = ProcessInfo.processInfo.environment["CURFEW_KILL_AT"]
                else { return { _ in } }
                return try KillPoint(wanted).check
            }
        ).run()
    }
}
