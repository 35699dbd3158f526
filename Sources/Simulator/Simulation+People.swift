import Answers
import CampaignModel
import Engine
import Ports
import Sandbox

/// What people do, through the same desk as everybody. Whom an act hits is drawn when it happens.
extension Simulation {
    private func act(_ request: ActRequest, as person: String) -> Bool {
        guard let daemon else { return false }
        do {
            _ = try daemon.desk.act(request, as: .token("token-" + person))
            return true
        } catch {
            if daemon.life.isDead { end(daemon, cause: daemon.life.crashed) }
            return false
        }
    }

    private func runs(_ states: [RunState]) -> [RunRecord] {
        // Safe because a person who cannot read the list does nothing for now.
        ((try? daemon?.ledger.liveRuns()) ?? []).filter { states.contains($0.state) }
    }

    /// Reviewers look at what waits. The author may not approve, and is refused.
    func review() {
        for run in runs([.inReview]) {
            let choice = chance.unit()
            if choice < 0.04 { continue }
            if choice < 0.1 { _ = act(ActRequest(act: .approve, run: run.name), as: "marketing") }
            let act: ActRequest.Act = choice < 0.15 ? .reject : .approve
            _ = self.act(ActRequest(act: act, run: run.name), as: chance.happens(0.5) ? "review" : "second")
        }
    }

    @discardableResult
    func perform(_ act: PersonAct) -> Bool {
        switch act {
        case .pauseSome:
            guard let run = chance.pick(runs([.running, .scheduled])) else { return false }
            guard self.act(ActRequest(act: .pause, run: run.name), as: "review") else { return false }
            ground.auditor.stoppedRuns.insert(run.id)
            return true
        case .resumeSome:
            guard let run = chance.pick(runs([.paused])) else { return false }
            ground.auditor.stoppedRuns.remove(run.id)
            return self.act(ActRequest(act: .resume, run: run.name), as: "operator")
        case .cancelSome:
            guard let run = chance.pick(runs([.inReview, .scheduled, .running, .paused])) else { return false }
            guard self.act(ActRequest(act: .cancel, run: run.name), as: "review") else { return false }
            ground.auditor.stoppedRuns.insert(run.id)
            return true
        case .stopAll:
            guard self.act(ActRequest(act: .stopAll), as: "operator") else { return false }
            ground.auditor.isStopped = true
            ground.auditor.mark(.stopped)
            ground.enter(.acts(.go), in: chance.duration(30_000...7_200_000))
            return true
        case .go:
            ground.auditor.isStopped = false
            return self.act(ActRequest(act: .go), as: "operator")
        case .denySome:
            return everybody.map(deny) ?? false
        case .permit(let person):
            ground.auditor.deniedEverywhere.remove(person)
            return self.act(ActRequest(act: .undeny, openID: person), as: "operator")
        case .testSend: return sendTest()
        case .authorizeSome:
            guard let account = chance.pick(ground.town.accounts), let people = ground.town.people[account.app],
                let person = chance.pick(people)
            else { return false }
            ground.platform.authorise([person], account: account.openID, at: ground.clock.truth)
            collectCallbacks()
            return true
        case .replySome: return replySomebody(optsOut: chance.happens(0.2))
        }
    }

    private var everybody: String? { chance.pick(ground.town.apps.flatMap { ground.town.people[$0] ?? [] }) }

    private func deny(_ person: String) -> Bool {
        guard act(ActRequest(act: .deny, openID: person), as: "operator") else { return false }
        ground.auditor.deniedEverywhere.insert(person)
        if chance.happens(0.4) { ground.enter(.acts(.permit(person)), in: chance.duration(600_000...86_400_000)) }
        return true
    }

    /// Somebody whose contact is started and has perhaps not left yet.
    func denySomebodyInFlight() {
        guard let person = somebodyInFlight, deny(person) else { return }
        ground.faults.note(.optOutInFlight)
    }

    var somebodyInFlight: String? {
        chance.pick(ground.auditor.attempts.values.filter { $0.outcome == nil }.map(\.person).sorted())
    }

    func withdrawSomebody() {
        guard let account = chance.pick(ground.town.accounts), let people = ground.town.people[account.app] else {
            return
        }
        let leaving = (0..<chance.within(1...6)).compactMap { _ in chance.pick(people) }
        ground.platform.withdraw(leaving, account: account.openID, at: ground.clock.truth)
        collectCallbacks()
        ground.faults.note(.consentWithdrawn)
        ground.note("withdraw", [], leaving.joined(separator: " "))
    }

    private func sendTest() -> Bool {
        guard let daemon, let run = chance.pick(runs([.inReview, .scheduled, .running])),
            let account = ground.auditor.accounts[run.lane.account],
            let tester = chance.pick(ground.town.testers[account.app] ?? [])
        else { return false }
        do {
            _ = try daemon.desk.testSend(
                TestSendRequest(run: run.name, openID: tester), as: .token("token-marketing"))
            return true
        } catch {
            if daemon.life.isDead { end(daemon, cause: daemon.life.crashed) }
            return false
        }
    }

    // MARK: - The operator's round

    /// Opens what was closed, resumes what stands, and settles what is unknown by what is true. In peace nothing is left.
    func makeRound() {
        guard let daemon else { return ground.enter(.round, in: .minutes(10)) }
        let inPeace = !ground.faults.isOn
        for account in ground.town.accounts where inPeace || chance.happens(0.7) {
            guard daemon === self.daemon else { return }
            _ = act(ActRequest(act: .release, account: account.name), as: "operator")
        }
        if inPeace {
            ground.auditor.isStopped = false
            _ = act(ActRequest(act: .go), as: "operator")
            for run in runs([.paused]) {
                ground.auditor.stoppedRuns.remove(run.id)
                _ = act(ActRequest(act: .resume, run: run.name), as: "operator")
            }
            for run in runs([.inReview]) { _ = act(ActRequest(act: .approve, run: run.name), as: "review") }
        }
        resolveSome()
    }

    /// Only what is older than any request on the wire: whether it was sent is known then, and said truthfully.
    private func resolveSome() {
        // Safe because an operator who cannot read the list settles nothing for now.
        let unknowns = (try? daemon?.ledger.unknowns(limit: 200)) ?? []
        for unknown in unknowns where chance.happens(0.5) && unknown.started + .hours(6) < ground.clock.now() {
            guard let attempt = ground.auditor.attempts[unknown.key] else { continue }
            let act: ActRequest.Act = attempt.isTaken ? .resolveAccepted : .resolveNotSent
            _ = self.act(ActRequest(act: act, run: unknown.runName, openID: unknown.openID), as: "operator")
        }
    }
}
