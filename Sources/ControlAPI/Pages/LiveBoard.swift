import Answers
import CampaignModel
import Foundation
import Hummingbird
import Reports
import Synchronization
import Words

/// How pages that are looked at stay true: whole fragments, at most one a second and topic, made once for all who look.
final class LiveBoard: Sendable {
    /// Beside the door's connections for everything else.
    static let streamsMax = 16
    static let topicsMax = 8
    /// What was made is shown to everybody for so long, whatever happens meanwhile.
    private static let freshFor: Duration = .milliseconds(900)
    /// Words that speak of the time are made anew although nothing has happened.
    private static let staleAfter: Duration = .seconds(15)

    private struct Entry {
        var changes: Int
        var html: String
        var at: Duration
    }
    private struct State {
        var streams = 0
        var entries: [String: Entry] = [:]
    }
    private let state = Mutex(State())
    private let now: @Sendable () -> Duration
    /// False: the daemon ends, and no stream may hold it up.
    let pause: @Sendable (Duration) async -> Bool

    init(now: @escaping @Sendable () -> Duration, pause: @escaping @Sendable (Duration) async -> Bool) {
        (self.now, self.pause) = (now, pause)
    }

    /// A stream's place, for as long as somebody holds it.
    final class Place: Sendable {
        private let board: LiveBoard
        fileprivate init(_ board: LiveBoard) { self.board = board }
        deinit { board.state.withLock { $0.streams -= 1 } }
    }

