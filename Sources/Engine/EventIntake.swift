import Answers
import CampaignFiles
import CampaignModel
import Logging
import Ports
import Words

/// Takes files of event lines (`NAME.events.csv`, `NAME.events.jsonl`) out of the drop folder, where no port may be
/// opened. A bad line is reported with its number beside the file and never stops the good ones.
package actor EventIntake: Stepper {
    package nonisolated let name = "event-intake"
    private static let badShown = 100
    /// A thousand campaigns dropped together ring a thousand times, and each look asks after every file of the folder.
    private static let lookInterval: Duration = .milliseconds(500)

    private let setup: EngineSetup
    private let tray: any DropTray
    private let door: EventDoor
    private let reports: ReportWriter
    /// What lies there and cannot be taken, and the line of the status about it.
    private var refused: [TrayItem: InboxLine.Untaken] = [:]
    /// Monotonic; nil: nobody has looked yet.
    private var nextLook: Duration?

    package init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        self.tray = tray
        door = EventDoor(setup)
        reports = ReportWriter(setup, tray: tray)
    }

    package func step(at now: Moment) async throws -> Moment? {
        let real = setup.clock.monotonic()
        if let nextLook, real < nextLook { return setup.wall(in: nextLook - real, after: now) }
        nextLook = real + Self.lookInterval
        let items = try tray.listing(at: now).items.filter { EventFile.isName($0.name) }
        defer { tellStatus() }
        let names = Set(items.map(\.name))
        for item in refused.keys where !items.contains(item) {
            refused[item] = nil
            // Its word goes with it; a new file of that name gets an answer of its own.
            if !names.contains(item.name) { reports.retract(item.name) }
        }
        for item in items where item.settled && refused[item] == nil {
            do { try take(item) } catch TrayError.refused(let problem) {
                // Gone since: nobody waits for an answer.
                if problem.refusal == .missing { continue }
                refuse(item, code: problem.refusal.code, Catalogue.Inbox.refusal(item.name, code: problem.refusal.code))
            } catch LedgerError.refusedRow(let why) {
                setup.logger.error("the ledger refuses a row", metadata: ["file": "\(item.name)", "why": "\(why)"])
                refuse(item, code: "row_refused", Catalogue.Failure.refusedRow)
            } catch LedgerError.storage(let why) {
                reports.notNow(item.name, Catalogue.Damage.storageTrouble(why))
                throw LedgerError.storage(why)
            }
        }
        return nil
    }

    private func refuse(_ item: TrayItem, code: String, _ why: Sentence, told: Sentence? = nil) {
        setup.logger.warning("events not taken", metadata: ["file": "\(item.name)", "why": "\(code)"])
        refused[item] = InboxLine.Untaken(file: item.name, code: code, told ?? why, in: setup.language)
        reports.word(item.name, why)
    }

    private func tellStatus() {
        let lines = refused.values.sorted { $0.file < $1.file }
        setup.inbox.change { $0.events = lines }
    }

    private func take(_ item: TrayItem) throws {
        let bytes = try tray.read(item.name, as: item.identity, bytesMax: EventFile.bytesMax)
        let file: EventFile
        do {
            file = try EventFile(bytes, named: item.name) {
                try setup.pace.between(wrote: false)
            }
        } catch let fault as AudienceFault {
            // The status is for everybody, and why may name cells of the file: that is for whoever looks beside it.
            return refuse(item, code: fault.code, fault.message, told: Catalogue.Intake.refused)
        }
        var receipt = try setup.reigning {
            try door.take(file.events, callbacks: file.callbacks, source: .file, pace: setup.pace)
        }
        receipt.bad = (receipt.bad + file.bad).sorted { $0.line < $1.line }
        // Whoever can write to the folder can tell of orders: whose file it was stays.
        try setup.noteEvents(receipt, of: item.name, by: DropOwners(setup: setup).name(ofUser: item.identity.owner))
        let summary = Catalogue.eventsTaken(
            receipt.taken, repeated: receipt.repeated, strangers: receipt.strangers, bad: receipt.bad.count)
        var lines = [summary.text(in: setup.language)]
        for bad in receipt.bad.prefix(Self.badShown) {
            lines.append("\(item.name):\(bad.line): \(Catalogue.badEventLine(bad.reason).text(in: setup.language))")
        }
        try report(item.name, lines.joined(separator: "\n"))
        // It holds personal ids: what was taken is in the ledger, what was not is named by its line.
        try tray.remove(item.name, identity: item.identity)
        setup.logger.info(
            "events taken",
            metadata: ["file": "\(item.name)", "taken": "\(receipt.taken)", "bad": "\(receipt.bad.count)"])
    }

    private func report(_ name: String, _ text: String) throws {
        try tray.write(name + ".report.txt", bytes: Array((text + "\n").utf8))
    }
}
