/// A span of a namespace that one test owns: tests whose spans do not touch never share a person.
package struct NamespaceSlice: Hashable, Sendable, Codable {
    package var name: String
    /// Half-open: from `start`, up to `end`.
    package var start: Share
    package var end: Share
    package init(name: String, start: Share, end: Share) { (self.name, self.start, self.end) = (name, start, end) }
}

extension ExperimentRequest {
    /// Of the people who are not held out, how many the test is on: the share, within the test's span of its namespace.
    package var testedFraction: Double {
        share.fraction * (namespace.map { $0.end.fraction - $0.start.fraction } ?? 1)
    }
}
