import ArgumentParser
import CampaignModel
import Foundation
import Glibc

/// The language of helps and of complaints about wrong usage, which no configuration can have chosen yet.
enum HelpLanguage {
    /// English unless Chinese is asked for, by `--lang` or by the shell: the manuals quote the helps in English.
    static func choose(arguments: [String], environment: [String: String]) -> Language {
        if let asked = asked(in: arguments) { return asked }
        let shell = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return shell.lowercased().hasPrefix("zh") ? .zh : .en
    }

    static func asked(in arguments: [String]) -> Language? {
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return nil }
            let value: String? =
                if argument == "--lang", index + 1 < arguments.count {
                    arguments[index + 1]
                } else if argument.hasPrefix("--lang=") {
                    String(argument.dropFirst(7))
                } else { nil }
            if let asked = value.flatMap(Language.init(rawValue:)) { return asked }
        }
        return nil
    }

    static var chosen: Language {
        choose(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
    }

    /// In front of a command, `--lang` is that command's. Of a help it says the language, wherever it stands; not every
    /// command has the option.
    static func arranged(_ arguments: [String]) -> [String] {
        let isHelp =
            arguments.contains { ["-h", "--help", "-help"].contains($0) } || arguments.first == "help"
        guard isHelp else {
            let words = arguments.prefix(arguments.first == "--lang" ? 2 : 1)
            guard words.first == "--lang" || words.first?.hasPrefix("--lang=") == true, asked(in: Array(words)) != nil
            else { return arguments }
            let rest = Array(arguments.dropFirst(words.count))
            return rest.isEmpty || rest.first == "help" ? rest : rest + words
        }
        var kept: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--lang" {
                _ = rest.popFirst()
            } else if !argument.hasPrefix("--lang=") {
                kept.append(argument)
            }
        }
        return kept
    }
}

extension ValidationError {
    /// Wrong usage, in the words of whoever typed it.
    init(_ sentence: Sentence) { self.init(sentence.text(in: HelpLanguage.chosen)) }
}

/// How the program ends when a command does not end by itself: with an answer of the parser's (a help, a version), as
/// wrong usage, or with whatever the command met.
struct Ending {
    var code: Int32
    var text: String
    /// An answer that was asked for; all else is complained of.
    var isAnswer: Bool

    private init(_ code: Int32, _ text: String = "", isAnswer: Bool = false) {
        (self.code, self.text, self.isAnswer) = (code, text, isAnswer)
    }

    init(parsing error: any Error, of root: any ParsableCommand.Type = CurfewCommand.self, in language: Language) {
        let isAnswer = root.exitCode(for: error) == .success
        self.init(isAnswer ? 0 : ExitCodes.usage, Self.text(of: error, root, in: language), isAnswer: isAnswer)
    }

    /// A help that was asked of a command is an error of the parser's that comes while it runs.
    init(running error: any Error, of root: any ParsableCommand.Type = CurfewCommand.self, in language: Language) {
        if let exit = error as? ExitCode {
            self.init(exit.rawValue)
        } else if let wrong = error as? ValidationError {
            self.init(ExitCodes.usage, "curfew: \(wrong.message)")
        } else if root.exitCode(for: error) != .failure {
            self.init(parsing: error, of: root, in: language)
        } else {
            let trouble = Trouble(error)
            self.init(trouble.code, "curfew: \(trouble.sentence.text(in: Standard.language))")
        }
    }

    func take() -> Never {
        if !text.isEmpty { if isAnswer { Standard.say(text) } else { Standard.complain(text) } }
        Glibc.exit(code)
    }

    private static func text(
        of error: any Error, _ root: any ParsableCommand.Type, in language: Language
    ) -> String {
        switch language {
        case .en: return root.fullMessage(for: error)
        case .zh:
            let wide = root.fullMessage(for: error, columns: HelpText.columnsOfParser)
            return HelpText(wide, columns: columns).chinese
        }
    }

    /// Of the terminal, as the parser finds it.
    private static var columns: Int {
        if let set = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), set > 0 { return set }
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
