import CurfewCommands
import Foundation
import Glibc
import LedgerSQLite
import Ports
import Simulator

/// Where simulated ledgers lie: in memory where the system has a file system there, because a write-ahead log needs
/// files, and nothing of a simulation is worth a disk's sync.
struct SimulatedFolder {
    private let path: String

    init() throws {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : NSTemporaryDirectory()
        var template = Array((base + "curfew-simulate-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw LedgerError.storage("no folder for simulated ledgers in \(base)") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    func place(_ index: Int) throws -> SimulatedPlace { try SimulatedPlace("\(path)/\(index)") }

    func remove() { SimulatedPlace.remove(path) }
}

/// One simulated ledger: a folder of its own, opened anew after each crash.
struct SimulatedPlace: LedgerPlace {
    private let folder: String

    init(_ folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func open() throws -> any Ledger { try LedgerSQLite(path: folder + "/ledger.db") }

    func close(_ ledger: any Ledger) throws {
        guard let ledger = ledger as? LedgerSQLite else { return }
        try ledger.close()
    }

    func damage(_ sql: String) throws { try LedgerSQLite.damage(folder + "/ledger.db", sql) }

    func remove() { Self.remove(folder) }

    static func remove(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { Standard.complain("left behind: \(path)") }
    }
}
