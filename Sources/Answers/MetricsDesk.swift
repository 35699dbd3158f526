import CampaignModel
import Ports
import Words

/// What a monitor asks: figures, and whether the daemon does its work.
package protocol MetricsDesk: Sendable {
    func figures() throws -> [MetricFamily]
    /// Tries a write: a disk that is full shows before somebody needs it.
    func health() -> HealthLine
}

package struct HealthLine: Sendable, Codable, Equatable {
    /// The ledger takes writes.
    package var ok: Bool
    /// Somebody may be sent here: the ledger takes writes, and the daemon is not on its way out.
    package var ready: Bool
    package var trouble: String?
    package init(ok: Bool, ready: Bool, trouble: String? = nil) {
        (self.ok, self.ready, self.trouble) = (ok, ready, trouble)
    }
}

/// Figures under one name.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable { case gauge, counter, histogram }
    package struct Sample: Sendable {
        package var labels: [(String, String)]
        package var value: Double
        package init(_ labels: [(String, String)], _ value: Double) { (self.labels, self.value) = (labels, value) }
    }
    package struct Spread: Sendable {
        package var labels: [(String, String)]
        package var reading: SpanReading
    }
    package var name: String
    package var kind: Kind
    package var help: String
    package var samples: [Sample] = []
    package var spreads: [Spread] = []

    package static func gauge(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name: name, kind: .gauge, help: help, samples: samples)
    }
    package static func gauge(_ name: String, _ help: String, _ value: Double?) -> MetricFamily {
        gauge(name, help, value.map { [Sample([], $0)] } ?? [])
    }
    package static func counter(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name: name, kind: .counter, help: help, samples: samples)
    }
    package static func histogram(
        _ name: String, _ help: String, _ spreads: [(labels: [(String, String)], reading: SpanReading)]
    ) -> MetricFamily {
        MetricFamily(
            name: name, kind: .histogram, help: help,
            spreads: spreads.map { Spread(labels: $0.labels, reading: $0.reading) })
    }
}

extension MetricsDesk {
    package func figures() throws -> [MetricFamily] { [] }
    package func health() -> HealthLine { HealthLine(ok: true, ready: true) }
}
