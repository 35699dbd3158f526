import Foundation

/// A named time zone. The platform's own (`Zone.shanghai`) is arithmetic; every other comes from Foundation's data,
/// which is inside the program and not the system's: `curfew --version` shows that limit.
package struct Zone: Hashable, Sendable {
    package let identifier: String
    private let timeZone: TimeZone?

    package static let shanghai = Zone(known: "Asia/Shanghai", timeZone: nil)

    private init(known identifier: String, timeZone: TimeZone?) {
        (self.identifier, self.timeZone) = (identifier, timeZone)
    }

    /// `nil` when the zone database does not know the name.
    package init?(identifier: String) {
        if identifier == Zone.shanghai.identifier {
            self = .shanghai
            return
        }
        // `Asia/Kolkata` and `US/Eastern` are links in the database and in no list of it. What has no slash would be an
        // abbreviation, which is not one zone, or an offset, which knows no change of clocks.
        let isName = identifier == "UTC" || identifier.contains("/") && identifier.first?.isUppercase == true
        guard isName, let timeZone = TimeZone(identifier: identifier) else { return nil }
        self.init(known: identifier, timeZone: timeZone)
    }

    /// How far the wall here runs ahead of UTC at `moment`.
    package func offset(at moment: Moment) -> Duration {
        guard let timeZone else { return PlatformDay.shanghaiOffset }
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        return .seconds(timeZone.secondsFromGMT(for: date))
    }

    package func civil(_ moment: Moment) -> CivilTime { CivilTime(moment, offset: offset(at: moment)) }

    /// The first moment that shows `civil` on the wall here; `nil` when clocks were put forward across it.
    /// At a doubled time the earlier of the two, so that nothing fires twice.
    package func moment(_ civil: CivilTime) -> Moment? {
        guard timeZone != nil else { return civil.moment(offset: PlatformDay.shanghaiOffset) }
        // The offset in force lies between those of the day before and the day after.
        let naive = civil.moment(offset: .zero)
        let candidates = [naive - .days(1), naive + .days(1)].map { civil.moment(offset: offset(at: $0)) }
        return candidates.sorted().first { self.civil($0) == civil }
    }

    package static func == (left: Zone, right: Zone) -> Bool { left.identifier == right.identifier }
    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

extension Zone: Codable {
    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let zone = Zone(identifier: name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "unknown time zone \(name)"))
        }
        self = zone
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(identifier)
    }
}
