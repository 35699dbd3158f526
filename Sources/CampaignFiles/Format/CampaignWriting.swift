import CampaignModel

/// Writes a campaign file from what somebody filled in. It judges nothing: what is missing or wrong is found by whoever
/// reads the file, with line and column, like in every other file.
package enum CampaignWriting {
    package static func yaml(of draft: CampaignDraft, author: String) -> String {
        var lines = [
            "campaign: \(quoted(draft.id))", "author: \(quoted(author))", "account: \(quoted(draft.account))",
            "title: \(quoted(draft.title))",
        ]
        lines.append("audience:")
        lines.append("  files: [\(draft.lists.map(quoted).joined(separator: ", "))]")
        lines.append("schedule:")
        lines.append("  start: \(quoted(moment(draft.start)))")
        if !draft.window.isEmpty { lines.append("  window: \(quoted(draft.window))") }
        if !draft.validUntil.isEmpty { lines.append("  valid_until: \(quoted(moment(draft.validUntil)))") }
        if !draft.holdout.isEmpty { lines.append("holdout: \(quoted(draft.holdout))") }
        let fields = Self.fields(of: draft)
        if !fields.isEmpty {
            lines.append("fields:")
            lines += fields.map { name in
                draft.fallback.isEmpty
                    ? "  \(quoted(name)): {}" : "  \(quoted(name)): {default: \(quoted(draft.fallback))}"
            }
        }
        lines.append("variants:")
        let variants = draft.variants.filter { !$0.isEmpty }
        let plain = variants.firstIndex { $0.image.isEmpty }
        for (index, variant) in variants.enumerated() {
            lines += Self.lines(of: variant, at: index, of: variants.count)
            // Images reach mutual followers alone: the others get what has none.
            if !variant.image.isEmpty, let plain { lines.append("    fallback: \(quoted(name(of: plain)))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of variant: CampaignDraft.Variant, at index: Int, of count: Int) -> [String] {
        var lines = ["  - name: \(quoted(name(of: index)))"]
        if count > 1 || !variant.weight.isEmpty { lines.append("    weight: \(quoted(variant.weight))") }
        lines.append("    messages:")
        if !variant.text.isEmpty { lines.append("      - text: \(quoted(variant.text))") }
        if !variant.image.isEmpty { lines.append("      - image: \(quoted(variant.image))") }
        if !variant.template.isEmpty || !variant.path.isEmpty {
            let parts = [("template", variant.template), ("path", variant.path)].filter { !$0.1.isEmpty }
            let inner = parts.map { "\($0.0): \(quoted($0.1))" }.joined(separator: ", ")
            lines.append("      - applet_card: {\(inner)}")
        }
        return lines
    }

    private static func name(of index: Int) -> String { String(UnicodeScalar(UInt8(0x61 + index % 26))) }

    /// As they are first named.
    private static func fields(of draft: CampaignDraft) -> [String] {
        var names: [String] = []
        for variant in draft.variants {
            guard case .success(let template) = TemplateText.parse(variant.text) else { continue }
            for case .field(let name) in template.pieces where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// A browser puts a `T` between day and time.
    private static func moment(_ text: String) -> String {
        let parts = text.split(separator: "T", maxSplits: 1)
        let isDay = parts.first.map { $0.count == 10 && $0.allSatisfy { $0.isNumber || $0 == "-" } } ?? false
        return parts.count == 2 && isDay ? parts.joined(separator: " ") : text
    }

    /// In double quotes nothing is anything but text.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": continue
            case "\t": result += "\\t"
            default:
                let isHidden =
                    scalar.properties.generalCategory == .control || scalar.value == 0x2028
                    || scalar.value == 0x2029 || scalar.value == 0xFEFF || scalar.value == 0x85
                if isHidden {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
