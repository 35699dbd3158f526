/// The order in which a shuffled run serves its people: by a hash of the run's key and each person's open_id.
///
/// A function of names alone, so that the forecast of a file that nobody has taken yet puts the same people first as the
/// planner will, and so that somebody's place can be found by halving instead of by an index over a million rows. (The
/// refused alternative, a hash of the ledger's own number of the person, is known only after the import.)
package struct PlanOrder: Sendable, Equatable {
    package let key: UInt64

    package init(key: UInt64) { self.key = key }

    /// Another order for each occurrence of a campaign, the same one whenever it is computed again.
    package init(runName: String) { key = Self.hash(runName.utf8) }

    /// Where a person comes: ascending. Two people share a place once in a quintillion; their row in the list decides.
    /// - Parameter openID: the UTF-8 of the recipient's open_id.
    package func place(of openID: some Sequence<UInt8>) -> Int64 {
        Int64(bitPattern: Self.mixed(key ^ Self.hash(openID)))
    }

    /// FNV-1a over 64 bits.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// A good mixer of 64 bits (the finaliser of SplitMix64): neighbours land far apart, equal inputs land together.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
