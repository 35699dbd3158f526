import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import TransportCurl

/// What a long history costs: a run's report, and erasing one person from all of it.
///
/// The first hundred thousand deliveries are made by the verbs that the daemon uses. Ten million made so would take most
/// of an hour, so those are copied, row by row of every table and a hundred days back, by `sqlite3`; the ledger's own
/// check for contradictions then says whether the copy is one.
struct BenchHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Report and erase on one long history.", shouldDisplay: false)
    @Option var folder: String
    @Option var deliveries: Int
    @Option(help: "Only this one: report, erase, export or prune.") var only: String?
    @Flag(help: "Walk over everything for contradictions first.") var check = false

    private static let seedPeople = 100_000
    private static let erased = 5

    func run() throws {
        let home = folder + "/history"
        try FileManager.default.createDirectory(atPath: home + "/inbox", withIntermediateDirectories: true)
        let seed = min(deliveries, Self.seedPeople)
        _ = try BenchChild.output(["bench", "load", "--folder", home, "--people", "\(seed)", "--deliver"])
        let copies = max(deliveries / seed, 1)
        _ = try BenchChild.output(
            ["\(home)/ledger.db", Self.growth(seed: seed, copies: copies)], program: "/usr/bin/sqlite3")
        let world = try BenchWorld(folder: home, people: seed)
        if check || deliveries <= 1_000_000 {
            let violations = try world.ledger.violations()
            precondition(violations.isEmpty, "the history contradicts itself: \(violations.prefix(3))")
        }
        switch only {
        case "export": try export(world, seed * copies)
        case "prune": try prune(world, seed * copies)
        default:
            if only != "erase" { try report(world, seed * copies) }
            if only != "report" { try erase(world, seed * copies) }
        }
    }

    /// Everybody of every run, page by page.
    private func export(_ world: BenchWorld, _ total: Int) throws {
        var people = 0
        let took = try Self.milliseconds {
            for run in try world.ledger.runs(includingEnded: true) {
                var after: ExportCursor?
                repeat {
                    let page = try world.ledger.exportPage(run: run.id, after: after, limit: 1000)
                    people += page.rows.count
                    after = page.next
                } while after != nil
            }
        }
        Standard.say(
            """
            {"bench":"export","deliveries":\(total),"people":\(people),"seconds":\(BenchFigures.rounded(took / 1000))}
            """)
    }

    /// Half a year after everything ended: until nothing is left to erase and the file has given its pages back.
    private func prune(_ world: BenchWorld, _ total: Int) throws {
        func size() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: world.folder + "/ledger.db")[.size] as? Int ?? 0
        }
        let now = SystemClock().now() + .days(200)
        let term = try world.ledger.beginReign(node: "bench", at: SystemClock().now())
        for run in try world.ledger.liveRuns() {
            _ = try world.ledger.end(
                EndDemand(now: SystemClock().now(), term: term, run: run.id, state: .expired, reason: .expired))
        }
        let before = try size()
        var (steps, slowest) = (0, 0.0)
        let took = try Self.milliseconds {
            var isDone = false
            while !isDone {
                slowest = max(
                    slowest,
                    try Self.milliseconds {
                        isDone = try world.ledger.prune(
                            PruneDemand(
                                now: now, term: term, contentsBefore: now - .days(90), recordsBefore: now - .days(180))
                        ).isDone
                    })
                steps += 1
            }
        }
        Standard.say(
            """
            {"bench":"prune","deliveries":\(total),"steps":\(steps),"slowest_step_milliseconds":\(BenchFigures.rounded(slowest)),\
            "seconds":\(BenchFigures.rounded(took / 1000)),"mb_before":\(before >> 20),"mb_after":\(try size() >> 20)}
            """)
    }

    /// Every run once: the mean, and the one that took longest. `stats` is the page of figures about a run.
    private func report(_ world: BenchWorld, _ total: Int) throws {
        let desk = world.reading
        let runs = try world.ledger.runs(includingEnded: true)
        var reports: [Double] = []
        var pages: [Double] = []
        for run in runs {
            reports.append(try Self.milliseconds { _ = try desk.report(run: run.name) })
            pages.append(try Self.milliseconds { _ = try RunFigures(run: run, world.ledger, in: .zh) })
        }
        let accepted = try runs.reduce(0) { $0 + (try world.ledger.sum(of: $1.id)).accepted }
        precondition(accepted == total, "\(accepted) of \(total) deliveries are there")
        Standard.say(
            """
            {"bench":"report","deliveries":\(total),"runs":\(runs.count),\
            "milliseconds":\(BenchFigures.rounded(reports.reduce(0, +) / Double(max(reports.count, 1)), 3)),\
            "milliseconds_max":\(BenchFigures.rounded(reports.max() ?? 0, 3)),\
            "stats_milliseconds_max":\(BenchFigures.rounded(pages.max() ?? 0, 3))}
            """)
    }

    /// From the request to the answer that no file holds the id any more; the slowest of a few people.
    private func erase(_ world: BenchWorld, _ total: Int) throws {
        var setup = try world.setup(
            sink: "http://127.0.0.1:9", concurrency: 1, transport: try TransportCurl(), dispatcher: Waker())
        setup.trustNames = true
        setup.people = [PersonSetup(name: "operator", roles: [.operator], token: nil)]
        setup.traces = TraceFiles(state: world.folder, inbox: world.folder + "/inbox") { _, _ in false }
        let desk = Desk(setup)
        var slowest = 0.0
        for index in 0..<Self.erased {
            let openID = BenchPeople.openID(index * 9_973)
            slowest = max(
                slowest,
                try Self.milliseconds {
                    var request = ActRequest(act: .erase, openID: openID)
                    request.again = openID
                    let receipt = try desk.act(request, as: .name("operator"))
                    precondition(receipt.left?.isEmpty ?? true, "\(receipt.left ?? []) still hold an erased id")
                })
        }
        let size = try FileManager.default.attributesOfItem(atPath: world.folder + "/ledger.db")[.size] as? Int ?? 0
        Standard.say(
            """
            {"bench":"erase","rows":\(total),"ledger_mb":\(size >> 20),\
            "seconds":\(BenchFigures.rounded(slowest / 1000))}
            """)
    }

    private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = SystemClock()
        let started = clock.monotonic()
        try body()
        return (clock.monotonic() - started) / .milliseconds(1)
    }

    // MARK: - Copies

    /// Everybody of the seed again and again, each time as other people on another of a hundred days; one in ten answered.
    private static func growth(seed: Int, copies: Int) -> String {
        """
        PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TEMP TABLE copy AS WITH RECURSIVE c(n) AS (
            SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < \(copies - 1)) SELECT n FROM c;
        CREATE TEMP TABLE seed_counter AS SELECT * FROM counter;
        CREATE TEMP TABLE seed_size AS SELECT id, size FROM segment;
        CREATE TEMP TABLE seed_top AS SELECT max(id) AS top FROM recipient;
        CREATE TEMP TABLE seed_recipient AS SELECT * FROM recipient;
        CREATE TEMP TABLE seed_consent AS SELECT * FROM consent;
        CREATE TEMP TABLE seed_member AS SELECT * FROM member;
        CREATE TEMP TABLE seed_plan AS SELECT * FROM plan;
        CREATE TEMP TABLE seed_attempt AS SELECT * FROM attempt ORDER BY account, recipient;
        -- No id may stand in another one: an erased one would be found in it.
        INSERT INTO recipient SELECT r.id + n * top, r.app, printf('_%05x', n) || substr(r.open_id, 6)
            FROM copy CROSS JOIN seed_top CROSS JOIN seed_recipient r WHERE n > 0;
        INSERT INTO consent SELECT account, recipient + n * top, state, source, granted, expires, checked, stock, mutual
            FROM copy CROSS JOIN seed_top CROSS JOIN seed_consent WHERE n > 0;
        INSERT INTO member SELECT audience, recipient + n * top, ordinal, fields
            FROM copy CROSS JOIN seed_top CROSS JOIN seed_member WHERE n > 0;
        INSERT INTO plan SELECT segment, position + n * s.size, recipient + n * top, variant, audience
            FROM copy CROSS JOIN seed_top CROSS JOIN seed_plan p CROSS JOIN seed_size s ON s.id = p.segment WHERE n > 0;
        INSERT INTO attempt (day, recipient, account, number, run, segment, position, variant, sent_variant, messages, tries,
                             term, started, deadline, keeps, returned, outcome, reason, message_ids, codes, log_id, settled)
            SELECT day - n % 100, recipient + n * top, account, number, run, segment, position + n * s.size, variant,
                   sent_variant, messages, tries, term, started - n % 100 * 86400000, deadline - n % 100 * 86400000, keeps,
                   returned, outcome, reason, message_ids, codes, log_id, settled - n % 100 * 86400000
            FROM copy CROSS JOIN seed_top CROSS JOIN seed_attempt a CROSS JOIN seed_size s ON s.id = a.segment WHERE n > 0;
        CREATE TEMP TABLE seed_tally AS SELECT * FROM tally;
        DELETE FROM tally;
        INSERT INTO tally SELECT account, quarter - n % 100 * 96, run, sum(people), sum(messages)
            FROM copy CROSS JOIN seed_tally GROUP BY 1, 2, 3;
        DELETE FROM counter;
        INSERT INTO counter (day, account, people, messages)
        SELECT day - n % 100, account, sum(people), sum(messages)
            FROM copy CROSS JOIN seed_counter GROUP BY 1, 2;
        UPDATE segment SET size = size * \(copies), next = next * \(copies);
        UPDATE run SET audience = audience * \(copies), began = began - 99 * 86400000;
        UPDATE audience SET people = people * \(copies), rows_read = rows_read * \(copies),
               duplicates = duplicates * \(copies), rows_bad = rows_bad * \(copies);
        UPDATE rollup SET count = count * \(copies);
        INSERT INTO event (identity, kind, app, account, recipient, at, received, source, run, variant, touched)
            SELECT CAST(CAST(recipient AS TEXT) AS BLOB), \(EventKind.replied.rawValue), 1, account, recipient,
                   started + 60000, started + 60000, 1, run, variant, started
            FROM attempt WHERE recipient % 10 = 0;
        INSERT INTO credit (run, recipient, conversion, variant, events, amount)
            SELECT run, recipient, c.kind, variant, 1, 0 FROM event
            CROSS JOIN (SELECT \(Conversion.opened.rawValue) AS kind UNION ALL SELECT \(Conversion.replied.rawValue)) c;
        INSERT INTO result SELECT run, variant, conversion, count(*), count(*), 0 FROM credit GROUP BY 1, 2, 3;
        INSERT INTO part_result SELECT run, segment, later, variant, conversion, count(*) FROM credit GROUP BY 1, 2, 3, 4, 5;
        UPDATE part_reach SET people = people * \(copies);
        INSERT INTO measured SELECT app, account, kind, min(at), max(at) FROM event GROUP BY 1, 2, 3;
        COMMIT;
        PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = WAL;
        """
    }
}
