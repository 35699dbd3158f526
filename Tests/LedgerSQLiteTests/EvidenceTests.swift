import CampaignModel
import Foundation
import Ports
import Testing

@Suite("Evidence from outside")
struct EvidenceTests {
    static func word(
        _ kind: EventKind, _ openID: String, _ world: LedgerWorld, at: Moment? = nil, id: String? = nil,
        account: String? = "flagship", amount: Int64? = nil, source: ArrivalSource = .callback
    ) -> Evidence {
        let moment = at ?? world.now
        return .event(
            EventWord(
                identity: Array("\(kind.code) \(openID) \(id ?? String(moment.milliseconds))".utf8), kind: kind,
                app: world.account().app, account: account.map { world.account($0).id }, openID: openID, at: moment,
                amount: amount, source: source, words: kind == .optedOut ? "退订" : ""))
    }

    static func echo(
        _ openID: String, _ world: LedgerWorld, id: String = "@echo", account: String = "flagship", at: Moment? = nil,
        isOurs: Bool = true
    ) -> Evidence {
        .echo(
            EchoWord(
                app: world.account().app, account: world.account(account).id, openID: openID, messageID: id,
                at: at ?? world.now, isOurs: isOurs))
    }

    // MARK: - Arrivals

    @Test("what arrives is durable at once, and a repeat is nothing", arguments: LedgerMaker.allCases)
    func arrivals(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let arrival = NewArrival(
            app: world.account().app, source: .callback, digest: [1, 2, 3], body: Array("{}".utf8))
        #expect(try world.take([arrival]) == 1)
        for _ in 0..<100 { #expect(try world.take([arrival]) == 0) }
        let seen = try world.secondLook().arrivals(limit: 10)
        #expect(seen.map(\.body) == [Array("{}".utf8)])
        _ = try world.apply([], concluding: [.init(arrival: seen[0].id, note: "nothing")])
        #expect(try world.ledger.arrivals(limit: 10).isEmpty && world.ledger.arrivalsStanding() == ArrivalsStanding())
        #expect(try world.take([arrival]) == 0)
        #expect(try world.sweep(before: world.now + .days(1)) == 1)
        #expect(try world.take([arrival]) == 1)
    }

    @Test("a daemon that reigns no more takes nothing in", arguments: LedgerMaker.allCases)
    func fenced(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let old = world.term
        try world.restart()
        #expect(throws: LedgerError.fenced(current: world.term)) {
            try world.ledger.take(ArrivalDemand(now: world.now, term: old, arrivals: []))
        }
    }

    // MARK: - Unknown attempts

    struct Echoed: CustomTestStringConvertible {
        var name: String
        var ids: [String] = []
        var echoID = "@echo"
        var account = "flagship"
        var person = "a"
        var later: Duration = .seconds(3)
        var isOurs = true
        var settles: Bool
        var testDescription: String { name }
    }
    static let echoes: [Echoed] = [
        Echoed(name: "same account, person and day, our client key", settles: true),
        Echoed(
            name: "our message id, though the source is empty", ids: ["@m1"], echoID: "@m1", isOurs: false,
            settles: true),
        Echoed(
            name: "our message id, told on the next day", ids: ["@m1"], echoID: "@m1", later: .hours(16), settles: true),
        Echoed(name: "another message id, but our client key and day", ids: ["@m1"], settles: true),
        Echoed(name: "somebody typed it in the app", isOurs: false, settles: false),
        Echoed(name: "another account", account: "outlet", settles: false),
        Echoed(name: "another person", person: "b", settles: false),
        Echoed(name: "another day", later: .hours(16), settles: false),
        Echoed(name: "after 24 hours it is final", ids: ["@m1"], echoID: "@m1", later: .hours(24), settles: false),
    ]

