import Glibc
import Synchronization

/// Opens plain files and nothing else. Whoever can write to a folder can put a pipe, a device or a link under any name,
/// also between two looks: so nothing is opened in a way that could wait, and what was opened is looked at before a byte
/// of it is read.
enum PlainFile {
    /// - Returns: a descriptor, or nil with the reason in `errno`; `EINVAL` for what is no plain file.
    static func open(_ path: String) -> Int32? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            errno = EINVAL
            return nil
        }
        return descriptor
    }

    /// The whole content; nil with the reason in `errno`, `EFBIG` for more than `bytesMax`.
    static func read(_ path: String, bytesMax: Int) -> [UInt8]? {
        guard let descriptor = open(path) else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += part[..<count]
            guard bytes.count <= bytesMax else {
                errno = EFBIG
                return nil
            }
        }
    }
}

/// Files on which this process has locks, such as the ledger's: what looks into one must not close it. Closing any descriptor
/// of a file takes away every POSIX lock that the process has on it, SQLite's among them; other processes then believe
/// themselves alone with the ledger and rebuild the index of its log under whoever writes (fcntl(2); SQLite, "How To
/// Corrupt", 2.2). So each is opened once and stays open until the process ends. Refused: closing them in a deinit, which
/// runs while the ledger may still be open.
enum LockedFiles {
    private struct Identity: Hashable {
        var device: dev_t
        var inode: ino_t
    }
    private static let descriptors = Mutex<[Identity: Int32]>([:])

    /// - Returns: a descriptor that is read by place (`pread`) and never closed; nil with the reason in `errno`.
    static func descriptor(of path: String) -> Int32? {
        descriptors.withLock { descriptors in
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            // An open file keeps its number: nothing else can have it.
            if let known = descriptors[Identity(device: status.st_dev, inode: status.st_ino)] { return known }
            guard let descriptor = PlainFile.open(path), fstat(descriptor, &status) == 0 else { return nil }
            descriptors[Identity(device: status.st_dev, inode: status.st_ino)] = descriptor
            return descriptor
        }
    }
}

/// A file that is written beside another and then renamed over it. It is always one that this process made: what lies
/// under its name is taken away if it can be, and if it cannot (a folder, somebody else's file) another name serves.
struct AsideFile {
    private static let namesMax = 16

    let name: String
    let descriptor: Int32

    /// - Parameter folder: an open folder.
    /// - Returns: nil with the reason in `errno`.
    static func create(in folder: Int32, _ stem: String) -> AsideFile? {
        for number in 0..<namesMax {
            let name = stem + (number == 0 ? "" : "-\(number)") + ".tmp"
            // Left over from a crash, or put there by somebody: never written through.
            unlinkat(folder, name, 0)
            let descriptor = openat(
                folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
            if descriptor >= 0 { return AsideFile(name: name, descriptor: descriptor) }
            guard errno == EEXIST else { return nil }
        }
        return nil
    }

    /// - Returns: false with the reason in `errno`.
    func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
