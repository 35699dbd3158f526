import Answers
import CampaignModel
import CurfewCommands
import Engine
import Glibc
import HostSystem
import Ports
import Sandbox
import TransportCurl

/// kill -9, again and again, on one ledger after the other: at every named point and at random moments, from the first
/// look at a dropped file to the last contact, across the evening's end, the morning's start and the caps of a day.
struct FaultKills {
    /// What a world is there to put under pressure.
    enum Theme: CaseIterable {
        /// 21:56 to past 22:00 and over 08:00, with more people than the time allows.
        case night
        /// A cap of 60 messages a day.
        case cap
        /// Many definite refusals: every third contact is tried again.
        case retries
        /// Replies that take their time, so that all slots are on the wire.
        case slow
    }

    /// How many lives a ledger goes through before it is allowed to end.
    static let livesAWorld = 50
    /// A life in which the point never comes is ended after this.
    private static let lifeMax: Duration = .milliseconds(700)
    /// Random deaths fall within this after the start: from the loading of libraries to some dozen contacts.
    private static let momentMax: Int64 = 320

    let kills: Int
    let root: String
    let transport: TransportCurl
    var generator: SeededGenerator
    private var points: [Checkpoint] = []

    init(kills: Int, root: String, transport: TransportCurl, seed: UInt64) {
        (self.kills, self.root, self.transport) = (kills, root, transport)
        generator = SeededGenerator(seed: seed)
    }

    mutating func run(_ tally: inout FaultTally) async throws {
        var world = 0
        while tally.kills < kills {
            let theme = Theme.allCases[world % Theme.allCases.count]
            let name = "kills \(world) \(theme)"
            let rig = try FaultRig(
                try Self.shape(theme, seed: UInt64(world)), root: "\(root)/k\(world)", transport: transport
            ) { _, _ in .honest(afterMilliseconds: theme == .slow ? 40 : 1) }
            let before = tally.kills
            do {
                try await live(rig, theme, lives: min(Self.livesAWorld, kills - tally.kills), &tally, name)
                try await finish(rig)
                try FaultJudge.atTheEnd(rig, &tally, name)
            } catch {
                tally.violate("\(name): \(error)")
            }
            let sum = try rig.sum()
            Standard.complain(
                "  \(name): \(tally.kills - before) kills, \(sum?.accepted ?? 0) accepted, \(sum?.unknown ?? 0) unknown"
            )
            world += 1
        }
    }

    private static func shape(_ theme: Theme, seed: UInt64) throws -> FaultRig.Shape {
        var shape = FaultRig.Shape(people: (1...600).map { "u-\($0)" }, strangers: ["nobody-1", "nobody-2"])
        switch theme {
        case .night: shape.opening = Moment(iso8601: "2026-11-20T21:56:00+08:00")!
        case .cap:
            shape.people = (1...200).map { "u-\($0)" }
            shape.messagesADay = 60
        case .retries:
            shape.people = (1...300).map { "u-\($0)" }
            shape.faults = try SandboxFaults(rates: [.busy: 0.3, .expired: 0.02, .lostreply: 0.02], seed: seed)
        case .slow: shape.people = (1...400).map { "u-\($0)" }
        }
        return shape
    }

    // MARK: - Lives

    private mutating func live(
        _ rig: FaultRig, _ theme: Theme, lives: Int, _ tally: inout FaultTally, _ place: String
    ) async throws {
        try rig.drop()
        // A few deaths while the file is read, its people are taken and its report is written.
        let first = min(4, lives / 4)
        for _ in 0..<first { try await die(rig, at: nil, &tally, place) }
        try rig.startDaemon()
        try await rig.approve()
        rig.daemon?.endNow()
        tally.kills += 1
        try FaultJudge.afterDeath(rig, &tally, place)
        var rest = lives - first - 1
        while rest > 0 {
            if theme == .night || theme == .cap { try await passQuietTime(rig) }
            try await die(rig, at: nextPoint(theme), &tally, place)
            try FaultJudge.afterDeath(rig, &tally, place)
            rest -= 1
        }
    }

    /// Every other death is at a named point, all of them in turn.
    private mutating func nextPoint(_ theme: Theme) -> (Checkpoint, Int)? {
        guard generator.next() & 1 == 0 else { return nil }
        if points.isEmpty {
            points = Checkpoint.allCases.filter { theme == .retries || $0 != .afterRetryStart }
        }
        return (points.removeLast(), Int(generator.next() % 5) + 1)
    }

    private mutating func die(
        _ rig: FaultRig, at point: (Checkpoint, Int)?, _ tally: inout FaultTally, _ place: String
    ) async throws {
        if let (point, passing) = point {
            try rig.startDaemon(["CURFEW_KILL_AT": "\(point.rawValue):\(passing)"])
            _ = await rig.waitForEnd(atMost: Self.lifeMax)
        } else {
            try rig.startDaemon()
            await rig.pause(.milliseconds(Int64(generator.next() % UInt64(Self.momentMax))))
        }
        let end = rig.daemon?.endNow()
        tally.kills += 1
        if end != .signal(SIGKILL) {
            tally.violate("\(place): the daemon ended with \(end.map { "\($0)" } ?? "?"): \(rig.logTail)")
        }
    }

    /// At night nothing happens, and a full day has no more to give: after a few deaths there, on to the next morning,
    /// while no daemon lives.
    private mutating func passQuietTime(_ rig: FaultRig) async throws {
        let time = rig.clock.now().shanghaiTimeOfDay
        let isNight = time > 22 * 3_600_000 + 20_000 || time < 7 * 3_600_000
        var isFull = false
        if !isNight {
            let today = Int(PlatformDay(containing: rig.clock.now()).number)
            isFull = rig.gateway.contacts.filter { $0.day == today }.count >= rig.shape.messagesADay
        }
        guard isNight || (isFull && generator.next() % 4 == 0) else { return }
        try await Self.passToMorning(rig)
    }

    static func passToMorning(_ rig: FaultRig) async throws {
        let now = rig.clock.now()
        let today = PlatformDay(containing: now)
        let opening = today.start + .hours(8) > now ? today.start : today.next.start
        // Some seconds before eight, so that a daemon is up when it strikes.
        try await rig.passTime(to: opening + .hours(8) - .seconds(6), speed: rig.shape.speed)
    }

    // MARK: - The end

    /// No more deaths: day after day until everybody has an end.
    private func finish(_ rig: FaultRig) async throws {
        for _ in 0..<12 {
            try rig.setSpeed(300)
            try rig.startDaemon()
            var isOver = false
            try await rig.until("the end or the end of the day", atMost: .seconds(40)) {
                // Its door first: a stop before that ends it by the signal itself.
                let lane = try await rig.status().lanes.first
                isOver = try rig.isOver()
                return try isOver || lane?.state != "open" && rig.sum()?.open == 0
            }
            try await rig.stopDaemon()
            if isOver { return }
            try await Self.passToMorning(rig)
        }
        throw FaultTrouble("twelve days were not enough: \(String(describing: try rig.sum()))")
    }
}
