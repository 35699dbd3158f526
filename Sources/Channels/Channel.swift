import CampaignModel
import Wire

/// How a contact travels: a codec, nothing more. Both verbs are pure; only the transport waits for a network.
///
/// A channel says what was *seen*. What it means, what it gives back and whether it is tried again is the outcome
/// table's to say (`SendingRules`), so that one reply cannot mean two things in two channels.
package protocol Channel: Sendable {
    /// The one request that carries all messages of the contact.
    /// - Throws: `ContactDefect` when the contact cannot be written as a request. Nothing may be sent then.
    func request(for contact: RenderedContact, token: AccessToken) throws -> HTTPRequest

    /// What a complete reply shows. Exchanges without a complete reply never come here: their sight is the
    /// transport's (`Sight.notLeft`, `Sight.noAnswer`).
    /// - Parameters:
    ///   - recipient: the open_id the request was for; a reply that names another one proves nothing.
    ///   - messages: how many messages the contact held, 1–3.
    func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer
}

/// A contact that cannot be written as a request: a defect of the content or of ours, found before any byte leaves.
package enum ContactDefect: Error, Equatable {
    /// Rule 6: a contact holds 1–3 messages.
    case messageCount(Int)
    case emptyRecipient
    /// A group takes text, images and applet cards.
    case notForGroups
    case emptySender
    /// An answer without the message and conversation that it answers.
    case answersNothing
    /// The platform was configured to take coupon ids as numbers and this one is none.
    case couponIDNotNumeric(String)
}
