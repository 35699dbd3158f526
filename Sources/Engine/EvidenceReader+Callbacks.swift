import CampaignModel
import Channels
import Ports
import SendingRules

extension EvidenceReader {
    /// One callback, with when it came: no moment that it tells is believed later than that, and where it tells none, that
    /// is its moment.
    struct Heard {
        let event: PlatformEvent
        let arrival: Arrival
        let setup: EngineSetup

        var reading: Reading {
            switch event.content {
            case .challenge, .recalled, .other: Reading(note: "\(event.name): nothing to keep")
            case .unclear(let field): Reading(note: "\(event.name): no \(field)", isUnderstood: false)
            case .consent(let change): of(event.from, towards: event.to) { consent(change, $0) }
            case .received(let message):
                of(event.from, towards: event.to, otherwise: { elsewhere(message) }) { received(message, $0) }
            case .sent(let message): of(event.to, towards: event.from) { sent(message, $0) }
            case .entered(let entrance):
                of(event.from, towards: event.to) { account in
                    var context = EventContext()
                    context.message = entrance.messageID
                    context.conversation = entrance.conversation
                    context.enteredFrom = entrance.enteredFrom
                    context.ad = entrance.ad
                    context.content = content(.entered, account, at: entrance.created, entrance.messageID, "")
                    let word = word(
                        .entered, of: event.from, account, at: entrance.created,
                        key: key(entrance.messageID, entrance.created), context: context)
                    return Reading(evidence: [word], note: event.name)
                }
            case .traded(let trade): traded(trade)
            case .contract(let granted, let scopes, let at): contract(granted: granted, scopes, at: at)
            }
        }

        private func of(
            _ person: String, towards name: String, otherwise: () -> Reading? = { nil },
            _ read: (AccountSetup) -> Reading
        ) -> Reading {
            let account = account(name)
            guard account != nil || otherwise() != nil else {
                return Reading(note: "\(event.name): no account of ours")
            }
            guard PersonID.isUsable(person) else {
                return Reading(note: "\(event.name): no usable id of a person", isUnderstood: false)
            }
            return account.map(read) ?? otherwise() ?? Reading(note: event.name)
        }

        /// Where none is named, the app's only one.
        private func account(_ openID: String) -> AccountSetup? {
            let accounts = setup.accounts.filter { $0.record.app == arrival.app }
            if openID.isEmpty { return accounts.count == 1 ? accounts[0] : nil }
            return accounts.first { $0.record.openID == openID }
        }

        private func believed(_ moment: Moment?) -> Moment { min(moment ?? arrival.received, arrival.received) }

        // MARK: - What it says

        /// The same order that a partner may tell in a file, by the same number, and so counted once.
        private func traded(_ trade: PlatformEvent.Trade) -> Reading {
            var line = EventLine(
                line: 0, openID: event.from, kind: .ordered, at: believed(trade.at), app: setup.app(arrival.app)?.name,
                amount: trade.amount, id: trade.order)
            if let coupon = trade.givenBack {
                line.change = OrderChange(kind: .refunded, order: trade.order)
                line.id = coupon.isEmpty ? trade.order : coupon
            }
            switch EvidenceReader(setup: setup).word(of: line, source: .callback, at: arrival.received) {
            case .success(let word): return Reading(evidence: [word], note: event.name)
            case .failure(let fault):
                return Reading(note: "\(event.name): \(fault.reason.rawValue)", isUnderstood: false)
            }
        }

        private func contract(granted: Bool, _ scopes: [String], at: Moment?) -> Reading {
            let named = event.from.isEmpty ? account(event.to) : account(event.from) ?? account(event.to)
            guard let account = named else { return Reading(note: "\(event.name): no account of ours") }
            // Another permission than that of private messages is none of our business; an unnamed one may be it.
            guard scopes.isEmpty || scopes.contains(where: { $0.hasPrefix("im.") }) else {
                return Reading(note: "\(event.name): other scopes")
            }
            let identity = EventIdentity.of([
                "contract", "\(granted)", account.record.openID, at.map { "\($0.milliseconds)" } ?? unnamed,
            ])
            return Reading(
                evidence: [
                    .binding(
                        BindingWord(
                            identity: identity, app: arrival.app, account: account.record.id, granted: granted,
                            at: believed(at)))
                ], note: event.name)
        }

        private func consent(_ change: PlatformEvent.ConsentChange, _ account: AccountSetup) -> Reading {
            let identity = EventIdentity.of([
                "consent", "\(change.authorized)", account.record.openID, event.from,
                change.updated.map { "\($0.milliseconds)" } ?? unnamed,
            ])
            return Reading(
                evidence: [
                    .consent(
                        ConsentWord(
                            identity: identity, app: account.record.app, account: account.record.id, openID: event.from,
                            authorized: change.authorized, said: believed(change.updated), expires: change.expires,
                            enteredFrom: change.enteredFrom))
                ], note: event.name)
        }

