import CampaignModel
import Foundation
import Glibc
import Ports

/// A folder held open. Its verbs take names, never paths.
final class FolderDescriptor: Sendable {
    /// Written beside, then renamed over the name. The leading dot keeps it out of every listing.
    private static let asideName = ".curfew-writing.tmp"

    let identity: FileIdentity
    private let path: String
    private let descriptor: Int32
    /// The folder's rights without execution: what we write is as readable as the folder it lies in, because the
    /// service's own umask shuts everybody out and a report is for the marketer.
    private let fileMode: mode_t

    init(path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TrayError.folder(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw TrayError.folder(path: path, errno: code)
        }
        self.path = path
        self.descriptor = descriptor
        identity = FileIdentity(status)
        fileMode = (status.st_mode & 0o666) | 0o600
    }

    deinit { close(descriptor) }

    func createSubfolders() throws {
        for folder in TrayFolder.allCases {
            guard mkdirat(descriptor, folder.rawValue, 0o770) == 0 || errno == EEXIST else {
                throw TrayError.folder(path: path + "/" + folder.rawValue, errno: errno)
            }
        }
    }

    /// All names in byte order, without `.` and `..`.
    func names(max: Int) throws -> (names: [[UInt8]], hasMore: Bool) {
        // Opened anew: the stream owns its descriptor, and a shared one would share its position.
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw TrayError.folder(path: path, errno: errno) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw TrayError.folder(path: path, errno: code)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        var hasMore = false
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")] { continue }
            if names.count == max {
                hasMore = true
                break
            }
            names.append(name)
        }
        guard errno == 0 || hasMore else { throw TrayError.folder(path: path, errno: errno) }
        return (names.sorted { $0.lexicographicallyPrecedes($1) }, hasMore)
    }

    /// - Throws: `TrayError.refused` unless the name leads to a plain file with one name, here.
    func status(_ name: String) throws -> stat {
        guard TrayName.isPlain(name) else { throw refused(name, .badName) }
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw refused(name, errno == ENOENT ? .missing : .unreadable(errno: errno))
        }
        if let refusal = objection(to: status) { throw refused(name, refusal) }
        return status
    }

    func open(_ name: String, bytesMax: Int64) throws -> OpenTrayFile {
        // Looked at before it is opened: opening a device can do things by itself.
        _ = try status(name)
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            let code = errno
            throw refused(name, code == ENOENT ? .missing : code == ELOOP ? .symbolicLink : .unreadable(errno: code))
        }
        var status = stat()
        let refusal: TrayRefusal? =
            fstat(file, &status) != 0
            ? .unreadable(errno: errno)
            : objection(to: status)
                ?? (status.st_size > bytesMax ? .tooLarge(bytes: Int64(status.st_size), bytesMax: bytesMax) : nil)
        if let refusal {
            close(file)
            throw refused(name, refusal)
        }
        return OpenTrayFile(name: name, descriptor: file, status: status, bytesMax: bytesMax)
    }

    func remove(_ name: String, identity: FileIdentity?) throws -> Bool {
        guard TrayName.isPlain(name) else { throw refused(name, .badName) }
        if let identity {
            var status = stat()
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
            guard FileIdentity(status) == identity else { return false }
        }
        guard unlinkat(descriptor, name, 0) == 0 else {
            if errno == ENOENT { return false }
            throw refused(name, .unreadable(errno: errno))
        }
        return true
    }

    func move(_ name: String, into folder: TrayFolder, as newName: String) throws {
        _ = try status(name)
        guard TrayName.isPlain(newName) else { throw refused(newName, .badName) }
        let target = openat(descriptor, folder.rawValue, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard target >= 0 else { throw TrayError.folder(path: path + "/" + folder.rawValue, errno: errno) }
        defer { close(target) }
        guard renameat(descriptor, name, target, newName) == 0 else {
            throw TrayError.notWritten(name: newName, errno: errno)
        }
        try sync(target, name: newName)
        try sync(descriptor, name: name)
    }

    func write(_ name: String, bytes: [UInt8]) throws {
        guard TrayName.isPlain(name) else { throw refused(name, .badName) }
        // Left over from a crash, or put there by somebody: never written through.
        unlinkat(descriptor, Self.asideName, 0)
        let file = openat(descriptor, Self.asideName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw TrayError.notWritten(name: name, errno: errno) }
        defer { close(file) }
        do {
            try writeAll(bytes, to: file, name: name)
            guard fchmod(file, fileMode) == 0 else { throw TrayError.notWritten(name: name, errno: errno) }
            try sync(file, name: name)
            guard renameat(descriptor, Self.asideName, descriptor, name) == 0 else {
                throw TrayError.notWritten(name: name, errno: errno)
            }
        } catch {
            unlinkat(descriptor, Self.asideName, 0)
            throw error
        }
        try sync(descriptor, name: name)
    }

    private func writeAll(_ bytes: [UInt8], to file: Int32, name: String) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw TrayError.notWritten(name: name, errno: errno) }
            written += count
        }
    }

    private func sync(_ descriptor: Int32, name: String) throws {
        // Some network mounts cannot sync a folder and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw TrayError.notWritten(name: name, errno: errno) }
    }

    private func objection(to status: stat) -> TrayRefusal? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return .symbolicLink
        case S_IFDIR: return .directory
        default: return .notAFile
        }
        if status.st_nlink != 1 { return .hardLinked }
        return UInt64(status.st_dev) == identity.device ? nil : .otherDevice
    }

    private func refused(_ name: String, _ refusal: TrayRefusal) -> TrayError {
        .refused(TrayProblem(name: TrayName.printable(name.utf8), refusal: refusal))
    }
}

