import ArgumentParser
import CampaignModel
import Channels
import CurfewCommands
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
    @Option(help: "A PEM file; with it and its key, over TLS.") var certificate: String?
    @Option var key: String?
    func run() throws {
        let files = certificate.flatMap { certificate in key.map { (certificate: certificate, key: $0) } }
        let sink = try LoopbackSink(certificate: files)
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
    @Option var authorities: String?
    @Flag(help: "libcurl only connects.") var connectOnly = false

    /// What the loop's own process says of itself.
    struct Figures: Codable {
        let perSecond: Double
        let cpuMicroseconds: Double
    }

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
        let bodies = requests.map(\.body)
        let headers = requests[0].headers
        let cpu = BenchFigures.cpuMicroseconds()
        let figures =
            connectOnly
            ? try ConnectOnlyLoop(
                url: sink, headers: headers, connections: concurrency, authoritiesFile: authorities
            ).run(bodies: bodies, requests: self.requests)
            : try PlainCurlLoop(
                url: sink, headers: headers, connections: concurrency, authoritiesFile: authorities
            ).run(bodies: bodies, requests: self.requests)
        guard figures.failures == 0 else { throw ValidationError("\(figures.failures) posts failed") }
        let used = (BenchFigures.cpuMicroseconds() - cpu) / Double(self.requests)
        try Standard.say(
            String(
                decoding: JSONEncoder().encode(
                    Figures(perSecond: figures.requestsPerSecond, cpuMicroseconds: used)), as: UTF8.self))
    }
}

struct BenchDispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch", abstract: "Dispatches a loaded ledger.", shouldDisplay: false)
    @Option var folder: String
    @Option var sink: String
    @Option var people: Int
    @Option var concurrency: Int
    @Option var authorities: String?

    /// What the dispatching process says of itself; whoever has the bare loops' figures makes the line of it.
    struct Figures: Codable {
        let perSecond: Double
        let cpuMicroseconds: Double
        let kernelMicroseconds: Double
        let writtenBytes: Double
        let peakMegabytes: Double

        func line(people: Int, concurrency: Int, isTLS: Bool, plain: BenchPlain.Figures, bare: BenchPlain.Figures)
            -> String
        {
            """
            {"bench":"dispatch","messages":\(people),"on_the_wire":\(concurrency),"tls":\(isTLS),\
            "messages_per_s":\(BenchFigures.rounded(perSecond, 0)),\
            "plain_curl_per_s":\(BenchFigures.rounded(plain.perSecond, 0)),\
            "connect_only_per_s":\(BenchFigures.rounded(bare.perSecond, 0)),\
            "ratio":\(BenchFigures.rounded(perSecond / plain.perSecond)),\
            "cpu_us_per_message":\(BenchFigures.rounded(cpuMicroseconds, 1)),\
            "kernel_us":\(BenchFigures.rounded(kernelMicroseconds, 1)),\
            "plain_curl_cpu_us":\(BenchFigures.rounded(plain.cpuMicroseconds, 1)),\
            "connect_only_cpu_us":\(BenchFigures.rounded(bare.cpuMicroseconds, 1)),\
            "written_bytes_per_message":\(BenchFigures.rounded(writtenBytes, 0)),\
            "peak_rss_mb":\(BenchFigures.rounded(peakMegabytes, 1))}
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
        let transport = try TransportCurl(
            settings: TransportSettings(concurrencyMax: concurrency, authoritiesFile: authorities))
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
        let written = try BenchFigures.writtenBytes()
        let cpu = BenchFigures.cpuMicroseconds()
        let kernel = BenchFigures.kernelMicroseconds()
        let started = world.clock.monotonic()
        try await loop.run()
        let seconds = (world.clock.monotonic() - started) / .seconds(1)
        let used = BenchFigures.cpuMicroseconds() - cpu
        let usedByKernel = BenchFigures.kernelMicroseconds() - kernel
        // Before the check below, which is none of the dispatching.
        let peak = try BenchFigures.peakMegabytes()
        await transport.close(grace: .seconds(1))
        // What is only in the log has to be written once more.
        try world.ledger.moveLongLog()
        let bytes = try BenchFigures.writtenBytes() - written
        let accepted = try world.ledger.runs(includingEnded: true).reduce(0) {
            try $0 + world.ledger.sum(of: $1.id).accepted
        }
        guard accepted == people, try world.ledger.violations().isEmpty else {
            throw ValidationError("\(accepted) of \(people) accepted: \(try world.ledger.violations())")
        }
        let figures = Figures(
            perSecond: Double(people) / seconds, cpuMicroseconds: used / Double(people),
            kernelMicroseconds: usedByKernel / Double(people), writtenBytes: Double(bytes) / Double(people),
            peakMegabytes: peak)
        Standard.say(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }
}

/// Lets a stepper end the loop that drives it.
final class EndBell: @unchecked Sendable {
    // Set once before the loop starts, read by one task afterwards.
    var action: (@Sendable () -> Void)?
    func ring() { action?() }
}
