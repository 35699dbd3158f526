import Answers
import CampaignModel
import Digests
import Ports
import SendingRules
import Words

/// Browsers: a token once, then a session that the ledger knows by its digest.
extension Desk {
    /// Of one person: whoever logs in once more ends the oldest.
    private static let sessionsMax = 16
    private static let agentMax = 200

    struct Sitting {
        var person: PersonSetup
        var record: SessionRecord
    }

    package func logIn(as identity: Identity, agent: String, replacing replaced: Identity) throws -> SessionKey {
        let (person, bound) = try bond(of: identity)
        let now = setup.clock.now()
        let secret = setup.freshSecret().hexadecimal
        var ending: [Int64] = []
        if case .session(let old) = replaced, let known = try setup.ledger.session(digest: Self.digest(of: old)) {
            ending.append(known.id)
        }
        let (live, dead) = try sessions()
        ending += dead.map(\.id)
        ending += live.filter { $0.person == person.name }.dropFirst(Self.sessionsMax - 1).map(\.id)
        _ = try setup.ledger.begin(
            SessionDemand(
                now: now, term: setup.term, digest: Self.digest(of: secret), person: person.name,
                binding: Self.binding(of: secret, to: person, by: bound), agent: String(agent.prefix(Self.agentMax)),
                ending: ending))
        return SessionKey(secret: secret, person: person.name, lasts: SessionRule.lengthMax)
    }

    package func session(of identity: Identity) throws -> SessionSheet {
        if case .vouched = identity {
            let person = try prove(identity)
            return SessionSheet(
                id: 0, person: person.name, roles: person.roles.map(\.rawValue), deeds: Set(Self.deeds(of: person)),
                unproved: [])
        }
        guard case .session(let secret) = identity else { throw Self.nobody }
        let sitting = try sitting(secret)
        let now = setup.clock.now()
        if SessionRule.isStale(seen: sitting.record.seen, at: now, speed: setup.clock.speed()) {
            // Safe because a ledger that takes no writes only shortens a session; pages that tell of the trouble must show.
            try? setup.ledger.mark(
                SessionMark(now: now, term: setup.term, session: sitting.record.id, isProof: false))
        }
        let deeds = Self.deeds(of: sitting.person)
        let isProved = SessionRule.isProved(sitting.record.proved, at: now, speed: setup.clock.speed())
        return SessionSheet(
            id: sitting.record.id, person: sitting.person.name, roles: sitting.person.roles.map(\.rawValue),
            deeds: Set(deeds),
            unproved: isProved ? [] : Set(deeds).intersection(SessionRule.secondProof.map(\.rawValue)))
    }

    private static func deeds(of person: PersonSetup) -> [String] {
        RoleRule.Deed.allCases.filter { RoleRule.mayDo($0, roles: person.roles) }.map(\.rawValue)
    }

    package func proveAgain(_ proof: Identity, of session: Identity) throws {
        guard case .session(let secret) = session else { throw Self.nobody }
        let sitting = try sitting(secret)
        if case .session = proof { throw Self.nobody }
        guard try prove(proof).name == sitting.person.name else { throw Self.nobody }
        try setup.ledger.mark(
            SessionMark(now: setup.clock.now(), term: setup.term, session: sitting.record.id, isProof: true))
    }

    package func caller(_ identity: Identity) throws -> CallerSheet {
        let person = try prove(identity)
        var end: Moment?
        if case .token(let token) = identity { end = try proof(token).expires }
        return CallerSheet(
            person: person.name, roles: person.roles.map(\.rawValue), deeds: Self.deeds(of: person),
            tokenExpires: end?.iso8601)
    }

    package func logOut(_ identity: Identity) throws {
        guard case .session(let secret) = identity,
            let record = try setup.ledger.session(digest: Self.digest(of: secret))
        else { return }
        try setup.ledger.endSessions([record.id], term: setup.term)
    }

    /// One's own; an operator sees everybody's.
    package func sessions(as identity: Identity) throws -> [SessionLine] {
        let (person, own) = try seat(of: identity)
        return try sessions().live.filter { mayEnd($0, person) }.map { record in
            SessionLine(
                id: record.id, person: record.person, began: record.began.iso8601, seen: record.seen.iso8601,
                agent: record.agent, isThis: record.id == own)
        }
    }

    package func endSession(_ id: Int64, as identity: Identity) throws {
        let person = try seat(of: identity).person
        guard let record = try setup.ledger.sessions().first(where: { $0.id == id }), mayEnd(record, person) else {
            throw DeskRefusal(.notFound, code: "no_session", Catalogue.Pages.noSession)
        }
        try setup.ledger.endSessions([id], term: setup.term)
    }

    // MARK: - Parts

    /// - Throws: `unproved` for what is unknown, over, or given for another token than the person has now.
    func sitting(_ secret: String) throws -> Sitting {
        let now = setup.clock.now()
        guard let record = try setup.ledger.session(digest: Self.digest(of: secret)),
            SessionRule.isLive(began: record.began, seen: record.seen, at: now, speed: setup.clock.speed()),
            let person = setup.people.first(where: { $0.name == record.person }),
            try bonds(of: person, at: now).contains(where: {
                Secret(bytes: record.binding) == Secret(bytes: Self.binding(of: secret, to: person, by: $0))
            })
        else { throw Self.nobody }
        return Sitting(person: person, record: record)
    }

    func isFreshlyProved(_ identity: Identity) throws -> Bool {
        guard case .session(let secret) = identity else { return false }
        return SessionRule.isProved(
            try sitting(secret).record.proved, at: setup.clock.now(), speed: setup.clock.speed())
    }

    private func sessions() throws -> (live: [SessionRecord], dead: [SessionRecord]) {
        let (now, speed) = (setup.clock.now(), setup.clock.speed())
        let all = try setup.ledger.sessions()
        let isLive = { (record: SessionRecord) in
            SessionRule.isLive(began: record.began, seen: record.seen, at: now, speed: speed)
        }
        return (all.filter(isLive), all.filter { !isLive($0) })
    }

    private func mayEnd(_ record: SessionRecord, _ person: PersonSetup) -> Bool {
        record.person == person.name || person.roles.contains(.operator)
    }

    /// Who sits before a browser, and which session it is; nil: none, because a proxy names them with each request.
    private func seat(of identity: Identity) throws -> (person: PersonSetup, session: Int64?) {
        switch identity {
        case .session(let secret):
            let sitting = try sitting(secret)
            return (sitting.person, sitting.record.id)
        case .vouched: return (try prove(identity), nil)
        case .token, .name, .nobody: throw Self.nobody
        }
    }

    private static var nobody: DeskRefusal {
        DeskRefusal(.unproved, code: "unproved", Catalogue.Pages.loginNeeded)
    }

    private static func digest(of secret: String) -> [UInt8] { Digest.of(secret.utf8) }

    private static func binding(of secret: String, to person: PersonSetup, by bond: [UInt8]) -> [UInt8] {
        KeyedDigest.of(Array(person.name.utf8) + [0] + bond, key: Array(secret.utf8))
    }
}
