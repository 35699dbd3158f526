import Answers
import ArgumentParser
import CampaignModel
import ControlAPI
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Logging
import Ports
import Words

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The daemon: watches the inbox and sends.",
        discussion: """
            Example:  curfew serve --config /etc/curfew/curfew.yaml

            Exit codes: 0 stopped as asked · 65 the ledger may not be the one that was last here (`curfew doctor` says why) · 74 the ledger is damaged or its disk fails · 75 another daemon holds the ledger · 77 state, inbox or a secret not accessible, or a secret that others can read · \
            78 configuration refused · 1 anything else.
            """)

    @Option(help: "The configuration. Without it: /etc/curfew/curfew.yaml, then ./curfew.yaml.")
    var config: String?

    @Option(help: "Rehearse on this clock file. Refused unless the platform's address is this machine.")
    var clockFile: String?

    @Option(help: "The form of log lines: text or json.")
    var log: LogForm = .text

    func run() async throws { try await Serving(config: config, clockFile: clockFile, log: log).run() }
}

/// What `serve` does, from the configuration to the end of the daemon.
package struct Serving {
    private let config: String?
    private let clockFile: String?
    private let log: LogForm
    private let checkpoint: @Sendable (Settings) throws -> @Sendable (Checkpoint) -> Void

    /// - Parameter checkpoint: what is done at each passing of one; made once the configuration is known.
    package init(
        config: String?, clockFile: String?, log: LogForm,
        checkpoint: @escaping @Sendable (Settings) throws -> @Sendable (Checkpoint) -> Void = { _ in { _ in } }
    ) {
        (self.config, self.clockFile, self.log, self.checkpoint) = (config, clockFile, log, checkpoint)
    }

    package func run() async throws {
        let settings = try Standard.settings(config).settings
        let clock = try clock(settings)
        let logger = Standard.logger(log, clock: clock)
        try StartCheck.pass(settings, logger)
        do {
            try await DiskWait(settings.language).start(settings, clock, logger, checkpoint(settings)).run()
        } catch let doubt as LedgerDoubt {
            let trouble = Trouble(doubt)
            Standard.complain("curfew: \(trouble.sentence.text(in: settings.language))")
            Standard.complain(Catalogue.Recovery.acceptHint.text(in: settings.language))
            throw ExitCode(trouble.code)
        } catch let error as LedgerUnusable {
            throw damaged(settings, error.why)
        } catch LedgerError.corrupt(let why) {
            throw damaged(settings, why)
        } catch let error as ExitCode { throw error } catch {
            let trouble = Trouble(error)
            Standard.complain("curfew: \(trouble.sentence.text(in: settings.language))")
            throw ExitCode(trouble.code)
        }
    }

    private func clock(_ settings: Settings) throws -> any Clock {
        guard let clockFile else { return SystemClock(doubt: settings.limits.clockDoubt) }
        guard settings.platform.isLoopback else {
            let sentence = Catalogue.Usage.clockFile("--clock-file")
            Standard.complain("curfew: \(sentence.text(in: settings.language))")
            throw ExitCode(ExitCodes.usage)
        }
        return try RehearsalClock(file: clockFile)
    }

    private func damaged(_ settings: Settings, _ why: String) -> ExitCode {
        let sentence = Catalogue.Damage.ledgerDamaged(Paths.ledger(in: settings.state), why: why)
        Standard.complain("curfew: " + sentence.text(in: settings.language))
        return ExitCode(ExitCodes.damage)
    }
}

/// What the start needs beyond the configuration's text; `config check` looks at the same.
enum StartCheck {
    static func pass(_ settings: Settings, _ logger: Logger) throws {
        let findings = SettingsCheckup(settings).findings()
        // Only systemd's service has its credentials: without them it cannot start.
        let refused = findings.filter { $0.weight != .warning }
        for finding in refused { Standard.complain("curfew: \(finding.sentence.text(in: settings.language))") }
        if !refused.isEmpty {
            throw ExitCode(refused.allSatisfy(\.isAccess) ? ExitCodes.noPermission : ExitCodes.configuration)
        }
        for finding in findings { logger.warning("\(finding.sentence.text(in: settings.language))") }
        do { _ = try ControlBinding(settings.http) } catch {
            let trouble = Trouble(error)
            Standard.complain("curfew: \(trouble.sentence.text(in: settings.language))")
            throw ExitCode(trouble.code)
        }
    }
}

extension LogForm: ExpressibleByArgument {}

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration, or prints one with every key explained.",
        subcommands: [ConfigCheck.self, ConfigExample.self])
}

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads the configuration and says what is wrong with it.",
        discussion: """
            Example:  curfew config check --config curfew.yaml

            Looks at everything that the daemon looks at when it starts: the text, the secrets and tokens, lists of words,
            users and groups. What lies in systemd's credentials only the service can see; that is said.
            Exit codes: 0 clean · 77 a secret that others can read, or a file that cannot be read · 78 refused.
            """)
    @Option(help: "The configuration to check.") var config: String?

    func run() throws {
        let file = try Standard.settings(config)
        let language = file.settings.language
        let findings = SettingsCheckup(file.settings).findings()
        for finding in findings { Standard.complain(finding.sentence.text(in: language)) }
        let refused = findings.filter { $0.weight == .refused }
        if !refused.isEmpty {
            throw ExitCode(refused.allSatisfy(\.isAccess) ? ExitCodes.noPermission : ExitCodes.configuration)
        }
        do { _ = try ControlBinding(file.settings.http) } catch let error as SecretError
            where error.problem == .noCredentialsDirectory
        {
            // Said above: only the service can see it.
        } catch {
            let trouble = Trouble(error)
            Standard.complain(trouble.sentence.text(in: language))
            throw ExitCode(trouble.code)
        }
        try Self.compare(file.settings)
        Standard.say("\(file.path ?? "defaults"): ok")
    }

    /// With whom the ledger knows by these names. Where there is none yet, or none that may be read, there is nothing to
    /// compare with; `doctor` says more about that.
    private static func compare(_ settings: Settings) throws {
        let path = Paths.ledger(in: settings.state)
        var options = LedgerSQLite.Options()
        options.readOnly = true
        // Safe because a ledger that cannot be opened is looked at by the start and by `doctor`, which say why.
        guard access(path, R_OK) == 0, let ledger = try? LedgerSQLite(path: path, options: options) else { return }
        // Safe because the start says what becomes of an older or a newer form.
        guard (try? ledger.schema())?.isCurrent == true else { return }
        do {
            let apps = settings.apps.map { AppRegistration($0) }
            for renaming in try ledger.renamings(by: apps, at: Standard.clock(nil).now()) {
                Standard.complain(renaming.sentence.text(in: settings.language))
            }
        } catch {
            let trouble = Trouble(error)
            Standard.complain(trouble.sentence.text(in: settings.language))
            throw ExitCode(trouble.code)
        }
    }
}

struct ConfigExample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example", abstract: "Prints a configuration with every key, its default and what it is for.",
        discussion: "Example:  curfew config example > curfew.yaml")
    func run() throws { Standard.say(SettingsExample.yaml().trimmingCharacters(in: .newlines)) }
}
