import CampaignModel
import Foundation
import Glibc

/// Tells systemd how the service is, over the datagram socket that `Type=notify` hands over. Without one (a shell, a
/// container) every call does nothing: the daemon must not depend on who started it.
package final class SystemdNotifier: Sendable {
    /// How often systemd wants to hear from us; nil when the unit sets no `WatchdogSec=` or means another process.
    package let watchdogInterval: Duration?

    private let descriptor: Int32
    private let address: UnixAddress

    /// - Returns: nil when `NOTIFY_SOCKET` is not set or is no address of a local socket.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = environment["NOTIFY_SOCKET"], let address = UnixAddress(path) else { return nil }
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        self.address = address
        watchdogInterval = Self.watchdogInterval(environment: environment, pid: getpid())
    }

    deinit { close(descriptor) }

    package func ready() { send("READY=1") }
    /// The start goes on: systemd waits for so long from now.
    package func extendStart(_ duration: Duration) {
        send("EXTEND_TIMEOUT_USEC=\(duration.wholeMilliseconds * 1000)")
    }
    package func stopping() { send("STOPPING=1") }
    package func feedWatchdog() { send("WATCHDOG=1") }
    /// One line for `systemctl status`.
    package func status(_ line: String) {
        let plain = line.map { $0.isNewline ? " " : $0 }
        send("STATUS=" + String(plain.prefix(Self.statusMax)))
    }

    package static let statusMax = 500

    /// From `WATCHDOG_USEC` and `WATCHDOG_PID`, as `sd_watchdog_enabled` reads them.
    static func watchdogInterval(environment: [String: String], pid: Int32) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
            return nil
        }
        if let owner = environment["WATCHDOG_PID"], Int32(owner) != pid { return nil }
        return .microseconds(microseconds)
    }

    /// Never blocks. A lost notification is repeated by the next feed, or systemd restarts us, which is its right.
    private func send(_ text: String) {
        let bytes = Array(text.utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        _ = address.withPointer { pointer, length in
            sendto(descriptor, bytes, bytes.count, flags, pointer, length)
        }
    }
}

/// The address of a local socket: a path, or `@name` in the abstract space.
struct UnixAddress: Sendable {
    private let bytes: [UInt8]

    /// `nil` unless it begins with `/` or `@` and fits.
    init?(_ text: String) {
        var bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        switch text.first {
        case "/": break
        case "@": bytes[0] = 0
        default: return nil
        }
        self.bytes = bytes
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // An abstract name ends with the length, a path with its NUL.
        let end = bytes[0] == 0 ? bytes.count : bytes.count + 1
        let length = socklen_t(MemoryLayout<sa_family_t>.size + end)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
