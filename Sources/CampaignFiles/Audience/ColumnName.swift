import Foundation

/// What people call the column of ids, and how the line that names the columns is found.
package enum ColumnName {
    static let openID = "open_id"
    static let groupID = "group_id"

    /// `open_id` or `group_id` for `Open_ID`, `OPENID`, `open id`, `ｏｐｅｎ＿ｉｄ`, `open_id（必填）`; nil for anything else.
    static func idColumn(_ name: String) -> String? {
        var letters = ""
        for scalar in name.unicodeScalars {
            // Full-width letters stand 0xFEE0 above the plain ones.
            let plain = (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0)! : scalar
            switch plain {
            case "(", "[", ":": return known(letters)
            case "a"..."z": letters.unicodeScalars.append(plain)
            case "A"..."Z": letters.unicodeScalars.append(Unicode.Scalar(plain.value + 0x20)!)
            case " ", "_", "-", "*", ".", "\"", "'": break
            default:
                guard CellText.isBlank(plain.value) || CellText.isUnseen(plain.value) else { return nil }
            }
        }
        return known(letters)
    }

    private static func known(_ letters: String) -> String? {
        switch letters {
        case "openid": openID
        case "groupid": groupID
        default: nil
        }
    }

    /// Where a column stands: under its exact name, else under the only one that differs by nothing but case, width, blanks
    /// and marks: `Nickname`, `nick_name`, `ｎｉｃｋｎａｍｅ`, `nickname（称呼）`.
    package static func place(of name: String, in columns: [String]) -> Int? {
        if let exact = columns.firstIndex(of: name) { return exact }
        let wanted = folded(name)
        guard !wanted.isEmpty else { return nil }
        let places = columns.indices.filter { folded(columns[$0]) == wanted }
        return places.count == 1 ? places[0] : nil
    }

    /// A name without what people write differently from file to file.
    package static func folded(_ name: String) -> String {
        let text = name.precomposedStringWithCompatibilityMapping.lowercased()
        let said = text.unicodeScalars.prefix { !"([:{".unicodeScalars.contains($0) }
        return String(
            String.UnicodeScalarView(
                said.filter { scalar in
                    !" _-*.\"'".unicodeScalars.contains(scalar) && !CellText.isBlank(scalar.value)
                        && !CellText.isUnseen(scalar.value)
                }))
    }

    /// What separates the cells of a line that names the column of ids; nil when it does not name it.
    static func delimiter(ofHeader line: UnsafeBufferPointer<UInt8>, among delimiters: [UInt8]) -> UInt8? {
        let counted = delimiters.map { byte in (byte: byte, count: line.count { $0 == byte }) }
        // The most frequent first; of equals the first named.
        for (byte, _) in counted.enumerated().sorted(by: {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }).map(\.element) {
            let cells = line.split(separator: byte, maxSplits: FileLimits.audienceColumnsMax)
            if cells.contains(where: { $0.count <= 64 && idColumn(String(decoding: $0, as: UTF8.self)) != nil }) {
                return byte
            }
        }
        return nil
    }

    /// Short enough for a message, whatever the first line holds: it may be the whole list.
    static func quoted(_ columns: [String]) -> [String] {
        columns.prefix(8).map { $0.count > 24 ? $0.prefix(24) + "…" : $0 }
    }
}

/// Column names and their order, with the place of the id.
struct AudienceHeader {
    let columns: [String]
    let openID: Int

    init(columns named: [String], required: [String]) throws(AudienceFault) {
        guard named.count <= FileLimits.audienceColumnsMax else { throw .tooManyColumns }
        var columns = named
        for (index, name) in columns.enumerated() where !name.isEmpty && columns[..<index].contains(name) {
            throw .duplicateColumn(ColumnName.quoted([name])[0])
        }
        guard let openID = try Self.place(in: &columns) else {
            throw .openIDMissing(columns: ColumnName.quoted(columns))
        }
        for name in required where ColumnName.place(of: name, in: columns) == nil { throw .columnMissing(name) }
        (self.columns, self.openID) = (columns, openID)
    }

    /// The exact name wins; else the only one that means it, which then bears it.
    private static func place(in columns: inout [String]) throws(AudienceFault) -> Int? {
        if let exact = columns.firstIndex(of: ColumnName.openID) ?? columns.firstIndex(of: ColumnName.groupID) {
            return exact
        }
        for wanted in [ColumnName.openID, ColumnName.groupID] {
            let places = columns.indices.filter { ColumnName.idColumn(columns[$0]) == wanted }
            guard let place = places.first else { continue }
            guard places.count == 1 else { throw .duplicateColumn(ColumnName.quoted([columns[places[1]]])[0]) }
            columns[place] = wanted
            return place
        }
        return nil
    }
}
