/// The hash by which people fall into buckets, exactly as GrowthBook's specification 0.8.0 defines it, so that a stranger
/// can check an assignment with any of GrowthBook's libraries.
///
/// Everything here is FNV-1a over 32 bits. The text is hashed by UTF-16 units, as JavaScript sees it: for the ASCII of
/// open_ids those are its bytes, and no string is built on that path.
package enum GrowthBookHash {
    package enum Version: Int, Sendable, CaseIterable {
        /// A thousand buckets, biased; GrowthBook keeps it for namespaces and old tests.
        case one = 1
        /// Ten thousand buckets. What this product assigns by.
        case two = 2
    }

    /// How many buckets version 2 tells apart: a share is exact in ten-thousandths.
    package static let bucketCount = 10_000

    /// Where `value` falls under `seed`, in 0 ..< 1.
    package static func position(seed: String, value: String, version: Version) -> Double {
        switch version {
        case .one:
            // Version 1 puts the value before the seed.
            Double(FNV1a().absorbing(value.utf16).absorbing(seed.utf16).value % 1000) / 1000
        case .two:
            Double(bucket(seed: seed, value: value)) / Double(bucketCount)
        }
    }

    /// Version 2 as a whole number in 0 ..< `bucketCount`: what is compared with a share, so that nothing is rounded.
    package static func bucket(seed: String, value: String) -> Int {
        Salt(seed).bucket(of: value)
    }
}

/// Version 2 under one seed. The seed is hashed once, not once a person.
package struct Salt: Sendable, Equatable {
    private let seeded: FNV1a

    package init(_ seed: String) {
        seeded = FNV1a().absorbing(seed.utf16)
    }

    /// - Parameter utf8: the value's UTF-8. Bytes that are no valid UTF-8 count as U+FFFD, as in `String(decoding:)`.
    /// - Returns: 0 ..< `GrowthBookHash.bucketCount`.
    package func bucket(of utf8: some Collection<UInt8>) -> Int {
        let contiguous = utf8.withContiguousStorageIfAvailable { Self.finish(seeded.absorbing(ascii: $0)) }
        if let contiguous, let bucket = contiguous { return bucket }
        return Self.finish(seeded.absorbing(String(decoding: utf8, as: UTF8.self).utf16))
    }

    package func bucket(of value: String) -> Int {
        bucket(of: value.utf8)
    }

    private static func finish(_ first: FNV1a?) -> Int? {
        first.map(finish)
    }

    /// The second round: FNV-1a again over the first hash written in decimal, then the remainder.
    private static func finish(_ first: FNV1a) -> Int {
        Int(FNV1a().absorbing(decimal: first.value).value % UInt32(GrowthBookHash.bucketCount))
    }
}

/// FNV-1a, 32 bits, one 16-bit unit at a time.
struct FNV1a: Equatable {
    private(set) var value: UInt32 = 2_166_136_261

    private mutating func absorb(_ unit: UInt16) {
        value = (value ^ UInt32(unit)) &* 16_777_619
    }

    func absorbing(_ units: String.UTF16View) -> FNV1a {
        var hash = self
        for unit in units { hash.absorb(unit) }
        return hash
    }

    /// `nil` when a byte is not ASCII: then a byte is not a UTF-16 unit, and the text must be decoded.
    func absorbing(ascii bytes: UnsafeBufferPointer<UInt8>) -> FNV1a? {
        var hash = self
        var seen: UInt8 = 0
        for byte in bytes {
            seen |= byte
            hash.absorb(UInt16(byte))
        }
        return seen < 0x80 ? hash : nil
    }

    /// The digits of `number`, the highest first, without building a string of them.
    func absorbing(decimal number: UInt32) -> FNV1a {
        var hash = self
        var divisor: UInt32 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            hash.absorb(UInt16(0x30 + number / divisor % 10))
            divisor /= 10
        }
        return hash
    }
}
