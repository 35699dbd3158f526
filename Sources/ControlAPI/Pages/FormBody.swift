import CampaignModel
import Foundation
import Hummingbird
import Words

/// The fields of a plain form, each as often as it was sent.
struct FormBody: Sendable {
    private let fields: [(name: String, value: String)]

    init(_ request: Request) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw DoorRefusal(.unsupportedMediaType, code: "not_a_form", Catalogue.Door.badBody("form"))
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > DoorRules.bodyBytesMax {
            throw DoorRefusal.bodyTooLarge
        }
        var request = request
        let bytes = try await request.collectBody(upTo: DoorRules.bodyBytesMax)
        fields = try Self.fields(of: String(buffer: bytes))
    }

    init(parsing text: String) throws { fields = try Self.fields(of: text) }

    private static func fields(of text: String) throws -> [(name: String, value: String)] {
        try text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0]), let value = decoded(halves.count > 1 ? halves[1] : "") else {
                throw DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody("form"))
            }
            return (name, value)
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// The one value of a field; nil when it is missing, empty, or there twice.
    func value(_ name: String) -> String? {
        let all = values(name)
        guard all.count == 1, !all[0].isEmpty else { return nil }
        return all[0]
    }

    func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
    var all: [(name: String, value: String)] { fields }
}
