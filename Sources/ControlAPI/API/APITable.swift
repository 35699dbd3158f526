import Hummingbird

/// Every address of the API and what it answers to: the router is made of this table, and a test holds `openapi.yaml`
/// against it.
struct APITable: Sendable {
    typealias Answer = @Sendable (Request, BasicRequestContext) async throws -> Response

    struct Row: Sendable {
        var method: HTTPRequest.Method
        /// With places in braces.
        var path: String
        var answer: Answer
    }
    private(set) var rows: [Row] = []

    mutating func get(_ path: String, _ answer: @escaping Answer) {
        rows.append(Row(method: .get, path: path, answer: answer))
    }

    mutating func post(_ path: String, _ answer: @escaping Answer) {
        rows.append(Row(method: .post, path: path, answer: answer))
    }

    func add(to router: Router<BasicRequestContext>) {
        for row in rows {
            router.on(RouterPath(row.path), method: row.method) { request, context in
                try await row.answer(request, context)
            }
        }
    }

    /// What the address answers to; empty: there is none. A place takes any one word.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let words = path.split(separator: "/")
        return rows.filter { row in
            let places = row.path.split(separator: "/")
            return places.count == words.count
                && zip(places, words).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.map(\.method)
    }
}
