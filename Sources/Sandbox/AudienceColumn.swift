import Foundation

/// The open_ids of an audience file, so that a sandbox can be told "everybody in here authorised the account".
/// A small reader of its own: it serves rehearsals, and the daemon's reader must not vouch for itself.
package enum AudienceColumn {
    /// The values of `column`, in order, each once, without empty ones. UTF-8 with or without BOM, quoted fields,
    /// either line end.
    /// - Throws: `WorldDefect` when the text is not UTF-8 or has no such column.
    package static func openIDs(inCSV bytes: [UInt8], column: String = "open_id") throws(WorldDefect) -> [String] {
        let body = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        guard String(validating: body, as: UTF8.self) != nil else { throw WorldDefect("the audience is not UTF-8") }
        var rows = RowReader(bytes: body)
        guard let header = rows.next(), let index = header.firstIndex(of: column) else {
            throw WorldDefect("the audience has no column \(column)")
        }
        var seen: Set<String> = []
        var openIDs: [String] = []
        while let row = rows.next() {
            guard index < row.count, !row[index].isEmpty, seen.insert(row[index]).inserted else { continue }
            openIDs.append(row[index])
        }
        return openIDs
    }

    private struct RowReader {
        var bytes: ArraySlice<UInt8>

        mutating func next() -> [String]? {
            guard !bytes.isEmpty else { return nil }
            var fields: [String] = []
            var field: [UInt8] = []
            var isQuoted = false
            func text() -> String {
                String(decoding: field, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            }
            while let byte = bytes.popFirst() {
                switch (byte, isQuoted) {
                case (UInt8(ascii: "\""), true):
                    if bytes.first == UInt8(ascii: "\"") { field.append(bytes.removeFirst()) } else { isQuoted = false }
                case (UInt8(ascii: "\""), false):
                    isQuoted = true
                case (UInt8(ascii: ","), false):
                    fields.append(text())
                    field.removeAll(keepingCapacity: true)
                case (UInt8(ascii: "\n"), false):
                    return fields + [text()]
                default:
                    field.append(byte)
                }
            }
            return fields + [text()]
        }
    }
}
