import CampaignModel
import GRDB
import GRDBSQLite
import Ports
import Testing

@testable import LedgerSQLite
@testable import StoreSQLite

@Suite("What sending asks of the ledger is compiled once")
struct CompiledOnceTests {
    /// SQLite compiles a statement anew when a value is bound that might have led to another plan; of one with triggers that
    /// costs as much as the contact itself.
    @Test("starts and every kind of end, in turn, compile nothing again")
    func reprepared() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let run = try world.run("sale", LedgerWorld.people(0..<24))
        for round in 0..<3 {
            for (place, outcome) in [OutcomeKind.accepted, .rejected, .unknown, .refusedForNow].enumerated() {
                let delivery = try #require(try world.start([run], limit: 1).started.first)
                let next: Settlement.Next =
                    outcome == .refusedForNow ? .wait(until: world.now + .hours(9), .platformBusy) : .end
                let settlement = Settlement.of(
                    delivery, outcome, next, reason: .platformUnclear, keepsPerson: place % 2 == round % 2, ids: [])
                #expect(try world.settle([settlement]).settled == 1)
            }
        }
        let again = try #require(ledger.file).pool.writeWithoutTransaction { db in
            var again: [String] = []
            var statement: OpaquePointer?
            while let next = sqlite3_next_stmt(db.sqliteConnection, statement) {
                statement = next
                if sqlite3_stmt_status(next, SQLITE_STMTSTATUS_REPREPARE, 0) > 0, let text = sqlite3_sql(next) {
                    again.append(String(cString: text))
                }
            }
            return again
        }
        #expect(again == [])
    }
}
