/// One rendered message: what the recipient will see. The five kinds that the platform allows in a proactive contact.
package enum Message: Hashable, Sendable, Codable {
    case text(String)
    /// `mediaID` is the platform's image id, from the upload of the image's content.
    case image(mediaID: String)
    /// `query` is a JSON text of the card's parameters.
    case appletCard(templateID: String, appID: String, path: String, query: String)
    case appletCoupon(activityID: String, couponMetaID: String)
    /// Asks the recipient to authorise the operator account `ownerOpenID` of the app `ownerAppID`.
    case authorizationCard(appID: String, ownerAppID: String, ownerOpenID: String)

    /// A proactive contact must hold at least one of these (rule 9).
    package var isCard: Bool {
        switch self {
        case .text, .image: false
        case .appletCard, .appletCoupon, .authorizationCard: true
        }
    }
}

/// One contact of one recipient: 1–3 messages that travel in one request.
package struct RenderedContact: Sendable, Equatable {
    /// The account's open_id.
    package let sender: String
    /// The recipient's open_id as the account's app sees it; of a group its id.
    package let recipient: String
    package let messages: [Message]
    package let channel: ChannelKind
    /// What it answers; nil: nothing.
    package let occasion: Occasion?
    package init(
        sender: String, recipient: String, messages: [Message], channel: ChannelKind = .privateMessage,
        occasion: Occasion? = nil
    ) {
        (self.channel, self.occasion, self.sender) = (channel, occasion, sender)
        (self.recipient, self.messages) = (recipient, messages)
    }
}

/// What one contact may hold (rule 6).
package let messagesPerContact = 1...3
