import ArgumentParser
import Foundation
import Testing

@testable import CurfewCommands

/// A command that a manual tells to type is one that the program has.
@Suite("The command lines of the manuals")
struct ManualLinesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Those that rehearse and measure speak for themselves.
    private static let rehearsing: Set<String> = ["sandbox", "simulate", "bench", "faults", "demo", "curfew"]

    static let manuals = ["README.md", "README.zh-CN.md", "Campaigns/README.md", "Deploy/README.md"]

    /// The words of each, as they are typed.
    static func lines(of manual: String) throws -> [[String]] {
        let text = try String(contentsOf: root.appendingPathComponent(manual), encoding: .utf8)
        var found: [Substring] = []
        var isCode = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode {
                let bare = line.trimmingPrefix("sudo ")
                if bare.hasPrefix("curfew ") { found.append(bare.split(separator: "  ").first ?? bare) }
            } else {
                for (index, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                where index % 2 == 1 && part.hasPrefix("curfew ") { found.append(part) }
            }
        }
        return found.flatMap(Self.alternatives).filter { !rehearsing.contains($0.first ?? "curfew") }
    }

    /// `curfew pause | resume RUN` is two commands.
    private static func alternatives(_ line: Substring) -> [[String]] {
        let bare = line.split(separator: "#").first ?? line
        let command = bare.split(separator: ">").first ?? bare
        let parts = command.split(separator: " | ").map { $0.split(separator: " ").map(String.init) }
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return parts.map { Array($0.dropFirst()) }
        }
        let head = Array(first.dropFirst().dropLast())
        let words = [first.last ?? ""] + parts.dropFirst().map { $0.first ?? "" }
        return words.map { head + [$0] + last.dropFirst() }
    }

    @Test("each names a command and options that there are", arguments: manuals)
    func parses(manual: String) throws {
        let lines = try Self.lines(of: manual)
        #expect(manual.hasPrefix("Campaigns") || lines.count > 5)
        for words in lines where !words.contains("--version") {
            do { _ = try CurfewCommand.parseAsRoot(words) } catch {
                // What stands for something, and who types it, are left to the reader.
                let said = CurfewCommand.message(for: error)
                let isLeft = ["Missing ", "Say who you are", "请说明你是谁", "The value '"].contains { said.hasPrefix($0) }
                #expect(isLeft, "\(manual): curfew \(words.joined(separator: " ")): \(said)")
            }
        }
    }
}
