import CampaignModel
import CurfewCommands
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import TransportCurl

/// Power loss: the writes and syncs of a real run are recorded with strace, and every state that a disk could have been
/// left in is built and opened: cut after every write, with all, none, some or half of what was not yet synced.
struct FaultPower {
    let template: FaultTemplate
    let transport: TransportCurl
    var generator: SeededGenerator
    /// Every cut is 1.
    let stride: Int

    mutating func run(_ tally: inout FaultTally) async throws {
        try FaultSyscalls.requireStrace()
        let rig = try template.rig("power", transport: transport)
        let before = try FaultDiskState(folder: "\(rig.root)/state")
        let events = try await record(rig)
        let writes = events.filter { if case .write = $0 { true } else { false } }.count
        let sends = events.filter { if case .sent = $0 { true } else { false } }.count
        guard writes > 20, sends == rig.shape.people.count else {
            throw FaultTrouble(
                "the recording shows \(writes) writes and \(sends) of \(rig.shape.people.count) contacts")
        }
        var images = 0
        let found = try judge(events, from: before, keepingSyncs: true, in: rig.root, &images)
        tally.images += images
        for sentence in found { tally.violate("power: \(sentence)") }
        // The control: were syncs without effect, this very judgement would have to find lost intents.
        var others = 0
        let control = try judge(events, from: before, keepingSyncs: false, in: rig.root, &others)
        if control.isEmpty { tally.violate("power: without syncs nothing was found: the rehearsal proves nothing") }
        Standard.complain(
            "  power: \(writes) writes, \(images) images, \(found.count) faults; control without syncs: \(others) images, "
                + "\(control.count) faults found")
    }

    // MARK: - Recording

    private func record(_ rig: FaultRig) async throws -> [FaultDiskEvent] {
        let trace = "\(rig.root)/trace"
        try rig.startDaemon(
            under: "strace",
            [
                "-D", "-f", "-qq", "-y", "-xx", "-s", "1000000", "-o", trace, "-e",
                "trace=pwrite64,fdatasync,fsync,ftruncate,unlink,sendto", rig.program,
            ] + rig.daemonArguments)
        try await rig.until("everybody's contact") { rig.gateway.audit.people >= rig.shape.people.count }
        try await rig.stopDaemon()
        let text = try String(contentsOfFile: trace, encoding: .utf8)
        return FaultDiskEvent.parse(trace: text, ledger: rig.ledgerPath)
    }

    // MARK: - Judging

    private mutating func judge(
        _ events: [FaultDiskEvent], from start: FaultDiskState, keepingSyncs: Bool, in root: String,
        _ images: inout Int
    ) throws -> [String] {
        var synced = start
        var pending: [FaultDiskEvent] = []
        var onTheWire: Set<String> = []
        var found: [String] = []
        for (cut, event) in events.enumerated() {
            switch event {
            case .write: pending.append(event)
            case .sent(let person): onTheWire.insert(person)
            case .truncated, .removed: pending.append(event)
            case .synced(let file):
                guard keepingSyncs else { continue }
                for write in pending where write.file == file { synced.apply(write) }
                pending.removeAll { $0.file == file }
            }
            guard cut % stride == 0 else { continue }
            for (label, image) in variants(synced, pending) {
                images += 1
                let faults = try Self.faults(of: image, onTheWire: onTheWire, in: "\(root)/image")
                found += faults.map { "cut \(cut), \(label): \($0)" }
                if found.count > 20 { return found }
            }
        }
        return found
    }

    /// What may be on the disk: everything; only what was synced; the last write torn; any half of the rest; the rest in
    /// another order than it was written.
    private mutating func variants(
        _ synced: FaultDiskState, _ pending: [FaultDiskEvent]
    ) -> [(String, FaultDiskState)] {
        guard let last = pending.last else { return [("synced", synced)] }
        var made: [(String, FaultDiskState)] = [("synced only", synced)]
        func add(_ label: String, _ writes: [FaultDiskEvent]) {
            var image = synced
            for write in writes { image.apply(write) }
            made.append((label, image))
        }
        add("all", pending)
        add("torn", pending.dropLast() + [last.torn])
        if pending.count > 1 {
            add("some", pending.filter { _ in generator.next() & 1 == 0 })
            add("only the last", [last])
        }
        return made
    }

    private static func faults(
        of image: FaultDiskState, onTheWire: Set<String>, in folder: String
    ) throws -> [String] {
        try image.write(to: folder)
        do {
            let ledger = try LedgerSQLite(path: Paths.ledger(in: folder))
            defer { try? ledger.close() }  // Safe because the image is thrown away with whatever did not close.
            let damage = try ledger.damage(full: true) + ledger.violations()
            let intents = Set(try ledger.attempts().map(\.openID))
            let missing = onTheWire.subtracting(intents).sorted()
            return damage + missing.map { "\($0) was on the wire and has no intent" }
        } catch {
            return ["\(error)"]
        }
    }
}

/// The ledger's files as a disk would hold them.
struct FaultDiskState {
    private var files: [String: [UInt8]] = [:]

