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
            return Reading(note: "not understood: \(error)", isUnderstood: false)
        }
    }

    // MARK: - Lines

    /// A partner's line as words for the ledger, and what is wrong with it. An opt-out counts, whatever else is: one that
    /// names no account of ours counts for every app that it may have meant.
    func words(of line: EventLine, source: ArrivalSource, at now: Moment) -> (
        words: [Evidence], fault: BadEventLine.Reason?
    ) {
        if let fault = line.fault { return ([], fault) }
        do { return ([try word(of: line, in: whom(line), source: source, at: now)], nil) } catch {
            guard line.kind == .optedOut, error.reason == .unknownAccount || error.reason == .whichApp else {
                return ([], error.reason)
            }
            // Safe because an opt-out has no fault but whom it means, and that is said here.
            let words = setup.apps.compactMap { try? word(of: line, in: (nil, $0), source: source, at: now) }
            return (words, error.reason)
        }
    }

    private func whom(_ line: EventLine) throws(LineFault) -> (AccountSetup?, AppSetup) {
        if let name = line.account {
            guard let found = setup.account(toldAs: name), let its = setup.app(found.record.app) else {
                throw LineFault(reason: .unknownAccount)
            }
            return (found, its)
        }
        if let name = line.app {
            guard let found = setup.app(toldAs: name) else { throw LineFault(reason: .unknownAccount) }
            return (nil, found)
        }
        guard setup.apps.count == 1 else { throw LineFault(reason: .whichApp) }
        return (nil, setup.apps[0])
    }

    private func word(
        of line: EventLine, in whom: (account: AccountSetup?, app: AppSetup), source: ArrivalSource, at now: Moment
    ) throws(LineFault) -> Evidence {
        // A minute for two clocks that differ. An opt-out counts whenever it is said to have been: what is wrong with its
        // moment is no reason to write to the person.
        let isOptOut = line.kind == .optedOut
        guard let at = line.at ?? (isOptOut ? now : nil) else { throw LineFault(reason: .badMoment) }
        guard at <= now + .minutes(1) || isOptOut else { throw LineFault(reason: .inFuture) }
        var account = whom.account
        let app = whom.app
        // An opt-out from an account that is nobody's is one from the whole app.
        if account == nil, line.account == nil {
            // Whose only account it is needs not be said.
            let its = setup.accounts.filter { $0.record.app == app.id }
            if its.count == 1 { account = its[0] }
        }
        let known = setup.knownName(of: app)
        if let change = line.change {
            // Safe because a change without an id of its own is at fault.
            let id = line.id ?? ""
            return .order(
                OrderWord(
                    identity: EventIdentity.of(["line", change.kind.rawValue, known, line.openID, id]),
                    order: Self.identity(of: line, id: change.order, app: known), kind: change.kind,
                    amount: line.amount, at: min(at, now)))
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
        return .event(
            EventWord(
                identity: identity, kind: line.kind, app: app.id, account: account?.record.id, openID: line.openID,
                at: min(at, now), amount: line.amount, source: source))
    }

    /// The partner's own number alone, so that the same order told by a file and over HTTP is one order.
    private static func identity(of line: EventLine, id: String, app: String) -> [UInt8] {
        EventIdentity.of(["line", line.kind.code, app, line.openID, id])
    }

    struct LineFault: Error {
        let reason: BadEventLine.Reason
    }
}
