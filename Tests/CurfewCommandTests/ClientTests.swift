import Answers
import ArgumentParser
import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import Wire
import Words

@testable import CurfewCommands

/// A daemon of one answer, and everything that a command printed.
private final class Stage: Sendable {
    let requests = Mutex<[HTTPRequest]>([])
    let printed = Mutex<[String]>([])
    let warned = Mutex<[String]>([])

    func environment(
        language: Language = .en, ledger: (any ReadingDesk)? = nil,
        answer: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse
    ) -> ClientEnvironment {
        ClientEnvironment(
            language: language, colours: false,
            client: {
                ControlClient(place: .socket("/run/curfew.sock")) { request in
                    self.requests.withLock { $0.append(request) }
                    return try answer(request)
                }
            },
            ledger: { try #require(ledger) }, token: { Secret(bytes: Array("token-of-\($0)".utf8)) },
            print: { text in self.printed.withLock { $0.append(text) } },
            warn: { text in self.warned.withLock { $0.append(text) } })
    }

    /// Runs a command line as the program would, and returns the shell's code.
    func run<Command: ParsableCommand>(
        _ type: Command.Type, _ arguments: [String], in environment: ClientEnvironment
    ) -> Int32 {
        ClientEnvironment.$rehearsed.withValue({ _ in environment }) {
            do {
                var command = try type.parseAsRoot(arguments)
                try command.run()
                return 0
            } catch {
                return ClientExit.status(of: error, in: type)
            }
        }
    }

    static func json(_ value: some Encodable, status: Int = 200) throws -> HTTPResponse {
        HTTPResponse(status: status, body: Array(try JSONEncoder().encode(value)))
    }
}

private struct PretendLedger: ReadingDesk {
    func status() throws -> StatusReport { SampleAnswers.status }
    func runs(_ question: RunsQuestion) throws -> RunsPage { RunsPage(runs: [SampleAnswers.run()]) }
    func report(run: String) throws -> RunReport { SampleAnswers.report() }
    func explain(_ question: ExplainQuestion) throws -> Explanation { throw ClientFailure.lost }
    func unknowns() throws -> [AttemptLine] { [] }
}

@Suite("Commands that speak to the daemon")
struct ClientTests {
    @Test("a reading command falls back to the ledger, and says so")
    func fallback() {
        let stage = Stage()
        let environment = stage.environment(ledger: PretendLedger()) { _ in throw ClientFailure.noDaemon(socket: "s") }
        #expect(stage.run(RunsCommand.self, ["--json"], in: environment) == 0)
        #expect(stage.warned.withLock { $0 } == ["No daemon answers; reading the ledger itself."])
        #expect(stage.printed.withLock { $0.first?.hasPrefix("[{\"account\":\"flagship\"") } == true)
    }

    @Test("whoever watches over the daemon asks the daemon alone")
    func live() {
        let stage = Stage()
        let environment = stage.environment(ledger: PretendLedger()) { _ in throw ClientFailure.noDaemon(socket: "s") }
        #expect(stage.run(StatusCommand.self, ["--live"], in: environment) == 3)
        #expect(stage.printed.withLock { $0.isEmpty })
        #expect(stage.run(StatusCommand.self, [], in: environment) == 0)
    }

    @Test("what was erased by age has an exit code of its own, whoever is asked")
    func erasedByAge() throws {
        let stage = Stage()
        let words = Catalogue.Aged.people("sale@1", on: "2027-05-20 00:00")
        let refusal = try Stage.json(
            [
                "type": "urn:curfew:problem:erased_by_age", "title": "Conflict", "detail": words.en,
                "code": "erased_by_age", "detail_zh": words.zh, "detail_en": words.en,
            ], status: 409)
        let environment = stage.environment { _ in refusal }
        #expect(stage.run(ExplainCommand.self, ["--run", "sale@1", "--user", "u"], in: environment) == 4)
        #expect(stage.warned.withLock { $0.last?.contains("erased by age on 2027-05-20") } == true)
    }

