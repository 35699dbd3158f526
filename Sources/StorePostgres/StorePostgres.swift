import Foundation
import Ports
import Store
import Synchronization

/// The ledger in a PostgreSQL.
///
/// One writes at a time, as in a file: each transaction that writes begins with a lock of the whole ledger, which goes with
/// it. Reports read one snapshot each from other connections, and never wait.
package final class StorePostgres: Store, @unchecked Sendable {
    package struct Options: Sendable {
        /// Measures each commit, as far as the server has it.
        package var commits: Stopwatch?
        package var maximumReaders = 8
        package init() {}
    }

    private let target: String
    private let password: String?
    private let steps: Migrations
    private let commits: Stopwatch?
    private let readers: PostgresReaders
    private let changes = Atomic(0)
    private let troubled = Mutex<String?>(nil)
    private let gate = NSRecursiveLock()
    // Guarded by the gate.
    private var writer: PostgresSession?
    private var depth = 0
    private var isClosed = false

    /// Any number, but everybody's the same: who holds it writes.
    private static let key = 4_212_201

    /// - Parameter target: as libpq takes it, `host=… dbname=… user=…`.
    /// - Throws: `LedgerError.newerSchema` when a newer version wrote it, `.storage` when it cannot be reached, or when the
    ///   server could lose what it has acknowledged.
    package init(
        _ target: String, password: String?, migrations: Migrations, options: Options = Options()
    ) throws {
        self.target = target
        self.password = password
        steps = migrations
        commits = options.commits
        readers = PostgresReaders(maximum: options.maximumReaders) {
            PostgresSession(try PostgresConnection(target, password: password))
        }
        let first = try PostgresConnection(target, password: password)
        try PostgresPromises.examine(first)
        try migrate(PostgresSession(first))
    }

    // MARK: - Brackets

    package func write<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        gate.lock()
        defer { gate.unlock() }
        if depth > 0, let writer { return try body(writer) }
        do {
            let session = try begun()
            depth += 1
            defer { depth -= 1 }
            var done: Duration?
            let result: Result
            do {
                result = try body(session)
                done = commits?.now()
            } catch {
                // Safe because a connection that cannot go back is not used again, and the server goes back by itself.
                _ = try? session.connection.script("ROLLBACK")
                throw error
            }
            try commit(session.connection)
            if let done { commits?.stop(since: done) }
            changes.store(session.totalChangesCount, ordering: .relaxed)
            troubled.withLock { $0 = nil }
            return result
        } catch let error as LedgerError {
            if case .storage(let why) = error { troubled.withLock { $0 = why } }
            throw error
        }
    }

    /// A connection that breaks in the middle of it leaves the question whether the server had kept it: it is asked, by the
    /// transaction's number.
    /// - Throws: `.corrupt` when nobody can say. Whoever went on could do twice what was kept; a start finds what there is.
    private func commit(_ connection: PostgresConnection) throws {
        // Safe because one that has failed already is told by its commit.
        let number = (try? connection.script("SELECT pg_current_xact_id_if_assigned()"))?.text(0, 0) ?? ""
        do { try connection.commit() } catch let error as LedgerError {
            // Of one without a number there was nothing to keep.
            guard !connection.isAlive, !number.isEmpty else { throw error }
            // Safe because no answer is one of the answers here.
            switch (try? PostgresConnection(target, password: password))?.fate(of: number) {
            case "committed": return
            case "aborted": throw error
            default:
                throw LedgerError.corrupt("the server did not say whether its last transaction was kept")
            }
        }
    }

    private func begun() throws -> PostgresSession {
        let opening = "BEGIN; SELECT pg_advisory_xact_lock(\(Self.key))"
        let session = try connected()
        do { try session.connection.script(opening) } catch {
            if session.connection.isAlive {
                // Safe because one that cannot go back is not used again.
                _ = try? session.connection.script("ROLLBACK")
                throw error
            }
            // A server that was started anew has forgotten who was there before; nothing was asked of it yet.
            let made = try connected()
            try made.connection.script(opening)
            return made
        }
        return session
    }

    private func connected() throws -> PostgresSession {
        if isClosed { throw LedgerError.closing }
        if let writer, writer.connection.isAlive { return writer }
        let made = PostgresSession(try PostgresConnection(target, password: password))
        writer = made
        return made
    }

    package func read<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        try readers.with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") { session, _ in try body(session) }
    }

    /// A transaction that nobody commits. It holds no lock that a writer waits for but those of the rows it changes.
    package func rehearse<Result>(on tables: [String], _ body: (any Session) throws -> Result) throws -> Result {
        try readers.with("BEGIN ISOLATION LEVEL REPEATABLE READ") { session, isOpen in
            // Within a question of its own there is only reading.
            guard !isOpen else { throw LedgerError.storage("a rehearsal inside of a question") }
            return try body(session)
        }
    }

    // MARK: - Schema

    private static let book = """
        CREATE TABLE IF NOT EXISTS migration (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE)
        """

    /// What SQLite brings along and PostgreSQL calls otherwise or has not. Made anew at each start: it belongs to the version.
    private static let functions = """
        CREATE OR REPLACE FUNCTION randomblob(count bigint) RETURNS bytea LANGUAGE sql VOLATILE AS $body$
            SELECT substr(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 1, count::int)
        $body$;
        CREATE OR REPLACE FUNCTION randomblob(count int) RETURNS bytea LANGUAGE sql VOLATILE AS $body$
            SELECT randomblob(count::bigint)
        $body$;
        CREATE OR REPLACE FUNCTION strpos(bytes bytea, sought bytea) RETURNS int LANGUAGE sql IMMUTABLE AS $body$
            SELECT position(sought IN bytes)
        $body$;
        CREATE OR REPLACE VIEW sqlite_sequence AS SELECT replace(sequencename::text, '_id_seq', '') AS name,
            coalesce(last_value, 0) AS seq FROM pg_sequences WHERE schemaname = current_schema();
        CREATE OR REPLACE FUNCTION json_valid(content text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $body$
        BEGIN PERFORM content::jsonb; RETURN true; EXCEPTION WHEN others THEN RETURN false; END $body$;
        CREATE OR REPLACE FUNCTION strftime(form text, seconds bigint, unit text, shift text) RETURNS text
            LANGUAGE sql STABLE AS $body$
            SELECT to_char(to_timestamp(seconds) AT TIME ZONE 'UTC' + shift::interval, 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"')
        $body$;
        """

    private func migrate(_ session: PostgresSession) throws {
        try session.connection.script("SELECT pg_advisory_lock(\(Self.key))")
        // Safe because the lock goes with the connection as well.
        defer { _ = try? session.connection.script("SELECT pg_advisory_unlock(\(Self.key))") }
        try session.connection.script(Self.functions)
        try session.connection.script(Self.book)
        let done = try String.fetchSet(session, sql: "SELECT name FROM migration")
        guard done.isSubset(of: steps.steps.map(\.name)) else { throw LedgerError.newerSchema(target) }
        for step in steps.steps where !done.contains(step.name) {
            try session.connection.script("BEGIN")
            do {
                try step.body(session)
                try session.execute(sql: "INSERT INTO migration (name) VALUES (?)", arguments: [step.name])
                try session.connection.commit()
            } catch {
                // Safe because what is left open goes with the connection.
                _ = try? session.connection.script("ROLLBACK")
                throw error
            }
        }
    }

    package func migrations() throws -> (done: [String], isCurrent: Bool) {
        try read { session in
            let done = try String.fetchAll(session, sql: "SELECT name FROM migration ORDER BY number")
            return (done, done == steps.steps.map(\.name))
        }
    }

    // MARK: - Care

    package var changeCount: Int { changes.load(ordering: .relaxed) }
    package var trouble: String? { troubled.withLock { $0 } }

    package func forgetOverwritten(isPatient: Bool) throws -> Bool { true }
    package func moveLongLog() throws {}

    /// The server takes them again by itself.
    package func freePages() throws -> Int { 0 }
    package func giveBack(pages: Int, _ session: any Session) throws {}

    package func compact() throws {
        gate.lock()
        defer { gate.unlock() }
        try connected().connection.script("VACUUM")
    }

    /// The server's pages carry checksums of its own, where its operator wants them.
    package func damage(full: Bool, atMost limit: Int) throws -> [String] { [] }

    package func close() throws {
        readers.close()
        gate.lock()
        defer { gate.unlock() }
        isClosed = true
        writer = nil
    }
}

