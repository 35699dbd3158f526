import CampaignFiles
import CampaignModel
import Foundation
import Testing

/// The world that the tests' files are read in.
enum Fixtures {
    static let now = Moment(iso8601: "2026-11-01T10:00:00+08:00")!

    static let context = FileContext(
        authors: ["marketing"],
        accounts: [
            KnownAccount(name: "flagship", kind: .enterprise, role: .brand, openID: "_000flagship"),
            KnownAccount(name: "helpdesk", kind: .enterprise, role: .staff, openID: "_000helpdesk"),
        ], now: now)

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let campaigns = root.appending(path: "Campaigns")

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: campaigns.appending(path: name)))
    }

    static func read(_ text: String, context: FileContext = context) -> CampaignReading {
        CampaignReader.parse(bytes: Array(text.utf8), fileName: "warmup.yaml", context: context)
    }

    /// A small campaign with one part replaced.
    static func campaign(
        head: String = "", account: String = "flagship", audience: String = "  files: [vip.csv]\n",
        schedule: String = "  start: 2026-11-20 20:00\n",
        variants: String = "  - name: a\n    messages:\n      - applet_coupon: {activity: 7301, coupon: 9920}\n",
        tail: String = ""
    ) -> String {
        """
        campaign: warmup
        author: marketing
        account: \(account)
        title: 双11 预热
        \(head)audience:
        \(audience)schedule:
        \(schedule)variants:
        \(variants)\(tail)
        """
    }

    static func codes(_ reading: CampaignReading) -> [String] { reading.problems.map(\.code) }

    /// Reads bytes that are handed over a few at a time.
    static func people(
        _ bytes: [UInt8], format: AudienceFormat = .csv, required: [String] = [], step: Int = 7,
        limits: AudienceLimits = .standard, column: String? = nil
    ) throws -> (ids: [String], values: [String?], reading: AudienceReading) {
        var ids: [String] = []
        var values: [String?] = []
        var position = 0
        let reading = try AudienceReader(format: format, requiredColumns: required, limits: limits).read(
            pull: { buffer in
                let count = min(step, buffer.count, bytes.count - position)
                buffer.copyBytes(from: bytes[position..<(position + count)])
                position += count
                return count
            },
            each: { row in
                ids.append(row.openIDText)
                values.append(column.flatMap { row.index(of: $0) }.flatMap { row.text($0) })
            })
        return (ids, values, reading)
    }
}
