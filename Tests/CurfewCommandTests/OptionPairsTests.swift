import ArgumentParser
import Testing

@testable import CurfewCommands

@Suite("No option is read over without a word")
struct OptionPairsTests {
    /// Subjects of `stats`, and whatever can stand beside them; an empty subject is none.
    private static let subjects = ["run": ["sale"], "account": ["--account", "flagship"], "holdout": ["--holdout"]]
    private static let extras: [String: [String]] = [
        "days": ["--days", "7"], "at": ["--at", "2026-11-20T18:00:00+08:00"], "looks": ["--looks"],
        "overlap": ["--overlap", "other"], "csv": ["--csv"], "json": ["--json"], "html": ["--html", "page.html"],
        "account": ["--account", "outlet"], "holdout": ["--holdout"], "clock": ["--clock-file", "clock"],
    ]
    /// What each subject takes, alone; and pairs that do not go together.
    private static let takes: [String: Set<String>] = [
        "run": ["looks", "overlap", "csv", "json", "html", "clock"],
        "account": ["days", "at", "csv", "json", "clock"],
        "holdout": ["days", "at", "csv", "json", "html", "clock"],
    ]
    private static let apart: Set<Set<String>> = [
        ["csv", "json"], ["looks", "overlap"], ["looks", "csv"], ["overlap", "csv"], ["looks", "html"],
        ["overlap", "html"],
    ]

    private static func passes(_ words: [String]) -> Bool {
        // Safe because a refusal is what is asked about.
        (try? StatsCommand.parse(words)) != nil
    }

    @Test(
        "stats takes every pair of options that means something, and refuses every other",
        arguments: subjects.keys.sorted())
    func stats(subject: String) {
        let names = Self.extras.keys.sorted().filter { $0 != subject }
        let takes = Self.takes[subject, default: []]
        for one in names {
            #expect(
                Self.passes(Self.subjects[subject]! + Self.extras[one]!) == takes.contains(one), "\(subject) \(one)")
            for other in names where other > one {
                let isMeant = takes.isSuperset(of: [one, other]) && !Self.apart.contains([one, other])
                let words = Self.subjects[subject]! + Self.extras[one]! + Self.extras[other]!
                #expect(Self.passes(words) == isMeant, "\(subject) \(one) \(other)")
            }
        }
    }

    @Test("restore says --over only of a backup")
    func restore() {
        // Safe because a refusal is what is asked about.
        #expect((try? RestoreCommand.parse(["--accept", "--over"])) == nil)
        // Safe because a refusal is what is asked about.
        #expect((try? RestoreCommand.parse(["backup.db", "--over", "--accept"])) != nil)
    }
}
