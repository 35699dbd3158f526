import CampaignFiles
import CampaignModel
import Foundation
import Testing

/// `problems.txt`: what stands in a file, and every problem that is told of it, word for word with its place, its code and
/// what to do. A key that is looked up under another name, a place one to the left, a lost hint: each is another line.
@Suite("What is told of a file is told whole")
struct ProblemTextTests {
    struct Case: CustomTestStringConvertible {
        var part: String
        var text: String
        var told: String
        var testDescription: String { "\(part): \(text)" }
    }

    static let cases: [Case] = {
        let file = Fixtures.root.appending(path: "Tests/CampaignFilesTests/problems.txt")
        // Safe because a file that is not there leaves no cases, and `complete` fails.
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "#### ").dropFirst().map { block in
            let lines = block.components(separatedBy: "\n")
            let parts = lines.dropFirst().joined(separator: "\n").components(separatedBy: "\n----\n")
            return Case(part: lines[0], text: parts[0], told: parts.count > 1 ? parts[1] : "")
        }
    }()

    @Test("the cases were found")
    func complete() { #expect(Self.cases.count == 239) }

    @Test("each problem with its place, its code, its words and its hint", arguments: cases)
    func told(_ row: Case) {
        let text =
            switch row.part {
            case "head": Fixtures.campaign(head: row.text + "\n")
            case "audience": Fixtures.campaign(audience: row.text + "\n")
            case "schedule": Fixtures.campaign(schedule: row.text + "\n")
            case "variants": Fixtures.campaign(variants: row.text + "\n")
            default: row.text
            }
        let reading = Fixtures.read(text)
        let told = reading.text(in: .en) + (reading.problems.isEmpty ? "" : "\n")
        #expect(told == row.told)
        #expect((reading.campaign == nil) == reading.problems.contains { $0.severity == .error })
    }
}
