import CampaignModel

/// Rule 14, the person's part: nobody approves their own file. That only a reviewer approves at all says `RoleRule`.
package enum ReviewRule {
    package enum Refusal: String, Sendable, Equatable { case ownFile }

    package static func refusal(person: String, author: String) -> Refusal? { person == author ? .ownFile : nil }
}
