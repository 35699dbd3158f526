import CampaignModel
import Foundation

/// Events that partners write down: a table with a header (CSV or a workbook), or one JSON object a line. Columns: `open_id`,
/// `kind`, `at`, and as wanted `account`, `app`, `amount` (yuan), `id`; of a refund or a correction, `order` is the order's
/// `id`, which an order's own line may have there as well. An opt-out needs a person and its kind, nothing else: one without a moment, or with one that cannot be read, is as
/// old as its arrival, and one in a line that is broken elsewhere counts and is named. A JSON line may instead hold a callback of the platform as it was
/// received elsewhere: `{"signature": …, "body": …}`.
package struct EventFile: Sendable, Equatable {
    package static let bytesMax = 64 << 20
    package static let endings = [
        ".events.csv", ".events.jsonl", ".events.ndjson", ".events.tsv", ".events.txt", ".events.xlsx",
    ]

    package var events: [EventLine] = []
    package var callbacks: [CallbackLine] = []
    package var bad: [BadEventLine] = []

    package static func isName(_ name: String) -> Bool {
        endings.contains { name.lowercased().hasSuffix($0) }
    }

    private static let linesBetween = 1000

    /// - Parameter pause: called after every thousand lines: the largest file takes seconds.
    /// - Throws: `AudienceFault` when a CSV's header is refused, and what `pause` throws.
    package init(_ bytes: [UInt8], isCSV: Bool, pause: () throws -> Void = {}) throws {
        try self.init(bytes, as: isCSV ? .csv : .jsonLines, pause)
    }

    /// - Parameter name: says by its ending how the bytes are to be read.
    package init(_ bytes: [UInt8], named name: String, pause: () throws -> Void = {}) throws {
        try self.init(bytes, as: AudienceFormat(fileName: name) ?? .csv, pause)
    }

    private init(_ bytes: [UInt8], as format: AudienceFormat, _ pause: () throws -> Void) throws {
        switch format {
        case .jsonLines: try readJSONLines(bytes, pause)
        case .csv, .workbook: try readTable(bytes, format, pause)
        }
        // Shops list the newest first: what changes an order is taken after every order of the file.
        let changes = events.filter { $0.change != nil }
        events.removeAll { $0.change != nil }
        events += changes
    }

    private mutating func readTable(_ bytes: [UInt8], _ format: AudienceFormat, _ pause: () throws -> Void) throws {
        var rows = 0
        var broken: [BadRow] = []
        var reader = AudienceReader(format: format, requiredColumns: ["kind"])
        reader.onBad = { if broken.count < Self.brokenMax { broken.append($0) } }
        var places: [String: Int]?
        let reading = try reader.read(HeldBytes(bytes)) { row in
            let known = places ?? Self.places(of: row)
            places = known
            take(Self.cells(of: row, known))
            rows += 1
            if rows.isMultiple(of: Self.linesBetween) { try pause() }
        }
        if format == .csv, reading.encoding == .utf8 || reading.encoding == .gb18030 {
            rescueOptOuts(of: broken, columns: reading.columns, bytes)
        }
        let counted = Set(bad.map(\.line))
        bad += broken.filter { !counted.contains($0.line) }.map {
            BadEventLine(line: $0.line, reason: $0.reason == .badOpenID ? .badOpenID : .unreadable)
        }
        bad.sort { $0.line < $1.line }
    }

    /// What somebody wants does not hang on a quote or a cell too many: where the id and the kind can be read, it counts.
    private mutating func rescueOptOuts(of broken: [BadRow], columns: [String], _ bytes: [UInt8]) {
        guard !broken.isEmpty, let person = ColumnName.place(of: "open_id", in: columns),
            let kind = ColumnName.place(of: "kind", in: columns)
        else { return }
        var wanted = broken.filter { $0.lines == 1 }[...]
        var (number, start) = (1, bytes.startIndex)
        while let row = wanted.first, start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[start..<end]
            (number, start) = (number + 1, end + 1)
            guard number - 1 == row.line else { continue }
            wanted.removeFirst()
            let cells = String(decoding: line, as: UTF8.self)
                .split(omittingEmptySubsequences: false) { ",;\t，；".contains($0) }
                .map { $0.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\"'"))) }
            guard cells.indices.contains(max(person, kind)), PersonID.isUsable(cells[person]),
                Self.kind(cells[kind]) == .optedOut
            else { continue }
            events.append(EventLine(line: row.line, openID: cells[person], kind: .optedOut, at: nil))
            bad.append(BadEventLine(line: row.line, reason: .optOutCounted))
        }
    }

    private struct Cells {
        var line: Int
        var openID: String
        var kind: String?
        var at: String?
        var account: String?
        var app: String?
        var amount: String?
        var id: String?
        var order: String?
    }

    /// More bad rows than anybody mends are a file of another kind.
    private static let brokenMax = 1_000_000
    private static let columns = ["kind", "at", "account", "app", "amount", "id", "order"]

    /// Looked for once a file, however its header writes them.
    private static func places(of row: borrowing AudienceRow) -> [String: Int] {
        var places: [String: Int] = [:]
        for name in columns { places[name] = row.index(of: name) }
        return places
    }

    private static func cells(of row: borrowing AudienceRow, _ places: [String: Int]) -> Cells {
        Cells(
            line: row.line, openID: row.openIDText, kind: cell(row, places["kind"]), at: cell(row, places["at"]),
            account: cell(row, places["account"]), app: cell(row, places["app"]), amount: cell(row, places["amount"]),
            id: cell(row, places["id"]), order: cell(row, places["order"]))
    }

    private static func cell(_ row: borrowing AudienceRow, _ place: Int?) -> String? {
        guard let index = place, let text = row.text(index), !text.isEmpty else { return nil }
        return text
    }

    private struct Row: Decodable {
        let signature: String?
        let body: String?
        let openID: String?
        let kind: String?
        let at: Loose?
        let account: String?
        let app: String?
        let amount: Loose?
        let id: Loose?
        let order: Loose?

        enum CodingKeys: String, CodingKey {
            case signature, body, kind, at, account, app, amount, id, order
            case openID = "open_id"
        }

        /// Keys are looked for as columns are; most files write them plainly, and that is much quicker to read.
        static func read(_ line: some Collection<UInt8>) -> Row? {
            // Safe because a line that cannot be read is reported with its number.
            let plain = try? JSONDecoder().decode(Row.self, from: Data(line))
            if let plain, plain.body != nil || plain.openID != nil && plain.kind != nil { return plain }
            // Safe because what is read neither way is the same line, reported above.
            return (try? json.decode(Row.self, from: Data(line))) ?? plain
        }

        static var json: JSONDecoder {
            let json = JSONDecoder()
            json.keyDecodingStrategy = .custom { path in
                let name = path[path.count - 1].stringValue
                let folded = ColumnName.folded(name)
                // An array's own places are keys as well, and stay as they are.
                return Key(stringValue: folded == "openid" ? "open_id" : folded.isEmpty ? name : folded)
            }
            return json
        }

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    /// A text, or a number as its text: exports write both.
    private struct Loose: Decodable {
        let text: String
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Safe because what is neither is as unreadable as any other text that is no moment and no amount.
            text = (try? container.decode(String.self)) ?? (try? container.decode(Decimal.self)).map { "\($0)" } ?? "?"
        }
    }

    private mutating func readJSONLines(_ bytes: [UInt8], _ pause: () throws -> Void) throws {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") { return try readArray(body) }
        for (index, line) in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            if number.isMultiple(of: Self.linesBetween) { try pause() }
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            guard let row = Row.read(line) else {
                bad.append(BadEventLine(line: number, reason: .unreadable))
                continue
            }
            take(row, at: number)
        }
    }

    /// Of a size that is read in a moment; each element is a line.
    private static let arrayBytesMax = 1 << 20

    private mutating func readArray(_ bytes: ArraySlice<UInt8>) throws {
        // Safe because whatever is no array of objects is refused as one.
        guard bytes.count <= Self.arrayBytesMax, let rows = try? Row.json.decode([Row].self, from: Data(bytes)) else {
            throw AudienceFault.jsonArray
        }
        for (index, row) in rows.enumerated() { take(row, at: index + 1) }
    }

    private mutating func take(_ row: Row, at number: Int) {
        if let signature = row.signature, let body = row.body {
            return callbacks.append(CallbackLine(line: number, signature: signature, body: body))
        }
        take(
            Cells(
                line: number, openID: row.openID ?? "", kind: row.kind, at: row.at?.text, account: row.account,
                app: row.app, amount: row.amount?.text, id: row.id?.text, order: row.order?.text))
    }

    private mutating func take(_ cells: Cells) {
        func refuse(_ reason: BadEventLine.Reason) { bad.append(BadEventLine(line: cells.line, reason: reason)) }
        guard PersonID.isUsable(cells.openID) else { return refuse(.badOpenID) }
        let change = cells.kind.flatMap { OrderChange.Kind(rawValue: $0.lowercased()) }
        guard let kind = change == nil ? cells.kind.flatMap(Self.kind) : .ordered,
            !kind.conversions.isEmpty || kind == .answered
        else { return refuse(.unknownKind) }
        let at = cells.at.flatMap { Moment(loose: $0) }
        guard at != nil || kind == .optedOut else { return refuse(.badMoment) }
        var amount: Int64?
        // What somebody wants does not hang on a figure beside it.
        if let text = cells.amount, kind != .optedOut {
            guard let fen = Self.fen(text) else { return refuse(.badAmount) }
            amount = fen
        }
        if let change {
            guard let order = cells.order, cells.id != nil, change == .refunded || amount != nil else {
                return refuse(.changeWithoutIDs)
            }
            var line = EventLine(
                line: cells.line, openID: cells.openID, kind: kind, at: at, account: cells.account, app: cells.app,
                amount: amount, id: cells.id)
            line.change = OrderChange(kind: change, order: order)
            return events.append(line)
        }
        events.append(
            EventLine(
                line: cells.line, openID: cells.openID, kind: kind, at: at, account: cells.account, app: cells.app,
                // An order's number stands in either column: written under `order`, it is the same order.
                amount: amount, id: cells.id ?? (kind == .ordered ? cells.order : nil)))
    }

    /// What partners' systems call an opt-out.
    private static let optOuts: Set<String> = [
        "optout", "optedout", "optsout", "unsubscribe", "unsubscribed", "unsub", "退订", "退訂", "已退订", "已退訂", "取消订阅",
        "取消訂閱",
        "拒收", "td",
    ]

    /// `Opted-Out` is `opted_out`, and so is `退订`.
    private static func kind(_ text: String) -> EventKind? {
        if optOuts.contains(ColumnName.folded(text)) { return .optedOut }
        let word = text.precomposedStringWithCompatibilityMapping.lowercased().map { " -".contains($0) ? "_" : $0 }
        return EventKind(code: String(word))
    }

    /// Yuan with at most two places, exactly.
    private static func fen(_ text: String) -> Int64? {
        exactFen(text) ?? CellNumber.plainText(text).flatMap(exactFen)
    }

    private static func exactFen(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let yuan = Int64(parts[0])
        else { return nil }
        guard parts.count == 2 else { return yuan * 100 }
        guard (1...2).contains(parts[1].count), let places = Int64(parts[1]) else { return nil }
        return yuan * 100 + (parts[1].count == 1 ? places * 10 : places)
    }
}
