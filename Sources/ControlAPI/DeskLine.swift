import Answers
import Foundation

/// Where the desk's calls wait their turn. They are synchronous and read a ledger, so they stand on threads of their
/// own: on the event loop they would hold every connection, on the tasks' pool every other service.
///
/// Several lines, so that a stop never stands behind a slow report, and no page behind a long list.
struct DeskLine: Sendable {
    private let desk: any ControlDesk
    private let reads = DispatchQueue(label: "curfew.control.reads")
    private let acts = DispatchQueue(label: "curfew.control.acts")
    private let probes = DispatchQueue(label: "curfew.control.probes")
    /// What takes as long as a list is long.
    private let works = DispatchQueue(label: "curfew.control.works")
    /// Pieces of files on their way in.
    private let stores = DispatchQueue(label: "curfew.control.stores")

    init(desk: any ControlDesk) { self.desk = desk }

    func read<Answer: Sendable>(
        _ question: @escaping @Sendable (any ReadingDesk) throws -> Answer
    ) async throws -> Answer {
        try await wait(in: reads) { try question(desk) }
    }

    /// As `read`, for what only the daemon's own desk can tell.
    func look<Answer: Sendable>(
        _ question: @escaping @Sendable (any ControlDesk) throws -> Answer
    ) async throws -> Answer {
        try await wait(in: reads) { try question(desk) }
    }

    /// Waits for the disk: whoever only reads must not stand behind it.
    func probe() async throws -> HealthLine { try await wait(in: probes) { desk.health() } }

    func act<Answer: Sendable>(
        _ deed: @escaping @Sendable (any ControlDesk) throws -> Answer
    ) async throws -> Answer {
        try await wait(in: acts) { try deed(desk) }
    }

    func work<Answer: Sendable>(
        _ question: @escaping @Sendable (any ControlDesk) throws -> Answer
    ) async throws -> Answer {
        try await wait(in: works) { try question(desk) }
    }

    func store<Answer: Sendable>(
        _ deed: @escaping @Sendable (any ControlDesk) throws -> Answer
    ) async throws -> Answer {
        try await wait(in: stores) { try deed(desk) }
    }

    private func wait<Answer: Sendable>(
        in line: DispatchQueue, _ work: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            line.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
