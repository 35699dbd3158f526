import CampaignModel

/// Everything that happened, as a digest; as lines too when somebody wants to look at one seed.
struct Journal {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var events = 0
    private(set) var lines: [String] = []
    private let keepsLines: Bool

    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    /// - Parameters:
    ///   - event: a stable word.
    ///   - numbers: what tells this event from another of its kind.
    mutating func note(_ event: String, at moment: Moment, _ numbers: [Int64] = [], _ text: String = "") {
        events += 1
        mix(event)
        mix(UInt64(bitPattern: moment.milliseconds))
        for number in numbers { mix(UInt64(bitPattern: number)) }
        mix(text)
        guard keepsLines else { return }
        let tail = numbers.map(String.init).joined(separator: " ")
        lines.append("\(moment.text())  \(event) \(tail) \(text)")
    }

    private mutating func mix(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    private mutating func mix(_ value: UInt64) {
        var rest = value
        for _ in 0..<8 {
            digest = (digest ^ (rest & 0xFF)) &* 0x0000_0100_0000_01B3
            rest >>= 8
        }
    }
}
