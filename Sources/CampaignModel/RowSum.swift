/// What became of every row of a run's lists. Each term is counted where it happens and none is what the others leave over,
/// so that the sum can fail.
package struct RowSum: Sendable, Equatable {
    package var read: Int
    package var bad: Int
    /// Rows of people who stood in an earlier row.
    package var duplicates: Int
    /// People whom `where` or `exclude` left out.
    package var excluded: Int
    /// People beyond `max`.
    package var beyondMax: Int
    package var audience: Int

    package init(read: Int, bad: Int, duplicates: Int, excluded: Int, beyondMax: Int, audience: Int) {
        (self.read, self.bad, self.duplicates) = (read, bad, duplicates)
        (self.excluded, self.beyondMax, self.audience) = (excluded, beyondMax, audience)
    }

    package var holds: Bool { read == bad + duplicates + excluded + beyondMax + audience }
}
