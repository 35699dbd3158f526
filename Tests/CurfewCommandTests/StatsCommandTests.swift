import ArgumentParser
import CampaignModel
import Ports
import Testing

@testable import CurfewCommands

@Suite("What `curfew stats` is asked and what it would leave out")
struct StatsCommandTests {
    struct Asked: CustomTestStringConvertible {
        var arguments: [String]
        var isDone: Bool
        var testDescription: String { arguments.joined(separator: " ") }
    }
    private static let subjects = [["sale"], ["--account", "flagship"], ["--holdout"]]
    private static let options: [(words: [String], of: Set<Int>)] = [
        (["--days", "3"], [1, 2]), (["--at", "2026-11-20T18:00:00+08:00"], [1, 2]), (["--looks"], [0]),
        (["--overlap", "other"], [0]), (["--html", "page.html"], [0, 2]), (["--csv"], [0, 1, 2]),
        (["--json"], [0, 1, 2]),
    ]
    /// Which of them stand beside each other, by their first words.
    private static let apart: [Set<String>] = [
        ["--csv", "--json"], ["--looks", "--csv"], ["--looks", "--html"], ["--looks", "--overlap"],
        ["--overlap", "--csv"], ["--overlap", "--html"],
    ]

    /// All options; of a ledger elsewhere, a configuration, a language and a rehearsal's clock each can stand beside all others.
    static let known = Set(options.map { String($0.words[0].dropFirst(2)) })
        .union(["name", "account", "holdout", "config", "lang", "ledger", "clock-file"])

    /// Every subject with every pair of options.
    static var asked: [Asked] {
        subjects.indices.flatMap { subject in
            options.flatMap { one in
                options.map { other in
                    let both = Set([one.words[0], other.words[0]])
                    return Asked(
                        arguments: subjects[subject] + one.words + (both.count > 1 ? other.words : []),
                        isDone: one.of.contains(subject) && other.of.contains(subject) && !apart.contains(both))
                }
            }
        }
    }

    @Test("no option is taken and left out: it is done, or it is wrong usage", arguments: asked)
    func pairs(_ asked: Asked) {
        // Safe because the table says which are refused.
        let isTaken = (try? StatsCommand.parse(asked.arguments)) != nil
        #expect(isTaken == asked.isDone)
    }

    @Test("one thing is asked about")
    func subject() {
        for wrong in [[], ["sale", "--holdout"], ["sale", "--account", "a"], ["--account", "a", "--holdout"]] {
            #expect(throws: (any Error).self) { try StatsCommand.parse(wrong) }
        }
    }
}
