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

    private let setup: EngineSetup
    private let tray: any DropTray
    private let door: EventDoor
    private var refused: Set<TrayItem> = []

    package init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        self.tray = tray
        door = EventDoor(setup)
    }

    package func step(at now: Moment) async throws -> Moment? {
        let items = try tray.listing(at: now).items.filter { EventFile.isName($0.name) }
        refused.formIntersection(items)
        for item in items where item.settled && !refused.contains(item) {
            do { try take(item) } catch TrayError.refused(let problem) {
                setup.logger.warning(
                    "events not taken", metadata: ["file": "\(problem.name)", "why": "\(problem.refusal.code)"])
                refused.insert(item)
            }
        }
        return nil
    }

    private func take(_ item: TrayItem) throws {
        let bytes = try tray.read(item.name, bytesMax: EventFile.bytesMax)
        let file: EventFile
        do { file = try EventFile(bytes, isCSV: item.name.lowercased().hasSuffix(".csv")) } catch let fault
            as AudienceFault
        {
            refused.insert(item)
            return try report(item.name, fault.message.text(in: setup.language))
        }
        var receipt = try setup.reigning { try door.take(file.events, callbacks: file.callbacks, source: .file) }
        receipt.bad = (receipt.bad + file.bad).sorted { $0.line < $1.line }
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
