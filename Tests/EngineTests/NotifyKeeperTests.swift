import Answers
import CampaignModel
import Channels
import Foundation
import Ports
import SendingRules
import Synchronization
import Testing
import Wire

@testable import Engine

/// Letters stay in a pair of hands.
final class HandPost: PostOffice {
    private let state = Mutex<(letters: [Letter], ends: [(id: UInt64, end: PostEnd)])>(([], []))
    private let end: PostEnd
    init(_ end: PostEnd = .taken) { self.end = end }
    var letters: [Letter] { state.withLock { $0.letters } }
    func post(_ letter: Letter, id: UInt64, arrival: @escaping @Sendable () -> Void) {
        state.withLock {
            $0.letters.append(letter)
            $0.ends.append((id, end))
        }
        arrival()
    }
    func collect() -> [(id: UInt64, end: PostEnd)] {
        state.withLock { state in
            defer { state.ends = [] }
            return state.ends
        }
    }
}

/// A world whose notices go to targets of the test's choice.
final class NoticeWorld {
    let world: EngineWorld
    let mailbox = HandMailbox()
    let post: HandPost
    private(set) var keeper: NotifyKeeper
    private let targets: [NoticeTarget]

    init(
        _ kinds: [NoticeTargetSettings.Kind], level: NoticeTargetSettings.Level = .all, post: HandPost = HandPost()
    ) async throws {
        world = try await EngineWorld()
        self.post = post
        targets = kinds.map { kind in
            NoticeTarget(
                name: kind.rawValue, kind: kind,
                address: Secret(bytes: Array("https://\(kind.rawValue).example/hook?key=hidden".utf8)),
                secrets: [Secret(bytes: Array("demo".utf8))], level: level, from: "curfew@example.com",
                to: ["ops@example.com"])
        }
        world.changeSetup { [targets] in $0.noticeTargets = targets }
        keeper = Self.keeper(world, mailbox, post)
        _ = try await keeper.step(at: world.now)
    }

    private static func keeper(_ world: EngineWorld, _ mailbox: HandMailbox, _ post: HandPost) -> NotifyKeeper {
        NotifyKeeper(
            world.setup, ledger: world.ledger as! any NoticeLedger, mailbox: mailbox, post: post,
            page: "https://curfew.example", seed: 1, arrival: {})
    }

    /// A restart makes the setup anew.
    func keepTargets() { world.changeSetup { [targets] in $0.noticeTargets = targets } }
    /// The process dies, and what was asked for before it is answered to nobody.
    func restart(over mailbox: HandMailbox) { keeper = Self.keeper(world, mailbox, post) }

    func step() async throws { _ = try await keeper.step(at: world.now) }
    func lines() throws -> [NoticeTargetLine] { try Desk(world.setup).noticeTargets() }

    /// Passes time by seconds, answering as the other side does.
    func pass(_ seconds: Int, by each: Int = 1, _ answer: (Exchange) -> ExchangeResult) async throws {
        for _ in 0..<(seconds / each) {
            world.clock.pass(.seconds(Int64(each)))
            try await step()
            mailbox.answer(answer)
            try await step()
        }
    }

    /// Something happens that people are told of.
    func act(_ stopped: Bool = true) throws {
        _ = try world.ledger.setStop(stopped, person: "operator", at: world.now, term: world.setup.term)
    }
}

