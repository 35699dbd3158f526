import ArgumentParser
import Foundation
import Testing

@testable import CurfewCommands

/// Every command with its options, as the parser itself tells of them: what is new cannot be forgotten here.
struct CommandTree: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            var name: String
        }
        var kind: String
        var isOptional: Bool
        var isRepeating: Bool
        var preferredName: Name?
        var valueName: String?
        var name: String { preferredName?.name ?? valueName ?? "" }
    }
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [CommandTree]?

    private struct Dump: Decodable {
        var command: CommandTree
    }

    struct Leaf: CustomTestStringConvertible {
        /// Without the program's own name.
        var path: [String]
        var arguments: [Argument]
        var name: String { path.joined(separator: " ") }
        var testDescription: String { name }
    }

    /// Rehearsing and measuring: nobody's work depends on what these do with their options.
    private static let rehearsing: Set<String> = ["sandbox", "simulate", "bench", "faults", "demo", "help"]

    static let leaves: [Leaf] = {
        // Safe because a test of nothing fails by its own count.
        guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(CurfewCommand._dumpHelp().utf8)) else {
            return []
        }
        return dump.command.leaves(under: [])
    }()

    private func leaves(under path: [String]) -> [Leaf] {
        let below = (subcommands ?? []).filter { !Self.rehearsing.contains($0.commandName) }
        if !below.isEmpty { return below.flatMap { $0.leaves(under: path + [$0.commandName]) } }
        let own = (arguments ?? []).filter { !["help", "version"].contains($0.name) }
        return [Leaf(path: path, arguments: own)]
    }
}
