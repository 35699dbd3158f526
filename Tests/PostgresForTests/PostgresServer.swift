import Foundation
import Glibc

/// A PostgreSQL of the machine's own in a temporary folder, on a socket that nobody else sees. It ends with the process
/// that started it, however that ends.
package final class PostgresServer: Sendable {
    package static let shared: Result<PostgresServer, Missing> = Result { () throws(Missing) in try PostgresServer() }

    /// Why there is none.
    package struct Missing: Error { package var why: String }

    private let folder: String
    private let binaries: String
    /// Closed with this process; the shell that reads it then stops the server.
    private let life: Int32

    private init() throws(Missing) {
        guard let binaries = Self.binaries() else { throw Missing(why: "no PostgreSQL 15 or newer is installed") }
        self.binaries = binaries
        // In memory where that is a folder: a flush is still asked for, and costs nothing. Short: the socket's name has a
        // hundred characters.
        folder = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/curfew-pg-\(getpid())"
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Missing(why: String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        life = ends[1]
        let shell = Self.begin("/bin/sh", ["-c", Self.script(folder, binaries)], input: ends[0])
        close(ends[0])
        guard let shell else { throw Missing(why: "no shell") }
        for _ in 0..<600 {
            if Self.succeeds("\(binaries)/pg_isready", ["-q", "-h", folder, "-U", "curfew", "-d", "postgres"]) {
                return
            }
            guard waitpid(shell, nil, WNOHANG) == 0 else { break }
            usleep(100_000)
        }
        // Safe because without a log there is nothing to say.
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw Missing(why: "the server did not start: \(log.suffix(400))")
    }

    private static func script(_ folder: String, _ binaries: String) -> String {
        // It refuses to run as root.
        let user = getuid() == 0 ? (getpwnam("postgres") != nil ? "postgres" : "nobody") : nil
        return """
            set -e
            rm -rf \(folder)
            mkdir -m 700 \(folder)
            chown \(user ?? "$(id -un)") \(folder)
            as() { exec \(user.map { "setpriv --reuid=\($0) --regid=\($0) --clear-groups" } ?? "") "$@"; }
            cd \(folder)
            (as \(binaries)/initdb -D \(folder)/data -U curfew -A trust --locale=C -E UTF8 --no-sync) > \(folder)/log 2>&1
            (as \(binaries)/postgres -D \(folder)/data -k \(folder) -c listen_addresses='' -c max_connections=200 \
                -c shared_buffers=32MB) >> \(folder)/log 2>&1 &
            server=$!
            cat > /dev/null
            kill -QUIT $server
            wait $server || true
            rm -rf \(folder)
            """
    }

    /// As libpq takes it.
    package func target(_ database: String) -> String { "host=\(folder) user=curfew dbname=\(database)" }

    /// A database of its own, as empty as its template.
    /// - Returns: as libpq takes it.
    package func database(_ name: String, template: String = "template0") throws -> String {
        try told("DROP DATABASE IF EXISTS \(name)")
        try told("CREATE DATABASE \(name) TEMPLATE \(template)")
        return target(name)
    }

    package func drop(_ name: String) throws { try told("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }

    private func told(_ command: String) throws {
        let arguments = ["-q", "-h", folder, "-U", "curfew", "-d", "postgres", "-c", command]
        guard Self.succeeds("\(binaries)/psql", arguments) else { throw Missing(why: "refused: \(command)") }
    }

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        guard let child = begin(program, arguments, input: nil) else { return false }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return false } }
        return status == 0
    }

    /// Without a loop that waits for it: tests are many, and on threads that have none.
    private static func begin(_ program: String, _ arguments: [String], input: Int32?) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for output: Int32 in 1...2 { posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0) }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        return posix_spawn(&child, program, &actions, nil, words, environ) == 0 ? child : nil
    }

    private static func binaries() -> String? {
        let root = "/usr/lib/postgresql"
        // Safe because no folder is no PostgreSQL.
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        return versions.filter { $0 >= 15 }.max().map { "\(root)/\($0)/bin" }
    }

    package static var isThere: Bool {
        if case .failure(let missing) = shared {
            print("PostgreSQL: skipped, \(missing.why)")
            return false
        }
        return true
    }
}
