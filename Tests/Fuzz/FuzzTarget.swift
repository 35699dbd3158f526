import CampaignFiles
import CampaignModel
import Foundation
import Wire

@testable import Channels
@testable import TransportCurl

/// The readers, and what must hold beside not crashing.
enum FuzzTarget: String, CaseIterable {
    case campaign, control, audience, workbook, wire, reply, recurrence, callback, events

    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["CURFEW_FUZZ_TARGET"] ?? "campaign"
        guard let target = FuzzTarget(rawValue: name) else { fatalError("no such target: \(name)") }
        return target
    }()

    private static let context = FileContext(
        authors: ["marketing"],
        accounts: [KnownAccount(name: "flagship", kind: .enterprise, role: .brand, openID: "_f")],
        now: Moment(milliseconds: 1_795_000_000_000))

    func take(_ bytes: [UInt8]) {
        switch self {
        case .campaign: Self.campaign(bytes)
        case .control: Self.control(bytes)
        case .audience: for format in [AudienceFormat.csv, .jsonLines] { Self.audience(bytes, format) }
        case .workbook: Self.workbook(bytes)
        case .wire: Self.wire(bytes)
        case .reply: Self.reply(bytes)
        case .recurrence:
            // The words that a person writes after `rrule:`, in an otherwise good file.
            Self.campaign(Array(Self.before.utf8) + bytes.filter { $0 != 0x0A && $0 != 0x0D } + Array(Self.after.utf8))
        case .callback: Self.callback(bytes)
        case .events: for isCSV in [true, false] { Self.events(bytes, isCSV: isCSV) }
        }
    }

    /// What was read once is read the same again, and its occurrences come to an end.
    private static func campaign(_ bytes: [UInt8]) {
        let reading = CampaignReader.parse(bytes: bytes, fileName: "a.yaml", context: context)
        guard let campaign = reading.campaign else {
            precondition(!reading.problems.isEmpty, "refused without a word")
            return
        }
        let again = CampaignReader.parse(bytes: bytes, fileName: "a.yaml", context: context).campaign
        precondition(again == campaign, "read twice, differently")
        let occurrences = campaign.schedule.occurrences(after: context.now, limit: 8)
        precondition(occurrences == occurrences.sorted(), "out of order")
        precondition(occurrences.allSatisfy { $0 > context.now }, "an occurrence that was over already")
    }

    private static func control(_ bytes: [UInt8]) {
        let reading = ControlReader.parse(bytes: bytes, fileName: "a.control.yaml")
        precondition(reading.order != nil || !reading.problems.isEmpty, "refused without a word")
    }

    private static func audience(_ bytes: [UInt8], _ format: AudienceFormat) {
        var place = 0
        // Safe because a refusal is as good an end as any; only a crash or a hang is a find.
        _ = try? AudienceReader(format: format).read(
            pull: { buffer in
                let count = min(buffer.count, bytes.count - place)
                bytes[place..<(place + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
                place += count
                return count
            }, each: { row in precondition((1...128).contains(row.openID.count), "a person without an id") })
    }

    private final class Bytes: ListBytes {
        let bytes: [UInt8]
        var size: Int64 { Int64(bytes.count) }
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            let part = bytes.dropFirst(Int(offset)).prefix(buffer.count)
            buffer.copyBytes(from: part)
            return part.count
        }
    }

    private static func workbook(_ bytes: [UInt8]) {
        // Safe because a refusal is as good an end as any; only a crash or a hang is a find.
        _ = try? AudienceReader(format: .workbook).read(Bytes(bytes)) { row in
            precondition((1...128).contains(row.openID.count), "a person without an id")
        }
    }

    /// What a gateway writes comes to the same in whatever pieces it comes, and is held to its limits. The first byte says
    /// how long the pieces are.
    private static func wire(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let reply = Array(bytes.dropFirst())
        var reader = ReplyReader()
        let whole = wire(reply, by: reply.count, &reader)
        precondition(whole == wire(reply, by: Int(first) + 1, &reader), "another reply in other pieces")
        precondition(whole.end != nil, "a reply without an end")
        guard whole.end == .whole, let response = whole.response else { return }
        precondition((200...599).contains(response.status), "no status of a final reply")
        precondition(response.body.count <= wireBytesMax, "longer than may be")
        // Of a reply that ends by itself no byte can be missing.
        guard whole.isClosed == false, whole.used > 0 else { return }
        let cut = wire(Array(reply.prefix(whole.used - 1)), by: .max, &reader)
        precondition(cut.end != .whole, "whole without its last byte")
    }

    private struct WireReading: Equatable {
        var end: ReplyReader.End?
        var response: HTTPResponse?
        var used = 0
        /// Whether it took the connection's end to end it.
        var isClosed = false
    }

    private static let wireBytesMax = 512

    private static func wire(_ bytes: [UInt8], by step: Int, _ reader: inout ReplyReader) -> WireReading {
        reader.begin(bodyBytesMax: wireBytesMax)
        var reading = WireReading()
        while reading.used < bytes.count, reader.end == nil {
            let piece = Array(bytes[reading.used...].prefix(max(1, step)))
            let used = piece.withUnsafeBytes { reader.take($0) }
            precondition(used == piece.count || reader.end != nil, "bytes left over in the middle")
            reading.used += used
        }
        reading.isClosed = reader.end == nil
        reader.takeEnd()
        reading.end = reader.end
        if reader.end == .whole { reading.response = reader.takeResponse() } else { reading.used = 0 }
        return reading
    }

    /// Whoever refuses less than the system's own reader would take something for an answer that is none.
    private static func reply(_ bytes: [UInt8]) {
        guard JSONValue(strict: bytes) != nil else { return }
        // Safe because only whether it reads is asked.
        let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        precondition(other != nil, "taken, and no JSON")
    }

    /// A body that is understood is JSON and nothing else: what somebody appends to a signed one is never read.
    private static func callback(_ bytes: [UInt8]) {
        let secret = Secret(bytes: Array("s".utf8))
        let signature = CallbackSignature.of(bytes, secret: secret)
        precondition(CallbackSignature.proves(bytes, signature: signature, by: [secret]), "our own signature")
        precondition(!CallbackSignature.proves(bytes + [0x80], signature: signature, by: [secret]), "another body's")
        // Safe because a refusal is as good an end as any.
        guard (try? PlatformEvent(body: bytes)) != nil else { return }
        // Safe because only whether it reads is asked.
        precondition((try? PlatformEvent(body: bytes + [0x80])) == nil, "an extended body is read")
    }

    private static func events(_ bytes: [UInt8], isCSV: Bool) {
        // Safe because a refusal is as good an end as any.
        guard let file = try? EventFile(bytes, isCSV: isCSV) else { return }
        precondition(file.events.allSatisfy { !$0.openID.isEmpty }, "an event of nobody")
        precondition(file.events.allSatisfy { ($0.amount ?? 0) >= 0 }, "an order below nothing")
    }

    private static let before = """
        campaign: spring
        author: marketing
        account: flagship
        title: t
        audience: {files: [people.csv]}
        schedule:
          start: 2026-11-20 20:00
          rrule: 
        """
    private static let after = """

        variants:
          - {name: a, messages: [{applet_card: {template: card-001, path: pages/index}}]}
        """
}
