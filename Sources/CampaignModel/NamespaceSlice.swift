/// A span of a namespace that one test owns: tests whose spans do not touch never share a person.
package struct NamespaceSlice: Hashable, Sendable, Codable {
    package var name: String
    /// Half-open: from `start`, up to `end`.
    package var start: Share
    package var end: Share
    package init(name: String, start: Share, end: Share) {
        self.name = name
        self.start = start
        self.end = end
    }
}