/// A file of the drop folder, held open. Reads are serialised by the caller: intake reads a file once, from one task.
final class OpenTrayFile: TrayFile {
    let size: Int64
    let identity: FileIdentity
    private let name: String
    private let descriptor: Int32
    private let looks: TraySettling.Looks
    private let bytesMax: Int64

    init(name: String, descriptor: Int32, status: stat, bytesMax: Int64) {
        self.name = name
        self.descriptor = descriptor
        self.bytesMax = bytesMax
        size = Int64(status.st_size)
        identity = FileIdentity(status)
        looks = TraySettling.Looks(status)
    }

    deinit { close(descriptor) }

    func read(upTo count: Int) throws -> [UInt8] {
        precondition(count > 0, "an empty read would look like the end")
        while true {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let got = Glibc.read(descriptor, buffer.baseAddress, count)
                code = got < 0 ? errno : 0
                filled = max(got, 0)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw refused(.unreadable(errno: code)) }
            let position = Int64(lseek(descriptor, 0, SEEK_CUR))
            guard position <= bytesMax else { throw refused(.tooLarge(bytes: position, bytesMax: bytesMax)) }
            return bytes
        }
    }

    func read(at offset: Int64, upTo count: Int) throws -> [UInt8] {
        precondition(count > 0, "an empty read would look like the end")
        guard offset < bytesMax else { throw refused(.tooLarge(bytes: offset, bytesMax: bytesMax)) }
        while true {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let got = pread(descriptor, buffer.baseAddress, count, off_t(offset))
                code = got < 0 ? errno : 0
                filled = max(got, 0)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw refused(.unreadable(errno: code)) }
            return bytes
        }
    }

    func rewind() throws {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw refused(.unreadable(errno: errno)) }
    }

    func isUnchanged() throws -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refused(.unreadable(errno: errno)) }
        let now = TraySettling.Looks(status)
        // Not the inode's own time: being renamed or removed while it is read does not change what was read.
        return now.size == looks.size && now.modifiedNanoseconds == looks.modifiedNanoseconds
    }

    private func refused(_ refusal: TrayRefusal) -> TrayError {
        .refused(TrayProblem(name: TrayName.printable(name.utf8), refusal: refusal))
    }
}
