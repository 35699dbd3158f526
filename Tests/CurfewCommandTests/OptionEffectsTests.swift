import ArgumentParser
import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import Wire

@testable import CurfewCommands

/// Each command with each option and each pair of them, in a small world: an option that is taken changes something that
/// can be seen, or the words are refused as wrong usage. What the parser knows is asked of the parser, so that a new
/// option has to be shown to do something.
@Suite("No option of any command is taken and left out")
struct OptionEffectsTests {
    /// Commands that have a world of their own elsewhere: `stats` has its table, `serve` its processes.
    private static let elsewhere: Set<String> = ["serve", "stats"]
    /// Words that a command refuses to work without, though each of them is an option.
    private static let needed = ["stop": ["--all"], "account ban": ["--for-good"]]
    /// Pairs of which one cannot be seen beside the other, with the reason.
    private static let unseen: [Set<String>: String] = [
        ["json", "lang"]: "JSON has codes and both languages; the language is that of refusals",
        ["config", "lang"]: "the configuration then only says who is known, and the example's people are",
    ]
    /// The same, of one command.
    private static let unseenOf = [
        "forecast": Set(["config", "from"])  // a ledger that nobody has authorised in sends nothing at any time
    ]
    /// An option that changes a verdict hides what others do to what is then not shown.
    private static let hiding = ["preview": "now"]
    /// By which clock a rehearsal is judged shows only where something lasts, and `live` where no daemon answers.
    private static let rehearsed: Set<String> = ["clock-file", "live"]

    static var leaves: [CommandTree.Leaf] { CommandTree.leaves.filter { !elsewhere.contains($0.name) } }

    @Test("the parser tells of every command")
    func all() {
        #expect(CommandTree.leaves.count >= 40)
        #expect(Set(CommandTree.leaves.map(\.name)).isSuperset(of: Self.elsewhere))
    }

    @Test("alone and in pairs, each option does something or is refused", arguments: leaves)
    func pairs(_ leaf: CommandTree.Leaf) async throws {
        let needed = Self.needed[leaf.name] ?? []
        let options = leaf.arguments.filter { argument in
            argument.isOptional && !needed.contains("--\(argument.name)") && !Self.rehearsed.contains(argument.name)
                && !(CommandWorld.always[leaf.name] ?? []).contains(argument.name)
        }
        let identities = options.filter { ["token-file", "as", "by"].contains($0.name) }
        let others = options.filter { option in !identities.contains { $0.name == option.name } }
        for identity in identities.isEmpty ? [[]] : identities.map({ [$0] }) {
            let base = leaf.arguments.filter { !$0.isOptional } + identity
            try await pairs(leaf, base, others, needed)
        }
        for (one, other) in zip(identities, identities.dropFirst()) {
            let words = leaf.arguments.filter { !$0.isOptional } + [one, other]
            #expect(await CommandWorld.run(leaf, words, needed) == nil, "\(leaf.name): two proofs")
        }
    }

    private func pairs(
        _ leaf: CommandTree.Leaf, _ base: [CommandTree.Argument], _ options: [CommandTree.Argument], _ needed: [String]
    ) async throws {
        let plain = await CommandWorld.run(leaf, base, needed)
        var alone: [String: [String]] = [:]
        for option in options {
            guard let heard = await CommandWorld.run(leaf, base + [option], needed) else { continue }
            #expect(heard != plain, "\(leaf.name) --\(option.name)")
            alone[option.name] = heard
        }
        for (index, one) in options.enumerated() {
            for other in options[(index + 1)...] where Self.unseen[[one.name, other.name]] == nil {
                if Self.unseenOf[leaf.name] == [one.name, other.name] { continue }
                if let hiding = Self.hiding[leaf.name], [one.name, other.name].contains(hiding) { continue }
                guard let both = await CommandWorld.run(leaf, base + [one, other], needed) else { continue }
                #expect(both != alone[one.name], "\(leaf.name) --\(one.name): --\(other.name) does nothing")
                #expect(both != alone[other.name], "\(leaf.name) --\(other.name): --\(one.name) does nothing")
            }
        }
    }

    @Test("the table of `stats` knows each of its options")
    func stats() throws {
        let leaf = try #require(CommandTree.leaves.first { $0.name == "stats" })
        #expect(Set(leaf.arguments.map(\.name)) == StatsCommandTests.known)
    }
}

/// A daemon that answers everything, and a folder with a configuration, a campaign, lists and a ledger.
enum CommandWorld {
    /// Options without which a command has no world: their effect is where it reads.
    static let always: [String: Set<String>] = [
        "doctor": ["config", "no-network"], "backup": ["config"], "restore": ["config", "over"],
        "audit list": ["config"],
        "audit verify": ["config"], "config check": ["config"],
    ]

