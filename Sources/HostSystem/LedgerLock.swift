import CampaignModel
import Foundation
import Glibc

/// One ledger, one daemon: an operating-system lock on `curfew.lock` in the state directory. The kernel gives it back
/// when the process ends, however it ends, so there is no stale lock to clean up.
///
/// On a file of its own and not on the database: SQLite takes and drops locks there, and closing any descriptor of the
/// same file would drop a POSIX lock. `flock` belongs to the open file and has no such surprise.
package final class LedgerLock: Sendable {
    package static let fileName = "curfew.lock"

    private let descriptor: Int32

    /// - Parameters:
    ///   - state: the state directory, which must exist.
    ///   - since: when this daemon started, on the real wall; written into the file for people.
    /// - Throws: `LedgerLockError`.
    package init(state: String, since: Moment) throws(LedgerLockError) {
        let path = (state as NSString).appendingPathComponent(Self.fileName)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw .unusable(path: path, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw code == EWOULDBLOCK
                ? .held(path: path, pid: holder?.pid, since: holder?.since) : .unusable(path: path, errno: code)
        }
        let text = Array("pid \(getpid())\nsince \(since.iso8601)\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let code = errno
            close(descriptor)
            throw .unusable(path: path, errno: code)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func holder(_ descriptor: Int32) -> (pid: Int32, since: Moment)? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, lines[0].hasPrefix("pid "), let pid = Int32(lines[0].dropFirst(4)),
            lines[1].hasPrefix("since "), let since = Moment(iso8601: lines[1].dropFirst(6))
        else { return nil }
        return (pid, since)
    }
}

package enum LedgerLockError: Error, Hashable, Sendable {
    /// Another daemon works on this ledger. Nothing was touched. The two are nil for the instant in which the other
    /// has the lock and has not yet written its name.
    case held(path: String, pid: Int32?, since: Moment?)
    /// The state directory is missing or not ours to write.
    case unusable(path: String, errno: Int32)
}
