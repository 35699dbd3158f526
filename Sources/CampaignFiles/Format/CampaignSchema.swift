import CampaignModel
import Foundation

/// The schema for editors (`# yaml-language-server: $schema=campaign.schema.json`), made from the table that the reader
/// itself checks with. `Campaigns/campaign.schema.json` is this text; a test holds the two together.
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
            if let fallback = row.fallback { value["markdownDescription"] = markdown(row, fallback) }
            properties[row.key] = value
        }
        var object: [String: Any] = ["type": "object", "additionalProperties": false, "properties": properties]
        let required = shape.rows.filter(\.required).map(\.key)
        if !required.isEmpty { object["required"] = required }
        if shape.exactlyOne {
            object["minProperties"] = 1
            object["maxProperties"] = 1
        }
        return object
    }

    private static func markdown(_ row: KeyRow, _ fallback: String) -> String {
        "\(row.prose.zh)\n\n\(row.prose.en)\n\ndefault: `\(fallback)`"
    }

    private static func schema(for kind: ValueKind) -> [String: Any] {
        switch kind {
        case .text(let form): schema(for: form)
        case .integer(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .boolean: ["type": "boolean"]
        case .choice(let words): ["enum": words]
        case .share: ["type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,2})?%$"]
        case .weight: ["type": "number", "exclusiveMinimum": 0, "maximum": 100]
        case .moment: ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}.*)?$"]
        case .date: ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"]
        case .duration: ["type": "string", "pattern": "^[0-9]+[smhd]$"]
        case .window: ["type": "string", "pattern": "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$"]
        case .list(let element, let count):
            [
                "type": "array", "items": schema(for: element), "minItems": count.lowerBound,
                "maxItems": count.upperBound,
            ]
        case .oneOrMore(let element):
            ["anyOf": [schema(for: element), ["type": "array", "items": schema(for: element), "minItems": 1]]]
        case .mapping(let shape): object(for: shape)
        case .anyKeys(let element, let limit):
            ["type": "object", "additionalProperties": schema(for: element), "maxProperties": limit]
        case .either(let kinds): ["anyOf": kinds.map(schema(for:))]
        }
    }

    /// Texts are taken verbatim, so an editor must not complain when one looks like a number.
    private static func schema(for form: TextForm) -> [String: Any] {
        switch form {
        case .line(let charactersMax): ["type": ["string", "number", "boolean"], "maxLength": charactersMax]
        case .campaignID: ["type": ["string", "number"], "pattern": "^[a-z0-9-]{1,64}$"]
        case .fileName: ["type": "string", "pattern": "^[^/]+$"]
        case .zone: ["type": "string"]
        case .weekday: ["type": "string"]
        case .dayOfMonth: ["type": ["integer", "string"]]
        case .condition: ["type": ["string", "number", "boolean"]]
        case .rule: ["type": "string", "pattern": "^(RRULE:)?FREQ="]
        }
    }
}
