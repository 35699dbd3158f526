import Answers
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports
import Wire

/// One week in the life of three files. Every step is something that people do, then what has to have come of it, read from
/// the daemon's sums.
final class WeekStory {
    static let opening = Moment(iso8601: "2026-11-16T09:30:00+08:00")!
    let stage: DemoStage
    let language: Language
    let pause = RealPause()
    static let look: Duration = .milliseconds(100)
    static let patience = 300
    private let people = (1...40).map { "_000week" + ($0 < 10 ? "0" : "") + "\($0)" }
    /// Who never authorised the account: they may be answered, and are never written to first.
    private static let strangers = 4
    private(set) var wrong: [String] = []
    /// How many occasions each campaign should have by now.
    var expected: [String: Int] = [:]
    private(set) var runs: [String: String] = [:]

    let welcome = "welcome-coupon"
    let offers = "keyword-offers"
    let reminder = "come-back"

    init(stage: DemoStage) {
        self.stage = stage
        language = stage.language
    }

    func tell() async throws -> WeekOutcome {
        try await open()
        try await monday()
        try await tuesday()
        let ordered = try await wednesday()
        try await thursday()
        try await weekend()
        return try await close(ordered)
    }

    func fail(_ sentence: String) { wrong.append(sentence) }

    // MARK: - The files

    private func open() async throws {
        let port = try DemoStage.freePort()
        try stage.writeWeek(people: Array(people.dropLast(Self.strangers)))
        try await stage.startSandbox()
        try stage.writeWeekConfiguration(port: port)
        try stage.startDaemon()
        _ = try await status { _ in true }
        try await stage.happens(
            "webhook", ["client_key": "tt0000000000000000", "url": "http://127.0.0.1:\(port)/webhook"])
        try await until("the platform to check the address") {
            try await stage.platformCount().callbacks.addresses == 1
        }
        for name in DemoStage.weekFiles { try stage.drop("\(name).yaml", stage.example(name)) }
        let all = try await status { report in
            DemoStage.weekFiles.allSatisfy { name in
                report.runs.contains { $0.campaign == name && $0.review != nil }
            }
        }
        for run in all.runs { runs[run.campaign] = run.run }
        say("三个文件放进文件夹，各由两人审核通过。", "Three files are dropped, and each is approved by two people.")
        for run in all.runs {
            for token in ["token-r", "token-s"] {
                let reply = try await stage.act(.init(act: .approve, run: run.run, digest: run.digest), token: token)
                if reply.status != 200 { fail("approve \(run.run): \(reply.status)") }
            }
        }
        _ = try await status { report in report.runs.allSatisfy { $0.state == RunState.running.code } }
    }

    // MARK: - The days

    private func monday() async throws {
        try await jump(to: "2026-11-16T10:00:00")
        let entering = Array(people.prefix(20) + people.suffix(Self.strangers))
        try await enter(entering)
        try await settle()
        let first = try await sum(welcome)
        say(
            "\(entering.count) 人进入会话 → 半分钟内 \(first.accepted) 人收到优惠券，\(first.holdout) 人是对照。",
            "\(entering.count) people enter: \(first.accepted) have the coupon within half a minute, \(first.holdout) are held out."
        )
        demand("coupons", first.accepted + first.holdout, entering.count)

        try await jump(to: "2026-11-16T10:05:00")
        for person in people.prefix(10) { try await write(person, "有优惠吗", isHeard: true) }
        try await write(people[10], "在吗", isHeard: false)
        try await write(people[11], "退订", isHeard: false)
        try await settle()
        try await write(people[11], "优惠", isHeard: true)
        try await settle()
        let answers = try await sum(offers)
        say(
            "10 人写了“优惠” → \(answers.accepted) 人收到卡片；写“在吗”的没有；退订的人再写“优惠”也没有。",
            "Ten write 优惠: \(answers.accepted) get the card; who writes something else gets none, nor who opted out.")
        demand("cards", answers.accepted, 10)
        demand("opted out", answers.count("denied"), 1)

        try await jump(to: "2026-11-16T10:30:00")
        for (index, person) in people.prefix(4).enumerated() { try await trade("order-\(index)", "12800", person) }
        try await until("the orders") { try self.stage.ordered() == 4 * 12800 }
        // The shop tells the same in a file of its own: by the same numbers they are the same orders.
        let lines = people.prefix(4).enumerated().map { index, person in
            "\(person),ordered,2026-11-16 10:30:0\(index),flagship,128.00,order-\(index)\n"
        }
        try stage.drop("shop.events.csv", "open_id,kind,at,account,amount,id\n" + lines.joined())
        try await until("the file") { self.stage.isReported("shop.events.csv") }
        demand("orders counted once", Int(try stage.ordered()), 4 * 12800)
        say(
            "4 人下单，每单 128 元：平台的通知和店铺的文件各说一遍，只算一次。",
            "Four of them order, 128 yuan each: the platform tells it, and the shop's file once more; counted once.")

        try await jump(to: "2026-11-16T22:30:00")
        try await enter(Array(people[20..<24]))
        try await until("the night's entrances") { try await self.areTaken() }
        say("夜里 22:30 又有 4 人进入 → 一条也没有发出。", "At 22:30 four more enter: nothing leaves.")
        demand("sent at night", try await sum(welcome).accepted, first.accepted)
    }

