/// What one exchange with the platform showed, before anybody says what it means.
/// A channel reads it off the wire; `SendingRules.OutcomeTable` says what it means.
package struct Answer: Sendable, Equatable {
    package var sight: Sight
    /// The platform's ids of the messages it accepted, in the order of the contact.
    package var messageIDs: [String]
    /// Per message of the contact, when the platform says so: its error code, 0 for accepted.
    package var messageCodes: [Int]
    /// The platform's own log id, to quote to its support. Empty when it gave none.
    package var logID: String
    /// What the platform said in words, cut to a bounded length. Never used for a decision.
    package var description: String
    /// From `Retry-After`, bounded; nil when absent or absurd.
    package var retryAfter: Duration?

    package init(
        sight: Sight, messageIDs: [String] = [], messageCodes: [Int] = [], logID: String = "",
        description: String = "", retryAfter: Duration? = nil
    ) {
        (self.sight, self.messageIDs, self.messageCodes) = (sight, messageIDs, messageCodes)
        (self.logID, self.description, self.retryAfter) = (logID, description, retryAfter)
    }
}

/// What was seen. The order of trust: did any request byte leave; was there a complete, valid reply; what does it say.
package enum Sight: Hashable, Sendable {
    /// No request byte left this machine.
    case notLeft(Obstacle)
    /// A byte may have left, and no complete valid reply came back.
    case noAnswer(Loss)
    /// A complete, valid reply with business code 0 for the whole contact, for the right person, with a message id.
    case success
    /// A complete, valid reply: some messages of the contact were accepted and some refused; `messageCodes` says which.
    case partialSuccess
    /// A complete reply that claims success but does not prove it.
    case ambiguous(Ambiguity)
    /// A complete, valid reply with a non-zero business code.
    case refusal(code: Int)
    /// A complete HTTP answer that is no business answer, such as 429 or 502.
    case httpStatus(Int)
}

/// Why no byte left.
package enum Obstacle: String, Hashable, Sendable, Codable, CaseIterable {
    case nameNotResolved, connectFailed, tlsFailed, streamRefused
    /// The last look before the byte: too late to start, stopped by a person, opted out meanwhile.
    case deadlinePassed, stopped, optedOut
    /// The transport is closing.
    case closing
    /// A message could not be rendered or encoded; a defect of ours or of the content, never sent.
    case notRenderable
    /// There was no valid token for the account at the last look.
    case noToken
}

/// How an answer was lost after a byte may have left.
package enum Loss: String, Hashable, Sendable, Codable, CaseIterable {
    case timedOut, connectionLost, truncated, unreadable, tooLarge
    /// Found open after a crash or a lost lease: nothing is known beyond that it was started.
    case orphaned
}

/// A success that is not proved.
package enum Ambiguity: String, Hashable, Sendable, Codable, CaseIterable {
    /// `all_send_success=false` without a per-message list.
    case partialWithoutList
    case otherRecipient
    case noMessageID
}
