import CampaignModel
import Foundation
import Glibc
import Ports
import Synchronization

/// The drop folder on a real disk. Every name is resolved relative to the folder's own descriptor, never by a path
/// that somebody could bend meanwhile; no link is followed; nothing that could block is opened.
package final class InotifyTray: DropTray {
    /// What one look takes of each kind: of control files, of campaigns, of the rest. Our own reports do not count.
    package static let filesMax = 10_000
    /// Network mounts send no events (`files.md`, "The drop folder").
    package static let rescanInterval: Duration = .seconds(10)

    private let path: String
    private let monotonic: @Sendable () -> Duration
    /// The ledger that the folder must belong to; nil: anybody's.
    private let owner: String?
    private let state: Mutex<State>
    private let watch: TrayWatch

    private struct State {
        var folder: FolderDescriptor
        var settling = TraySettling()
    }

    /// Opens the folder, creating it and `accepted/` when missing.
    /// - Parameter owner: the ledger whose folder it must be, or becomes when it is nobody's.
    /// - Throws: `TrayError.folder`, `.otherLedger`.
    package convenience init(inbox path: String, owner: String?) throws {
        try self.init(inbox: path, owner: owner, monotonic: KernelTime.monotonic)
    }

    init(inbox path: String, owner: String? = nil, monotonic: @escaping @Sendable () -> Duration) throws {
        (self.path, self.owner, self.monotonic) = (path, owner, monotonic)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw TrayError.folder(path: path, errno: errno)
        }
        let folder = try FolderDescriptor(path: path)
        if let owner { try folder.claim(for: owner) }
        try folder.createSubfolders()
        state = Mutex(State(folder: folder))
        watch = TrayWatch(path: path)
    }

    package func onChange(_ wake: @escaping @Sendable () -> Void) { watch.start(wake) }

    package func listing(at now: Moment) throws -> TrayListing {
        let events = watch.takeEvents()
        return try state.withLock { state in
            try reopenIfReplaced(&state)
            // Asked with every look: a mark can be taken away, and another daemon can come while this one runs.
            if let owner { try state.folder.claim(for: owner) }
            if events.areIncomplete { state.settling.forgetEvents() }
            for (name, event) in events.list { state.settling.note(event, name: name) }
            let listing = try look(&state)
            if listing.items.contains(where: { !$0.settled }) { watch.ringAfter(TraySettling.quiet) }
            return listing
        }
    }

    package func open(_ name: String, bytesMax: Int64) throws -> any TrayFile {
        try folder().open(name, bytesMax: bytesMax)
    }

    package func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8] {
        let file = try open(name, bytesMax: Int64(bytesMax))
        var bytes: [UInt8] = []
        while case let part = try file.read(upTo: 1 << 16), !part.isEmpty { bytes += part }
        guard listed == nil || listed == file.identity, try file.isUnchanged() else {
            throw TrayError.refused(TrayProblem(name: TrayName.printable(name.utf8), refusal: .changedWhileRead))
        }
        return bytes
    }

    @discardableResult
    package func remove(_ name: String, identity: FileIdentity?) throws -> Bool {
        try folder().remove(name, identity: identity)
    }

    package func move(_ name: String, into folder: TrayFolder, as newName: String) throws {
        try self.folder().move(name, into: folder, as: newName)
    }

    package func item(_ name: String) throws -> TrayItem? {
        let status: stat
        do { status = try folder().status(name) } catch TrayError.refused(let problem) where problem.refusal == .missing
        {
            return nil
        }
        // Nobody watches what is not listed: the wall and the inode's own time must do.
        let quiet = TraySettling.quiet.wholeMilliseconds * 1_000_000
        return TrayItem(
            name: name, status: status, settled: KernelTime.wallNanoseconds() - status.st_ctim.nanoseconds > quiet)
    }

    package func reports() throws -> [KeptFile] { try folder().reports() }
    package func archive(_ report: String, month: String) throws { try folder().archive(report, month: month) }
    package func kept(in folder: TrayFolder) throws -> [KeptFile] { try self.folder().kept(in: folder) }
    package func discard(_ name: String, from folder: TrayFolder) throws {
        try self.folder().discard(name, from: folder)
    }

    package func write(_ name: String, bytes: [UInt8]) throws {
        // Under the lock: the file that is written aside has one name.
        try state.withLock { try $0.folder.write(name, bytes: bytes) }
    }

    private func folder() -> FolderDescriptor { state.withLock { $0.folder } }

    /// A folder that was deleted and made anew, or mounted over, is another folder under the same path.
    private func reopenIfReplaced(_ state: inout State) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw TrayError.folder(path: path, errno: errno) }
        guard FileIdentity(status) != state.folder.identity else { return }
        state.folder = try FolderDescriptor(path: path)
        try state.folder.createSubfolders()
        state.settling = TraySettling()
        watch.watchAgain()
    }

    private func look(_ state: inout State) throws -> TrayListing {
        var listing = TrayListing()
        var seen: Set<String> = []
        let now = monotonic()
        let (names, isCut) = try state.folder.names(max: Self.filesMax)
        listing.isCut = isCut
        if isCut {
            listing.problems.append(TrayProblem(name: ".", refusal: .tooManyFiles(filesMax: Self.filesMax)))
        }
        for folder in TrayFolder.allCases where state.folder.isObstructed(folder) {
            listing.problems.append(TrayProblem(name: folder.rawValue, refusal: .inTheWay))
        }
        for bytes in names {
            guard let name = TrayName.checked(bytes) else {
                listing.problems.append(TrayProblem(name: TrayName.printable(bytes), refusal: .badName))
                continue
            }
            // Two names that are equal as texts are told apart by nobody, and a campaign that names one means either.
            // So neither is taken; but an order to stop is obeyed, in whatever form.
            guard !seen.contains(name) else {
                if TrayName.rank(bytes) != .control { listing.items.removeAll { $0.name == name } }
                listing.problems.append(TrayProblem(name: name, refusal: .twin))
                continue
            }
            do {
                let status = try state.folder.status(name)
                let settled = state.settling.look(at: name, TraySettling.Looks(status), now: now)
                seen.insert(name)
                listing.items.append(TrayItem(name: name, status: status, settled: settled))
            } catch TrayError.refused(let problem) {
                // Gone between the two calls is no problem: the next look does not list it.
                if problem.refusal != .missing { listing.problems.append(problem) }
            }
        }
        state.settling.keepOnly(seen)
        return listing
    }
}

extension FileIdentity {
    init(_ status: stat) {
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), owner: status.st_uid)
    }
}

extension TraySettling.Looks {
    init(_ status: stat) {
        self.init(
            identity: FileIdentity(status), size: Int64(status.st_size),
            modifiedNanoseconds: status.st_mtim.nanoseconds, changedNanoseconds: status.st_ctim.nanoseconds)
    }
}

extension TrayItem {
    fileprivate init(name: String, status: stat, settled: Bool) {
        let modified = Moment(milliseconds: status.st_mtim.nanoseconds.flooredQuotient(by: 1_000_000))
        self.init(
            name: name, size: Int64(status.st_size), modified: modified, identity: FileIdentity(status),
            settled: settled)
    }
}

extension timespec {
    /// Saturating: a file may claim any year.
    var nanoseconds: Int64 {
        let (whole, overflowed) = Int64(tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        if overflowed { return tv_sec < 0 ? .min : .max }
        let (sum, isOver) = whole.addingReportingOverflow(Int64(tv_nsec))
        return isOver ? .max : sum
    }
}
