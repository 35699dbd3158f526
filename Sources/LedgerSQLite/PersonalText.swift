import CampaignModel
import Foundation
import StoreSQLite

/// An open_id inside of text: whole, not as a part of a longer one. `u-1` is not in `u-10`, and who is erased must not
/// take a neighbour's event or line away.
enum PersonalText {
    static let functions = [remark, unread, review]

    /// Free text. A word that could mean anything else stays.
    private static let remark = TextFunction("without_person") { bytes, openID, word in
        WholeID.isTelling(openID) ? WholeID.replacing(openID, in: bytes, by: word) : nil
    }

    /// Empty when it is about the person: as one of the values of its JSON, or written out in what is no JSON.
    private static let unread = TextFunction("unread_of_person") { bytes, openID, _ in
        if bytes.isEmpty { return nil }
        let isAbout =
            // Safe because what is no JSON is searched as text.
            (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
            .map { names(openID, $0) } ?? false
        if isAbout { return [] }
        return WholeID.isTelling(openID) && WholeID.first(Array(openID.utf8), in: bytes) != nil ? [] : nil
    }

    /// Samples are ids, and nothing else in it is.
    private static let review = TextFunction("review_without_person") { bytes, openID, word in
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
