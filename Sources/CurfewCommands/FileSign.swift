import Foundation
import Glibc

/// Whether a file is another one than at the last look, or was written since. Through links: what is renewed is often what a
/// link leads to.
struct FileSign: Equatable {
    private let inode: UInt64
    private let bytes: Int64
    private let changed: Int64

    /// nil: there is none, or it cannot be seen.
    init?(_ path: String) {
        var looks = stat()
        guard stat(path, &looks) == 0 else { return nil }
        inode = UInt64(looks.st_ino)
        bytes = Int64(looks.st_size)
        changed = Int64(looks.st_mtim.tv_sec) * 1_000_000_000 + Int64(looks.st_mtim.tv_nsec)
    }
}
