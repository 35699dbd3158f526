import CampaignModel

/// From `realStart` on, the rehearsal's wall shows `virtualStart` and runs `speed` times as fast as a real one.
package struct RehearsalSegment: Hashable, Sendable {
    /// Nanoseconds since 1970 on the real wall.
    package let realStart: Int64
    package let virtualStart: Moment
    package let speed: Double

    package init(realStart: Int64, virtualStart: Moment, speed: Double) {
        (self.realStart, self.virtualStart, self.speed) = (realStart, virtualStart, speed)
    }

    func moment(atReal real: Int64) -> Moment {
        guard real > realStart else { return virtualStart }
        let passed = Double(real - realStart) / 1_000_000 * speed
        return Moment(milliseconds: virtualStart.milliseconds + Int64(passed.rounded(.down)))
    }

    /// As it stands in the file: `1763640000.000000000 2026-11-20T21:55:00.000+08:00 60`.
    package var line: String {
        let seconds = realStart / 1_000_000_000
        let rest = Moment.padded(Int(realStart % 1_000_000_000), to: 9)
        return "\(seconds).\(rest) \(virtualStart.iso8601) \(speed)"
    }
}

/// The whole course of a rehearsal: what a clock file says, as a value.
package struct RehearsalTimeline: Hashable, Sendable {
    package static let fileBytesMax = 1 << 20
    package static let segmentsMax = 10_000
    /// A day in less than a second. Faster, and one scheduling delay of the machine would skip the hours of sending.
    package static let speedMax = 100_000.0

    /// At least one, ascending in real time, never going back in virtual time.
    package private(set) var segments: [RehearsalSegment]

    package init(first: RehearsalSegment) { segments = [first] }

    /// - Throws: `RehearsalFileError` with the number of the line that is wrong.
    package init(parsing text: String) throws(RehearsalFileError) {
        guard text.utf8.count <= Self.fileBytesMax else { throw RehearsalFileError(line: 1, problem: .tooLong) }
        guard text.isEmpty || text.hasSuffix("\n") else {
            throw RehearsalFileError(line: text.split(separator: "\n").count, problem: .unfinishedLine)
        }
        segments = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if content.isEmpty { continue }
            do {
                try append(Self.segment(content))
            } catch {
                throw RehearsalFileError(line: index + 1, problem: error)
            }
        }
        guard !segments.isEmpty else { throw RehearsalFileError(line: 1, problem: .empty) }
    }

    package mutating func append(_ segment: RehearsalSegment) throws(RehearsalFileError.Problem) {
        guard segment.speed > 0, segment.speed <= Self.speedMax else { throw .badSpeed }
        guard segments.count < Self.segmentsMax else { throw .tooLong }
        if let last = segments.last {
            guard segment.realStart > last.realStart else { throw .realGoesBack }
            guard segment.virtualStart >= last.moment(atReal: segment.realStart) else { throw .virtualGoesBack }
        }
        segments.append(segment)
    }

    /// Before the first segment the wall stands at its start.
    package func moment(atReal real: Int64) -> Moment { segment(atReal: real).moment(atReal: real) }

    package func speed(atReal real: Int64) -> Double { segment(atReal: real).speed }

    /// The last segment whose start has come. From the end, because a rehearsal lives in its newest segments.
    private func segment(atReal real: Int64) -> RehearsalSegment {
        segments.last { $0.realStart <= real } ?? segments[0]
    }

    private static func segment(_ words: [Substring]) throws(RehearsalFileError.Problem) -> RehearsalSegment {
        guard words.count == 3 else { throw .notThreeWords }
        guard let real = nanoseconds(words[0]) else { throw .badReal }
        guard let virtual = Moment(iso8601: words[1]) else { throw .badMoment }
        guard let speed = Double(words[2]), speed.isFinite else { throw .badSpeed }
        return RehearsalSegment(realStart: real, virtualStart: virtual, speed: speed)
    }

    /// Decimal seconds with at most nine digits behind the point. Not through `Double`, which keeps no nanoseconds.
    private static func nanoseconds(_ word: Substring) -> Int64? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            parts[0].count <= 10, let seconds = Int64(parts[0])
        else { return nil }
        guard parts.count == 2 else { return seconds * 1_000_000_000 }
        guard parts[1].count <= 9, let rest = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count)) else {
            return nil
        }
        // Ten digits of seconds can still pass the largest Int64.
        let (whole, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflowed ? nil : whole.addingReportingOverflow(rest).overflow ? nil : whole + rest
    }
}

/// A clock file that cannot be used. Whoever wrote the line mends it; a running clock keeps what it knew before.
package struct RehearsalFileError: Error, Hashable, Sendable {
    package enum Problem: String, Error, Hashable, Sendable {
        case empty, unfinishedLine, notThreeWords, badReal, badMoment, badSpeed, realGoesBack, virtualGoesBack, tooLong
        case unreadable
    }
    /// 1 for the first.
    package let line: Int
    package let problem: Problem
    package init(line: Int, problem: Problem) { (self.line, self.problem) = (line, problem) }
}