    /// nil: all are taken.
    func take() -> Place? {
        let isFree = state.withLock { state in
            guard state.streams < Self.streamsMax else { return false }
            state.streams += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    /// - Parameter key: the topic, the language, and whatever else makes a difference to who looks.
    func fragment(_ key: String, changes: Int, _ make: () throws -> String) rethrows -> String {
        let at = now()
        let known = state.withLock { state -> String? in
            guard let entry = state.entries[key] else { return nil }
            let age = at - entry.at
            let isGood = age < Self.freshFor || (entry.changes == changes && age < Self.staleAfter)
            return isGood ? entry.html : nil
        }
        if let known { return known }
        let html = try make()
        state.withLock { state in
            // Of runs that nobody looks at any more.
            if state.entries.count > 200 { state.entries = [:] }
            state.entries[key] = Entry(changes: changes, html: html, at: at)
        }
        return html
    }
}

/// What can be kept true: each topic is a part of a page with a name.
enum LiveTopic: Hashable, Sendable {
    case banner, count, needs, runs, lanes
    case line(String), run(String), acts(String), sent(String)

    init?(_ text: String) {
        let halves = text.split(separator: ":", maxSplits: 1)
        switch (halves.first, halves.count > 1 ? String(halves[1]) : nil) {
        case ("banner", nil): self = .banner
        case ("count", nil): self = .count
        case ("needs", nil): self = .needs
        case ("runs", nil): self = .runs
        case ("lanes", nil): self = .lanes
        case ("line", let run?): self = .line(run)
        case ("run", let run?): self = .run(run)
        case ("acts", let run?): self = .acts(run)
        case ("sent", let file?): self = .sent(file)
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .banner: "banner"
        case .count: "count"
        case .needs: "needs"
        case .runs: "runs"
        case .lanes: "lanes"
        case .line(let run): "line:" + run
        case .run(let run): "run:" + run
        case .acts(let run): "acts:" + run
        case .sent(let file): "sent:" + file
        }
    }

    func html(_ desk: any ControlDesk, _ visit: Visit, _ library: PageLibrary) throws -> String {
        let speaker = visit.speaker
        switch self {
        case .banner: return library.render(Banner(try desk.pageHead(), speaker), "banner")
        case .count: return StrictHTML.escaped(NeedsView(try desk.needs(), speaker).count)
        case .needs: return library.render(NeedsView(try desk.needs(), speaker), "needs")
        case .runs: return library.render(OverviewView(try desk.status(), speaker), "runs")
        case .lanes: return library.render(OverviewView(try desk.status(), speaker), "lanes")
        case .line(let run):
            let summary = try desk.report(run: run).summary
            let line = ReportText.progressLine(summary, in: speaker.language) ?? speaker.state(summary.state)
            return StrictHTML.escaped(line)
        case .run(let run): return library.render(RunLiveView(try desk.report(run: run), speaker), "runlive")
        case .acts(let run):
            let acts = try desk.runActs(run: run, as: visit.identity)
            return library.render(RunActsView(try desk.report(run: run).summary, acts, speaker), "runacts")
        case .sent(let file):
            return library.render(SentLiveView(try desk.handedIn(file, as: visit.identity), speaker), "sentlive")
        }
    }
}

/// `GET /live?topics=run:X,line:X` as `text/event-stream`.
struct LiveRoutes: Sendable {
    /// The door closes a connection on which nothing moves for thirty seconds.
    private static let breathEvery = 15
    let pages: PageRoutes
    let board: LiveBoard

    func add(to router: Router<BasicRequestContext>) {
        router.get("/live") { request, _ in try await live(request) }
    }

    private func live(_ request: Request) async throws -> Response {
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            throw DoorRefusal(.unauthorized, code: "unproved", Catalogue.Pages.loginNeeded)
        }
        let names = (request.uri.queryParameters["topics"].map(String.init) ?? "").split(separator: ",").map(
            String.init)
        let topics = names.compactMap { LiveTopic($0) }
        guard topics.count == names.count, (1...LiveBoard.topicsMax).contains(topics.count) else {
            throw DoorRefusal(.badRequest, code: "bad_query", Catalogue.Door.badQuery("topics"))
        }
        guard let place = board.take() else {
            throw DoorRefusal(.serviceUnavailable, code: "streams_used", Catalogue.Pages.liveOff)
        }
        let body = ResponseBody { writer in
            let leaving = Leaving()
            // Whoever goes on to another page frees the place at once: clicking through sixteen pages must not use them up.
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await stream(topics, visit, until: leaving, into: &writer)
            } onInboundClosed: {
                leaving.note()
            }
            withExtendedLifetime(place) {}
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .init("X-Accel-Buffering")!: "no"],
            body: body)
    }

    /// That the browser has closed its side.
    private final class Leaving: Sendable {
        private let isNoted = Mutex(false)
        func note() { isNoted.withLock { $0 = true } }
        var isOver: Bool { isNoted.withLock { $0 } }
    }

    private func stream(
        _ topics: [LiveTopic], _ visit: Visit, until leaving: Leaving, into writer: inout any ResponseBodyWriter
    ) async throws {
        var shown: [String: String] = [:]
        var quiet = 0
        repeat {
            // An open page is no use of a login, and ends with it: asked before each telling, moving or not.
            guard await isStillThere(visit) else { break }
            for topic in topics {
                guard let html = try await fragment(topic, visit) else { continue }
                guard shown[topic.name] != html else { continue }
                shown[topic.name] = html
                quiet = 0
                try await writer.write(ByteBuffer(string: try Self.event(topic.name, html)))
            }
            quiet += 1
            if quiet >= Self.breathEvery {
                quiet = 0
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
            }
            if leaving.isOver { break }
        } while await board.pause(.seconds(1))
        try await writer.finish(nil)
    }

    private func isStillThere(_ visit: Visit) async -> Bool {
        do {
            return try await pages.line.look { desk in
                guard case .vouched = visit.identity else { return try !desk.sessions(as: visit.identity).isEmpty }
                return try !desk.caller(visit.identity).person.isEmpty
            }
        } catch { return false }
    }

    /// nil: it cannot be told now; the next look may.
    private func fragment(_ topic: LiveTopic, _ visit: Visit) async throws -> String? {
        let personal =
            switch topic {
            case .acts, .sent: visit.sheet?.person ?? ""
            case .banner, .count, .needs, .runs, .lanes, .line, .run: ""
            }
        let key = [topic.name, visit.speaker.language.rawValue, personal].joined(separator: "\u{1F}")
        return try await pages.line.look { desk in
            do {
                return try board.fragment(key, changes: desk.changes()) { try topic.html(desk, visit, pages.library) }
            } catch is DeskRefusal { return nil }
        }
    }

    private static func event(_ topic: String, _ html: String) throws -> String {
        let fragment = String(decoding: try JSONEncoder().encode(["topic": topic, "html": html]), as: UTF8.self)
        return "event: fragment\ndata: \(fragment)\n\n"
    }
}
