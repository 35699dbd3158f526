import CampaignModel
import Engine
import Ports
import Sandbox
import Wire

/// What the parts of one simulation share: time, chance, faults, the platform, the auditor, and what is going to happen.
final class Ground: @unchecked Sendable {
    let clock: SimulatedClock
    let town: Town
    let mutation: Mutation?
    var agenda = Agenda<Happening>()
    var faults: FaultPlan
    var auditor: Auditor
    var journal: Journal
    var platform: SandboxPlatform
    /// For delays on the wire; apart from the faults' own chance, so that one does not shift the other.
    var wireChance: SeededGenerator
    /// The ledger's disk takes nothing more, until then.
    var diskFullUntil: Moment?
    /// Nobody's authorised users can be walked, until then.
    var walkDownUntil: Moment?
    /// A planted fault is to take away somebody's row after this step.
    var losesWaitingRow = false

    init(_ options: SimulationOptions, town: Town, clock: SimulatedClock) {
        (self.clock, self.town) = (clock, town)
        mutation = options.mutation
        faults = FaultPlan(
            seed: options.seed &* 31 &+ 7, days: options.days, share: options.withFaults ? 0.5 : 0)
        auditor = Auditor(town)
        journal = Journal(keepsLines: options.keepsLines)
        platform = SandboxPlatform(town.world)
        wireChance = SeededGenerator(seed: options.seed &* 37 &+ 11)
    }

    func note(_ event: String, _ numbers: [Int64] = [], _ text: String = "") {
        journal.note(event, at: clock.truth, numbers, text)
    }

    func enter(_ happening: Happening, in delay: Duration) { agenda.enter(happening, at: clock.truth + delay) }

    /// Whether somebody acts while a contact is on its way to the wire.
    func strikesInFlight(_ kind: FaultKind) -> Bool { faults.strikesInFlight(kind) }

    /// A drawn fault, and its line in the journal.
    func strikes(_ kind: FaultKind) -> Bool {
        guard faults.strikes(kind) else { return false }
        note("fault", [], kind.rawValue)
        return true
    }
}

/// What can be on the agenda.
enum Happening {
    case departs(Flight)
    case arrives(Flight)
    case ends(Flight, ExchangeResult)
    case daemonStarts
    case drops([DroppedFile])
    case trayRings
    case reviews
    case acts(PersonAct)
    case fault(FaultKind)
    /// Somebody sets the wall right.
    case wallCorrected
    /// A stopped process or a sleeping machine goes on.
    case wakesUp(Life)
    case drains(Life)
    /// The operator's round: opens what was closed and settles what is unknown.
    case round
    /// The auditor's own look at the ledger.
    case looks
    /// The platform posts at the daemon's door.
    case tells(SandboxCallback, isForged: Bool)
    /// An account grants its permission again.
    case bindsAgain(String)
}

/// One life of the daemon, from start to whatever ends it.
final class Life: @unchecked Sendable {
    let number: Int
    /// Nothing that it does from here on has any effect: the process is gone.
    private(set) var isDead = false
    private(set) var crashed: FaultKind?
    /// Stopped in the middle of everything until then: its memory stays, nothing of it runs.
    var sleepsUntil: Moment?
    /// No step is started any more; what is on the wire is waited for.
    var isDraining = false

    init(number: Int) { self.number = number }

    func die(of cause: FaultKind? = nil) {
        isDead = true
        crashed = cause
    }
}

/// The process is gone; whoever sees this error runs in no world that counts.
struct LifeOver: Error {}
