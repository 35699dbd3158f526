import CampaignModel

/// Rule 14, the person's part: nobody approves their own file, and only a reviewer approves at all.
package enum ReviewRule {
    package enum Refusal: String, Sendable, Equatable { case notReviewer, ownFile }

    package static func refusal(person: String, isReviewer: Bool, author: String) -> Refusal? {
        if !isReviewer { return .notReviewer }
        if person == author { return .ownFile }
        return nil
    }
}
