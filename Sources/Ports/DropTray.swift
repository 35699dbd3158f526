import CampaignModel

/// The drop folder: what marketers put there, as values. Reading it never blocks and never follows a link;
/// whatever does not look like a plain file of one owner is reported as a problem and left alone.
///
/// The folder lives in real time, on a rehearsal too: people and copy programs do not speed up.
package protocol DropTray: Sendable {
    /// What lies in the folder now, in byte order of the names, without what `TrayName.isIgnored`.
    ///
    /// - Parameter now: the moment of the look. A tray in memory settles its files by it; the real one measures
    ///   quiet by a monotonic clock of its own.
    /// - Throws: `TrayError` when the folder itself cannot be read: gone, permission lost, disk failing.
    func listing(at now: Moment) throws -> TrayListing

    /// Opens a file for streaming.
    ///
    /// - Parameter bytesMax: larger files are refused before a byte is read, and a file that grows past it while read.
    func open(_ name: String, bytesMax: Int64) throws -> any TrayFile

    /// The whole content of a small file.
    /// - Parameter listed: the file that a look has seen under this name, where there was one: whose it is was learned from
    ///   that look, and the bytes of another file must not pass for its owner's.
    /// - Throws: `TrayRefusal.changedWhileRead` when somebody wrote to it meanwhile, or put another in its place.
    func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8]

    /// Takes a file out of the folder. With `identity`, only while the name still leads to that very file: what
    /// somebody dropped under the same name meanwhile stays. A name that is gone already is no error.
    /// - Returns: whether a file was removed.
    @discardableResult
    func remove(_ name: String, identity: FileIdentity?) throws -> Bool

    /// One name, looked at by itself: for what a listing that is too long did not show. nil: nothing of that name.
    /// - Throws: `TrayError.refused` as `open` does.
    func item(_ name: String) throws -> TrayItem?

    /// Moves a file into one of our own subfolders, replacing what has that name there.
    func move(_ name: String, into folder: TrayFolder, as newName: String) throws

    /// Our own reports that lie in the folder, in byte order.
    func reports() throws -> [KeptFile]

    /// Moves a report that is over into the folder of its month (`2026-11`).
    func archive(_ report: String, month: String) throws

    /// What lies in a subfolder of ours, in byte order: `name`, or `month/name`.
    func kept(in folder: TrayFolder) throws -> [KeptFile]

    /// Takes a file out of a subfolder of ours; `name` as `kept` tells it.
    func discard(_ name: String, from folder: TrayFolder) throws

    /// Writes aside, syncs, renames: a reader sees the old content or the new one, never a part.
    func write(_ name: String, bytes: [UInt8]) throws

    /// Calls `wake` on any thread whenever another look is worth while: something changed, a file that was seen
    /// unfinished should have settled, or ten seconds passed (network mounts send no events). One listener only.
    func onChange(_ wake: @escaping @Sendable () -> Void)
}

/// A file opened by a tray. Closed when the last reference goes.
package protocol TrayFile: AnyObject, Sendable {
    /// When it was opened.
    var size: Int64 { get }
    var identity: FileIdentity { get }
    /// The next bytes, at most `count`; empty at the end.
    func read(upTo count: Int) throws -> [UInt8]
    /// Bytes from any place, at most `count`; empty at the end. Where the next `read(upTo:)` goes on is not moved.
    func read(at offset: Int64, upTo count: Int) throws -> [UInt8]
    /// Back to the first byte.
    func rewind() throws
    /// Whether size and both times are still those of the opening. Ask after the last byte, before believing any.
    func isUnchanged() throws -> Bool
}

/// Tells one file from another of the same name.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    /// The system user whose file it is; nil where files have none.
    package let owner: UInt32?
    package init(device: UInt64, inode: UInt64, owner: UInt32? = nil) {
        (self.device, self.inode, self.owner) = (device, inode, owner)
    }
}

