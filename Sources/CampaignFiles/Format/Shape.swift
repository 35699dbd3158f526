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
    case share
    /// A part of 100, two decimals at most.
    case weight
    case moment
    case date
    case duration
    case window
    case list(ValueKind, ClosedRange<Int>)
    case oneOrMore(ValueKind)
    case mapping(Shape)
    /// Names of the writer's choosing.
    case anyKeys(ValueKind, limit: Int)
    case either([ValueKind])
}

/// Forms of text with rules of their own.
enum TextForm: Sendable {
    case line(charactersMax: Int)
    case campaignID
    case fileName
    case zone
    case weekday
    case dayOfMonth
    case condition
    case rule
}

/// One key of a mapping.
struct KeyRow: Sendable {
    let key: String
    let kind: ValueKind
    let required: Bool
    /// As it would be written; nil when there is none.
    let fallback: String?
    let prose: Sentence

    init(_ key: String, _ kind: ValueKind, required: Bool = false, default fallback: String? = nil, _ prose: Sentence) {
        self.key = key
        self.kind = kind
        self.required = required
        self.fallback = fallback
        self.prose = prose
    }
}

/// The keys that one mapping may hold.
struct Shape: Sendable {
    let rows: [KeyRow]
    /// Exactly one of the keys must stand there.
    var exactlyOne = false

    var keys: [String] { rows.map(\.key) }
    func row(_ key: String) -> KeyRow? { rows.first { $0.key == key } }
}
