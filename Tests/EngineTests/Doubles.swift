import CampaignModel
import Foundation
import Logging
import Ports
import Synchronization
import Wire

/// A wall and a monotonic clock that move only by hand.
final class HandClock: Clock {
    private struct State {
        var wall: Moment
        var monotonic: Duration = .seconds(1000)
        var speed = 1.0
    }
    private let state: Mutex<State>
    let isRehearsal = false
    let doubt: Duration = .zero

    init(_ wall: Moment) { state = Mutex(State(wall: wall)) }

    func now() -> Moment { state.withLock { $0.wall } }
    func monotonic() -> Duration { state.withLock { $0.monotonic } }
    func speed() -> Double { state.withLock { $0.speed } }
    /// Somebody winds a rehearsal.
    func wind(_ speed: Double) { state.withLock { $0.speed = speed } }

    func pass(_ duration: Duration) {
        state.withLock {
            $0.wall = $0.wall + duration
            $0.monotonic += duration
        }
    }
    /// The machine works, and no wall moves.
    func passReal(_ duration: Duration) { state.withLock { $0.monotonic += duration } }
    /// Somebody sets the wall; the monotonic clock does not care.
    func set(_ wall: Moment) { state.withLock { $0.wall = wall } }
}

/// Passes by so much whenever somebody asks: as if each thing that is done in between took that long.
final class SlowClock: Clock {
    private let inner: HandClock
    private let each: Duration

    init(_ inner: HandClock, each: Duration) {
        self.inner = inner
        self.each = each
    }

    var isRehearsal: Bool { inner.isRehearsal }
    var doubt: Duration { inner.doubt }
    func now() -> Moment { inner.now() }
    func speed() -> Double { inner.speed() }
    func monotonic() -> Duration {
        defer { inner.passReal(each) }
        return inner.monotonic()
    }
}

/// A mailbox whose wire is a pair of hands: exchanges wait until they are let go, and end as the test says.
final class HandMailbox: Mailbox {
    private struct State {
        var waiting: [Exchange] = []
        var onTheWire: [Exchange] = []
        var ends: [ExchangeEnd] = []
        var left = 0
        var wireMost = 0
    }
    private let state = Mutex(State())
    private let atSubmit = Mutex<(@Sendable ([Exchange]) -> Void)?>(nil)

    /// Called inside `submit`, before anything else sees the exchanges.
    func watchSubmits(_ look: @escaping @Sendable ([Exchange]) -> Void) { atSubmit.withLock { $0 = look } }

    func submit(_ exchanges: [Exchange]) {
        atSubmit.withLock { $0 }?(exchanges)
        state.withLock {
            $0.waiting += exchanges
            $0.wireMost = max($0.wireMost, $0.waiting.count + $0.onTheWire.count)
        }
    }

    func collect() -> [ExchangeEnd] {
        state.withLock { state in
            defer { state.ends = [] }
            return state.ends
        }
    }

    /// Submitted, and not one byte gone.
    var waiting: [Exchange] { state.withLock { $0.waiting } }
    /// Exchanges whose first byte left, over the whole test.
    var leftTotal: Int { state.withLock { $0.left } }
    /// The most that were handed over and had not ended at once.
    var wireMost: Int { state.withLock { $0.wireMost } }

    /// The last look of everybody who waits: who passes is on the wire, who does not has ended without a byte.
    @discardableResult
    func letGo() -> [Exchange] {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        var gone: [Exchange] = []
        for exchange in waiting {
            let obstacle = exchange.lastLook?()
            state.withLock { state in
                if let obstacle {
                    state.ends.append(ExchangeEnd(id: exchange.id, result: .notLeft(obstacle)))
                } else {
                    state.left += 1
                    state.onTheWire.append(exchange)
                }
            }
            if obstacle == nil { gone.append(exchange) }
        }
        return gone
    }

    /// Lets everybody go and ends each as `end` says; nil: stays on the wire.
    @discardableResult
    func answer(_ end: (Exchange) -> ExchangeResult?) -> Int {
        letGo()
        let wire = state.withLock { state in
            defer { state.onTheWire = [] }
            return state.onTheWire
        }
        var answered = 0
        for exchange in wire {
            let result = end(exchange)
            state.withLock { state in
                if let result {
                    state.ends.append(ExchangeEnd(id: exchange.id, result: result))
                } else {
                    state.onTheWire.append(exchange)
                }
            }
            if result != nil { answered += 1 }
        }
        return answered
    }