package struct TrayListing: Sendable, Equatable {
    /// Control files first, then campaigns, then the rest.
    package var items: [TrayItem]
    /// What was refused by its mere looks. Never blocks the rest.
    package var problems: [TrayProblem]
    /// There is more than one look takes: what is not among the items may be there all the same.
    package var isCut: Bool
    package init(items: [TrayItem] = [], problems: [TrayProblem] = [], isCut: Bool = false) {
        (self.items, self.problems, self.isCut) = (items, problems, isCut)
    }
}

/// A file of our own making.
package struct KeptFile: Hashable, Sendable {
    package let name: String
    /// On the machine's wall. A report: when it was last written. In a subfolder: when it came there.
    package let since: Moment
    package init(name: String, since: Moment) { (self.name, self.since) = (name, since) }
}

package struct TrayItem: Hashable, Sendable {
    package let name: String
    package let size: Int64
    package let modified: Moment
    package let identity: FileIdentity
    /// Renamed in, or closed and unchanged for two seconds. What is not settled may still be half a file.
    package let settled: Bool
    package init(name: String, size: Int64, modified: Moment, identity: FileIdentity, settled: Bool) {
        (self.name, self.size, self.modified, self.identity, self.settled) = (name, size, modified, identity, settled)
    }
}

package struct TrayProblem: Hashable, Sendable {
    /// Safe to print: bytes that are no plain characters are written as `\xNN`, and it is cut to a bounded length.
    package let name: String
    package let refusal: TrayRefusal
    package init(name: String, refusal: TrayRefusal) { (self.name, self.refusal) = (name, refusal) }
}

/// Why one file is not taken. The marketer's to mend, except `unreadable`.
package enum TrayRefusal: Hashable, Sendable {
    /// A slash, a control character, invalid UTF-8, or empty.
    case badName
    case symbolicLink
    case directory
    /// A FIFO, socket or device.
    case notAFile
    /// A second name of the same file may lie outside the folder: a hard link to somebody's secret.
    case hardLinked
    /// Something is mounted over the name.
    case otherDevice
    case tooLarge(bytes: Int64, bytesMax: Int64)
    /// Past what one look takes; the rest of the folder is not looked at.
    case tooManyFiles(filesMax: Int)
    /// Another file bears the same name in another form of Unicode.
    case twin
    /// Something that is no folder bears the name of a folder of ours.
    case inTheWay
    case missing
    case changedWhileRead
    /// The operating system's number, for example `EACCES`: the operator's to mend.
    case unreadable(errno: Int32)

    /// Stable, for reports and logs.
    package var code: String {
        switch self {
        case .badName: "bad_name"
        case .symbolicLink: "symbolic_link"
        case .directory: "directory"
        case .notAFile: "not_a_file"
        case .hardLinked: "hard_linked"
        case .otherDevice: "other_device"
        case .tooLarge: "too_large"
        case .tooManyFiles: "too_many_files"
        case .twin: "twin_name"
        case .inTheWay: "in_the_way"
        case .missing: "missing"
        case .changedWhileRead: "changed_while_read"
        case .unreadable: "unreadable"
        }
    }
}

package enum TrayError: Error, Hashable, Sendable {
    /// This file is refused; the others are not touched by it.
    case refused(TrayProblem)
    /// The folder itself is out of reach. The operator's to mend; nothing was taken, sending goes on.
    case folder(path: String, errno: Int32)
    /// The folder belongs to another ledger: two daemons on one folder would send the same campaign twice. The operator's
    /// to settle; nothing was taken.
    case otherLedger(path: String, owner: String)
    /// A report or a moved file could not be written: disk full, permission lost.
    case notWritten(name: String, errno: Int32)
}

/// Subfolders that are ours: created when missing, never listed.
package enum TrayFolder: String, Sendable, CaseIterable {
    /// What was taken: campaign files and digests, no audiences.
    case accepted
    /// Reports of what is over, by month.
    case reports

    /// Serves while something else bears the name: a link would lead our files away, a file has no room for them.
    package var spareName: String { ".curfew-" + rawValue }
}

