import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Ports
import Words

/// One audience file of a set: its digest, and the feed that pulls its rows into the ledger.
struct AudienceIntake {
    let name: String
    let digest: String
    /// nil: taken before, by an earlier revision; the file itself is not needed.
    let file: ProvenBytes?
    var rules = RowRules.people

    /// Reads the whole file once for its digest.
    /// - Parameter diskName: as the folder writes it; the campaign may write it in another form of Unicode.
    static func open(
        _ name: String, _ rules: RowRules, in tray: any DropTray, as diskName: String? = nil
    ) throws -> AudienceIntake {
        let bytes = try ProvenBytes(
            try tray.open(diskName ?? name, bytesMax: Int64(FileLimits.audienceBytesMax)), name: name)
        // The same bytes are other rows as a list of groups: other ids in the ledger, and other bad ones.
        let digest =
            switch rules {
            case .people: bytes.digest
            case .groups: GroupIdentity.mark + bytes.digest
            }
        return AudienceIntake(name: name, digest: digest, file: bytes, rules: rules)
    }

    /// - Parameter note: told how the reading went, once it is over.
    func feed(
        required columns: [String], strict: Bool, note: @escaping (AudienceReading) -> Void
    ) -> AudienceFeed {
        AudienceFeed(
            digest: digest, fileName: name,
            check: { known in
                if let column = columns.first(where: { ColumnName.place(of: $0, in: known.columns) == nil }) {
                    throw Self.named(.columnMissing(column), name)
                }
                if strict && known.bad > 0 {
                    throw IntakeFault(code: "strict", sentence: Catalogue.Intake.strictRefused(file: name, known.bad))
                }
            }
        ) { piece, row in
            guard let file, let format = AudienceFormat(fileName: name) else {
                throw IntakeFault(code: "missing", sentence: Catalogue.Intake.neverCame([name]))
            }
            let reading: AudienceReading
            let reader = AudienceReader(format: format, rules: rules, requiredColumns: columns)
            do { reading = try Self.rows(of: file, reader, rules, piece, row) } catch let fault as AudienceFault {
                throw Self.named(fault, name)
            }
            guard try file.isUnchanged() else { throw file.changed }
            note(reading)
            if strict && reading.badRows > 0 {
                throw IntakeFault(
                    code: "strict", sentence: Catalogue.Intake.strictRefused(file: name, reading.badRows))
            }
            return AudienceCount(
                read: reading.rows, bad: reading.badRows, columns: reading.columns)
        }
    }

    /// A campaign names up to fifty lists: which of them is meant is half of the sentence.
    private static func named(_ fault: AudienceFault, _ name: String) -> IntakeFault {
        IntakeFault(code: fault.code, sentence: Catalogue.Intake.fileFault(file: name, fault.message))
    }

    private static func rows(
        of file: ProvenBytes, _ reader: AudienceReader, _ rules: RowRules, _ piece: AudienceFeed.Piece,
        _ row: AudienceFeed.Row
    ) throws -> AudienceReading {
        var fields: [UInt8] = []
        let mark = Array(GroupIdentity.mark.utf8)
        return try reader.read(file, piece: piece) { line in
            fields.removeAll(keepingCapacity: true)
            for column in 0..<line.columns.count {
                if column > 0 { fields.append(FieldValues.separator) }
                // open_id stands beside; a separator inside a cell would shift the others.
                guard line.columns[column] != "open_id", let cell = line.bytes(column) else { continue }
                if cell.contains(FieldValues.separator) {
                    fields.append(contentsOf: cell.filter { $0 != FieldValues.separator })
                } else {
                    fields.append(contentsOf: cell)
                }
            }
            switch rules {
            case .people: try fields.withUnsafeBufferPointer { try row(line.openID, $0, line.line) }
            case .groups:
                try (mark + line.openID).withUnsafeBufferPointer { id in
                    try fields.withUnsafeBufferPointer { try row(id, $0, line.line) }
                }
            }
        }
    }
}
