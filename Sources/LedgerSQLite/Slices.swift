import CampaignModel
import Ports
import Store

/// Long copies in short transactions. What is copied stands under a row that says it is a draft, and nobody reads a draft;
/// the last transaction makes it whole. A kill leaves a draft, which the pruner removes, or whoever copies the same again.
///
/// Refused: one transaction for all of it. A list of two and a half million rows held the writer for 17 seconds, in which
/// nothing was sent, no opt-out was taken and no stop was heard.
enum Slices {
    /// Rows of one transaction: some ten milliseconds of a B-tree in random order.
    static let rows: Int64 = 2000

    /// Calls `body` with one range of row numbers after the other, up to and with `last`.
    static func walk(
        from first: Int64, through last: Int64, _ pace: any WorkPace, _ body: (ClosedRange<Int64>) throws -> Void
    ) throws {
        var next = first
        while next <= last {
            let end = min(next + rows - 1, last)
            try body(next...end)
            next = end + 1
            try pace.between(wrote: true)
        }
    }
}

extension LedgerSQLite {
    /// Runs a statement with a limit until it finds nothing more to change, a slice a transaction.
    /// - Parameter term: nil: whoever may write at all.
    func runInSlices(_ sql: String, _ arguments: Arguments, term: Term? = nil) throws {
        func slice(_ db: any Session) throws -> Int {
            try db.cachedStatement(sql: sql).execute(arguments: arguments)
            return db.changesCount
        }
        while try (term.map { term in try inWrite(term: term) { db, _ in try slice(db) } } ?? inWrite(slice)) > 0 {
            try pace.between(wrote: true)
        }
    }

    /// Of a list. People whom only a draft knew stay as numbers that nothing leads to.
    func removeDraft(audience: Int64) throws {
        try runInSlices(
            "DELETE FROM member WHERE audience = ? ORDER BY recipient LIMIT \(Slices.rows)", [audience])
        try inWrite {
            try $0.execute(sql: "DELETE FROM audience WHERE id = ? AND draft IS NOT NULL", arguments: [audience])
        }
    }

    /// - Precondition: the run is not planned.
    func removeDraft(planOf run: Int64) throws {
        let segments = try inRead { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT s.id FROM segment s JOIN run r ON r.id = s.run WHERE s.run = ? AND r.planned = 0
                    """, arguments: [run])
        }
        for segment in segments {
            try runInSlices(
                "DELETE FROM plan WHERE segment = ? ORDER BY position LIMIT \(Slices.rows)", [segment])
            try inWrite { try $0.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [segment]) }
        }
        try runInSlices(
            """
            DELETE FROM undecided WHERE run = ? AND EXISTS (SELECT 1 FROM run WHERE id = undecided.run AND planned = 0)
            ORDER BY position LIMIT \(Slices.rows)
            """, [run])
        try runInSlices(
            """
            DELETE FROM holdout WHERE run = ? AND EXISTS (SELECT 1 FROM run WHERE id = holdout.run AND planned = 0)
            ORDER BY recipient LIMIT \(Slices.rows)
            """, [run])
    }
}
