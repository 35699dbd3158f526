import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Who is told what happens, and whether it gets through.",
        subcommands: [NotifyListCommand.self, NotifyTestCommand.self])
}

struct NotifyListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The targets of notices: what waits, when each was last told, and what went wrong.",
        discussion: """
            Example:
              curfew notify list
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions

    func perform(in environment: ClientEnvironment) throws {
        let targets = try environment.acting().noticeTargets()
        try show(targets, in: environment) { $0.render(notices: targets) }
    }
}

struct NotifyTestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Tell one target something now, and say whether it took it.",
        discussion: """
            Example:
              curfew notify test ops-room --token-file ~/.curfew-token

            Waits for the target's own word, half a minute at most. What is not taken is kept and tried again.
            \(ClientExit.help)
            """)
    private static let looks = 60
    private static let between: Duration = .milliseconds(500)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The target's name, as it stands under notify in the configuration.")
    var target: String

    func perform(in environment: ClientEnvironment) throws {
        let client = try environment.acting()
        let receipt = try client.testNotice(
            TestNoticeRequest(target: target),
            as: environment.identity(identity))
        for _ in 0..<Self.looks {
            environment.pause(Self.between)
            guard let line = try client.noticeTargets().first(where: { $0.target == target }) else { break }
            if line.toldPages >= receipt.notice {
                return try show(line, in: environment) { $0.word(Catalogue.Notify.told(target)) }
            }
            if let failed = line.lastFailure, failed >= receipt.asked, let why = line.failure {
                environment.warn(Catalogue.Notify.notTold(target, why: why).text(in: environment.language))
                throw ExitCode(ClientExit.refused)
            }
        }
        environment.warn(Catalogue.Notify.noWord(target).text(in: environment.language))
        throw ExitCode(ClientExit.refused)
    }
}

extension Printer {
    func render(notices targets: [NoticeTargetLine]) -> String {
        guard !targets.isEmpty else { return word(Catalogue.Notify.noTargets) }
        return joined(
            targets.map { line in
                func minute(_ text: String?) -> String? { text.flatMap { Moment(iso8601: $0) }?.minuteText() }
                let text = word(
                    Catalogue.Notify.line(
                        line.target, kind: "\(line.kind) \(line.host)", waiting: line.waiting,
                        told: minute(line.lastTold), failed: line.failure == nil ? nil : minute(line.lastFailure),
                        why: line.failure ?? ""))
                return painted(text, line.failing ? .bad : line.failure == nil ? .good : .wait)
            })
    }
}
