import CampaignModel
import Foundation

/// Taking one person's records out of a list, and nobody else's: by the column that names people, where the list has one.
enum ListRecords {
    /// As a list's header is read: `Open_ID`, `OPENID`, `open id*`, `open_id（必填）`.
    private static func isIDColumn(_ name: String) -> Bool {
        let folded = name.precomposedStringWithCompatibilityMapping.lowercased().prefix { $0 != "(" && $0 != "[" }
        return folded.filter { !" _-*.\"'".contains($0) && !$0.isWhitespace } == "openid"
    }

    /// CSV and the like. A record is a line, or as many as a quoted field takes; where the quotes do not match, a line.
    /// - Returns: nil when the person is not in it.
    static func without(_ openID: String, in bytes: [UInt8]) -> [UInt8]? {
        var records = split(bytes, quotes: true)
        if records.isEmpty { return nil }
        if records.last.map({ $0.count(where: { $0 == UInt8(ascii: "\"") }) % 2 != 0 }) == true {
            records = split(bytes, quotes: false)
        }
        let separator = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")].first { records[0].contains($0) }
        let column = cells(of: records[0], separator).firstIndex(where: isIDColumn)
        let needle = Array(openID.utf8)
        return kept(records) { record in
            guard WholeID.first(needle, in: Array(record)) != nil else { return record }
            guard let column else { return WholeID.isTelling(openID) ? nil : record }
            let cells = cells(of: record, separator)
            // Of `="…"` the quotes are gone with the cell's own.
            if cells.indices.contains(column), PersonID.trimmed(cells[column].replacing(/^\s*=/, with: "")) == openID {
                return nil
            }
            // Somebody else's record that names them in passing.
            guard WholeID.isTelling(openID) else { return record }
            return WholeID.replacing(openID, in: Array(record), by: "").map { $0[...] } ?? record
        }
    }

    /// JSON, one object a line.
    static func withoutLines(of openID: String, in bytes: [UInt8]) -> [UInt8]? {
        let needle = Array(openID.utf8)
        return kept(split(bytes, quotes: false)) { record in
            guard WholeID.first(needle, in: Array(record)) != nil else { return record }
            // Safe because a line that is no object is treated as text.
            let object = (try? JSONSerialization.jsonObject(with: Data(record))) as? [String: Any]
            guard let object, let own = object.first(where: { isIDColumn($0.key) })?.value as? String else {
                return WholeID.isTelling(openID) ? nil : record
            }
            if PersonID.trimmed(own) == openID { return nil }
            guard WholeID.isTelling(openID) else { return record }
            return WholeID.replacing(openID, in: Array(record), by: "").map { $0[...] } ?? record
        }
    }

    private static func kept(
        _ records: [ArraySlice<UInt8>], _ change: (ArraySlice<UInt8>) -> ArraySlice<UInt8>?
    ) -> [UInt8]? {
        var isChanged = false
        var kept: [UInt8] = []
        for record in records {
            let now = change(record)
            if now != record { isChanged = true }
            kept += now ?? []
        }
        return isChanged ? kept : nil
    }

    private static func split(_ bytes: [UInt8], quotes: Bool) -> [ArraySlice<UInt8>] {
        var records: [ArraySlice<UInt8>] = []
        var start = 0
        var isQuoted = false
        for (index, byte) in bytes.enumerated() {
            if quotes, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard index == bytes.count - 1 || byte == UInt8(ascii: "\n") && !isQuoted else { continue }
            records.append(bytes[start...index])
            start = index + 1
        }
        return records
    }

    private static func cells(of record: ArraySlice<UInt8>, _ separator: UInt8?) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var line = record
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        for byte in line where byte != UInt8(ascii: "\r") && (byte != UInt8(ascii: "\n") || isQuoted) {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            } else {
                cell.append(byte)
            }
        }
        return cells + [String(decoding: cell, as: UTF8.self)]
    }
}
