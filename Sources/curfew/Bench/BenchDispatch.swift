import ArgumentParser
import CampaignModel
import Channels
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Logging
import Ports
import TransportCurl
import Wire

struct BenchSink: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sink", abstract: "Answers every post; prints its address.", shouldDisplay: false)
    func run() throws {
        let sink = try LoopbackSink()
        Standard.say(sink.url)
        sink.run()
    }
}

struct BenchLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Fills a ledger.", shouldDisplay: false)
    @Option var folder: String
    @Option var people: Int
    @Flag(help: "Write to everybody, too.") var deliver = false
    func run() throws {
        let world = try BenchWorld(folder: folder, people: people)
        try world.load(people: people)
        if deliver { try world.deliver() }
        try world.ledger.close()
    }
}

struct BenchPlain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plain", abstract: "A plain libcurl loop.", shouldDisplay: false)
    @Option var sink: String
    @Option var requests: Int
    @Option var concurrency: Int

    func run() throws {
        let channel = PrivateMessageChannel(baseURL: PlatformAddress("http://127.0.0.1")!)
        // The very bytes that the dispatcher sends, for a few hundred people.
        let requests = try (0..<500).map { index in
            try channel.request(
                for: RenderedContact(
                    sender: "_000account0", recipient: BenchPeople.openID(index),
                    messages: [
                        .appletCard(
                            templateID: "card-001", appID: BenchWorld.clientKey, path: "pages/sale/index",
                            query: index % 2 == 0 ? #"{"from":"a"}"# : #"{"from":"b","who":"小\#(index)"}"#)
                    ]), token: AccessToken("bus_act.bench")!)
        }
        let loop = PlainCurlLoop(url: sink, headers: requests[0].headers, connections: concurrency)
        let figures = try loop.run(bodies: requests.map(\.body), requests: self.requests)
        Standard.say("\(figures.requestsPerSecond)")
    }
}

struct BenchDispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch", abstract: "Dispatches a loaded ledger.", shouldDisplay: false)
    @Option var folder: String
    @Option var sink: String
    @Option var people: Int
    @Option var concurrency: Int

    /// What the dispatching process says of itself; whoever has the plain loop's figure makes the line of it.
    struct Figures: Codable {
        let perSecond: Double
        let cpuMicroseconds: Double
        let peakMegabytes: Double

        /// - Parameter plain: requests of the plain loop per second.
        func line(people: Int, plain: Double, concurrency: Int) -> String {
            """
            {"bench":"dispatch","messages":\(people),"messages_per_s":\(BenchFigures.rounded(perSecond, 0)),\
            "plain_curl_per_s":\(BenchFigures.rounded(plain, 0)),"ratio":\(BenchFigures.rounded(perSecond / plain)),\
            "cpu_us_per_message":\(BenchFigures.rounded(cpuMicroseconds, 1)),\
            "peak_rss_mb":\(BenchFigures.rounded(peakMegabytes, 1)),"on_the_wire":\(concurrency)}
            """
        }
    }

    /// Ends the loop when everybody has an end.
    private struct Watch: Stepper {
        let name = "watch"
        let ledger: any Ledger
        let dispatcher: Dispatcher
        let done: @Sendable () -> Void
        mutating func step(at now: Moment) async throws -> Moment? {
            if try ledger.work(at: now).isEmpty, await dispatcher.inFlight == 0 { done() }
            return now + .milliseconds(100)
        }
    }

    func run() async throws {
        let world = try BenchWorld(folder: folder, people: people)
        let transport = try TransportCurl(settings: TransportSettings(concurrencyMax: concurrency))
        let waker = Waker()
        let setup = try world.setup(sink: sink, concurrency: concurrency, transport: transport, dispatcher: waker)
        let dispatcher = Dispatcher(
            setup, mailbox: transport.openMailbox { waker.wake() },
            channel: PrivateMessageChannel(baseURL: setup.address), seed: 1)
        let end = EndBell()
        let watch = Watch(ledger: world.ledger, dispatcher: dispatcher, done: { end.ring() })
        let loop = Loop(
            [LoopMember(dispatcher, waker: waker), LoopMember(watch)], clock: world.clock, logger: setup.logger)
        end.action = { loop.stop() }
        let cpu = BenchFigures.cpuMicroseconds()
        let started = world.clock.monotonic()
        try await loop.run()
        let seconds = (world.clock.monotonic() - started) / .seconds(1)
        let used = BenchFigures.cpuMicroseconds() - cpu
        // Before the check below, which is none of the dispatching.
        let peak = try BenchFigures.peakMegabytes()
        await transport.close(grace: .seconds(1))
        let accepted = try world.ledger.runs(includingEnded: true).reduce(0) {
            try $0 + world.ledger.sum(of: $1.id).accepted
        }
        guard accepted == people, try world.ledger.violations().isEmpty else {
            throw ValidationError("\(accepted) of \(people) accepted: \(try world.ledger.violations())")
        }
        let figures = Figures(
            perSecond: Double(people) / seconds, cpuMicroseconds: used / Double(people), peakMegabytes: peak)
        Standard.say(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }
}

/// Lets a stepper end the loop that drives it.
final class EndBell: @unchecked Sendable {
    // Set once before the loop starts, read by one task afterwards.
    var action: (@Sendable () -> Void)?
    func ring() { action?() }
}
