extension GrowthBookHash {
    /// How one bucket came about, step by step, so that a stranger can check it with a pocket calculator.
    package struct Steps: Sendable, Equatable {
        /// FNV-1a 32 over seed and value.
        package var first: UInt32
        /// FNV-1a 32 over the decimal digits of `first`.
        package var second: UInt32
        /// `second` modulo ten thousand.
        package var bucket: Int
    }

    /// Version 2 with everything on the way.
    package static func steps(seed: String, value: String) -> Steps {
        let first = FNV1a().absorbing(seed.utf16).absorbing(value.utf16)
        let second = FNV1a().absorbing(decimal: first.value)
        return Steps(first: first.value, second: second.value, bucket: Int(second.value % UInt32(bucketCount)))
    }
}
