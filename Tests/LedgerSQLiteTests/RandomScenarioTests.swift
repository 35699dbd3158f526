import CampaignModel
import Ports
import SendingRules
import Testing

/// SplitMix64: the whole state is the seed, so that a failure is repeated by its number.
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}

@Suite("Days of sending, by dice")
struct RandomScenarioTests {
    @Test(
        "whatever happens in whatever order, the sum holds, caps are kept and nobody has two contacts a day",
        arguments: LedgerMaker.allCases, [1, 2, 3] as [UInt64])
    func scenario(_ maker: LedgerMaker, _ seed: UInt64) throws {
        let scenario = try Scenario(maker, seed: seed)
        for step in 1...120 {
            try scenario.step()
            try scenario.look()
            if step.isMultiple(of: 40) { try scenario.audit() }
        }
        #expect(scenario.startedTotal > 20, "the dice left nothing to look at")
    }
}

/// A small trade with tight caps, driven by dice, and a book of its own to hold against the ledger's.
private final class Scenario {
    private static let usersPerDay = 9
    private static let messagesPerDay = 16
    private let world: LedgerWorld
    private var dice: Dice
    private var runs: [RunRecord] = []
    private var open: [(delivery: StartedDelivery, term: Term)] = []
    private var campaigns = 0
    private(set) var startedTotal = 0
    private let gate: Gate

    init(_ maker: LedgerMaker, seed: UInt64) throws {
        world = try LedgerWorld(maker)
        dice = Dice(state: seed)
        var limits = RuleLimits()
        limits.usersPerDay = Self.usersPerDay
        limits.batchMessagesPerDay = Self.messagesPerDay
        limits.consentAgeMax = .days(400)
        gate = Gate(limits: limits, clock: ClockFacts())
        for account in ["flagship", "outlet"] { try world.authorize(LedgerWorld.people(0..<35), account: account) }
        for _ in 0..<3 { try addCampaign() }
    }

    private func addCampaign() throws {
        campaigns += 1
        let people = LedgerWorld.people(0..<40).filter { _ in dice.roll(3) > 0 }
        let held = Set(people.filter { _ in dice.roll(12) == 0 })
        runs.append(
            try world.run(
                "c\(campaigns)", people, account: dice.roll(2) == 0 ? "flagship" : "outlet",
                validUntil: world.now + .days(4), holdout: held))
    }

    func step() throws {
        switch dice.roll(12) {
        case 0...4: try start()
        case 5...7: try settleSome()
        case 8: try act()
        case 9: world.now = world.now + .minutes(Int64(1 + dice.roll(400)))
        case 10: try restart()
        default: try resolveOne()
        }
        // The night is no part of this: the dice jump over it.
        if world.now.shanghaiTimeOfDay < 8 * 3_600_000 || world.now.shanghaiTimeOfDay > 21 * 3_600_000 {
            let today = PlatformDay(containing: world.now)
            let morning = world.now.shanghaiTimeOfDay < 8 * 3_600_000 ? today : today.next
            world.now = morning.start + .hours(9)
        }
    }

    private func start() throws {
        let account = dice.roll(2) == 0 ? "flagship" : "outlet"
        let lane = world.lane(account)
        let mine = try world.ledger.work(at: world.now).first { $0.lane == lane }?.runs.map(\.run) ?? []
        let turns = runs.filter { mine.contains($0.id) }
        let messages = 1 + dice.roll(3)
        let terms = RunTerms(arms: [.init(messages: messages, hasImage: false, fallback: nil)])
        let result = try world.start(turns, account: account, limit: 1 + dice.roll(6), messages: [messages]) {
            gate.judge($0, $1, terms, at: world.now)
        }
        startedTotal += result.started.count
        open += result.started.map { ($0, world.term) }
    }

    private func settleSome() throws {
        var ends: [Settlement] = []
        var left: [(delivery: StartedDelivery, term: Term)] = []
        for flight in open {
            guard dice.roll(3) > 0 else {
                left.append(flight)
                continue
            }
            ends.append(end(of: flight.delivery))
            // Now and then the same word twice.
            if dice.roll(10) == 0 { ends.append(end(of: flight.delivery)) }
        }
        open = left
        try world.settle(ends)
    }

