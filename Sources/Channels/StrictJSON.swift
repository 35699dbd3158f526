/// What a caller of ours may write as a body: one JSON object that can be read in one way only.
package enum StrictJSON {
    /// False for a key that stands twice, for bytes that are no UTF-8, for depths nobody has a reason for, for a number
    /// beyond all measure, and for U+0000 in a text, which a C library below would take for its end.
    package static func isObject(_ bytes: [UInt8]) -> Bool {
        guard let root = JSONValue(strict: bytes), case .object = root else { return false }
        return root.isFreeOfNul
    }
}

extension JSONValue {
    fileprivate var isFreeOfNul: Bool {
        switch self {
        case .text(let text): !text.utf8.contains(0)
        case .array(let elements): elements.allSatisfy(\.isFreeOfNul)
        case .object(let members): members.allSatisfy { !$0.key.utf8.contains(0) && $0.value.isFreeOfNul }
        case .null, .bool, .integer, .decimal: true
        }
    }
}
