import Foundation
import Glibc
import Testing

@testable import HostSystem

/// The other end of `NOTIFY_SOCKET`.
final class Listener {
    let descriptor: Int32
    init(_ address: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let bound = try #require(UnixAddress(address)).withPointer { bind(descriptor, $0, $1) }
        try #require(bound == 0, "bind: \(errno)")
    }
    deinit { close(descriptor) }
    func all() -> [String] {
        var all: [String] = []
        while case let text = next(), !text.isEmpty { all.append(text) }
        return all
    }
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}

@Suite struct NotifierTests {
    @Test(
        "systemd hears ready, feed, status and stopping, over a path and over an abstract name",
        arguments: [true, false])
    func speaks(isAbstract: Bool) throws {
        let scratch = try Scratch()
        let address = isAbstract ? "@curfew-\(UUID().uuidString)" : scratch.at("notify")
        let listener = try Listener(address)
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": address]))
        notifier.ready()
        notifier.feedWatchdog()
        notifier.status("two\nlines")
        notifier.stopping()
        #expect(
            [listener.next(), listener.next(), listener.next(), listener.next()]
                == ["READY=1", "WATCHDOG=1", "STATUS=two lines", "STOPPING=1"])
        #expect(notifier.watchdogInterval == nil)
    }

    @Test(
        "without systemd there is no notifier",
        arguments: [nil, "", "relative", "/" + String(repeating: "x", count: 200)])
    func absent(address: String?) {
        var environment: [String: String] = [:]
        environment["NOTIFY_SOCKET"] = address
        #expect(SystemdNotifier(environment: environment) == nil)
    }

    @Test("a listener that is gone is no error")
    func gone() throws {
        let scratch = try Scratch()
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": scratch.at("nobody")]))
        notifier.ready()
    }

    @Test(
        "the watchdog's interval is taken only when it is ours",
        arguments: [
            ("30000000", nil, Duration.seconds(30)), ("30000000", "7", .seconds(30)), ("30000000", "8", nil),
            ("0", nil, nil), ("-5", nil, nil), ("x", nil, nil), (nil, nil, nil),
        ] as [(String?, String?, Duration?)])
    func interval(microseconds: String?, owner: String?, expected: Duration?) {
        var environment: [String: String] = [:]
        environment["WATCHDOG_USEC"] = microseconds
        environment["WATCHDOG_PID"] = owner
        #expect(SystemdNotifier.watchdogInterval(environment: environment, pid: 7) == expected)
    }
}
