import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import TransportCurl

/// A small ledger with one approved campaign that has not begun, and rehearsals that each start from a copy of it: so
/// that a thousand of them need not read a file and ask a reviewer a thousand times.
struct FaultTemplate: Sendable {
    /// The campaign starts this long after the template's own opening; the copies open a minute later.
    static let startsAfter: Duration = .minutes(10)

    let root: String
    let people: [String]
    let concurrency: Int

    private var shape: FaultRig.Shape {
        var shape = FaultRig.Shape(people: people)
        shape.concurrency = concurrency
        shape.pace = "100/s,burst=50"
        shape.startsAfter = Self.startsAfter
        return shape
    }

    /// Makes it.
    init(_ root: String, people: Int, concurrency: Int, transport: TransportCurl) async throws {
        self.root = root
        self.people = (1...people).map { "u-\($0)" }
        self.concurrency = concurrency
        let rig = try FaultRig(shape, root: root + "-made", transport: transport)
        try rig.drop()
        try rig.startDaemon()
        try await rig.approve()
        try await rig.stopDaemon()
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for folder in ["state", "inbox"] {
            try FileManager.default.copyItem(atPath: "\(rig.root)/\(folder)", toPath: "\(root)/\(folder)")
        }
        // A copied ledger refuses to send: this one is made new, and so is each copy of it.
        let ledger = Paths.ledger(in: "\(root)/state")
        try FileManager.default.removeItem(atPath: "\(root)/state/\(SealFile.fileName)")
        try LedgerSQLite.damage(ledger, "UPDATE instance SET sealed = 0")
    }

    /// A rehearsal of its own, one step before its first contact.
    func rig(_ name: String, transport: TransportCurl) throws -> FaultRig {
        var shape = shape
        shape.opening = shape.opening + Self.startsAfter + .minutes(1)
        shape.startsAfter = .minutes(-1)
        let rig = try FaultRig(shape, root: "\(root)-\(name)", transport: transport)
        for folder in ["state", "inbox"] {
            try FileManager.default.removeItem(atPath: "\(rig.root)/\(folder)")
            try FileManager.default.copyItem(atPath: "\(root)/\(folder)", toPath: "\(rig.root)/\(folder)")
        }
        return rig
    }
}
