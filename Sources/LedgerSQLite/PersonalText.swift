import CampaignModel
import Foundation
import GRDB

/// An open_id inside of text: whole, not as a part of a longer one. `u-1` is not in `u-10`, and who is erased must not
/// take a neighbour's event or line away.
enum PersonalText {
    /// SQL: `without_person(text or blob, id, replacement)`, of the same kind as what came in.
    static let function = DatabaseFunction("without_person", argumentCount: 3, pure: true) { values in
        guard let openID = String.fromDatabaseValue(values[1]), let word = String.fromDatabaseValue(values[2]) else {
            return values[0]
        }
        switch values[0].storage {
        case .string(let text):
            let changed = WholeID.replacing(openID, in: Array(text.utf8), by: word)
            return changed.map { String(decoding: $0, as: UTF8.self) } ?? text
        case .blob(let bytes):
            return WholeID.replacing(openID, in: Array(bytes), by: word).map { Data($0) } ?? bytes
        case .null, .int64, .double: return values[0]
        }
    }
}