    /// What was seen and heard; nil: refused as wrong usage.
    static func run(
        _ leaf: CommandTree.Leaf, _ arguments: [CommandTree.Argument], _ needed: [String]
    ) async -> [String]? {
        let folder = NSTemporaryDirectory() + "curfew-options-\(UUID().uuidString)"
        // Safe because whatever is missing then fails the test by its words.
        try? CommandFolder.make(at: folder)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        var words = leaf.path + needed
        for name in (always[leaf.name] ?? []).sorted() {
            // `--over` is nothing without a backup, and a test of its own.
            if name == "over", !arguments.contains(where: { $0.name == "file" }) { continue }
            words += name == "config" ? ["--config", "\(folder)/curfew.yaml"] : ["--\(name)"]
        }
        for argument in arguments { words += spelt(argument, leaf.name, folder) }
        let heard = Mutex<[String]>([])
        let note: @Sendable (String) -> Void = { text in
            heard.withLock { $0.append(text.replacing(folder, with: "/world")) }
        }
        guard var command = try? CurfewCommand.parseAsRoot(words) else { return nil }
        do {
            // Answered, and refused: the words of a refusal are what some options are for.
            for refuses in [false, true] {
                try await ClientEnvironment.$rehearsed.withValue({ environment($0, leaf.name, refuses, note) }) {
                    try await Standard.$listener.withValue({ note("\($0) \($1)") }) {
                        do {
                            if var waiting = command as? any AsyncParsableCommand {
                                try await waiting.run()
                            } else {
                                try command.run()
                            }
                        } catch let code as ExitCode { note("ends with \(code.rawValue)") }
                    }
                }
                guard command is any ClientCommand else { break }
            }
        } catch is ValidationError { return nil } catch { note("throws \(type(of: error))") }
        // Safe because only commands of this name leave a file where the process stands, and the next one would be refused for it.
        try? FileManager.default.removeItem(atPath: "curfew-options-li.token")
        note(CommandFolder.files(in: folder))
        return heard.withLock { $0 }
    }

    private static func spelt(_ argument: CommandTree.Argument, _ leaf: String, _ folder: String) -> [String] {
        let value = value(argument.name, leaf, folder)
        switch argument.kind {
        case "flag": return ["--\(argument.name)"]
        case "option": return ["--\(argument.name)", value]
        default: return [value]
        }
    }

    private static func value(_ name: String, _ leaf: String, _ folder: String) -> String {
        switch (leaf, name) {
        case ("resolve", "as"): "accepted"
        case ("backup", "file"): "\(folder)/copy.db"
        case ("restore", "file"): "\(folder)/backup.db"
        case ("audience import", "file"): "\(folder)/people.csv"
        case ("events import", "file"): "\(folder)/orders.csv"
        case ("account qualify", "from"): "2026-11-01"
        case ("account qualify", "to"): "2027-11-01"
        case (_, "config"): "\(folder)/en.yaml"
        case (_, "files"), (_, "file"): "\(folder)/sale.yaml"
        case (_, "lang"): "en"
        case (_, "ledger"): "\(folder)/backup.db"
        case (_, "out"): "\(folder)/other.token"
        // Without --out the file is written where the process stands.
        case ("people token", "name"), ("people issue", "name"): "curfew-options-li"
        case ("people issue", "days"): "90"
        case ("people issue", "overlap"): "24"
        case ("people end", "token"): "3"
        case (_, "head"): "1:\(String(repeating: "0", count: 64))"
        case (_, "limit"): "1"
        case (_, "wait"), (_, "count"): "2"
        case (_, "score"), (_, "messages"): "85"
        case ("preview", "now"): "2041-06-01"
        case (_, "at"), (_, "now"), (_, "from"): "2035-06-01 12:00"
        case (_, "variant"): "b"
        case (_, "user"): "u2"
        default: name
        }
    }

    private static func environment(
        _ options: ClientOptions, _ leaf: String, _ refuses: Bool, _ note: @escaping @Sendable (String) -> Void
    ) -> ClientEnvironment {
        var made = ClientEnvironment(
            language: options.lang ?? .zh, colours: false,
            client: {
                note("by \(options.config ?? "-") at \(options.socket ?? "-")")
                return ControlClient(place: .socket("/run/curfew.sock")) { request in
                    // A body's keys come in any order.
                    let body = try JSONSerialization.jsonObject(
                        with: Data(request.body.isEmpty ? Array("{}".utf8) : request.body))
                    let sorted = try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys])
                    note(
                        "\(request.method) \(request.url) \(String(decoding: sorted, as: UTF8.self)) "
                            + "\(request.header("authorization") ?? "") \(request.header("curfew-as") ?? "")")
                    let answer = refuses ? refusal : try CommandAnswers.body(request.path, leaf)
                    return HTTPResponse(status: refuses ? 403 : 200, body: Array(answer.utf8))
                }
            },
            ledger: { throw ClientFailure.lost }, token: { Secret(bytes: Array("token-of-\($0)".utf8)) },
            print: { note("says \($0)") }, warn: { note("warns \($0)") })
        made.ask = { _ in "typed" }
        return made
    }

    private static let refusal =
        #"{"type":"urn:curfew:problem:no","title":"","status":409,"detail":"No.","code":"no","detail_zh":"不行。","detail_en":"No."}"#
}
