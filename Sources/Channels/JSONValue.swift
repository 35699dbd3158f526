/// A JSON value from outside, read strictly: exactly one value, valid UTF-8, no key twice, depth and size bounded.
///
/// Read by hand, because what hangs on it is whether somebody is written to twice. `JSONSerialization` makes 1 of
/// `true`, takes 512 levels and UTF-16, and picks one of two equal keys; a second, faster path beside it would be a
/// second opinion on the same reply. A test holds this reader against `JSONSerialization`.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number with a point or an exponent, or too large for 64 bits.
    case decimal(Double)
    case text(String)
    case array([JSONValue])
    /// In the order of the text. Replies have few keys: a walk beats a table.
    case object([JSONMember])

    static let depthMax = 32
    static let membersMax = 128
    static let depthMaxTolerant = 512
    /// Room made at once; growing from one costs an object three more allocations.
    static let membersUsual = 6

    /// `nil` when `bytes` is anything but exactly one JSON value within the limits.
    init?(strict bytes: [UInt8]) { self.init(bytes, isTolerant: false) }

    /// For what a signature proves to be the platform's own word: any one JSON value. Of two equal keys the first counts,
    /// half a surrogate pair is a sign that cannot be shown, and a number beyond all measure is null.
    init?(tolerant bytes: [UInt8]) { self.init(bytes, isTolerant: true) }

    private init?(_ bytes: [UInt8], isTolerant: Bool) {
        let value = bytes.withUnsafeBufferPointer { buffer -> JSONValue? in
            var reader = JSONReader(buffer, isTolerant: isTolerant)
            return reader.onlyValue()
        }
        guard let value else { return nil }
        self = value
    }

    /// The member of that name; nil when there is none, when it is null, or when this is no object.
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.isNamed(key) {
            if case .null = member.value { return nil }
            return member.value
        }
        return nil
    }

    var string: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var elements: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// A whole number, also where the platform wrote it as a string (`"expires_in":"86400"`).
    var lenientInteger: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .decimal(let value): Int(exactly: value)
        case .text(let text): text.utf8.count <= 20 ? Int(text) : nil
        case .null, .bool, .array, .object: nil
        }
    }

    /// True or false, also as 0, 1, `"true"` or `"false"`.
    var lenientBool: Bool? {
        switch self {
        case .bool(let value): value
        case .integer(0), .text("false"), .text("0"): false
        case .integer(1), .text("true"), .text("1"): true
        case .null, .integer, .decimal, .text, .array, .object: nil
        }
    }

    /// A string, also where the platform wrote a bare number (cursors, ids).
    var lenientText: String? {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .null, .bool, .decimal, .array, .object: nil
        }
    }
}

struct JSONMember: Equatable, Sendable {
    let key: String
    let value: JSONValue

    /// By their bytes: two texts that only look the same are two keys, and to find that out costs a hostile writer's text
    /// thousands of times what comparing bytes does.
    func isNamed(_ name: String) -> Bool {
        guard key.utf8.count == name.utf8.count else { return false }
        let isSame = key.utf8.withContiguousStorageIfAvailable { key in
            name.utf8.withContiguousStorageIfAvailable { name in
                key.indices.allSatisfy { key[$0] == name[$0] }
            }
        }
        return (isSame ?? nil) ?? key.utf8.elementsEqual(name.utf8)
    }
}
