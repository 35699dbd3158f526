import Foundation

/// What a name in the drop folder is, by the name alone. Nothing is opened to find out.
package enum DropName: Equatable, Sendable {
    /// Half-written, temporary or our own: not looked at.
    case ignored
    /// Refused wherever it stands: it could point outside the folder or break a terminal.
    case unsafe
    case campaign
    /// `NAME.control.yaml`; the campaign file is `NAME.yaml` or `NAME.yml`. Empty in a file that is named for no campaign.
    case control(campaignStem: String)
    case audience
    case image
    /// Nothing we take; left where it is.
    case other

    package init(_ name: String) {
        guard Self.isSafe(name) || name.hasPrefix(".") && !name.contains("/") else {
            self = .unsafe
            return
        }
        let lower = name.lowercased()
        if lower.hasPrefix(".control"), let stem = Self.controlStem(of: name) {
            // Named as the reports say it, to the letter: hidden, and an order all the same.
            self = .control(campaignStem: stem)
        } else if name.hasPrefix("~$") || name.hasPrefix(".") || Self.ignoredEndings.contains(where: lower.hasSuffix) {
            self = .ignored
        } else if let stem = Self.controlStem(of: name) {
            self = .control(campaignStem: stem)
        } else if lower.hasSuffix(".yaml") || lower.hasSuffix(".yml") {
            self = .campaign
        } else if AudienceFormat(fileName: name) != nil {
            self = .audience
        } else if ContentCheck.imageTypes.contains(Self.fileExtension(of: name)) {
            self = .image
        } else {
            self = .other
        }
    }

    private static let ignoredEndings = [".part", ".tmp", ".crdownload", ".report.txt", ".report.json"]

    /// Whoever wants something stopped is understood also when an editor added `.txt`, or a copy program ` (1)`: an order
    /// that can only stop is better taken once too often.
    private static func controlStem(of name: String) -> String? {
        guard let mark = name.range(of: ".control", options: [.caseInsensitive, .backwards]) else { return nil }
        let stem = String(name[..<mark.lowerBound])
        var rest = name[mark.upperBound...].lowercased()
        if let copy = rest.range(of: #" ?\([0-9]+\)$"#, options: .regularExpression) { rest.removeSubrange(copy) }
        if rest.isEmpty { return stem }
        guard let ending = controlEndings.first(where: rest.hasSuffix) else { return nil }
        // `x.control-room.yaml` and `x.control.room.yaml` are names of campaigns.
        let added = rest.dropLast(ending.count)
        return added.isEmpty || added.first == " " || added.first == "(" ? stem : nil
    }

    private static let controlEndings = [".yaml.txt", ".yml.txt", ".yaml", ".yml", ".txt", ".json"]

    /// A file of the same folder: no `/`, `\`, `..`, control or direction-changing characters, not hidden, not endless.
    package static func isSafe(_ name: String) -> Bool {
        guard (1...FileLimits.fileNameBytesMax).contains(name.utf8.count), name.first != ".", name.first != "-" else {
            return false
        }
        return !name.contains("..")
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
                default: scalar != "/" && scalar != "\\"
                }
            }
    }

    /// Lower case, without the dot; empty when there is none.
    package static func fileExtension(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }
}