extension PostgresConnection {
    /// The server's own word on how a transaction ended; nil: none.
    func fate(of number: String) -> String? {
        // Safe because no answer is an answer.
        (try? script("SELECT pg_xact_status('\(number)'::xid8)"))?.text(0, 0)
    }

    /// - Throws: when the server has gone back instead, because a statement had failed and somebody went on.
    func commit() throws {
        guard try script("COMMIT").word == "COMMIT" else {
            throw LedgerError.storage("a statement of the transaction had failed: nothing of it was kept")
        }
    }
}

/// What a server must promise before a ledger is trusted to it.
enum PostgresPromises {
    private static let asked: [(setting: String, isGood: @Sendable (String) -> Bool, why: String)] = [
        ("server_version_num", { Int($0).map { $0 >= 150_000 } ?? false }, "must be 15 or newer"),
        ("server_encoding", { $0 == "UTF8" }, "must be UTF8"),
        ("fsync", { $0 == "on" }, "must be on: what was acknowledged could be lost"),
        ("full_page_writes", { $0 == "on" }, "must be on: a torn page could not be mended"),
        (
            "synchronous_commit", { ["on", "remote_apply"].contains($0) },
            "must be on or remote_apply: what was acknowledged could be lost"
        ),
    ]

    static func examine(_ connection: PostgresConnection) throws {
        for question in asked {
            let value = try connection.script("SHOW \(question.setting)").text(0, 0)
            guard question.isGood(value) else {
                throw LedgerError.storage("PostgreSQL: \(question.setting) is \(value), and \(question.why)")
            }
        }
        let order = try connection.script("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        guard ["C", "POSIX", "C.UTF-8", "C.utf8"].contains(order.text(0, 0)) else {
            throw LedgerError.storage(
                "PostgreSQL: the database sorts by \(order.text(0, 0)), and must sort by C: CREATE DATABASE … LC_COLLATE 'C'"
            )
        }
    }
}
