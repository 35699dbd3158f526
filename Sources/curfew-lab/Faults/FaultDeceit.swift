import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import TransportCurl
import Wire

/// A gateway that answers badly in every way of rows 17 to 24 of the fault matrix, and the real daemon before it: each
/// lie meets a person of its own, between two who are answered honestly. Looked at afterwards: what the ledger makes of
/// each, how often each body arrived, whose message ids stand where, and what it cost in time and memory.
struct FaultDeceit {
    enum Expected {
        /// Tried again, and taken.
        case acceptedAtSecond
        case accepted
        case unknown
    }

    struct Lie {
        let name: String
        let row: Int
        let expected: Expected
        let manner: FaultGateway.Manner
        init(_ name: String, _ row: Int, _ expected: Expected, _ manner: FaultGateway.Manner) {
            (self.name, self.row, self.expected, self.manner) = (name, row, expected, manner)
        }
    }

    /// The daemon's peak in memory, MiB: two gigabytes and a trickle must not show.
    static let memoryMax = 160.0
    static let timeMax: Duration = .seconds(120)
    /// The id in a reply that belongs to nobody.
    private static let strayID = "@stray-0001"

    static let lies: [Lie] = [
        Lie("e500", 17, .unknown, .bytes(reply("internal error", status: "500 E"), then: .keep)),
        Lie("e502", 17, .unknown, .bytes(reply("<html>bad gateway</html>", status: "502 E"), then: .keep)),
        Lie("e503", 17, .unknown, .bytes(reply("", status: "503 E"), then: .close)),
        Lie("e504", 17, .unknown, .bytes(reply(success(), status: "504 E"), then: .keep)),
        Lie("r429", 18, .acceptedAtSecond, .turnedAway(reply("", status: "429 Slow"))),
        Lie("r429one", 18, .acceptedAtSecond, .turnedAway(slow("1"))),
        Lie("r429less", 18, .acceptedAtSecond, .turnedAway(slow("-5"))),
        Lie("r429huge", 18, .acceptedAtSecond, .turnedAway(slow("99999999999999999999"))),
        Lie("r429word", 18, .acceptedAtSecond, .turnedAway(slow("soon"))),
        Lie("silent", 20, .unknown, .bytes([], then: .silence)),
        Lie("late", 20, .unknown, .honest(afterMilliseconds: 1400)),
        Lie("fin", 21, .unknown, .bytes([], then: .close)),
        Lie("rst", 21, .unknown, .bytes([], then: .reset)),
        Lie("halfhead", 22, .unknown, .bytes(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8), then: .close)),
        Lie("halfline", 22, .unknown, .bytes(Array("HTTP/1.1 200".utf8), then: .reset)),
        Lie("halfbody", 22, .unknown, .bytes(reply(success()).dropLast(20), then: .close)),
        Lie("toolong", 22, .unknown, .bytes(reply(success(), length: 9000), then: .silence)),
        Lie("tooshort", 22, .unknown, .bytes(reply(success(), length: 30), then: .keep)),
        Lie("twice", 22, .accepted, .bytes(reply(success()) + reply(success(id: strayID)), then: .keep)),
        Lie("trickle", 23, .unknown, .trickle(reply(success()))),
        Lie("huge", 23, .unknown, .flood(bodyBytes: 2 << 30)),
        Lie("garbage", 23, .unknown, .bytes(Array(repeating: 0xA7, count: 3000), then: .close)),
        Lie("notjson", 23, .unknown, .bytes(reply("}{ <html>"), then: .keep)),
        Lie("deep", 23, .unknown, .bytes(reply(String(repeating: "[", count: 30_000)), then: .keep)),
        Lie("notutf8", 23, .unknown, .bytes(notUTF8(), then: .keep)),
        Lie("other", 24, .unknown, .bytes(reply(success(to: "somebody-else")), then: .keep)),
        Lie("noid", 24, .unknown, .bytes(reply(success(id: "")), then: .keep)),
    ]

    let root: String
    let transport: TransportCurl

    func run(_ tally: inout FaultTally) async throws {
        var people: [String] = []
        for (index, lie) in Self.lies.enumerated() { people += ["ok-\(index)", "lie-\(lie.name)"] }
        people.append("ok-last")
        var shape = FaultRig.Shape(people: people)
        // Breakers open for virtual time; replies are waited for in real time.
        shape.speed = 60
        shape.pace = "50/s,burst=50"
        let first = FaultFirst()
        let rig = try FaultRig(shape, root: root, transport: transport) { request, _ in
            guard request.path == "/im/send/msg/" else { return .honest(afterMilliseconds: 0) }
            let body = String(decoding: request.body, as: UTF8.self)
            guard let lie = Self.lies.first(where: { body.contains("\"lie-\($0.name)\"") }) else {
                return .honest(afterMilliseconds: 1)
            }
            if case .acceptedAtSecond = lie.expected, !first.isFirst(lie.name) { return .honest(afterMilliseconds: 0) }
            return lie.manner
        }
        let started = rig.clock.monotonic()
        try rig.startDaemon()
        try rig.drop()
        try await rig.approve()
        try await rig.until("everybody's end", atMost: Self.timeMax) { try rig.isOver() }
        let seconds = (rig.clock.monotonic() - started) / .seconds(1)
        let memory = try rig.daemonPeakMegabytes()
        try await rig.stopDaemon()
        try judge(rig, memory: memory, &tally)
        Standard.complain(
            "  gateway: \(Self.lies.count) lies, \(BenchFigures.rounded(seconds, 1)) s, "
                + "daemon's peak \(BenchFigures.rounded(memory, 0)) MiB")
    }

    private func judge(_ rig: FaultRig, memory: Double, _ tally: inout FaultTally) throws {
        if memory > Self.memoryMax { tally.violate("gateway: the daemon took \(memory) MiB") }
        let attempts = try rig.examine { try $0.attempts() }
        for lie in Self.lies {
            let own = attempts.filter { $0.openID == "lie-\(lie.name)" }
            let outcomes = own.map { $0.outcome?.code ?? "open" }.joined(separator: ", ")
            let bodies = rig.gateway.sends.filter { $0.contains("\"lie-\(lie.name)\"") }.count
            let (expected, times) =
                switch lie.expected {
                case .acceptedAtSecond: ("refused_for_now, accepted", 2)
                case .accepted: ("accepted", 1)
                case .unknown: ("unknown", 1)
                }
            if outcomes != expected { tally.violate("gateway: row \(lie.row) \(lie.name): \(outcomes)") }
            if bodies != times { tally.violate("gateway: row \(lie.row) \(lie.name): \(bodies) bodies arrived") }
        }
        for attempt in attempts where attempt.openID.hasPrefix("ok-") {
            if attempt.outcome == .notSent || attempt.outcome == .accepted { continue }
            tally.violate("gateway: \(attempt.openID) was answered honestly and is \(attempt.outcome?.code ?? "open")")
        }
        for attempt in attempts where attempt.messageIDs.contains(Self.strayID) {
            tally.violate("gateway: a stray reply was credited to \(attempt.openID)")
        }
        try FaultJudge.atTheEnd(rig, &tally, "gateway")
    }

    // MARK: - What is said

    private static func success(id: String = "@deceit-1", to recipient: String? = nil) -> String {
        let named = recipient.map { #""to_user_id":"\#($0)","# } ?? ""
        return #"{"msg_id":"\#(id)","all_send_success":true,\#(named)"data":{"error_code":0,"description":""},"#
            + #""extra":{"error_code":0,"description":"","logid":"deceit"}}"#
    }

    private static func reply(
        _ body: String, status: String = "200 OK", length: Int? = nil, header: String = ""
    ) -> [UInt8] {
        Array(
            ("HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(header)"
                + "Content-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    private static func slow(_ retryAfter: String) -> [UInt8] {
        reply("", status: "429 Slow", header: "Retry-After: \(retryAfter)\r\n")
    }

    private static func notUTF8() -> [UInt8] {
        var bytes = reply(success())
        // The last but one byte before the end of the log id's value.
        bytes[bytes.count - 5] = 0xFF
        return bytes
    }
}

/// Remembers what it was asked before. From the gateway's threads.
final class FaultFirst: @unchecked Sendable {
    // Guarded by the lock.
    private var seen: Set<String> = []
    private let lock = NSLock()
    func isFirst(_ name: String) -> Bool { lock.withLock { seen.insert(name).inserted } }
}
