import Answers
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import TransportCurl

/// strace lets one system call of the real daemon fail, or kills it there: every position of every call that writes,
/// syncs, opens, renames or sends, one after the other, until a run has no such position any more. After each: a clean
/// restart without strace, and the two accounts agree.
struct FaultSyscalls {
    struct Family: Sendable {
        let calls: String
        /// Only calls on the ledger's own files: what the runtime itself opens and writes is not ours to survive.
        let onLedger: Bool
    }

    static let families = [
        Family(calls: "pwrite64", onLedger: true),
        Family(calls: "fdatasync,fsync", onLedger: true),
        Family(calls: "openat", onLedger: true),
        Family(calls: "rename,renameat,renameat2", onLedger: false),
        Family(calls: "sendto", onLedger: false),
    ]
    static let failures = ["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"]

    /// A sweep that never ends is a mistake of the sweep.
    private static let positionsMax = 600
    private static let runMax: Duration = .seconds(5)

    let template: FaultTemplate
    let transport: TransportCurl
    /// Every position is 1; 16 takes each sixteenth.
    let stride: Int

    /// Two sweeps at a time.
    func run(_ tally: inout FaultTally) async throws {
        try Self.requireStrace()
        let sweeps = Self.families.flatMap { family in Self.failures.map { (family, $0) } }
        var next = 0
        try await withThrowingTaskGroup(of: FaultTally.self) { group in
            func start() {
                guard next < sweeps.count else { return }
                let (family, failure) = sweeps[next]
                next += 1
                group.addTask { try await sweep(family, failure) }
            }
            start()
            start()
            while let part = try await group.next() {
                tally.add(part)
                start()
            }
        }
    }

    static func requireStrace() throws {
        let child = try FaultChild("strace", ["--version"], log: "/dev/null")
        while child.end == nil { _ = poll(nil, 0, 2) }
        guard child.end == .exit(0) else { throw FaultTrouble("strace is needed: apt-get install strace") }
    }

    // MARK: - One sweep

    private func sweep(_ family: Family, _ failure: String) async throws -> FaultTally {
        var tally = FaultTally()
        var position = stride == 1 ? 1 : 1 + abs((family.calls + failure).utf8.reduce(0) { $0 &+ Int($1) }) % stride
        let name = "\(family.calls.prefix { $0 != "," }) \(failure)"
        var misses = 0
        while position <= Self.positionsMax {
            do {
                let isHit = try await inject(family, failure, position, &tally, "\(name) at \(position)")
                // The order of calls is not quite the same each time: the end is where two in a row find nothing.
                misses = isHit ? 0 : misses + 1
                if isHit { tally.syscallPositions += 1 }
            } catch {
                misses = 0
                tally.violate("\(name) at \(position): \(error)")
            }
            if misses == 2 { break }
            position += stride
        }
        Standard.complain("  syscalls: \(name): \(tally.syscallPositions) positions")
        return tally
    }

    /// - Returns: whether the run came to that position.
    private func inject(
        _ family: Family, _ failure: String, _ position: Int, _ tally: inout FaultTally, _ place: String
    ) async throws -> Bool {
        let label = "\(family.calls.prefix { $0 != "," })-\(failure.split(separator: "=")[1])-\(position)"
        let rig = try template.rig(label, transport: transport)
        let trace = "\(rig.root)/trace"
        var arguments = ["-D", "-f", "-qq", "-o", trace, "-e", "trace=\(family.calls)"]
        if family.onLedger {
            for suffix in ["", "-wal", "-shm"] { arguments += ["-P", rig.ledgerPath + suffix] }
        }
        arguments += ["-e", "inject=\(family.calls):\(failure):when=\(position)", rig.program] + rig.daemonArguments
        // One thread for all services, so that a position means the same in each run: strace counts by thread.
        try rig.startDaemon(
            under: "strace", arguments, environment: ["LIBDISPATCH_COOPERATIVE_POOL_STRICT": "1"])
        let until = rig.clock.monotonic() + Self.runMax
        while rig.daemon?.end == nil, rig.gateway.audit.people < rig.shape.people.count, rig.clock.monotonic() < until {
            await rig.pause(.milliseconds(5))
        }
        rig.daemon?.send(SIGTERM)
        let end = await rig.waitForEnd(atMost: .seconds(5))
        rig.daemon?.endNow()
        let seen = FileManager.default.contents(atPath: trace).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let isKill = failure == "signal=KILL"
        guard isKill ? end == .signal(SIGKILL) : seen.contains("(INJECTED)") else { return false }
        try FaultJudge.afterDeath(rig, &tally, place)
        if let wrong = Self.misconduct(family, failure, end, seen, rig) { tally.violate("\(place): \(wrong)") }
        try rig.startDaemon()
        // Once it is all up: a stop before that ends it by the signal itself, as any program.
        try await rig.until("everybody's end after \(place)") {
            guard try rig.isOver() else { return false }
            return try await rig.status().daemon
        }
        try await rig.stopDaemon()
        try FaultJudge.atTheEnd(rig, &tally, place)
        return true
    }

    /// What the daemon should have done about it, beside keeping its promises.
    private static func misconduct(
        _ family: Family, _ failure: String, _ end: FaultChild.End?, _ trace: String, _ rig: FaultRig
    ) -> String? {
        if failure == "signal=KILL" { return nil }
        guard let end else { return "it did not end when it was asked to: \(rig.logTail)" }
        if case .signal(let number) = end { return "it died of signal \(number): \(rig.logTail)" }
        let isSync = family.calls.hasPrefix("fdatasync")
        let lines = trace.split(separator: "\n")
        let injected = lines.firstIndex { $0.contains("(INJECTED)") } ?? lines.endIndex
        if isSync || (family.calls == "pwrite64" && failure == "error=EIO") {
            // Corrupt, as far as anybody can know: it stops, says so, and does not ask the kernel a second time.
            if end == .exit(0) { return "it went on after a failed \(family.calls)" }
            let again = lines[injected...].dropFirst().first { $0.contains("sync(") && $0.contains("= 0") }
            if isSync, let again { return "it synced again after a failed sync: \(again)" }
        }
        return nil
    }
}
