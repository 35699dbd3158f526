import Hummingbird

/// `openapi.yaml`, and a page of it that a person can read.
enum APIDescription {
    static let text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)

    static func add(to table: inout APITable) {
        table.get("/v1/openapi.yaml") { _, _ in DoorReply.text(text, type: "application/yaml; charset=utf-8") }
        table.get("/v1/") { _, _ in DoorReply.text(page, type: "text/html; charset=utf-8") }
    }

    struct Operation: Equatable {
        var method: String
        var path: String
        var summary: String
    }

    /// Read off the file's own indentation: two blanks a path, four a method, six what belongs to it.
    static let operations: [Operation] = {
        var operations: [Operation] = []
        var path = ""
        var isInPaths = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" "), !line.isEmpty { isInPaths = line == "paths:" }
            guard isInPaths else { continue }
            if line.hasPrefix("  /"), line.hasSuffix(":") {
                path = String(line.dropFirst(2).dropLast())
            } else if ["    get:", "    post:"].contains(line) {
                operations.append(
                    Operation(method: line.dropFirst(4).dropLast().uppercased(), path: path, summary: ""))
            } else if line.hasPrefix("      summary: "), !operations.isEmpty {
                operations[operations.count - 1].summary = String(line.dropFirst("      summary: ".count))
            }
        }
        return operations
    }()

    static let page: String = {
        let rows = operations.map { operation in
            "<tr><td>\(operation.method)</td><td><code>\(operation.path)</code></td><td>\(operation.summary)</td></tr>"
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Curfew API</title><link rel="stylesheet" href="/style.css"></head>
            <body><main><h1>Curfew API, version 1</h1>
            <p>The whole description, with every field: <a href="/v1/openapi.yaml">openapi.yaml</a> (OpenAPI 3.1).
            Acts want <code>Authorization: Bearer TOKEN</code>; errors are <code>application/problem+json</code> with a stable
            <code>code</code>; lists go on with <code>cursor</code>.</p>
            <div class="scroll"><table><thead><tr><th scope="col">Method</th><th scope="col">Address</th>
            <th scope="col">What it does</th></tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div></main></body></html>

            """
    }()
}
