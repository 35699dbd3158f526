import ArgumentParser
import CampaignModel
import Ports
import Reports
import Words

/// One thing that was looked at.
struct Finding: Encodable {
    enum Level: String, Encodable { case ok, warn, fail }
    /// Stable, for machines.
    var check: String
    var level: Level
    var whose: Catalogue.Doctor.Whose
    var zh: String
    var en: String

    init(_ check: String, _ level: Level, _ whose: Catalogue.Doctor.Whose, _ sentence: Sentence) {
        (self.check, self.level, self.whose) = (check, level, whose)
        zh = sentence.zh
        en = sentence.en
    }

    /// Nobody has to act.
    init(_ check: String, _ level: Level, _ sentence: Sentence) { self.init(check, level, .nobody, sentence) }

    var sentence: Sentence { Sentence(zh: zh, en: en) }
}

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look after everything that sending depends on, and say what to do.",
        discussion: """
            Example:
              curfew doctor
              curfew doctor --full --json

            Works with and without a running daemon and changes nothing. Checks the ledger (file, sums, form, audit, whether \
            it is the right one), state directory, lock, secrets, tokens, drop folder, disk, clock, and the way to the platform.
            Exit codes: 0 nothing is broken (there may be warnings), 1 something is, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Flag(help: "Compare every index with its table as well; takes several times as long.")
    var full = false
    @Flag(help: "Do not ask the platform.")
    var noNetwork = false
    @Option(help: ArgumentHelp("The clock of a rehearsal.", valueName: "file"))
    var clockFile: String?

    private struct Answer: Encodable {
        var fails: Int
        var warnings: Int
        var findings: [Finding]
    }

    func run() async throws {
        let desk = try OfflineDesk(offline, needsSettings: true)
        guard let settings = desk.settings else { return }
        let clock = try Standard.clock(clockFile)
        let host = HostCheckup(settings: settings)
        var findings = host.findings() + LedgerCheckup(settings: settings, full: full, now: clock.now()).findings()
        let isRunning = findings.contains { $0.check == "daemon" && $0.level == .ok }
        findings += try await DaemonCheckup(settings: settings, isRunning: isRunning).findings()
        findings += try await NetworkCheckup(settings: settings, clock: clock).findings(asks: !noNetwork)
        let fails = findings.count { $0.level == .fail }
        let warnings = findings.count { $0.level == .warn }
        if desk.json {
            Standard.say(try Printer.json(Answer(fails: fails, warnings: warnings, findings: findings)))
        } else {
            Self.print(findings, desk)
            Standard.say(desk.text(Catalogue.Doctor.verdict(fails: fails, warnings: warnings)))
        }
        if fails > 0 { throw ExitCode(ExitCodes.problems) }
    }

    private static func print(_ findings: [Finding], _ desk: OfflineDesk) {
        var table = TextTable([.left, .left, .left, .left])
        for finding in findings {
            let whose = finding.whose == .nobody ? "" : desk.text(Catalogue.Doctor.name(finding.whose))
            table.add([
                desk.text(Catalogue.Doctor.level(finding.level.rawValue)), finding.check, whose,
                desk.text(finding.sentence),
            ])
        }
        Standard.say(table.lines().joined(separator: "\n"))
    }
}
