import ArgumentParser
import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Words

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a checked copy of the ledger, while the daemon goes on.",
        discussion: """
            Example:
              curfew backup /backup/curfew-2026-11-20.db

            The file is one state of the ledger, flushed, checked page by page, and readable by its owner only. `curfew \
            restore` puts it back. It holds personal ids.
            Exit codes: 0 done, 1 not done and nothing left behind, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Option(help: ArgumentHelp("A ledger's file, instead of the configured one.", valueName: "file"))
    var ledger: String?
    @Option(help: ArgumentHelp("The clock of a rehearsal.", valueName: "file"))
    var clockFile: String?
    @Argument(help: "The file to write. It must not exist.")
    var file: String

    private struct Answer: Encodable {
        var file: String
        var bytes: Int
        var runs: Int
        var attempts: Int
        var audit: String
    }

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: ledger == nil)
        guard access(file, F_OK) != 0 else { throw desk.failure(Catalogue.Recovery.exists(file)) }
        let source = try desk.ledger(at: ledger)
        do {
            guard try source.schema().isCurrent else {
                throw desk.failure(Catalogue.Recovery.tooOld(ledger ?? desk.settings?.state ?? ""))
            }
            let now = try Standard.clock(clockFile).now()
            let receipt = try source.backUp(to: file, at: now)
            if let path = ledger ?? desk.settings.map({ Paths.ledger(in: $0.state) }) {
                // Safe because the backup is there and sound; only its figure is missing.
                try? BackupMark.write(now.milliseconds, beside: path)
            }
            let head = receipt.audit.text
            try desk.show(
                Answer(
                    file: file, bytes: receipt.bytes, runs: receipt.runs, attempts: receipt.attempts, audit: head),
                text: Catalogue.Recovery.backedUp(
                    file, bytes: receipt.bytes, runs: receipt.runs, attempts: receipt.attempts, head: head))
        } catch let error as LedgerError {
            throw desk.failure(Catalogue.Recovery.failed(file, PlainWords.of(error)))
        }
    }
}

extension Standard {
    /// The machine's clock, or a rehearsal's.
    static func clock(_ file: String?) throws -> any Clock {
        if let file { return try RehearsalClock(file: file) }
        return SystemClock()
    }
}
