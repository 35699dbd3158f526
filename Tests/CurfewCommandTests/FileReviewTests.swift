import Answers
import CampaignFiles
import CampaignModel
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Testing

@testable import CurfewCommands

@Suite("A file that nobody has dropped yet is counted as the daemon would count it")
struct FileReviewTests {
    /// A folder with a campaign and its lists.
    private struct Folder {
        let path = NSTemporaryDirectory() + "curfew-files-\(UUID().uuidString)"

        init(_ files: [String: String]) throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, text) in files { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func yaml(_ audience: String, more: String = "") -> String {
        """
        campaign: sale
        author: marketing
        account: flagship
        title: a sale
        audience: {\(audience)}
        schedule: {start: 2026-11-20 10:00, valid_until: +3d}
        variants: [{name: a, messages: [{applet_coupon: {activity: "1", coupon: "2"}}]}]
        \(more)
        """
    }

    private static func list(_ people: Range<Int>) -> String {
        "open_id,city\n" + people.map { "p\($0),\($0 % 2 == 0 ? "杭州" : "上海")\n" }.joined()
    }

    private func desk() throws -> FileDesk {
        try FileDesk(
            config: nil, lang: .en, now: Moment(iso8601: "2026-11-20T08:00:00", defaultZone: .shanghai), searching: [])
    }

    private func look(_ audience: String, more: String = "", lists: [String: String]) throws -> (
        MachineReview, RunForecast
    ) {
        let folder = try Folder(lists.merging(["sale.yaml": Self.yaml(audience, more: more)]) { $1 })
        defer { folder.remove() }
        let file = "\(folder.path)/sale.yaml"
        let desk = try desk()
        let reading = try desk.read(file)
        let campaign = try #require(reading.campaign, "\(reading.text(in: .en))")
        let forecast = try #require(try ForecastReading(desk: desk, ledger: nil).forecast([file]).first)
        return (try FileReview.review(campaign, beside: file, desk), forecast)
    }

    @Test("what the house remembers against a file refuses it at `check` as intake will, and no sooner")
    func remembered() throws {
        let folder = try Folder([
            "sale.yaml": Self.yaml("files: [people.csv]").replacing(
                #"{applet_coupon: {activity: "1", coupon: "2"}}"#, with: "{applet_card: {template: card-001, path: a}}"),
            "people.csv": Self.list(0..<3), "app.secret": "s3cret-of-the-app",
        ])
        defer { folder.remove() }
        let file = "\(folder.path)/sale.yaml"
        try """
        state: \(folder.path)/state
        inbox: \(folder.path)/inbox
        platform: {base_url: "http://127.0.0.1:9"}
        people: [{name: marketing, roles: [author]}]
        apps:
          - id: tt1
            client_key: tt1
            client_secret: "file:\(folder.path)/app.secret"
            webhook_secrets: ["file:\(folder.path)/app.secret"]
            accounts: [{name: flagship, open_id: "_brand", kind: enterprise}]
        """.write(toFile: "\(folder.path)/curfew.yaml", atomically: true, encoding: .utf8)
        let now = try #require(Moment(iso8601: "2026-11-20T08:00:00", defaultZone: .shanghai))
        let desk = try FileDesk(config: "\(folder.path)/curfew.yaml", lang: .en, now: now, searching: [])
        func faults() throws -> [String] { try FileExamination(file, desk, ledger: desk.ledger()).verdict.faults }
        #expect(try faults() == [], "no daemon was ever started")
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        let ledger = try LedgerSQLite(path: Paths.ledger(in: "\(folder.path)/state"))
        let term = try ledger.beginReign(node: "test", at: now)
        let account = try #require(
            try ledger.register(
                [AppRegistration(name: "tt1", accounts: [AccountRegistration(name: "flagship", openID: "_brand")])],
                at: now, term: term)["flagship"])
        func record(_ id: String) throws {
            _ = try ledger.tend(
                AccountDemand(
                    now: now, term: term, account: account.id, act: .template(id: id, approved: true), note: "",
                    person: "operator")
            ) { _ in false }
        }
        try record("card-002")
        #expect(try faults().count == 1)
        #expect(try faults()[0].hasPrefix("error [template_not_approved]"))
        try record("card-001")
        #expect(try faults() == [])
    }

    @Test(
        "a list that cannot be read is told by its name in the words of check, by a forecast and a preview as well",
        arguments: ["手机号,昵称\n1380000,a\n", "", "open_id,open_id\na,b\n", "\u{D0}\u{CF}\u{11}\u{E0}\n"])
    func unreadable(_ list: String) throws {
        func isTold(_ error: any Error) -> Bool {
            (error as? DeskRefusal)?.sentence.en.hasPrefix("people.csv: ") == true
        }
        #expect {
            _ = try look("files: [people.csv]", lists: ["people.csv": list])
        } throws: { isTold($0) }
        let folder = try Folder(["sale.yaml": Self.yaml("files: [people.csv]"), "people.csv": list])
        defer { folder.remove() }
        let file = "\(folder.path)/sale.yaml"
        let desk = try desk()
        var preview = FilePreview(try #require(try desk.read(file).campaign), file, desk)
        #expect {
            try preview.choose()
        } throws: { isTold($0) }
    }

