import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Ports

/// One audience file of a set: its digest, and the feed that pulls its rows into the ledger.
struct AudienceIntake {
    let name: String
    let digest: String
    /// nil: taken before, by an earlier revision; the file itself is not needed.
    let file: (any TrayFile)?

    /// Reads the whole file once for its digest.
    static func open(_ name: String, in tray: any DropTray) throws -> AudienceIntake {
        let file = try tray.open(name, bytesMax: Int64(FileLimits.audienceBytesMax))
        var digest = Digest()
        while true {
            let bytes = try file.read(upTo: FileLimits.audienceChunkBytes)
            if bytes.isEmpty { break }
            digest.update(bytes)
        }
        guard try file.isUnchanged() else {
            throw TrayError.refused(TrayProblem(name: name, refusal: .changedWhileRead))
        }
        return AudienceIntake(name: name, digest: digest.finish().hexadecimal, file: file)
    }

    /// - Parameter note: told how the reading went, once it is over.
    func feed(
        required columns: [String], strict: Bool, note: @escaping (AudienceReading) -> Void
    ) -> AudienceFeed {
        AudienceFeed(
            digest: digest, fileName: name,
            check: { known in
                if let column = columns.first(where: { !known.columns.contains($0) }) {
                    throw AudienceFault.columnMissing(column)
                }
                if strict && known.bad > 0 {
                    throw IntakeFault(code: "strict", sentence: Catalogue.Intake.strictRefused(file: name, known.bad))
                }
            }
        ) { row in
            guard let file, let format = AudienceFormat(fileName: name) else {
                throw IntakeFault(code: "missing", sentence: Catalogue.Intake.neverCame([name]))
            }
            try file.rewind()
            let reading = try Self.rows(of: file, format, columns, row)
            guard try file.isUnchanged() else {
                throw TrayError.refused(TrayProblem(name: name, refusal: .changedWhileRead))
            }
            note(reading)
            if strict && reading.badRows > 0 {
                throw IntakeFault(
                    code: "strict", sentence: Catalogue.Intake.strictRefused(file: name, reading.badRows))
            }
            return AudienceCount(
                read: reading.rows + reading.badRows, bad: reading.badRows, columns: reading.columns)
        }
    }

    private static func rows(
        of file: any TrayFile, _ format: AudienceFormat, _ columns: [String], _ row: AudienceFeed.Row
    ) throws -> AudienceReading {
        let reader = AudienceReader(format: format, requiredColumns: columns)
        var fields: [UInt8] = []
        return try reader.read(
            pull: { buffer in
                let bytes = try file.read(upTo: buffer.count)
                buffer.copyBytes(from: bytes)
                return bytes.count
            }
        ) { line in
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
            try fields.withUnsafeBufferPointer { try row(line.openID, $0, line.line) }
        }
    }
}

/// Why a set is refused although its campaign file reads well.
struct IntakeFault: Error {
    let code: String
    let sentence: Sentence
}
