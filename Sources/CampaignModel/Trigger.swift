/// `trigger:` of a campaign file, in place of a start: what has to happen, to whom, and which of the platform's rights the
/// contact spends. One trigger, one delay, one contact.
package struct Trigger: Sendable, Equatable, Codable {
    /// What the platform lets an account send, and because of what.
    package enum Right: String, Sendable, Codable, CaseIterable {
        /// The person opened the conversation: within half a minute.
        case enter
        /// The person wrote: within a day.
        case reply
        /// The person authorised the account: once a day, as every batch.
        case proactive

        /// Answers to what a person did have counters of their own; nothing of the account's day is theirs.
        package var isAnswer: Bool { self != .proactive }
        /// How long after the event the platform takes it; nil: it does not count from the event.
        package var window: Duration? {
            switch self {
            case .enter: .seconds(30)
            case .reply: .hours(24)
            case .proactive: nil
            }
        }
    }

    /// When somebody who had their contact may have the next one.
    package enum Again: Sendable, Equatable, Codable {
        case never
        case every
        case after(Duration)
    }

    package enum Delay: Sendable, Equatable, Codable {
        case after(Duration)
        /// So many days later at this minute of the day in Shanghai.
        case days(Int, minute: Int)
    }

    package var on: EventKind
    /// For `replied`; empty: whatever was written.
    package var keywords: [String]
    /// For `entered`: `ad`, `video`, or the platform's number of the scene; empty: from wherever.
    package var enteredFrom: [String]
    /// The first event of its kind of this person at this account; nil: every one.
    package var isFirst: Bool?
    package var right: Right
    package var delay: Delay
    /// What must not have happened since the event.
    package var unless: [EventKind]
    package var again: Again
    /// How long after its moment a contact is still worth sending.
    package var fresh: Duration
    /// Events from this moment on are nobody's business any more.
    package var until: Moment

    package init(
        on: EventKind, keywords: [String] = [], enteredFrom: [String] = [], isFirst: Bool? = nil, right: Right,
        delay: Delay = .after(.zero), unless: [EventKind] = [], again: Again = .never, fresh: Duration, until: Moment
    ) {
        (self.on, self.keywords, self.enteredFrom, self.isFirst) = (on, keywords, enteredFrom, isFirst)
        (self.right, self.delay, self.unless) = (right, delay, unless)
        (self.again, self.fresh, self.until) = (again, fresh, until)
    }

    /// When the contact is to be made.
    package func due(after event: Moment) -> Moment {
        switch delay {
        case .after(let duration): event + duration
        case .days(let days, let minute):
            PlatformDay(number: PlatformDay(containing: event).number + Int32(days)).start + .minutes(Int64(minute))
        }
    }

    /// Answers travel on a lane of their own: a day that is full of batches leaves them open.
    package var channel: ChannelKind { right.isAnswer ? .reply : .privateMessage }
}

extension Campaign {
    /// The lane on which its contacts travel.
    package var laneChannel: ChannelKind { trigger?.channel ?? channel }
}

/// Something that happened to one person and that one campaign listens to. Its key is the campaign, the person, and what
/// the event says; it is started at most once.
package struct OccasionID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// What a contact because of an occasion needs on its way.
package struct Occasion: Sendable, Equatable {
    package var id: OccasionID
    package var right: Trigger.Right
    /// The inbound event's message and conversation, as the platform names them; empty when it told none.
    package var message: String
    package var conversation: String
    package init(id: OccasionID, right: Trigger.Right, message: String, conversation: String) {
        (self.id, self.right, self.message, self.conversation) = (id, right, message, conversation)
    }
}

extension SegmentID {
    /// Contacts because of an occasion are of no segment. Their attempts carry these instead, with the occasion's number as
    /// the position: 0 takes its place in the account's day like every contact, below it nothing of the day is used.
    package static func ofOccasion(_ right: Trigger.Right) -> SegmentID {
        switch right {
        case .proactive: SegmentID(rawValue: 0)
        case .enter: SegmentID(rawValue: -1)
        case .reply: SegmentID(rawValue: -2)
        }
    }
    package var isOfOccasion: Bool { rawValue <= 0 }
    package var isOfAnswer: Bool { rawValue < 0 }
}

/// What the gate is told of an occasion, read in the transaction that starts it.
package struct OccasionFacts: Sendable, Equatable {
    /// A contact that was started because of some occasion of this conversation.
    package struct Contact: Sendable, Equatable {
        package var event: Int64
        package var right: Trigger.Right
        package var messages: Int
        package var started: Moment
        package init(event: Int64, right: Trigger.Right, messages: Int, started: Moment) {
            (self.event, self.right, self.messages, self.started) = (event, right, messages, started)
        }
    }
    package var event: Int64
    package var happened: Moment
    package var due: Moment
    /// The platform named the message that an answer has to name.
    package var hasContext: Bool
    /// What the person did, or staff did towards them, since the event.
    package var since: Set<EventKind> = []
    /// The last start of this campaign's for this person.
    package var lastStarted: Moment?
    /// Of the last 24 hours, of the conversation, oldest first.
    package var contacts: [Contact] = []
    /// When somebody of the house last wrote by hand, in the last 24 hours.
    package var answered: Moment?
    /// How many times running the person wrote the same, this event included.
    package var sameText = 1

    package init(event: Int64, happened: Moment, due: Moment, hasContext: Bool) {
        (self.event, self.happened, self.due, self.hasContext) = (event, happened, due, hasContext)
    }
}
