import Answers
import CampaignModel
import CurfewCommands
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import TransportCurl

/// Bits that rot in the ledger and in its log while no daemon runs, and pages that turn to zero. Whatever happens, the
/// start either refuses with the ledger's name and the way to restore, or shows every row that was there.
struct FaultRot {
    let template: FaultTemplate
    let transport: TransportCurl
    var generator: SeededGenerator
    let seeds: Int

    mutating func run(_ tally: inout FaultTally) async throws {
        let (atRest, dead) = try await ledgers()
        var detected = 0
        var harmless = 0
        for seed in 0..<seeds {
            let isLog = seed % 3 == 2
            let folder = "\(template.root)-rot"
            try Self.copy(isLog ? dead : atRest, to: folder)
            let before = try Self.rows(in: folder)
            try Self.copy(isLog ? dead : atRest, to: folder)
            let what = try damage(Paths.ledger(in: folder) + (isLog ? "-wal" : ""), isLog: isLog, in: folder)
            do {
                let after = try Self.rows(in: folder)
                if after == before {
                    harmless += 1
                } else {
                    tally.violate("rot \(seed): \(what): rows differ and nobody said so")
                }
            } catch {
                detected += 1
            }
        }
        try await refusal(atRest, &tally)
        Standard.complain("  rot: \(seeds) seeds, \(detected) detected, \(harmless) without effect")
    }

    /// One that was closed in good order, and one whose daemon was killed with transactions in its log.
    private func ledgers() async throws -> (atRest: String, dead: String) {
        let rig = try template.rig("rot-made", transport: transport)
        try rig.startDaemon()
        try await rig.until("everybody's contact") { try rig.isOver() }
        rig.daemon?.endNow()
        let dead = "\(template.root)-rot-dead"
        try FileManager.default.copyItem(atPath: "\(rig.root)/state", toPath: dead)
        try rig.startDaemon()
        try await rig.until("the daemon") { try await rig.status().daemon }
        try await rig.stopDaemon()
        let atRest = "\(template.root)-rot-rest"
        try FileManager.default.moveItem(atPath: "\(rig.root)/state", toPath: atRest)
        return (atRest, dead)
    }

    /// To the digest of a closed file the copy is another file, so it is taken anew.
    private static func copy(_ from: String, to folder: String) throws {
        // Safe because the folder is not there before the first seed.
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.copyItem(atPath: from, toPath: folder)
        unlink("\(folder)/ledger.db-shm")
        LedgerSQLite.noteClosed(Paths.ledger(in: folder))
    }

    /// Every row a report or a decision could be made from.
    private static func rows(in folder: String) throws -> [String] {
        let ledger = try LedgerSQLite(path: Paths.ledger(in: folder))
        defer { try? ledger.close() }  // Safe because the copy is thrown away with whatever did not close.
        let damage = try ledger.damage(full: true) + ledger.violations()
        if let first = damage.first { throw LedgerError.corrupt(first) }
        return try ledger.attempts().map { "\($0)" } + ledger.runs(includingEnded: true).map { "\($0)" }
    }

    /// Without a trace in the file's times, as rot leaves none.
    private mutating func damage(_ path: String, isLog: Bool, in folder: String) throws -> String {
        guard let content = FileManager.default.contents(atPath: path) else { throw FaultTrouble("no \(path)") }
        var bytes = Array(content)
        guard let status = PathStatus(path) else { throw FaultTrouble("no \(path)") }
        // The log's last two transactions are beyond proof: a crash may have cut them as well.
        let end = isLog ? LedgerSQLite.provableEnd(ofLog: bytes) : bytes.count
        let at = Int(generator.next() % UInt64(max(end, 1)))
        let what: String
        if generator.next() % 4 == 0 {
            let page = at / 4096 * 4096
            for index in page..<min(page + 4096, end) { bytes[index] = 0 }
            what = "4 KiB of zeros at \(page)"
        } else {
            bytes[at] ^= 1 << UInt8(generator.next() % 8)
            what = "a bit at \(at)"
        }
        let descriptor = open(path, O_WRONLY)
        guard descriptor >= 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw FaultTrouble("cannot write \(path)")
        }
        futimens(descriptor, status.times)
        close(descriptor)
        return what + (isLog ? " of the log" : " of the ledger")
    }

    /// The daemon itself, once: it says which ledger and what to do, ends with 74, and nothing is sent.
    private mutating func refusal(_ atRest: String, _ tally: inout FaultTally) async throws {
        let rig = try template.rig("rot-daemon", transport: transport)
        try FileManager.default.removeItem(atPath: "\(rig.root)/state")
        try Self.copy(atRest, to: "\(rig.root)/state")
        _ = try damage(rig.ledgerPath, isLog: false, in: rig.root)
        try rig.startDaemon()
        let end = await rig.waitForEnd(atMost: .seconds(5))
        let log = rig.logTail
        if end != .exit(ExitCodes.damage) || !log.contains(rig.ledgerPath) || !log.contains("Restore") {
            tally.violate("rot: the daemon ended with \(end.map { "\($0)" } ?? "nothing") and said: \(log)")
        }
        if !rig.gateway.sends.isEmpty { tally.violate("rot: a damaged ledger was sent from") }
    }
}
