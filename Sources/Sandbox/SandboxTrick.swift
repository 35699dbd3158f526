import Foundation

/// What can go wrong on purpose: by the end of an open_id (`ou_00017-lostreply`), or at random by a faults file.
///
/// Whatever leaves the caller without a readable answer has *taken* the contact: the worst case, in which every
/// resend is a second message for the person. So a daemon that repeats an unknown attempt is always caught.
package enum SandboxTrick: String, Sendable, CaseIterable {
    /// Takes the contact and answers after `SandboxPlatform.withheldReplyDelay`, when no caller listens any more.
    case timeout
    /// Takes the contact and closes the connection without a byte.
    case lostreply
    /// Takes the contact and resets the connection.
    case reset
    /// Takes the contact and answers with something that is not JSON.
    case garbage
    /// Takes the contact and closes in the middle of the reply.
    case half
    /// Takes the contact and answers with status 500.
    case internalError = "500"
    /// Takes the first message and refuses the others; of a single message, claims "not all" without a list.
    case partial
    /// Takes the contact and gives no message id.
    case noid
    /// Refuses: risk, slow down (28001052).
    case risk
    /// Refuses: system busy (28001005).
    case busy
    /// Refuses with HTTP 429 and `Retry-After: 1`.
    case rate
    /// Refuses: the person is no longer there (28001045).
    case gone
    /// Refuses: over the frequency limit for this person (28003070).
    case denied
    /// Refuses once: token expired (28001008).
    case expired

    init?(suffixOf openID: String) {
        guard let dash = openID.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        self.init(rawValue: String(openID[openID.utf8.index(after: dash)...]))
    }
}

/// Random faults: a rate for each kind, and the seed that makes a run repeatable.
///
///     {"seed": 7, "rates": {"busy": 0.01, "lostreply": 0.002}, "callbacks": {"lost": 0.1}}
package struct SandboxFaults: Sendable, Equatable {
    /// In the order of `SandboxTrick.allCases`, so that a seed means the same everywhere.
    package let rates: [(trick: SandboxTrick, rate: Double)]
    package let seed: UInt64
    /// On the way of what the platform tells.
    package var callbacks = CallbackFaults()

    package static let none = SandboxFaults(known: [], seed: 0)

    private init(known rates: [(trick: SandboxTrick, rate: Double)], seed: UInt64) {
        (self.rates, self.seed) = (rates, seed)
    }

    /// - Throws: `WorldDefect` when a rate is outside 0…1 or all together exceed 1.
    package init(rates: [SandboxTrick: Double], seed: UInt64) throws(WorldDefect) {
        for trick in SandboxTrick.allCases {
            guard let rate = rates[trick] else { continue }
            guard (0...1).contains(rate) else { throw WorldDefect("the rate of \(trick.rawValue) must be 0…1") }
        }
        let known = SandboxTrick.allCases.compactMap { trick in rates[trick].map { (trick: trick, rate: $0) } }
        guard known.reduce(0, { $0 + $1.rate }) <= 1 else { throw WorldDefect("the rates together exceed 1") }
        self.init(known: known, seed: seed)
    }

    /// - Throws: `WorldDefect` with a sentence for the person who wrote the file.
    package init(json bytes: [UInt8]) throws(WorldDefect) {
        struct File: Decodable {
            let seed: UInt64?
            let rates: [String: Double]?
            let callbacks: [String: Double]?
        }
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(bytes))
        } catch {
            throw WorldDefect("not a faults file: \(error)")
        }
        guard file.rates != nil || file.callbacks != nil else {
            throw WorldDefect("not a faults file: it has neither rates nor callbacks")
        }
        var rates: [SandboxTrick: Double] = [:]
        for (name, rate) in (file.rates ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let trick = SandboxTrick(rawValue: name) else {
                let known = SandboxTrick.allCases.map(\.rawValue).joined(separator: ", ")
                throw WorldDefect("unknown fault \(name); known are \(known)")
            }
            rates[trick] = rate
        }
        try self.init(rates: rates, seed: file.seed ?? 0)
        callbacks = try CallbackFaults(file.callbacks ?? [:])
    }

    package static func == (left: SandboxFaults, right: SandboxFaults) -> Bool {
        left.seed == right.seed && left.callbacks == right.callbacks && left.rates.elementsEqual(right.rates, by: ==)
    }

    func draw(using generator: inout SandboxRandom) -> SandboxTrick? {
        guard !rates.isEmpty else { return nil }
        var position = Double(generator.next() >> 11) / Double(1 << 53)
        for (trick, rate) in rates {
            if position < rate { return trick }
            position -= rate
        }
        return nil
    }
}

/// SplitMix64: small, seeded, the same on every machine.
struct SandboxRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
