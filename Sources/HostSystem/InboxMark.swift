import Glibc
import Ports

/// Whose drop folder it is: a file in the folder that names one ledger. Two daemons on one folder would both take the same
/// campaign, and send it twice. Whoever comes first puts the mark there; nobody puts it over another's but a person
/// (`curfew restore --take-inbox`).
package struct InboxMark: Sendable {
    package static let fileName = ".curfew-inbox"
    private static let heading = "curfew inbox 1"
    private static let bytesMax = 4096

    private let path: String

    package init(inbox path: String) { self.path = path }

    /// Puts the mark of `ledger` into the folder, whatever stands there.
    /// - Throws: `TrayError`.
    package func take(for ledger: String) throws {
        try FolderDescriptor(path: path).write(Self.fileName, bytes: Self.bytes(ledger))
    }

    /// nil: nobody's yet.
    package func owner() throws -> String? {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw TrayError.folder(path: path, errno: errno) }
        defer { close(folder) }
        return try Self.owner(in: folder, path)
    }

    /// Makes the folder the ledger's if it is nobody's.
    /// - Throws: `TrayError.otherLedger`.
    static func claim(_ folder: Int32, _ path: String, for ledger: String) throws {
        // Once more when somebody else was faster.
        for _ in 0..<2 {
            if let owner = try owner(in: folder, path) {
                guard owner == ledger else { throw TrayError.otherLedger(path: path, owner: String(owner.prefix(12))) }
                return
            }
            if try put(folder, path, ledger) { return }
        }
        throw TrayError.folder(path: path + "/" + fileName, errno: EEXIST)
    }

    /// - Returns: false when there is a mark by now.
    private static func put(_ folder: Int32, _ path: String, _ ledger: String) throws -> Bool {
        guard let aside = AsideFile.create(in: folder, fileName) else {
            throw TrayError.notWritten(name: fileName, errno: errno)
        }
        defer {
            close(aside.descriptor)
            unlinkat(folder, aside.name, 0)
        }
        guard aside.write(bytes(ledger)), fchmod(aside.descriptor, 0o644) == 0, fsync(aside.descriptor) == 0 else {
            throw TrayError.notWritten(name: fileName, errno: errno)
        }
        // A link never replaces what is there, and the whole content appears at once.
        if linkat(folder, aside.name, folder, fileName, 0) == 0 { return true }
        if errno == EEXIST { return false }
        // Where there are no links (some network mounts) a rename must do.
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK,
            renameat(folder, aside.name, folder, fileName) == 0
        else { throw TrayError.notWritten(name: fileName, errno: errno) }
        return true
    }

    private static func owner(in folder: Int32, _ path: String) throws -> String? {
        let file = openat(folder, fileName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if file < 0 && errno == ENOENT { return nil }
        guard file >= 0 else { throw TrayError.folder(path: path + "/" + fileName, errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TrayError.folder(path: path + "/" + fileName, errno: EINVAL)
        }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw TrayError.folder(path: path + "/" + fileName, errno: errno) }
        // What nobody can read names nobody we know.
        return parse(String(decoding: bytes[..<count], as: UTF8.self)) ?? "?"
    }

    private static func bytes(_ ledger: String) -> [UInt8] {
        Array(
            """
            \(heading)
            ledger \(ledger)
            # This folder belongs to one Curfew ledger. Leave this file here: Deploy/README.md, "Moving".

            """.utf8)
    }

    static func parse(_ text: String) -> String? {
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0] == heading, lines[1].hasPrefix("ledger ") else { return nil }
        let name = lines[1].dropFirst("ledger ".count)
        return name.isEmpty || !name.allSatisfy(\.isHexDigit) ? nil : String(name)
    }
}
