import Answers
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports
import Wire

/// What the viewer sees, in order. It only watches and acts as people would; everything it prints was asked of the
/// daemon or read from the marketer's report.
struct DemoStory {
    let stage: DemoStage
    let language: Language
    private let pause = RealPause()
    /// Real time between two looks.
    private static let look: Duration = .milliseconds(150)
    private static let patience = 400

    func tell() async throws -> DemoOutcome {
        try stage.writeWorld()
        try await stage.startSandbox()
        try stage.writeConfiguration()
        try stage.startDaemon()
        _ = try await status { _ in true }
        say(
            .init(
                zh: "① 守护进程和模拟平台已启动（演练时钟，从 \(DemoStage.opening.text()) 开始）",
                en: "1. Daemon and pretend platform run, on a rehearsal clock from \(DemoStage.opening.text())"))
        try stage.drop()
        let review = try await run { $0.review != nil }
        say(.init(zh: "② 活动文件放进文件夹，已检查，等待审核：", en: "2. The campaign file is dropped, checked, and waits for approval:"))
        try await printReport()
        try await approve(review)
        let held = try await throughTheDays(review.run)
        return try await close(review.run, held: held)
    }

    // MARK: - Acts

    private func approve(_ run: RunSummary) async throws {
        let own = try await stage.act(.init(act: .approve, run: run.run, digest: run.digest), token: "token-m")
        say(
            .init(
                zh: "③ 作者自己审核 → 被拒绝（HTTP \(own.status)）",
                en: "3. The author tries to approve the own file: refused (HTTP \(own.status))"))
        let other = try await stage.act(.init(act: .approve, run: run.run, digest: run.digest), token: "token-r")
        say(
            .init(
                zh: "   审核人 review 审核 → 通过（HTTP \(other.status)）", en: "   The reviewer approves (HTTP \(other.status))"
            ))
    }

    /// Watches the sending hours at a speed that eyes can follow, and lets nights and capped days pass quickly.
    /// - Returns: somebody who was still held in the first night.
    private func throughTheDays(_ name: String) async throws -> String? {
        var held: String?
        var lastLine = ""
        var told = ""
        for _ in 0..<(Self.patience * 4) {
            let report = try await status { _ in true }
            guard let lane = report.lanes.first else { continue }
            guard let run = report.runs.first(where: { $0.run == name }) else { break }
            progress(report, run, lane, &lastLine)
            let isClosed = lane.state == "quiet_hours" || lane.state == "daily_batch_cap"
            if isClosed, run.sum.open == 0, run.state == "running", let next = lane.nextAllowed,
                let opening = Moment(iso8601: next), told != next
            {
                told = next
                endProgress()
                if held == nil, lane.state == "quiet_hours" {
                    held = try await explainHeld(name)
                }
                say(
                    .init(
                        zh:
                            "   \(Moment(iso8601: report.now)?.text() ?? "") \(lane.sentence) 今日 \(lane.peopleToday) 人、\(lane.messagesToday) 条 → 快进到 \(opening.text())",
                        en:
                            "   \(Moment(iso8601: report.now)?.text() ?? "") \(lane.sentence) Today \(lane.peopleToday) people, \(lane.messagesToday) messages. On to \(opening.text())"
                    ))
                try await passTime(until: opening)
            }
            _ = await pause.wait(atMost: Self.look, for: Waker())
        }
        endProgress()
        return held
    }

    /// Fast, and slow again three virtual seconds before the opening, so that the first send is seen to fall on it.
    private func passTime(until opening: Moment) async throws {
        let distance = Double(opening.since(stage.clock.now()).wholeMilliseconds) / 1000 - 3
        guard distance > 30 else { return }
        let seconds = 1.5
        let fast = try stage.clockFile.changeSpeed(to: min(distance / seconds, 90_000))
        let slowStart = opening - .seconds(3)
        let rest = Double(slowStart.since(fast.virtualStart).wholeMilliseconds) / 1000 / fast.speed
        try stage.clockFile.append(
            RehearsalSegment(
                realStart: fast.realStart + Int64(rest * 1_000_000_000), virtualStart: slowStart,
                speed: DemoStage.watchingSpeed))
        while stage.clock.now() < slowStart { _ = await pause.wait(atMost: Self.look, for: Waker()) }
    }

    private func explainHeld(_ run: String) async throws -> String? {
        let people = try listed()
        for openID in people.reversed().dropFirst(DemoStage.strangers) {
            let answer = try await explanation(run, openID)
            guard answer.place == "pending" || answer.place == "waiting" else { continue }
            say(.init(zh: "④ 夜里问：为什么 \(openID) 还没收到？", en: "4. At night: why has \(openID) not got it yet?"))
            print(answer)
            return openID
        }
        return nil
    }

