import Glibc

/// What the system says of a path, links followed: for rooms that ask about files without being the host.
package struct PathStatus: Sendable {
    /// The permission bits only.
    package let mode: UInt32
    package let inode: UInt64
    /// The user's number.
    package let owner: UInt32
    package let bytes: Int
    package let isFolder: Bool
    package let isSocket: Bool
    /// Of the last access and the last change, as `futimens` takes them.
    package let times: [timespec]
    /// Another one when the file is another one, or was written since.
    package let sign: String

    /// nil when there is none or it cannot be seen; `errno` says why.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = UInt32(status.st_mode) & 0o777
        inode = UInt64(status.st_ino)
        owner = UInt32(status.st_uid)
        bytes = Int(status.st_size)
        times = [status.st_atim, status.st_mtim]
        sign = "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
