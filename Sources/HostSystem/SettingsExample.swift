import CampaignModel
import Words

/// `Deploy/curfew.example.yaml` and `curfew config example`: every key with its default and prose, from the same table
/// that reads them. Used as it stands, it means the defaults.
package enum SettingsExample {
    package static func yaml() -> String {
        var lines = [
            "# curfew.yaml · 配置 · configuration",
            "# 每个键都写着默认值;查找顺序:--config,/etc/curfew/curfew.yaml,./curfew.yaml。",
            "# Every key stands here with its default. Looked for in that order.",
            "# `curfew config check` 检查它 · checks it.",
        ]
        for key in SettingsReader.keys(of: "") { lines += entry(key, indent: "") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter isCovered: it stands behind `#` already, inside the example of a list's element.
    private static func entry(_ key: SettingKey, indent: String, isCovered: Bool = false) -> [String] {
        var lines = indent.isEmpty ? [""] : []
        lines += prose(key, indent)
        switch key.need {
        case .defaultsTo(let text):
            lines.append("\(indent)\(key.name): \(text)")
        case .optional(let example) where !isCovered:
            // The default is that it is not there.
            lines.append("\(indent)# \(key.name): \(example)")
        case .optional(let example), .required(let example):
            lines.append("\(indent)\(key.name): \(example)")
        case .structure:
            let children = SettingsReader.keys(of: key.kind.isList ? key.path + "[]" : key.path)
            if key.kind.isList && !isCovered {
                // The default is none; the example stands behind `#`, ready to be uncovered.
                lines.append("\(indent)\(key.name): []")
                lines += (["\(key.name):"] + list(children, indent: "  ")).map { indent + "# " + $0 }
            } else if key.kind.isList {
                lines.append("\(indent)\(key.name):")
                lines += list(children, indent: indent + "  ")
            } else {
                lines.append("\(indent)\(key.name):")
                lines += children.flatMap { entry($0, indent: indent + "  ", isCovered: isCovered) }
            }
        }
        return lines
    }

    /// One element: its first key bears the dash.
    private static func list(_ children: [SettingKey], indent: String) -> [String] {
        var lines = children.flatMap { entry($0, indent: indent + "  ", isCovered: true) }
        guard let first = lines.firstIndex(where: { !$0.trimmed.hasPrefix("#") }) else { return lines }
        lines[first] = indent + "- " + lines[first].dropFirst(indent.count + 2)
        return lines
    }

    private static func prose(_ key: SettingKey, _ indent: String) -> [String] {
        let both = key.prose.zh == key.prose.en ? [key.prose.zh] : [key.prose.zh, key.prose.en]
        return both.map { "\(indent)# \($0)" }
    }
}

extension SettingKey.Kind {
    fileprivate var isList: Bool { if case .blocks = self { true } else { false } }
}

extension String {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
