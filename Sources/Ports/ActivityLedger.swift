import CampaignModel

/// When people are lively: what `send_time: best` looks at. Whoever learns of a sign of life notes it here: an inbound
/// message, an entered conversation, a clicked card.
package protocol ActivityLedger: Sendable {
    /// How often somebody was seen in each quarter of the day, Shanghai's wall; nil asks for everybody of the account.
    func activity(of recipient: RecipientID?, account: AccountID) throws -> [(slot: Int, seen: Int)]
}

package struct ActivitySign: Sendable {
    package var account: AccountID
    package var recipient: RecipientID
    package var at: Moment
    package init(account: AccountID, recipient: RecipientID, at: Moment) {
        (self.account, self.recipient, self.at) = (account, recipient, at)
    }
}

/// What a plan by best time needs to know of its run: the slots that are open.
package struct BestTimeDemand: Sendable, Equatable {
    /// Quarters of the day in which the run may send, on the day of its start. Not empty.
    package var open: [Int]
    /// Slots before this one have passed on the only day the run has: their people go as soon as it begins.
    package var earliest: Int?
    package init(open: [Int], earliest: Int?) { (self.open, self.earliest) = (open, earliest) }
}
