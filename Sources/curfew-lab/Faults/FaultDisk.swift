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

/// A disk that fills up under a sending daemon, and has room again later: the state directory lies on a small tmpfs in a
/// mount namespace of the daemon's own, and this process reaches into it through `/proc`.
struct FaultDisk {
    let root: String
    let transport: TransportCurl

    /// How this machine lets a process mount for itself: root needs no user namespace. nil: it does not.
    private static func spaces() throws -> [String]? {
        for spaces in [["-m"], ["-Urm"]] {
            let probe = try FaultChild("unshare", spaces + ["true"], log: "/dev/null")
            while probe.end == nil { _ = poll(nil, 0, 2) }
            if probe.end == .exit(0) { return spaces }
        }
        return nil
    }

    func run(_ tally: inout FaultTally) async throws {
        guard let spaces = try Self.spaces() else {
            Standard.complain("  disk: NOT RUN: this machine lets nobody mount (neither root nor user namespaces)")
            return
        }
        let shape = FaultRig.Shape(people: (1...120).map { "u-\($0)" })
        let rig = try FaultRig(shape, root: root, transport: transport)
        try rig.drop()
        let mount = "mount -t tmpfs -o size=6m,mode=700 tmpfs '\(rig.root)/state' && exec \"$@\""
        try rig.startDaemon(
            under: "unshare", spaces + ["sh", "-c", mount, "sh", rig.program] + rig.daemonArguments)
        try await rig.approve()
        try await rig.until("the first contacts") { rig.gateway.audit.people > 10 }
        let ballast = try rig.daemonFolder("\(rig.root)/state") + "/ballast"
        try Self.fill(ballast)
        try await rig.until("the status to say so") { try await rig.status().trouble != nil }
        await rig.pause(.milliseconds(300))
        let atFull = rig.gateway.audit.people
        await rig.pause(.seconds(2))
        // Moved, the log takes what is written next without any room of the disk, for as many contacts as it is long: they may
        // leave. Whoever left stands in it.
        let known = try Self.started(in: Self.copy(rig, to: "\(rig.root)/full.db"))
        let left = known.left - known.started
        if left > 0 { tally.violate("disk: \(left) contacts left without an intent while the disk was full") }
        unlink(ballast)
        try await rig.until("everybody's contact once there is room", atMost: .seconds(60)) {
            let sum = try await rig.status().runs.first?.sum
            return try await rig.status().runs.isEmpty || sum?.pending == 0 && sum?.open == 0 && sum?.waiting == 0
        }
        if try await rig.status().trouble != nil { tally.violate("disk: the status still says trouble") }
        // The mount goes with the daemon: its ledger is copied out first.
        _ = try Self.copy(rig, to: rig.ledgerPath)
        try await rig.stopDaemon()
        try FaultJudge.atTheEnd(rig, &tally, "disk")
        Standard.complain("  disk: full after \(atFull) contacts, all \(rig.gateway.audit.people) in the end")
    }

    /// While the daemon stands still.
    /// - Returns: the copy, and how many people the platform had heard of then.
    private static func copy(_ rig: FaultRig, to path: String) throws -> (path: String, people: Int) {
        let from = try rig.daemonFolder("\(rig.root)/state")
        rig.daemon?.send(SIGSTOP)
        defer { rig.daemon?.send(SIGCONT) }
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: "\(from)/ledger.db\(suffix)") {
            try FileManager.default.copyItem(atPath: "\(from)/ledger.db\(suffix)", toPath: path + suffix)
        }
        return (path, rig.gateway.audit.people)
    }

    private static func started(in copy: (path: String, people: Int)) throws -> (started: Int, left: Int) {
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: copy.path, options: options)
        let sums = try ledger.runs(includingEnded: true).map { try ledger.sum(of: $0.id) }
        try ledger.close()
        return (sums.reduce(0) { $0 + $1.accepted + $1.rejected + $1.unknown + $1.open }, copy.people)
    }

    private static func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw FaultTrouble("cannot fill \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        // Large pieces first, then whatever still fits.
        for size in [65_536, 4096, 512, 1] {
            let piece = [UInt8](repeating: 0xAA, count: size)
            while write(descriptor, piece, size) == size {}
        }
    }
}
