import CampaignModel
import Foundation
import Hummingbird
import Words

/// Where a page of a list ends, as whoever reads on hands it back. What is in it is nobody's business but ours, so that it
/// may change; a cursor of another list is none.
struct OpaqueCursor {
    /// As many as one answer names.
    static let limitMax = 200
    static let limitDefault = 100

    let list: String
    var after: String?
    var limit: Int

    /// - Parameter isNumber: of a list that goes on by number.
    init(_ list: String, of request: Request, isNumber: Bool = false) throws {
        self.list = list
        limit = Self.limitDefault
        if let text = try ControlRoutes.word("limit", of: request) {
            guard let number = Int(text), (1...Self.limitMax).contains(number), text == String(number) else {
                throw ControlRoutes.badQuery("limit")
            }
            limit = number
        }
        guard let text = try Self.word(of: request) else { return }
        guard let after = Self.read(text, of: list), !isNumber || Int64(after) != nil else {
            throw DoorRefusal(.badRequest, code: "bad_cursor", Catalogue.Desk.badCursor(text))
        }
        self.after = after
    }

    /// The first lists of this version come whole to whoever asks for no page: scripts read them so.
    static func isAsked(of request: Request) throws -> Bool {
        try ControlRoutes.word("limit", of: request) != nil || word(of: request) != nil
    }

    /// `after` is what the first callers said.
    private static func word(of request: Request) throws -> String? {
        let former = try ControlRoutes.word("after", of: request)
        guard let cursor = try ControlRoutes.word("cursor", of: request) else { return former }
        guard former == nil else { throw ControlRoutes.badQuery("after") }
        return cursor
    }

    func write(_ after: String?) -> String? { after.map { Self.write($0, of: list) } }

    static func write(_ after: String, of list: String) -> String {
        Data("\(list):\(after)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func read(_ text: String, of list: String) -> String? {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        guard let bytes = Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)),
            let words = String(validating: bytes, as: UTF8.self), words.hasPrefix(list + ":")
        else { return nil }
        let after = String(words.dropFirst(list.count + 1))
        return write(after, of: list) == text ? after : nil
    }

    /// The next page as RFC 8288 links it: the same question with another cursor.
    static func link(_ request: Request, next: String) -> String {
        let rest =
            (request.uri.query ?? "").split(separator: "&").filter {
                !$0.hasPrefix("cursor=") && !$0.hasPrefix("after=")
            } + ["cursor=\(next)"]
        return "<\(request.uri.path)?\(rest.joined(separator: "&"))>; rel=\"next\""
    }
}

/// A page of a list, with where the next one begins; nil: there is none.
struct ListPage<Item: Encodable & Sendable>: Encodable, Sendable {
    /// The list's own name.
    var list: String
    var items: [Item]
    var next: String?

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(items, forKey: Key(list))
        try fields.encodeIfPresent(next, forKey: Key("next"))
    }
}
