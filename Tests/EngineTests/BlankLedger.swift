import Foundation
import LedgerSQLite

/// A ledger without a row, made once: to make one takes longer than most tests of it. Its copies share one key.
enum BlankLedger {
    private static let content = Result<Data, any Error> {
        let folder = NSTemporaryDirectory() + "curfew-blank-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try LedgerSQLite(path: folder + "/ledger.db").close()
        return try Data(contentsOf: URL(fileURLWithPath: folder + "/ledger.db"))
    }

    /// Where none is yet.
    static func put(at path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try content.get().write(to: URL(fileURLWithPath: path))
    }
}
