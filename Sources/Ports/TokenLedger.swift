import CampaignModel

/// Tokens that were made while a daemon ran, and those of the configuration that were ended. Each stands here as a digest
/// under the ledger's own key.
package protocol TokenLedger: Sendable {
    /// nil: the token was neither made nor ended here.
    func personToken(of token: [UInt8]) throws -> PersonToken?
    /// The newest first; those that have ended as well.
    func personTokens() throws -> [PersonToken]
    /// Makes one known, and ends whatever else proves the same person.
    func issue(_ demand: TokenIssue) throws -> PersonToken
    /// - Returns: how many ended.
    func endTokens(_ demand: TokenEnd) throws -> Int
    /// Ends what was made for people of other names than these: whoever comes later under such a name gets a token anew.
    /// - Returns: whose, in order.
    func endTokens(ofOthersThan people: [String], at now: Moment, term: Term) throws -> [String]
    /// The configuration has another token for somebody now: the one before proves nobody any more.
    func replaced(_ demand: TokenReplacement) throws
}

package struct PersonToken: Sendable, Equatable {
    package var id: Int64
    package var person: String
    package var digest: [UInt8]
    /// False: the configuration's, which stands here for its end alone.
    package var isIssued: Bool
    package var made: Moment
    package var madeBy: String
    /// nil: the configuration says.
    package var expires: Moment?
    /// From then on it proves nobody; nil: nobody ended it.
    package var ended: Moment?
    package init(
        id: Int64, person: String, digest: [UInt8], isIssued: Bool, made: Moment, madeBy: String, expires: Moment?,
        ended: Moment?
    ) {
        (self.id, self.person, self.digest, self.isIssued) = (id, person, digest, isIssued)
        (self.made, self.madeBy, self.expires, self.ended) = (made, madeBy, expires, ended)
    }

    package func isLive(at now: Moment) -> Bool {
        (ended.map { now < $0 } ?? true) && (expires.map { now < $0 } ?? true)
    }
}

package struct TokenIssue: Sendable {
    package var now: Moment
    package var term: Term
    package var person: String
    package var token: [UInt8]
    package var expires: Moment
    package var by: String
    /// When the person's other tokens end.
    package var othersEnd: Moment
    /// The one that the configuration has for them; nil: none.
    package var configured: [UInt8]?
    /// What the person was called before.
    package var names: Set<String>
    package init(
        now: Moment, term: Term, person: String, token: [UInt8], expires: Moment, by: String, othersEnd: Moment,
        configured: [UInt8]?, names: Set<String>
    ) {
        (self.now, self.term, self.person, self.token, self.expires) = (now, term, person, token, expires)
        (self.by, self.othersEnd, self.configured, self.names) = (by, othersEnd, configured, names)
    }
}

package struct TokenEnd: Sendable {
    package var now: Moment
    package var term: Term
    package var person: String
    /// One that was made here; nil: all of the person's.
    package var id: Int64?
    package var configured: [UInt8]?
    package var by: String
    package init(now: Moment, term: Term, person: String, id: Int64?, configured: [UInt8]?, by: String) {
        (self.now, self.term, self.person, self.id, self.configured, self.by) = (now, term, person, id, configured, by)
    }
}

package struct TokenReplacement: Sendable {
    package var now: Moment
    package var term: Term
    package var person: String
    package var old: [UInt8]?
    package var new: [UInt8]
    package var names: Set<String>
    package init(now: Moment, term: Term, person: String, old: [UInt8]?, new: [UInt8], names: Set<String>) {
        (self.now, self.term, self.person, self.old, self.new, self.names) = (now, term, person, old, new, names)
    }
}
