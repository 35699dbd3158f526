import CampaignModel
import Foundation

/// Events that partners write down: a table with a header (CSV, or the first sheet of a workbook), or JSON, one object a
/// line or one array of them. Columns: `open_id`,
/// `kind`, `at`, and as wanted `account`, `app`, `amount` (yuan), `id`; of a refund or a correction, `order` is the order's
/// `id`. An opt-out needs no `at`: one without a moment, or with one that cannot be read, is as old as its arrival, and
/// nothing else in its line can spoil it. A JSON line may instead hold a callback of the platform as it was received
/// elsewhere: `{"signature": …, "body": …}`.
package struct EventFile: Sendable, Equatable {
    package static let bytesMax = 64 << 20
    package static let endings = [".events.csv", ".events.xlsx", ".events.txt", ".events.jsonl", ".events.ndjson"]

    package var events: [EventLine] = []
    package var callbacks: [CallbackLine] = []
    package var bad: [BadEventLine] = []

    package static func isName(_ name: String) -> Bool {
        endings.contains { name.lowercased().hasSuffix($0) }
    }

    /// What its name says; its bytes may know better.
    package static func isJSON(_ name: String) -> Bool {
        [".json", ".jsonl", ".ndjson"].contains { name.lowercased().hasSuffix($0) }
    }

    private static let linesBetween = 1000

    /// - Parameters:
    ///   - isCSV: what its name or its sender says; bytes that begin as JSON or as a workbook are read as that.
    ///   - pause: called after every thousand lines: the largest file takes seconds.
    /// - Throws: `AudienceFault` when a CSV's header is refused, and what `pause` throws.
    package init(_ bytes: [UInt8], isCSV: Bool, pause: () throws -> Void = {}) throws {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return try readTable(.workbook, bytes, pause) }
        switch body.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "["): try readArray(body, pause)
        case UInt8(ascii: "{"): try readJSONLines(body, pause)
        default: if isCSV { try readTable(.csv, bytes, pause) } else { try readJSONLines(body, pause) }
        }
    }

    private enum Column: String, CaseIterable {
        case openID = "open_id"
        case kind, at, account, app, amount, id, order, signature, body

        /// However a person writes it: `Kind`, `KIND `, `类型`.
        init?(named name: String) {
            let folded = name.precomposedStringWithCompatibilityMapping.lowercased().prefix { !"([:".contains($0) }
            let word = String(folded.filter { !" _-*.\"'".contains($0) && !$0.isWhitespace })
            let alike: [String: Column] = [
                "openid": .openID, "类型": .kind, "類型": .kind, "事件": .kind, "时间": .at, "時間": .at, "账号": .account,
                "金额": .amount, "金額": .amount,
            ]
            guard let column = alike[word] ?? Column(rawValue: word) else { return nil }
            self = column
        }
    }

    private struct Cells {
        var line: Int
        var texts: [Column: String]
        /// More cells than columns: what stands where cannot be relied on, but for whose it is and its kind before them.
        var isOverfull = false
        subscript(_ column: Column) -> String? { texts[column].flatMap { $0.isEmpty ? nil : $0 } }
    }

    private mutating func readTable(_ format: AudienceFormat, _ bytes: [UInt8], _ pause: () throws -> Void) throws {
        var rows = 0
        var places: [(Column, Int)] = []
        var reader = AudienceReader(format: format)
        reader.keepsOverfull = true
        let reading = try reader.read(MemoryBytes(bytes)) { row in
            if rows == 0 { places = try Self.places(in: row.columns) }
            var cells = Cells(line: row.line, texts: [.openID: row.openIDText], isOverfull: row.isOverfull)
            for (column, place) in places { cells.texts[column] = row.text(place) }
            take(cells)
            rows += 1
            if rows.isMultiple(of: Self.linesBetween) { try pause() }
        }
        bad += reading.bad.map {
            BadEventLine(line: $0.line, reason: $0.reason == .badOpenID ? .badOpenID : .unreadable)
        }
        bad.sort { $0.line < $1.line }
    }

    /// The exact name wins; else the first that means it.
    private static func places(in columns: [String]) throws -> [(Column, Int)] {
        let places = Column.allCases.compactMap { column in
            (columns.firstIndex(of: column.rawValue) ?? columns.firstIndex { Column(named: $0) == column })
                .map { (column, $0) }
        }
        guard places.contains(where: { $0.0 == .kind }) else { throw AudienceFault.eventKindMissing }
        return places.filter { $0.0 != .openID }
    }

    /// A text, or a number as its text: exports write both.
    private struct Loose: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Safe because what is neither is as unreadable as any other text that is no moment and no amount.
            text =
                container.decodeNil()
                ? nil
                : (try? container.decode(String.self)) ?? (try? container.decode(Decimal.self)).map { "\($0)" } ?? "?"
        }
    }

    private mutating func readJSONLines(_ body: ArraySlice<UInt8>, _ pause: () throws -> Void) throws {
        for (index, line) in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            if number.isMultiple(of: Self.linesBetween) { try pause() }
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            // Safe because a line that cannot be read is reported with its number.
            take(try? JSONDecoder().decode([String: Loose].self, from: Data(line)), number)
        }
    }

    /// One array of all lines, as scripts write it; counted by their place in it.
    private mutating func readArray(_ body: ArraySlice<UInt8>, _ pause: () throws -> Void) throws {
        // Safe because what cannot be read is reported as a whole.
        guard let rows = try? JSONDecoder().decode([[String: Loose]].self, from: Data(body)) else {
            return bad.append(BadEventLine(line: 1, reason: .unreadable))
        }
        for (index, row) in rows.enumerated() {
            take(row, index + 1)
            if (index + 1).isMultiple(of: Self.linesBetween) { try pause() }
        }
    }

    private mutating func take(_ row: [String: Loose]?, _ number: Int) {
        guard let row else { return bad.append(BadEventLine(line: number, reason: .unreadable)) }
        var cells = Cells(line: number, texts: [:])
        for (name, value) in row.sorted(by: { $0.key < $1.key }) {
            guard let column = Column(rawValue: name) ?? Column(named: name), let text = value.text else { continue }
            // The exact name wins.
            if cells.texts[column] == nil || column.rawValue == name { cells.texts[column] = text }
        }
        if let signature = cells[.signature], let body = cells[.body] {
            callbacks.append(CallbackLine(line: number, signature: signature, body: body))
        } else {
            take(cells)
        }
    }

    private mutating func take(_ cells: Cells) {
        func refuse(_ reason: BadEventLine.Reason) { bad.append(BadEventLine(line: cells.line, reason: reason)) }
        let openID = PersonID.trimmed(cells[.openID] ?? "")
        guard PersonID.isUsable(openID) else { return refuse(.badOpenID) }
        let change = cells[.kind].flatMap { OrderChange.Kind(rawValue: $0.lowercased()) }
        guard let kind = change == nil ? cells[.kind].flatMap(Self.kind) : .ordered,
            !kind.conversions.isEmpty || kind == .answered
        else { return refuse(cells.isOverfull ? .unreadable : .unknownKind) }
        // What somebody wants does not hang on what stands beside it.
        guard !cells.isOverfull || kind == .optedOut else { return refuse(.unreadable) }
        let at = cells[.at].flatMap { Moment(loose: $0) }
        guard at != nil || kind == .optedOut else { return refuse(.badMoment) }
        var line = EventLine(
            line: cells.line, openID: openID, kind: kind, at: at, account: cells[.account], app: cells[.app],
            id: cells[.id])
        if let text = cells[.amount], kind != .optedOut {
            guard let fen = Self.fen(text) else { return refuse(.badAmount) }
            line.amount = fen
        }
        if let change {
            guard let order = cells[.order], line.id != nil, change == .refunded || line.amount != nil else {
                return refuse(.changeWithoutIDs)
            }
            line.change = OrderChange(kind: change, order: order)
        }
        events.append(line)
    }

    /// `Opted-Out` is `opted_out`, and so is whatever else is written for it.
    private static func kind(_ text: String) -> EventKind? {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
        let word = String(folded.map { " -".contains($0) ? "_" : $0 })
        let optOuts: Set = ["opt_out", "optout", "optedout", "unsubscribe", "unsubscribed", "退订", "退訂", "td"]
        return optOuts.contains(word) ? .optedOut : EventKind(code: word)
    }

    /// Yuan with at most two places, exactly; as spreadsheets show money, with its sign and thousands apart.
    private static func fen(_ text: String) -> Int64? {
        var figure = Substring(text.precomposedStringWithCompatibilityMapping.uppercased().filter { !$0.isWhitespace })
        if figure.first == "'" { figure.removeFirst() }
        for sign in ["¥", "CNY", "RMB"] where figure.hasPrefix(sign) { figure.removeFirst(sign.count) }
        for sign in ["元", "CNY", "RMB"] where figure.hasSuffix(sign) { figure.removeLast(sign.count) }
        let parts = figure.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let yuan = whole(parts[0]) else { return nil }
        guard parts.count == 2 else { return yuan * 100 }
        guard (1...2).contains(parts[1].count), let places = digits(parts[1]) else { return nil }
        return yuan * 100 + (parts[1].count == 1 ? places * 10 : places)
    }

    /// `1299` or `1,299`, and nothing between.
    private static func whole(_ text: Substring) -> Int64? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        let bare = groups.joined()
        return bare.count <= 12 ? digits(bare[...]) : nil
    }

    private static func digits(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}