    @Test("a preview of a list without anybody says so, and shows nobody by a made-up name")
    func nobodyListed() throws {
        let folder = try Folder(["sale.yaml": Self.yaml("files: [people.csv]"), "people.csv": "open_id,city\n"])
        defer { folder.remove() }
        let file = "\(folder.path)/sale.yaml"
        let desk = try desk()
        var preview = FilePreview(try #require(try desk.read(file).campaign), file, desk)
        try preview.choose()
        #expect(preview.people.map(\.person.openID) == ["(nobody is listed: with the defaults)"])
    }

    @Test(
        "exclusions, conditions and the limit take their people, each once",
        arguments: [
            ("files: [a.csv]", 100), ("files: [a.csv, b.csv]", 120), ("files: [a.csv], exclude: [b.csv]", 80),
            ("files: [a.csv], where: {city: 杭州}", 50), ("files: [a.csv], max: 30", 30),
            ("files: [a.csv], max: 300", 100),
            ("files: [a.csv], exclude: [b.csv], where: {city: 杭州}, max: 7, order: listed", 7),
        ])
    func counts(_ audience: String, _ expected: Int) throws {
        let (review, forecast) = try look(audience, lists: ["a.csv": Self.list(0..<100), "b.csv": Self.list(80..<120)])
        #expect(review.people == expected && forecast.audience == expected && forecast.holds)
        #expect(
            forecast.rowsRead == forecast.bad + forecast.duplicates + forecast.excluded + forecast.beyondMax
                + forecast.audience)
    }

    @Test(
        "the holdout is counted among those whom the limit takes, and is the forecast's",
        arguments: ["listed", "shuffled"])
    func limit(_ order: String) throws {
        let (review, forecast) = try look(
            "files: [a.csv], max: 100, order: \(order)", more: "holdout: 10%", lists: ["a.csv": Self.list(0..<200)])
        #expect(review.people + review.held == 100 && review.held > 0)
        #expect(review.held == forecast.holdout && review.people == forecast.audience - forecast.holdout)
    }

    @Test("a picture that is none is found beside the file before anything is dropped")
    func images() throws {
        let folder = try Folder(["p.png": "open_id\n", "empty.png": ""])
        defer { folder.remove() }
        let desk = try desk()
        let file = "\(folder.path)/sale.yaml"
        let codes = ["p.png", "empty.png", "none.png"].map { desk.fault(ofImage: $0, beside: file)?.code }
        #expect(codes == ["not_an_image", "image_empty", "image_missing"])
        let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Campaigns/examples/new-arrivals.yaml").path
        #expect(desk.fault(ofImage: "poster.png", beside: examples) == nil)
    }
}