    static let testEnds: [(sum: ConservationSum, outcome: String, status: Int32)] = {
        func sum(_ change: (inout ConservationSum) -> Void) -> ConservationSum {
            var sum = ConservationSum()
            sum.audience = 1
            change(&sum)
            return sum
        }
        return [
            (sum { $0.accepted = 1 }, "accepted", 0), (sum { $0.rejected = 1 }, "rejected", 1),
            (sum { $0.unknown = 1 }, "unknown", 1), (sum { $0.skipped = [.denied: 1] }, "skipped", 1),
            (sum { $0.waiting = [.quietHours: 1] }, "waiting", 0), (sum { $0.open = 1 }, "open", 0),
            (sum { $0.pending = 1 }, "pending", 0),
        ]
    }()

    @Test("whoever asked for a test is told what became of it, and why", arguments: testEnds.indices)
    func testOutcome(_ index: Int) throws {
        let end = Self.testEnds[index]
        var report = SampleAnswers.report()
        report.summary.sum = SumLine(end.sum)
        let answers = [
            try Stage.json(ActReceipt(act: "test-send", run: "sale@1~test1", state: "running", onTheWire: 0)),
            try Stage.json(report),
        ]
        let stage = Stage()
        let environment = stage.environment { request in answers[request.method == .post ? 0 : 1] }
        let words = ["sale", "--to", "_000tester", "--as", "review", "--wait", "1", "--json"]
        let status = stage.run(TestSend.self, words, in: environment)
        #expect((status == 0) == (end.status == 0))
        let told = stage.printed.withLock { $0.joined() }
        #expect(told.contains("\"outcome\":\"\(end.outcome)\""), "\(told)")
        if let reason = end.sum.skipped.keys.first ?? end.sum.waiting.keys.first {
            #expect(told.contains("\"reason\":\"\(reason.code)\""), "\(told)")
        }
    }

    @Test("an export of several occurrences names each, and whom age has erased")
    func severalOccurrences() throws {
        let stage = Stage()
        func row(_ openID: String, _ run: String) -> ExportPage.Row {
            var row = ExportPage.Row(
                openID: openID, variant: "a", place: "accepted", reason: "", started: "2026-11-20", messages: 1)
            row.run = run
            return row
        }
        var first = ExportPage(rows: [], next: ExportCursor(segment: 0, position: -1, run: RunID(rawValue: 2)))
        first.erased = [.init(run: "sale@1", at: "2027-05-20T00:00:00.000+08:00")]
        let pages = [first, ExportPage(rows: [row("u1", "sale@2"), row("u2", "sale@2")], next: nil)]
        let answers = try pages.map { try Stage.json($0) }
        let turn = Mutex(0)
        let environment = stage.environment { _ in
            turn.withLock { turn in
                defer { turn += 1 }
                return answers[turn]
            }
        }
        #expect(stage.run(ExportCommand.self, ["sale", "--as", "operator"], in: environment) == 4)
        #expect(
            stage.printed.withLock { $0 } == [
                "run,open_id,variant,place,reason,started,messages", "sale@2,u1,a,accepted,,2026-11-20,1",
                "sale@2,u2,a,accepted,,2026-11-20,1",
            ])
        #expect(stage.warned.withLock { $0.last?.contains("sale@1") } == true)
    }

