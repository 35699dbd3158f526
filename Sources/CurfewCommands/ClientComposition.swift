import Answers
import CampaignModel
import Dispatch
import Engine
import Experiments
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import TransportCurl
import Wire
import Words

/// What the commands that speak to the daemon are composed with.
package enum ClientComposition {
    @Sendable static func environment(_ options: ClientOptions) throws -> ClientEnvironment {
        let settings = try loaded(options.config)
        let environment = ProcessInfo.processInfo.environment
        let language = ClientLanguage.choose(
            asked: options.lang, configured: settings?.language, environment: environment)
        let socket = options.socket ?? settings?.http.socket ?? "/run/curfew/curfew.sock"
        var made = ClientEnvironment(
            language: language,
            colours: ClientEnvironment.wantsColours(isTTY: Standard.isTerminal, environment: environment),
            client: { try client(socket, settings?.http, language) },
            ledger: { try ledgerDesk(settings, language) },
            token: { path in
                let secret = try SecretReader().read(.file(path))
                return Secret(
                    bytes: secret.withBytes { bytes in
                        Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
                    })
            },
            print: { Standard.say($0) }, warn: { Standard.complain($0) })
        made.ask = { question in
            Standard.prompt(question)
            return readLine()
        }
        made.pause = { RealPause.block($0) }
        return made
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Without an explicit file, a missing or broken configuration only means fewer defaults.
    private static func loaded(_ path: String?) throws -> Settings? {
        if path != nil { return try Standard.settings(path).settings }
        // Safe because what is then missing, the socket's path, has a default that the command tries and names.
        return (try? SettingsFile.load(path: nil))?.settings
    }

    /// The socket, or, for whom it is not open, the loopback port: said, because single people are not asked about there.
    private static func client(
        _ socket: String, _ door: DoorSettings?, _ language: Language
    ) throws -> ControlClient {
        let place = try ControlClient.Place(
            socket: socket, errno: access(socket, W_OK) == 0 ? nil : errno,
            // A command knows no certificate: what is encrypted is for browsers and programs with a token.
            port: door.map { ($0.host, $0.tlsCertificate == nil ? $0.port : 0) } ?? ("127.0.0.1", 9470))
        let over = try exchange(place.text)
        guard case .loopback(_, let port) = place else { return ControlClient(place: place, exchange: over) }
        Standard.complain(Catalogue.Failure.overLoopback(socket, place.text).text(in: language))
        let owner = ListenerOwner.owner(ofSocket: socket)
        return ControlClient(place: place) { request in
            // After a daemon that has ended anybody may listen there, and would be handed the token. Root may: it can
            // read everything anyway.
            let listeners = ListenerOwner.users(port: port)
            guard let owner, listeners.allSatisfy({ $0 == owner || $0 == 0 }) else {
                throw ClientFailure.stranger(place: place.text)
            }
            // Nobody at the port either: then the socket's right is what is missing.
            do { return try over(request) } catch ClientFailure.noDaemon {
                throw ClientFailure.forbidden(socket: socket)
            }
        }
    }

    /// The daemon behind a socket, for whoever asks as a command does.
    package static func desk(socket: String) throws -> any ControlDesk {
        try ControlClient(place: .socket(socket), exchange: exchange(socket))
    }

    /// One request at a time; a command has nothing else to do meanwhile.
    package static func exchange(_ socket: String) throws -> @Sendable (HTTPRequest) throws -> HTTPResponse {
        let transport = try TransportCurl()
        return { request in
            let arrived = DispatchSemaphore(value: 0)
            let mailbox = transport.openMailbox { arrived.signal() }
            mailbox.submit([Exchange(id: 1, request: request, timeout: .seconds(90), responseBytesMax: 64 << 20)])
            arrived.wait()
            guard let end = mailbox.collect().first else { throw ClientFailure.lost }
            return try ClientFailure.reply(of: end.result, socket: socket)
        }
    }

    /// The ledger opened read-only: the daemon's answers without the daemon.
    private static func ledgerDesk(_ settings: Settings?, _ language: Language) throws -> any ReadingDesk {
        let settings = try settings ?? Standard.settings(nil).settings
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: Paths.ledger(in: settings.state), options: options)
        var desk = DeskReading(
            ledger: ledger, clock: SystemClock(doubt: settings.limits.clockDoubt), limits: RuleLimits(settings),
            language: language, isDaemon: false)
        desk.house = GlobalHoldout(settings.holdout)
        return desk
    }
}
