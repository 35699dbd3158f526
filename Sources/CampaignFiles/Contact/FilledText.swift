import CampaignModel

/// Pieces of text to be joined for each person, literals merged beforehand.
struct FilledText: Sendable {
    private enum Piece: Sendable {
        case literal(String)
        case field(name: String, fallback: String?, isJSON: Bool)
    }
    enum Filled {
        case filled(String)
        case missing(field: String)
    }

    private var pieces: [Piece] = []
    private var literalBytes = 0
    /// Room for the values of fields, so that most texts are allocated once.
    private static let fieldBytesExpected = 24

    /// The whole text when it has no field.
    var constant: String? {
        switch pieces.count {
        case 0: return ""
        case 1:
            guard case .literal(let text) = pieces[0] else { return nil }
            return text
        default: return nil
        }
    }

    /// In the order of use; a field used twice stands there twice.
    var fieldNames: [String] {
        pieces.compactMap { piece in
            switch piece {
            case .literal: nil
            case .field(let name, _, _): name
            }
        }
    }

    mutating func append(literal: String) {
        literalBytes += literal.utf8.count
        if case .literal(let before)? = pieces.last {
            pieces[pieces.count - 1] = .literal(before + literal)
        } else {
            pieces.append(.literal(literal))
        }
    }

    /// - Parameter isJSON: the pieces stand inside a JSON string.
    mutating func append(
        _ template: TemplateText, defaults: [String: String?], isJSON: Bool
    ) throws(ContactTemplate.Fault) {
        for piece in template.pieces {
            switch piece {
            case .literal(let text): append(literal: isJSON ? JSONText.escaped(text) : text)
            case .field(let name):
                guard let fallback = defaults[name] else { throw .fieldUnknown(name: name) }
                pieces.append(.field(name: name, fallback: fallback, isJSON: isJSON))
            }
        }
    }

    /// What databases, spreadsheets and programs write where there is none: nobody is called `NULL`. Only in texts: a
    /// condition on a column may ask for `none`.
    private static let noValues: Set<String> = [
        "null", "none", "nil", "nan", "nat", "n/a", "<na>", "<null>", "(null)", "[null]", "undefined",
        "[object object]",
        "-", "--", "---", "—", "——", "/",
    ]
    private static let noValueBytesMax = 15

    /// nil when nothing is said.
    private static func value(_ text: String) -> String? {
        isValue(text) ? UnseenCharacters.removed(from: text) : nil
    }

    private static func isValue(_ text: String) -> Bool {
        guard text.utf8.count <= noValueBytesMax else { return true }
        // Question marks alone are a text whose encoding was lost.
        return !text.isEmpty && !noValues.contains(text.lowercased())
            && !(text.utf8.count > 1 && text.utf8.allSatisfy { $0 == 0x3F })
    }

    func fill(_ fields: (String) -> String?) -> Filled {
        var text = ""
        text.reserveCapacity(literalBytes + pieces.count * Self.fieldBytesExpected)
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .field(let name, let fallback, let isJSON):
                let own = fields(name)
                guard let value = own.flatMap(Self.value) ?? fallback else {
                    return .missing(field: name)
                }
                text += isJSON ? JSONText.escaped(value) : value
            }
        }
        return .filled(text)
    }
}

/// JSON's string escapes, and no more: slashes and non-ASCII characters stay as they are.
enum JSONText {
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}
