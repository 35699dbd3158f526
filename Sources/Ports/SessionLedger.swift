import CampaignModel

/// Who is logged in with a browser. What the browser holds stands here as a digest alone.
package protocol SessionLedger: Sendable {
    func begin(_ demand: SessionDemand) throws -> SessionRecord
    /// By the digest of what the browser shows; nil: there is none.
    func session(digest: [UInt8]) throws -> SessionRecord?
    /// The newest first.
    func sessions() throws -> [SessionRecord]
    func mark(_ demand: SessionMark) throws
    func endSessions(_ ids: [Int64], term: Term) throws
}

package struct SessionRecord: Sendable, Equatable {
    package var id: Int64
    package var person: String
    /// Over the secret and the token it was given for: another token, and the session is void.
    package var binding: [UInt8]
    package var began: Moment
    package var seen: Moment
    /// When the person last gave their token.
    package var proved: Moment
    package var agent: String
    package init(
        id: Int64, person: String, binding: [UInt8], began: Moment, seen: Moment, proved: Moment, agent: String
    ) {
        (self.id, self.person, self.binding, self.began) = (id, person, binding, began)
        (self.seen, self.proved, self.agent) = (seen, proved, agent)
    }
}

package struct SessionDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var digest: [UInt8]
    package var person: String
    package var binding: [UInt8]
    package var agent: String
    /// Sessions that end with this one's beginning.
    package var ending: [Int64]
    package init(
        now: Moment, term: Term, digest: [UInt8], person: String, binding: [UInt8], agent: String, ending: [Int64]
    ) {
        (self.now, self.term, self.digest, self.person) = (now, term, digest, person)
        (self.binding, self.agent, self.ending) = (binding, agent, ending)
    }
}

package struct SessionMark: Sendable {
    package var now: Moment
    package var term: Term
    package var session: Int64
    /// The person gave their token again.
    package var isProof: Bool
    package init(now: Moment, term: Term, session: Int64, isProof: Bool) {
        (self.now, self.term, self.session, self.isProof) = (now, term, session, isProof)
    }
}
