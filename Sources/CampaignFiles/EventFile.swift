import CampaignModel
import Foundation

/// Events that partners write down: CSV with a header, or one JSON object a line. Columns: `open_id`, `kind`, `at`, and as
/// wanted `account`, `app`, `amount` (yuan), `id`; of a refund or a correction, `order` is the order's `id`. An opt-out needs no `at`: one without a moment, or with one that cannot be
/// read, is as old as its arrival. A JSON line may instead hold a callback of the platform as it was
/// received elsewhere: `{"signature": …, "body": …}`.
package struct EventFile: Sendable, Equatable {
    package static let bytesMax = 64 << 20
    package static let endings = [".events.csv", ".events.jsonl", ".events.ndjson"]

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
        if isCSV { try readCSV(bytes, pause) } else { try readJSONLines(bytes, pause) }
    }

    private mutating func readCSV(_ bytes: [UInt8], _ pause: () throws -> Void) throws {
        var rows = 0
        var position = 0
        let reader = AudienceReader(format: .csv, requiredColumns: ["kind"])
        let reading = try reader.read(
            pull: { buffer in
                let count = min(buffer.count, bytes.count - position)
                bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
                position += count
                return count
            },
            each: { row in
                take(Self.cells(of: row))
                rows += 1
                if rows.isMultiple(of: Self.linesBetween) { try pause() }
            })
        bad += reading.bad.map {
            BadEventLine(line: $0.line, reason: $0.reason == .badOpenID ? .badOpenID : .unreadable)
        }
        bad.sort { $0.line < $1.line }
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

    private static func cells(of row: borrowing AudienceRow) -> Cells {
        Cells(
            line: row.line, openID: row.openIDText, kind: cell(row, "kind"), at: cell(row, "at"),
            account: cell(row, "account"), app: cell(row, "app"), amount: cell(row, "amount"), id: cell(row, "id"),
            order: cell(row, "order"))
    }

    private static func cell(_ row: borrowing AudienceRow, _ name: String) -> String? {
        guard let index = row.index(of: name), let text = row.text(index), !text.isEmpty else { return nil }
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
        for (index, line) in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            if number.isMultiple(of: Self.linesBetween) { try pause() }
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            // Safe because a line that cannot be read is reported with its number.
            guard let row = try? JSONDecoder().decode(Row.self, from: Data(line)) else {
                bad.append(BadEventLine(line: number, reason: .unreadable))
                continue
            }
            if let signature = row.signature, let body = row.body {
                callbacks.append(CallbackLine(line: number, signature: signature, body: body))
                continue
            }
            take(
                Cells(
                    line: number, openID: row.openID ?? "", kind: row.kind, at: row.at?.text, account: row.account,
                    app: row.app, amount: row.amount?.text, id: row.id?.text, order: row.order?.text))
        }
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
                amount: amount, id: cells.id))
    }

    /// `Opted-Out` is `opted_out`.
    private static func kind(_ text: String) -> EventKind? {
        let word = text.lowercased().map { " -".contains($0) ? "_" : $0 }
        return EventKind(code: String(word))
    }

    /// Yuan with at most two places, exactly.
    private static func fen(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let yuan = Int64(parts[0])
        else { return nil }
        guard parts.count == 2 else { return yuan * 100 }
        guard (1...2).contains(parts[1].count), let places = Int64(parts[1]) else { return nil }
        return yuan * 100 + (parts[1].count == 1 ? places * 10 : places)
    }
}
