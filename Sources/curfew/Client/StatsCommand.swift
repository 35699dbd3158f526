import ArgumentParser
import CampaignModel
import Engine
import Foundation
import LedgerSQLite
import Ports

/// Reads the ledger's file itself, beside the daemon or without it.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "What a run's test showed, arm by arm, and what followed from it.",
        discussion: """
            Example:
              curfew stats new-arrivals
              curfew stats new-arrivals --json
              curfew stats new-arrivals --html new-arrivals.html

            The verdict is computed again from the figures that were kept with it; --all shows every look.
            Exit codes: 0 done, 1 no such run, no test, or a look that does not come out the same, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Argument(help: "A run's name, or a campaign's.") var name: String
    @Option(help: ArgumentHelp("A ledger's file, instead of the configured one.", valueName: "file"))
    var ledger: String?
    @Flag(help: "Every look, the oldest first.") var all = false
    @Option(
        help: ArgumentHelp("Write one page about the run, charts inside, for reading and printing.", valueName: "file"))
    var html: String?

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: ledger == nil)
        if let html { return try page(desk, to: html) }
        let stories = try stories(desk)
        guard !stories.isEmpty else { throw desk.failure(Catalogue.Test.none) }
        if desk.json {
            for story in stories { Standard.say(try Printer.json(story)) }
        } else {
            let lines = stories.flatMap {
                ["\(Catalogue.Test.title.text(in: desk.language)) \($0.run)"] + $0.lines(in: desk.language)
            }
            Standard.say(lines.joined(separator: "\n"))
        }
        if stories.contains(where: { !$0.recomputed }) { throw ExitCode(ExitCodes.problems) }
    }

    private func page(_ desk: OfflineDesk, to file: String) throws {
        let ledger = try desk.ledger(at: ledger)
        guard let record = try ledger.run(named: name) else { throw desk.failure(Catalogue.Desk.runNotFound(name)) }
        let figures = try RunFigures(run: record, ledger, in: desk.language)
        if desk.json { return Standard.say(try Printer.json(figures)) }
        try Data(RunPage(figures: figures, language: desk.language).render().utf8).write(
            to: URL(fileURLWithPath: file), options: .atomic)
    }

    private func stories(_ desk: OfflineDesk) throws -> [TestStory] {
        let ledger = try desk.ledger(at: ledger)
        guard let record = try ledger.run(named: name) else { throw desk.failure(Catalogue.Desk.runNotFound(name)) }
        let campaign = try ledger.revisionRecord(record.revision).campaign
        let looks = try ledger.looks(of: record.id)
        let ends = all ? Array(looks.indices) : [looks.count - 1].filter { $0 >= 0 }
        return try ends.compactMap {
            try TestStory(run: record, campaign, Array(looks[...$0]), in: desk.language)
        }
    }
}
