/// The rules of the house that the compiler does not keep. Each is a pure function of a file's tokens and returns the
/// offences it found, so that it is tested on samples before it judges the house.
enum HouseRules {
    struct Offence: Equatable, CustomStringConvertible {
        var line: Int
        var what: String
        var description: String { "\(line): \(what)" }
    }

    static let fileLinesMax = 500
    static let functionLinesMax = 60

    // MARK: - Imports

    private static let importKinds: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// Every import that `allowed` does not name.
    static func imports(_ file: SwiftTokens, allowed: Set<String>) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard file.text(position) == "import", file.text(position - 1) != "." else { return nil }
            let isKind = importKinds.contains(file.text(position + 1))
            let module = file.text(position + (isKind ? 2 : 1))
            guard !allowed.contains(module) else { return nil }
            return Offence(line: file.tokens[position].line, what: "import \(module)")
        }
    }

    // MARK: - Time and chance

    private static let clockTypes: Set<String> = [
        "Date", "ContinuousClock", "SuspendingClock", "DispatchTime", "DispatchWallTime", "Clock", "Instant",
    ]
    private static let systemCalls: Set<String> = [
        "sleep", "usleep", "nanosleep", "clock_gettime", "clock_nanosleep", "gettimeofday", "arc4random",
        "arc4random_uniform", "CFAbsoluteTimeGetCurrent", "mach_absolute_time",
    ]
    private static let draws: Set<String> = ["random", "shuffled", "shuffle", "randomElement"]

    /// Reading a clock, sleeping or drawing by chance: `now` and the generator are parameters.
    static func timeAndChance(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard let what = clock(file, position) ?? sleep(file, position) ?? chance(file, position) else {
                return nil
            }
            return Offence(line: file.tokens[position].line, what: what)
        }
    }

    private static func clock(_ file: SwiftTokens, _ position: Int) -> String? {
        if file.reads(["Date", "(", ")"], at: position) { return "Date()" }
        if file.reads(["Date", "(", "timeIntervalSinceNow"], at: position) { return "Date(timeIntervalSinceNow:)" }
        guard file.reads([".", "now"], at: position) else { return nil }
        let before = file.text(position - 1)
        if clockTypes.contains(before) { return "\(before).now" }
        if before == ")", file.text(position - 2) == "(", clockTypes.contains(file.text(position - 3)) {
            return "\(file.text(position - 3))().now"
        }
        // `demand.now`, `list[0].now`, `demand?.now` read a member that was handed in. A `.now` with nothing directly
        // before it is a clock's shorthand, unless it names a case of an enum of our own.
        if file.tokens[position].followsDirectly && !["(", "[", ",", ":", "=", "{", "&", "|"].contains(before) {
            return nil
        }
        return before == "case" ? nil : ".now"
    }

    private static func sleep(_ file: SwiftTokens, _ position: Int) -> String? {
        let word = file.text(position)
        if word == ".", file.text(position + 1) == "sleep", file.text(position + 2) == "(" { return ".sleep(…)" }
        guard systemCalls.contains(word), file.text(position + 1) == "(", file.text(position - 1) != "func",
            file.text(position - 1) != "."
        else { return nil }
        return "\(word)(…)"
    }

    private static func chance(_ file: SwiftTokens, _ position: Int) -> String? {
        let word = file.text(position)
        if word == "SystemRandomNumberGenerator" { return word }
        if file.reads(["UUID", "(", ")"], at: position) { return "UUID()" }
        guard word == ".", draws.contains(file.text(position + 1)), file.text(position + 2) == "(",
            let close = file.closing(of: position + 2)
        else { return nil }
        let hasGenerator = (position + 3..<close).contains { file.reads(["using", ":"], at: $0) }
        return hasGenerator ? nil : ".\(file.text(position + 1))(…) without using:"
    }

    // MARK: - Access, size, silence

    private static let declarations: Set<String> = [
        "func", "var", "let", "struct", "class", "enum", "protocol", "actor", "init", "extension", "typealias",
        "subscript",
        "static", "final", "import", "mutating", "nonisolated", "indirect", "macro", "override", "convenience",
        "internal",
        "private", "package", "fileprivate", "required", "lazy", "weak", "case", "prefix", "postfix", "infix", "(",
    ]

    /// The house is one package: `package` is as far as a name reaches.
    static func publicNames(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            let word = file.text(position)
            guard word == "public" || word == "open", declarations.contains(file.text(position + 1)),
                ![".", "func", "var", "let", "case"].contains(file.text(position - 1)),
                // A call of the function `open(2)` is no declaration; `public(set) var` is one.
                !(word == "open" && file.text(position + 1) == "(")
            else { return nil }
            return Offence(line: file.tokens[position].line, what: "\(word) \(file.text(position + 1))")
        }
    }

    static func longFunctions(_ file: SwiftTokens) -> [(name: String, line: Int, lines: Int)] {
        file.functions.compactMap { function in
            let lines = function.lastLine - function.firstLine + 1
            return lines > functionLinesMax ? (function.name, function.firstLine, lines) : nil
        }
    }

    /// `try?` throws an error away: the comment on its line, or the block of comments right above, says why that is safe.
    static func silencedErrors(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard file.reads(["try", "?"], at: position) else { return nil }
            let line = file.tokens[position].line
            if isSafe(file.comments[line]) { return nil }
            var above = line - 1
            while let comment = file.comments[above] {
                if isSafe(comment) { return nil }
                above -= 1
            }
            return Offence(line: line, what: "try? without a reason")
        }
    }

    private static func isSafe(_ comment: String?) -> Bool { comment?.hasPrefix("Safe because") ?? false }

    // MARK: - Names and tests

    private static let bannedWords: Set<String> = [
        "manager", "managers", "helper", "helpers", "util", "utils", "utility", "utilities", "common", "handler",
        "handlers", "processor", "processors", "data", "info", "process",
    ]
    private static let typeWords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype",
    ]

    /// Names of types that say nothing.
    static func emptyNames(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard typeWords.contains(file.text(position)), file.text(position - 1) != "." else { return nil }
            let name = file.text(position + 1)
            guard let banned = words(of: name).first(where: { bannedWords.contains($0) }) else { return nil }
            return Offence(line: file.tokens[position].line, what: "\(name) says “\(banned)”")
        }
    }

    /// The words of a name in camel case: `HTTPDataReader` → http, data, reader.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            let previous = index > 0 ? characters[index - 1] : nil
            let begins =
                character.isUppercase
                && ((previous?.isLowercase ?? false) || (previous?.isNumber ?? false)
                    || ((previous?.isUppercase ?? false) && (next?.isLowercase ?? false)))
            if (begins || character == "_"), !word.isEmpty {
                words.append(word)
                word = ""
            }
            if character != "_" { word += character.lowercased() }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// A function that expects something, takes nothing and is not private looks like a test: without `@Test` it never
    /// runs, and nobody notices.
    static func forgottenTests(_ file: SwiftTokens) -> [Offence] {
        let tested = file.testedFunctions
        let suites = file.suiteBodies
        return file.functions.compactMap { function in
            guard file.text(function.position) == "func", !function.hasParameters,
                !tested.contains(function.position), suites.contains(where: { $0.contains(function.position) }),
                !isPrivate(file, function), !isNested(file, function)
            else { return nil }
            let expects = function.body.contains { position in
                file.reads(["#", "expect"], at: position) || file.reads(["#", "require"], at: position)
            }
            return expects ? Offence(line: function.firstLine, what: "\(function.name)() has no @Test") : nil
        }
    }

    /// Chinese that is written where it is used: only the catalogues are read by a proof-reader. `Sentence(zh: words, …)` of
    /// what somebody else wrote is none.
    static func spokenHere(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard file.reads(["zh", ":", "\"\""], at: position) else { return nil }
            return Offence(line: file.tokens[position].line, what: "a sentence outside of Words")
        }
    }

    /// A test that may be left out says why: `.enabled(if: isRoot, "nothing is closed to root")`.
    /// Names of functions and values that other rooms may ask for.
    static func offered(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard file.text(position) == "package" else { return nil }
            let word = (1...4).first { ["func", "let", "var"].contains(file.text(position + $0)) }
            let between = ["static", "mutating", "private", "(", "set", ")", "final", "nonisolated", "indirect"]
            guard let word, (1..<word).allSatisfy({ between.contains(file.text(position + $0)) }) else { return nil }
            let name = file.tokens[position + word + 1]
            return Offence(line: name.line, what: name.text)
        }
    }

    static func silentlySkipped(_ file: SwiftTokens) -> [Offence] {
        file.tokens.indices.compactMap { position in
            guard file.reads([".", "enabled", "(", "if", ":"], at: position), let close = file.closing(of: position + 2)
            else { return nil }
            return file.text(close - 1) == "\"\"" && file.text(close - 2) == ","
                ? nil : Offence(line: file.tokens[position].line, what: "skipped without a reason")
        }
    }

    private static func isPrivate(_ file: SwiftTokens, _ function: SwiftFunction) -> Bool {
        (1...3).contains { ["private", "fileprivate"].contains(file.text(function.position - $0)) }
    }

    private static func isNested(_ file: SwiftTokens, _ function: SwiftFunction) -> Bool {
        file.functions.contains { $0.position != function.position && $0.body.contains(function.position) }
    }
}

extension SwiftTokens {
    /// The bodies of the types that a `@Suite` stands before.
    var suiteBodies: [ClosedRange<Int>] {
        tokens.indices.compactMap { position in
            guard reads(["@", "Suite"], at: position) else { return nil }
            var cursor = position + 2
            while cursor < tokens.count, text(cursor) != "{" {
                cursor = text(cursor) == "(" ? (closing(of: cursor) ?? cursor) + 1 : cursor + 1
            }
            return closing(of: cursor).map { cursor...$0 }
        }
    }
}