    @Test("an echo settles the unknown attempt it proves, and no other", arguments: LedgerMaker.allCases, echoes)
    func settled(_ maker: LedgerMaker, _ echoed: Echoed) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run], limit: 1).started[0]
        try world.settle([.of(started, .unknown, reason: .network, ids: echoed.ids)])
        let before = try world.ledger.laneFacts(world.account().id, at: world.now)
        world.now = world.now + echoed.later
        let result = try world.apply([
            Self.echo(echoed.person, world, id: echoed.echoID, account: echoed.account, isOurs: echoed.isOurs)
        ])
        #expect(result.settled == (echoed.settles ? 1 : 0))
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.accepted == (echoed.settles ? 1 : 0) && sum.unknown == (echoed.settles ? 0 : 1))
        #expect(try world.ledger.unknowns(limit: 9).count == sum.unknown)
        let after = try world.ledger.laneFacts(world.account().id, at: LedgerWorld.morning)
        #expect(after.people == before.people && after.messages == before.messages)
        // Twice is once.
        let again = try world.apply([
            Self.echo(echoed.person, world, id: echoed.echoID, account: echoed.account, isOurs: echoed.isOurs)
        ])
        #expect(again.settled == 0)
        try world.check()
    }

    @Test("an echo that comes before the reply is given up settles it later", arguments: LedgerMaker.allCases)
    func early(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        #expect(try world.apply([Self.echo("a", world), Self.echo("b", world)]).settled == 0)
        try world.settle([.of(started[0], .unknown, reason: .network), .of(started[1], .accepted)])
        let result = try world.catchUp()
        #expect(result.settled == 1 && result.strayEchoes == 0)
        #expect(try world.ledger.sum(of: run.id).accepted == 2)
        #expect(try world.catchUp() == EvidenceResult())
        try world.check()
    }

    @Test("an echo that no attempt explains is told, not believed", arguments: LedgerMaker.allCases)
    func stray(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let started = try world.start([run]).started[0]
        try world.settle([.of(started, .rejected, reason: .platformRecipientGone)])
        #expect(try world.apply([Self.echo("a", world)]).strayEchoes == 1)
        #expect(try world.ledger.sum(of: run.id).rejected == 1)
        try world.check()
    }

    @Test("nobody settles an unknown that is older than a day", arguments: LedgerMaker.allCases)
    func final(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let started = world.now
        try world.settle([.of(try world.start([run]).started[0], .unknown, reason: .network)])
        world.now = started + .hours(24)
        #expect(throws: UnknownIsFinal(since: world.now)) {
            try world.ledger.resolve(
                ResolveDemand(
                    now: world.now, term: world.term, run: run.id, openID: "a", accepted: false, person: "ops",
                    finalAfter: .hours(24)))
        }
        #expect(try world.ledger.sum(of: run.id).unknown == 1)
    }

    // MARK: - Consent

    @Test("an older word about consent never wins, in whatever order words come", arguments: LedgerMaker.allCases)
    func consentOrder(_ maker: LedgerMaker) throws {
        let words: [(minute: Int64, authorized: Bool)] = [(1, true), (2, false), (3, true), (4, false)]
        for order in permutations(Array(words.indices)) {
            let world = try LedgerWorld(maker)
            let start = world.now
            world.now = start + .hours(1)
            let run = try world.run("sale", ["a"])
            for index in order + order {
                let word = words[index]
                _ = try world.apply([world.consent("a", word.authorized, at: start + .minutes(word.minute))])
            }
            #expect(try world.record(run, "a").facts.person.consent?.state == .withdrawn, "\(order)")
            #expect(
                try world.record(run, "a").facts.person.consent?.checked == start + .minutes(4) + .milliseconds(999))
        }
    }

    @Test("a walk is not undone by an event that is older than it", arguments: LedgerMaker.allCases)
    func walkAndEvent(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        try world.authorize(["a"])
        #expect(try world.apply([world.consent("a", false, at: world.now - .minutes(1))]).outdated == 1)
        #expect(try world.record(run, "a").facts.person.consent?.state == .authorized)
        world.now = world.now + .minutes(2)
        #expect(try world.apply([world.consent("a", false, at: world.now)]).consents == 1)
        #expect(try world.record(run, "a").facts.person.consent?.state == .withdrawn)
    }

    @Test("stock is added once per authorisation, also when the walk saw it first", arguments: LedgerMaker.allCases)
    func stock(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        func stock(_ openID: String) throws -> Int? { try world.record(run, openID).facts.person.consent?.stock }
        let first = world.consent("a", true, at: world.now)
        #expect(try world.apply([first], stock: 3).repeated == 0)
        let again = try world.apply([first, first], stock: 3)
        #expect(again.repeated == 2 && again.taken == 0 && again.consents == 0)
        #expect(try stock("a") == 3)
        world.now = world.now + .days(1)
        _ = try world.apply([world.consent("a", true, at: world.now), first], stock: 3)
        #expect(try stock("a") == 6)
        // The walk sees somebody before the event tells of the same authorisation.
        let authorised = world.now
        world.now = world.now + .minutes(5)
        try world.authorize(["b"], stock: 3)
        #expect(try stock("b") == 3)
        _ = try world.apply([world.consent("b", true, at: authorised)], stock: 3)
        #expect(try stock("b") == 3)
        // The daily model counts nothing.
        _ = try world.apply([world.consent("c", true, at: world.now)])
        try world.check()
    }

    // MARK: - Opt-outs and accounts

    @Test("an opt-out denies at once, once, and not again after a person lifted it", arguments: LedgerMaker.allCases)
    func optOut(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let word = Self.word(.optedOut, "a", world)
        let result = try world.apply([word, word])
        #expect(result.denied.count == 1 && result.repeated == 1)
        #expect(try world.record(run, "a").facts.person.isDenied)
        // Somebody whom no list knows is remembered too, or the next list would bring them back.
        #expect(try world.apply([Self.word(.optedOut, "new", world, source: .partner)]).denied.count == 1)
        try world.ledger.list(
            ListDemand(
                now: world.now, term: world.term, act: .undeny, app: world.account().app, account: nil, openIDs: ["a"],
                person: "ops"))
        #expect(try world.apply([word]).denied.isEmpty)
        #expect(try !world.record(run, "a").facts.person.isDenied)
    }

    @Test("a withdrawn permission stops the account until somebody releases it", arguments: LedgerMaker.allCases)
    func unbound(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        func binding(_ granted: Bool, _ at: Moment) -> Evidence {
            .binding(
                BindingWord(
                    identity: Array("\(granted) \(at.milliseconds)".utf8), app: world.account().app,
                    account: world.account().id, granted: granted, at: at))
        }
        // A grant that is newer than the withdrawal which comes late.
        _ = try world.apply([binding(true, world.now)])
        #expect(try world.apply([binding(false, world.now - .hours(1))]).stopped.isEmpty)
        #expect(try world.ledger.accounts()[0].hold == nil)
        #expect(try world.apply([binding(false, world.now + .hours(1))]).stopped == [world.account().id])
        #expect(try world.ledger.accounts()[0].hold == LaneHold(reason: .accountNotBound, until: nil))
        try world.ledger.hold(account: world.account().id, nil, by: "ops", at: world.now, term: world.term)
        #expect(try world.apply([binding(false, world.now + .hours(1))]).stopped.isEmpty)
    }

    private func permutations(_ items: [Int]) -> [[Int]] {
        guard let first = items.first else { return [[]] }
        return permutations(Array(items.dropFirst())).flatMap { rest in
            (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
        }
    }
}