    @Test("an export of a campaign with a trigger says when each happened, also where the first page has none")
    func occasions() throws {
        let stage = Stage()
        var first = ExportPage(rows: [], next: ExportCursor(segment: 0, position: -1, run: RunID(rawValue: 2)))
        var row = ExportPage.Row(
            openID: "u1", variant: "a", place: "skipped", reason: "stale", started: "", messages: 0)
        (row.run, row.happened) = ("welcome@2", "2026-11-20T12:00:00.000+08:00")
        var second = ExportPage(rows: [row], next: nil)
        (first.isTriggered, second.isTriggered) = (true, true)
        let answers = try [first, second].map { try Stage.json($0) }
        let turn = Mutex(0)
        let environment = stage.environment { _ in
            turn.withLock { turn in
                defer { turn += 1 }
                return answers[turn]
            }
        }
        #expect(stage.run(ExportCommand.self, ["welcome", "--as", "operator"], in: environment) == 0)
        #expect(
            stage.printed.withLock { $0 } == [
                "run,open_id,variant,place,reason,started,messages,happened",
                "welcome@2,u1,a,skipped,stale,,0,2026-11-20T12:00:00.000+08:00",
            ])
    }

    @Test("a lost answer is no reason to look elsewhere")
    func noFallbackWhenLost() {
        let stage = Stage()
        let environment = stage.environment(ledger: PretendLedger()) { _ in throw ClientFailure.lost }
        #expect(stage.run(RunsCommand.self, [], in: environment) == 1)
        #expect(stage.printed.withLock { $0.isEmpty })
    }

    @Test("an act goes over the socket with its proof, and never without a daemon")
    func acting() throws {
        let stage = Stage()
        let receipt = ActReceipt(act: "pause", run: "d11", state: "paused", onTheWire: 1)
        let environment = stage.environment { _ in try Stage.json(receipt) }
        #expect(stage.run(PauseCommand.self, ["d11", "--token-file", "f"], in: environment) == 0)
        let request = try #require(stage.requests.withLock { $0.first })
        #expect(request.method == .post && request.path == "/v1/acts" && request.unixSocket == "/run/curfew.sock")
        #expect(request.header("authorization") == "Bearer token-of-f")
        let sent = try JSONDecoder().decode(ActRequest.self, from: Data(request.body))
        #expect(sent.act == .pause && sent.run == "d11")

        let alone = stage.environment(ledger: PretendLedger()) { _ in throw ClientFailure.noDaemon(socket: "s") }
        #expect(stage.run(PauseCommand.self, ["d11", "--as", "review"], in: alone) == 3)
    }

    @Test(
        "each command asks for its act",
        arguments: [
            ("approve", ["d11", "--digest", "9f"], ActRequest.Act.approve), ("reject", ["d11"], .reject),
            ("pause", ["d11"], .pause),
            ("resume", ["d11"], .resume), ("cancel", ["d11"], .cancel), ("stop", ["--all"], .stopAll), ("go", [], .go),
            ("deny", ["--user", "u", "--account", "flagship"], .deny), ("deny", ["--user", "u", "--undo"], .undeny),
        ])
    func acts(name: String, arguments: [String], act: ActRequest.Act) throws {
        let stage = Stage()
        let environment = stage.environment { _ in
            try Stage.json(ActReceipt(act: "", run: nil, state: nil, onTheWire: 0))
        }
        #expect(stage.run(try command(name), arguments + ["--as", "review"], in: environment) == 0)
        let request = try #require(stage.requests.withLock { $0.first })
        #expect(request.header("curfew-as") == "review")
        #expect(try JSONDecoder().decode(ActRequest.self, from: Data(request.body)).act == act)
    }

    @Test(
        "resolve says who by --by, because --as says what became of it",
        arguments: [
            ("accepted", ActRequest.Act.resolveAccepted), ("not-sent", .resolveNotSent),
        ])
    func resolve(fate: String, act: ActRequest.Act) throws {
        let stage = Stage()
        let environment = stage.environment { _ in
            try Stage.json(ActReceipt(act: "", run: nil, state: nil, onTheWire: 0))
        }
        let line = ["d11", "--user", "u", "--as", fate, "--by", "review"]
        #expect(stage.run(ResolveCommand.self, line, in: environment) == 0)
        let request = try #require(stage.requests.withLock { $0.first })
        let sent = try JSONDecoder().decode(ActRequest.self, from: Data(request.body))
        #expect(sent.act == act && sent.openID == "u" && request.header("curfew-as") == "review")
    }

    @Test(
        "wrong usage is 2 and asks nobody",
        arguments: [
            ("stop", ["--as", "review"]), ("pause", ["d11"]), ("pause", ["--as", "review"]),
            ("pause", ["d11", "--as", "a", "--token-file", "b"]), ("report", ["d11", "--json", "--csv"]),
            ("explain", ["--run", "d11", "--user", "u", "--at", "tomorrow"]), ("runs", ["--lang", "fr"]),
            ("runs", ["--nonsense"]),
        ])
    func usage(name: String, arguments: [String]) throws {
        let stage = Stage()
        let environment = stage.environment { _ in throw ClientFailure.lost }
        #expect(stage.run(try command(name), arguments, in: environment) == 2)
        #expect(stage.requests.withLock { $0.isEmpty })
    }

    @Test(
        "a refusal is printed in the reader's language with its code",
        arguments: [
            (Language.zh, "没有这一场。 [no_such_run]"), (.en, "No such run. [no_such_run]"),
        ])
    func refusal(language: Language, shown: String) {
        let stage = Stage()
        let body =
            #"{"type":"urn:curfew:problem:no_such_run","title":"","status":404,"detail":"No such run.","code":"no_such_run","detail_zh":"没有这一场。","detail_en":"No such run."}"#
        let environment = stage.environment(language: language) { _ in HTTPResponse(status: 404, body: Array(body.utf8))
        }
        #expect(stage.run(ReportCommand.self, ["nothing"], in: environment) == 1)
        #expect(stage.warned.withLock { $0 } == [shown])
    }

    @Test(
        "an answer that is none of ours is called that", arguments: [(502, "<html>"), (200, "{}"), (404, "not found")])
    func foreignAnswer(status: Int, body: String) throws {
        let client = ControlClient(place: .socket("s")) { _ in HTTPResponse(status: status, body: Array(body.utf8)) }
        #expect(throws: ClientFailure.unreadable(status: status)) { try client.status() }
    }

    @Test("names and moments are escaped in the address")
    func escaping() throws {
        let stage = Stage()
        let environment = stage.environment { _ in throw ClientFailure.lost }
        let line = ["--run", "d11@20261120-2000", "--user", "a&b=c+d/双", "--at", "2026-11-20 21:59"]
        #expect(stage.run(ExplainCommand.self, line, in: environment) == 1)
        let url = try #require(stage.requests.withLock { $0.first?.url })
        #expect(
            url == "http://localhost/v1/explain?run=d11%4020261120-2000&user=a%26b%3Dc%2Bd%2F%E5%8F%8C&lang=en"
                + "&at=2026-11-20T21%3A59%3A00.000%2B08%3A00")
    }

    @Test("a token cannot begin a header of its own", arguments: ["a\nCurfew-As: boss", "a\r", "", "\u{0}"])
    func headerInjection(token: String) {
        let client = ControlClient(place: .socket("s")) { _ in throw ClientFailure.lost }
        #expect(throws: ClientFailure.badIdentity) { try client.act(ActRequest(act: .go), as: .token(token)) }
    }

    @Test("only an exchange that never left means that nobody is there")
    func replies() throws {
        #expect(throws: ClientFailure.noDaemon(socket: "s")) {
            try ClientFailure.reply(of: .notLeft(.connectFailed), socket: "s")
        }
        #expect(throws: ClientFailure.lost) { try ClientFailure.reply(of: .lost(.timedOut), socket: "s") }
        #expect(try ClientFailure.reply(of: .complete(HTTPResponse(status: 204)), socket: "s").status == 204)
    }

    @Test("every command has an example and its exit codes in its help")
    func help() {
        for type in Self.commands {
            let configuration = type.configuration
            #expect(!configuration.abstract.isEmpty)
            #expect(configuration.discussion.contains("Example:") && configuration.discussion.contains("Exit codes:"))
            #expect(configuration.discussion.contains("curfew \(configuration.commandName ?? "?")"))
        }
    }

    private static let commands: [any ParsableCommand.Type] = [
        StatusCommand.self, RunsCommand.self, ReportCommand.self, ExplainCommand.self, ApproveCommand.self,
        RejectCommand.self,
        PauseCommand.self, ResumeCommand.self, CancelCommand.self, StopCommand.self, GoCommand.self,
        ResolveCommand.self,
        DenyCommand.self,
    ]

    private func command(_ name: String) throws -> any ParsableCommand.Type {
        try #require(Self.commands.first { $0.configuration.commandName == name })
    }
}
