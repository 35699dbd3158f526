/// How long things are kept after their run has ended (rule 24). Can be shortened, not lengthened.
package struct RetentionPeriods: Sendable, Equatable {
    /// Texts, images and the fields of people.
    package var contents: Duration
    /// Who was contacted when, and how it ended. Counts stay for ever.
    package var records: Duration
    package init(contents: Duration = .days(90), records: Duration = .days(180)) {
        (self.contents, self.records) = (contents, records)
    }
}
