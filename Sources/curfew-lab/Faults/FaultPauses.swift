import Answers
import CampaignModel
import CurfewCommands
import Engine
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import TransportCurl

/// A daemon that is stopped for longer than its deadlines, and a second daemon on the same ledger.
struct FaultPauses {
    let root: String
    let transport: TransportCurl

    func run(_ tally: inout FaultTally) async throws {
        try await pastDeadline(&tally)
        try await intoTheNight(&tally)
        try await twoDaemons(&tally)
    }

    /// Stopped between the commit and the first byte, for longer than a started contact may wait: none of them leaves,
    /// all are given back, and all are sent later, once.
    private func pastDeadline(_ tally: inout FaultTally) async throws {
        let rig = try await started("deadline", people: 30, at: "10:00:00")
        try await stopped(rig, at: .afterStart)
        let sends = rig.gateway.sends.count
        let open = try rig.sum()?.open ?? 0
        // Longer than the dispatcher's departure limit of ten seconds, on the real clock.
        await rig.pause(.seconds(11))
        if rig.gateway.sends.count != sends { tally.violate("pauses: a stopped daemon sent") }
        rig.daemon?.send(SIGCONT)
        try await rig.until("everybody's end") { try rig.isOver() }
        try await rig.stopDaemon()
        let late = try rig.examine { ledger in
            try ledger.attempts().filter { $0.outcome == .notSent && $0.reason == .deadlinePassed }.count
        }
        if open == 0 || late != open {
            tally.violate("pauses: \(open) attempts were open, \(late) of them were given back after their deadline")
        }
        try FaultJudge.atTheEnd(rig, &tally, "pauses: past the deadline")
    }

    /// The same across ten in the evening: not a byte of what was started before leaves after it.
    private func intoTheNight(_ tally: inout FaultTally) async throws {
        let rig = try await started("night", people: 30, at: "21:55:00")
        try await stopped(rig, at: .afterStart)
        let night = PlatformDay(containing: rig.clock.now()).start + .hours(22) + .seconds(5)
        try await rig.passTime(to: night, speed: rig.shape.speed)
        rig.daemon?.send(SIGCONT)
        await rig.pause(.seconds(2))
        try await rig.stopDaemon()
        try await FaultKills.passToMorning(rig)
        try rig.startDaemon()
        try await rig.until("everybody's end") { try rig.isOver() }
        try await rig.stopDaemon()
        try FaultJudge.atTheEnd(rig, &tally, "pauses: into the night")
    }

    /// One ledger, one daemon: the second says who holds it and ends with 75, the first goes on.
    private func twoDaemons(_ tally: inout FaultTally) async throws {
        let rig = try await started("two", people: 20, at: "10:00:00")
        try await rig.until("the first daemon") { try await rig.status().daemon }
        let second = try FaultChild(rig.program, rig.daemonArguments, log: "\(rig.root)/second.log")
        let until = rig.clock.monotonic() + .seconds(10)
        while second.end == nil, rig.clock.monotonic() < until { await rig.pause(.milliseconds(5)) }
        if second.end != .exit(ExitCodes.busy) {
            tally.violate("pauses: a second daemon ended with \(second.endNow()), not \(ExitCodes.busy)")
        }
        try await rig.until("everybody's end") { try rig.isOver() }
        try await rig.stopDaemon()
        try FaultJudge.atTheEnd(rig, &tally, "pauses: two daemons")
    }

    // MARK: - Steps

    private func started(_ name: String, people: Int, at time: String) async throws -> FaultRig {
        var shape = FaultRig.Shape(people: (1...people).map { "u-\($0)" })
        guard let opening = Moment(iso8601: "2026-11-20T\(time)+08:00") else { throw FaultTrouble("no time: \(time)") }
        shape.opening = opening
        shape.speed = 10
        let rig = try FaultRig(shape, root: "\(root)/\(name)", transport: transport)
        try rig.drop()
        try rig.startDaemon()
        try await rig.approve()
        return rig
    }

    /// Starts it once more, so that it stops itself at the point.
    private func stopped(_ rig: FaultRig, at point: Checkpoint) async throws {
        rig.daemon?.endNow()
        try rig.startDaemon(["CURFEW_KILL_AT": "\(point.rawValue):1:stop"])
        try await rig.until("the stop at \(point.rawValue)") { try rig.isDaemonStopped() }
    }
}
