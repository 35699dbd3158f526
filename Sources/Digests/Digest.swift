import CCrypto

/// SHA-256 and SHA-1 of bytes, and the keyed form, by the system's libcrypto, which libcurl brings into the process
/// anyway.
///
/// Refused: swift-crypto. It is 366 C++ units, two minutes of every first build, for these three functions.
package enum DigestAlgorithm: Sendable {
    /// 32 bytes: whatever we digest for ourselves.
    case sha256
    /// 20 bytes, and broken as a promise against collisions: only because the platform signs its callbacks with it.
    case sha1

    /// Static tables of libcrypto: nothing to free.
    fileprivate var implementation: OpaquePointer {
        // Safe because libcrypto always answers for its built-in algorithms.
        switch self {
        case .sha256: EVP_sha256()!
        case .sha1: EVP_sha1()!
        }
    }

    fileprivate var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha1: 20
        }
    }
}

/// The library that computes them.
package enum DigestLibrary {
    package static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}

/// A digest of bytes that come piece by piece. One owner: what was taken in cannot be taken back.
package struct Digest: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: DigestAlgorithm

    package init(_ algorithm: DigestAlgorithm = .sha256) {
        self.algorithm = algorithm
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
        self.context = context
        Self.expect(EVP_DigestInit_ex(context, algorithm.implementation, nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Self.expect(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if isDone == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    package mutating func update(_ text: String) { update(text.utf8) }

    /// All bytes of the digest: 32, or 20 of SHA-1.
    package consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        Self.expect(EVP_DigestFinal_ex(context, &digest, nil))
        return digest
    }

    package static func of(_ bytes: some Sequence<UInt8>, by algorithm: DigestAlgorithm = .sha256) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.update(bytes)
        return digest.finish()
    }

    /// libcrypto's digests fail only for want of memory, or for a context that was not begun.
    fileprivate static func expect(_ result: Int32) { precondition(result == 1, "libcrypto refused a digest") }
}

/// HMAC-SHA-256 (RFC 2104): a digest that only the holder of the key can make.
package enum KeyedDigest {
    /// - Returns: 32 bytes.
    package static func of(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: DigestAlgorithm.sha256.byteCount)
        let made = HMAC(
            DigestAlgorithm.sha256.implementation, key, Int32(key.count), bytes, bytes.count, &code, nil)
        precondition(made != nil, "libcrypto refused a keyed digest")
        return code
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte, lower case.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
