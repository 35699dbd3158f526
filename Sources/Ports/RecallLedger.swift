import CampaignModel

/// What a recall keeps: one row a message, asked for durably before the platform is, so that a restart goes on with it.
package protocol RecallLedger: Sendable {
    /// Asks for everything the run has delivered and nobody has taken back yet, again for what was refused or unanswered.
    /// Returns how many messages are asked for. Audited.
    func askRecall(_ demand: RecallDemand) throws -> Int
    /// Asked for and due, oldest first.
    func recallsDue(limit: Int, at now: Moment) throws -> [RecallItem]
    /// When the next one falls due; nil: nobody waits for anything. A poll by the minute was refused: almost always
    /// there is no recall at all, and asking rings.
    func nextRecall() throws -> Moment?
    /// These leave now: until their answers are written down, nobody knows what became of them.
    func noteRecallsLeaving(_ items: [RecallItem], term: Term) throws
    func settleRecall(_ settlement: RecallSettlement) throws
    /// nil: nobody has asked.
    func recallCounts(of run: RunID) throws -> RecallCounts?
    /// The result of one person's messages, oldest first.
    func recalls(of run: RunID, recipient: RecipientID) throws -> [RecallState]
}

package struct RecallDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    /// Who did it, proved.
    package var person: String
    package init(now: Moment, term: Term, run: RunID, person: String) {
        (self.now, self.term, self.run, self.person) = (now, term, run, person)
    }
}

package struct RecallItem: Sendable, Hashable {
    /// Which message it is, however often it was asked for.
    package struct Key: Sendable, Hashable {
        let run: RunID
        let recipient: RecipientID
        let messageID: String
    }
    package let key: Key
    package var run: RunID
    package var recipient: RecipientID
    package var openID: String
    package var lane: Lane
    package var messageID: String
    package var tries: Int
    /// It was asked for before, and that answer was lost: the message may be back already.
    package var answerLost: Bool
    package init(
        run: RunID, recipient: RecipientID, openID: String, lane: Lane, messageID: String, tries: Int,
        answerLost: Bool = false
    ) {
        self.answerLost = answerLost
        key = Key(run: run, recipient: recipient, messageID: messageID)
        (self.run, self.recipient, self.openID) = (run, recipient, openID)
        (self.lane, self.messageID, self.tries) = (lane, messageID, tries)
    }
}

package struct RecallSettlement: Sendable {
    package var now: Moment
    package var term: Term
    package var item: RecallItem
    package var state: RecallState
    /// The platform's code of a refusal.
    package var code: Int?
    /// For `asked`: an answer was lost, now or before.
    package var answerLost = false
    /// For `asked`: not before this moment.
    package var notBefore: Moment?
    package init(
        now: Moment, term: Term, item: RecallItem, state: RecallState, code: Int? = nil, notBefore: Moment? = nil
    ) {
        (self.now, self.term, self.item) = (now, term, item)
        (self.state, self.code, self.notBefore) = (state, code, notBefore)
    }
}
