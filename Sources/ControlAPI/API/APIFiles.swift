import Answers
import CampaignModel
import Foundation
import Hummingbird
import Ports
import Words

/// Dropping for programs: files onto the caller's own bench, the verdict of `curfew check` on them, and handing them in.
struct APIFiles: Sendable {
    /// Of one request. Longer lists come by the drop folder or by the page.
    static let bytesMax = 8 << 20

    let routes: APIRoutes
    private var line: DeskLine { routes.line }

    func add(to table: inout APITable) {
        table.get("/v1/files") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            return try DoorReply.json(try await line.look { try $0.bench(as: identity) })
        }
        table.post("/v1/files") { request, _ in
            try await routes.once(Given.self, request, bytesMax: Self.bytesMax) { desk, given, identity in
                let bytes = try given.bytes()
                let file = try desk.receive(given.name, as: identity)
                try DeskRefusal.telling(given.name) {
                    try file.write(bytes)
                    try file.keep()
                }
                return Kept(name: given.name, bytes: bytes.count)
            }
        }
        table.post("/v1/files/check") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let language = ControlRoutes.language(of: request)
            let named = try await ControlRoutes.body(Named.self, of: request)
            // A list of millions takes its time, on a thread of its own.
            return try DoorReply.json(
                try await line.work { try $0.examine(named.name, in: language, as: identity).verdict })
        }
        table.post("/v1/files/hand-in") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let named = try await ControlRoutes.body(Named.self, of: request)
            return try DoorReply.json(try await line.act { try $0.handIn(named.name, as: identity) })
        }
        table.post("/v1/files/discard") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let named = try await ControlRoutes.body(Named.self, of: request)
            return try DoorReply.json(
                try await line.act { desk in
                    try desk.discard(named.name, as: identity)
                    return HandedIn(files: [named.name])
                })
        }
        table.get("/v1/files/{file}/report") { request, context in
            let identity = ControlRoutes.identity(of: request)
            let name = try ControlRoutes.pathWord("file", of: context)
            return try DoorReply.json(try await line.look { try $0.handedIn(name, as: identity) })
        }
    }

    private struct Named: Decodable, Sendable { var name: String }

    private struct Given: Decodable, Sendable {
        var name: String
        /// One of the two.
        var text: String?
        var base64: String?

        func bytes() throws -> [UInt8] {
            switch (text, base64.map { Data(base64Encoded: $0) }) {
            case (let text?, nil): return Array(text.utf8)
            case (nil, let bytes??): return Array(bytes)
            default: throw DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody("text, base64"))
            }
        }
    }

    private struct Kept: Codable, Sendable {
        var name: String
        var bytes: Int
    }
}
