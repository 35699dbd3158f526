import Foundation
import Testing

@Suite("No value of the program's own is spoken")
struct SpokenErrorTests {
    /// Where an error is for engineers: rehearsals, and notes that stand in the log with a number.
    private static let rehearsing = ["/Faults/", "/Demo/", "/Bench/", "Simulate", "Sandbox", "Simulator", "Lab"]
    private static let notes = ["EvidenceReader.swift", "LedgerSQLite+Alone.swift", "LineLog.swift", "Trouble.swift"]

    @Test("an error becomes a sentence of a catalogue; as it is it goes to the log alone")
    func errors() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        var found: [String] = []
        for name in names where !Self.rehearsing.contains(where: { "/\(name)".contains($0) }) {
            guard !Self.notes.contains(where: name.hasSuffix) else { continue }
            let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.contains(#"\(error)"#) {
                // A YAML parser's error is sorted by kind in the catalogue, an image's goes to the log beside its sentence.
                let isLogged = line.contains(#""error": "\(error)""#) || line.contains(#""why": "\(error)""#)
                let isSorted = ["notYAML(", "Files.syntax(", "Stand.unusableImage"].contains { line.contains($0) }
                if !isLogged, !isSorted { found.append("\(name):\(number + 1)") }
            }
        }
        #expect(found == [])
    }
}
