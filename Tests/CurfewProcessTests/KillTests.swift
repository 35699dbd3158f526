import Answers
import CampaignModel
import Engine
import Foundation
import Ports
import Testing
import Wire

@testable import CurfewCommands

/// The real program, killed where it hurts. The platform's own audit is the judge.
@Suite("A killed daemon", .serialized)
struct KillTests {
    static let campaign = """
        campaign: spring
        author: marketing
        account: brand
        title: 春天
        audience: {files: [people.csv]}
        schedule: {start: 2026-11-20 09:55, valid_until: +2d}
        variants:
          - name: a
            messages:
              - applet_card: {template: card-001, path: pages/index}
        """

    @Test(
        "writes to nobody twice, loses nobody, and leaves at most as many unknown as were on the wire",
        arguments: ["after-start:3", "after-departure:2", "after-reply:2", "after-settle:3", "after-retry-start:1"])
    func killedAndStartedAgain(point: String) async throws {
        let people = (1...40).map { "u-\($0)" } + ["x-1-busy", "x-2-busy"]
        let rig = try await Rig(people: people, strangers: ["nobody-1"])
        try rig.startDaemon(killAt: point)
        try rig.drop(Self.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        try await rig.until("death at \(point)") { rig.daemon?.isRunning == false }
        #expect(rig.daemon?.terminationReason == .uncaughtSignal)

        try rig.startDaemon()
        try await rig.until("everybody but the busy ones to have an end") {
            let sum = try await rig.report(run).summary.sum
            return sum.pending == 0 && sum.open == 0 && sum.waiting <= 2
        }
        let sum = try await rig.report(run).summary.sum
        let audit = try await rig.audit()
        #expect(sum.holds)
        #expect(sum.audience == 43)
        #expect(sum.unknown <= Rig.concurrency)
        #expect(sum.skippedBy.first { $0.reason == "not_authorized" }?.count == 1)
        #expect(audit.breaches == 0, "\(rig.log("sandbox.log"))")
        // Whoever the platform took is accepted or unknown here; nobody was taken twice.
        #expect(audit.people <= sum.accepted + sum.unknown)
        #expect(sum.accepted <= audit.accepted)
        // The busy ones wait, or their tries are used up where the machine is slow; nobody else may be left out.
        let givenUp = sum.skippedBy.first { $0.reason == "platform_busy" }?.count ?? 0
        #expect(sum.waiting + givenUp <= 2)
        #expect(sum.accepted + sum.unknown + sum.waiting + givenUp + 1 == 43, "\(sum)")
    }

    @Test("A second daemon on the same ledger is told who holds it and ends with 75")
    func twoDaemons() async throws {
        let rig = try await Rig(people: ["u-1"])
        try rig.startDaemon()
        try await rig.until("the first daemon") { try await rig.status().daemon }
        let first = try #require(rig.daemon)
        try rig.startDaemon(killAt: "after-start:1")
        try await rig.until("the second one's end") { rig.daemon?.isRunning == false }
        #expect(rig.daemon?.terminationStatus == 75)
        #expect(rig.log("daemon-after-start:1.log").contains("pid \(first.processIdentifier)"))
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
    }

    @Test("Asked to stop in the middle, it settles what is on the wire, ends with 0, and goes on later")
    func stoppedAndStartedAgain() async throws {
        let rig = try await Rig(people: (1...60).map { "u-\($0)" })
        try rig.startDaemon()
        try rig.drop(Self.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        try await rig.until("the first sends") { try await rig.report(run).summary.sum.accepted > 0 }
        let daemon = try #require(rig.daemon)
        kill(daemon.processIdentifier, SIGTERM)
        try await rig.until("its end") { !daemon.isRunning }
        #expect(daemon.terminationStatus == 0)
        try rig.startDaemon()
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        let sum = try await rig.report(run).summary.sum
        #expect(sum.accepted == 60)
        #expect(sum.unknown == 0)
        #expect(try await rig.audit().breaches == 0)
    }

    @Test("A pause from a control file and a stop of everything hold across a restart")
    func stopsAreDurable() async throws {
        let rig = try await Rig(people: (1...20).map { "u-\($0)" })
        try rig.startDaemon()
        try rig.drop(Self.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        #expect(try await rig.act(ActRequest(act: .stopAll), token: "m").status == 200)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        let daemon = try #require(rig.daemon)
        kill(daemon.processIdentifier, SIGKILL)
        daemon.waitUntilExit()
        try rig.startDaemon()
        try await rig.until("the plan") { try await rig.report(run).summary.state == "running" }
        #expect(try await rig.status().stopped)
        #expect(try await rig.audit().accepted == 0)
        #expect(try await rig.act(ActRequest(act: .go), token: "m").status == 403)
        #expect(try await rig.act(ActRequest(act: .go), token: "o").status == 200)
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        #expect(try await rig.report(run).summary.sum.accepted == 20)
    }
}
