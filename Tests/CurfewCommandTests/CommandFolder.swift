import Answers
import CampaignModel
import Foundation
import HostSystem
import LedgerSQLite
import Ports

@testable import CurfewCommands

/// What a command of the world of options finds on the disk.
enum CommandFolder {
    static func make(at folder: String) throws {
        for name in ["state", "inbox"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        try write("\(folder)/curfew.yaml", configuration(folder, language: "zh", author: "marketing"))
        try write("\(folder)/en.yaml", configuration(folder, language: "en", author: "marketing"))
        try write("\(folder)/app.secret", "s3cret-of-the-app", mode: 0o600)
        try write("\(folder)/sale.yaml", campaign)
        try write("\(folder)/people.csv", "open_id,nickname,zone\nu1,Ann,\nu2,Bob,\nu3,,Asia/Urumqi\n")
        try write(
            "\(folder)/orders.csv", "open_id,kind,at,amount,id\nu1,ordered,2026-11-20 21:00,9.9,o1\nu2,nothing,,,\n")
        try FileManager.default.copyItem(atPath: "\(ledgers)/own.db", toPath: Paths.ledger(in: "\(folder)/state"))
        try FileManager.default.copyItem(atPath: "\(ledgers)/backup.db", toPath: "\(folder)/backup.db")
    }

    /// Made once: each run has copies of its own.
    private static let ledgers: String = {
        let folder = NSTemporaryDirectory() + "curfew-ledgers-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try ledger(at: "\(folder)/own.db", stops: 2).close()
            let other = try ledger(at: "\(folder)/other.db", stops: 4)
            _ = try other.backUp(to: "\(folder)/backup.db", at: start)
            try other.close()
        } catch { preconditionFailure("the ledgers of a test could not be made") }
        return folder
    }()

    /// Names and lengths; what a ledger holds is its own matter.
    static func files(in folder: String) -> String {
        // Safe because a folder that cannot be listed differs from one that can.
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
            .map { $0.replacing(/replaced-\d+/, with: "replaced") }.joined(separator: " ")
    }

    private static let start = Moment(iso8601: "2026-11-20T10:00:00+08:00")!

    private static func ledger(at path: String, stops: Int) throws -> LedgerSQLite {
        let ledger = try LedgerSQLite(path: path)
        let term = try ledger.beginReign(node: "test", at: start)
        _ = try ledger.register(
            [AppRegistration(name: "tt1", accounts: [AccountRegistration(name: "flagship", openID: "_brand")])],
            at: start, term: term)
        for turn in 0..<stops {
            _ = try ledger.setStop(turn.isMultiple(of: 2), person: "ops", at: start, term: term)
        }
        return ledger
    }

    private static func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private static func configuration(_ folder: String, language: String, author: String) -> String {
        """
        state: \(folder)/state
        inbox: \(folder)/inbox
        language: \(language)
        platform: {base_url: "http://127.0.0.1:9"}
        http: {listen: "127.0.0.1:9470", socket: \(folder)/s}
        people: [{name: \(author), roles: [author]}]
        apps:
          - id: tt1
            client_key: tt1
            client_secret: "file:\(folder)/app.secret"
            webhook_secrets: ["file:\(folder)/app.secret"]
            accounts: [{name: flagship, open_id: "_brand", kind: enterprise}]
        """
    }

    private static let campaign = """
        campaign: sale
        author: marketing
        account: flagship
        title: 双11
        audience: {files: [people.csv]}
        schedule: {start: 2026-11-20 20:00, repeat: yearly, until: 2040-12-31, window: "20:00-22:00", valid_until: end-of-day}
        fields:
          nickname: {default: 朋友}
        variants:
          - name: a
            weight: 50
            messages: [{text: "{{nickname}},早"}, {applet_coupon: {activity: "7301", coupon: "9920"}}]
          - name: b
            weight: 50
            messages: [{text: "{{nickname}},好"}, {applet_coupon: {activity: "7301", coupon: "9920"}}]
        """
}

