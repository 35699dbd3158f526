import Ports
import Synchronization

/// How often something took how long since the start. Any thread.
package final class Histogram: Sendable {
    /// What is waited for inside the machine, and what is waited for from outside of it.
    package enum Reach: Sendable { case disk, network }

    private struct State {
        var counts: [Int]
        var count = 0
        var spent: Duration = .zero
    }
    private let bounds: [Duration]
    private let state: Mutex<State>

    package init(_ reach: Reach) {
        let milliseconds: [Double] =
            switch reach {
            case .disk: [0.5, 1, 2, 5, 10, 20, 50, 100, 250, 1000, 5000]
            case .network: [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]
            }
        bounds = milliseconds.map { .microseconds(Int64($0 * 1000)) }
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    package func note(_ span: Duration) {
        let place = bounds.firstIndex { span <= $0 }
        state.withLock { state in
            if let place { state.counts[place] += 1 }
            state.count += 1
            state.spent += span
        }
    }

    package var reading: SpanReading {
        let state = state.withLock { $0 }
        var sum = 0
        return SpanReading(
            bounds: bounds.map { $0 / .seconds(1) },
            upTo: state.counts.map { count in
                sum += count
                return sum
            }, count: state.count, seconds: state.spent / .seconds(1))
    }
}

/// What the daemon measures of itself; lost with it, as nobody adds it up.
package final class Meters: Sendable {
    /// From the hand-over to the wire to the end of the reply.
    package let exchanges = Histogram(.network)
    /// The transaction that settles what came back and starts what may leave.
    package let starts = Histogram(.disk)
    /// Until a transaction was on the disk.
    package let commits = Histogram(.disk)
    private let services = Mutex<[String: Histogram]>([:])

    package init() {}

    package func step(of service: String) -> Histogram {
        services.withLock { services in
            if let known = services[service] { return known }
            let new = Histogram(.disk)
            services[service] = new
            return new
        }
    }

    package var steps: [(service: String, reading: SpanReading)] {
        services.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.reading) }
    }
}
