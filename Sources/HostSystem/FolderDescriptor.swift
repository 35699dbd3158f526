import CampaignModel
import Foundation
import Glibc
import Ports

/// A folder held open. Its verbs take names, never paths.
final class FolderDescriptor: Sendable {
    /// Written beside, then renamed over the name. The leading dot keeps it out of every listing.
    private static let asideStem = ".curfew-writing"

    let identity: FileIdentity
    private let path: String
    private let descriptor: Int32
    /// What we write is as readable as the folder it lies in, because the service's own umask shuts everybody out and a
    /// report is for the marketer. Nobody else writes into it: under another name it would be a file of the daemon's.
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
        (self.path, self.descriptor) = (path, descriptor)
        identity = FileIdentity(status)
        fileMode = (status.st_mode & 0o644) | 0o600
    }

    deinit { close(descriptor) }

    func createSubfolders() throws {
        for folder in TrayFolder.allCases { close(try subfolder(folder)) }
    }

    /// - Throws: `TrayError.otherLedger`.
    func claim(for ledger: String) throws { try InboxMark.claim(descriptor, path, for: ledger) }

    /// Something that is no folder bears the name of one of ours.
    func isObstructed(_ folder: TrayFolder) -> Bool {
        var status = stat()
        return fstatat(descriptor, folder.rawValue, &status, AT_SYMLINK_NOFOLLOW) == 0
            && status.st_mode & S_IFMT != S_IFDIR
    }

    /// Opens one of our own folders, made when it is missing. A link would lead our files to where somebody else wants
    /// them: then, and when anything else bears the name, the spare one serves.
    private func subfolder(_ folder: TrayFolder) throws -> Int32 {
        var code: Int32 = 0
        for name in [folder.rawValue, folder.spareName] {
            let opened = Self.openFolder(name, in: descriptor, makes: true)
            if opened >= 0 { return opened }
            code = errno
            guard code == ENOTDIR || code == ELOOP else { break }
        }
        throw TrayError.folder(path: path + "/" + folder.rawValue, errno: code)
    }

    private static func openFolder(_ name: String, in parent: Int32, makes: Bool) -> Int32 {
        if makes, mkdirat(parent, name, 0o770) != 0, errno != EEXIST { return -1 }
        return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    /// All names that are not ignored: control files, campaigns, the rest; each in byte order, each at most `max`.
    func names(max: Int) throws -> (names: [[UInt8]], isCut: Bool) {
        var ranked = [[[UInt8]]](repeating: [], count: TrayName.Rank.allCases.count)
        var isCut = false
        let ours = TrayFolder.allCases.map { Array($0.rawValue.utf8) }
        try Self.eachName(in: descriptor, path) { name in
            guard let rank = TrayName.rank(name)?.rawValue, !ours.contains(name) else { return }
            if ranked[rank].count < max { ranked[rank].append(name) } else { isCut = true }
        }
        return (ranked.flatMap { $0.sorted { $0.lexicographicallyPrecedes($1) } }, isCut)
    }

    /// Without `.` and `..`.
    private static func eachName(in folder: Int32, _ path: String, _ body: ([UInt8]) -> Void) throws {
        // Opened anew: the stream owns its descriptor, and a shared one would share its position.
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw TrayError.folder(path: path, errno: errno) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw TrayError.folder(path: path, errno: code)
        }
        defer { closedir(stream) }
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [UInt8(ascii: ".")] && name != [UInt8(ascii: "."), UInt8(ascii: ".")] { body(name) }
            errno = 0
        }
        guard errno == 0 else { throw TrayError.folder(path: path, errno: errno) }
    }

    // MARK: - Our own files

    /// Plain files of one folder whose names satisfy `isWanted`.
    private func files(
        in folder: Int32, since: KeyPath<stat, timespec>, _ isWanted: (String) -> Bool
    ) throws -> [KeptFile] {
        var names: [String] = []
        try Self.eachName(in: folder, path) { bytes in
            if let name = TrayName.checked(bytes), isWanted(name) { names.append(name) }
        }
        return names.sorted().compactMap { name in
            var status = stat()
            guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
                return nil
            }
            let moment = status[keyPath: since].nanoseconds.flooredQuotient(by: 1_000_000)
            return KeptFile(name: name, since: Moment(milliseconds: moment))
        }
    }

    func reports() throws -> [KeptFile] {
        try files(in: descriptor, since: \.st_mtim) { name in TrayName.reportEndings.contains { name.hasSuffix($0) } }
    }

    func archive(_ report: String, month: String) throws {
        guard TrayName.isPlain(report), TrayName.isPlain(month) else { throw refused(report, .badName) }
        let parent = try subfolder(.reports)
        defer { close(parent) }
        let target = Self.openFolder(month, in: parent, makes: true)
        guard target >= 0 else { throw TrayError.notWritten(name: month, errno: errno) }
        defer { close(target) }
        guard renameat(descriptor, report, target, report) == 0 || errno == ENOENT else {
            throw TrayError.notWritten(name: report, errno: errno)
        }
    }

    func kept(in folder: TrayFolder) throws -> [KeptFile] {
        var found: [KeptFile] = []
        // Both names: what was put into the spare one stays there when the obstacle is gone.
        for name in [folder.rawValue, folder.spareName] {
            let parent = Self.openFolder(name, in: descriptor, makes: false)
            guard parent >= 0 else { continue }
            defer { close(parent) }
            // The inode's own time is when it came there: a rename keeps the other one.
            found += try files(in: parent, since: \.st_ctim) { _ in true }
            var months: [String] = []
            try Self.eachName(in: parent, path) { if let name = TrayName.checked($0) { months.append(name) } }
            for month in months.sorted() {
                let inner = Self.openFolder(month, in: parent, makes: false)
                guard inner >= 0 else { continue }
                defer { close(inner) }
                found += try files(in: inner, since: \.st_mtim) { _ in true }
                    .map { KeptFile(name: "\(month)/\($0.name)", since: $0.since) }
            }
        }
        return found
    }

    func discard(_ name: String, from folder: TrayFolder) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let last = parts.last, parts.allSatisfy(TrayName.isPlain) else {
            throw refused(name, .badName)
        }
        for place in [folder.rawValue, folder.spareName] {
            let parent = Self.openFolder(place, in: descriptor, makes: false)
            guard parent >= 0 else { continue }
            defer { close(parent) }
            let inner = parts.count == 2 ? Self.openFolder(parts[0], in: parent, makes: false) : dup(parent)
            guard inner >= 0 else { continue }
            defer { close(inner) }
            guard unlinkat(inner, last, 0) == 0 || errno == ENOENT else {
                throw TrayError.notWritten(name: name, errno: errno)
            }
            // A month of which nothing is left; it refuses by itself while anything is.
            if parts.count == 2 { unlinkat(parent, parts[0], AT_REMOVEDIR) }
        }
    }

    // MARK: - Dropped files

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
        let target = try subfolder(folder)
        defer { close(target) }
        guard renameat(descriptor, name, target, newName) == 0 else {
            throw TrayError.notWritten(name: newName, errno: errno)
        }
        try sync(target, name: newName)
        try sync(descriptor, name: name)
    }

    func write(_ name: String, bytes: [UInt8]) throws {
        guard TrayName.isPlain(name) else { throw refused(name, .badName) }
        guard let aside = AsideFile.create(in: descriptor, Self.asideStem) else {
            throw TrayError.notWritten(name: name, errno: errno)
        }
        defer { close(aside.descriptor) }
        do {
            guard aside.write(bytes), fchmod(aside.descriptor, fileMode) == 0 else {
                throw TrayError.notWritten(name: name, errno: errno)
            }
            try sync(aside.descriptor, name: name)
            guard renameat(descriptor, aside.name, descriptor, name) == 0 else {
                throw TrayError.notWritten(name: name, errno: errno)
            }
        } catch {
            unlinkat(descriptor, aside.name, 0)
            throw error
        }
        try sync(descriptor, name: name)
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
        (self.name, self.descriptor, self.bytesMax) = (name, descriptor, bytesMax)
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
