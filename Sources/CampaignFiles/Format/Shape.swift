import CampaignModel

/// What may stand at one place of a file. One table of these drives the reader's checks *and* the schema for editors,
/// so that the two cannot drift apart.
indirect enum ValueKind: Sendable {
    /// Taken verbatim: `no`, `0123` and `1e3` stay what was written.
    case text(TextForm)
    case integer(ClosedRange<Int>)
    case boolean
    case choice([String])
    /// `5%`, two decimals at most.
    /// - Parameter some: above zero.
    case share(some: Bool = false)
    /// The same with 100 %: where a span ends.
    case bound
    /// A part of 100, two decimals at most.
    case weight
    /// - Parameter dates: a date alone has a meaning there.
    case moment(dates: Bool = false)
    case date
    case duration
    case window
    case list(ValueKind, ClosedRange<Int>)
    case oneOrMore(ValueKind)
    case mapping(Shape)
    /// Names of the writer's choosing.
    /// - Parameter areFields: they are names of fields.
    case anyKeys(ValueKind, limit: Int, areFields: Bool = false)
    case either([ValueKind])
}

/// Forms of text with rules of their own.
enum TextForm: Sendable {
    /// One line for people.
    case line(charactersMax: Int)
    /// What is sent: may hold line breaks.
    case message(charactersMax: Int)
    /// Put in where a person lacks the value: may be empty.
    case fallback(charactersMax: Int)
    /// The platform's own identifiers and paths: taken as they are, but for signs that no identifier has.
    case opaque(charactersMax: Int)
    /// The platform's number of a coupon or its activity.
    case couponNumber
    /// A card's parameter, which may be empty.
    case parameter(charactersMax: Int)
    case campaignID
    case audienceFile
    case imageFile
    case zone
    case weekday(ordinals: Bool)
    case dayOfMonth
    case condition
    case rule
    /// `end-of-day`, `+3d`, a date or a moment.
    case validity
    /// `0s`, `30m`, `1d at 20:00`.
    case delay
    /// `never`, `every`, `after 7d`.
    case again
    /// `ad`, `video`, or the platform's number.
    case scene
}

extension TextForm {
    var charactersMax: Int? {
        switch self {
        case .line(let limit), .message(let limit), .fallback(let limit), .opaque(let limit), .parameter(let limit):
            limit
        case .couponNumber, .campaignID, .audienceFile, .imageFile, .zone, .weekday, .dayOfMonth, .condition, .rule,
            .validity, .delay, .again, .scene:
            nil
        }
    }

    var mayHoldLines: Bool {
        if case .message = self { return true }
        return false
    }

    /// What is blank in the others has a word of its own there.
    var mayBeBlank: Bool {
        switch self {
        case .line, .opaque, .couponNumber: false
        case .message, .fallback, .parameter, .campaignID, .audienceFile, .imageFile, .zone, .weekday, .dayOfMonth,
            .condition, .rule, .validity, .delay, .again, .scene:
            true
        }
    }
}

/// One key of a mapping.
struct KeyRow: Sendable {
    let key: String
    let kind: ValueKind
    let required: Bool
    /// Another key of the mapping that takes its place.
    let substitute: String?
    /// As it would be written; nil when there is none.
    let fallback: String?
    let prose: Sentence

    init(
        _ key: String, _ kind: ValueKind, required: Bool = false, unless substitute: String? = nil,
        default fallback: String? = nil, _ prose: Sentence
    ) {
        (self.substitute, self.key, self.kind) = (substitute, key, kind)
        (self.required, self.fallback, self.prose) = (required, fallback, prose)
    }
}

/// The keys that one mapping may hold.
struct Shape: Sendable {
    /// For the rules that hold between its keys; empty where there are none.
    var name = ""
    let rows: [KeyRow]
    /// Exactly one of the keys must stand there.
    var exactlyOne = false

    var keys: [String] { rows.map(\.key) }
    func row(_ key: String) -> KeyRow? { rows.first { $0.key == key } }
}
