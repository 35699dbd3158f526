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
            return reading(of: event, app: arrival.app)
        } catch {
            return Reading(note: "not understood: \(error)", isUnderstood: false)
        }
    }

    private func reading(of event: PlatformEvent, app: AppID) -> Reading {
        func account(_ openID: String) -> AccountSetup? {
            setup.accounts.first { $0.record.app == app && $0.record.openID == openID }
        }
        let elsewhere = Reading(note: "\(event.name): no account of ours")
        switch event.content {
        case .challenge, .recalled, .other: return Reading(note: "\(event.name): nothing to keep")
        case .consent(let change):
            guard let account = account(event.to) else { return elsewhere }
            return consent(change, of: event, account)
        case .received(let message):
            guard let account = account(event.to) else { return elsewhere }
            return received(message, of: event, account)
        case .sent(let message):
            guard let account = account(event.from) else { return elsewhere }
            return sent(message, of: event, account)
        case .entered(let entrance):
            guard let account = account(event.to) else { return elsewhere }
            let key = entrance.messageID.isEmpty ? "\(entrance.created.milliseconds)" : entrance.messageID
            return Reading(
                evidence: [word(.entered, of: event.from, account, at: entrance.created, key: key)],
                note: event.name)
        case .contract(let granted, let scopes, let at):
            guard let account = account(event.from) ?? account(event.to) else { return elsewhere }
            // Another permission than that of private messages is none of our business; an unnamed one may be it.
            guard scopes.isEmpty || scopes.contains(where: { $0.hasPrefix("im.") }) else {
                return Reading(note: "\(event.name): other scopes")
            }
            let moment = at ?? setup.clock.now()
            let identity = EventIdentity.of([
                "contract", "\(granted)", account.record.openID, at.map { "\($0.milliseconds)" } ?? "unsaid",
            ])
            return Reading(
                evidence: [
                    .binding(
                        BindingWord(
                            identity: identity, app: app, account: account.record.id, granted: granted, at: moment))
                ], note: event.name)
        }
    }

    private func consent(
        _ change: PlatformEvent.ConsentChange, of event: PlatformEvent, _ account: AccountSetup
    ) -> Reading {
        let identity = EventIdentity.of([
            "consent", "\(change.authorized)", account.record.openID, event.from, "\(change.updated.milliseconds)",
        ])
        return Reading(
            evidence: [
                .consent(
                    ConsentWord(
                        identity: identity, app: account.record.app, account: account.record.id, openID: event.from,
                        authorized: change.authorized, said: change.updated, expires: change.expires,
                        enteredFrom: change.enteredFrom))
            ], note: event.name)
    }

    private func received(
        _ message: PlatformEvent.ChatMessage, of event: PlatformEvent, _ account: AccountSetup
    ) -> Reading {
        var evidence = [word(.replied, of: event.from, account, at: message.created, key: message.messageID)]
        if message.kind == "retain_consult_card" {
            evidence.append(word(.consulted, of: event.from, account, at: message.created, key: message.messageID))
        }
        if let found = setup.optOut.match(in: message.text) {
            evidence.append(
                word(.optedOut, of: event.from, account, at: message.created, key: message.messageID, words: found))
        }
        return Reading(evidence: evidence, note: event.name)
    }

    private func sent(
        _ message: PlatformEvent.ChatMessage, of event: PlatformEvent, _ account: AccountSetup
    ) -> Reading {
        let app = setup.app(account.record.app)
        let isOurs = !message.source.isEmpty && (message.source == app?.clientKey || message.source == app?.name)
        let answered = EventWord(
            identity: identity(.answered, account, event.to, key: message.messageID), kind: .answered,
            app: account.record.app, account: account.record.id, openID: event.to, at: message.created,
            source: .callback)
        return Reading(
            evidence: [
                .echo(
                    EchoWord(
                        app: account.record.app, account: account.record.id, openID: event.to,
                        messageID: message.messageID, at: message.created, isOurs: isOurs,
                        otherwise: message.source.isEmpty ? answered : nil))
            ], note: event.name)
    }

    private func identity(_ kind: EventKind, _ account: AccountSetup, _ openID: String, key: String) -> [UInt8] {
        EventIdentity.of([kind.code, account.record.appName, account.record.openID, openID, key])
    }

    private func word(
        _ kind: EventKind, of openID: String, _ account: AccountSetup, at: Moment, key: String, words: String = ""
    ) -> Evidence {
        .event(
            EventWord(
                identity: identity(kind, account, openID, key: key), kind: kind, app: account.record.app,
                account: account.record.id, openID: openID, at: at, source: .callback, words: words))
    }

    // MARK: - Lines

    /// A partner's line as a word for the ledger.
    func word(of line: EventLine, source: ArrivalSource, at now: Moment) -> Result<Evidence, LineFault> {
        // A minute for two clocks that differ.
        guard line.at <= now + .minutes(1) else { return .failure(LineFault(reason: .inFuture)) }
        var account: AccountSetup?
        let app: AppSetup
        if let name = line.account {
            guard let found = setup.account(named: name), let its = setup.app(found.record.app) else {
                return .failure(LineFault(reason: .unknownAccount))
            }
            (account, app) = (found, its)
        } else if let name = line.app {
            guard let found = setup.apps.first(where: { $0.name == name || $0.clientKey == name }) else {
                return .failure(LineFault(reason: .unknownAccount))
            }
            app = found
        } else {
            guard setup.apps.count == 1 else { return .failure(LineFault(reason: .whichApp)) }
            app = setup.apps[0]
        }
        // The partner's own number alone, so that the same order told by a file and over HTTP is one order.
        let parts =
            line.id.map { ["line", line.kind.code, app.name, line.openID, $0] }
            ?? [
                "line", line.kind.code, app.name, line.openID, line.account ?? "", "\(line.at.milliseconds)",
                "\(line.amount ?? 0)",
            ]
        return .success(
            .event(
                EventWord(
                    identity: EventIdentity.of(parts), kind: line.kind, app: app.id, account: account?.record.id,
                    openID: line.openID, at: line.at, amount: line.amount, source: source)))
    }

    struct LineFault: Error {
        let reason: BadEventLine.Reason
    }
}
