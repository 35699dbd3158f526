import ArgumentParser
import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import Ports

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The daemon: watches the inbox and sends.",
        discussion: """
            Example:  curfew serve --config /etc/curfew/curfew.yaml

            Exit codes: 0 stopped as asked · 65 the ledger may not be the one that was last here (`curfew doctor` says why) · 74 the ledger is damaged or its disk fails · 75 another daemon holds the ledger · 77 state or inbox not accessible · \
            78 configuration refused · 1 anything else.
            """)

    @Option(help: "The configuration. Without it: /etc/curfew/curfew.yaml, then ./curfew.yaml.")
    var config: String?

    @Option(help: "Rehearse on this clock file. Refused unless the platform's address is this machine.")
    var clockFile: String?

    @Option(help: "The form of log lines: text or json.")
    var log: LogForm = .text

    func run() async throws {
        let settings = try Standard.settings(config).settings
        let clock = try clock(settings)
        let logger = Standard.logger(log, clock: clock)
        let daemon: Daemon
        do { daemon = try await DiskWait(settings.language).start(settings, clock, logger) } catch let error
            as LedgerLockError
        {
            throw refuse(error, settings.language)
        } catch let error as SecretError {
            Standard.complain("curfew: \(error.source): \(error.problem)")
            throw ExitCode(ExitCodes.configuration)
        } catch let doubt as LedgerDoubt {
            Standard.complain("curfew: \(Catalogue.Recovery.doubt(doubt).text(in: settings.language))")
            Standard.complain(Catalogue.Recovery.acceptHint.text(in: settings.language))
            throw ExitCode(ExitCodes.doubt)
        } catch let error as SealFileError {
            Standard.complain("curfew: \(error.path): \(String(cString: strerror(error.errno)))")
            throw ExitCode(error.errno == EILSEQ ? ExitCodes.doubt : ExitCodes.noPermission)
        } catch let doubt as IdentityDoubt {
            Standard.complain("curfew: \(doubt.sentence.text(in: settings.language))")
            throw ExitCode(ExitCodes.configuration)
        } catch let low as DescriptorLimit.TooLow {
            Standard.complain("curfew: \(low.sentence.text(in: settings.language))")
            throw ExitCode(ExitCodes.configuration)
        } catch TrayError.otherLedger(let path, let owner) {
            Standard.complain(
                "curfew: " + Catalogue.Inbox.otherLedger(path, owner: owner).text(in: settings.language))
            throw ExitCode(ExitCodes.doubt)
        } catch TrayError.folder(let path, let code) {
            Standard.complain("curfew: inbox \(path): \(String(cString: strerror(code)))")
            throw ExitCode(ExitCodes.noPermission)
        } catch LedgerError.newerSchema(let path) {
            Standard.complain("curfew: \(path) was written by a newer version; install that one. Nothing was changed.")
            throw ExitCode(ExitCodes.configuration)
        } catch LedgerError.corrupt(let why) {
            throw damaged(settings, why)
        }
        do { try await daemon.run() } catch let error as ReignLost {
            Standard.complain(
                "curfew: another daemon reigns over this ledger (term \(error.current.number)); this one stopped.")
            throw ExitCode(ExitCodes.busy)
        } catch let error as LedgerUnusable {
            throw damaged(settings, error.why)
        } catch LedgerError.corrupt(let why) {
            throw damaged(settings, why)
        } catch TrayError.folder(let path, let code) {
            Standard.complain("curfew: inbox \(path): \(String(cString: strerror(code)))")
            throw ExitCode(ExitCodes.noPermission)
        }
    }

    private func clock(_ settings: Settings) throws -> any Clock {
        guard let clockFile else { return SystemClock(doubt: settings.limits.clockDoubt) }
        guard settings.platform.isLoopback else {
            Standard.complain(
                "curfew: --clock-file is for rehearsals: platform.base_url must be this machine's own address.")
            throw ExitCode(ExitCodes.usage)
        }
        return try RehearsalClock(file: clockFile)
    }

    private func damaged(_ settings: Settings, _ why: String) -> ExitCode {
        let sentence = Catalogue.Damage.ledgerDamaged(Paths.ledger(in: settings.state), why: why)
        Standard.complain("curfew: " + sentence.text(in: settings.language))
        return ExitCode(ExitCodes.damage)
    }

    private func refuse(_ error: LedgerLockError, _ language: Language) -> ExitCode {
        switch error {
        case .held(let path, let pid, let since):
            let who = pid.map { "pid \($0)" } ?? "another daemon"
            let when = since.map { ", since \($0.text())" } ?? ""
            Standard.complain("curfew: \(path) is held by \(who)\(when). One ledger has one daemon.")
            return ExitCode(ExitCodes.busy)
        case .unusable(let path, let code):
            Standard.complain("curfew: \(path): \(String(cString: strerror(code)))")
            return ExitCode(ExitCodes.noPermission)
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
        discussion: "Example:  curfew config check --config curfew.yaml\n\nExit codes: 0 clean · 78 refused.")
    @Option(help: "The configuration to check.") var config: String?

    func run() throws {
        let file = try Standard.settings(config)
        Standard.say("\(file.path ?? "defaults"): ok")
    }
}

struct ConfigExample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example", abstract: "Prints a configuration with every key, its default and what it is for.",
        discussion: "Example:  curfew config example > curfew.yaml")
    func run() throws { print(SettingsExample.yaml(), terminator: "") }
}
