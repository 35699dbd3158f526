import Answers
import CampaignModel
import Ports
import Synchronization
import Words

/// The world of a command: where answers come from and where its words go. The composition makes it; tests make their own.
struct ClientEnvironment: Sendable {
    var language: Language
    /// Colours only on a terminal, and not with NO_COLOR.
    var colours: Bool
    /// Makes the client of the daemon's socket. Does not connect yet.
    var client: @Sendable () throws -> ControlClient
    /// The same answers from the ledger opened read-only.
    var ledger: @Sendable () throws -> any ReadingDesk
    /// Reads a token file. The token is for one request's header and is not kept.
    var token: @Sendable (_ path: String) throws -> Secret
    /// To standard output, a line end added.
    var print: @Sendable (String) -> Void
    /// To standard error, a line end added.
    var warn: @Sendable (String) -> Void
    /// One line from standard input, after the question on standard error; nil at its end.
    var ask: @Sendable (String) -> String? = { _ in nil }
    /// Lets so much real time pass.
    var pause: @Sendable (Duration) -> Void = { _ in }

    /// Makes a command's world. The composition sets it once, before the first command runs.
    static var make: @Sendable (ClientOptions) throws -> ClientEnvironment {
        get { rehearsed ?? composed.withLock { $0 } }
        set { composed.withLock { $0 = newValue } }
    }

    /// A world for the current task alone, so that tests run side by side: `ClientEnvironment.$rehearsed.withValue(…)`.
    @TaskLocal static var rehearsed: (@Sendable (ClientOptions) throws -> ClientEnvironment)?

    private static let composed = Mutex<@Sendable (ClientOptions) throws -> ClientEnvironment>({ _ in
        preconditionFailure("a command ran outside the composition")
    })

    /// - Parameters:
    ///   - isTTY: whether standard output is a terminal.
    ///   - environment: the process's; `NO_COLOR` counts when it is set to anything but nothing (no-color.org).
    static func wantsColours(isTTY: Bool, environment: [String: String]) -> Bool {
        isTTY && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    var printer: Printer { Printer(language: language, colours: colours) }

    /// The daemon's answers, or the ledger's when no daemon answers, which is said once on standard error.
    func reading() throws -> any ReadingDesk {
        FallbackDesk(
            daemon: try client(), ledger: ledger,
            onFallback: { [language, warn] in warn(Catalogue.Control.noDaemon.text(in: language)) })
    }

    /// Acts go through the daemon or not at all: it alone holds the ledger's lock.
    func acting() throws -> ControlClient { try client() }

    func identity(_ proof: some IdentityProof) throws -> Identity {
        if let file = proof.tokenFile { return .token(try token(file).revealed()) }
        return proof.name.map(Identity.name) ?? .nobody
    }
}

/// Asks the daemon, and the ledger from the moment that the daemon is found missing.
private struct FallbackDesk: ReadingDesk {
    let daemon: ControlClient
    let ledger: @Sendable () throws -> any ReadingDesk
    let onFallback: @Sendable () -> Void

    func status() throws -> StatusReport { try ask { try $0.status() } }
    func runs(_ question: RunsQuestion) throws -> RunsPage { try ask { try $0.runs(question) } }
    func report(run: String) throws -> RunReport { try ask { try $0.report(run: run) } }
    func explain(_ question: ExplainQuestion) throws -> Explanation { try ask { try $0.explain(question) } }
    func account(_ name: String) throws -> AccountSheet { try ask { try $0.account(name) } }
    func strategies(account: String) throws -> [Strategy] { try ask { try $0.strategies(account: account) } }
    func unknowns() throws -> [AttemptLine] { try ask { try $0.unknowns() } }

    private func ask<Answer>(_ question: (any ReadingDesk) throws -> Answer) throws -> Answer {
        do {
            return try question(daemon)
        } catch ClientFailure.noDaemon {
            onFallback()
            return try question(try ledger())
        }
    }
}
