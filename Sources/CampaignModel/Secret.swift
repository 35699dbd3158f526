/// Where a secret lies. This is what configuration holds; the value itself is read at start and never written down.
package enum SecretSource: Hashable, Sendable {
    /// A credential that systemd hands over (`LoadCredential=`), by its name.
    case credential(String)
    /// A file that only its owner can read.
    case file(String)

    package static let nameBytesMax = 128

    /// `credential:NAME` or `file:PATH`; `nil` for anything else, above all for a secret written out.
    package init?(_ text: String) {
        if text.hasPrefix("credential:") {
            let name = String(text.dropFirst("credential:".count))
            let isPlain = name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
            guard !name.isEmpty, name.utf8.count <= Self.nameBytesMax, isPlain, !name.hasPrefix(".") else { return nil }
            self = .credential(name)
        } else if text.hasPrefix("file:") {
            let path = String(text.dropFirst("file:".count))
            guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
            self = .file(path)
        } else {
            return nil
        }
    }
}

extension SecretSource: CustomStringConvertible {
    /// As it is written in the configuration. Never the secret.
    package var description: String {
        switch self {
        case .credential(let name): "credential:\(name)"
        case .file(let path): "file:\(path)"
        }
    }
}

/// A secret in memory. It never prints itself, and comparing two takes the same time wherever they differ.
package struct Secret: Sendable {
    private let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The only door to the value: for a request's header, a body, a digest.
    package func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result { try body(bytes) }

    /// For requests that are made of text. Not to be kept, logged or put into an error.
    package func revealed() -> String { String(decoding: bytes, as: UTF8.self) }

    package var isEmpty: Bool { bytes.isEmpty }
}

extension Secret: Equatable {
    /// Takes as long for the first byte that differs as for the last. Only the lengths can show.
    package static func == (left: Secret, right: Secret) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in left.bytes.indices { difference |= left.bytes[index] ^ right.bytes[index] }
        return difference == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "‹secret›" }
    package var debugDescription: String { "‹secret›" }
    /// Without this, `dump` would walk into the bytes.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
