import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem

struct Week: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A rehearsed week of campaigns that wait for something to happen, by files alone.",
        discussion: """
            Starts the daemon and the sandbox as processes of their own and drops the examples with a trigger. Then people \
            enter, write, order, send back and opt out, staff take over, the daemon is down for hours. The rehearsal's \
            clock jumps from moment to moment: half a minute after an entrance is a real one.

            Example:  curfew-lab week            Example:  curfew-lab week --json | tail -1

            Exit codes: 0 everything came as told and the platform saw no breach · 1 otherwise.
            """)

    @Option(help: "The folder that holds the example campaigns.") var examples = "Campaigns/examples"
    @Option(help: "Keep everything in this folder instead of a temporary one.") var folder: String?
    @Option(help: "zh or en.") var lang: String?
    @Flag(help: "Last line: one JSON object with the figures.") var json = false

    func run() async throws {
        let language = lang.flatMap { Language(rawValue: $0) } ?? Standard.language
        let root = folder ?? NSTemporaryDirectory() + "curfew-week-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let stage = try DemoStage(
            root: root, examples: examples, language: language, opening: WeekStory.opening, speed: 1)
        defer { stage.tearDown() }
        let outcome = try await WeekStory(stage: stage).tell()
        if json { Standard.say(outcome.json) }
        if !outcome.isGood { throw ExitCode(ExitCodes.problems) }
    }
}

/// What the week came to.
struct WeekOutcome {
    /// Rows of occasions.
    var occasions: Int
    /// Of all three campaigns, as the daemon counts them while it goes.
    var terms: [(name: String, count: Int)]
    /// How many were skipped or wait, by reason.
    var reasons: [String: Int]
    var breaches: Int
    /// What the platform took beyond one contact an occasion.
    var duplicates: Int
    /// Contacts that were started after they were stale, or too late for their right.
    var stale: Int
    /// In fen: what the contacts' orders came to before the refund, and after it.
    var ordered: (before: Int64, after: Int64)
    /// What did not come as it should have.
    var wrong: [String]

    var sum: Int { terms.reduce(0) { $0 + $1.count } }

    var isGood: Bool {
        wrong.isEmpty && breaches == 0 && duplicates == 0 && stale == 0 && occasions == sum && occasions > 0
            && ordered.after < ordered.before
    }

    var json: String {
        func object(_ members: [(name: String, count: Int)]) -> String {
            "{" + members.map { "\"\($0.name)\":\($0.count)" }.joined(separator: ",") + "}"
        }
        let told = reasons.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
        return """
            {"week":{"occasions":\(occasions),"sum":\(sum),"breaches":\(breaches),"duplicates":\(duplicates),\
            "stale_sent":\(stale),"terms":\(object(terms)),"reasons":\(object(told)),\
            "ordered_fen":\(ordered.before),"ordered_fen_after_refund":\(ordered.after),"wrong":\(wrong.count)}}
            """
    }
}
