import Answers
import CampaignModel
import Engine
import Experiments
import Foundation
import HostSystem
import Ports
import Testing
import Wire

@testable import CurfewCommands

/// Whole tests of variants, by the built program: a file is dropped, the share is written to, people react to what they
/// read, the platform tells, the test is judged, the rest follows. What people do is the sandbox's own truth, which the
/// daemon has to find out.
@Suite("A rehearsed test of variants", .serialized)
struct RehearsedExperimentTests {
    fileprivate static let crowd = 2600

    fileprivate func rig(_ reactions: [String], language: String = "en") async throws -> Rig {
        let rig = try await Rig(
            people: [], pace: "5000/s,burst=500", crowd: Self.crowd, reactions: reactions.joined(separator: ","),
            language: language)
        try rig.startDaemon()
        let address = try await rig.webhook()
        #expect(try await rig.sandbox("webhook", #"{"client_key": "tt1", "url": "\#(address)"}"#) == 200)
        try await rig.until("the challenge") { try await rig.audit().callbacks.addresses == 1 }
        return rig
    }

    fileprivate func reaction(_ text: String, _ rates: String) -> String {
        #"{"text": "\#(text)", "within_seconds": 60, \#(rates)}"#
    }

    fileprivate func campaign(wish: String, guardrails: String = "") -> String {
        """
        campaign: spring
        author: marketing
        account: brand
        title: 春天
        audience: {files: [people.csv]}
        holdout: 8%
        schedule: {start: 2026-11-20 10:00, valid_until: end-of-day}
        variants:
          - name: plain
            weight: 50
            messages:
              - text: 春天的新款到了
              - applet_card: {template: card-001, path: pages/index}
          - name: coupon
            weight: 50
            messages:
              - text: 新款满 99 减 20
              - applet_card: {template: card-001, path: pages/index}
        experiment:
          share: 50%
          metric: replied
          wait: 30m
          decide_by: 2026-11-20 12:00
          on_inconclusive: \(wish)
          \(guardrails)
        """
    }

