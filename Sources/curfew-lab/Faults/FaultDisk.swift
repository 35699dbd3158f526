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
        // What left had an intent: as many as the ledger knows, and nobody more while the disk is full.
        let atFull = rig.gateway.audit.people
        await rig.pause(.seconds(2))
        let later = rig.gateway.audit.people
        if later != atFull { tally.violate("disk: \(later - atFull) contacts left while the disk was full") }
        unlink(ballast)
        try await rig.until("everybody's contact once there is room", atMost: .seconds(60)) {
            let sum = try await rig.status().runs.first?.sum
            return try await rig.status().runs.isEmpty || sum?.pending == 0 && sum?.open == 0 && sum?.waiting == 0
        }
        if try await rig.status().trouble != nil { tally.violate("disk: the status still says trouble") }
        // The mount goes with the daemon: its ledger is copied out first.
        let from = try rig.daemonFolder("\(rig.root)/state")
        rig.daemon?.send(SIGSTOP)
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: "\(from)/ledger.db\(suffix)") {
            try FileManager.default.copyItem(atPath: "\(from)/ledger.db\(suffix)", toPath: rig.ledgerPath + suffix)
        }
        rig.daemon?.send(SIGCONT)
        try await rig.stopDaemon()
        try FaultJudge.atTheEnd(rig, &tally, "disk")
        Standard.complain("  disk: full after \(atFull) contacts, all \(rig.gateway.audit.people) in the end")
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
