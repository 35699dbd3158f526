import CampaignModel

/// Lists of people that leave the house (rule 25).
package protocol ExportReading: Sendable {
    /// Where everybody of a run stands, in the order of its plan, the holdout last.
    /// - Parameter after: the last page's `next`; nil at the beginning.
    func exportPage(run: RunID, after: ExportCursor?, limit: Int) throws -> ExportPage
}

package protocol ExportLedger: ExportReading {
    /// Writes down who took whose list.
    func noteExport(run: RunID, person: String, at now: Moment, term: Term) throws
}

package struct ExportCursor: Sendable, Codable, Equatable {
    /// -1: within the holdout.
    package var segment: Int64
    package var position: Int64
    /// Of a campaign with several occurrences: the run that comes next, or goes on.
    package var run: RunID?
    package init(segment: Int64, position: Int64, run: RunID? = nil) {
        (self.run, self.segment, self.position) = (run, segment, position)
    }
}

package struct ExportPage: Sendable, Codable {
    package struct Row: Sendable, Codable, Equatable {
        package var openID: String
        /// Empty in the holdout.
        package var variant: String
        /// holdout, pending, waiting, skipped, accepted, rejected, unknown, open.
        package var place: String
        package var reason: String
        /// ISO 8601 of the last attempt; empty without one.
        package var started: String
        package var messages: Int
        /// Of a campaign with several occurrences: which one.
        package var run: String?
        package init(openID: String, variant: String, place: String, reason: String, started: String, messages: Int) {
            (self.openID, self.variant, self.place) = (openID, variant, place)
            (self.reason, self.started, self.messages) = (reason, started, messages)
        }
    }
    package var rows: [Row]
    /// Runs of which nobody is listed, because the records of their people were erased by age; the moment is empty when
    /// nobody wrote it down.
    package struct ErasedRun: Sendable, Codable, Equatable {
        package var run: String
        package var at: String
        package init(run: String, at: String) { (self.run, self.at) = (run, at) }
    }
    package var erased: [ErasedRun]?
    /// nil: that was everybody.
    package var next: ExportCursor?
    package init(rows: [Row], next: ExportCursor?) { (self.rows, self.next) = (rows, next) }
}

/// On the wire one word, which nobody but us reads.
extension ExportCursor {
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let parts = try value.decode(String.self).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let segment = Int64(parts[0]), let position = Int64(parts[1]),
            parts[2].isEmpty || Int64(parts[2]) != nil
        else { throw DecodingError.dataCorruptedError(in: value, debugDescription: "no cursor") }
        self.init(segment: segment, position: position, run: Int64(parts[2]).map { RunID(rawValue: $0) })
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode("\(segment).\(position).\(run.map { String($0.rawValue) } ?? "")")
    }
}