    /// Dropped, approved, and the share served; everybody who wanted to has reacted.
    fileprivate func served(_ rig: Rig, _ campaign: String) async throws -> String {
        try rig.drop(campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        #expect(try await rig.act(ActRequest(act: .approve, run: run), token: "r").status == 200)
        var last = -1
        try await rig.until("the share to be served", looks: 1200) {
            let sum = try await rig.report(run).summary.sum
            defer { last = sum.accepted }
            return sum.accepted > 800 && sum.open == 0 && sum.accepted == last
        }
        let sum = try await rig.report(run).summary.sum
        #expect(sum.pending > 1000 && sum.holds)
        try rig.wall.changeSpeed(to: 60)
        try await rig.until("the reactions") { try await rig.audit().callbacks.waiting == 0 }
        return run
    }

    fileprivate func judged(_ rig: Rig, _ run: String) async throws -> RunReport {
        #expect(try await rig.report(run).summary.test == nil)
        try rig.wall.changeSpeed(to: 1800)
        try await rig.until("the look") { try await rig.report(run).summary.test != nil }
        return try await rig.report(run)
    }

    private func finished(_ rig: Rig, _ run: String) async throws -> RunReport {
        try rig.wall.changeSpeed(to: 1)
        try await rig.until("the end", looks: 1200) { try await rig.report(run).summary.state == "finished" }
        return try await rig.report(run)
    }

    fileprivate func stats(_ rig: Rig, _ run: String) throws -> RunFigures {
        let text = try rig.output(["stats", run, "--config", "\(rig.root)/curfew.yaml", "--json"])
        return try JSONDecoder().decode(RunFigures.self, from: Data(text.utf8))
    }

    @Test("with a better variant: it is found, the rest gets it, and the report beside the file says so")
    func winner() async throws {
        let rig = try await rig([
            reaction("新款到了", #""replies": 0.12, "opts_out": 0.002"#),
            reaction("满 99 减 20", #""replies": 0.24, "opts_out": 0.002"#),
        ])
        let run = try await served(rig, campaign(wish: "hold", guardrails: "guardrails: {opted_out: 2%}"))
        let before = try await rig.report(run).variants
        let look = try #require(try await judged(rig, run).summary.test)
        #expect(look.finding == "winner" && look.sentence.contains("coupon wins"))
        let report = try await finished(rig, run)
        let sum = report.summary.sum
        #expect(sum.holds && sum.pending == 0 && sum.accepted + sum.holdout + sum.skipped == Self.crowd)
        let plain = try #require(report.variants.first { $0.name == "plain" })
        #expect(plain.sum.accepted == before.first { $0.name == "plain" }?.sum.accepted)
        #expect((report.variants.first { $0.name == "coupon" }?.sum.accepted ?? 0) > 1500)
        let audit = try await rig.audit()
        #expect(audit.breaches == 0 && audit.people == sum.accepted)
        let figures = try stats(rig, run)
        let story = try #require(figures.test)
        #expect(story.recomputed && story.sends == "coupon")
        // What was found is what the sandbox's people were made to do.
        for (arm, truth) in zip(story.arms, [0.12, 0.24]) {
            let interval = try #require(arm.rateInterval)
            #expect(interval.low < truth && truth < interval.high && abs(arm.rate - truth) < 0.05)
        }
        let text = rig.log("inbox/spring.report.txt")
        #expect(text.contains("coupon wins") && text.contains("Everybody else gets coupon"))
    }

    @Test("with no difference: nobody is declared the winner, and at decide_by the rest gets what the file named")
    func noDifference() async throws {
        let rates = #""replies": 0.18, "opts_out": 0.002"#
        let rig = try await rig([reaction("新款到了", rates), reaction("满 99 减 20", rates)], language: "zh")
        let run = try await served(rig, campaign(wish: "control"))
        let first = try #require(try await judged(rig, run).summary.test)
        #expect(first.finding == "no_clear_leader" && !first.holds)
        let report = try await finished(rig, run, at: "no_clear_leader")
        #expect(report.summary.sum.holds && report.summary.sum.pending == 0)
        let plain = try #require(report.variants.first { $0.name == "plain" })
        #expect(plain.sum.accepted > 1500)
        let story = try #require(try stats(rig, run).test)
        #expect(story.decided && story.recomputed && story.finding == "no_clear_leader" && story.sends == "plain")
        #expect(rig.log("inbox/spring.report.txt").contains("其余的人收到「plain」"))
        #expect(try await rig.audit().breaches == 0)
    }

    /// At this speed until `decide_by` has come and the rest is on its way.
    private func finished(_ rig: Rig, _ run: String, at finding: String) async throws -> RunReport {
        try await rig.until("decide_by") { try await rig.report(run).summary.sum.pending == 0 }
        return try await finished(rig, run)
    }
}

/// Beside the suite above: most of their time both wait for a wall.
@Suite("A rehearsed test that draws anew, and one that breaks", .serialized)
struct RehearsedDrawTests {
    private let rehearsal = RehearsedExperimentTests()

    @Test("with a bandit: batch by batch the better variant gets more people, and its weighted rate is the true one")
    func bandit() async throws {
        let names = ["one", "two", "three", "four", "five"]
        let rig = try await rehearsal.rig(
            names.map { rehearsal.reaction("text \($0).", $0 == "five" ? #""replies": 0.4"# : #""replies": 0.1"#) })
        let variants = names.map {
            """
              - name: \($0)
                weight: 20
                messages: [{text: "text \($0)."}, {applet_card: {template: card-001, path: pages/index}}]
            """
        }
        try rig.drop(
            """
            campaign: spring
            author: marketing
            account: brand
            title: 春天
            audience: {files: [people.csv]}
            schedule: {start: 2026-11-20 10:00, valid_until: end-of-day}
            variants:
            \(variants.joined(separator: "\n"))
            experiment:
              method: bandit
              metric: replied
              wait: 15m
              decide_by: 2026-11-20 20:00
              on_inconclusive: leader
            """)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        #expect(try await rig.act(ActRequest(act: .approve, run: run), token: "r").status == 200)
        // Slowly while people are written to and answer, quickly while nothing happens but the wait.
        var served = 0
        while served < RehearsedExperimentTests.crowd {
            try await rig.until("a batch", looks: 1200) { try await rig.report(run).summary.sum.accepted > served }
            try rig.wall.changeSpeed(to: 30)
            served = min(served + 500, RehearsedExperimentTests.crowd)
            // On a slow machine the next batch may have begun before anybody looked.
            try await rig.until("its end", looks: 1200) { try await rig.report(run).summary.sum.accepted >= served }
            try await rig.until("the reactions", looks: 1200) { try await rig.audit().callbacks.waiting == 0 }
            try rig.wall.changeSpeed(to: 600)
        }
        try await rig.until("the end", looks: 1200) { try await rig.report(run).summary.state == "finished" }
        try rig.wall.changeSpeed(to: 1)
        let report = try await rig.report(run)
        #expect(report.summary.sum.holds && report.summary.sum.accepted == RehearsedExperimentTests.crowd)
        let reached = report.variants.map(\.sum.accepted)
        #expect(reached[4] > 1200 && reached.dropLast().allSatisfy { $0 > 100 && $0 < reached[4] / 3 })
        let story = try #require(try rehearsal.stats(rig, run).test)
        #expect(story.recomputed && story.arms.allSatisfy { $0.weightedRate != nil })
        for (arm, truth) in zip(story.arms, [0.1, 0.1, 0.1, 0.1, 0.4]) {
            #expect(abs((arm.weightedRate ?? 0) - truth) < (truth > 0.2 ? 0.06 : 0.12), "\(arm.name)")
        }
        #expect(rig.log("inbox/spring.report.txt").contains("weighted by batch"))
        let audit = try await rig.audit()
        #expect(audit.breaches == 0 && audit.callbacks.givenUp == 0)
    }

    @Test("with a content that some people cannot get: the split is broken, nothing more is sent, and somebody is told")
    func brokenSplit() async throws {
        let rig = try await rehearsal.rig([
            rehearsal.reaction("新款到了", #""replies": 0.12"#),
            rehearsal.reaction("满 99 减 20", #""replies": 0.4, "refused": 0.3"#),
        ])
        let run = try await rehearsal.served(rig, rehearsal.campaign(wish: "leader"))
        let look = try #require(try await rehearsal.judged(rig, run).summary.test)
        #expect(look.finding == "broken_split" && look.holds)
        let before = try await rig.audit().accepted
        // Past decide_by: a broken test never falls back to a leader.
        try await rig.until("decide_by") { rig.wall.passed("2026-11-20T12:10:00+08:00") }
        try rig.wall.changeSpeed(to: 1)
        #expect(try await rig.audit().accepted == before)
        let sum = try await rig.report(run).summary.sum
        #expect(sum.holds && sum.pending > 1000 && sum.rejected > 100)
        #expect(try await rig.status().runs.first?.test?.holds == true)
        #expect(rig.log("inbox/spring.report.txt").contains("*** The test holds until a person acts."))
        #expect(rig.log("daemon-whole.log").contains("broken_split"))
        #expect(try await rig.act(ActRequest(act: .cancel, run: run), token: "r").status == 200)
        try await rig.until("the end") { try await rig.report(run).summary.sum.pending == 0 }
        #expect(try await rig.report(run).summary.sum.skippedBy.contains { $0.reason == "cancelled" })
    }
}

extension Rig {
    var wall: RehearsalClockFile { RehearsalClockFile(path: "\(root)/clock") }

    /// Runs the program to its end.
    func output(_ arguments: [String]) throws -> String {
        let (process, pipe) = try start(Self.program, arguments, log: "command.log")
        let text = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Waited(what: arguments.joined(separator: " "), log: log("command.log"))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension RehearsalClockFile {
    /// Whether the rehearsal's wall shows this moment or a later one.
    func passed(_ moment: String) -> Bool {
        // Safe because a clock that cannot be read has passed nothing; whoever waits looks again.
        guard let now = try? RehearsalClock(file: path).now() else { return false }
        return now >= Moment(iso8601: moment)!
    }
}
