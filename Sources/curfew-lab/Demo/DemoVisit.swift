import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports

/// The demo for somebody who wants to click: everything is set up, the example waits for its review, and the processes stay
/// until they are told to end.
struct DemoVisit {
    /// Early enough in the evening that what is approved is sent while one looks.
    static let opening = Moment(iso8601: "2026-11-20T20:00:30+08:00")!
    private static let look: Duration = .milliseconds(300)

    let stage: DemoStage
    let language: Language

    func hold() async throws {
        try stage.writeWorld()
        try await stage.startSandbox()
        try stage.writeConfiguration()
        try stage.startDaemon()
        guard let address = try await address() else {
            throw DemoFailed(why: "the daemon does not answer; its log is \(stage.root)/daemon.log")
        }
        try stage.drop()
        Standard.say(
            Sentence(
                zh: """
                    页面：\(address)
                    登录用的令牌：token-m（作者 marketing） · token-r（审核人 review） · token-o（管理员 ops）
                    示例活动已投递，等待审核；演练时钟从 \(Self.opening.text()) 开始，消息只发给模拟平台。
                    结束请按 Ctrl-C。
                    """,
                en: """
                    Page: \(address)
                    Tokens to log in with: token-m (marketing, the author) · token-r (review) · token-o (ops, the operator)
                    The example is dropped and waits for its review. The clock is a rehearsal's, from \(Self.opening.text()); messages reach a pretend platform only.
                    End with Ctrl-C.
                    """
            ).text(in: language))
        // A terminal's Ctrl-C reaches all three; whatever ends one of the others ends this too.
        while stage.isRunning { _ = await RealPause().wait(atMost: Self.look, for: Waker()) }
    }

    /// As the daemon tells its log.
    private func address() async throws -> String? {
        for _ in 0..<100 {
            guard stage.isRunning else { return nil }
            let log = FileManager.default.contents(atPath: "\(stage.root)/daemon.log") ?? Data()
            let words = String(decoding: log, as: UTF8.self).split { " \n\t\"".contains($0) }
            if let word = words.first(where: { $0.contains("http://127.0.0.1:") && $0.hasSuffix("/") }),
                let start = word.range(of: "http://")
            {
                return String(word[start.lowerBound...])
            }
            _ = await RealPause().wait(atMost: Self.look, for: Waker())
        }
        return nil
    }
}
