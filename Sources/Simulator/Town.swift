import CampaignModel
import Engine
import Sandbox

/// The people and accounts of one simulation, drawn from its seed: small, so that caps are met and days are quick.
struct Town {
    struct Account {
        let name: String
        let openID: String
        /// Its app's client key.
        let app: String
        let kind: AccountKind
        let pace: PaceSpec
        let qualification: Qualification?
        /// What the account may send on a day: reckoned from the platform's figures, not from the rules.
        let messagesPerDay: Int
    }

    /// The figures that the rules are configured with and the auditor counts by.
    struct Limits {
        var usersPerDay: Int
        var batchMessagesPerDay: Int
        var personalMessagesPerDay: Int
        var requestTimeout: Duration
        var consentAgeMax: Duration
    }

    static let secret = "app-secret"
    static let webhookSecret = "webhook-secret"
    static let people = [
        "marketing": [PersonRole.author, .reviewer], "review": [.reviewer], "second": [.reviewer],
        "operator": [.operator],
    ]

    let begins: Moment
    let apps: [String]
    let accounts: [Account]
    /// By app: everybody whom lists name.
    let people: [String: [String]]
    /// By app: people for test contacts, in no list.
    let testers: [String: [String]]
    let limits: Limits
    let concurrency: Int
    let doubt: Duration
    let world: SandboxWorld

    init(seed: UInt64) {
        var chance = SeededGenerator(seed: seed &* 41 &+ 3)
        let firstDay = Moment(iso8601: "2026-11-20T00:00:00+08:00")!
        begins = firstDay + .days(Int64(chance.below(400))) + .minutes(Int64(chance.pick([0, 450, 479, 720, 1290])!))
        limits = Limits(
            usersPerDay: chance.within(8...45), batchMessagesPerDay: chance.within(10...110),
            personalMessagesPerDay: chance.within(8...40),
            requestTimeout: .seconds(Int64(chance.pick([2, 5, 10])!)),
            consentAgeMax: .hours(Int64(chance.pick([3, 24, 24])!)))
        concurrency = chance.within(1...16)
        doubt = chance.happens(0.5) ? .zero : .milliseconds(chance.within(1...500))
        apps = chance.happens(0.3) ? ["tt1", "tt2"] : ["tt1"]
        accounts = Self.accounts(of: apps, limits, begins: begins, &chance)
        (people, testers, world) = Self.inhabitants(of: apps, accounts, limits, &chance)
    }

    private static func accounts(
        of apps: [String], _ limits: Limits, begins: Moment, _ chance: inout SeededGenerator
    ) -> [Account] {
        var accounts: [Account] = []
        for app in apps {
            for number in 1...chance.within(1...3) {
                let isPersonal = chance.happens(0.25)
                let lifts = !isPersonal && chance.happens(0.3)
                let lifted = limits.batchMessagesPerDay + chance.within(5...60)
                let qualification = Qualification(
                    id: "Q1", validFrom: begins - .days(30), validTo: begins + .days(900), messagesPerDay: lifted)
                let own = isPersonal ? min(limits.personalMessagesPerDay, limits.batchMessagesPerDay) : nil
                accounts.append(
                    Account(
                        name: "\(app)-a\(number)", openID: "_\(app)a\(number)", app: app,
                        kind: isPersonal ? .personal : .enterprise,
                        pace: PaceSpec(
                            chance.pick(["200/s,burst=100", "20/s,burst=10", "2/s,burst=4", "30/m,burst=2"])!)!,
                        qualification: lifts ? qualification : nil,
                        messagesPerDay: lifts ? lifted : own ?? limits.batchMessagesPerDay))
            }
        }
        return accounts
    }

    private static func inhabitants(
        of apps: [String], _ accounts: [Account], _ limits: Limits, _ chance: inout SeededGenerator
    ) -> (people: [String: [String]], testers: [String: [String]], world: SandboxWorld) {
        var people: [String: [String]] = [:]
        var testers: [String: [String]] = [:]
        var world = SandboxWorld(apps: [], accounts: [])
        // Whoever answers oddly does so for ever; the other faults are the wire's.
        let odd = ["-partial", "-noid"]
        for app in apps {
            world.apps.append(.init(clientKey: app, clientSecret: secret, webhookSecret: webhookSecret))
            people[app] = (1...chance.within(12...60)).map {
                "\(app)p\($0)" + (chance.happens(0.04) ? chance.pick(odd)! : "")
            }
            testers[app] = (1...4).map { "\(app)t\($0)" }
        }
        // Where no port may be opened, nothing is told; three apps in ten are such.
        for index in world.apps.indices where chance.happens(0.7) {
            world.apps[index].webhookURL = "http://127.0.0.1:1/webhook"
        }
        for account in accounts {
            let willing =
                (people[account.app] ?? []).filter { _ in chance.happens(0.85) } + (testers[account.app] ?? [])
            var there = SandboxWorld.Account(openID: account.openID, clientKey: account.app, users: willing)
            there.kind = account.kind == .personal ? .personal : .brand
            there.qualifiedMessagesADay = account.messagesPerDay
            world.accounts.append(there)
        }
        world.limits.usersADay = limits.usersPerDay
        world.limits.repeatsAllowedAfterDays = 1
        return (people, testers, world)
    }
}
