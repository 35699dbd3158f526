import Foundation
import Testing

/// `Tests/FAULTS.md` against the code: what a row names must be there.
@Suite("The fault matrix names what exists")
struct FaultMatrixTests {
    private struct Row {
        let number: Int
        let heldBy: String
    }

    private static let rows: [Row] = {
        // Safe because a table that cannot be read has no rows, and the first test wants 41.
        let text = (try? String(contentsOf: House.root.appending(path: "Tests/FAULTS.md"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 5, let number = Int(cells[1]) else { return nil }
            return Row(number: number, heldBy: cells[3])
        }
    }()

    private static func pieces(of text: String, between open: String, and close: String) -> [String] {
        text.components(separatedBy: open).dropFirst().compactMap { $0.components(separatedBy: close).first }
    }

    @Test("every row of the matrix is there once, and says who holds it or why nobody does")
    func rowsAreComplete() {
        #expect(Self.rows.map(\.number) == Array(1...41))
        for row in Self.rows {
            let says =
                row.heldBy.contains("`faults: ") || row.heldBy.contains("\"") || row.heldBy.contains("Not tested:")
            #expect(says, "row \(row.number) names nothing")
        }
    }

    @Test("every test that a row names is a test of this house")
    func testsExist() throws {
        let sources = try House.files(below: "Tests").map(\.path)
        let all = try sources.filter { !$0.hasSuffix("FaultMatrixTests.swift") }
            .map { try String(contentsOf: House.root.appending(path: $0), encoding: .utf8) }.joined()
        for row in Self.rows {
            // Every second piece stands between two quotation marks.
            let named = row.heldBy.components(separatedBy: "\"").enumerated().filter { $0.offset % 2 == 1 }.map(
                \.element)
            for name in named { #expect(all.contains("\"\(name)\""), "row \(row.number): no test \"\(name)\"") }
        }
    }

    @Test("every part of make faults that a row names is a part of it")
    func partsExist() throws {
        let command = House.root.appending(path: "Sources/curfew-lab/Faults/FaultsCommand.swift")
        let text = try String(contentsOf: command, encoding: .utf8)
        let line = try #require(Self.pieces(of: text, between: "enum Part:", and: "}").first)
        let parts = try #require(Self.pieces(of: line, between: "case ", and: "\n").first).components(separatedBy: ", ")
        for row in Self.rows {
            for part in Self.pieces(of: row.heldBy, between: "`faults: ", and: "`") {
                #expect(parts.contains(part), "row \(row.number): no part \(part)")
            }
        }
    }
}
