import CampaignModel
import Foundation

/// The schema for editors (`# yaml-language-server: $schema=campaign.schema.json`), made from the table that the reader
/// itself checks with. `Campaigns/campaign.schema.json` is this text; a test holds the two together, and another holds the
/// schema's verdict against the reader's over hundreds of damaged files.
package enum CampaignSchema {
    /// The schema as a JSON text with sorted keys, ending in a line break.
    package static func json() throws -> String {
        var root = object(for: .campaign)
        root["$schema"] = "http://json-schema.org/draft-07/schema#"
        root["title"] = "Curfew campaign"
        let bytes = try JSONSerialization.data(
            withJSONObject: root, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private static func object(for shape: Shape) -> [String: Any] {
        var properties: [String: Any] = [:]
        for row in shape.rows {
            var value = schema(for: row.kind)
            value["description"] = "\(row.prose.zh)\n\(row.prose.en)"
            if let fallback = row.fallback {
                value["markdownDescription"] = markdown(row, fallback)
                if let plain = defaultValue(fallback, row.kind) { value["default"] = plain }
            }
            if let examples = examples(of: row.kind) { value["examples"] = examples }
            properties[row.key] = value
        }
        var object: [String: Any] = ["type": "object", "additionalProperties": false, "properties": properties]
        let required = shape.rows.filter { $0.required && $0.substitute == nil }.map(\.key)
        if required.isEmpty, !shape.exactlyOne {
            object["type"] = ["object", "null"]
        } else {
            object["required"] = required
        }
        if shape.exactlyOne {
            object["required"] = nil
            object["minProperties"] = 1
            object["maxProperties"] = 1
        }
        let rules = SchemaRules.rules(of: shape.name)
        if !rules.isEmpty { object["allOf"] = rules }
        return object
    }

    private static func markdown(_ row: KeyRow, _ fallback: String) -> String {
        "\(row.prose.zh)\n\n\(row.prose.en)\n\ndefault: `\(fallback)`"
    }

    /// As an editor would put it in.
    private static func defaultValue(_ text: String, _ kind: ValueKind) -> Any? {
        // What is left out depends on another key.
        if text.contains(", ") { return nil }
        return switch kind {
        case .integer: Int(text)
        case .boolean: text == "true"
        case .list: text == "[]" ? [String]() : nil
        case .duration: text.contains(" ") ? nil : text
        default: text
        }
    }

    private static func examples(of kind: ValueKind) -> [Any]? {
        switch kind {
        case .share: ["5%", "2.5%"]
        case .bound: ["50%", "100%"]
        case .weight: [50, 12.5]
        case .moment(let dates): dates ? ["2026-11-20", "2026-11-20 20:00"] : ["2026-11-20 20:00"]
        case .date: ["2026-12-25"]
        case .duration: ["30m", "2h", "1d"]
        case .window: ["09:00-21:30"]
        case .text(.zone): ["Asia/Shanghai", "Asia/Urumqi", "UTC"]
        case .text(.rule): ["FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=8"]
        case .text(.delay): ["0s", "30m", "1d at 20:00"]
        case .text(.again): ["never", "after 7d"]
        case .text(.validity): ["end-of-day", "+3d", "2026-11-22 12:00"]
        case .oneOrMore(.text(.weekday(let ordinals))):
            ordinals ? ["second tue", "last fri"] : [["mon", "fri"], ["周五"]]
        case .oneOrMore(.text(.dayOfMonth)): [15, "last"]
        case .text(.campaignID): ["double-eleven-warmup"]
        case .list(.text(.audienceFile), _): [["vip.csv"]]
        case .text(.imageFile): ["poster.png"]
        case .text(.couponNumber): ["7301"]
        default: nil
        }
    }

    private static func schema(for kind: ValueKind) -> [String: Any] {
        switch kind {
        case .text(let form): schema(for: form)
        case .integer(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .boolean: ["type": "boolean"]
        case .choice(let words): ["enum": words]
        case .share(let isSome): ["type": "string", "pattern": isSome ? Patterns.someShare : Patterns.share]
        case .bound: ["type": "string", "pattern": Patterns.bound]
        case .weight:
            [
                "anyOf": [
                    ["type": "number", "exclusiveMinimum": 0, "maximum": 100],
                    ["type": "string", "pattern": Patterns.weight],
                ]
            ]
        case .moment(let dates): ["type": "string", "pattern": dates ? Patterns.dayOrMoment : Patterns.moment]
        case .date: ["type": "string", "pattern": Patterns.whole(Patterns.day)]
        case .duration: ["type": "string", "pattern": Patterns.duration]
        case .window: ["type": "string", "pattern": Patterns.window]
        case .list(let element, let count):
            [
                "type": "array", "items": schema(for: element), "minItems": count.lowerBound,
                "maxItems": count.upperBound, "uniqueItems": isOfFiles(element),
            ]
        case .oneOrMore(let element):
            ["anyOf": [schema(for: element), ["type": "array", "items": schema(for: element), "minItems": 1]]]
        case .mapping(let shape): object(for: shape)
        case .anyKeys(let element, let limit, let names):
            [
                "type": ["object", "null"], "additionalProperties": schema(for: element), "maxProperties": limit,
                "propertyNames": ["pattern": names ? Patterns.fieldName : "^"],
            ]
        case .either(let kinds): ["anyOf": kinds.map(schema(for:))]
        }
    }

    private static func isOfFiles(_ kind: ValueKind) -> Bool {
        if case .text(.audienceFile) = kind { return true }
        return false
    }

    /// Texts are taken verbatim, so an editor must not complain when one looks like a number.
    private static func schema(for form: TextForm) -> [String: Any] {
        switch form {
        case .line(let limit):
            ["type": ["string", "number", "boolean"], "maxLength": limit, "pattern": Patterns.line]
        case .opaque(let limit):
            ["type": ["string", "number", "boolean"], "maxLength": limit, "pattern": Patterns.opaque]
        case .message(let limit):
            ["type": ["string", "number", "boolean"], "maxLength": limit, "pattern": Patterns.message]
        case .fallback(let limit):
            ["type": ["string", "number", "boolean"], "maxLength": limit, "pattern": Patterns.seenLine]
        case .parameter(let limit):
            ["type": ["string", "number", "boolean"], "maxLength": limit, "pattern": Patterns.parameter]
        case .couponNumber:
            [
                "anyOf": [
                    ["type": "string", "pattern": "^[1-9][0-9]{0,18}$"], ["type": "integer", "minimum": 1],
                ]
            ]
        case .campaignID:
            ["anyOf": [["type": "string", "pattern": "^[a-z0-9-]{1,64}$"], ["type": ["integer", "boolean"]]]]
        case .audienceFile: ["type": "string", "pattern": Patterns.fileName(AudienceFormat.endings)]
        case .imageFile: ["type": "string", "pattern": Patterns.fileName(ContentCheck.imageTypes)]
        case .zone: ["type": "string", "pattern": Patterns.zone]
        case .weekday(let ordinals): ["type": "string", "pattern": Patterns.weekday(ordinals: ordinals)]
        case .dayOfMonth:
            [
                "anyOf": [
                    ["type": "integer", "minimum": 1, "maximum": 31],
                    ["type": "string", "pattern": "^(last|0*([1-9]|[12][0-9]|3[01]))$"],
                ]
            ]
        case .condition: ["type": ["string", "number", "boolean"], "pattern": Patterns.condition]
        case .rule: ["type": "string", "pattern": Patterns.rule]
        case .validity: ["type": "string", "pattern": Patterns.validity]
        case .delay: ["anyOf": Patterns.delay.map { ["type": "string", "pattern": $0] }]
        case .again: ["anyOf": [["enum": ["never", "every"]], ["type": "string", "pattern": Patterns.again]]]
        case .scene:
            [
                "anyOf": [
                    ["type": "string", "pattern": "^(?:ad|video|[0-9]{1,9})$"],
                    ["type": "integer", "minimum": 0, "maximum": 999_999_999],
                ]
            ]
        }
    }
}