    private func tuesday() async throws {
        try await jump(to: "2026-11-17T08:00:10")
        try await until("the morning") { try await self.sum(self.welcome).count("stale") == 4 }
        say("早上 8 点 → 夜里的 4 次已经过时，不补发。", "At eight the four of the night are stale, and stay unsent.")
        try await jump(to: "2026-11-17T20:00:05")
        try await until("the reminders") { try await self.sum(self.reminder).waiting == 0 }
        let reminded = try await sum(reminder)
        say(
            "周二 20:00 → 来过没下单的 \(reminded.accepted) 人收到提醒；下单的 4 人不再打扰。",
            "Tuesday at eight in the evening: \(reminded.accepted) who did not order are reminded; the four buyers are not."
        )
        // The four buyers entered twice: as they came, and as they wrote.
        demand("buyers left alone", reminded.count("unless_happened"), 8)
        demand("reminded", reminded.accepted, 19)
        try await explain(people[0])
    }

    /// - Returns: what the orders came to, before and after.
    private func wednesday() async throws -> (before: Int64, after: Int64) {
        try await jump(to: "2026-11-18T10:00:00")
        try await stage.happens("replies", ["account": DemoStage.weekAccount, "user": people[4]])
        try await quiet()
        try await write(people[4], "还有别的优惠吗", isHeard: true)
        try await settle()
        demand("silent", try await sum(offers).count("person_has_taken_over"), 1)
        say("人工接手后，他又写“优惠” → 机器沉默。", "After staff took over, the same person writes 优惠: the machine is silent.")
        try await explain(people[4])
        try await jump(to: "2026-11-18T10:31:30")
        try await write(people[4], "明天还有优惠吗", isHeard: true)
        try await settle()
        demand("answered again", try await sum(offers).accepted, 11)
        say("半小时后再写 → 又自动回答。", "Half an hour later the machine answers again.")
        try await jump(to: "2026-11-18T11:00:00")
        for round in 1...5 {
            try await write(people[8], "优惠 第\(round)次", isHeard: true)
            try await settle()
        }
        demand("answers to a machine", try await sum(offers).accepted, 14)
        say("另一台机器每条必回 → 回了 3 次就停。", "Another machine answers every message: after three it is left alone.")
        let before = try stage.ordered()
        try await trade("order-0", nil, people[0])
        try await until("the refund") { try self.stage.ordered() < before }
        let after = try stage.ordered()
        say(
            "一单退款 → 活动带来的订单金额从 \(Self.yuan(before)) 元变成 \(Self.yuan(after)) 元。",
            "One order is given back: what the contacts brought falls from \(Self.yuan(before)) to \(Self.yuan(after)) yuan."
        )
        return (before, after)
    }