    @discardableResult
    func answerAll(_ result: ExchangeResult) -> Int { answer { _ in result } }
}

final class HandTransport: Transport {
    func openMailbox(arrival: @escaping @Sendable () -> Void) -> any Mailbox { HandMailbox() }
}

extension ExchangeResult {
    static func json(_ text: String, status: Int = 200) -> ExchangeResult {
        .complete(HTTPResponse(status: status, body: Array(text.utf8)))
    }
    static let accepted = json(#"{"err_no":0,"data":{"msg_id":"@m"}}"#)
    static func refused(_ code: Int) -> ExchangeResult { json(#"{"err_no":\#(code),"data":{}}"#) }
    static func token(_ token: String) -> ExchangeResult {
        json(
            #"{"err_no":0,"data":{"biz_token":"\#(token)","biz_expires_in":86400,"access_token":"\#(token)","expires_in":7200}}"#
        )
    }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
    /// Whom a send is for.
    var recipient: String {
        guard let start = text.range(of: #""to_user_id":""#) else { return "" }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}

/// Everything that is logged, as one text.
final class LogLines: Sendable {
    private let lines = Mutex("")
    var text: String { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { [self] _ in Door(lines: self) } }

    private struct Door: LogHandler {
        let lines: LogLines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.lines.withLock {
                $0 += "\(event.message) \(event.metadata ?? [:]) \(event.error.map { "\($0)" } ?? "")\n"
            }
        }
    }
}

/// The drop folder in memory. Files settle when the test says so.
final class MemoryTray: DropTray {
    struct Entry {
        var bytes: [UInt8]
        var identity: FileIdentity
        var isSettled: Bool
    }
    private struct State {
        var files: [String: Entry] = [:]
        var accepted: [String: [UInt8]] = [:]
        var archived: [String: [UInt8]] = [:]
        var kept: [TrayFolder: [KeptFile]] = [:]
        var written: [String: Moment] = [:]
        var refusesMoves = false
        var refusesWrites = false
        var writes = 0
        var reads: [String] = []
        var problems: [TrayProblem] = []
        var inodes: UInt64 = 0
        var closed: Set<String> = []
    }
    private let state = Mutex(State())

    func drop(_ name: String, _ text: String, settled: Bool = true, owner: UInt32? = nil) {
        drop(name, Array(text.utf8), settled: settled, owner: owner)
    }
    func drop(_ name: String, _ bytes: [UInt8], settled: Bool = true, owner: UInt32? = nil) {
        state.withLock {
            $0.inodes += 1
            $0.files[name] = Entry(
                bytes: bytes, identity: FileIdentity(device: 1, inode: $0.inodes, owner: owner),
                isSettled: settled)
        }
    }
    func delete(_ name: String) { state.withLock { $0.files[name] = nil } }
    /// Nobody may read it, or everybody again: nothing of it that a listing tells changes.
    func close(_ name: String, _ isClosed: Bool = true) {
        state.withLock { if isClosed { $0.closed.insert(name) } else { $0.closed.remove(name) } }
    }
    func report(problem: TrayProblem) { state.withLock { $0.problems.append(problem) } }
    func refusesWrites(_ refuses: Bool) { state.withLock { $0.refusesWrites = refuses } }
    /// How many files of ours were written.
    var writes: Int { state.withLock { $0.writes } }
    func refusesMoves(_ refuses: Bool) { state.withLock { $0.refusesMoves = refuses } }
    /// Every reading of a whole file, in its order.
    var reads: [String] { state.withLock { $0.reads } }
    func forgetProblems() { state.withLock { $0.problems = [] } }
    var archivedNames: [String] { state.withLock { $0.archived.keys.sorted() } }
    func keep(_ name: String, in folder: TrayFolder, since: Moment) {
        state.withLock { $0.kept[folder, default: []].append(KeptFile(name: name, since: since)) }
    }
    func setWritten(_ name: String, at moment: Moment) { state.withLock { $0.written[name] = moment } }

    func item(_ name: String) throws -> TrayItem? { try listing(at: .distantPast).items.first { $0.name == name } }
    func reports() throws -> [KeptFile] {
        state.withLock { state in
            state.files.keys.sorted().filter { name in TrayName.reportEndings.contains { name.hasSuffix($0) } }
                .map { KeptFile(name: $0, since: state.written[$0] ?? .distantPast) }
        }
    }
    func archive(_ report: String, month: String) throws {
        state.withLock { $0.archived["\(month)/\(report)"] = $0.files.removeValue(forKey: report)?.bytes }
    }
    func kept(in folder: TrayFolder) throws -> [KeptFile] { state.withLock { $0.kept[folder] ?? [] } }
    func discard(_ name: String, from folder: TrayFolder) throws {
        state.withLock { $0.kept[folder]?.removeAll { $0.name == name } }
    }

    /// Without our own reports.
    var names: [String] { state.withLock { $0.files.keys.sorted() }.filter { !TrayName.isIgnored($0) } }
    var acceptedNames: [String] { state.withLock { $0.accepted.keys.sorted() } }
    func text(_ name: String) -> String? {
        state.withLock { $0.files[name] }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Another identity means that the file was written again.
    func listedIdentity(_ name: String) throws -> FileIdentity { try entry(name, bytesMax: .max).identity }

    func listing(at now: Moment) throws -> TrayListing {
        state.withLock { state in
            TrayListing(
                items: state.files.sorted { $0.key < $1.key }.filter { !TrayName.isIgnored($0.key) }.map { name, file in
                    TrayItem(
                        name: name, size: Int64(file.bytes.count), modified: .distantPast, identity: file.identity,
                        settled: file.isSettled)
                }, problems: state.problems)
        }
    }

    private func entry(_ name: String, bytesMax: Int64) throws -> Entry {
        guard let entry = state.withLock({ $0.files[name] }) else {
            throw TrayError.refused(TrayProblem(name: name, refusal: .missing))
        }
        guard state.withLock({ !$0.closed.contains(name) }) else {
            throw TrayError.refused(TrayProblem(name: name, refusal: .unreadable(errno: 13)))
        }
        guard entry.bytes.count <= bytesMax else {
            throw TrayError.refused(
                TrayProblem(name: name, refusal: .tooLarge(bytes: Int64(entry.bytes.count), bytesMax: bytesMax)))
        }
        return entry
    }

    func open(_ name: String, bytesMax: Int64) throws -> any TrayFile {
        MemoryFile(try entry(name, bytesMax: bytesMax))
    }
    func read(_ name: String, as listed: FileIdentity?, bytesMax: Int) throws -> [UInt8] {
        let entry = try entry(name, bytesMax: Int64(bytesMax))
        guard listed == nil || listed == entry.identity else {
            throw TrayError.refused(TrayProblem(name: name, refusal: .changedWhileRead))
        }
        state.withLock { $0.reads.append(name) }
        return entry.bytes
    }

    func remove(_ name: String, identity: FileIdentity?) throws -> Bool {
        state.withLock { state in
            guard let file = state.files[name], identity == nil || identity == file.identity else { return false }
            state.files[name] = nil
            return true
        }
    }
    func move(_ name: String, into folder: TrayFolder, as newName: String) throws {
        let bytes = try entry(name, bytesMax: .max).bytes
        if state.withLock({ $0.refusesMoves }) { throw TrayError.folder(path: folder.rawValue, errno: 20) }
        state.withLock {
            $0.files[name] = nil
            $0.accepted[newName] = bytes
        }
    }
    func write(_ name: String, bytes: [UInt8]) throws {
        if state.withLock({ $0.refusesWrites }) { throw TrayError.notWritten(name: name, errno: 28) }
        state.withLock { $0.writes += 1 }
        drop(name, bytes)
    }
    func onChange(_ wake: @escaping @Sendable () -> Void) {}
}

private final class MemoryFile: TrayFile {
    private let bytes: [UInt8]
    private let position = Mutex(0)
    let identity: FileIdentity
    var size: Int64 { Int64(bytes.count) }

    init(_ entry: MemoryTray.Entry) {
        bytes = entry.bytes
        identity = entry.identity
    }
    func read(upTo count: Int) throws -> [UInt8] {
        position.withLock { position in
            let part = Array(bytes[position...].prefix(count))
            position += part.count
            return part
        }
    }
    func read(at offset: Int64, upTo count: Int) throws -> [UInt8] { Array(bytes.dropFirst(Int(offset)).prefix(count)) }
    func rewind() throws { position.withLock { $0 = 0 } }
    func isUnchanged() throws -> Bool { true }
}
