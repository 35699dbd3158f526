import Answers
import Foundation
import Hummingbird
import Ports
import Synchronization
import Words

/// A request that may be sent again without being done again: the caller names it, the desk remembers the answer in the
/// transaction that did it. What is under way under the same name is refused, not waited for.
final class RepeatGuard: Sendable {
    private let running = Mutex<Set<String>>([])

    /// - Returns: the key, as the desk remembers it. `leave` it when the answer is there.
    func enter(_ request: Request, _ identity: Identity, body: ByteBuffer) throws -> RepeatKey {
        guard let text = request.headers[.idempotencyKey] else {
            throw DoorRefusal(.badRequest, code: "idempotency_key_missing", Catalogue.Door.keyMissing)
        }
        guard (1...RepeatKey.lengthMax).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw DoorRefusal(.badRequest, code: "bad_request", Catalogue.Door.badBody("Idempotency-Key")) }
        let key = RepeatKey(route: request.uri.path, text: text, body: Array(body.readableBytesView))
        guard running.withLock({ $0.insert(Self.place(key, identity)).inserted }) else {
            throw DoorRefusal(.conflict, code: "idempotency_key_in_use", Catalogue.Door.keyInUse)
        }
        return key
    }

    func leave(_ key: RepeatKey, _ identity: Identity) {
        running.withLock { _ = $0.remove(Self.place(key, identity)) }
    }

    private static func place(_ key: RepeatKey, _ identity: Identity) -> String {
        "\(identity)\u{0}\(key.route)\u{0}\(key.text)"
    }
}

extension HeaderName {
    static var nextLink: Self { .init("Link")! }
    static var idempotencyKey: Self { .init("Idempotency-Key")! }
    static var idempotentReplayed: Self { .init("Idempotent-Replayed")! }
}
