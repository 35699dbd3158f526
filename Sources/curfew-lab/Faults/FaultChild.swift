import CurfewCommands
import Foundation
import Glibc
import Synchronization

/// A child process that is there to be ended: started without a shell, and asked for its end by
/// number. `Foundation.Process` needs milliseconds for what this does in one.
final class FaultChild {
    enum End: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let code): "exit \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    struct NotStarted: Error, CustomStringConvertible {
        let program: String
        let code: Int32
        var description: String { "\(program): \(String(cString: strerror(code)))" }
    }

    /// The program that is shipped: from the same build as this one, unless another was named.
    static var daemonProgram: String { chosenProgram.withLock { $0 } ?? Laboratory.beside("curfew") }
    static let chosenProgram = Mutex<String?>(nil)
    /// This very program.
    static let ownProgram = Laboratory.beside(Laboratory.program)

    let pid: pid_t
    private var ending: End?

    /// - Parameter log: takes both output streams; appended to.
    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = merged.keys.sorted().map { strdup("\($0)=\(merged[$0] ?? "")") } + [nil]
        defer { for text in words + settings { free(text) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, program, &actions, &attributes, &words, &settings)
        guard code == 0 else { throw NotStarted(program: program, code: code) }
        pid = started
    }

    /// nil while it lives. Reaps it.
    var end: End? {
        if let ending { return ending }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        ending = Self.end(status)
        return ending
    }

    func send(_ signal: Int32) {
        if end == nil { kill(pid, signal) }
    }

    /// Ends it now, whatever it does, and returns how it ended: by this, or before it by itself.
    @discardableResult
    func endNow() -> End {
        if let end { return end }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        let found = Self.end(status)
        ending = found
        return found
    }

    /// The low seven bits are the signal that ended it, the next byte its exit code.
    private static func end(_ status: Int32) -> End {
        status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
    }

    deinit { endNow() }
}
