import CampaignModel
import Foundation
import GRDB
import Glibc
import Ports
import Synchronization
import Testing

@testable import LedgerSQLite
@testable import StoreSQLite

@Suite("What the disk does to a ledger")
struct DamageTests {
    @Test("a ledger that failed to sync takes no other write, and is read whole before it is used again")
    func failedSync() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let failed = DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "disk I/O error")
        #expect(throws: LedgerError.corrupt("disk I/O error")) { try ledger.inWrite { _ in throw failed } }
        #expect(throws: LedgerError.corrupt("disk I/O error")) {
            try ledger.setStop(true, person: "somebody", at: world.now, term: world.term)
        }
        // Reading goes on: people must be able to ask.
        #expect(try ledger.isStopped() == false)
        try world.reopen()
        let after = try #require(world.ledger as? LedgerSQLite)
        #expect(try after.clearSuspicion() == "disk I/O error")
        #expect(try after.clearSuspicion() == nil)
    }

    @Test("a suspicion that proves right stays, and names what is wrong")
    func suspicionStays() throws {
        let world = try LedgerWorld(.sqlite)
        SuspicionMark.write("disk I/O error", at: SuspicionMark.path(beside: world.folder + "/ledger.db"))
        try RawSQL(world).run("INSERT INTO counter (day, account, people, messages) VALUES (1, 1, 1, 1)")
        let ledger = try #require(world.ledger as? LedgerSQLite)
        for _ in 0..<2 {
            #expect {
                try ledger.clearSuspicion()
            } throws: { error in
                if case LedgerError.corrupt(let why) = error { why.hasPrefix("counter:") } else { false }
            }
        }
    }

    @Test("a full disk is trouble for as long as it lasts, and no wound")
    func fullDisk() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let full = DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
        #expect(throws: LedgerError.storage("database or disk is full")) { try ledger.inWrite { _ in throw full } }
        #expect(ledger.storageTrouble == "database or disk is full")
        _ = try ledger.setStop(true, person: "somebody", at: world.now, term: world.term)
        #expect(ledger.storageTrouble == nil)
    }

    @Test("a write that found no room has the log moved, however short it is: what is written next takes its place")
    func fullLog() throws {
        let world = try LedgerWorld(.sqlite)
        try (world.ledger as? LedgerSQLite)?.close()
        let rings = Mutex(0)
        try world.reopen(logPages: 4000) { rings.withLock { $0 += 1 } }
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let run = try world.run("sale", LedgerWorld.people(0..<200))
        func bytes() -> Int { PathLength.of(world.folder + "/ledger.db-wal") }
        #expect(rings.withLock { $0 } == 0 && bytes() > 0)
        let full = DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
        #expect(throws: LedgerError.self) { try ledger.inWrite { _ in throw full } }
        #expect(rings.withLock { $0 } == 1)
        try ledger.moveLongLog()
        let before = bytes()
        try world.start([run], limit: 1)
        #expect(bytes() == before)
        #expect(ledger.storageTrouble == nil)
        try ledger.close()
    }

    @Test(
        "which errors of the disk are final",
        arguments: [
            (ResultCode.SQLITE_IOERR_FSYNC, true), (.SQLITE_IOERR_WRITE, true), (.SQLITE_IOERR_READ, true),
            (.SQLITE_IOERR_DIR_FSYNC, true), (.SQLITE_IOERR_SHMSIZE, false), (.SQLITE_FULL, false),
            (.SQLITE_BUSY, false), (.SQLITE_CANTOPEN, false),
        ])
    func finalErrors(code: ResultCode, isFinal: Bool) {
        #expect(SQLiteRefusal.isWounding(code.rawValue) == isFinal)
    }

    @Test("a bit that rots in a closed ledger is found before anything is sent")
    func rot() throws {
        let world = try LedgerWorld(.sqlite)
        let path = world.folder + "/ledger.db"
        try (world.ledger as? LedgerSQLite)?.close()
        #expect(FileManager.default.fileExists(atPath: ClosedFileDigest.path(of: path)))
        try world.reopen()
        try (world.ledger as? LedgerSQLite)?.close()
        try flip(path, at: 30_000, keepingTimes: true)
        #expect(throws: LedgerError.self) { try LedgerSQLite(path: path) }
        try flip(path, at: 30_000, keepingTimes: true)
        try world.reopen()
    }

    @Test("a file that somebody wrote on purpose is none of the seal's business")
    func sealIsMute() throws {
        let world = try LedgerWorld(.sqlite)
        let path = world.folder + "/ledger.db"
        try (world.ledger as? LedgerSQLite)?.close()
        try flip(path, at: 30_000, keepingTimes: false)
        #expect(!ClosedFileDigest.isBroken(of: path))
    }

    @Test("a log that breaks before its last transactions is damage, one that breaks at its end is a crash")
    func logs() throws {
        let world = try LedgerWorld(.sqlite)
        for number in 0..<6 {
            _ = try world.ledger.setStop(number % 2 == 0, person: "x", at: world.now, term: world.term)
        }
        // What a kill leaves: the log beside the file, while the connection is still open.
        let log = world.folder + "/ledger.db-wal"
        let bytes = try #require(FileManager.default.contents(atPath: log)).map { $0 }
        let copy = world.folder + "/copy-wal"
        func damage(_ changed: [UInt8]) -> String? {
            #expect(FileManager.default.createFile(atPath: copy, contents: Data(changed)))
            return LogExamination.damage(ofLogAt: copy)
        }
        #expect(damage(bytes) == nil)
        let provable = LogExamination.provableEnd(of: bytes)
        #expect(provable > 0 && provable < bytes.count)
        for at in stride(from: 32, to: provable, by: 997) {
            var changed = bytes
            changed[at] ^= 4
            #expect(damage(changed) != nil, "byte \(at) of \(bytes.count)")
        }
        var header = bytes
        header[17] ^= 1
        #expect(damage(header) != nil)
        // Cut anywhere, as a power loss may: never damage.
        for end in stride(from: 0, to: bytes.count, by: 1711) {
            #expect(damage(Array(bytes.prefix(end))) == nil, "\(end)")
        }
        var torn = bytes
        torn[bytes.count - 100] ^= 1
        #expect(damage(torn) == nil)
    }

    private func flip(_ path: String, at position: Int, keepingTimes: Bool) throws {
        var status = stat()
        #expect(stat(path, &status) == 0)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        #expect(pread(descriptor, &byte, 1, off_t(position)) == 1)
        byte ^= 8
        #expect(pwrite(descriptor, &byte, 1, off_t(position)) == 1)
        if keepingTimes {
            futimens(descriptor, [status.st_atim, status.st_mtim])
        } else {
            futimens(descriptor, [timespec(tv_sec: 1, tv_nsec: 1), timespec(tv_sec: 1, tv_nsec: 1)])
        }
    }
}

private enum PathLength {
    static func of(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : -1
    }
}