@Suite("Telling people")
struct NotifyKeeperTests {
    private static let told = ExchangeResult.json(#"{"code":0,"errcode":0}"#)

    @Test("what happens reaches each target in its own form, in sentences, once")
    func sentences() async throws {
        let notices = try await NoticeWorld([.feishu, .wecom, .mail])
        _ = try notices.world.run("sale", ["a", "b"])
        var bodies: [String] = []
        try await notices.pass(120) { exchange in
            bodies.append(exchange.request.text)
            return Self.told
        }
        #expect(bodies.count == 2 && notices.post.letters.count == 1)
        let feishu = try #require(bodies.first { $0.contains("msg_type") })
        #expect(feishu.contains("sale@20261120-1000 waits for review: by marketing, a list of 2 people."))
        #expect(feishu.contains("review approved sale@20261120-1000.") && feishu.contains("3 notices"))
        #expect(feishu.contains("https://curfew.example"))
        #expect(!bodies.joined().contains("hidden"))
        #expect(notices.post.letters[0].to == ["ops@example.com"])
        for line in try notices.lines() { #expect(line.waiting == 0 && line.toldTotal == 1 && !line.failing) }
    }

    @Test("no success is believed that its platform's body does not say, and nothing is lost over it")
    func hostile() async throws {
        let notices = try await NoticeWorld([.dingtalk])
        let answers: [ExchangeResult] = [
            .json("{}"), .json("ok"), .json(#"{"errcode":310000,"errmsg":"sign not match"}"#), .json("", status: 302),
            .json(#"{"errcode":0}"#, status: 500), .lost(.tooLarge), .lost(.timedOut), .notLeft(.tlsFailed),
        ]
        try notices.act()
        for (index, answer) in answers.enumerated() {
            try await notices.pass(3700, by: 100) { _ in answer }
            let line = try #require(try notices.lines().first)
            #expect(line.waiting == 1 && line.toldTotal == 0 && line.failure != nil, "\(index)")
        }
        let failing = try #require(try notices.lines().first)
        #expect(failing.failing)
        let said = try #require(try Desk(notices.world.setup).status().notices?.first)
        #expect(said.contains("dingtalk") && said.contains("tlsFailed") && said.contains("curfew notify test dingtalk"))
        try await notices.pass(4400, by: 100) { _ in Self.told }
        let line = try #require(try notices.lines().first)
        #expect(line.waiting == 0 && line.toldTotal == 1 && line.failure == nil && !line.failing)
        #expect(try Desk(notices.world.setup).status().notices == nil)
    }

    @Test("a target that says 410 is asked nothing more until a person tries it")
    func gone() async throws {
        let notices = try await NoticeWorld([.webhook])
        try notices.act()
        try await notices.pass(10) { _ in .json("", status: 410) }
        var asked = 0
        try await notices.pass(90_000, by: 600) { _ in
            asked += 1
            return Self.told
        }
        #expect(asked == 0)
        #expect(try notices.lines()[0].failing)
        let desk = Desk(notices.world.setup)
        #expect(throws: DeskRefusal.self) {
            try desk.testNotice(TestNoticeRequest(target: "webhook"), as: .token("token-marketing"))
        }
        #expect(throws: DeskRefusal.self) {
            try desk.testNotice(TestNoticeRequest(target: "nobody"), as: .token("token-operator"))
        }
        let receipt = try desk.testNotice(TestNoticeRequest(target: "webhook"), as: .token("token-operator"))
        try await notices.pass(10) { _ in Self.told }
        let line = try notices.lines()[0]
        #expect(line.toldPages >= receipt.notice && !line.failing && line.waiting == 0)
    }

    @Test("at night pages go out, and the rest is there in the morning as one message")
    func night() async throws {
        let notices = try await NoticeWorld([.wecom])
        notices.world.clock.set(Moment(iso8601: "2026-11-20T22:40:00", defaultZone: .shanghai)!)
        try await notices.step()
        _ = try notices.world.run("sale", ["a"])
        _ = try notices.world.run("other", ["b"])
        try notices.act()
        var moments: [Moment] = []
        var bodies: [String] = []
        try await notices.pass(34_200, by: 10) { exchange in
            moments.append(notices.world.now)
            bodies.append(exchange.request.text)
            return Self.told
        }
        try #require(bodies.count == 2)
        #expect(bodies[0].contains("stopped all sending") && !bodies[0].contains("sale"))
        #expect(moments[0].since(Moment(iso8601: "2026-11-20T22:40:00", defaultZone: .shanghai)!) < .minutes(1))
        #expect(bodies[1].contains("sale") && bodies[1].contains("other"))
        let behind = moments[1].since(Moment(iso8601: "2026-11-21T08:00:00", defaultZone: .shanghai)!)
        #expect((20_000...100_000).contains(behind.wholeMilliseconds))
    }

    @Test("a day of 500 events is told whole, and no robot's limit is exceeded")
    func day() async throws {
        let kinds: [NoticeTargetSettings.Kind] = [.feishu, .dingtalk, .wecom]
        let notices = try await NoticeWorld(kinds)
        let sizes: [String: Int] = ["feishu": 20_000, "dingtalk": 20_000, "wecom": 2048]
        var sent: [String: [Moment]] = [:]
        var lines = 0
        func answer(_ exchange: Exchange) -> ExchangeResult {
            let kind = kinds.first { exchange.request.url.contains($0.rawValue) }!.rawValue
            let content = exchange.request.text
            #expect(content.utf8.count <= sizes[kind]!)
            sent[kind, default: []].append(notices.world.now)
            lines += content.components(separatedBy: "stopped all sending").count - 1
            lines += content.components(separatedBy: "let sending go on").count - 1
            return Self.told
        }
        // Bursts at full hours, as starts and ends of runs come.
        for hour in 0..<11 {
            for burst in 0..<(hour == 10 ? 100 : 40) { try notices.act(burst % 2 == 0) }
            try await notices.pass(hour == 10 ? 7200 : 3600, by: 5, answer)
        }
        #expect(lines == 3 * 500)
        for (kind, moments) in sent {
            for (index, moment) in moments.enumerated() where index >= 20 {
                #expect(moment.since(moments[index - 20]) >= .minutes(1), "\(kind)")
            }
            #expect(moments.allSatisfy { $0.milliseconds.flooredRemainder(by: 1_800_000) >= 20_000 }, "\(kind)")
        }
    }

    @Test("whoever kills the daemon where they like makes no notice disappear")
    func kills() async throws {
        let notices = try await NoticeWorld([.webhook])
        var mailbox = notices.mailbox
        var chance = SeededGenerator(seed: 11)
        // By id: a receiver that has seen one knows the message again.
        var received: [String: String] = [:]
        var twice = 0
        let kills = 120
        for _ in 0..<kills {
            try notices.act(Bool.random(using: &chance))
            for _ in 0..<Int.random(in: 0...4, using: &chance) {
                notices.world.clock.pass(.seconds(1))
                try await notices.step()
                mailbox.answer { exchange in
                    let id = exchange.request.header("webhook-id")!
                    if let before = received[id] {
                        twice += 1
                        #expect(before == exchange.request.text)
                    }
                    received[id] = exchange.request.text
                    return Bool.random(using: &chance) ? Self.told : .lost(.connectionLost)
                }
                if Bool.random(using: &chance) { try await notices.step() }
            }
            mailbox = HandMailbox()
            try await notices.world.crashAndRestart(withTokens: false)
            notices.keepTargets()
            notices.restart(over: mailbox)
        }
        for _ in 0..<20_000 where try notices.lines()[0].waiting > 0 {
            notices.world.clock.pass(.seconds(2))
            try await notices.step()
            mailbox.answer { exchange in
                received[exchange.request.header("webhook-id")!] = exchange.request.text
                return Self.told
            }
        }
        #expect(received.count == kills)
        #expect(twice > 0)
    }

    @Test("a ledger that takes no writes is told of from memory, once an hour, and what was kept comes later")
    func trouble() async throws {
        let notices = try await NoticeWorld([.feishu])
        try notices.act()
        try notices.world.fillDisk(under: "UPDATE ON notice_target")
        var bodies: [String] = []
        try await notices.pass(5400, by: 5) { exchange in
            bodies.append(exchange.request.text)
            return Self.told
        }
        #expect(bodies.count == 2 && bodies.allSatisfy { $0.contains("takes no writes") })
        try notices.world.makeRoom()
        try await notices.pass(300, by: 5) { exchange in
            bodies.append(exchange.request.text)
            return Self.told
        }
        #expect(bodies.count == 3 && bodies[2].contains("stopped all sending"))
    }
}
