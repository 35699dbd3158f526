import CampaignModel
import Engine
import Ports
import Sandbox
import Wire

/// What happens, one case at a time.
extension Simulation {
    func perform(_ happening: Happening) async throws {
        switch happening {
        case .departs(let flight): depart(flight)
        case .arrives(let flight): arrive(flight)
        case .ends(let flight, let result): end(flight, result)
        case .daemonStarts: if !isNewestAlive { startDaemon() }
        case .drops(let files): drop(files)
        case .trayRings: daemons.last?.intakeRing.ring()
        case .reviews: review()
        case .acts(let act): perform(act)
        case .fault(let kind): try await strike(kind)
        case .wallCorrected:
            ground.clock.error = .zero
            ground.note("wall corrected")
        case .wakesUp(let life): life.sleepsUntil = nil
        case .drains(let life): try await drain(life)
        case .round: makeRound()
        case .looks: try look()
        case .tells(let callback, let isForged): tell(callback, isForged: isForged)
        case .bindsAgain(let account): bindAgain(account)
        }
    }

    private func drop(_ files: [DroppedFile]) {
        for file in files {
            tray.drop(file)
            ground.note("drops", [Int64(file.bytes.count)], file.name)
        }
        daemons.last?.intakeRing.ring()
        ground.enter(.trayRings, in: SimulatedTray.settlesAfter)
        // Where a first look fails, the tray's own ring every few seconds brings another.
        ground.enter(.trayRings, in: SimulatedTray.settlesAfter + .seconds(10))
        ground.enter(.trayRings, in: .minutes(5))
    }

    // MARK: - Timed faults

    private func strike(_ kind: FaultKind) async throws {
        guard ground.faults.isOn else { return }
        if kind == .crashAtRandom, let daemon { strikeDown(daemon, kind) }
        if kind == .cleanStop, let daemon { stopCleanly(daemon) }
        if kind == .suspended || kind == .secondDaemon { putToSleep(kind) }
        if kind == .clockForward || kind == .clockBack || kind == .drift { setWall(kind) }
        if kind == .diskFull {
            note(kind)
            ground.diskFullUntil = ground.clock.truth + chance.duration(20_000...3_600_000)
        }
        if kind == .tokensRevoked {
            note(kind)
            for account in ground.town.accounts {
                ground.platform.expireTokens(account: account.openID, at: ground.clock.truth)
            }
        }
        if kind == .walkDown {
            note(kind)
            ground.walkDownUntil = ground.clock.truth + chance.duration(3_600_000...108_000_000)
        }
        if kind == .consentWithdrawn { withdrawSomebody() }
        // Whoever is on the wire rather than anybody: that is where it hurts.
        if kind == .optOutByReply, replySomebody(from: somebodyInFlight, optsOut: true) { note(kind) }
        if kind == .accountUnbound { unbindSomebody() }
        if isAnythingInFlight { strikeInFlight(kind) }
    }

    /// People who act while something is on the wire.
    private func strikeInFlight(_ kind: FaultKind) {
        if kind == .optOutInFlight { denySomebodyInFlight() }
        if kind == .pauseInFlight, perform(.pauseSome) { note(kind) }
        if kind == .stopInFlight, perform(.stopAll) { note(kind) }
        if kind == .editInFlight {
            let edits = workload.editInFlight(at: ground.clock.truth)
            if !edits.isEmpty { note(kind) }
            for (at, happening) in edits { ground.agenda.enter(happening, at: at) }
        }
    }

    private func note(_ kind: FaultKind) {
        ground.faults.note(kind)
        ground.note("fault", [], kind.rawValue)
    }

    private func strikeDown(_ daemon: SimulatedDaemon, _ kind: FaultKind) {
        note(kind)
        end(daemon, cause: kind)
    }

    /// A stopped process, or a machine that sleeps: shorter or longer than any deadline. With a second daemon somebody
    /// starts another one meanwhile, and the first wakes up into its reign; or it never slept at all.
    private func putToSleep(_ kind: FaultKind) {
        guard let daemon else { return }
        note(kind)
        let nap = chance.duration(chance.happens(0.5) ? 500...30_000 : 30_000...14_400_000)
        if kind == .suspended || chance.happens(0.6) {
            daemon.life.sleepsUntil = ground.clock.truth + nap
            ground.enter(.wakesUp(daemon.life), in: nap)
        }
        if kind == .secondDaemon { startDaemon() }
    }

    /// Errors of the wall that the daemon can know of without a second clock: short of its doubt, or a step by day that is
    /// put right before the evening.
    private func setWall(_ kind: FaultKind) {
        let now = ground.clock.truth
        if kind == .drift {
            guard ground.town.doubt > .zero else { return }
            note(kind)
            let bound = Int(ground.town.doubt.wholeMilliseconds)
            ground.clock.error = .milliseconds(chance.within(-bound...bound))
        } else if isByDay(now) {
            note(kind)
            let step = chance.duration(120_000...7_200_000)
            ground.clock.error = kind == .clockForward ? step : .zero - step
            ground.enter(.wallCorrected, in: chance.duration(60_000...7_000_000))
        }
    }

    /// 10:00 to 17:00: two hours of error and two until somebody corrects it end well before 22:00.
    private func isByDay(_ now: Moment) -> Bool { (36_000_000..<61_200_000).contains(now.timeOfDay) }

    // MARK: - A clean stop

    private func stopCleanly(_ daemon: SimulatedDaemon) {
        note(.cleanStop)
        daemon.life.isDraining = true
        ground.enter(.drains(daemon.life), in: .zero)
    }

    private func drain(_ life: Life) async throws {
        guard let daemon = daemons.first(where: { $0.life === life }), !life.isDead else { return }
        do {
            let left = try await daemon.dispatcher.drain(at: ground.clock.now())
            if !life.isDead, left > 0 { return ground.enter(.drains(life), in: .milliseconds(200)) }
            if !life.isDead { ground.auditor.mark(.cleanRestart) }
        } catch is ReignLost {
            ground.auditor.mark(.reignLost)
        } catch {
            ground.note("drain failed")
        }
        end(daemon, cause: life.crashed)
    }
}