/// What a name tells without looking at the file. Shared by every tray.
package enum TrayName {
    /// What file systems here allow in a name.
    package static let bytesMax = 255
    /// Of a printed name.
    package static let printedMax = 120
    /// Ends of the files we write ourselves.
    package static let reportEndings = [".report.txt", ".report.json"]

    /// In which order names are looked at: whoever wants something stopped never waits behind a full folder.
    package enum Rank: Int, Sendable, CaseIterable { case control, campaign, other }

    private static let onTheirWay = [".part", ".tmp", ".crdownload"]

    /// Files of editors, browsers and copy programs on their way, and our own reports (`files.md`, "The drop folder").
    package static func isIgnored(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasPrefix("~$") || (lower.hasPrefix(".") && !lower.hasPrefix(".control"))
            || onTheirWay.contains { lower.hasSuffix($0) }
            || reportEndings.contains { lower.hasSuffix($0) }
    }

    /// By the bytes alone, because a folder may hold very many; nil for what is ignored.
    package static func rank(_ name: [UInt8]) -> Rank? {
        if (onTheirWay + reportEndings).contains(where: { ends(name, with: $0) }) { return nil }
        // Also hidden: `.control.yaml` is what the reports call it.
        let isControl =
            [".control.", ".control ", ".control("].contains { contains(name, $0) } || ends(name, with: ".control")
        let isHidden = name.first == UInt8(ascii: ".") && !name.starts(with: Array(".control".utf8)) { lower($0) == $1 }
        if isHidden || name.starts(with: Array("~$".utf8)) { return nil }
        if isControl { return .control }
        return ends(name, with: ".yaml") || ends(name, with: ".yml") ? .campaign : .other
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func ends(_ name: [UInt8], with ending: String) -> Bool {
        name.count >= ending.utf8.count && name.suffix(ending.utf8.count).elementsEqual(ending.utf8) { lower($0) == $1 }
    }

    private static func contains(_ name: [UInt8], _ word: String) -> Bool {
        let word = Array(word.utf8)
        guard name.count >= word.count else { return false }
        return (0...name.count - word.count).contains { start in
            name[start..<start + word.count].elementsEqual(word) { lower($0) == $1 }
        }
    }

    /// `spring.report.txt` for `spring.yaml`. Every other name is kept whole, so that no two drops share a report.
    package static func reportStem(of name: String) -> String {
        let stem =
            if name.hasSuffix(".yaml"), name != ".yaml" { String(name.dropLast(5)) } else if name.contains(".") {
                name
            } else {
                // A folder `spring` beside `spring.yaml`.
                name + ".drop"
            }
        let room = bytesMax - (reportEndings.map(\.utf8.count).max() ?? 0) - 1
        guard stem.utf8.count > room else { return stem }
        var cut = stem
        while cut.utf8.count > room { cut.removeLast() }
        return cut + "~"
    }

    /// The name as text, or nil when no file of ours may bear it.
    package static func checked(_ bytes: some Collection<UInt8>) -> String? {
        guard !bytes.isEmpty, bytes.count <= bytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return isPlain(text) ? text : nil
    }

    /// One step below the folder, without control or direction characters that would lie to a reader.
    package static func isPlain(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= bytesMax, text != ".", text != ".." else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
            case .format: scalar == "\u{200D}" || scalar == "\u{200C}"
            default: scalar != "/"
            }
        }
    }

    /// For logs and reports: whatever the bytes are.
    package static func printable(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if text.unicodeScalars.count >= printedMax { return text + "…" }
            let plain = scalar == " " || isPlain(String(scalar)) || scalar == "."
            if plain && scalar != "\u{FFFD}" {
                text.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 { text += "\\x" + hexadecimal(byte) }
            }
        }
        return text
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789abcdef")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}