/// What the daemon of that world answers, by path.
enum CommandAnswers {
    static func body(_ path: String, _ leaf: String) throws -> String {
        if path.hasPrefix("/v1/status") { return try json(SampleAnswers.status) }
        if path.hasSuffix("/report") { return try json(report(waits: leaf == "test-send")) }
        if path.hasPrefix("/v1/runs/") { return try json(SampleAnswers.run()) }
        if path.hasPrefix("/v1/runs") { return try json(RunsPage(runs: [SampleAnswers.run()], next: nil)) }
        if path.hasPrefix("/v1/explain") { return explanation }
        if path.hasPrefix("/v1/unknowns") { return #"{"unknowns":[]}"# }
        if path.hasPrefix("/v1/strategies") || path.hasSuffix("/strategies") {
            return try json([Strategy(entry: "search", behaviour: "order", page: "pages/a", enabled: true)])
        }
        if path.hasPrefix("/v1/accounts") { return sheet }
        if path.hasPrefix("/v1/events") { return try json(EventsReceipt()) }
        if path.hasPrefix("/v1/people") { return try json(PeopleReceipt(rows: 3, changed: 1)) }
        if path.hasPrefix("/v1/tokens") {
            if leaf == "people list" { return holders }
            return try json(
                TokenReceipt(
                    person: "li", token: "t0ken", id: 3, expires: "2027-05-20T20:00:00.000+08:00",
                    othersEnd: "2026-11-20T20:00:00.000+08:00", ended: 2))
        }
        if path.hasPrefix("/v1/notices/test") {
            return try json(TestNoticeReceipt(target: "target", notice: 7, asked: "2026-11-20T20:00:00.000+08:00"))
        }
        if path.hasPrefix("/v1/notices") {
            return try json([
                NoticeTargetLine(
                    target: "target", kind: "feishu", host: "open.feishu.cn", level: "all", waiting: 0, tries: 0,
                    failing: false, toldPages: 7, toldTotal: 3, failedTotal: 0)
            ])
        }
        if path.hasPrefix("/v1/export") { return try json(export) }
        return try json(ActReceipt(act: "pause", run: "sale@1", state: "paused", onTheWire: 1))
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func report(waits: Bool) -> RunReport {
        guard waits else { return SampleAnswers.report() }
        var sum = ConservationSum()
        sum.audience = 1
        sum.waiting = [.quietHours: 1]
        var report = SampleAnswers.report()
        report.summary.sum = SumLine(sum)
        return report
    }

    private static var export: ExportPage {
        ExportPage(
            rows: [
                ExportPage.Row(openID: "u1", variant: "a", place: "accepted", reason: "", started: "", messages: 1)
            ], next: nil)
    }

    private static let explanation = #"""
        {"run": "sale@1", "openID": "u1", "at": "2026-11-20T21:00:00+08:00", "place": "pending", "answer": "Soon.",
         "variant": "a", "assignment": "", "rules": [], "attempts": [], "contactsToday": [], "draws": [],
         "laneToday": [], "sharing": [], "notKnown": []}
        """#

    private static let holders = #"""
        {"tokens": [{"person": "li", "roles": ["reviewer"], "tokens": [
          {"id": 3, "made": "2026-11-20T20:00:00.000+08:00", "madeBy": "ops", "expires": "2027-05-20T20:00:00.000+08:00",
           "live": true}, {"ended": "2026-11-20T20:00:00.000+08:00", "live": false}]}]}
        """#

    private static let sheet = #"""
        {"account": "flagship", "app": "tt1", "openID": "_brand", "kind": "enterprise", "role": "brand",
         "zone": "Asia/Shanghai", "bound": true, "state": "open", "sentence": "Open.", "peopleToday": 1,
         "peopleCap": 5000, "messagesToday": 1, "messagesThisHour": 0, "slowedPerHour": 5, "credit": 100,
         "creditMin": 80, "reports": 0, "violations": 0, "qualifications": [], "templates": [], "history": []}
        """#
}
