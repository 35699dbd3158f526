import CampaignModel

/// One thing that is wrong with a dropped file, at its place.
package struct Problem: Sendable, Equatable {
    package enum Severity: String, Sendable, Comparable {
        /// The file is refused.
        case error
        /// The file is taken; a reviewer sees the warning.
        case warning
        package static func < (left: Severity, right: Severity) -> Bool { left == .error && right == .warning }
    }

    package let severity: Severity
    /// From 1.
    package let line: Int
    /// From 1, counted in Unicode scalars, as editors and YAML libraries count.
    package let column: Int
    /// Stable, snake_case: what machines and scripts read.
    package let code: String
    package let message: Sentence
    /// What to do about it.
    package let hint: Sentence?

    package init(_ severity: Severity, at place: Place, code: String, message: Sentence, hint: Sentence? = nil) {
        self.severity = severity
        line = place.line
        column = place.column
        (self.code, self.message, self.hint) = (code, message, hint)
    }

    /// `warmup.yaml:12:9: error [bad_weight] The weights … Hint: …`
    package func text(in language: Language, fileName: String) -> String {
        let base = "\(fileName):\(line):\(column): \(severity.rawValue) [\(code)] \(message.text(in: language))"
        guard let hint else { return base }
        return base + " " + hint.text(in: language)
    }
}

/// A place in a text file, both from 1.
package struct Place: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int
    package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
    package static let start = Place(line: 1, column: 1)
    package static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Collects every problem of one file: a marketer mends a file once, not once per mistake.
final class Findings {
    /// More than this many are not kept: a file that is no campaign at all would only repeat itself.
    static let problemsMax = 200

    private var problems: [Problem] = []

    var hasErrors: Bool { problems.contains { $0.severity == .error } }

    func error(at place: Place, _ code: String, _ message: Sentence, hint: Sentence? = nil) {
        add(Problem(.error, at: place, code: code, message: message, hint: hint))
    }

    func warning(at place: Place, _ code: String, _ message: Sentence, hint: Sentence? = nil) {
        add(Problem(.warning, at: place, code: code, message: message, hint: hint))
    }

    /// In the order of the file; at one place errors before warnings, then in the order in which they were found.
    var inOrder: [Problem] {
        problems.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.line, a.column, a.severity == .error ? 0 : 1, left.offset)
                < (b.line, b.column, b.severity == .error ? 0 : 1, right.offset)
        }.map(\.element)
    }

    private func add(_ problem: Problem) {
        guard problems.count < Self.problemsMax, !problems.contains(problem) else { return }
        problems.append(problem)
    }
}
