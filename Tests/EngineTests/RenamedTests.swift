import Answers
import CampaignFiles
import CampaignModel
import Channels
import Ports
import Testing

@testable import Engine

@Suite("What was told under a former name is the same when it is told again")
struct RenamedTests {
    /// The configuration as it is from now on: the app and its first account under other labels.
    private func rename(_ world: EngineWorld, app: String = "tt01", account: String = "flagship") throws {
        func register(_ app: String, _ first: String) throws -> [String: AccountRecord] {
            try world.ledger.register(
                [
                    AppRegistration(
                        name: app, clientKey: "ck",
                        accounts: [(first, "_flagship"), ("outlet", "_outlet")].map {
                            AccountRegistration(name: $0, openID: $1)
                        })
                ], at: world.now, term: world.setup.term)
        }
        // Once under the old labels, so that the client_key is on record.
        if app != "tt01" { _ = try register("tt01", "flagship") }
        let records = try register(app, account)
        world.changeSetup { setup in
            setup.accounts = records.values.filter(\.isConfigured).sorted { $0.id < $1.id }.map {
                AccountSetup(record: $0, pace: setup.accounts[0].pace)
            }
            setup.apps[0].name = app
        }
    }

    private func tell(_ world: EngineWorld, _ lines: String) throws -> EventsReceipt {
        let file = try EventFile(Array(("open_id,kind,at,amount,id,order,account\n" + lines).utf8), isCSV: true)
        return try EventDoor(world.setup).take(file.events, callbacks: [], source: .file)
    }

    private func served() async throws -> (EngineWorld, RunRecord) {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(1))
        return (world, run)
    }

    @Test("an order counts once, and its refund finds it, when the app or the account has another label by then")
    func orders() async throws {
        for (app, account) in [("tt09", "flagship"), ("tt01", "shop"), ("tt09", "shop")] {
            let (world, run) = try await served()
            let order = "a,ordered,2026-11-20T10:30:00,100.00,o1,,\na,ordered,2026-11-20T10:31:00,7,,,"
            #expect(try tell(world, order + "flagship\n").taken == 2)
            try rename(world, app: app, account: account)
            let again = try tell(world, order + account + "\n")
            #expect(again.taken == 0 && again.repeated == 2, "\(app) \(account)")
            #expect(try tell(world, "a,refunded,2026-11-20T10:40:00,30,r1,o1,\n").taken == 1)
            let worth = try world.ledger.results(of: run.id)[0]?[.ordered]
            #expect(worth == ResultCount(people: 1, events: 2, amount: 7700), "\(app) \(account)")
            try world.check()
        }
    }

    @Test("a partner that goes on telling the former label of the account or of the app is understood")
    func formerLabels() async throws {
        let (world, run) = try await served()
        let order = "a,ordered,2026-11-20T10:30:00,100.00,o1,,"
        #expect(try tell(world, order + "flagship\n").taken == 1)
        try rename(world, app: "tt09", account: "shop")
        let again = try tell(world, order + "flagship\na,ordered,2026-11-20T10:40:00,5,o2,,flagship\n")
        #expect(again.taken == 1 && again.repeated == 1 && again.bad.isEmpty)
        let json = #"{"open_id":"a","kind":"ordered","at":"2026-11-20T10:45:00","amount":"1","id":"o3","app":"tt01"}"#
        let file = try EventFile(Array((json + "\n").utf8), isCSV: false)
        #expect(try EventDoor(world.setup).take(file.events, callbacks: [], source: .file).taken == 1)
        #expect(try world.ledger.results(of: run.id)[0]?[.ordered]?.events == 3)
        // A label that somebody else bears now is theirs.
        #expect(try tell(world, "a,ordered,2026-11-20T10:50:00,5,o4,,outlet\n").taken == 1)
        #expect(try tell(world, "a,ordered,2026-11-20T10:50:00,5,o5,,nobody\n").bad.count == 1)
    }

    @Test("a callback that is repeated after the app has another label is the same callback")
    func callbacks() async throws {
        let (world, run) = try await served()
        let seconds = world.now.milliseconds / 1000
        let content = #"{"message_type":"text","text":"hi","server_message_id":"@1","create_time":\#(seconds)}"#
        let body = Array(
            #"{"event":"im_receive_msg","client_key":"ck","from_user_id":"a","to_user_id":"_flagship","content":\#(content)}"#
                .utf8)
        func post() async throws {
            let signature = CallbackSignature.of(body, secret: Secret(bytes: [2]))
            #expect(try EventDoor(world.setup).receive(body, signature: signature) == .taken)
            _ = try await EvidenceKeeper(world.setup).step(at: world.now)
        }
        try await post()
        try rename(world, app: "tt09")
        try await post()
        #expect(try world.ledger.results(of: run.id)[0]?[.replied]?.events == 1)
    }

    @Test("another app that takes the free label is another app: its orders are its own")
    func otherApp() async throws {
        let (world, _) = try await served()
        try rename(world, app: "tt09")
        let records = try world.ledger.register(
            [
                AppRegistration(
                    name: "tt09", clientKey: "ck",
                    accounts: [("flagship", "_flagship"), ("outlet", "_outlet")].map {
                        AccountRegistration(name: $0, openID: $1)
                    }),
                AppRegistration(
                    name: "tt01", clientKey: "other",
                    accounts: [AccountRegistration(name: "stranger", openID: "_stranger")]),
            ], at: world.now, term: world.setup.term)
        #expect(records["flagship"]?.appKnownAs == "tt01")
        #expect(records["stranger"]?.appKnownAs != "tt01" && records["stranger"]?.appName == "tt01")
    }

    @Test("a campaign that was dropped under the account's former label may still be looked at by its test people")
    func testPeople() async throws {
        let world = try await EngineWorld()
        try world.authorize(["tester"])
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        try rename(world, account: "shop")
        world.changeSetup { $0.testPeople = ["shop": ["tester"]] }
        let receipt = try Desk(world.setup).testSend(
            TestSendRequest(run: run.name, openID: "tester"), as: .token("token-review"))
        #expect(receipt.act == "test-send")
        let acts = try Desk(world.setup).runActs(run: run.name, as: .token("token-review"))
        #expect(acts.possible.contains("test-send"))
    }
}
