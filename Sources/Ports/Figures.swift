/// How often something took how long since the start.
package struct SpanReading: Sendable, Equatable {
    /// Seconds, rising; what lies above the last one is in `count` alone.
    package var bounds: [Double]
    /// Up to each bound, those below it included.
    package var upTo: [Int]
    package var count: Int
    package var seconds: Double
    package init(bounds: [Double], upTo: [Int], count: Int, seconds: Double) {
        (self.bounds, self.upTo, self.count, self.seconds) = (bounds, upTo, count, seconds)
    }
}

/// Who is told how long something took, and by which clock, for a room without one.
package struct Stopwatch: Sendable {
    package let now: @Sendable () -> Duration
    private let note: @Sendable (Duration) -> Void
    package init(now: @escaping @Sendable () -> Duration, note: @escaping @Sendable (Duration) -> Void) {
        (self.now, self.note) = (now, note)
    }
    package func stop(since began: Duration) { note(now() - began) }
}

/// What the machine says about the daemon, and about the disk under its state.
package struct HostFigures: Sendable, Equatable {
    package var cpuSeconds: Double?
    package var residentBytes: Int?
    package var virtualBytes: Int?
    package var openDescriptors: Int?
    package var descriptorsMax: Int?
    package var threads: Int?
    /// Seconds since 1970, of the machine's own wall.
    package var startSeconds: Double?
    package var diskFreeBytes: Int?
    package var ledgerBytes: Int?
    package var logBytes: Int?
    /// Of the last backup that was made and checked.
    package var backedUp: Double?
    package var logLinesLost: Int?
    package init() {}
}
