import ArgumentParser
import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import Words

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the ledger's place, and take a ledger in doubt into use.",
        discussion: """
            Example:
              curfew restore /backup/curfew-2026-11-20.db
              curfew restore --accept
              curfew restore --take-inbox

            What was sent after a backup is not in it. So a restored, copied or older ledger sends nothing until \
            somebody accepts it; then whoever may have been contacted in the unknown time is skipped in the runs that had \
            begun, every account waits for the next day, and every authorisation is asked for again. The daemon must be \
            stopped. An inbox belongs to one ledger: --accept takes it along, --take-inbox gives it to a new one.
            Exit codes: 0 done, 1 not done and nothing changed, 65 restored and waiting for --accept, 75 a daemon holds \
            the ledger, 77 state not accessible, 78 configuration refused.
            """)

    @OptionGroup var offline: OfflineOptions
    @Option(help: ArgumentHelp("The clock of a rehearsal.", valueName: "file"))
    var clockFile: String?
    @Flag(help: "Replace the ledger that is there; it is kept under another name.")
    var over = false
    @Flag(help: "Take the ledger into use: no other curfew sends for these accounts any more.")
    var accept = false
    @Flag(help: "Give the inbox to this ledger: the one it belonged to is out of use.")
    var takeInbox = false
    @Argument(help: "The backup; without it only --accept.")
    var file: String?

    func validate() throws {
        if file == nil && !accept && !takeInbox {
            throw ValidationError(Catalogue.Usage.backup)
        }
        if file == nil && over { throw ValidationError(Catalogue.Usage.goesWith(["--over"], ["FILE"])) }
        // A backup alone waits for somebody who accepts it, and so would the inbox.
        if file != nil && takeInbox && !accept {
            throw ValidationError(Catalogue.Usage.goesWith(["FILE --take-inbox"], ["--accept"]))
        }
    }

    func run() throws {
        let desk = try OfflineDesk(offline, needsSettings: true)
        guard let settings = desk.settings else { return }
        let state = settings.state
        let clock = try Standard.clock(clockFile)
        let lock = try Self.lock(state, desk, clock)
        defer { withExtendedLifetime(lock) {} }
        if let file {
            let kept = try Installation(state: state, desk: desk).install(file, over: over, at: clock.now())
            if !accept || !desk.json {
                try desk.show(
                    Restored(restored: Paths.ledger(in: state), kept: kept),
                    text: Catalogue.Recovery.restored(Paths.ledger(in: state), kept: kept))
            }
            guard accept else {
                Standard.complain(desk.text(Catalogue.Recovery.acceptHint))
                throw ExitCode(ExitCodes.doubt)
            }
        }
        if file != nil || accept { try Self.accept(settings, desk, at: clock.now()) }
        if takeInbox { try Self.takeInbox(settings, desk, isAlone: !accept) }
    }

    private static func takeInbox(_ settings: Settings, _ desk: OfflineDesk, isAlone: Bool) throws {
        let path = Paths.ledger(in: settings.state)
        do {
            let ledger = try LedgerSQLite(path: path)
            let name = try ledger.mark().ledger
            try ledger.close()
            try InboxMark(inbox: settings.inbox).take(for: name)
        } catch let error as LedgerError {
            throw desk.failure(Catalogue.Audit.unreadable(path, PlainWords.of(error)))
        } catch TrayError.folder(let path, let code), TrayError.notWritten(let path, let code) {
            throw desk.failure(
                Catalogue.Audit.unreadable(path, Sentence.system(code)), code: ExitCodes.noPermission)
        }
        // One answer is one object.
        guard isAlone || !desk.json else { return }
        try desk.show(Taken(inbox: settings.inbox), text: Catalogue.Inbox.inboxTaken(settings.inbox))
    }

    /// The inbox goes with its ledger, which has another name from now on. One that belongs to another ledger is left
    /// to it: taking that needs a word of its own.
    private static func takeAlong(_ inbox: String, from before: String, to after: String) {
        let mark = InboxMark(inbox: inbox)
        do { if try mark.owner() == before { try mark.take(for: after) } } catch {
            Standard.complain("curfew: \(inbox): \(PlainWords.of(error).text(in: Standard.language))")
        }
    }

    private static func lock(_ state: String, _ desk: OfflineDesk, _ clock: any Clock) throws -> LedgerLock {
        do { return try LedgerLock(state: state, since: clock.now()) } catch {
            switch error {
            case .held(let path, let pid, _):
                throw desk.failure(
                    Catalogue.Recovery.busy(path, pid: pid.map { "pid \($0)" } ?? "?"), code: ExitCodes.busy)
            case .unusable(let path, let code):
                throw desk.failure(
                    Catalogue.Audit.unreadable(path, Sentence.system(code)), code: ExitCodes.noPermission)
            }
        }
    }

    private struct Restored: Encodable {
        var restored: String
        var kept: String?
    }

    private struct Taken: Encodable {
        var inbox: String
    }

    private struct Answer: Encodable {
        var accepted: Bool
        var unknownFrom: String?
        var unknownUntil: String?
        var runs: Int?
        var people: Int?
        var closedUntil: String?
    }

    private static func accept(_ settings: Settings, _ desk: OfflineDesk, at now: Moment) throws {
        let (state, path) = (settings.state, Paths.ledger(in: settings.state))
        do {
            let ledger = try LedgerSQLite(path: path)
            let seals = SealFile(state: state, ledger: path)
            // A seal that cannot be read proves nothing, and the person has said what is the case.
            // Safe because everything is then treated as unknown from the ledger's own last word on.
            let seal = try? seals.read()
            if case .refused = SealRule.judge(try ledger.mark(), against: seal, in: try seals.place()) {
                let before = try ledger.mark().ledger
                let receipt = try ledger.accept(
                    AcceptDemand(now: now, person: "\(NSUserName()) on this machine", seal: seal))
                try LedgerGuard.seal(ledger, seals, at: now)
                takeAlong(settings.inbox, from: before, to: try ledger.mark().ledger)
                try desk.show(
                    Answer(
                        accepted: true, unknownFrom: receipt.unknownFrom.iso8601,
                        unknownUntil: receipt.unknownUntil.iso8601, runs: receipt.runs, people: receipt.people,
                        closedUntil: receipt.closedUntil.iso8601),
                    text: Catalogue.Recovery.accepted(
                        from: receipt.unknownFrom, until: receipt.unknownUntil, runs: receipt.runs,
                        people: receipt.people, accounts: receipt.accounts, closedUntil: receipt.closedUntil,
                        held: receipt.held))
            } else {
                try desk.show(Answer(accepted: false), text: Catalogue.Recovery.nothingToAccept)
            }
            try ledger.close()
        } catch let error as LedgerError {
            throw desk.failure(Catalogue.Audit.unreadable(path, PlainWords.of(error)))
        } catch let error as SealFileError {
            throw desk.failure(
                Catalogue.Audit.unreadable(error.path, Sentence.system(error.errno)),
                code: ExitCodes.noPermission)
        }
    }
}