extension LedgerWorld {
    func sweep(before: Moment, setAsideBefore: Moment = .distantPast) throws -> Int {
        try ledger.sweepArrivals(before: before, setAsideBefore: setAsideBefore, limit: 10, term: term)
    }

    func take(_ arrivals: [NewArrival]) throws -> Int {
        try ledger.take(ArrivalDemand(now: now, term: term, arrivals: arrivals))
    }

    func apply(
        _ evidence: [Evidence], concluding: [EvidenceDemand.Conclusion] = [], stock: Int? = nil
    ) throws -> EvidenceResult {
        try ledger.apply(
            EvidenceDemand(
                now: now, term: term, evidence: evidence, conclusions: concluding, stockPerAuthorization: stock))
    }

    func catchUp() throws -> EvidenceResult { try ledger.catchUp(CatchUpDemand(now: now, term: term)) }

    func consent(_ openID: String, _ authorized: Bool, at said: Moment, from: String = "") -> Evidence {
        .consent(
            ConsentWord(
                identity: Array("\(openID) \(said.milliseconds) \(authorized)".utf8), app: account().app,
                account: account().id, openID: openID, authorized: authorized, said: said, expires: nil,
                enteredFrom: from))
    }

    func authorize(_ openIDs: [String], stock: Int) throws {
        try ledger.record(
            ConsentPage(
                now: now, term: term, account: account().id,
                people: openIDs.map { .init(openID: $0, state: .authorized, source: "walk") }, answersQuestions: false,
                stockPerAuthorization: stock))
    }
}
