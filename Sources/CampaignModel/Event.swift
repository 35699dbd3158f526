/// Something that happened outside and that the ledger keeps as a fact: what people did, what staff did, what became of
/// a consent or of an account's permission. The number is what the ledger stores; the code is what files and figures say.
package enum EventKind: Int, Sendable, Codable, CaseIterable {
    /// Opened the conversation.
    case entered = 1
    /// Clicked a card, where the app reports it.
    case clicked = 2
    /// Wrote to the account.
    case replied = 3
    /// Asked about something: a lead card filled in, or what a partner calls a consultation.
    case consulted = 4
    /// Bought; carries an amount.
    case ordered = 5
    /// Complained to the platform. Only operators and partners can tell: the platform pushes no such event.
    case reported = 6
    /// Asked not to be written to any more.
    case optedOut = 7
    /// Staff wrote to the person by hand.
    case answered = 8
    case authorized = 9
    case withdrew = 10
    /// The account granted the app its permission, or took it away.
    case bound = 11
    case unbound = 12

    package var code: String {
        switch self {
        case .entered: "entered"
        case .clicked: "clicked"
        case .replied: "replied"
        case .consulted: "consulted"
        case .ordered: "ordered"
        case .reported: "reported"
        case .optedOut: "opted_out"
        case .answered: "answered"
        case .authorized: "authorized"
        case .withdrew: "withdrew"
        case .bound: "bound"
        case .unbound: "unbound"
        }
    }

    package init?(code: String) {
        guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    /// Whoever did it was looking at that moment: what best hours and `send_time: best` count. An order, a report or an
    /// opt-out reaches us hours later by other ways and says nothing about when somebody reads.
    package var isSignOfLife: Bool {
        switch self {
        case .entered, .clicked, .replied: true
        case .consulted, .ordered, .reported, .optedOut, .answered, .authorized, .withdrew, .bound, .unbound: false
        }
    }

    /// The figures that one event adds to. The platform reports no reads: whoever entered, clicked or replied has opened.
    package var conversions: [Conversion] {
        switch self {
        case .entered: [.opened]
        case .clicked: [.opened, .clicked]
        case .replied: [.opened, .replied]
        case .consulted: [.consulted]
        case .ordered: [.ordered]
        case .reported: [.reported]
        case .optedOut: [.optedOut]
        case .answered, .authorized, .withdrew, .bound, .unbound: []
        }
    }
}

/// What is counted per run and variant: people, events, and for orders the amount.
package enum Conversion: Int, Sendable, Codable, CaseIterable {
    case opened = 1
    case clicked = 2
    case replied = 3
    case consulted = 4
    case ordered = 5
    case reported = 6
    case optedOut = 7

    package var code: String {
        switch self {
        case .opened: "opened"
        case .clicked: "clicked"
        case .replied: "replied"
        case .consulted: "consulted"
        case .ordered: "ordered"
        case .reported: "reported"
        case .optedOut: "opted_out"
        }
    }
}

/// How long after a contact an event is still credited to it.
package struct AttributionWindows: Sendable, Equatable, Codable {
    /// For entering, clicking and replying.
    package var opens: Duration
    /// For what may come of it later: consultations, orders, reports, opt-outs.
    package var orders: Duration

    package init(opens: Duration = .hours(24), orders: Duration = .days(7)) {
        (self.opens, self.orders) = (opens, orders)
    }

    package static let standard = AttributionWindows()
    /// No campaign may ask for more: a touch is looked for day by day.
    package static let max: Duration = .days(30)

    /// nil: an event of this kind is nobody's conversion.
    package func window(for kind: EventKind) -> Duration? {
        switch kind {
        case .entered, .clicked, .replied: opens
        case .consulted, .ordered, .reported, .optedOut: orders
        case .answered, .authorized, .withdrew, .bound, .unbound: nil
        }
    }
}
