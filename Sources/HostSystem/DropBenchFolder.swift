import CampaignModel
import Foundation
import Glibc
import Ports
import Synchronization

/// The bench on a real disk: `state/bench`, a folder for each person that nobody but the daemon can enter.
package final class DropBenchFolder: DropBench {
    /// Of one person, together.
    package static let bytesMax: Int64 = 3 << 30
    package static let filesMax = 100
    /// What nobody hands in for so long goes: lists hold people's ids.
    package static let keptSeconds: Int64 = 2 * 86_400
    fileprivate static let aside = ".part-"
    fileprivate static let count = Mutex(0)

    private let root: String
    private let inbox: String
    /// The clock by which the kernel dates files; seconds.
    private let now: @Sendable () -> Int64

    package convenience init(state: String, inbox: String) {
        self.init(state: state, inbox: inbox) { KernelTime.wallNanoseconds() / 1_000_000_000 }
    }

    init(state: String, inbox: String, now: @escaping @Sendable () -> Int64) {
        self.now = now
        root = (state as NSString).appendingPathComponent("bench")
        self.inbox = inbox
    }

    package func receive(_ name: String, from person: String, bytesMax: Int64) throws -> any BenchFile {
        guard TrayName.isPlain(name), !name.hasPrefix(".") else { throw BenchFault.badName }
        let folder = try open(person)
        let lying = try items(in: folder).filter { $0.name != name }
        let room = Self.bytesMax - lying.reduce(0) { $0 + $1.size }
        guard lying.count < Self.filesMax, room > 0 else {
            throw BenchFault.full(bytesMax: Self.bytesMax, filesMax: Self.filesMax)
        }
        return try OpenBenchFile(name, in: folder, bytesMax: min(bytesMax, room), isRoom: room < bytesMax)
    }

    package func items(of person: String) throws -> [BenchItem] { try items(in: open(person)) }

    private func items(in folder: Folder) throws -> [BenchItem] {
        // Closed with its last reference, which must not be before the last use of its number.
        defer { withExtendedLifetime(folder) {} }
        let now = now()
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { name in
            var status = stat()
            guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
            if now - Int64(status.st_mtim.tv_sec) > Self.keptSeconds {
                unlinkat(folder.descriptor, name, 0)
                return nil
            }
            guard !name.hasPrefix("."), status.st_mode & S_IFMT == S_IFREG else { return nil }
            return BenchItem(
                name: name, size: Int64(status.st_size),
                modified: Moment(milliseconds: status.st_mtim.nanoseconds.flooredQuotient(by: 1_000_000)))
        }
    }

    package func read(_ name: String, of person: String, bytesMax: Int) throws -> [UInt8] {
        guard TrayName.isPlain(name) else { throw BenchFault.badName }
        let folder = try open(person)
        defer { withExtendedLifetime(folder) {} }
        let file = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw BenchFault.missing(name) }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        let bytes = Array(try handle.read(upToCount: bytesMax + 1) ?? Data())
        guard bytes.count <= bytesMax else { throw BenchFault.tooLarge(bytesMax: Int64(bytesMax)) }
        return bytes
    }

    package func path(of name: String, from person: String) throws -> String {
        guard TrayName.isPlain(name) else { throw BenchFault.badName }
        return (try open(person).path as NSString).appendingPathComponent(name)
    }

    package func open(_ name: String, of person: String) throws -> any TrayFile {
        guard TrayName.isPlain(name) else { throw BenchFault.badName }
        let folder = try open(person)
        defer { withExtendedLifetime(folder) {} }
        return try Self.open(name, in: folder.descriptor)
    }

    private static func open(_ name: String, in folder: Int32) throws -> OpenTrayFile {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        guard file >= 0 else { throw BenchFault.missing(name) }
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw BenchFault.taken(name)
        }
        // Whoever reads to the end asks once behind it. What lies on the bench was measured when it came.
        return OpenTrayFile(name: name, descriptor: file, status: status, bytesMax: bytesMax)
    }

    package func remove(_ name: String, of person: String) throws {
        guard TrayName.isPlain(name) else { throw BenchFault.badName }
        let folder = try open(person)
        defer { withExtendedLifetime(folder) {} }
        guard unlinkat(folder.descriptor, name, 0) == 0 || errno == ENOENT else {
            throw BenchFault.notWritten(errno: errno)
        }
    }

    package func report(beside name: String) throws -> String? {
        guard TrayName.isPlain(name) else { throw BenchFault.badName }
        let path = (inbox as NSString).appendingPathComponent(TrayName.reportStem(of: name) + ".report.txt")
        let file = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        return String(decoding: try handle.read(upToCount: Self.reportBytesMax) ?? Data(), as: UTF8.self)
    }
    private static let reportBytesMax = 64 << 10

    package func isInFolder(_ name: String) -> Bool {
        var status = stat()
        return TrayName.isPlain(name) && lstat((inbox as NSString).appendingPathComponent(name), &status) == 0
    }

    // MARK: - Handing in

    package func handIn(
        _ names: [String], of person: String, mayReplace: (String, any TrayFile) throws -> Bool,
        onReady: () throws -> Void
    ) throws {
        let folder = try open(person)
        defer { withExtendedLifetime(folder) {} }
        let target = Glibc.open(inbox, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard target >= 0 else { throw BenchFault.notWritten(errno: errno) }
        defer { close(target) }
        var whole = stat()
        guard fstat(target, &whole) == 0 else { throw BenchFault.notWritten(errno: errno) }
        var replaced: Set<String> = []
        for name in names {
            guard TrayName.isPlain(name), faccessat(folder.descriptor, name, R_OK, 0) == 0 else {
                throw BenchFault.missing(name)
            }
            var there = stat()
            guard fstatat(target, name, &there, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            // What we wrote ourselves, and for whoever hands in now: nobody's else is ever replaced.
            guard there.st_mode & S_IFMT == S_IFREG, there.st_uid == geteuid(),
                try mayReplace(name, Self.open(name, in: target))
            else {
                throw BenchFault.taken(name)
            }
            replaced.insert(name)
        }
        try onReady()
        // As readable as the folder it lies in, like our reports; nobody else writes into it.
        let mode = (whole.st_mode & 0o644) | 0o600
        var moved: [String] = []
        do {
            for name in names {
                try move(name, from: folder, to: target, mode: mode, replaces: replaced.contains(name))
                moved.append(name)
            }
        } catch {
            for name in moved { renameat(target, name, folder.descriptor, name) }
            throw error
        }
        fsync(target)
    }

    private func move(_ name: String, from folder: Folder, to target: Int32, mode: mode_t, replaces: Bool) throws {
        let file = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw BenchFault.missing(name) }
        defer { close(file) }
        guard fchmod(file, mode) == 0 else { throw BenchFault.notWritten(errno: errno) }
        if Self.rename(name, in: folder.descriptor, to: name, in: target, replaces) { return }
        if errno == EEXIST { throw BenchFault.taken(name) }
        guard errno == EXDEV else { throw BenchFault.notWritten(errno: errno) }
        // Another file system: a copy beside, then the rename.
        guard let aside = AsideFile.create(in: target, ".curfew-handing-in") else {
            throw BenchFault.notWritten(errno: errno)
        }
        defer { close(aside.descriptor) }
        guard Self.copy(file, to: aside), fchmod(aside.descriptor, mode) == 0,
            fsync(aside.descriptor) == 0, Self.rename(aside.name, in: target, to: name, in: target, replaces)
        else {
            let code = errno
            unlinkat(target, aside.name, 0)
            throw code == EEXIST ? BenchFault.taken(name) : BenchFault.notWritten(errno: code)
        }
        unlinkat(folder.descriptor, name, 0)
    }

    /// The name is taken first, so that a file that came meanwhile stays: whoever looks sees an empty file that has not
    /// settled, and then the whole one.
    private static func rename(_ old: String, in from: Int32, to new: String, in to: Int32, _ replaces: Bool) -> Bool {
        if !replaces {
            let place = openat(to, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard place >= 0 else { return false }
            close(place)
        }
        if renameat(from, old, to, new) == 0 { return true }
        let code = errno
        if !replaces { unlinkat(to, new, 0) }
        errno = code
        return false
    }

    private static func copy(_ from: Int32, to aside: AsideFile) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(from, &buffer, buffer.count)
            if count == 0 { return true }
            guard count > 0 else {
                if errno == EINTR { continue }
                return false
            }
            guard aside.write(Array(buffer[..<count])) else { return false }
        }
    }

    // MARK: - Folders

    fileprivate final class Folder: Sendable {
        let path: String
        let descriptor: Int32
        init(path: String) throws {
            self.path = path
            descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw BenchFault.notWritten(errno: errno) }
        }
        deinit { close(descriptor) }
    }

    /// By the bytes of the name in hex: a name is no path.
    private func open(_ person: String) throws -> Folder {
        mkdir(root, 0o700)
        let word = person.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let path = (root as NSString).appendingPathComponent(word)
        mkdir(path, 0o700)
        return try Folder(path: path)
    }

    fileprivate final class OpenBenchFile: BenchFile, @unchecked Sendable {
        private let name: String
        private let folder: Folder
        private let aside: AsideFile
        private let bytesMax: Int64
        private let isRoom: Bool
        private var written: Int64 = 0
        private var isKept = false

        init(_ name: String, in folder: Folder, bytesMax: Int64, isRoom: Bool) throws {
            // A name of its own: somebody may send two files at once.
            let number = DropBenchFolder.count.withLock { count in
                count += 1
                return count
            }
            guard let aside = AsideFile.create(in: folder.descriptor, "\(DropBenchFolder.aside)\(getpid())-\(number)")
            else {
                throw BenchFault.notWritten(errno: errno)
            }
            (self.name, self.folder, self.bytesMax, self.isRoom, self.aside) = (name, folder, bytesMax, isRoom, aside)
        }

        deinit {
            close(aside.descriptor)
            if !isKept { unlinkat(folder.descriptor, aside.name, 0) }
        }

        func write(_ bytes: [UInt8]) throws {
            written += Int64(bytes.count)
            guard written <= bytesMax else {
                throw isRoom
                    ? BenchFault.full(bytesMax: DropBenchFolder.bytesMax, filesMax: DropBenchFolder.filesMax)
                    : BenchFault.tooLarge(bytesMax: bytesMax)
            }
            guard aside.write(bytes) else { throw BenchFault.notWritten(errno: errno) }
        }

        func keep() throws {
            guard fsync(aside.descriptor) == 0,
                renameat(folder.descriptor, aside.name, folder.descriptor, name) == 0
            else {
                throw BenchFault.notWritten(errno: errno)
            }
            isKept = true
        }
    }
}
