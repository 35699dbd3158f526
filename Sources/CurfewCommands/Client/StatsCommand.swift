import Answers
import ArgumentParser
import CampaignModel
import Engine
import Experiments
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Words

/// Reads the ledger's file itself, beside the daemon or without it.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "What people did: a run's figures and its test, an account's days and best hours.",
        discussion: """
            Example:
              curfew stats new-arrivals
              curfew stats new-arrivals --html new-arrivals.html
              curfew stats new-arrivals --looks
              curfew stats new-arrivals --overlap double-eleven-warmup
              curfew stats --account flagship --days 30 --csv > flagship.csv
              curfew stats --holdout --days 90 --html holdout.html

            Every share stands beside its usual range. What no source ever told of is "not measured".
            A test's verdict is computed again from the figures that were kept with it.
            A campaign's id stands for its run; of a campaign with several occurrences, for all of them and each.
            Figures stay as they were when the records of single people are erased by age; what needs those records says
            that they are gone.
            Exit codes: 0 done, 1 no such run or account, or a look that does not come out the same, 2 usage,
            4 erased by age, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Argument(help: "A run's name, or a campaign's.") var name: String?
    @Option(help: "An account's days, hours and best time, instead of a run.") var account: String?
    @Flag(help: "All campaigns together against the people whom the house's holdout keeps back, instead of a run.")
    var holdout = false
    @Option(help: "With --account and --holdout: the last so many days; 30 unless said.") var days: Int?
    @Option(help: ArgumentHelp("With --account and --holdout: up to here instead of now.", valueName: "moment"))
    var at: String?
    @Option(help: ArgumentHelp("A ledger's file, instead of the configured one.", valueName: "file"))
    var ledger: String?
    @Option(help: ArgumentHelp("The clock of a rehearsal.", valueName: "file"))
    var clockFile: String?
    @Flag(help: "Every look that was taken at the run's test, the oldest first.") var looks = false
    @Option(help: ArgumentHelp("Whom this run and another one have in common.", valueName: "run")) var overlap: String?
    @Flag(help: "One figure a line as comma-separated values.") var csv = false
    @Option(
        help: ArgumentHelp("Write one page about the run, charts inside, for reading and printing.", valueName: "file"))
    var html: String?

    func validate() throws {
        if [name, account, overlap, html].contains("") { throw ValidationError(Catalogue.Usage.emptyName) }
        if [name != nil, account != nil, holdout].count(where: \.self) != 1 {
            throw ValidationError(Catalogue.Usage.subject)
        }
        if csv && offline.json { throw ValidationError(Catalogue.Usage.oneOf(["--json", "--csv"])) }
        if let days, !(1...400).contains(days) { throw ValidationError(Catalogue.Usage.range("--days", 1...400)) }
        if name != nil, days != nil || at != nil {
            throw ValidationError(Catalogue.Usage.goesWith(["--days", "--at"], ["--account", "--holdout"]))
        }
        if name == nil, looks || overlap != nil {
            throw ValidationError(Catalogue.Usage.goesWith(["--looks", "--overlap"], ["RUN"]))
        }
        if account != nil, html != nil {
            throw ValidationError(Catalogue.Usage.goesWith(["--html"], ["RUN", "--holdout"]))
        }
        if looks || overlap != nil, csv || html != nil || (looks && overlap != nil) {
            throw ValidationError(Catalogue.Usage.oneOf(["--looks", "--overlap", "--csv", "--html"]))
        }
    }

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: ledger == nil)
        let ledger = try desk.ledger(at: ledger)
        let clock = try Standard.clock(clockFile)
        if clock.isRehearsal, !desk.json, !csv { Standard.say("*** \(desk.text(Catalogue.Report.rehearsal)) ***") }
        let printer = Printer(language: desk.language, colours: false)
        if holdout { return try showHoldout(span(until: clock), ledger, desk, printer) }
        if let account { return try show(account: account, span(until: clock), ledger, desk, printer) }
        let name = name ?? ""
        if let overlap {
            return try show(overlap: single(overlap, ledger, desk), with: single(name, ledger, desk), ledger, desk)
        }
        let run = try find(name, ledger, desk)
        if looks { return try show(looksOf: name, ledger, desk) }
        let figures = try RunFigures(named: name, ledger, in: desk.language)
        if let html {
            let about = try RunPage.About(run, ledger, desk.settings, at: clock.now(), in: desk.language)
            let page = RunPage(figures: figures, language: desk.language, about: about).render()
            try Data(page.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
        }
        if desk.json {
            Standard.say(try Printer.json(figures))
        } else if csv {
            Standard.say(FiguresCSV.render(figures))
        } else if html == nil {
            Standard.say(printer.render(figures: figures))
        }
        let tests = [figures.test] + (figures.occurrences ?? []).map(\.test)
        if tests.contains(where: { $0?.recomputed == false }) { throw ExitCode(ExitCodes.problems) }
    }

    private func find(_ name: String, _ ledger: LedgerSQLite, _ desk: OfflineDesk) throws -> RunRecord {
        // The latest of several speaks for all of them where one is asked for its texts.
        if let latest = try ledger.occurrences(of: name).last { return latest }
        do { return try RunNames.find(name, for: .reading, in: ledger) } catch let refusal as DeskRefusal {
            throw desk.failure(refusal.sentence)
        }
    }

    /// - Throws: exit code 1 when the name stands for several runs.
    private func single(_ name: String, _ ledger: LedgerSQLite, _ desk: OfflineDesk) throws -> RunRecord {
        let occurrences = try ledger.occurrences(of: name)
        guard occurrences.count > 1 else { return try find(name, ledger, desk) }
        throw desk.failure(Catalogue.Figures.nameOne(name, of: occurrences.map(\.name)))
    }

    private func show(
        account name: String, _ span: (from: Moment, to: Moment), _ ledger: LedgerSQLite, _ desk: OfflineDesk,
        _ printer: Printer
    ) throws {
        guard let account = try ledger.accounts().first(where: { $0.name == name }) else {
            throw desk.failure(Catalogue.Test.noAccount(name))
        }
        let figures = try AccountFigures(account, from: span.from, to: span.to, ledger)
        if desk.json { return Standard.say(try Printer.json(figures)) }
        Standard.say(csv ? FiguresCSV.render(figures) : printer.render(account: figures))
    }

    private func showHoldout(
        _ span: (from: Moment, to: Moment), _ ledger: LedgerSQLite, _ desk: OfflineDesk, _ printer: Printer
    ) throws {
        let figures = try HouseFigures(from: span.from, to: span.to, ledger)
        if figures.erasedUntil != nil {
            throw desk.failure(
                Sentence(
                    zh: figures.sentences(in: .zh).joined(), en: figures.sentences(in: .en).joined(separator: " ")),
                code: ExitCodes.erased)
        }
        if let html {
            let page = HousePage(figures: figures, language: desk.language).render()
            try Data(page.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
        }
        if desk.json { return Standard.say(try Printer.json(figures)) }
        if csv { return Standard.say(FiguresCSV.render(figures)) }
        if html == nil { Standard.say(printer.render(house: figures)) }
    }

    /// The last so many days on Shanghai's wall.
    private func span(until clock: any Clock) throws -> (from: Moment, to: Moment) {
        let now = try at.map { text in
            guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
                throw ValidationError(Catalogue.Usage.moment("--at", text))
            }
            return moment
        }
        let to = now ?? Moment(milliseconds: clock.now().milliseconds / 60_000 * 60_000)
        return (PlatformDay(number: PlatformDay(containing: to).number - Int32(days ?? 30) + 1).start, to)
    }

    private struct OverlapLine: Encodable {
        var run: String
        var other: String
        var reached: Int
        var otherReached: Int
        var both: Int
        var jaccard: Double?
    }

    private func show(
        overlap other: RunRecord, with run: RunRecord, _ ledger: LedgerSQLite, _ desk: OfflineDesk
    ) throws {
        for one in [run, other] where one.isErased {
            throw desk.failure(Catalogue.Aged.overlap(one.name, on: one.erasedAt?.minuteText()), code: ExitCodes.erased)
        }
        let reached = try ledger.reached(by: run.id, and: other.id)
        let share = Overlap.jaccard(one: reached.one, other: reached.other, both: reached.both)
        try desk.show(
            OverlapLine(
                run: run.name, other: other.name, reached: reached.one, otherReached: reached.other,
                both: reached.both, jaccard: share),
            text: Catalogue.Figures.overlap(
                run.name, other.name, both: reached.both, either: reached.one + reached.other - reached.both,
                share: share))
    }

    private func show(looksOf name: String, _ ledger: LedgerSQLite, _ desk: OfflineDesk) throws {
        let occurrences = try ledger.occurrences(of: name)
        let records = try occurrences.count > 1 ? occurrences : [find(name, ledger, desk)]
        let stories = try records.flatMap { record in
            let campaign = try ledger.revisionRecord(record.revision).campaign
            let looks = try ledger.looks(of: record.id)
            return try looks.indices.compactMap {
                // What came of the batches is known of today alone: beside the newest look.
                try TestStory(
                    run: record, campaign, Array(looks[...$0]), $0 == looks.count - 1 ? ledger : nil,
                    in: desk.language)
            }
        }
        guard !stories.isEmpty else { throw desk.failure(Catalogue.Test.none) }
        for story in stories {
            let heading = "\(Catalogue.Test.title.text(in: desk.language)) \(story.run)"
            let lines = [heading] + story.lines(in: desk.language)
            Standard.say(desk.json ? try Printer.json(story) : lines.joined(separator: "\n"))
        }
        if stories.contains(where: { !$0.recomputed }) { throw ExitCode(ExitCodes.problems) }
    }
}
