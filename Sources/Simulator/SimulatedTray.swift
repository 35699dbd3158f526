import CampaignModel
import Ports

struct DroppedFile: Sendable {
    var name: String
    var bytes: [UInt8]
    /// Still being written: it never settles until it is dropped again.
    var isHalf = false

    init(_ name: String, _ text: String, isHalf: Bool = false) {
        self.name = name
        bytes = Array(text.utf8)
        self.isHalf = isHalf
    }
}

/// The drop folder. It is the disk: it outlives the daemon.
final class SimulatedTray: DropTray, @unchecked Sendable {
    /// A file counts when it was left alone for this long.
    static let settlesAfter: Duration = .seconds(2)

    private struct Entry {
        var bytes: [UInt8]
        var identity: FileIdentity
        /// By the truth: the real tray measures by a monotonic clock.
        var settles: Moment
    }
    private let ground: Ground
    private var files: [String: Entry] = [:]
    private var inodes: UInt64 = 0

    init(_ ground: Ground) { self.ground = ground }

    func drop(_ file: DroppedFile) {
        put(file.name, file.bytes, settles: file.isHalf ? .distantFuture : ground.clock.truth + Self.settlesAfter)
    }

    private func put(_ name: String, _ bytes: [UInt8], settles: Moment) {
        inodes += 1
        files[name] = Entry(bytes: bytes, identity: FileIdentity(device: 1, inode: inodes), settles: settles)
    }

    func listing(at now: Moment) throws -> TrayListing {
        if ground.strikes(.folderUnreadable) { throw TrayError.folder(path: "inbox", errno: 5) }
        let items = files.sorted { $0.key < $1.key }.filter { !TrayName.isIgnored($0.key) }.map { name, file in
            TrayItem(
                name: name, size: Int64(file.bytes.count), modified: .distantPast, identity: file.identity,
                settled: file.settles <= ground.clock.truth)
        }
        return TrayListing(items: items)
    }

    private func entry(_ name: String) throws -> Entry {
        guard let entry = files[name] else {
            throw TrayError.refused(TrayProblem(name: name, refusal: .missing))
        }
        return entry
    }

    func open(_ name: String, bytesMax: Int64) throws -> any TrayFile {
        let entry = try entry(name)
        return SimulatedFile(
            entry.bytes, identity: entry.identity, changes: ground.strikes(.changedWhileRead))
    }

    func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8] {
        if ground.strikes(.changedWhileRead) {
            throw TrayError.refused(TrayProblem(name: name, refusal: .changedWhileRead))
        }
        return try entry(name).bytes
    }

    func remove(_ name: String, identity: FileIdentity?) throws -> Bool {
        guard let file = files[name], identity == nil || identity == file.identity else { return false }
        files[name] = nil
        return true
    }

    func item(_ name: String) throws -> TrayItem? {
        try listing(at: ground.clock.truth).items.first { $0.name == name }
    }

    // What lies under our own folders is of no interest here.
    func reports() throws -> [KeptFile] { [] }
    func archive(_ report: String, month: String) throws { files[report] = nil }
    func kept(in folder: TrayFolder) throws -> [KeptFile] { [] }
    func discard(_ name: String, from folder: TrayFolder) throws {}

    /// What lies under `accepted` is of no interest here.
    func move(_ name: String, into folder: TrayFolder, as newName: String) throws {
        _ = try entry(name)
        files[name] = nil
    }

    func write(_ name: String, bytes: [UInt8]) throws {
        put(name, bytes, settles: ground.clock.truth)
        if name.hasSuffix(".json"), String(decoding: bytes, as: UTF8.self).contains("\"refused\"") {
            ground.auditor.mark(.fileRefused)
        }
    }

    /// The simulation rings by itself, whenever it drops something and when that settles.
    func onChange(_ wake: @escaping @Sendable () -> Void) {}
}

private final class SimulatedFile: TrayFile, @unchecked Sendable {
    private let bytes: [UInt8]
    private let changes: Bool
    private var position = 0
    let identity: FileIdentity
    var size: Int64 { Int64(bytes.count) }

    init(_ bytes: [UInt8], identity: FileIdentity, changes: Bool) {
        (self.bytes, self.identity, self.changes) = (bytes, identity, changes)
    }

    func read(upTo count: Int) throws -> [UInt8] {
        let part = Array(bytes[position...].prefix(count))
        position += part.count
        return part
    }
    func read(at offset: Int64, upTo count: Int) throws -> [UInt8] { Array(bytes.dropFirst(Int(offset)).prefix(count)) }
    func rewind() throws { position = 0 }
    func isUnchanged() throws -> Bool { !changes }
}
