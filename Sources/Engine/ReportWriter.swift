import CampaignModel
import Foundation
import Logging
import Ports

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

    /// A report that cannot be written stops nothing: sending does not depend on it, and the next change tries again.
    func put(_ fileName: String, text: String, json: some Encodable) {
        let stem = Intake.stem(of: fileName)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try tray.write("\(stem).report.txt", bytes: Array(text.utf8))
            try tray.write("\(stem).report.json", bytes: Array(try encoder.encode(json)))
        } catch {
            setup.logger.error("report not written", metadata: ["file": "\(stem)", "why": "\(error)"])
        }
    }
}
