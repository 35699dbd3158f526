import Answers
import CampaignModel
import Digests
import Logging
import Ports
import SendingRules
import Synchronization
import Words

/// The people's tokens as the configuration's files have them now: whoever writes another one replaces it without a restart.
package final class TokenRoll: Sendable {
    private let changed = Mutex<[String: Secret]>([:])
    package init() {}

    package func token(of person: PersonSetup) -> Secret? {
        changed.withLock { $0[person.name] } ?? person.token
    }
    package func replace(_ token: Secret, of person: String) { changed.withLock { $0[person] = token } }
}

/// What proves people: the configuration's token, and those that an operator made since. The ledger keeps digests alone.
extension Desk {
    struct TokenProof {
        var person: PersonSetup
        var expires: Moment?
        /// What a session is bound to that this token begins.
        var bond: [UInt8]
    }

    /// - Throws: `unproved` for a token that is nobody's, or nobody's any more.
    func proof(_ token: String) throws -> TokenProof {
        let bytes = Array(token.utf8)
        let given = Secret(bytes: bytes)
        let now = setup.clock.now()
        // Every token is compared, so that the time it takes says nothing about which one was near.
        var found: PersonSetup?
        for person in setup.people where setup.roll.token(of: person) == given && !given.isEmpty { found = person }
        let kept = try setup.ledger.personToken(of: bytes)
        if let kept, let end = kept.ended, now >= end {
            throw DeskRefusal(
                .unproved, code: "token_ended", Catalogue.Tokens.endedToken(kept.person, end.minuteText()))
        }
        var proof = found.map { TokenProof(person: $0, expires: $0.tokenExpires, bond: bytes) }
        if let kept, kept.isIssued {
            proof = setup.people.first { $0.name == kept.person }.map {
                TokenProof(person: $0, expires: kept.expires, bond: Self.bond(of: kept))
            }
        }
        guard let proof else { throw DeskRefusal(.unproved, code: "unproved", Catalogue.Desk.unproved) }
        if let end = proof.expires, now >= end {
            throw DeskRefusal(
                .unproved, code: "token_expired", Catalogue.Desk.tokenExpired(proof.person.name, end.minuteText()))
        }
        return proof
    }

    /// What a session of somebody who proves themself so is bound to.
    func bond(of identity: Identity) throws -> (person: PersonSetup, bond: [UInt8]) {
        switch identity {
        case .token(let token):
            let proof = try proof(token)
            return (proof.person, proof.bond)
        case .name:
            let person = try prove(identity)
            return (person, configured(person) ?? [])
        case .session, .vouched, .nobody:
            throw DeskRefusal(.unproved, code: "unproved", Catalogue.Pages.loginNeeded)
        }
    }

    /// Of every token that proves the person now. Nobody's is empty: whoever has no token was named on a rehearsal.
    func bonds(of person: PersonSetup, at now: Moment) throws -> [[UInt8]] {
        var bonds = try setup.ledger.personTokens().filter {
            $0.isIssued && $0.person == person.name && $0.isLive(at: now)
        }.map(Self.bond)
        if try isConfiguredLive(person, at: now) { bonds.append(configured(person) ?? []) }
        return bonds
    }

    /// Whether somebody was shut out: no token proves them, and the last of theirs was ended, not merely over. A proxy's word
    /// for them counts no more either, until they are given another.
    func isShutOut(_ person: PersonSetup, at now: Moment) throws -> Bool {
        let mine = try setup.ledger.personTokens().filter { $0.person == person.name }
        guard let last = mine.first, let end = last.ended, now >= end else { return false }
        return try bonds(of: person, at: now).isEmpty
    }

    private static func bond(of token: PersonToken) -> [UInt8] { Array("issued:".utf8) + token.digest }

    private func configured(_ person: PersonSetup) -> [UInt8]? {
        setup.roll.token(of: person)?.withBytes { $0 }
    }

    private func isConfiguredLive(_ person: PersonSetup, at now: Moment) throws -> Bool {
        if let end = person.tokenExpires, now >= end { return false }
        guard let token = configured(person) else { return setup.trustNames }
        guard let end = try setup.ledger.personToken(of: token)?.ended else { return true }
        return now < end
    }

    // MARK: - Tending them

