import ArgumentParser

/// How a program of this house parses its line, runs the command and ends.
package enum CommandLineEntry {
    /// The parser's own exit code for wrong usage is 64; scripts are promised 2. What ends a command otherwise is told in
    /// words, whatever it was.
    package static func run(_ root: any ParsableCommand.Type) async {
        let language = HelpLanguage.chosen
        let arguments = HelpLanguage.arranged(Array(CommandLine.arguments.dropFirst()))
        var command: any ParsableCommand
        do { command = try root.parseAsRoot(arguments) } catch { Ending(parsing: error, of: root, in: language).take() }
        do {
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch { Ending(running: error, of: root, in: language).take() }
    }
}