/// Puts a file in the ledger's place: checked before anything moves, whole or not at all.
private struct Installation {
    let state: String
    let desk: OfflineDesk

    private var path: String { Paths.ledger(in: state) }

    /// - Returns: what the ledger before is called now.
    func install(_ file: String, over: Bool, at now: Moment) throws -> String? {
        let isThere = access(path, F_OK) == 0
        guard over || !isThere else { throw desk.failure(Catalogue.Recovery.inPlace(path)) }
        // A folder of its own: what is noted beside a ledger (its digest, a suspicion) must not be taken for the other's.
        let folder = (state as NSString).appendingPathComponent(TraceFiles.restoreFolder)
        let part = Paths.ledger(in: folder)
        // Safe because what a killed restore left there was never anybody's ledger, and if it stays, the next line says so.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            if access(folder, F_OK) == 0 { try FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try FileManager.default.copyItem(atPath: file, toPath: part)
            guard chmod(part, 0o600) == 0 else { throw LedgerError.storage(String(cString: strerror(errno))) }
            try Self.check(part)
            try Self.flush(part)
            let kept = isThere ? try setAside(at: now) : nil
            guard rename(part, path) == 0 else { throw LedgerError.storage(String(cString: strerror(errno))) }
            try Self.flush(state)
            return kept
        } catch let error as LedgerError {
            throw desk.failure(Catalogue.Recovery.notSound(file, PlainWords.of(error)))
        } catch let error as CocoaError {
            throw desk.failure(Catalogue.Recovery.notSound(file, PlainWords.of(error)))
        }
    }

    /// A copy of the copy is looked at, so that the backup itself stays as it is.
    private static func check(_ part: String) throws {
        let ledger = try LedgerSQLite(path: part)
        let damage = try ledger.damage(full: true) + (try ledger.violations())
        try ledger.close()
        guard damage.isEmpty else { throw LedgerError.corrupt(damage.prefix(3).joined(separator: "; ")) }
    }

    /// The log belongs to its database: they move together, the database last, so that a crash in between leaves it.
    private func setAside(at now: Moment) throws -> String {
        let name = "ledger.replaced-\(now.milliseconds).db"
        let aside = (state as NSString).appendingPathComponent(name)
        for suffix in ["-wal", "-shm", ""] where access(path + suffix, F_OK) == 0 {
            guard rename(path + suffix, aside + suffix) == 0 else {
                throw LedgerError.storage(String(cString: strerror(errno)))
            }
        }
        return name
    }

    private static func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw LedgerError.storage(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw LedgerError.storage(String(cString: strerror(errno))) }
    }
}
