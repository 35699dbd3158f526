import Foundation

/// Whether a file is another one than at the last look, or was written since.
struct FileSign: Equatable {
    private let inode: UInt64
    private let bytes: UInt64
    private let changed: TimeInterval

    /// nil: there is none, or it cannot be seen.
    init?(_ path: String) {
        // Safe because what cannot be looked at has no sign, which is what the caller asks about.
        guard let looks = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        inode = (looks[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
        bytes = (looks[.size] as? NSNumber)?.uint64Value ?? 0
        changed = (looks[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    }
}
