import ArgumentParser
import CampaignModel
import Foundation
import Glibc
import HostSystem
import Logging
import Ports

/// What every command shares: exit codes, standard streams, the configuration.
package enum Standard {
    /// A pipe that closes must end a write with an error, not the process with a signal.
    package static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        // The TLS library would write the keys of every connection into the file that it names.
        unsetenv("SSLKEYLOGFILE")
    }

    /// Where words go instead: a test hears them, by descriptor.
    @TaskLocal static var listener: (@Sendable (Int32, String) -> Void)?

    package static func say(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    /// A question: the answer follows on the same line.
    package static func prompt(_ text: String) { write(text, to: STDERR_FILENO) }
    package static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Straight to the descriptor: the C streams are shared mutable state, and their buffers outlive an `_exit`.
    private static func write(_ text: String, to descriptor: Int32) {
        if let listener { return listener(descriptor, text) }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { done += count } else if errno != EINTR { return }
        }
    }

    package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The configuration, or the reason why there is none, printed for people.
    package static func settings(_ path: String?) throws -> SettingsFile {
        do { return try SettingsFile.load(path: path) } catch {
            complain(error.text(in: language))
            throw ExitCode(ExitCodes.configuration)
        }
    }

    /// Before a configuration has been read: what was typed, else what the shell speaks.
    package static var language: Language {
        ClientLanguage.choose(
            asked: HelpLanguage.asked(in: Array(CommandLine.arguments.dropFirst())), configured: nil,
            environment: ProcessInfo.processInfo.environment)
    }

    package static func logger(_ form: LogForm, clock: any Clock, level: Logger.Level = .info) -> Logger {
        Logger(label: "curfew") { LineLog(label: $0, form: form, level: level, clock: clock, sink: log) }
    }

    /// The process has one standard error.
    static let log = LogSink()
}

/// As sysexits(3) has them, so that scripts and systemd tell them apart.
package enum ExitCodes {
    package static let problems: Int32 = 1
    package static let usage: Int32 = 2
    /// What was asked about is gone because of its age.
    package static let erased: Int32 = ClientExit.erased
    /// The ledger may not be the one that was last here: nothing is sent until somebody has looked.
    package static let doubt: Int32 = 65
    /// The ledger is damaged, or the disk under it fails.
    package static let damage: Int32 = 74
    /// Another daemon holds the ledger; try again when it is gone.
    package static let busy: Int32 = 75
    package static let noPermission: Int32 = 77
    package static let configuration: Int32 = 78
}