    private func end(of delivery: StartedDelivery) -> Settlement {
        let soon = world.now + .minutes(Int64(dice.roll(90)))
        switch dice.roll(8) {
        case 0...2: return .of(delivery, .accepted)
        case 3: return .of(delivery, .unknown, reason: .network)
        case 4: return .of(delivery, .rejected, reason: .platformRecipientGone)
        case 5: return .of(delivery, .refusedForNow, .wait(until: soon, .platformBusy), reason: .platformBusy)
        case 6:
            return .of(
                delivery, .refusedForNow, .wait(until: delivery.key.day.next.start, .platformPersonLimit),
                reason: .platformPersonLimit, keepsPerson: true, returnedMessages: delivery.messages)
        default: return .of(delivery, .notSent, .skip(.denied), reason: .denied)
        }
    }

    private func act() throws {
        let live = try world.ledger.liveRuns()
        guard !live.isEmpty else { return try addCampaign() }
        let run = live[dice.roll(live.count)]
        do {
            switch dice.roll(7) {
            case 0: try world.act(.pause, run)
            case 1, 2: try world.act(.resume, run)
            case 3: _ = try world.end(run, .finished, .expired)
            case 4: try world.act(.cancel, run)
            case 5: _ = try world.end(run, .superseded, .superseded)
            default: try addCampaign()
            }
        } catch LedgerError.notPossible {
            // The dice asked for what makes no sense in the run's state; the ledger said so.
        }
    }

    private func restart() throws {
        try world.restart()
        let orphans = try world.ledger.rescue(at: world.now, term: world.term)
        #expect(orphans == open.count)
        // Words that come after the rescue are late.
        if let straggler = open.first { #expect(try world.settle([.of(straggler.delivery, .accepted)]).late == 1) }
        open = []
    }

    private func resolveOne() throws {
        guard let unknown = try world.ledger.unknowns(limit: 1).first else { return }
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: unknown.run, openID: unknown.openID,
                accepted: dice.roll(2) == 0, person: "operator"))
    }

    // MARK: - What must hold

    /// After every step: the ledger's own check, every sum, and the caps of the day.
    func look() throws {
        try world.check()
        for account in ["flagship", "outlet"] {
            let lane = try world.ledger.laneFacts(world.account(account).id, at: world.now)
            #expect(lane.people <= Self.usersPerDay && lane.messages <= Self.messagesPerDay)
        }
    }

    /// Now and then: every person of every run, counted anew.
    func audit() throws {
        var kept: [PlatformDay: [String: Int]] = [:]
        var counted: [AccountID: [PlatformDay: (people: Int, messages: Int)]] = [:]
        for run in runs {
            for openID in LedgerWorld.people(0..<40) {
                guard let record = try world.ledger.facts(run: run.id, openID: openID, at: world.now) else { continue }
                for attempt in record.attempts where attempt.keepsPerson {
                    kept[attempt.key.day, default: [:]][openID, default: 0] += 1
                    counted[attempt.key.account, default: [:]][attempt.key.day, default: (0, 0)].people += 1
                }
                let ends = record.attempts.filter {
                    $0.outcome == .accepted || $0.outcome == .unknown || $0.outcome == nil
                }
                #expect(ends.count <= 1, "\(run.name) wrote to \(openID) twice")
            }
        }
        for (day, people) in kept {
            for (openID, count) in people {
                #expect(count <= 1, "\(openID) has \(count) contacts on day \(day.number)")
            }
        }
        for (account, days) in counted {
            for (day, sum) in days {
                let lane = try world.ledger.laneFacts(account, at: day.start + .hours(12))
                #expect(lane.people == sum.people && lane.people <= Self.usersPerDay)
                #expect(lane.messages <= Self.messagesPerDay)
            }
        }
    }
}
