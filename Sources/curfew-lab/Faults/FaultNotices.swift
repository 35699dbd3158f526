import Answers
import CampaignModel
import CurfewCommands
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import TransportCurl
import Wire

/// kill -9 while people are told what happens: each act that became durable is told, and whatever comes once more comes
/// under the id that it had.
struct FaultNotices {
    private static let actsMax = 3
    /// From the last act to the death: before, within and behind the message.
    private static let momentMax: Int64 = 150

    let kills: Int
    let root: String
    let transport: TransportCurl
    private var generator: SeededGenerator

    init(kills: Int, root: String, transport: TransportCurl, seed: UInt64) {
        (self.kills, self.root, self.transport) = (kills, root, transport)
        generator = SeededGenerator(seed: seed)
    }

    mutating func run(_ tally: inout FaultTally) async throws {
        var shape = FaultRig.Shape(people: ["u-1"])
        shape.tells = true
        shape.speed = 1
        let rig = try FaultRig(shape, root: "\(root)/n", transport: transport) { _, _ in .honest(afterMilliseconds: 1) }
        for _ in 0..<kills {
            try rig.startDaemon()
            try await rig.until("the door") {
                _ = try await rig.status(); return true
            }
            for _ in 0...Int.random(in: 0..<Self.actsMax, using: &generator) {
                // Safe because what became of it stands in the audit, which is counted in the end.
                _ = try? await rig.act(ActRequest(act: Bool.random(using: &generator) ? .stopAll : .go), token: "o")
            }
            await rig.pause(.milliseconds(Int64.random(in: 0...Self.momentMax, using: &generator)))
            rig.daemon?.endNow()
            tally.kills += 1
        }
        try rig.startDaemon()
        try await rig.until("everybody to be told", atMost: .seconds(300)) {
            try await targets(rig).allSatisfy { $0.waiting == 0 }
        }
        try await rig.stopDaemon()
        let acts = try rig.examine { ledger in
            try ledger.auditRows(limit: nil).filter { ["stop-all", "go"].contains($0.act) }.count
        }
        let story = rig.gateway.robots["webhook"]
        let told = Set(story?.taken ?? []).count
        tally.notices += acts
        tally.noticesTwice += story?.twice ?? 0
        tally.noticesLost += max(0, acts - told)
        if told != acts { tally.violate("notices: \(acts) acts, \(told) were told") }
        if let refused = story?.refused, !refused.isEmpty { tally.violate("notices: refused \(refused)") }
        Standard.complain("  \(acts) acts, \(told) told, \(story?.twice ?? 0) once more")
    }

    private func targets(_ rig: FaultRig) async throws -> [NoticeTargetLine] {
        let request = HTTPRequest(
            method: .get, url: "http://localhost/v1/notices/targets", unixSocket: "\(rig.root)/s")
        let response = try await OneExchange.carryOut(request, over: transport, timeout: .seconds(3))
        return try JSONDecoder().decode([NoticeTargetLine].self, from: Data(response.body))
    }
}
