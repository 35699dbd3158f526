import CampaignModel
import Channels
import Ports
import SendingRules

/// From what arrived to what it proves: a pure reading, with the configured apps and accounts at hand.
struct EvidenceReader {
    struct Reading {
        var evidence: [Evidence] = []
        /// In a word, for the arrival's row.
        var note: String
        var isUnderstood = true
    }

    let setup: EngineSetup

    /// Of a callback whose signature was checked when it arrived.
    func reading(of arrival: Arrival) -> Reading {
        do {
            let event = try PlatformEvent(body: arrival.body)
            return Heard(event: event, arrival: arrival, setup: setup).reading
        } catch {
            return Reading(note: "not understood: not one JSON value", isUnderstood: false)
        }
    }

    // MARK: - Lines

    /// An opt-out whose account or app cannot be told counts at every app: in doubt the person is left alone.
    func words(of line: EventLine, source: ArrivalSource, at now: Moment) -> Result<[Evidence], LineFault> {
        switch word(of: line, source: source, at: now) {
        case .success(let word): return .success([word])
        case .failure(let fault):
            guard line.kind == .optedOut, fault.reason == .unknownAccount || fault.reason == .whichApp else {
                return .failure(fault)
            }
            return .success(
                setup.apps.compactMap { app in
                    var line = line
                    (line.account, line.app) = (nil, app.name)
                    // Safe because nothing but its account or app was at fault.
                    return try? word(of: line, source: source, at: now).get()
                })
        }
    }

    /// Whether it names an account or an app that there is not.
    func isAtFault(_ line: EventLine) -> Bool {
        line.account.map { setup.account(toldAs: $0) == nil }
            ?? line.app.map { setup.app(toldAs: $0) == nil } ?? false
    }

    /// A partner's line as a word for the ledger.
    func word(of line: EventLine, source: ArrivalSource, at now: Moment) -> Result<Evidence, LineFault> {
        if let fault = line.fault { return .failure(LineFault(reason: fault)) }
        // A minute for two clocks that differ. An opt-out counts whenever it is said to have been: what is wrong with its
        // moment is no reason to write to the person.
        let isOptOut = line.kind == .optedOut
        guard let at = line.at ?? (isOptOut ? now : nil) else { return .failure(LineFault(reason: .badMoment)) }
        guard at <= now + .minutes(1) || isOptOut else { return .failure(LineFault(reason: .inFuture)) }
        var account: AccountSetup?
        let app: AppSetup
        if let name = line.account {
            guard let found = setup.account(toldAs: name), let its = setup.app(found.record.app) else {
                return .failure(LineFault(reason: .unknownAccount))
            }
            (account, app) = (found, its)
        } else if let name = line.app {
            guard let found = setup.app(toldAs: name) else {
                return .failure(LineFault(reason: .unknownAccount))
            }
            app = found
        } else {
            guard setup.apps.count == 1 else { return .failure(LineFault(reason: .whichApp)) }
            app = setup.apps[0]
        }
        if account == nil {
            // Whose only account it is needs not be said.
            let its = setup.accounts.filter { $0.record.app == app.id }
            if its.count == 1 { account = its[0] }
        }
        let known = setup.knownName(of: app)
        if let change = line.change {
            // Safe because a change without an id of its own is at fault.
            let id = line.id ?? ""
            return .success(
                .order(
                    OrderWord(
                        identity: EventIdentity.of(["line", change.kind.rawValue, known, line.openID, id]),
                        order: Self.identity(of: line, id: change.order, app: known), kind: change.kind,
                        amount: line.amount, at: min(at, now), app: app.id, openID: line.openID, source: source)))
        }
        let identity: [UInt8]
        if let id = line.id {
            identity = Self.identity(of: line, id: id, app: known)
        } else {
            identity = EventIdentity.of([
                "line", line.kind.code, known, line.openID, line.account == nil ? "" : account?.record.knownAs ?? "",
                line.at.map { "\($0.milliseconds)" } ?? "unsaid", "\(line.amount ?? 0)",
            ])
        }
        return .success(
            .event(
                EventWord(
                    identity: identity, kind: line.kind, app: app.id, account: account?.record.id, openID: line.openID,
                    at: min(at, now), amount: line.amount, source: source)))
    }

    /// The partner's own number alone, so that the same order told by a file and over HTTP is one order.
    private static func identity(of line: EventLine, id: String, app: String) -> [UInt8] {
        EventIdentity.of(["line", line.kind.code, app, line.openID, id])
    }

    struct LineFault: Error {
        let reason: BadEventLine.Reason
    }
}
