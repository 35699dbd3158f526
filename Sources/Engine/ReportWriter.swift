import CampaignFiles
import CampaignModel
import Foundation
import Logging
import Ports
import Words

/// Writes the report files beside a dropped file: text for people, JSON for their tools.
struct ReportWriter {
    private let setup: EngineSetup
    private let tray: any DropTray

    init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        self.tray = tray
    }

    /// What a JSON report of a file that was not taken holds.
    private struct Refusal: Encodable {
        var file: String
        var verdict: String
        var problems: [String]
    }

    private struct Order: Encodable {
        var file: String
        var order: String?
        /// stopped, nothing_stopped
        var verdict: String
        var sentences: [String]
        var runs: [ControlOrders.Answer.RunLine]
    }

    func refuse(_ fileName: String, _ lines: [String]) {
        let text =
            [Catalogue.Intake.refused.text(in: setup.language), "", Catalogue.Intake.problems.text(in: setup.language)]
            + lines.map { "  " + $0 }
        put(
            fileName, text: text.joined(separator: "\n") + "\n",
            json: Refusal(file: fileName, verdict: "refused", problems: lines))
    }

    func wait(_ fileName: String, _ sentence: Sentence) {
        let line = sentence.text(in: setup.language)
        put(
            fileName, text: line + "\n",
            json: Refusal(file: fileName, verdict: "waiting_for_audience", problems: [line]))
    }

    /// The disk under the ledger refuses: nobody shall look for a missing file meanwhile.
    func notNow(_ fileName: String, _ why: Sentence) {
        let line = Catalogue.Inbox.diskRefuses(why).text(in: setup.language)
        put(
            fileName, text: line + "\n",
            json: Refusal(file: fileName, verdict: "not_now", problems: [line]))
    }

    func answer(_ fileName: String, _ order: ControlOrder, _ answer: ControlOrders.Answer) {
        let language = setup.language
        let head = answer.hasStopped ? Catalogue.Inbox.stopped : Catalogue.Inbox.nothingStopped
        let lines = answer.lines.map { $0.text(in: language) }
        put(
            fileName, text: ([head.text(in: language), ""] + lines.map { "  " + $0 }).joined(separator: "\n") + "\n",
            json: Order(
                file: fileName, order: order.rawValue, verdict: answer.hasStopped ? "stopped" : "nothing_stopped",
                sentences: lines, runs: answer.runs))
    }

    /// A control file that cannot be understood.
    func refuseOrder(_ fileName: String, _ lines: [String]) {
        let text =
            [
                Catalogue.Inbox.nothingStopped.text(in: setup.language), "",
                Catalogue.Intake.problems.text(in: setup.language),
            ] + (lines + [Catalogue.Inbox.stopEverything.text(in: setup.language)]).map { "  " + $0 }
        put(
            fileName, text: text.joined(separator: "\n") + "\n",
            json: Order(file: fileName, order: nil, verdict: "nothing_stopped", sentences: lines, runs: []))
    }

    /// Beside something that is no campaign: text alone, and one file.
    func word(_ name: String, _ sentence: Sentence) {
        let language = setup.language
        let text = Catalogue.Inbox.notTaken.text(in: language) + "\n\n  " + sentence.text(in: language) + "\n"
        write("\(TrayName.reportStem(of: name)).report.txt", Array(text.utf8), about: name)
    }

    /// What a word was about is gone, or somebody uses it now.
    func retract(_ name: String) {
        for ending in TrayName.reportEndings {
            do { try tray.remove(TrayName.reportStem(of: name) + ending, identity: nil) } catch {
                setup.logger.error("report not removed", metadata: ["file": "\(name)", "why": "\(error)"])
            }
        }
    }

    /// A report that cannot be written stops nothing: sending does not depend on it, and the next change tries again.
    /// - Returns: whether both stand there.
    @discardableResult
    func put(_ fileName: String, text: String, json: some Encodable) -> Bool {
        let stem = TrayName.reportStem(of: fileName)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = Array(try encoder.encode(json))
            return write("\(stem).report.txt", Array(text.utf8), about: fileName)
                && write("\(stem).report.json", bytes, about: fileName)
        } catch {
            setup.logger.error("report not written", metadata: ["file": "\(stem)", "why": "\(error)"])
            return false
        }
    }

    /// Where no report can stand, the status says so.
    @discardableResult
    private func write(_ report: String, _ bytes: [UInt8], about name: String) -> Bool {
        do {
            try tray.write(report, bytes: bytes)
            setup.inbox.change { $0.unwritten.remove(name) }
            return true
        } catch {
            setup.logger.error("report not written", metadata: ["file": "\(name)", "why": "\(error)"])
            setup.inbox.change { $0.unwritten.insert(name) }
            return false
        }
    }
}
