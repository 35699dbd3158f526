import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Wire

/// The worker pool: settles what came back, starts what may start, and hands it to the wire. One step is one durable
/// transaction; never more is started than there are free slots and pacing tokens due.
package actor Dispatcher: Stepper {
    package nonisolated let name = "dispatcher"

    /// How often the list of work is read again without a ring. Rings come from everyone who changes it.
    private static let workInterval: Duration = .seconds(1)
    /// A started contact whose first byte has not left after this is not sent (a process that slept, a full queue).
    private static let departureLimit: Duration = .seconds(10)

    /// An end that is not durable yet.
    struct Ended {
        let ruling: Settling.Ruling
        let lane: Lane
        /// How long the account pauses for it; nil: it does not, or does already.
        var pause: Duration?
        var imageSince: Moment?
    }

    /// Everybody who has somebody to send comes to a turn within this, of real time.
    private static let roundLength: Duration = .milliseconds(500)
    /// One step starts at most half of what may be on the wire, so that the transport has work while the ledger writes.
    /// Without this, whole wires went to and fro: each of the two waited for the other for a fifth of the time. Smaller
    /// shares pay more commits for the same people.
    private static let sharesOfWire = 2
    /// Below this a step costs more than what it starts.
    private static let shareMin = 32

    let setup: EngineSetup
    private let mailbox: any Mailbox
    private let channel: any Channel
    private let settling: Settling
    private var generator: SeededGenerator
    var book: RunBook
    private var work: [LaneWork] = []
    private var workRead: Moment?
    var lanes: [Lane: LaneState] = [:]
    /// Tokens that an answer of this step has shown to be known to the platform, told to the shelf once a step.
    var proved: [Lane: AccessToken] = [:]
    /// Pauses for abnormal risk, by account: a hold is the account's, whichever of its lanes was refused.
    var risks: [AccountID: RiskPauses] = [:]
    /// Revisions whose images were found to be forgotten in this step.
    var renewing: Set<RevisionID> = []
    /// Whose review was made under other words or limits than today's: the machine looks again before they go on. Words
    /// change only with a start, so it is asked until it is empty and never again; nil: not yet.
    private var outdated: Set<RevisionID>?
    /// Whose turn it is among the lanes of `work`, and how many contacts it has had of it.
    private var turn = 0
    private var startedInTurn = 0
    private var flow = StartFlow()
    /// Lanes that had all that the last step offered them, and may want more.
    private var lanesInNeed = 0
    private var speed: Double?
    private var flights: [UInt64: Flight] = [:]
    private var lastID: UInt64 = 0
    /// Ends that are not durable yet: kept until a transaction takes them.
    private var unsettled: [Ended] = []
    private var isDraining = false
    private var settlesOneByOne = false

    package init(_ setup: EngineSetup, mailbox: any Mailbox, channel: any Channel, seed: UInt64) {
        self.setup = setup
        self.mailbox = mailbox
        self.channel = channel
        settling = Settling(retry: RetryRule(triesMax: setup.limits.triesMax))
        generator = SeededGenerator(seed: seed)
        book = RunBook(setup)
    }

    package func step(at now: Moment) async throws -> Moment? {
        collect(at: now)
        if !unsettled.isEmpty { setup.checkpoint(.afterReply) }
        // What a lane waits for was computed with the clock's speed: a rehearsal that is slowed down opens again.
        let speed = setup.clock.speed()
        let isOtherSpeed = self.speed.map { $0 != speed } ?? false
        self.speed = speed
        if setup.bells.dispatcher.take() || isOtherSpeed {
            book.forgetImages()
            workRead = nil
            for lane in lanes.keys {
                lanes[lane]?.closedUntil = nil
                lanes[lane]?.heldUntil = [:]
            }
        }
        try writeOwedStop(at: now)
        let batch: Batch
        do { batch = try write(at: now) } catch LedgerError.refusedRow(let why) where !settlesOneByOne {
            // Nothing of the batch was kept. What came back is kept here, and the one at fault is found at once.
            setup.logger.error(
                "a batch broke a rule of the ledger; it is settled one by one", metadata: ["why": "\(why)"])
            settlesOneByOne = true
            return now
        }
        settlesOneByOne = false
        let hadEnds = !unsettled.isEmpty
        unsettled.removeAll(keepingCapacity: true)
        renewForgottenImages()
        pass(batch, hadEnds: hadEnds)
        depart(batch, at: now)
        if batch.startedCount > 0 { setup.checkpoint(.afterDeparture) }
        // Somebody's last contact may have ended a run: the planner looks, and asks the ledger's own sum.
        if flights.isEmpty, hadEnds || batch.starts.contains(where: { !$0.result.drained.isEmpty }) {
            setup.bells.planner.ring()
        }
        return isDraining ? nil : nextWake(at: now, batch)
    }

    private func write(at now: Moment) throws -> Batch {
        let began = setup.clock.monotonic()
        defer { setup.meters.starts.note(setup.clock.monotonic() - began) }
        return try setup.reigning {
            try setup.ledger.together {
                try settle(at: now)
                try readWork(at: now)
                return isDraining ? Batch() : try startWhatMay(at: now)
            }
        }
    }

    /// After the last step: nothing more is started; what comes back is settled.
    /// - Returns: how many are still on the wire.
    package func drain(at now: Moment) async throws -> Int {
        isDraining = true
        _ = try await step(at: now)
        return flights.count
    }

    package var inFlight: Int { flights.count }

    // MARK: - Coming back

    private func collect(at now: Moment) {
        let ends = mailbox.collect()
        let back = ends.isEmpty ? .zero : setup.clock.monotonic()
        var heard: [Lane] = []
        for end in ends {
            guard let flight = flights.removeValue(forKey: end.id) else { continue }
            setup.meters.exchanges.note(back - flight.left)
            let answer = Settling.answer(
                to: end, recipient: flight.delivery.candidate.openID, messages: flight.delivery.messages,
                channel: channel)
            let ruling = settling.ruling(
                on: flight.delivery, answer, imageAge: flight.imageSince.map { flight.started.since($0) }, at: now,
                using: &generator)
            unsettled.append(react(to: ruling, answer, flight, at: now))
            if heard.last != flight.lane { heard.append(flight.lane) }
        }
        for lane in heard { setup.lanes.note(lanes[lane]?.mood ?? .init(), of: lane) }
        for (lane, token) in proved.sorted(by: { $0.key < $1.key }) {
            if let account = setup.account(lane.account) { setup.shelf.proved(token, of: account.tokenOwner) }
        }
        proved.removeAll(keepingCapacity: true)
    }

    private func settle(at now: Moment) throws {
        guard !unsettled.isEmpty else { return }
        let result = try setup.ledger.settle(
            SettleDemand(
                now: now, term: setup.term, settlements: unsettled.map(\.ruling.settlement),
                oneByOne: settlesOneByOne))
        for ended in unsettled { try holdAccount(after: ended, at: now) }
        for why in result.refused {
            setup.logger.critical(
                "an answer could not be written down; its attempt stays open and is unknown at the next start",
                metadata: ["why": "\(why)"])
        }
        if result.late > 0 {
            setup.logger.error("late settlements were void", metadata: ["count": "\(result.late)"])
        }
        if unsettled.contains(where: { $0.ruling.settlement.next != .end }) { workRead = nil }
    }

    // MARK: - What may start

    private func readWork(at now: Moment) throws {
        if let workRead, now < workRead + Self.workInterval, now >= workRead { return }
        work = try setup.ledger.work(at: now)
        workRead = now
        if outdated?.isEmpty != true {
            let outdated = Set(try setup.ledger.revisionsToReview(under: setup.review.terms))
            for index in work.indices { work[index].runs.removeAll { outdated.contains($0.revision) } }
            self.outdated = outdated
        }
        book.keep(only: Set(work.flatMap { $0.runs.map(\.revision) }))
        for lane in work where lanes[lane.lane] == nil {
            guard let account = setup.account(lane.lane.account) else { continue }
            lanes[lane.lane] = LaneState(pace: account.pace)
        }
    }

    /// Everything that one transaction started, and what it learned about the lanes.
    struct Batch {
        struct Start {
            let lane: Lane
            let result: StartResult
            let contacts: [AdmissionDesk.ContactKey: [Message]]
            let token: AccessToken
            let asked: Int
            let imageSince: [RunID: Moment]
        }
        var starts: [Start] = []
        var nextWake: Moment?
        /// As much as one step may start: others may still have somebody.
        var isFull = false

        var startedCount: Int { starts.reduce(0) { $0 + $1.result.started.count } }

        mutating func wake(at moment: Moment?) {
            guard let moment else { return }
            nextWake = nextWake.map { min($0, moment) } ?? moment
        }
    }

    /// Lanes take turns, so that one with much to send cannot starve the others. A turn is as long as lets everybody have
    /// one within a second: a few lanes keep theirs for several steps, so that the rows of neighbouring people are still
    /// in the ledger's cache; hundreds have one contact each. Whole wires for each would let the last of two hundred wait
    /// for half a minute.
    private func startWhatMay(at now: Moment) throws -> Batch {
        var batch = Batch()
        // What the last look would turn back is not started: it would be counted, and given back, for ever.
        guard !setup.board.isStopped else { return batch }
        let real = setup.clock.monotonic()
        let share = max(setup.concurrency / Self.sharesOfWire, Self.shareMin)
        var free = min(setup.concurrency - flights.count, share)
        let length = flow.turn(of: lanesInNeed, within: Self.roundLength, at: real, max: setup.limits.batchSize)
        var had = startedInTurn
        var next = turn
        lanesInNeed = 0
        for index in work.indices {
            guard free > 0 else { break }
            let place = (index + turn) % work.count
            if index > 0 { had = 0 }
            let offered = min(free, max(length - had, 1))
            guard let start = try start(work[place], free: offered, at: now, &batch) else { continue }
            let started = start.result.started.count
            free -= started
            batch.starts.append(start)
            // Whoever had all that was offered may want more; whose turn is through is passed by.
            if started == offered { lanesInNeed += 1 }
            had += started
            next = had >= length ? place + 1 : place
            startedInTurn = had >= length ? 0 : had
        }
        flow.add(batch.startedCount, at: real)
        batch.isFull = free <= 0 || lanesInNeed > 0
        if batch.isFull {
            turn = work.isEmpty ? 0 : next % work.count
            // Those behind the last one who came were not asked.
            if free <= 0 { lanesInNeed = max(lanesInNeed, lanesThatMay(at: now)) }
        } else {
            // Everybody had what they wanted. With room for all, the order of two accounts that want the same person in
            // the same millisecond is the ledger's: a forecast can know it.
            turn = 0
            startedInTurn = 0
        }
        return batch
    }

    private func lanesThatMay(at now: Moment) -> Int {
        work.count { work in
            guard let state = lanes[work.lane], state.closedUntil.map({ now >= $0 }) ?? true,
                !state.breaker.isOpen(at: now)
            else { return false }
            return state.throttle.due(at: now) > 0
        }
    }

    private func start(_ work: LaneWork, free: Int, at now: Moment, _ batch: inout Batch) throws -> Batch.Start? {
        guard let state = lanes[work.lane], let account = setup.account(work.lane.account) else { return nil }
        if let closed = state.closedUntil, now < closed {
            batch.wake(at: closed)
            return nil
        }
        if let open = state.breaker.openUntil, now < open {
            batch.wake(at: open)
            return nil
        }
        let limit = min(free, state.throttle.due(at: now), setup.limits.batchSize)
        guard limit > 0 else {
            batch.wake(at: state.throttle.nextDue(at: now))
            return nil
        }
        guard case .ready(let token) = setup.shelf.verdict(for: account.tokenOwner, at: now) else { return nil }
        let gate = setup.gate
        try holdClosedRuns(of: work, gate, at: now)
        let turns = try turns(of: work, lanes[work.lane] ?? state, limit: limit, at: now, &batch)
        guard !turns.isEmpty else { return nil }
        var desk = AdmissionDesk(gate: gate, now: now, book: book)
        var demand = StartDemand(
            now: now, term: setup.term, lane: work.lane, turns: turns, limit: limit,
            deadline: now
                + .milliseconds(Int64(Double(Self.departureLimit.wholeMilliseconds) * max(setup.clock.speed(), 1))))
        demand.keepsMinutes = setup.limits.rollingDay ? .hours(24) : .hours(1)
        demand.countsWeek = setup.limits.contactsPerWeek != nil
        let result = try setup.ledger.start(demand) { candidate, facts in desk.judge(candidate, facts, work) }
        if let failure = desk.failure { throw failure }
        book = desk.book
        var imageSince: [RunID: Moment] = [:]
        for run in work.runs { imageSince[run.run] = try book.entry(of: run.revision)?.imageSince }
        return Batch.Start(
            lane: work.lane, result: result, contacts: desk.contacts, token: token, asked: limit,
            imageSince: imageSince)
    }

    /// A run outside of its window is held before the lane's turns are dealt: one that may send no more today must not
    /// keep today's people from the others, not even for the moment until its own turn finds out.
    private func holdClosedRuns(of work: LaneWork, _ gate: Gate, at now: Moment) throws {
        for run in work.runs where lanes[work.lane]?.heldUntil[run.run].map({ now >= $0 }) ?? true {
            guard let entry = try book.entry(of: run.revision) else { continue }
            var facts = RunFacts(
                run: run.run, state: .running, isApproved: true, start: run.start, validUntil: run.validUntil)
            facts.isTest = run.isTest
            lanes[work.lane]?.heldUntil[run.run] = gate.judgeRun(facts, entry.terms, at: now)
                .first { $0.effect == .holdRun }.map { $0.changesAt ?? .distantFuture }
        }
    }

    // MARK: - Leaving

    /// After the commit, and only then.
    private func depart(_ batch: Batch, at now: Moment) {
        var exchanges: [Exchange] = []
        let left = setup.clock.monotonic()
        let monotonicDeadline = left + Self.departureLimit
        let (board, timeout) = (setup.board, setup.limits.requestTimeout)
        for start in batch.starts {
            learn(start, at: now)
            let account = setup.account(start.lane.account)?.record
            let (zone, sender) = (account?.zone ?? .shanghai, account?.openID ?? "")
            for delivery in start.result.started {
                lastID += 1
                let contact = RenderedContact(
                    sender: sender, recipient: delivery.candidate.openID,
                    messages: start.contacts[
                        .init(run: delivery.candidate.run, recipient: delivery.key.recipient)] ?? [],
                    channel: start.lane.channel, occasion: delivery.candidate.occasion)
                let flight = Flight(
                    delivery: delivery, lane: start.lane, token: start.token, started: now, left: left,
                    imageSince: start.imageSince[delivery.candidate.run])
                guard let request = request(for: contact, start.token) else {
                    giveUp(flight, at: now)
                    continue
                }
                flights[lastID] = flight
                let departure = Departure(
                    run: delivery.candidate.run, account: start.lane.account, recipient: delivery.key.recipient,
                    zone: zone,
                    deadline: delivery.deadline, monotonicDeadline: monotonicDeadline)
                exchanges.append(
                    Exchange(
                        id: lastID, request: request, timeout: timeout,
                        responseBytesMax: PrivateMessageChannel.replyBytesMax,
                        lastLook: { board.obstacle(departure) }))
            }
        }
        if !exchanges.isEmpty { mailbox.submit(exchanges) }
    }

    private func request(for contact: RenderedContact, _ token: AccessToken) -> HTTPRequest? {
        do { return try channel.request(for: contact, token: token) } catch {
            setup.logger.error("a contact could not be written as a request", metadata: ["why": "\(error)"])
            return nil
        }
    }

    /// A contact that cannot be encoded never leaves: it is settled in the next step as not sent.
    private func giveUp(_ flight: Flight, at now: Moment) {
        let answer = Answer(sight: .notLeft(.notRenderable))
        let ruling = settling.ruling(on: flight.delivery, answer, at: now, using: &generator)
        unsettled.append(Ended(ruling: ruling, lane: flight.lane))
    }

    /// What the transaction told about the lane, remembered until something changes.
    private func learn(_ start: Batch.Start, at now: Moment) {
        lanes[start.lane]?.throttle.take(start.result.started.count, at: now)
        if let index = work.firstIndex(where: { $0.lane == start.lane }) {
            for run in work[index].runs.indices {
                let passed = start.result.passed[work[index].runs[run].run] ?? 0
                work[index].runs[run].passed += passed
                work[index].runs[run].pending -= passed
            }
        }
        if let closed = start.result.closed {
            lanes[start.lane]?.closedUntil = closed.changesAt ?? .distantFuture
            // A lane that is slowed closes after each message: that is its pace and no news.
            setup.logger.log(
                level: closed.reason == .riskThrottled ? .debug : .info, "lane closed",
                metadata: [
                    "account": "\(setup.account(start.lane.account)?.record.name ?? "?")",
                    "reason": "\(closed.reason.code)", "until": "\(closed.changesAt?.iso8601 ?? "a person acts")",
                ])
        }
        for (run, refusal) in start.result.heldRuns.sorted(by: { $0.key < $1.key }) {
            lanes[start.lane]?.heldUntil[run] = refusal.changesAt ?? .distantFuture
        }
        if start.result.deferred > 0 { setup.bells.consent.ring() }
        // A run that ran dry is looked up again, because somebody of it may wait.
        if !start.result.drained.isEmpty { workRead = nil }
    }

    private func nextWake(at now: Moment, _ batch: Batch) -> Moment? {
        if !unsettled.isEmpty { return now }
        var wake = batch
        let free = setup.concurrency - flights.count
        if batch.isFull, free > 0 { return now }
        for start in batch.starts where free > 0 {
            let result = start.result
            if result.closed != nil {
                wake.wake(at: lanes[start.lane]?.closedUntil)
            } else if result.started.count < start.asked, result.skipped + result.deferred > 0 {
                wake.wake(at: now)
            } else if result.started.count > 0 {
                wake.wake(at: lanes[start.lane]?.throttle.nextDue(at: now))
            } else {
                wake.wake(at: now + Self.workInterval)
            }
        }
        // Everybody who adds work rings; the look without a ring is for whoever becomes due by time alone.
        if !work.isEmpty, workRead == nil { wake.wake(at: now + .milliseconds(1)) }
        return wake.nextWake
    }
}