    private func close(_ name: String, held: String?) async throws -> DemoOutcome {
        for _ in 0..<40 {
            if try await run(named: name).state == "finished" { break }
            _ = await pause.wait(atMost: Self.look, for: Waker())
        }
        say(
            .init(
                zh: "⑤ 结束。再问同一个人，和一个从未授权的人：",
                en: "5. The end. The same person again, and somebody who never authorised:"))
        if let held { print(try await explanation(name, held)) }
        for openID in try listed().suffix(DemoStage.strangers) {
            let answer = try await explanation(name, openID)
            guard answer.place == "skipped" else { continue }
            print(answer)
            break
        }
        let final = try await run(named: name)
        // The daemon writes the last report when it stops at the latest; the platform must still answer then.
        let audit = try await stage.audit()
        _ = await pause.wait(atMost: .seconds(3), for: Waker())
        say(.init(zh: "⑥ 营销人员看到的报告 \(stage.report)：", en: "6. The report the marketer gets, \(stage.report):"))
        try await printReport()
        say(
            .init(
                zh: "⑦ 平台自己的审计（与守护进程没有共用一行规则代码）：",
                en: "7. The platform's own audit (it shares no rule code with the daemon):"))
        Standard.say(audit.text.split(separator: "\n").map { "   " + $0 }.joined(separator: "\n"))
        let outcome = DemoOutcome(sum: final.sum, breaches: audit.breaches)
        say(
            outcome.isGood
                ? .init(zh: "✓ 每个人都有结果，平台看到 0 次违规。", en: "✓ Everybody has an end, and the platform saw 0 breaches.")
                : .init(zh: "✗ 有问题，请看 \(stage.root) 里的日志。", en: "✗ Something is wrong; the logs are in \(stage.root)."))
        return outcome
    }

    // MARK: - Asking

    private func status(until isRight: (StatusReport) -> Bool) async throws -> StatusReport {
        for _ in 0..<Self.patience {
            guard stage.isRunning else { break }
            // Safe because the daemon may still be on its way up; what it says in the end is asked for again.
            if let report = try? await statusOnce(), isRight(report) { return report }
            _ = await pause.wait(atMost: Self.look, for: Waker())
        }
        throw DemoFailed(why: "the daemon does not answer; its log is \(stage.root)/daemon.log")
    }

    private func statusOnce() async throws -> StatusReport {
        try JSONDecoder().decode(StatusReport.self, from: Data(try await stage.ask("/v1/status")))
    }

    private func run(where isRight: (RunSummary) -> Bool) async throws -> RunSummary {
        let report = try await status { $0.runs.contains(where: isRight) }
        guard let run = report.runs.first(where: isRight) else { throw DemoFailed(why: "the campaign was not taken") }
        return run
    }

    private func run(named name: String) async throws -> RunSummary {
        let body = try await stage.ask("/v1/runs/\(name)/report")
        return try JSONDecoder().decode(RunReport.self, from: Data(body)).summary
    }

    private func explanation(_ run: String, _ openID: String) async throws -> Explanation {
        let body = try await stage.ask("/v1/explain?run=\(run)&user=\(openID)&lang=\(language.rawValue)")
        return try JSONDecoder().decode(Explanation.self, from: Data(body))
    }

    private func listed() throws -> [String] {
        // The list itself left the inbox with its import; the world was made from the same people.
        let text = try String(contentsOfFile: "\(stage.root)/people", encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    // MARK: - Saying

    private func say(_ sentence: Sentence) { Standard.say(sentence.text(in: language)) }

    private func print(_ answer: Explanation) {
        Standard.say("   \(answer.openID): \(answer.answer)")
        // Whoever has an end has no rule to wait for.
        let isOpen = answer.place == "pending" || answer.place == "waiting"
        for line in answer.rules where !line.allows && isOpen {
            Standard.say("     ✗ \(line.rule): \(line.observed) / \(line.limit)  \(line.sentence)")
        }
        if !answer.assignment.isEmpty { Standard.say("     \(answer.assignment)") }
    }

    private func printReport() async throws {
        for _ in 0..<40 where !FileManager.default.fileExists(atPath: stage.report) {
            _ = await pause.wait(atMost: Self.look, for: Waker())
        }
        let text = try String(contentsOfFile: stage.report, encoding: .utf8)
        Standard.say(
            text.split(separator: "\n", omittingEmptySubsequences: false).map { "   │ " + $0 }.joined(separator: "\n"))
    }

    private func progress(
        _ report: StatusReport, _ run: RunSummary, _ lane: StatusReport.LaneLine, _ last: inout String
    ) {
        let sum = run.sum
        let now = Moment(iso8601: report.now)?.text().prefix(19) ?? ""
        let line = Sentence(
            zh:
                "   \(now)  已送达 \(sum.accepted)  未开始 \(sum.pending)  今日 \(lane.messagesToday)/\(lane.messagesCap ?? 0) 条",
            en:
                "   \(now)  delivered \(sum.accepted)  pending \(sum.pending)  today \(lane.messagesToday)/\(lane.messagesCap ?? 0) messages"
        ).text(in: language)
        guard line != last, Standard.isTerminal else { return }
        last = line
        FileHandle.standardOutput.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    private func endProgress() {
        if Standard.isTerminal { FileHandle.standardOutput.write(Data("\r\u{1B}[K".utf8)) }
    }
}

struct DemoFailed: Error, CustomStringConvertible {
    let why: String
    var description: String { why }
}
