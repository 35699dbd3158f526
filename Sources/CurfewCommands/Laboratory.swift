import CampaignModel
import Foundation
import Glibc
import Words

/// The pretend platform, the simulator, the fault rehearsal and the measurements are a program of their own beside this
/// one: what holds production secrets has no way in it to damage a ledger or to end at a wanted moment.
package enum Laboratory {
    package static let program = "curfew-lab"
    package static let commands: Set<String> = ["sandbox", "simulate", "bench", "faults", "demo"]

    /// The program of that name beside this one.
    package static func beside(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// Becomes the laboratory when one of its commands is asked for; the process keeps its number. Says so and ends when
    /// there is none here.
    static func takeOver(_ arguments: [String]) {
        guard arguments.count > 1, commands.contains(arguments[1]) else { return }
        let path = beside(program)
        var words = ([path] + arguments.dropFirst()).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        execv(path, &words)
        Standard.complain(
            "curfew: "
                + Catalogue.Failure.noLaboratory(arguments[1], path, String(cString: strerror(errno)))
                .text(in: Standard.language))
        Glibc.exit(ExitCodes.usage)
    }
}
