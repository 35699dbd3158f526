extension Conversion {
    /// Whether anything that was taken in could have told of it. What has no source is *not measured*, never zero.
    /// - Parameter kinds: what was told in the time that is asked about (`Measured.kinds`).
    package func isMeasured(by kinds: Set<EventKind>) -> Bool { !sources.isDisjoint(with: kinds) }

    /// The kinds of events that tell of it, or of its absence.
    package var sources: Set<EventKind> {
        var kinds = Set(EventKind.allCases.filter { $0.conversions.contains(self) })
        // Who wants to be left alone says so in a reply: where replies come in, nobody saying it is a zero.
        if self == .optedOut { kinds.insert(.replied) }
        return kinds
    }
}

/// From when to when sources told of what, for one account: a source that began later, or fell silent before, says nothing
/// about a run.
package struct Measured: Sendable, Equatable {
    package struct Span: Sendable, Equatable, Codable {
        /// The first and the last event, by their own moments.
        package var first: Moment
        package var last: Moment
        package init(first: Moment, last: Moment) { (self.first, self.last) = (first, last) }

        package func joined(with other: Span) -> Span {
            Span(first: min(first, other.first), last: max(last, other.last))
        }
    }

    /// A source that told of nothing for so long has fallen silent: until then, nothing told is nothing done.
    package static let silence: Duration = .days(30)

    package var spans: [EventKind: Span]
    package init(_ spans: [EventKind: Span] = [:]) { self.spans = spans }

    /// What a source told of between two moments, ends included.
    package func kinds(from: Moment, to: Moment) -> Set<EventKind> {
        Set(spans.filter { $0.value.first <= to && $0.value.last + Self.silence >= from }.keys)
    }

    /// The same while a run could still be answered: from its beginning until the last window of its contacts is over.
    /// - Parameter ended: nil: it goes on.
    package func kinds(from began: Moment, ended: Moment?, _ windows: AttributionWindows) -> Set<EventKind> {
        Set(
            spans.filter { kind, span in
                // What staff answers belongs to a question that came within the window of opens.
                let window = windows.window(for: kind) ?? (windows.opens + AnswerLimit.longest)
                return span.last + Self.silence >= began && (ended.map { span.first <= $0 + window } ?? true)
            }.keys)
    }

    /// Over all kinds that tell of a conversion.
    package func span(of conversion: Conversion) -> Span? {
        let found = conversion.sources.compactMap { spans[$0] }
        return found.dropFirst().reduce(found.first) { $0?.joined(with: $1) }
    }
}

package enum AnswerLimit {
    /// An answer that comes later than this after its question is none.
    package static let longest: Duration = .days(30)
}
