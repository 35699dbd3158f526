import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The whole story in two minutes: daemon, pretend platform, a campaign from drop to end.",
        discussion: """
            Starts the daemon and the sandbox as processes of their own, on a rehearsal clock, drops the example campaign, \
            approves it, and lets several days pass: the evening, the night, the cap of 500 messages, the end.

            Example:  curfew demo            Example:  curfew demo --json | tail -1

            Exit codes: 0 everybody has an end and the platform saw no breach · 1 otherwise.
            """)

    @Option(help: "The folder that holds the example campaign.") var examples = "Campaigns/examples"
    @Option(help: "Keep everything in this folder instead of a temporary one.") var folder: String?
    @Option(help: "zh or en.") var lang: String?
    @Flag(help: "Set everything up, print the page's address, and stay until Ctrl-C.") var keep = false
    @Flag(help: "Last line: one JSON object with the figures.") var json = false

    func run() async throws {
        let language = lang.flatMap { Language(rawValue: $0) } ?? Standard.language
        let root = try folder ?? Self.temporaryFolder()
        let stage = try DemoStage(root: root, examples: examples, language: language)
        if keep {
            defer { stage.tearDown() }
            try stage.clockFile.start(at: DemoVisit.opening, speed: 1)
            return try await DemoVisit(stage: stage, language: language).hold()
        }
        let story = DemoStory(stage: stage, language: language)
        defer { stage.tearDown() }
        let outcome = try await story.tell()
        if json { Standard.say(outcome.json) }
        if !outcome.isGood { throw ExitCode(ExitCodes.problems) }
    }

    private static func temporaryFolder() throws -> String {
        let path = NSTemporaryDirectory() + "curfew-demo-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }
}

/// What the demo came to.
struct DemoOutcome {
    let sum: SumLine
    let breaches: Int

    var isGood: Bool {
        breaches == 0 && sum.holds && sum.waiting == 0 && sum.open == 0 && sum.pending == 0 && sum.accepted > 0
    }

    var json: String {
        """
        {"demo":{"audience":\(sum.audience),"holdout":\(sum.holdout),"accepted":\(sum.accepted),\
        "rejected":\(sum.rejected),"unknown":\(sum.unknown),"skipped":\(sum.skipped),"waiting":\(sum.waiting),\
        "open":\(sum.open),"pending":\(sum.pending),"breaches":\(breaches)}}
        """
    }
}
