import Foundation
import Glibc
import Ports
import Synchronization

/// Listens to the kernel's events of one folder and rings when another look is worth while. It decides nothing: without
/// any event (a network mount, an overflow, no watch left in the kernel's budget) the timer alone still works.
final class TrayWatch: Sendable {
    /// Events since they were last taken.
    struct Events {
        var list: [(name: String, event: TraySettling.Event)] = []
        /// Some were lost.
        var areIncomplete = false
    }

    /// Between two takings; more counts as an overflow.
    private static let eventsMax = 20_000
    private static let mask =
        UInt32(IN_CREATE) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ATTRIB)

    private struct State {
        var events = Events()
        var watch: Int32 = -1
        var wake: (@Sendable () -> Void)?
        /// A ring that is already on its way.
        var isRinging = false
    }

    private let path: String
    /// -1 when the kernel gives none: then the timer alone works.
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "curfew.tray")
    private let state = Mutex(State())
    private let sources = Mutex<[Source]>([])

    /// Dispatch says that a source may be cancelled from any thread; its Swift type does not say so yet.
    private struct Source: @unchecked Sendable {
        let source: any DispatchSourceProtocol
    }

    init(path: String) {
        self.path = path
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        watchAgain()
    }

    deinit {
        let sources = sources.withLock { $0 }
        for each in sources { each.source.cancel() }
        // The read source closes the descriptor when it has really let go of it.
        if descriptor >= 0 && sources.isEmpty { close(descriptor) }
    }

    /// The path leads to another folder now. What was noted belongs to the old one.
    func watchAgain() {
        guard descriptor >= 0 else { return }
        state.withLock { state in
            if state.watch >= 0 { inotify_rm_watch(descriptor, state.watch) }
            state.watch = inotify_add_watch(descriptor, path, Self.mask | UInt32(IN_ONLYDIR))
            state.events = Events(areIncomplete: true)
        }
    }

    func start(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
        sources.withLock { sources in
            guard sources.isEmpty else { return }
            let timer = DispatchSource.makeTimerSource(queue: queue)
            let seconds = Int(InotifyTray.rescanInterval.components.seconds)
            timer.schedule(
                deadline: .now() + .seconds(seconds), repeating: .seconds(seconds), leeway: .milliseconds(200))
            timer.setEventHandler { [weak self] in self?.ring() }
            timer.resume()
            sources.append(Source(source: timer))
            guard descriptor >= 0 else { return }
            let reader = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            reader.setEventHandler { [weak self] in
                guard let self, self.drain() else { return }
                self.ring()
            }
            reader.setCancelHandler { [descriptor] in close(descriptor) }
            reader.resume()
            sources.append(Source(source: reader))
        }
    }

    /// Rings once after that long, however often it is asked meanwhile.
    func ringAfter(_ delay: Duration) {
        let isFirst = state.withLock { state -> Bool in
            guard state.wake != nil, !state.isRinging else { return false }
            state.isRinging = true
            return true
        }
        guard isFirst else { return }
        // A little later than the quiet that is waited for, so that the look finds it over.
        let milliseconds = Int(delay.components.seconds) * 1000 + 50
        queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            self?.state.withLock { $0.isRinging = false }
            self?.ring()
        }
    }

    func takeEvents() -> Events {
        _ = drain()
        return state.withLock { state in
            defer { state.events = Events() }
            return state.events
        }
    }

    private func ring() { state.withLock { $0.wake }?() }

    /// Reads what the kernel has. Safe to call on several threads: events are taken under the lock.
    /// - Returns: whether any of it is worth a look; our own reports and other ignored names are not.
    private func drain() -> Bool {
        guard descriptor >= 0 else { return false }
        return state.withLock { state in
            var isWorthALook = false
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return isWorthALook }
                for (mask, name) in Self.parse(buffer[..<count]) {
                    isWorthALook = Self.note(mask: mask, name: name, in: &state.events) || isWorthALook
                }
            }
        }
    }

    static func note(mask: UInt32, name: [UInt8], in events: inout Events) -> Bool {
        if mask & UInt32(IN_Q_OVERFLOW | IN_IGNORED) != 0 || events.list.count >= eventsMax {
            events.list = []
            events.areIncomplete = true
            return true
        }
        guard let name = TrayName.checked(name) else { return true }
        if TrayName.isIgnored(name) { return false }
        if mask & UInt32(IN_MOVED_TO) != 0 {
            events.list.append((name, .renamedIn))
        } else if mask & UInt32(IN_CLOSE_WRITE) != 0 {
            events.list.append((name, .closed))
        } else if mask & UInt32(IN_CREATE) != 0 {
            events.list.append((name, .created))
        } else if mask & UInt32(IN_DELETE | IN_MOVED_FROM) != 0 {
            events.list.append((name, .gone))
        }
        return true
    }

    /// The kernel's records: watch, mask, cookie, length, then the name filled up with NULs.
    static func parse(_ bytes: ArraySlice<UInt8>) -> [(mask: UInt32, name: [UInt8])] {
        var events: [(mask: UInt32, name: [UInt8])] = []
        var rest = bytes
        let header = MemoryLayout<inotify_event>.size
        while rest.count >= header {
            let (mask, length) = rest.withUnsafeBytes {
                (
                    $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                    Int($0.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
                )
            }
            guard rest.count >= header + length else { break }
            let name = rest.dropFirst(header).prefix(length).prefix { $0 != 0 }
            events.append((mask, Array(name)))
            rest = rest.dropFirst(header + length)
        }
        return events
    }
}
