import CampaignModel
import Words
import Yams

/// A block of the configuration after reading: every key of its table is there, with what was written or its default.
struct SettingsBlock {
    /// `apps[0].accounts[1]`; empty for the file.
    var path = ""
    var line = 0
    var column = 0
    var values: [String: SettingsValue] = [:]
    /// Where a key was written; missing for a default.
    var places: [String: Place] = [:]
    var blocks: [String: SettingsBlock] = [:]
    var lists: [String: [SettingsBlock]] = [:]

    struct Place {
        let line: Int
        let column: Int
    }

    func place(of name: String) -> Place { places[name] ?? Place(line: line, column: column) }
}

/// Walks a YAML tree along `Catalogue.settingKeys`, collects every problem, and guesses nothing.
struct SettingsReader {
    /// More is no configuration.
    static let fileBytesMax = 256 * 1024
    static let problemsMax = 100

    private(set) var problems: [SettingsProblem] = []

    mutating func read(yaml text: String) -> SettingsBlock? {
        guard text.utf8.count <= Self.fileBytesMax else {
            report(.unreadable, "", nil, Catalogue.SettingSentence.tooLong(bytesMax: Self.fileBytesMax))
            return nil
        }
        do {
            guard let root = try Yams.compose(yaml: text) else { return block(nil, schema: "", path: "") }
            if case .scalar(let scalar) = root, Self.isNothing(scalar) { return block(nil, schema: "", path: "") }
            return block(root, schema: "", path: "")
        } catch let error as YamlError {
            report(error)
        } catch {
            report(.notYAML, "", nil, Catalogue.SettingSentence.notYAML("\(error)"))
        }
        return nil
    }