    package func tokens(as identity: Identity) throws -> [TokenHolder] {
        _ = try prove(identity, for: .tendTokens, isLook: true)
        let (now, all) = (setup.clock.now(), try setup.ledger.personTokens())
        return try setup.people.map { person in
            var tokens = all.filter { $0.person == person.name && $0.isIssued }.prefix(Self.tokensShown).map {
                TokenHolder.Token(
                    id: $0.id, made: $0.made.iso8601, madeBy: $0.madeBy, expires: $0.expires?.iso8601,
                    ended: $0.ended?.iso8601, live: $0.isLive(at: now))
            }
            if let token = configured(person) {
                tokens.append(
                    TokenHolder.Token(
                        expires: person.tokenExpires?.iso8601,
                        ended: try setup.ledger.personToken(of: token)?.ended?.iso8601,
                        live: try isConfiguredLive(person, at: now)))
            }
            return TokenHolder(person: person.name, roles: person.roles.map(\.rawValue), tokens: tokens)
        }
    }

    private static let tokensShown = 10

    package func tend(_ request: TokenRequest, as identity: Identity) throws -> TokenReceipt {
        let by = try prove(identity, for: .tendTokens)
        guard let holder = setup.people.first(where: { $0.name == request.person }) else {
            throw DeskRefusal(.notFound, code: "unknown_person", Catalogue.Desk.unknownPerson(request.person))
        }
        let receipt: TokenReceipt
        do {
            switch request.act {
            case .issue: receipt = try issue(request, to: holder, by)
            case .end: receipt = try end(request, of: holder, by)
            }
        } catch LedgerError.storage {
            throw DeskRefusal(.conflict, code: "ledger_busy", Catalogue.Desk.busy)
        }
        setup.logger.notice(
            "a person acted",
            metadata: [
                "act": "token \(request.act.rawValue)", "person": "\(by.name)", "holder": "\(holder.name)",
                "token": "\(receipt.id ?? request.token ?? 0)",
            ])
        return receipt
    }

    private func issue(_ request: TokenRequest, to holder: PersonSetup, _ by: PersonSetup) throws -> TokenReceipt {
        let days = request.days ?? TokenRequest.daysDefault
        let hours = request.overlapHours ?? 0
        let words = Catalogue.Tokens.self
        guard TokenRequest.days.contains(days) else {
            throw DeskRefusal(
                .invalid, code: "bad_value",
                words.outOfRange(words.days, option: "--days", key: "days", TokenRequest.days))
        }
        guard TokenRequest.overlapHours.contains(hours) else {
            throw DeskRefusal(
                .invalid, code: "bad_value",
                words.outOfRange(words.overlap, option: "--overlap", key: "overlapHours", TokenRequest.overlapHours))
        }
        let now = setup.clock.now()
        let token = setup.freshSecret().hexadecimal
        let end = now + .hours(Int64(hours))
        let issued = try setup.ledger.issue(
            TokenIssue(
                now: now, term: setup.term, person: holder.name, token: Array(token.utf8),
                expires: now + .days(Int64(days)), by: by.name, othersEnd: end, configured: configured(holder),
                names: holder.formerNames))
        return TokenReceipt(
            person: holder.name, token: token, id: issued.id, expires: issued.expires?.iso8601,
            othersEnd: end.iso8601)
    }

    private func end(_ request: TokenRequest, of holder: PersonSetup, _ by: PersonSetup) throws -> TokenReceipt {
        let now = setup.clock.now()
        guard try isOperatorLeft(without: request, of: holder, at: now) else {
            throw DeskRefusal(.conflict, code: "last_operator", Catalogue.Tokens.lastOperator)
        }
        var last = configured(holder)
        // Whom only a proxy proves has no token to end: one that nobody ever held stands for all.
        if request.token == nil, last == nil, try bonds(of: holder, at: now).isEmpty, try !isShutOut(holder, at: now) {
            last = Array(setup.freshSecret().hexadecimal.utf8)
        }
        let ended = try setup.ledger.endTokens(
            TokenEnd(
                now: now, term: setup.term, person: holder.name, id: request.token, configured: last, by: by.name))
        guard ended > 0 else {
            throw DeskRefusal(.notFound, code: "no_token", Catalogue.Tokens.nothingToEnd(holder.name))
        }
        return TokenReceipt(person: holder.name, ended: ended)
    }

    /// Somebody must be able to make the next one.
    private func isOperatorLeft(without request: TokenRequest, of holder: PersonSetup, at now: Moment) throws -> Bool {
        guard holder.roles.contains(.operator) else { return true }
        let all = try setup.ledger.personTokens()
        return try setup.people.contains { person in
            guard person.roles.contains(.operator) else { return false }
            let isHolder = person.name == holder.name
            // Of the holder only what is not meant stays.
            let issued = all.contains {
                $0.isIssued && $0.person == person.name && $0.ended == nil && $0.isLive(at: now)
                    && !(isHolder && (request.token == nil || request.token == $0.id))
            }
            if issued { return true }
            if isHolder && request.token == nil { return false }
            guard let token = configured(person), try isConfiguredLive(person, at: now) else { return false }
            return try setup.ledger.personToken(of: token)?.ended == nil
        }
    }
}
