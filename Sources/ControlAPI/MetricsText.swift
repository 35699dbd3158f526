import Answers
import Ports

/// Figures in Prometheus's text format.
package enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        text.reserveCapacity(1 << 18)
        for family in families where !family.samples.isEmpty || !family.spreads.isEmpty {
            text += "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples { line(family.name, sample.labels, sample.value, into: &text) }
            for spread in family.spreads { lines(family.name, spread, into: &text) }
        }
        return text
    }

    private static func lines(_ name: String, _ spread: MetricFamily.Spread, into text: inout String) {
        let reading = spread.reading
        for (bound, count) in zip(reading.bounds, reading.upTo) {
            line("\(name)_bucket", spread.labels + [("le", number(bound))], Double(count), into: &text)
        }
        line("\(name)_bucket", spread.labels + [("le", "+Inf")], Double(reading.count), into: &text)
        line("\(name)_sum", spread.labels, reading.seconds, into: &text)
        line("\(name)_count", spread.labels, Double(reading.count), into: &text)
    }

    private static func line(
        _ name: String, _ labels: [(String, String)], _ value: Double, into text: inout String
    ) {
        text += name
        if !labels.isEmpty {
            text += "{"
            for (index, label) in labels.enumerated() {
                if index > 0 { text += "," }
                text += label.0
                text += "=\""
                text += escaped(label.1)
                text += "\""
            }
            text += "}"
        }
        text += " "
        text += number(value)
        text += "\n"
    }

    /// Whole numbers without a point: they are most of them, and shorter.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// As the text format wants label values.
    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
