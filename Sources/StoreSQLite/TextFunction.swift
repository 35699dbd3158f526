import Foundation
import GRDB

/// A function of the ledger's that its statements call: a text or bytes, and two words.
package struct TextFunction: Sendable {
    package var name: String
    package var body: @Sendable (_ bytes: [UInt8], _ first: String, _ second: String) -> [UInt8]?

    /// Of the same kind as what came in; nil from the body: as it was.
    package init(_ name: String, _ body: @escaping @Sendable ([UInt8], String, String) -> [UInt8]?) {
        self.name = name
        self.body = body
    }

    var function: DatabaseFunction {
        let body = body
        return DatabaseFunction(name, argumentCount: 3, pure: true) { values in
            guard let first = String.fromDatabaseValue(values[1]), let second = String.fromDatabaseValue(values[2])
            else { return values[0] }
            switch values[0].storage {
            case .string(let text):
                return body(Array(text.utf8), first, second).map { String(decoding: $0, as: UTF8.self) } ?? text
            case .blob(let bytes): return body(Array(bytes), first, second).map { Data($0) } ?? bytes
            case .null, .int64, .double: return values[0]
            }
        }
    }
}
