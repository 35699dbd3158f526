import CampaignModel
import Foundation
import Mustache

/// A text with `{{field}}` in it, checked by Mustache and cut into pieces once.
///
/// Mustache's own rendering walks a context by reflection and costs several microseconds a message, which on the path
/// of a million messages is more than all rules together; joining pieces costs a tenth of that. What is rendered is
/// the same: a test renders both ways. Only plain variables are taken: sections, partials, unescaped tags, pragmas,
/// changes of delimiters and transforms make a small language out of a file that anybody may drop.
package struct TemplateText: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case literal(String)
        case field(String)
    }

    /// What stands between braces and is no field.
    struct Fault: Error, Equatable {
        let tag: String
    }

    let pieces: [Piece]

    /// In the order of first use, without repetition.
    var fieldNames: [String] {
        var names: [String] = []
        for case .field(let name) in pieces where !names.contains(name) { names.append(name) }
        return names
    }

    static func parse(_ text: String) -> Result<TemplateText, Fault> {
        var pieces: [Piece] = []
        var masked = ""
        var rest = text[...]
        while let open = rest.range(of: "{{") {
            let before = rest[..<open.lowerBound]
            append(before, to: &pieces)
            masked += before
            let tag = rest[open.upperBound...]
            guard let close = tag.range(of: "}}") else {
                return .failure(Fault(tag: String(rest[open.lowerBound...].prefix(40))))
            }
            let name = tag[..<close.lowerBound].trimmed
            guard isFieldName(name), !tag[close.upperBound...].hasPrefix("}") else {
                return .failure(Fault(tag: String(rest[open.lowerBound..<close.upperBound].prefix(40))))
            }
            pieces.append(.field(name))
            // Mustache knows only Latin names; the columns of a Chinese table have others.
            masked += "{{field\(pieces.count)}}"
            rest = tag[close.upperBound...]
        }
        append(rest, to: &pieces)
        masked += rest
        do {
            _ = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + masked)
        } catch {
            return .failure(Fault(tag: String(text.prefix(40))))
        }
        return .success(TemplateText(pieces: pieces))
    }

    /// Letters of any script, digits, `_` and `-`, beginning with a letter or `_`. No dots: there is nothing to walk into.
    static func isFieldName(_ name: String) -> Bool {
        guard let first = name.first, first.isLetter || first == "_",
            name.count <= FileLimits.identifierCharactersMax
        else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    private static func append(_ literal: Substring, to pieces: inout [Piece]) {
        guard !literal.isEmpty else { return }
        pieces.append(.literal(String(literal)))
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return String(start[...last])
    }
}
