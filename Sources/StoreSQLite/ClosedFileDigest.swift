import Foundation
import Glibc

/// `ledger.digest`: what the database file was when a daemon closed it in good order. SQLite keeps no checksum of a page,
/// so a bit that rots in the middle of a number would be read as another number; the digest finds it at the next start.
/// (Which ledger this is, and how far it has come, is another question: `LedgerSeal` answers it.)
///
/// It speaks only of the very file it was taken of: same inode, size and time of change. Whoever writes the file on
/// purpose, a restore above all, changes those and makes it mute; rot changes none of them.
struct ClosedFileDigest: Equatable {
    private let identity: String
    private let digest: UInt64

    static func path(of ledger: String) -> String {
        ((ledger as NSString).deletingLastPathComponent as NSString).appendingPathComponent("ledger.digest")
    }

    /// Reads the whole file: a tenth of a second for a hundred megabytes.
    init?(of ledger: String) {
        let descriptor = open(ledger, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let identity = Self.identity(descriptor), let digest = Self.digest(descriptor) else { return nil }
        self.identity = identity
        self.digest = digest
    }

    private static func identity(_ descriptor: Int32) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    /// Every word is multiplied into what came before, so that no single change and no exchange of two goes unseen.
    private static func digest(_ descriptor: Int32) -> UInt64? {
        let size = 1 << 20
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var digest: UInt64 = 0x9E37_79B9_7F4A_7C15
        while true {
            let count = read(descriptor, buffer, size)
            guard count >= 0 else { return nil }
            if count == 0 { return digest }
            for word in UnsafeRawBufferPointer(start: buffer, count: count / 8 * 8).bindMemory(to: UInt64.self) {
                digest = (digest ^ word) &* 0xFF51_AFD7_ED55_8CCD
                digest ^= digest >> 32
            }
        }
    }

    private var text: String { "\(identity) \(digest)\n" }

    /// A stop has a second, and a start two: reading more than this would break both. A larger ledger goes without, and
    /// its rot is found by `doctor` as far as SQLite's own check finds it.
    private static let bytesMax: Int64 = 1 << 30

    /// Aside, then renamed: it is whole or not there.
    static func write(of ledger: String) {
        let path = path(of: ledger)
        var status = stat()
        guard stat(ledger, &status) == 0, status.st_size <= bytesMax else {
            unlink(path)
            return
        }
        guard let made = ClosedFileDigest(of: ledger) else { return }
        // Safe because without it the next start examines what it can and goes on, as after a crash.
        try? made.text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Whether it speaks of this file and says something else than what is there.
    static func isBroken(of ledger: String) -> Bool {
        guard
            let kept = FileManager.default.contents(atPath: path(of: ledger)).map({
                String(decoding: $0, as: UTF8.self)
            })
        else { return false }
        let descriptor = open(ledger, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard let identity = identity(descriptor), kept.hasPrefix(identity + " "), let digest = digest(descriptor)
        else {
            return false
        }
        return kept != "\(identity) \(digest)\n"
    }
}
