import Foundation

/// A value of JSON, which YAML reads as it stands.
indirect enum Plain: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Plain])
    case map([String: Plain])

    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let value = try? box.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? box.decode(Double.self) {
            self = .number(value)
        } else if let value = try? box.decode(String.self) {
            self = .text(value)
        } else if let value = try? box.decode([Plain].self) {
            self = .list(value)
        } else {
            self = .map(try box.decode([String: Plain].self))
        }
    }

    init(json: String) throws { self = try JSONDecoder().decode(Plain.self, from: Data(json.utf8)) }

    var json: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): value == value.rounded() ? String(Int(value)) : String(value)
        case .text(let value): Self.quoted(value)
        case .list(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
        case .map(let values):
            "{"
                + values.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)): \($0.value.json)" }.joined(
                    separator: ", ")
                + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let parts = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            default:
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFEFF
                    ? "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                        + String(scalar.value, radix: 16) : String(scalar)
            }
        }
        return "\"" + parts.joined() + "\""
    }
}

/// As much of JSON Schema (draft 7) as the campaign's schema uses. A word that it does not know fails the test.
struct SmallSchema {
    static let known: Set<String> = [
        "$schema", "title", "description", "markdownDescription", "default", "examples", "type", "enum", "pattern",
        "maxLength",
        "minimum", "maximum", "exclusiveMinimum", "items", "minItems", "maxItems", "uniqueItems", "contains",
        "properties",
        "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties", "anyOf", "allOf", "not",
        "if",
        "then", "else",
    ]

    let root: Plain
    private let patterns = Patterns()

    /// Patterns are compiled once.
    private final class Patterns {
        var known: [String: NSRegularExpression] = [:]
        func matches(_ pattern: String, _ text: String) -> Bool {
            let expression = known[pattern] ?? (try! NSRegularExpression(pattern: pattern))
            known[pattern] = expression
            return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
    }

    init(json: String) throws { root = try Plain(json: json) }

    func accepts(_ value: Plain) -> Bool { accepts(value, root) }

    private func accepts(_ value: Plain, _ schema: Plain) -> Bool {
        guard case .map(let words) = schema else { return schema != .bool(false) }
        precondition(words.keys.allSatisfy(Self.known.contains), "\(words.keys)")
        return words.allSatisfy { holds($0.key, $0.value, value, words) }
    }

    private func holds(_ word: String, _ rule: Plain, _ value: Plain, _ words: [String: Plain]) -> Bool {
        switch (word, rule) {
        case ("type", .text(let name)): return isOf(name, value)
        case ("type", .list(let names)):
            return names.contains { if case .text(let name) = $0 { isOf(name, value) } else { false } }
        case ("enum", .list(let values)): return values.contains(value)
        case ("anyOf", .list(let schemas)): return schemas.contains { accepts(value, $0) }
        case ("allOf", .list(let schemas)): return schemas.allSatisfy { accepts(value, $0) }
        case ("not", _): return !accepts(value, rule)
        case ("if", _):
            guard let next = words[accepts(value, rule) ? "then" : "else"] else { return true }
            return accepts(value, next)
        default: break
        }
        switch value {
        case .text(let text): return holds(word, rule, text)
        case .number(let number): return holds(word, rule, number)
        case .list(let values): return holds(word, rule, values)
        case .map(let values): return holds(word, rule, values, words)
        case .null, .bool: return true
        }
    }

    private func isOf(_ name: String, _ value: Plain) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .text), ("array", .list),
            ("object", .map):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    private func holds(_ word: String, _ rule: Plain, _ text: String) -> Bool {
        switch (word, rule) {
        case ("pattern", .text(let pattern)): patterns.matches(pattern, text)
        case ("maxLength", .number(let most)): text.unicodeScalars.count <= Int(most)
        default: true
        }
    }

    private func holds(_ word: String, _ rule: Plain, _ number: Double) -> Bool {
        switch (word, rule) {
        case ("minimum", .number(let least)): number >= least
        case ("maximum", .number(let most)): number <= most
        case ("exclusiveMinimum", .number(let least)): number > least
        default: true
        }
    }

    private func holds(_ word: String, _ rule: Plain, _ values: [Plain]) -> Bool {
        switch (word, rule) {
        case ("items", _): values.allSatisfy { accepts($0, rule) }
        case ("contains", _): values.contains { accepts($0, rule) }
        case ("minItems", .number(let least)): values.count >= Int(least)
        case ("maxItems", .number(let most)): values.count <= Int(most)
        case ("uniqueItems", .bool(true)): Set(values).count == values.count
        default: true
        }
    }

    private func holds(_ word: String, _ rule: Plain, _ values: [String: Plain], _ words: [String: Plain]) -> Bool {
        switch (word, rule) {
        case ("properties", .map(let known)):
            return values.allSatisfy { entry in known[entry.key].map { accepts(entry.value, $0) } ?? true }
        case ("required", .list(let keys)):
            return keys.allSatisfy { if case .text(let key) = $0 { values[key] != nil } else { true } }
        case ("propertyNames", _): return values.keys.allSatisfy { accepts(.text($0), rule) }
        case ("minProperties", .number(let least)): return values.count >= Int(least)
        case ("maxProperties", .number(let most)): return values.count <= Int(most)
        case ("additionalProperties", _):
            var known: Set<String> = []
            if case .map(let named)? = words["properties"] { known = Set(named.keys) }
            return values.allSatisfy { known.contains($0.key) || accepts($0.value, rule) }
        default: return true
        }
    }
}
