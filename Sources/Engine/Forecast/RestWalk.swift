import CampaignModel
import Experiments
import Ports
import SendingRules

/// The people of a run who wait for its test, opened as the judge opens them. What people will do with their messages is
/// not known, and without it nothing is called before the last look: the forecast is of a test that shows nothing.
struct RestWalk {
    private let request: ExperimentRequest?
    /// A look has decided that a person decides, or what is known today would make the last one say so.
    private let isHeld: Bool
    private var people: ArraySlice<Forecaster.Person>
    /// Of the test share, or of the last batch.
    private var lastStart: Moment?
    /// By when the wait of a served test share is over.
    private var firstLook: Moment?
    private let countBefore: Int

    init(_ ask: Forecaster.Ask) {
        request = ask.campaign.experiment
        isHeld = ask.isTestHeld || (request?.onInconclusive == .hold && request?.method != .bandit)
        people = ask.rest[...]
        countBefore = ask.rest.count
        lastStart = ask.lastTestStart
    }

    var isEmpty: Bool { people.isEmpty }
    var count: Int { people.count }

    mutating func removeAll() { people = [] }

    mutating func noteStart(at now: Moment) {
        if let request, !people.isEmpty {
            lastStart = now
            firstLook = now + request.wait
        }
    }

    /// Whom a look at `now` gives a place in the plan.
    mutating func look(isServed: Bool, at now: Moment) -> [Forecaster.Person] {
        guard let request, !isHeld else { return [] }
        if now >= request.decideBy { return take(people.count) }
        guard request.method == .bandit, isServed, batchDue(request).map({ now >= $0 }) ?? true else { return [] }
        return take(Bandit.batchPeople)
    }

    /// When the next look plans somebody; nil: none does, or not before the last batch is served.
    func nextLook(isServed: Bool, start: Moment) -> Moment? {
        guard let request, !people.isEmpty, !isHeld else { return nil }
        guard request.method == .bandit, isServed else { return max(request.decideBy, start) }
        return min(max(batchDue(request) ?? start, start), max(request.decideBy, start))
    }

    private func batchDue(_ request: ExperimentRequest) -> Moment? {
        lastStart.map { $0 + Judge.batchWait(request) }
    }

    private mutating func take(_ count: Int) -> [Forecaster.Person] {
        let taken = Array(people.prefix(count))
        people = people.dropFirst(count)
        return taken
    }

    /// What a reader has to know of the people whose variant nobody knows.
    func said(of run: RunFacts) -> RunForecast.Test? {
        guard let request, countBefore > 0 else { return nil }
        let last = max(request.decideBy, run.start)
        let first = request.method == .bandit ? nil : firstLook.map { min($0, last) }
        return RunForecast.Test(
            people: countBefore, from: first?.iso8601, decideBy: last.iso8601,
            onInconclusive: request.onInconclusive.rawValue, isHeld: isHeld,
            isByBatch: request.method == .bandit)
    }
}
