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
    // MARK: - Exit codes

    private static func file(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("the exit codes of the manual are those of the program and of the unit")
    func exitCodes() throws {
        let rows = try Self.file("Deploy/README.md").split(separator: "\n").compactMap { line -> (Int32, Bool)? in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, let code = Int32(cells[0]) else { return nil }
            return (code, cells[2].hasPrefix("yes"))
        }
        let told = Dictionary(uniqueKeysWithValues: rows)
        #expect(told == [0: false, 2: false, 65: false, 74: true, 75: false, 77: false, 78: false])
        let ours = [
            ExitCodes.usage, ExitCodes.doubt, ExitCodes.damage, ExitCodes.busy, ExitCodes.noPermission,
            ExitCodes.configuration,
        ]
        #expect(ours == [2, 65, 74, 75, 77, 78])
        let unit = try Self.file("Deploy/curfew.service").split(separator: "\n")
            .first { $0.hasPrefix("RestartPreventExitStatus=") }
        let kept = try #require(unit).split(separator: "=")[1].split(separator: " ").compactMap { Int32($0) }
        #expect(Set(kept) == [2, 64, 65, 75, 77, 78])
        // What `serve` itself tells of its codes.
        let help = CurfewCommand.helpMessage(for: Serve.self)
        for code in [0, 65, 74, 75, 77, 78] { #expect(help.contains("\(code) "), "\(code)") }
    }
}
