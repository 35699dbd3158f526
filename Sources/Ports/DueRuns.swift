import CampaignModel

/// One audience file to be taken by the digest of its content.
package struct AudienceFeed {
    /// One row: open_id, the values of `Candidate.fields`, and its place in the file.
    package typealias Row = (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, Int) throws -> Void

    package var digest: String
    package var fileName: String
    /// Pulls all rows through the closure it is given and says how the reading went. Called at most once, and not at
    /// all when the ledger knows the digest already.
    package var read: (_ row: Row) throws -> AudienceCount
    /// Told instead of `read` when the ledger knows the digest: another campaign's list may not serve this one.
    package var check: (_ known: AudienceCount) throws -> Void
    package init(
        digest: String, fileName: String, check: @escaping (_ known: AudienceCount) throws -> Void = { _ in },
        read: @escaping (_ row: Row) throws -> AudienceCount
    ) {
        (self.check, self.digest, self.fileName, self.read) = (check, digest, fileName, read)
    }
}

package struct AudienceCount: Sendable, Equatable, Codable {
    /// Good rows and bad ones.
    package var read: Int
    package var bad: Int
    /// Names of the values in `Candidate.fields`, in their order.
    package var columns: [String]
    package init(read: Int = 0, bad: Int = 0, columns: [String] = []) {
        (self.read, self.bad, self.columns) = (read, bad, columns)
    }
}

/// Something that was said about a revision when it was admitted: a warning, a bad row. For people.
package struct RevisionNote: Sendable, Equatable, Codable {
    package var zh: String
    package var en: String
    package init(_ sentence: Sentence) {
        zh = sentence.zh
        en = sentence.en
    }
    package var sentence: Sentence { Sentence(zh: zh, en: en) }
}

package struct DueRuns: Sendable {
    /// Running ones, those whose start has come, and those whose time is over.
    package var runs: [RunRecord]
    /// The next start or end of another one.
    package var next: Moment?
    /// Another number when other runs wait for their start than before.
    package var waitingMark: Int64
    package init(runs: [RunRecord], next: Moment?, waitingMark: Int64) {
        (self.runs, self.next, self.waitingMark) = (runs, next, waitingMark)
    }
}
