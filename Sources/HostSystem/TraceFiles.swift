import CampaignModel
import Foundation
import Glibc
import Ports

/// Where a person's id may stand outside of the ledger: the state directory and the drop folder with our own subfolders.
///
/// Lists lose the lines that hold the id, our reports lose the id; anything else is somebody else's writing and is named.
package struct TraceFiles: TraceStore {
    package static let fileName = "curfew.erased"
    /// Ids whose erasure was begun, until it is finished.
    package static let begunName = "curfew.erasing"
    /// Where `curfew restore` looks at a backup before it takes the ledger's place.
    package static let restoreFolder = "restore.part"
    private static let chunk = 1 << 20
    /// Larger ones are not rewritten in memory; they are named.
    private static let rewriteBytesMax: Int64 = 256 << 20
    private static let ledgerName = "ledger.db"
    private static let depthMax = 8
    /// Lines are records; in the first three a quoted field may hold line ends.
    private static let quotedLists = [".csv", ".tsv", ".txt"]
    private static let plainLists = [".jsonl", ".ndjson"]
    private static let reports = ".report."

    private let state: String
    private let inbox: String
    /// Whether a packed file (a workbook, an archive) holds an id somewhere inside; also true when it cannot be looked into.
    private let packedHolds: @Sendable (_ path: String, _ openID: String) -> Bool

    package init(
        state: String, inbox: String, packedHolds: @escaping @Sendable (_ path: String, _ openID: String) -> Bool
    ) {
        (self.state, self.inbox, self.packedHolds) = (state, inbox, packedHolds)
    }

    private var path: String { (state as NSString).appendingPathComponent(Self.fileName) }

    // MARK: - What was noted

    package func noted() throws -> [String] {
        guard access(path, F_OK) == 0 else { return [] }
        let text = String(decoding: try Self.bytes(path), as: UTF8.self)
        // A line that a crash cut off was never acknowledged.
        return text.split(separator: "\n").map(String.init).filter { $0.count == 32 && $0.allSatisfy(\.isHexDigit) }
    }

    package func note(digest: String) throws {
        if try noted().contains(digest) { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw SealFileError(path: path, errno: errno) }
        defer { close(descriptor) }
        // A line end first: it closes what a crash may have cut off.
        let line = Array("\n\(digest)\n".utf8)
        guard Glibc.write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
            throw SealFileError(path: path, errno: errno)
        }
        let folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SealFileError(path: state, errno: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw SealFileError(path: state, errno: errno) }
    }

    // MARK: - What was begun

    private var begunPath: String { (state as NSString).appendingPathComponent(Self.begunName) }

    package func begun() throws -> [String] {
        guard access(begunPath, F_OK) == 0 else { return [] }
        let text = String(decoding: try Self.bytes(begunPath), as: UTF8.self)
        // A line without its end was cut off by a crash, before anything was done.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            .filter { !$0.isEmpty }
    }

    package func begin(_ openID: String) throws {
        var left = try begun()
        if left.contains(openID) { return }
        left.append(openID)
        try keep(left)
    }

    package func finish(_ openID: String) throws { try keep(begun().filter { $0 != openID }) }

    private func keep(_ ids: [String]) throws {
        if ids.isEmpty {
            guard unlink(begunPath) == 0 || errno == ENOENT else {
                throw SealFileError(path: begunPath, errno: errno)
            }
        } else {
            let aside = begunPath + ".new"
            unlink(aside)
            let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw SealFileError(path: aside, errno: errno) }
            defer { close(descriptor) }
            let lines = Array(ids.map { $0 + "\n" }.joined().utf8)
            guard Glibc.write(descriptor, lines, lines.count) == lines.count, fsync(descriptor) == 0,
                rename(aside, begunPath) == 0
            else { throw SealFileError(path: begunPath, errno: errno) }
        }
        let folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SealFileError(path: state, errno: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw SealFileError(path: state, errno: errno) }
    }

    // MARK: - Looking

    package func isLedger(_ path: String) -> Bool {
        (path as NSString).lastPathComponent.hasPrefix(Self.ledgerName)
    }

    package func traces(of openID: String) throws -> [String] {
        let needle = Array(openID.utf8)
        // A word that could mean anything else stands in many files and proves nothing.
        guard WholeID.isTelling(openID) else { return [] }
        var closed: [String] = []
        let files = try Self.files(under: state, closed: &closed)
        return try files.filter { path in
            if (path as NSString).lastPathComponent.hasPrefix(Self.begunName) { return false }
            guard try Self.holds(path, needle) else { return false }
            // In a page of the database anything may stand beside an id; in a text only what ends a word.
            if isLedger(path) || Self.size(path) > Self.rewriteBytesMax { return true }
            return WholeID.first(needle, in: try Self.bytes(path)) != nil
        }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let bytes = PlainFile.read(path, bytesMax: Int(rewriteBytesMax)) else {
            throw SealFileError(path: path, errno: errno)
        }
        return bytes
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return lstat(path, &status) == 0 ? Int64(status.st_size) : .max
    }

    /// Plain files in byte order, links not followed. A folder inside that lets nobody in is named and stops nothing.
    private static func files(under folder: String, closed: inout [String], depth: Int = 0) throws -> [String] {
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = (folder as NSString).appendingPathComponent(name)
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard depth < depthMax, access(path, R_OK | X_OK) == 0 else {
                    closed.append(path)
                    continue
                }
                found += try files(under: path, closed: &closed, depth: depth + 1)
            }
            if status.st_mode & S_IFMT == S_IFREG { found.append(path) }
        }
        return found
    }

    /// Streams: the ledger may have gigabytes. Neighbouring pieces overlap by the id's length.
    private static func holds(_ path: String, _ needle: [UInt8]) throws -> Bool {
        // Gone meanwhile, or no plain file any more: then it holds nothing.
        guard let descriptor = PlainFile.open(path) else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: chunk + needle.count)
        var kept = 0
        while true {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + kept, chunk) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw SealFileError(path: path, errno: errno) }
            if got == 0 { return false }
            let count = kept + got
            if find(needle, in: bytes, count) { return true }
            let tail = min(needle.count - 1, count)
            for index in 0..<tail { bytes[index] = bytes[count - tail + index] }
            kept = tail
        }
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], _ count: Int) -> Bool {
        bytes.withUnsafeBytes { room in
            guard var place = room.baseAddress else { return false }
            var left = count
            while left >= needle.count, let hit = memchr(place, Int32(needle[0]), left - needle.count + 1) {
                if memcmp(hit, needle, needle.count) == 0 { return true }
                left -= UnsafeRawPointer(hit) - place + 1
                place = UnsafeRawPointer(hit) + 1
            }
            return false
        }
    }

    // MARK: - Cleaning

    package func clean(_ openID: String) throws -> CleaningReceipt {
        var receipt = CleaningReceipt()
        for path in try Self.files(under: state, closed: &receipt.left) {
            let name = (path as NSString).lastPathComponent
            guard name.hasPrefix("ledger.replaced-") || path.contains("/\(Self.restoreFolder)/") else { continue }
            guard unlink(path) == 0 else { throw SealFileError(path: path, errno: errno) }
            receipt.removed.append(path)
        }
        for path in try Self.files(under: inbox, closed: &receipt.left) { try clean(path, openID, &receipt) }
        return receipt
    }

    private func clean(_ path: String, _ openID: String, _ receipt: inout CleaningReceipt) throws {
        let needle = Array(openID.utf8)
        if try Self.begins(path, with: [0x50, 0x4B, 0x03, 0x04]) {
            // Nothing of it is rewritten: it is somebody's workbook, with more in it than rows.
            if packedHolds(path, openID) { receipt.left.append(path) }
            return
        }
        let wide: [UInt8] = needle.reduce(into: []) { $0 += [$1, 0] }
        // Both orders of bytes: the first NUL stands before or behind the pattern without its last byte.
        let isThere = try Self.holds(path, needle)
        // In JSON the id may be written with escapes; then it is looked for below, character by character.
        guard try isThere || Self.holds(path, Array(wide.dropLast())) || Self.holds(path, Array("\\u00".utf8)) else {
            return
        }
        guard Self.size(path) <= Self.rewriteBytesMax else { return receipt.left.append(path) }
        let bytes = try Self.text(of: Self.bytes(path))
        guard let bytes else { return receipt.left.append(path) }
        guard WholeID.first(needle, in: bytes) != nil else { return }
        let name = (path as NSString).lastPathComponent.lowercased()
        let changed: [UInt8]?
        if name.contains(Self.reports) {
            changed = WholeID.isTelling(openID) ? WholeID.replacing(openID, in: bytes, by: "erased") : nil
        } else if Self.quotedLists.contains(where: name.hasSuffix) {
            changed = ListRecords.without(openID, in: bytes)
        } else if Self.plainLists.contains(where: name.hasSuffix) {
            changed = ListRecords.withoutLines(of: openID, in: bytes)
        } else {
            if WholeID.isTelling(openID) { receipt.left.append(path) }
            return
        }
        guard let changed else { return }
        try Self.replace(path, with: changed)
        receipt.rewritten.append(path)
    }

    private static func begins(_ path: String, with mark: [UInt8]) throws -> Bool {
        guard let descriptor = PlainFile.open(path) else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: mark.count)
        return read(descriptor, &bytes, mark.count) == mark.count && bytes == mark
    }

    /// A list in UTF-16 comes back as UTF-8; in every other encoding that is accepted an id is what it is in ASCII.
    /// nil when it calls itself UTF-16 and is not.
    private static func text(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 2 else { return bytes }
        let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let encoding: String.Encoding? =
            if isWide { .utf16 } else if bytes[0] != 0, bytes[1] == 0 { .utf16LittleEndian } else if bytes[0] == 0 {
                .utf16BigEndian
            } else { nil }
        guard let encoding else { return bytes }
        return String(data: Data(bytes), encoding: encoding).map { Array($0.utf8) }
    }

    /// Aside, flushed, renamed, with the rights it had. The name's leading dot keeps the tray from looking at it.
    private static func replace(_ path: String, with bytes: [UInt8]) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SealFileError(path: path, errno: errno) }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SealFileError(path: path, errno: errno) }
        defer { close(folder) }
        guard let aside = AsideFile.create(in: folder, ".curfew-erase") else {
            throw SealFileError(path: path, errno: errno)
        }
        defer { close(aside.descriptor) }
        guard aside.write(bytes), fchmod(aside.descriptor, status.st_mode & 0o777) == 0, fsync(aside.descriptor) == 0,
            renameat(folder, aside.name, folder, (path as NSString).lastPathComponent) == 0
        else {
            let code = errno
            unlinkat(folder, aside.name, 0)
            throw SealFileError(path: path, errno: code)
        }
    }
}
