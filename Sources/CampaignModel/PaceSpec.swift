/// A pace as people write it: `2/s,burst=10`, `50/h`. It reads and prints the same words, so that settings, pages and
/// logs agree. What it means is decided where tokens are counted.
package struct PaceSpec: Hashable, Sendable {
    package enum Unit: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"
        case day = "d"

        package var duration: Duration {
            switch self {
            case .second: .seconds(1)
            case .minute: .minutes(1)
            case .hour: .hours(1)
            case .day: .days(1)
            }
        }
    }

    package static let countLimits = 1...10_000
    /// No more than one start transaction takes.
    package static let burstLimits = 1...500

    /// Contacts per `unit`.
    package let count: Int
    package let unit: Unit
    /// How many may start at once after a pause.
    package let burst: Int

    /// - Precondition: both within their limits.
    package init(count: Int, per unit: Unit, burst: Int = 1) {
        precondition(Self.countLimits.contains(count), "a pace counts \(Self.countLimits)")
        precondition(Self.burstLimits.contains(burst), "a burst holds \(Self.burstLimits)")
        (self.count, self.unit, self.burst) = (count, unit, burst)
    }

    /// The time between two contacts at an even pace.
    package var interval: Duration { unit.duration / count }
    package var perSecond: Double { Double(count) / (Double(unit.duration.wholeMilliseconds) / 1000) }

    /// `nil` for anything but `COUNT/UNIT` or `COUNT/UNIT,burst=COUNT` within the limits.
    package init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let rate = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, rate.count == 2, let count = Self.digits(rate[0], in: Self.countLimits),
            let unit = Unit(rawValue: String(rate[1]))
        else { return nil }
        var burst = 1
        if parts.count == 2 {
            guard parts[1].hasPrefix("burst="),
                let written = Self.digits(parts[1].dropFirst("burst=".count), in: Self.burstLimits)
            else { return nil }
            burst = written
        }
        self.init(count: count, per: unit, burst: burst)
    }

    private static func digits(_ text: Substring, in limits: ClosedRange<Int>) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else {
            return nil
        }
        return limits.contains(value) ? value : nil
    }
}

extension PaceSpec: CustomStringConvertible {
    package var description: String {
        burst == 1 ? "\(count)/\(unit.rawValue)" : "\(count)/\(unit.rawValue),burst=\(burst)"
    }
}

extension PaceSpec: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let pace = PaceSpec(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a pace: \(text)"))
        }
        self = pace
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
