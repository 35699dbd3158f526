import CampaignModel
import Foundation
import Store

/// An open_id inside of text: whole, not as a part of a longer one. `u-1` is not in `u-10`, and who is erased must not
/// take a neighbour's event or line away.
enum PersonalText {
    /// Of the same kind as what came in, and as it was where it names nobody.
    static func without(
        _ openID: String, _ word: String, _ form: PersonalColumn.Form, in value: StoredValue
    ) -> StoredValue {
        func changed(_ bytes: [UInt8]) -> [UInt8]? {
            switch form {
            case .remark: remark(bytes, openID, word)
            case .unread: unread(bytes, openID)
            case .review: review(bytes, openID, word)
            }
        }
        return switch value {
        case .text(let text): changed(Array(text.utf8)).map { .text(String(decoding: $0, as: UTF8.self)) } ?? value
        case .bytes(let bytes): changed(Array(bytes)).map { .bytes(Data($0)) } ?? value
        case .null, .int, .real: value
        }
    }

    /// Free text. A word that could mean anything else stays.
    private static func remark(_ bytes: [UInt8], _ openID: String, _ word: String) -> [UInt8]? {
        WholeID.isTelling(openID) ? WholeID.replacing(openID, in: bytes, by: word) : nil
    }

    /// Empty when it is about the person: as one of the values of its JSON, or written out in what is no JSON.
    private static func unread(_ bytes: [UInt8], _ openID: String) -> [UInt8]? {
        if bytes.isEmpty { return nil }
        let isAbout =
            // Safe because what is no JSON is searched as text.
            (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
            .map { names(openID, $0) } ?? false
        if isAbout { return [] }
        return WholeID.isTelling(openID) && WholeID.first(Array(openID.utf8), in: bytes) != nil ? [] : nil
    }

    /// Samples are ids, and nothing else in it is.
    private static func review(_ bytes: [UInt8], _ openID: String, _ word: String) -> [UInt8]? {
        guard WholeID.first(Array(openID.utf8), in: bytes) != nil,
            // Safe because the column is written by `record` alone, from the same type; anything else names nobody.
            var review = try? JSONDecoder().decode(MachineReview.self, from: Data(bytes))
        else { return nil }
        for index in review.findings.indices where review.findings[index].sample == openID {
            review.findings[index].sample = word
        }
        if let samples = review.change?.samples {
            review.change?.samples = samples.mapValues { $0.map { $0 == openID ? word : $0 } }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Safe because what was just read can be written.
        return (try? encoder.encode(review)).map { Array($0) }
    }

    private static func names(_ openID: String, _ value: Any) -> Bool {
        switch value {
        case let text as String:
            if text == openID { return true }
            // The platform writes objects inside of strings.
            guard text.hasPrefix("{"), text.contains(openID) else { return false }
            // Safe because what is no JSON names nobody.
            return (try? JSONSerialization.jsonObject(with: Data(text.utf8))).map { names(openID, $0) } ?? false
        case let list as [Any]: return list.contains { names(openID, $0) }
        case let object as [String: Any]: return object.contains { names(openID, $0.value) }
        default: return false
        }
    }
}