    init(folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("ledger.db") {
            files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)").map(Array.init)
        }
        files["ledger.db-shm"] = nil
    }

    mutating func apply(_ event: FaultDiskEvent) {
        switch event {
        case .write(let file, let offset, let bytes):
            var content = files[file] ?? []
            let missing = offset + bytes.count - content.count
            if missing > 0 { content += [UInt8](repeating: 0, count: missing) }
            content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
            files[file] = content
        case .truncated(let file, let size):
            var content = files[file] ?? []
            if content.count > size {
                content.removeLast(content.count - size)
            } else {
                content += [UInt8](repeating: 0, count: size - content.count)
            }
            files[file] = content
        case .removed(let file): files[file] = nil
        case .synced, .sent: break
        }
    }

    func write(to folder: String) throws {
        // Safe because the folder is not there before the first image.
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes)) else {
                throw FaultTrouble("cannot write \(folder)/\(name)")
            }
        }
    }
}

/// What strace saw, as far as it touches the ledger's files or a person.
enum FaultDiskEvent: Equatable {
    case write(file: String, offset: Int, bytes: [UInt8])
    case truncated(file: String, size: Int)
    case removed(file: String)
    case synced(file: String)
    /// A request for this person was handed to the socket.
    case sent(String)

    var file: String {
        switch self {
        case .write(let file, _, _), .truncated(let file, _), .removed(let file), .synced(let file): file
        case .sent: ""
        }
    }

    /// The first sectors of a write that was under way.
    var torn: FaultDiskEvent {
        guard case .write(let file, let offset, let bytes) = self else { return self }
        let kept = bytes.count > 512 ? bytes.count / 2 / 512 * 512 : bytes.count / 2
        return .write(file: file, offset: offset, bytes: Array(bytes.prefix(kept)))
    }

    /// A write counts from its beginning, a sync only from its end: the worst that two threads can make of it.
    static func parse(trace: String, ledger: String) -> [FaultDiskEvent] {
        var events: [FaultDiskEvent] = []
        /// Syncs that have begun, by thread.
        var syncing: [Substring: String] = [:]
        for line in trace.split(separator: "\n") {
            let thread = line.prefix { $0 != " " }
            let rest = line.dropFirst(thread.count).drop { $0 == " " }
            if rest.hasPrefix("<... f"), rest.contains("sync resumed>"), let file = syncing.removeValue(forKey: thread)
            {
                if rest.hasSuffix("= 0") { events.append(.synced(file: file)) }
                continue
            }
            guard let open = rest.firstIndex(of: "(") else { continue }
            let words = FaultTraceWords(String(rest[rest.index(after: open)...]))
            let name = rest[..<open]
            if name == "sendto" {
                if let person = words.person { events.append(.sent(person)) }
                continue
            }
            guard let file = words.file(of: ledger) else { continue }
            switch name {
            case "pwrite64":
                guard let bytes = words.bytes, let offset = words.lastNumber else { continue }
                events.append(.write(file: file, offset: offset, bytes: bytes))
            case "ftruncate": if let size = words.lastNumber { events.append(.truncated(file: file, size: size)) }
            case "unlink": events.append(.removed(file: file))
            case "fdatasync", "fsync":
                if rest.hasSuffix("<unfinished ...>") {
                    syncing[thread] = file
                } else if rest.hasSuffix("= 0") {
                    events.append(.synced(file: file))
                }
            default: continue
            }
        }
        return events
    }
}

/// The arguments of one line of `strace -y -xx`: every text is hexadecimal, so that no comma or bracket hides in it.
private struct FaultTraceWords {
    private let text: String
    init(_ text: String) { self.text = text }

    /// The name behind the last slash, when it is one of the ledger's files.
    func file(of ledger: String) -> String? {
        let path: String
        if let open = text.firstIndex(of: "<"), let close = text[open...].firstIndex(of: ">") {
            path = String(decoding: Self.unhex(text[text.index(after: open)..<close]), as: UTF8.self)
        } else if let first = bytes {
            path = String(decoding: first, as: UTF8.self)
        } else {
            return nil
        }
        guard path.hasPrefix(ledger) else { return nil }
        let suffix = path.dropFirst(ledger.count)
        guard suffix == "" || suffix == "-wal" else { return nil }
        return (ledger as NSString).lastPathComponent + suffix
    }

    /// The first text among the arguments.
    var bytes: [UInt8]? {
        guard let open = text.firstIndex(of: "\"") else { return nil }
        let start = text.index(after: open)
        guard let close = text[start...].firstIndex(of: "\"") else { return nil }
        return Self.unhex(text[start..<close])
    }

    /// Of the arguments, not of the result.
    var lastNumber: Int? {
        let arguments = text.prefix { $0 != ")" }.replacingOccurrences(of: "<unfinished ...>", with: "")
        return arguments.split(whereSeparator: { $0 == "," || $0 == " " }).last.flatMap { Int($0) }
    }

    /// Whom a request is for.
    var person: String? {
        guard let bytes else { return nil }
        let body = String(decoding: bytes, as: UTF8.self)
        guard let key = body.range(of: #""to_user_id":""#) else { return nil }
        return String(body[key.upperBound...].prefix { $0 != "\"" })
    }

    private static func unhex(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4)
        var digits = 0
        var value: UInt8 = 0
        for unit in text.utf8 {
            let digit: UInt8
            switch unit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = unit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = unit - UInt8(ascii: "a") + 10
            default:
                digits = 0
                value = 0
                continue
            }
            value = value << 4 | digit
            digits += 1
            if digits == 2 {
                bytes.append(value)
                digits = 0
                value = 0
            }
        }
        return bytes
    }
}
