import Foundation
import Glibc

/// `ledger.suspect` beside the ledger: a daemon stopped because the disk failed it. The next start reads the whole file
/// before it sends, and takes the mark away when all is whole.
enum SuspicionMark {
    static let name = "ledger.suspect"

    static func path(beside ledger: String) -> String {
        ((ledger as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
    }

    /// As well as the failing disk allows: without the mark, the usual examination of a start is what remains.
    static func write(_ why: String, at path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let bytes = Array((why + "\n").utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    static func reason(at path: String) -> String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