    private mutating func block(_ node: Node?, schema: String, path: String) -> SettingsBlock {
        var block = SettingsBlock(path: path)
        var written: [String: Node] = [:]
        if let node {
            (block.line, block.column) = (node.mark?.line ?? 0, node.mark?.column ?? 0)
            guard case .mapping(let mapping) = node else {
                report(
                    .wrongType, path, node.mark, Catalogue.SettingSentence.wrongType(wanted: Catalogue.wanted(.block)))
                return block
            }
            let names = Self.keys(of: schema).map(\.name)
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key, names.contains(scalar.string) else {
                    let name = key.string ?? "?"
                    let meant = Self.meant(by: name, among: names)
                    report(
                        .unknownKey, join(path, name), key.mark,
                        Catalogue.SettingSentence.unknownKey(name, meant: meant))
                    continue
                }
                written[scalar.string] = value
                block.places[scalar.string] = .init(line: value.mark?.line ?? 0, column: value.mark?.column ?? 0)
            }
        }
        for key in Self.keys(of: schema) { read(key, from: written[key.name], into: &block) }
        return block
    }

    private mutating func read(_ key: SettingKey, from node: Node?, into block: inout SettingsBlock) {
        let path = join(block.path, key.name)
        switch key.kind {
        case .block:
            // An optional block whose keys are required is missing as a whole, or whole.
            let isOptional = Self.keys(of: key.path).contains { if case .required = $0.need { true } else { false } }
            if node != nil || !isOptional { block.blocks[key.name] = self.block(node, schema: key.path, path: path) }
        case .blocks(let countMax):
            block.lists[key.name] = blocks(node, key, path: path, countMax: countMax)
        case .secrets, .someOf, .texts:
            block.values[key.name] = list(node, key, path: path, block)
        case .text, .path, .secret, .integer, .duration, .boolean, .oneOf, .pace, .dayWindow, .zone, .moment, .baseURL,
            .listenAddress:
            if let node {
                block.values[key.name] = scalar(node, key, path: path)
            } else {
                block.values[key.name] = missing(key, path: path, block)
            }
        }
    }

    private mutating func blocks(_ node: Node?, _ key: SettingKey, path: String, countMax: Int) -> [SettingsBlock] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else {
            report(.wrongType, path, node.mark, Catalogue.SettingSentence.wrongType(wanted: Catalogue.wanted(key.kind)))
            return []
        }
        guard sequence.count <= countMax else {
            report(.tooMany, path, node.mark, Catalogue.SettingSentence.tooMany(countMax))
            return []
        }
        return sequence.enumerated().map { index, each in
            block(each, schema: key.path + "[]", path: "\(path)[\(index)]")
        }
    }

    private mutating func list(_ node: Node?, _ key: SettingKey, path: String, _ block: SettingsBlock) -> SettingsValue?
    {
        guard let node else {
            if case .defaultsTo = key.need { return key.kind == .secrets ? .secrets([]) : .texts([]) }
            return missing(key, path: path, block)
        }
        guard case .sequence(let sequence) = node, sequence.count <= Self.countMax(of: key.kind) else {
            report(.wrongType, path, node.mark, Catalogue.SettingSentence.wrongType(wanted: Catalogue.wanted(key.kind)))
            return nil
        }
        // An empty list says no more than none at all.
        if sequence.isEmpty, case .required = key.need { return missing(key, path: path, block) }
        let values = sequence.enumerated().compactMap { index, each in scalar(each, key, path: "\(path)[\(index)]") }
        let texts = values.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let secrets = values.compactMap { if case .secret(let source) = $0 { source } else { nil } }
        return key.kind == .secrets ? .secrets(secrets) : .texts(texts)
    }

    private static func countMax(of kind: SettingKey.Kind) -> Int {
        if case .texts(_, let countMax) = kind { countMax } else { 16 }
    }

    private mutating func scalar(_ node: Node, _ key: SettingKey, path: String) -> SettingsValue? {
        guard case .scalar(let scalar) = node, !Self.isNothing(scalar) else {
            report(.wrongType, path, node.mark, Catalogue.SettingSentence.wrongType(wanted: Catalogue.wanted(key.kind)))
            return nil
        }
        do throws(SettingsRefusal) {
            return try SettingsValue(scalar.string, as: key.kind, isRule: key.path.hasPrefix("rules."))
        } catch {
            report(error.code, path, node.mark, error.sentence)
            return nil
        }
    }

    private mutating func missing(_ key: SettingKey, path: String, _ block: SettingsBlock) -> SettingsValue? {
        switch key.need {
        case .defaultsTo(let text):
            do throws(SettingsRefusal) {
                // Written as in the file: quotes belong to YAML.
                return try SettingsValue(text.trimming("\""), as: key.kind, isRule: false)
            } catch {
                preconditionFailure("the default of \(key.path) is not one of its values")
            }
        case .required(let example):
            problems.append(
                SettingsProblem(
                    line: block.line, column: block.column, code: .missingKey, path: path,
                    sentence: Catalogue.SettingSentence.missingKey(key.name, example: example)))
            return nil
        case .optional, .structure:
            return nil
        }
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            report(.notYAML, "", mark, Catalogue.SettingSentence.notYAML(problem))
        case .duplicatedKeysInMapping(let duplicates, let context):
            report(.duplicateKey, "", context.mark, Catalogue.SettingSentence.duplicateKey(duplicates.first ?? "?"))
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            report(.notYAML, "", nil, Catalogue.SettingSentence.notYAML("\(error)"))
        }
    }

    private mutating func report(_ code: SettingsProblem.Code, _ path: String, _ mark: Mark?, _ sentence: Sentence) {
        guard problems.count < Self.problemsMax else { return }
        problems.append(
            SettingsProblem(
                line: mark?.line ?? 0, column: mark?.column ?? 0, code: code, path: path, sentence: sentence))
    }

    private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    static func keys(of schema: String) -> [SettingKey] { Catalogue.settingKeys.filter { $0.parent == schema } }

    /// `key:` with nothing behind it, or `~`.
    private static func isNothing(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The key within two letters of it, or the one it begins or ends.
    static func meant(by name: String, among names: [String]) -> String? {
        let near = names.map { (name: $0, distance: distance(name.lowercased(), $0)) }
            .filter { $0.distance <= min(2, $0.name.count / 2) }
        return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// Levenshtein's.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.unicodeScalars.prefix(64)), Array(right.unicodeScalars))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

extension String {
    fileprivate func trimming(_ mark: Character) -> String {
        count >= 2 && first == mark && last == mark ? String(dropFirst().dropLast()) : self
    }
}