        private func received(_ message: PlatformEvent.ChatMessage, _ account: AccountSetup) -> Reading {
            let key = key(message.messageID, message.created)
            var context = EventContext()
            context.message = message.messageID
            context.conversation = message.conversation
            context.text = message.text
            context.said = Self.said(message.text)
            context.content = content(.replied, account, at: message.created, message.messageID, message.text)
            var evidence = [word(.replied, of: event.from, account, at: message.created, key: key, context: context)]
            if message.kind == "retain_consult_card" {
                context.content = content(.consulted, account, at: message.created, message.messageID, message.text)
                evidence.append(
                    word(.consulted, of: event.from, account, at: message.created, key: key, context: context))
            }
            if let found = optOut(in: message) {
                evidence.append(word(.optedOut, of: event.from, account, at: message.created, key: key, words: found))
            }
            return Reading(evidence: evidence, note: event.name)
        }

        private func optOut(in message: PlatformEvent.ChatMessage) -> String? {
            message.texts.lazy.compactMap(setup.optOut.match).first
        }

        /// To an account of the app that is not configured, or no longer: a "stop" is the app's, whoever it was said to.
        private func elsewhere(_ message: PlatformEvent.ChatMessage) -> Reading? {
            guard let found = optOut(in: message) else { return nil }
            let app = setup.app(arrival.app).map(setup.knownName) ?? ""
            let identity = EventIdentity.of([
                EventKind.optedOut.code, app, event.to, event.from, key(message.messageID, message.created),
            ])
            return Reading(
                evidence: [
                    .event(
                        EventWord(
                            identity: identity, kind: .optedOut, app: arrival.app, account: nil, openID: event.from,
                            at: believed(message.created), source: .callback, words: found))
                ], note: "\(event.name): no account of ours, an opt-out all the same")
        }

        private func sent(_ message: PlatformEvent.ChatMessage, _ account: AccountSetup) -> Reading {
            let app = setup.app(account.record.app)
            let isOurs = !message.source.isEmpty && (message.source == app?.clientKey || message.source == app?.name)
            let key = key(message.messageID, message.created)
            let answered = EventWord(
                identity: identity(.answered, account, event.to, key: key), kind: .answered, app: account.record.app,
                account: account.record.id, openID: event.to, at: believed(message.created), source: .callback)
            return Reading(
                evidence: [
                    .echo(
                        EchoWord(
                            app: account.record.app, account: account.record.id, openID: event.to,
                            messageID: message.messageID, at: believed(message.created), isOurs: isOurs,
                            otherwise: message.source.isEmpty ? answered : nil))
                ], note: event.name)
        }

        // MARK: - Which one it is

        /// By its id, else by its moment, else by its arrival.
        private func key(_ id: String, _ moment: Moment?) -> String {
            id.isEmpty ? moment.map { "\($0.milliseconds)" } ?? unnamed : id
        }

        /// By what it says and when, whatever id it carries: the same message has come back under another one.
        private func content(
            _ kind: EventKind, _ account: AccountSetup, at moment: Moment?, _ id: String, _ text: String
        ) -> [UInt8] {
            EventIdentity.of([
                "content", kind.code, account.record.appKnownAs, account.record.openID, event.from,
                moment.map { "\($0.milliseconds)" } ?? (id.isEmpty ? unnamed : id), text,
            ])
        }

        /// Enough to see the same text three times running, and far from enough to read it: of a telephone number, which
        /// anybody can try through, a hundred thousand others have the same.
        private static func said(_ text: String) -> Int64? {
            let letters = text.lowercased().filter { !$0.isWhitespace }
            guard !letters.isEmpty else { return nil }
            return EventIdentity.of(["said", letters]).prefix(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }

        private var unnamed: String {
            let app = setup.app(arrival.app).map(setup.knownName) ?? ""
            let digest = EventIdentity.of(arrival: arrival.body, event, from: app, at: arrival.received)
            return digest.reduce(into: "unsaid ") { text, byte in text += String(byte, radix: 16) + "." }
        }

        private func identity(_ kind: EventKind, _ account: AccountSetup, _ openID: String, key: String) -> [UInt8] {
            EventIdentity.of([kind.code, account.record.appKnownAs, account.record.openID, openID, key])
        }

        private func word(
            _ kind: EventKind, of openID: String, _ account: AccountSetup, at: Moment?, key: String, words: String = "",
            context: EventContext = EventContext()
        ) -> Evidence {
            var word = EventWord(
                identity: identity(kind, account, openID, key: key), kind: kind, app: account.record.app,
                account: account.record.id, openID: openID, at: believed(at), source: .callback, words: words)
            word.context = context
            return .event(word)
        }
    }
}