    private func thursday() async throws {
        try await jump(to: "2026-11-19T10:00:00")
        let before = (try await sum(welcome), try await sum(offers))
        stage.stopDaemon()
        let refused = try await stage.platformCount().callbacks.refused
        try await enter(Array(people[24..<29]))
        try await write(people[5], "优惠还在吗", isHeard: true)
        // Each was told in vain at least once.
        try await until("the platform to find nobody") {
            try await self.stage.platformCount().callbacks.refused >= refused + 7
        }
        try await jump(to: "2026-11-19T16:00:00")
        try stage.startDaemon()
        try await until("what happened meanwhile") { try await self.areTaken() }
        try await settle()
        let after = (try await sum(welcome), try await sum(offers))
        say(
            "周四停机 6 小时，其间 5 人进入、1 人写“优惠” → 恢复后一条过时的也没有发。",
            "Down for six hours on Thursday while five entered and one wrote: nothing stale is sent afterwards.")
        demand("sent stale", after.0.accepted + after.1.accepted, before.0.accepted + before.1.accepted)
        demand("stale", after.0.count("stale") + after.1.count("stale"), before.0.count("stale") + 7)
        try await enter([people[30]])
        try await settle()
        let fresh = try await sum(welcome)
        demand("fresh", fresh.accepted + fresh.holdout, after.0.accepted + after.0.holdout + 1)
        say("恢复后第一个进入的人马上收到。", "The first who enters then has the coupon at once.")
        // Those of Thursday have their reminder on Friday; who wrote on Wednesday had it on Tuesday.
        try await jump(to: "2026-11-19T20:00:05")
        try await until("Thursday's reminders") { try await self.sum(self.reminder).waiting == 7 }
    }

    private func weekend() async throws {
        try await jump(to: "2026-11-20T20:00:05")
        try await until("Friday's reminders") { try await self.sum(self.reminder).waiting == 0 }
        demand("reminded by Friday", try await sum(reminder).accepted, 25)
        try await jump(to: "2026-11-21T10:00:00")
        try await quiet()
        let before = try await sum(welcome)
        try await enter([people[12]])
        try await settle()
        let after = try await sum(welcome)
        demand("again within the week", after.count("again_not_before"), before.count("again_not_before") + 1)
        say("周六同一个人再次进入 → 7 天内不重复送券。", "On Saturday the same person enters again: no second coupon within a week.")
        try await jump(to: "2026-11-22T20:00:05")
        try await until("the last reminders") { try await self.sum(self.reminder).waiting == 0 }
    }

    // MARK: - The end

    private func close(_ ordered: (before: Int64, after: Int64)) async throws -> WeekOutcome {
        var terms: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        var order: [String] = []
        for name in DemoStage.weekFiles {
            let sum = try await sum(name)
            for (term, count) in Self.terms(of: sum) {
                if terms[term] == nil { order.append(term) }
                terms[term, default: 0] += count
            }
            for reason in sum.skippedBy + sum.waitingBy { reasons[reason.reason, default: 0] += reason.count }
            demand("occasions of \(name)", sum.audience, expected[name] ?? 0)
        }
        let platform = try await stage.platformCount()
        let audit = try await stage.audit()
        for other in [language, language == .zh ? .en : .zh] { try report(offers, other) }
        try report(welcome, language)
        // All that it still knows is in the ledger before anybody counts there.
        stage.stopDaemon()
        let rows = try stage.occasions(of: people)
        say("平台自己的审计：", "The platform's own audit:")
        Standard.say(audit.text.split(separator: "\n").map { "   " + $0 }.joined(separator: "\n"))
        let outcome = WeekOutcome(
            occasions: rows.all, terms: order.map { ($0, terms[$0] ?? 0) }, reasons: reasons, breaches: audit.breaches,
            duplicates: max(0, platform.accepted - rows.contacts), stale: rows.stale, ordered: ordered, wrong: wrong)
        if outcome.isGood {
            say("✓ 一周里每件事都有结果，平台看到 0 次违规。", "✓ Everything that happened has an end, and the platform saw 0 breaches.")
        } else {
            for line in wrong { Standard.say("✗ \(line)") }
            say("✗ 有问题，日志在 \(stage.root)。", "✗ Something is wrong; the logs are in \(stage.root).")
        }
        return outcome
    }

    private static func terms(of sum: SumLine) -> [(String, Int)] {
        [
            ("holdout", sum.holdout), ("accepted", sum.accepted), ("rejected", sum.rejected), ("unknown", sum.unknown),
            ("skipped", sum.skipped), ("waiting", sum.waiting), ("open", sum.open),
        ]
    }
}
