import ArgumentParser
import CampaignModel
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Words

/// What every command takes that reads or tends the ledger's file itself.
struct OfflineOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The configuration file.", discussion: "Else /etc/curfew/curfew.yaml, else ./curfew.yaml.",
            valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("zh or en; else the configured language, else LANG.", valueName: "language"))
    var lang: Language?
    @Flag(help: "Print JSON, one object with sorted keys, instead of text.")
    var json = false
}

/// The world of such a command: its language, and the ledger's file.
struct OfflineDesk {
    let settings: Settings?
    let language: Language
    let json: Bool

    /// - Parameter needsSettings: without them the command cannot know where the state is.
    init(_ options: OfflineOptions, needsSettings: Bool) throws {
        if options.config != nil || needsSettings {
            settings = try Standard.settings(options.config).settings
        } else {
            // Safe because the command was given the file it works on; the configuration only chooses the language.
            settings = (try? SettingsFile.load(path: nil))?.settings
        }
        language = ClientLanguage.choose(
            asked: options.lang, configured: settings?.language, environment: ProcessInfo.processInfo.environment)
        json = options.json
    }

    /// The ledger opened read-only, beside the daemon or without it.
    /// - Throws: exit code 1, the reason printed.
    func ledger(at path: String?) throws -> LedgerSQLite {
        guard let path = path ?? settings.map({ Paths.ledger(in: $0.state) }) else {
            throw ValidationError(Catalogue.Usage.ledger)
        }
        var options = LedgerSQLite.Options()
        options.readOnly = true
        do { return try LedgerSQLite(path: path, options: options) } catch let error as LedgerError {
            throw failure(Catalogue.Audit.unreadable(path, PlainWords.of(error)))
        }
    }

    func text(_ sentence: Sentence) -> String { sentence.text(in: language) }

    /// Prints the sentence to standard error; what it returns ends the command.
    func failure(_ sentence: Sentence, code: Int32 = ExitCodes.problems) -> ExitCode {
        Standard.complain(text(sentence))
        return ExitCode(code)
    }

    func show(_ answer: some Encodable, text: Sentence) throws {
        Standard.say(json ? try Printer.json(answer) : self.text(text))
    }
}
