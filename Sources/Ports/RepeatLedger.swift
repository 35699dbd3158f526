import CampaignModel

/// Answers that are given again when a request is repeated. A protocol of its own: only a ledger that daemons share keeps
/// them.
package protocol RepeatLedger: Sendable {
    /// nil: nobody asked under this name since then.
    func keptAnswer(_ name: [UInt8], since: Moment) throws -> KeptAnswer?
    /// In the transaction that did what was asked. Older ones go.
    func keep(_ answer: KeptAnswer, as name: [UInt8], forgetting before: Moment, term: Term) throws
}

package struct KeptAnswer: Sendable, Equatable {
    /// Of the question.
    package var fingerprint: [UInt8]
    package var body: [UInt8]
    package var at: Moment
    package init(fingerprint: [UInt8], body: [UInt8], at: Moment) {
        (self.fingerprint, self.body, self.at) = (fingerprint, body, at)
    }
}
