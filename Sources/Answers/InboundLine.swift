import CampaignModel
import Ports
import Words

/// What came in from outside, as the status tells it.
package struct InboundLine: Sendable, Codable, Equatable {
    /// Longer than this, whoever is left waiting is worth a line.
    package static let patience: Duration = .minutes(1)

    /// Taken and not worked on yet.
    package var waiting: Int
    /// When the oldest of them came, and how long ago that is.
    package var oldest: String?
    package var oldestSeconds: Int
    /// Could not be understood or kept; each was put aside alone.
    package var setAside: Int
    /// Requests that the door did not take, by why, since the daemon started; nil without a daemon.
    package var turnedAway: [String: Int]?

    package init(_ standing: ArrivalsStanding, turnedAway: [TurnedAway: Int]?, at now: Moment) {
        waiting = standing.waiting
        oldest = standing.oldest?.iso8601
        oldestSeconds = standing.oldest.map { max(0, Int(now.since($0).wholeMilliseconds / 1000)) } ?? 0
        setAside = standing.setAside
        self.turnedAway = turnedAway.map {
            Dictionary(uniqueKeysWithValues: $0.map { ($0.key.rawValue, $0.value) })
        }
    }

    /// For whoever looks at the status; empty while all is well.
    package var sentences: [Sentence] {
        var sentences: [Sentence] = []
        if waiting > 0, let oldest, .seconds(Int64(oldestSeconds)) >= Self.patience {
            let since = Moment(iso8601: oldest)?.minuteText() ?? oldest
            sentences.append(Catalogue.Inbound.waiting(waiting, since: since))
        }
        if setAside > 0 { sentences.append(Catalogue.Inbound.setAside(setAside)) }
        let refused = [TurnedAway.unsigned, .malformed].reduce(0) { $0 + (turnedAway?[$1.rawValue] ?? 0) }
        if refused > 0 { sentences.append(Catalogue.Inbound.turnedAway(refused)) }
        return sentences
    }
}
