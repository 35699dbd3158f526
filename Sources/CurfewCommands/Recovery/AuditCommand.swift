import ArgumentParser
import CampaignModel
import Engine
import LedgerSQLite
import Ports
import Reports
import Words

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "What people did and what happened to accounts, as a chain that shows later changes.",
        subcommands: [AuditListCommand.self, AuditVerifyCommand.self])
}

/// Reads the file itself: what proves the daemon honest must not ask the daemon.
struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The latest rows.",
        discussion: """
            Example:
              curfew audit list --limit 50

            People stand in it as keyed digests, never by their open_id.
            Exit codes: 0 done, 1 the ledger cannot be read, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Option(help: ArgumentHelp("A ledger's file, instead of the configured one.", valueName: "file"))
    var ledger: String?
    @Option(help: "How many of the latest rows; 0 for all.")
    var limit = 20

    func validate() throws {
        if !(0...1_000_000).contains(limit) { throw ValidationError(Catalogue.Usage.range("--limit", 0...1_000_000)) }
    }

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: ledger == nil)
        let rows = try desk.audited { try desk.ledger(at: ledger).auditRows(limit: limit > 0 ? limit : nil) }
        if desk.json { return Standard.say(try Printer.json(rows)) }
        guard !rows.isEmpty else { return Standard.say(desk.text(Catalogue.Audit.empty)) }
        var table = TextTable([.right, .left, .left, .left, .left, .left])
        table.add(
            ["#"]
                + [
                    Catalogue.Audit.when, Catalogue.Audit.who, Catalogue.Audit.act, Catalogue.Audit.subject,
                    Catalogue.Audit.detail,
                ]
                .map(desk.text))
        for row in rows {
            table.add([
                "\(row.seq)", row.at, row.person, desk.text(Catalogue.Audit.act(row.act)),
                desk.text(Catalogue.Audit.subject(row.subject)),
                desk.text(Catalogue.Audit.detail(row.detail, of: row.act)),
            ])
        }
        Standard.say(table.lines().joined(separator: "\n"))
    }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads the whole chain and names the first broken row.",
        discussion: """
            Example:
              curfew audit verify
              curfew audit verify --ledger backup.db --head 17:9f2c…

            Works on the file alone, with or without a daemon. Prints the chain's head; noted elsewhere, it proves later \
            that nothing before it was changed.
            Exit codes: 0 whole, 1 broken, not the noted one, or not readable, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Option(help: ArgumentHelp("A ledger's file, instead of the configured one.", valueName: "file"))
    var ledger: String?
    @Option(help: ArgumentHelp("A head that an earlier call printed.", valueName: "rows:digest"))
    var head: String?

    private struct Answer: Encodable {
        var whole: Bool
        var head: String?
        var firstBroken: Int64?
    }

    func validate() throws {
        if let head, AuditHead(text: head) == nil {
            throw ValidationError(Catalogue.Usage.head)
        }
    }

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: ledger == nil)
        let noted = head.flatMap(AuditHead.init(text:))
        let verdict = try desk.audited { try desk.ledger(at: ledger).verifyAudit(noted: noted) }
        switch verdict {
        case .whole(let head):
            try desk.show(
                Answer(whole: true, head: head.text), text: Catalogue.Audit.whole(rows: head.seq, head: head.text))
        case .broken(let seq):
            try desk.show(Answer(whole: false, firstBroken: seq), text: Catalogue.Audit.broken(seq))
            throw ExitCode(ExitCodes.problems)
        case .notTheNoted(let noted, let found):
            try desk.show(
                Answer(whole: false, head: found.text),
                text: Catalogue.Audit.notTheNoted(noted: noted.text, found: found.text))
            throw ExitCode(ExitCodes.problems)
        }
    }
}

extension OfflineDesk {
    /// A ledger that nobody has migrated yet has no chain: said as what it is.
    fileprivate func audited<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do { return try body() } catch LedgerError.storage(let why) where why.contains("no such column: digest") {
            throw failure(Catalogue.Audit.tooOld)
        } catch let error as LedgerError {
            throw failure(Catalogue.Audit.unreadable(settings?.state ?? "", PlainWords.of(error)))
        }
    }
}
