/// One thing wrong with the configuration. The daemon does not start, and a running one keeps what it has.
package struct SettingsProblem: Error, Hashable, Sendable {
    /// Stable, for scripts.
    package enum Code: String, Sendable, CaseIterable {
        case noFile = "no_file"
        case unreadable
        case notYAML = "not_yaml"
        case duplicateKey = "duplicate_key"
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case wrongType = "wrong_type"
        case outOfRange = "out_of_range"
        case wouldWiden = "would_widen"
        case inlineSecret = "inline_secret"
        case notUnique = "not_unique"
        case notLoopback = "not_loopback"
        case endsBeforeStart = "ends_before_start"
        case tooMany = "too_many"
        case unknownName = "unknown_name"
    }

    /// From 1; 0 when the file as a whole is meant.
    package let line: Int
    package let column: Int
    package let code: Code
    /// `apps[0].accounts[1].pace`; empty for the file.
    package let path: String
    package let sentence: Sentence

    package init(line: Int, column: Int, code: Code, path: String, sentence: Sentence) {
        (self.line, self.column, self.code, self.path, self.sentence) = (line, column, code, path, sentence)
    }
}
