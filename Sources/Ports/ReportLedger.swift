import CampaignModel

/// What keeps the reports beside dropped files true, and away when they are over, at a cost that follows what changes.
package protocol ReportLedger: Sendable {
    /// Rises with whatever this process writes. Equal twice: nothing has happened between.
    var changes: Int { get }
    /// How each run stands that is not over, or ended after the moment.
    func reportStamps(endedAfter moment: Moment) throws -> [ReportStamp]
    func run(_ id: RunID) throws -> RunRecord
    /// What became of the runs of a dropped file; nil: no run ever came of it.
    func standing(ofFile name: String) throws -> FileStanding?
    /// Whether the content of a revision was taken away by age; nil: no such revision.
    /// - Parameter digest: its beginning, twelve digits or more.
    func isContentGone(digest: String) throws -> Bool?
}

/// Equal stamps, equal reports: everything that a report tells and that changes without the clock leaves its mark here.
package struct ReportStamp: Hashable, Sendable {
    package var run: RunID
    package var revision: RevisionID
    package var fileName: String
    package var state: RunState
    package var ended: Moment?
    package var marks: [Int64]
    package init(run: RunID, revision: RevisionID, fileName: String, state: RunState, ended: Moment?, marks: [Int64]) {
        (self.run, self.revision, self.fileName) = (run, revision, fileName)
        (self.state, self.ended, self.marks) = (state, ended, marks)
    }
}

package struct FileStanding: Equatable, Sendable {
    package var isLive: Bool
    /// When the last of its runs ended.
    package var ended: Moment?
    package init(isLive: Bool, ended: Moment?) { (self.isLive, self.ended) = (isLive, ended) }
}
