import Answers
import CampaignModel
import Engine
import Ports
import Sandbox

/// What the platform tells, on its way to the daemon's door: lost, late, twice, overtaken or forged.
extension Simulation {
    private static let lateMilliseconds = 1_000...108_000_000

    /// Puts on the agenda whatever the platform has to tell since the last time.
    func collectCallbacks() {
        for callback in ground.platform.takeCallbacks(dueAt: .distantFuture, limit: .max) {
            // A second try of the platform has had its bad luck.
            guard callback.tries == 0 else {
                ground.agenda.enter(.tells(callback, isForged: false), at: callback.due)
                continue
            }
            if ground.strikes(.callbackForged) {
                ground.agenda.enter(.tells(callback, isForged: true), at: callback.due)
            }
            if ground.strikes(.callbackLost) { continue }
            if ground.strikes(.callbackTwice) {
                let again = callback.due + chance.duration(0...600_000)
                ground.agenda.enter(.tells(callback, isForged: false), at: again)
            }
            var due = callback.due
            if ground.strikes(.callbackOvertaken) { due = due + chance.duration(200...5_000) }
            if ground.strikes(.callbackLate) { due = due + chance.duration(Self.lateMilliseconds) }
            ground.agenda.enter(.tells(callback, isForged: false), at: due)
        }
    }

    /// One post at the daemon's door. Whoever does not answer is asked again, three times.
    func tell(_ callback: SandboxCallback, isForged: Bool) {
        let now = ground.clock.truth
        // One byte more than was signed.
        let body = isForged ? callback.body + [0x20] : callback.body
        guard let daemon else { return ended(callback, isForged, status: nil) }
        do {
            _ = try EventDoor(daemon.setup).receive(body, signature: callback.signature)
            if isForged { ground.auditor.violate(.consentKept, at: now, "a forged callback was taken") }
            ended(callback, isForged, status: 200)
        } catch is CallbackRefusal {
            if !isForged { ground.auditor.violate(.consentKept, at: now, "\(callback.event) was refused") }
        } catch {
            if daemon.life.isDead { end(daemon, cause: daemon.life.crashed) }
            ended(callback, isForged, status: nil)
        }
    }

    private func ended(_ callback: SandboxCallback, _ isForged: Bool, status: Int?) {
        guard !isForged else { return }
        ground.platform.callbackEnded(callback, status: status, at: ground.clock.truth)
        collectCallbacks()
    }

    /// Somebody writes to an account: says hello, or wants to be left alone.
    func replySomebody(from person: String? = nil, optsOut: Bool) -> Bool {
        guard let account = chance.pick(ground.town.accounts), let people = ground.town.people[account.app],
            let person = person ?? chance.pick(people)
        else { return false }
        let text = optsOut ? chance.pick(["退订", "ＴＤ", "不要再发了", "stop"])! : "在吗"
        guard ground.platform.reply(text, from: person, to: account.openID, at: ground.clock.truth) else {
            return false
        }
        ground.note("replies", [optsOut ? 1 : 0], person)
        collectCallbacks()
        return true
    }

    /// An account takes its permission away, and grants it again later: the operator's round opens it.
    func unbindSomebody() {
        guard let account = chance.pick(ground.town.accounts),
            ground.platform.bind(account.openID, false, at: ground.clock.truth)
        else { return }
        ground.faults.note(.accountUnbound)
        ground.note("unbound", [], account.name)
        collectCallbacks()
        ground.enter(.bindsAgain(account.openID), in: chance.duration(600_000...14_400_000))
    }

    func bindAgain(_ account: String) {
        _ = ground.platform.bind(account, true, at: ground.clock.truth)
        collectCallbacks()
    }
}
