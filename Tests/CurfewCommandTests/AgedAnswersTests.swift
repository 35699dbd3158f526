import ArgumentParser
import CampaignModel
import Foundation
import LedgerSQLite
import Ports
import Testing

@testable import CurfewCommands

@Suite("What was erased by age is said with an exit code of its own, also where the ledger itself is read")
struct AgedAnswersTests {
    private static let start = Moment(iso8601: "2026-11-20T10:00:00+08:00")!

    /// A ledger with two runs of one list, of which one is old enough that nobody of it is known any more.
    private static func ledger() throws -> String {
        let path = NSTemporaryDirectory() + "curfew-aged-\(UUID().uuidString).db"
        let ledger = try LedgerSQLite(path: path)
        let term = try ledger.beginReign(node: "test", at: start)
        let records = try ledger.register(
            [AppRegistration(name: "tt1", accounts: [AccountRegistration(name: "flagship", openID: "_brand")])],
            at: start, term: term)
        let account = try #require(records["flagship"])
        let later = start + .days(190)
        for (name, now, ends) in [("old", start, true), ("new", later, false)] {
            let feed = AudienceFeed(digest: "list-\(name)", fileName: "\(name).csv") { _, row in
                for (number, id) in ["u1", "u2", "u3"].enumerated() {
                    try Array(id.utf8).withUnsafeBufferPointer { id in
                        try row(id, UnsafeBufferPointer(start: nil, count: 0), number + 2)
                    }
                }
                return AudienceCount(read: 3, columns: ["open_id"])
            }
            let campaign = Campaign(
                id: name, author: "marketing", account: "flagship", title: name,
                audience: AudienceRequest(source: .files, files: ["\(name).csv"]), schedule: Schedule(start: now),
                variants: [Variant(name: "a", weight: .whole, messages: [.text("hello")])])
            let run = try ledger.admit(
                RevisionDemand(
                    now: now, term: term, campaign: campaign, account: account.id, app: account.app,
                    digest: "digest-\(name)-0123456789", source: [], fileName: "\(name).yaml", audiences: [feed],
                    excludes: [], occurrence: now, validUntil: now + .days(3))
            ).run
            func act(_ act: ActDemand.Act) throws {
                _ = try ledger.act(ActDemand(now: now, term: term, run: run.id, act: act, person: "review"))
            }
            try act(.approve)
            _ = try ledger.plan(
                PlanDemand(
                    now: now, term: term, run: run.id, shuffleKey: 1, order: .listed, source: .files, peopleMax: nil)
            ) { _ in .variant(0) }
            if ends { try act(.cancel) }
        }
        let demand = PruneDemand(
            now: later, term: term, contentsBefore: later - .days(90), recordsBefore: later - .days(180))
        while try !ledger.prune(demand).isDone {}
        try ledger.close()
        return path
    }

    private static func status(_ words: [String]) -> Int32 {
        do {
            var command = try StatsCommand.parseAsRoot(words)
            try command.run()
            return 0
        } catch { return ClientExit.status(of: error, in: StatsCommand.self) }
    }

    @Test("overlap with a run whose people are gone, and the holdout of the house over such a span")
    func erased() throws {
        let ledger = try Self.ledger()
        defer { try? FileManager.default.removeItem(atPath: ledger) }
        let beside = ["--ledger", ledger, "--lang", "en"]
        #expect(Self.status(["old", "--overlap", "new"] + beside) == 4)
        #expect(Self.status(["new", "--overlap", "old"] + beside) == 4)
        #expect(Self.status(["new", "--overlap", "new"] + beside) == 0)
        #expect(Self.status(["--holdout", "--at", "2026-11-30T10:00:00+08:00"] + beside) == 4)
        #expect(
            Self.status(["--holdout", "--at", "2027-06-28T10:00:00+08:00"] + beside) == 0, "a span of what is kept")
        #expect(Self.status(["nobody", "--overlap", "new"] + beside) == 1)
    }
}
