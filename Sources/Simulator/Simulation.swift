import CampaignModel
import Engine
import Ports
import Sandbox

/// Virtual days of the real engine against the pretend platform. Single-threaded: one service is stepped at a time and
/// awaited before the next, so that a seed says everything that happens.
package final class Simulation {
    let ground: Ground
    let place: any LedgerPlace
    let tray: SimulatedTray
    let options: SimulationOptions
    var workload: Workload
    /// For whom an act hits, in which order services step, and how long a restart takes.
    var chance: SeededGenerator
    /// Alive or asleep; the last one reigns.
    var daemons: [SimulatedDaemon] = []
    private var lives = 0
    private let worksUntil: Moment
    private let ends: Moment
    private var commitsSeen = 0
    private var steps: [String: Int] = [:]

    /// After the last day of work: longer than any run may live.
    private static let peace: Duration = .days(6)
    /// More steps than this at one moment are no work but a loop.
    private static let stepsAtOnceMax = 3000

    package init(_ options: SimulationOptions, place: any LedgerPlace) {
        (self.options, self.place) = (options, place)
        let town = Town(seed: options.seed)
        let clock = SimulatedClock(town.begins, doubt: town.doubt)
        ground = Ground(options, town: town, clock: clock)
        tray = SimulatedTray(ground)
        workload = Workload(seed: options.seed, town: town)
        chance = SeededGenerator(seed: options.seed &* 47 &+ 29)
        worksUntil = town.begins + .days(Int64(options.days))
        ends = worksUntil + Self.peace
    }

    package func run() async throws -> SimulationOutcome {
        plan()
        while let next = nextMoment(), next <= ends {
            ground.clock.pass(to: next)
            if ground.faults.isOn, ground.clock.truth >= worksUntil { makePeace() }
            while let happening = ground.agenda.take(dueAt: ground.clock.truth) { try await perform(happening) }
            try await stepEverybody()
            try lookNowAndThen()
        }
        try lookAtTheEnd()
        for daemon in daemons { try place.close(daemon.ledger) }
        return SimulationOutcome(
            seed: options.seed, days: options.days, violations: ground.auditor.violations, marks: ground.auditor.marks,
            faults: ground.faults.exercised, digest: ground.journal.digest, events: ground.journal.events,
            contacts: ground.platform.contactsTaken, steps: steps, lines: ground.journal.lines)
    }

    /// The agenda of all days.
    private func plan() {
        ground.agenda.enter(.daemonStarts, at: ground.town.begins)
        var midnight = ground.town.begins.midnight
        while midnight < worksUntil {
            for (at, happening) in workload.day(from: midnight, notBefore: ground.town.begins, faults: &ground.faults) {
                ground.agenda.enter(happening, at: at)
            }
            for (kind, at) in ground.faults.times(inDayOf: 86_400_000) {
                let moment = midnight + .milliseconds(at)
                if moment >= ground.town.begins, moment < worksUntil { ground.agenda.enter(.fault(kind), at: moment) }
            }
            midnight = midnight + .days(1)
        }
        var look = ground.town.begins.midnight
        while look < ends {
            ground.agenda.enter(.looks, at: max(look, ground.town.begins))
            look = look + .hours(look < worksUntil ? 3 : 12)
        }
        for day in 0..<5 {
            ground.agenda.enter(.round, at: worksUntil + .days(Int64(day)) + .hours(1))
            ground.agenda.enter(.round, at: worksUntil + .days(Int64(day)) + .hours(13))
        }
    }

    private func nextMoment() -> Moment? {
        var next = ground.agenda.next
        for daemon in daemons {
            if let wake = daemon.nextWake(ground.clock) { next = next.map { min($0, wake) } ?? wake }
        }
        return next
    }

    /// No fault any more, and every person does what is left to do.
    private func makePeace() {
        ground.faults.isOn = false
        ground.clock.error = .zero
        ground.diskFullUntil = nil
        ground.walkDownUntil = nil
        ground.note("peace")
    }

    // MARK: - Stepping

    /// Until nobody is rung or due at this moment.
    private func stepEverybody() async throws {
        var steps = 0
        var isAnybodyDue = true
        while isAnybodyDue {
            isAnybodyDue = false
            for daemon in daemons {
                for service in daemon.services where isDue(service, of: daemon) {
                    isAnybodyDue = true
                    steps += 1
                    try await step(service, of: daemon)
                }
            }
            if steps > Self.stepsAtOnceMax {
                let names = daemons.flatMap { daemon in
                    daemon.services.filter { isDue($0, of: daemon) }.map(\.stepper.name)
                }
                ground.auditor.violate(.everythingEnds, at: ground.clock.truth, "\(names) spin without moving on")
                for daemon in daemons { end(daemon, cause: nil) }
                return
            }
        }
    }

    private func isDue(_ service: SimulatedDaemon.Service, of daemon: SimulatedDaemon) -> Bool {
        let life = daemon.life
        if life.isDead || life.isDraining || life.sleepsUntil.map({ ground.clock.truth < $0 }) ?? false { return false }
        if ground.clock.truth < service.notBefore { return false }
        return service.ring.isRung || service.wake.map { $0 <= ground.clock.now() } ?? false
    }

    private func step(_ service: SimulatedDaemon.Service, of daemon: SimulatedDaemon) async throws {
        _ = service.ring.take()
        steps[service.stepper.name, default: 0] += 1
        do {
            var stepper = service.stepper
            let wake = try await stepper.step(at: ground.clock.now())
            service.errorsInARow = 0
            // The reporter keeps reports fresh for people's eyes, every two seconds; nothing depends on it, and a day
            // would have 43,200 steps of it. Here it writes when it is rung.
            service.wake = service.stepper.name == "reporter" ? nil : wake
        } catch is ReignLost {
            ground.auditor.mark(.reignLost)
            end(daemon, cause: nil)
        } catch is LedgerUnusable {
            end(daemon, cause: nil)
        } catch {
            service.errorsInARow += 1
            let backoff = Duration.seconds(1) * (1 << min(service.errorsInARow - 1, 6))
            service.notBefore = ground.clock.truth + min(backoff, .seconds(60))
            service.wake = ground.clock.now()
            if !daemon.life.isDead { ground.note("error", [], service.stepper.name) }
        }
        if daemon.life.isDead { end(daemon, cause: daemon.life.crashed) }
        if ground.losesWaitingRow { try loseWaitingRow() }
    }

    private func loseWaitingRow() throws {
        ground.losesWaitingRow = false
        try place.damage(
            "DELETE FROM waiting WHERE (run, recipient) IN (SELECT run, recipient FROM waiting ORDER BY until DESC LIMIT 1)"
        )
    }

    // MARK: - Lives

    /// The process is gone. Its memory with it; what was not on the wire never leaves. Somebody starts it again.
    func end(_ daemon: SimulatedDaemon, cause: FaultKind?) {
        let reigns = daemons.last === daemon
        guard daemons.contains(where: { $0 === daemon }) else { return }
        if !daemon.life.isDead { daemon.life.die(of: cause) }
        ground.note("dies", [Int64(daemon.life.number)], cause?.rawValue ?? "")
        daemons.removeAll { $0 === daemon }
        do { try place.close(daemon.ledger) } catch {
            ground.auditor.violate(.everythingEnds, at: ground.clock.truth, "the ledger cannot be closed: \(error)")
        }
        if reigns { ground.enter(.daemonStarts, in: chance.duration(500...300_000)) }
    }

    func startDaemon() {
        lives += 1
        let life = Life(number: lives)
        do {
            let daemon = try SimulatedDaemon(ground, tray: tray, place: place, life: life)
            daemons.append(daemon)
            ground.note("starts", [Int64(lives)])
        } catch {
            life.die()
            ground.note("start failed", [Int64(lives)])
            ground.enter(.daemonStarts, in: chance.duration(1_000...60_000))
        }
    }

    /// Whether the life that began last still lives, awake or not.
    var isNewestAlive: Bool { daemons.contains { $0.life.number == lives } }

    /// The one that reigns and is awake.
    var daemon: SimulatedDaemon? {
        guard let last = daemons.last, !last.life.isDead, !last.life.isDraining,
            last.life.sleepsUntil.map({ $0 <= ground.clock.truth }) ?? true
        else { return nil }
        return last
    }

    // MARK: - Looking

    private func lookNowAndThen() throws {
        guard ground.journal.events >= commitsSeen + 40 else { return }
        commitsSeen = ground.journal.events
        try look()
    }

    func look() throws {
        guard let daemon = daemons.last, !daemon.life.isDead else { return }
        try ground.auditor.look(into: daemon.ledger, wall: ground.clock.now(), at: ground.clock.truth)
    }

    private func lookAtTheEnd() throws {
        let now = ground.clock.truth
        for breach in ground.platform.audit.breachList {
            ground.auditor.hear(breach: breach.kind, breach.en, at: now)
        }
        guard let daemon = daemons.last else {
            return ground.auditor.violate(.everythingEnds, at: now, "no daemon is alive at the end")
        }
        try ground.auditor.lookAtTheEnd(into: daemon.ledger, wall: ground.clock.now(), at: now)
    }
}
