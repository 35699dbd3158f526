import CampaignModel
import LedgerSQLite
import Ports
import Testing

@Suite("An account is its app and open_id, an app its client_key")
struct IdentityTests {
    private func apps(
        _ accounts: [(String, String)], app: String = "tt01", key: String? = nil, moreApps: [AppRegistration] = []
    ) -> [AppRegistration] {
        [
            AppRegistration(
                name: app, clientKey: key, accounts: accounts.map { AccountRegistration(name: $0.0, openID: $0.1) })
        ] + moreApps
    }

    @discardableResult
    private func register(_ apps: [AppRegistration], _ world: LedgerWorld) throws
        -> (accounts: [String: AccountRecord], told: [Renaming])
    {
        var told: [Renaming] = []
        let accounts = try world.ledger.register(apps, at: world.now, term: world.term) { told.append($0) }
        return (accounts, told)
    }

    /// Somebody was written to, somebody is denied, and the account is banned.
    private func marked(_ maker: LedgerMaker) throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        try world.start([run], limit: 1)
        try world.ledger.list(
            ListDemand(
                now: world.now, term: world.term, act: .deny, app: world.account().app,
                account: world.account().id, openIDs: ["c"], person: "operator"))
        _ = try world.ledger.tend(
            AccountDemand(
                now: world.now, term: world.term, account: world.account().id, act: .ban, note: "", person: "operator")
        ) { _ in false }
        return (world, run)
    }

    @Test("a new name carries the ban, the day and the deny list over, and is told", arguments: LedgerMaker.allCases)
    func rename(_ maker: LedgerMaker) throws {
        let (world, run) = try marked(maker)
        let (accounts, told) = try register(apps([("shop", "_flagship"), ("outlet", "_outlet")]), world)
        #expect(accounts["shop"]?.id == world.account().id && accounts["flagship"] == nil)
        #expect(told.map(\.from) == ["flagship"] && told.map(\.to) == ["shop"])
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.standing.banned != nil && lane.people == 1 && lane.isConfigured)
        #expect(try world.reread(run).accountName == "shop")
        #expect(try register(apps([("shop", "_flagship"), ("outlet", "_outlet")]), world).told.isEmpty)
    }

    @Test(
        "two accounts that change names or open_ids with each other are refused: files that name one would go out from the other",
        arguments: LedgerMaker.allCases)
    func swap(_ maker: LedgerMaker) throws {
        let (world, _) = try marked(maker)
        let swapped = apps([("outlet", "_flagship"), ("flagship", "_outlet")])
        let doubt = IdentityDoubt.accountNameTaken("flagship", knownAs: "_flagship", now: "_outlet")
        #expect(throws: doubt) { try register(swapped, world) }
        #expect(throws: doubt) { try #require(world.ledger as? LedgerSQLite).renamings(by: swapped, at: world.now) }
        #expect(throws: doubt) {
            try register(apps([("shop", "_flagship"), ("flagship", "_outlet"), ("outlet", "_third")]), world)
        }
        #expect(try world.ledger.accounts().allSatisfy { "_\($0.name)" == $0.openID && $0.isConfigured })
    }

    @Test("a look at what would be renamed says it and leaves everything as it was", arguments: LedgerMaker.allCases)
    func looked(_ maker: LedgerMaker) throws {
        let (world, _) = try marked(maker)
        let names = try Set(world.ledger.accounts().map(\.name))
        let renamed = apps([("shop", "_flagship"), ("outlet", "_outlet"), ("new", "_new")])
        let told = try #require(world.ledger as? LedgerSQLite).renamings(by: renamed, at: world.now)
        #expect(told.map(\.to) == ["shop"])
        #expect(try Set(world.ledger.accounts().map(\.name)) == names)
        #expect(try #require(world.ledger as? LedgerSQLite).renamings(by: renamed, at: world.now).count == 1)
        #expect(try register(renamed, world).told.map(\.to) == ["shop"])
    }

    @Test(
        "a name that stood for somebody else is refused with both open_ids, and nothing changes",
        arguments: LedgerMaker.allCases)
    func nameTaken(_ maker: LedgerMaker) throws {
        let (world, _) = try marked(maker)
        #expect(throws: IdentityDoubt.accountNameTaken("flagship", knownAs: "_flagship", now: "_other")) {
            try register(apps([("flagship", "_other"), ("outlet", "_outlet")]), world)
        }
        #expect(try world.ledger.accounts().first { $0.name == "flagship" }?.openID == "_flagship")
        #expect(try world.ledger.accounts().allSatisfy(\.isConfigured))
    }

    @Test("an open_id that was never used may be corrected", arguments: LedgerMaker.allCases)
    func corrected(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let accounts = try register(apps([("flagship", "_flagshop"), ("outlet", "_outlet")]), world).accounts
        #expect(accounts["flagship"]?.id == world.account().id && accounts["flagship"]?.openID == "_flagshop")
    }

    @Test(
        "an account that is moved to another app is refused: nothing of it holds there", arguments: LedgerMaker.allCases
    )
    func moved(_ maker: LedgerMaker) throws {
        let (world, _) = try marked(maker)
        for name in ["flagship", "shop"] {
            let tt02 = AppRegistration(
                name: "tt02", accounts: [AccountRegistration(name: name, openID: "_flagship")])
            #expect(throws: IdentityDoubt.self) {
                try register(apps([("outlet", "_outlet")], moreApps: [tt02]), world)
            }
        }
    }

    @Test(
        "an account that was taken out is held, and is itself when it comes back under any name",
        arguments: LedgerMaker.allCases)
    func removedAndBack(_ maker: LedgerMaker) throws {
        let (world, run) = try marked(maker)
        try register(apps([("outlet", "_outlet")]), world)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).isConfigured == false)
        #expect(try world.reread(run).isConfigured == false)
        let back = try register(apps([("again", "_flagship"), ("outlet", "_outlet")]), world)
        #expect(back.accounts["again"]?.id == world.account().id && back.told.map(\.to) == ["again"])
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.isConfigured && lane.standing.banned != nil && lane.people == 1)
    }

    @Test("an app keeps its credit and its people under a new id, by its client_key", arguments: LedgerMaker.allCases)
    func appRenamed(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let accounts = [("flagship", "_flagship"), ("outlet", "_outlet")]
        try register(apps(accounts, key: "ck1"), world)
        let (named, told) = try register(apps(accounts, app: "tt09", key: "ck1"), world)
        #expect(named["flagship"]?.app == world.account().app && named["flagship"]?.appName == "tt09")
        #expect(told == [Renaming(.app, id: world.account().app.rawValue, from: "tt01", to: "tt09")])
    }

    @Test(
        "an app's id with another client_key is refused once anything was done with it", arguments: LedgerMaker.allCases
    )
    func appKeyChanged(_ maker: LedgerMaker) throws {
        let (world, _) = try marked(maker)
        let accounts = [("flagship", "_flagship"), ("outlet", "_outlet")]
        try register(apps(accounts, key: "ck1"), world)
        #expect(throws: IdentityDoubt.appNameTaken("tt01", knownAs: "ck1", now: "ck2")) {
            try register(apps(accounts, key: "ck2"), world)
        }
    }
}
