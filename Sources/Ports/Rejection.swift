/// Who refused a run, and what the author is told.
package struct Rejection: Sendable, Codable, Equatable {
    package var person: String
    package var at: String
    package var note: String
    package init(person: String, at: String, note: String) { (self.person, self.at, self.note) = (person, at, note) }
}
