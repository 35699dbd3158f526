import Answers
import CampaignModel
import Hummingbird
import HummingbirdCore
import Logging

/// The daemon's door as a service: JSON for the commands, pages for a browser, figures for a monitor.
///
/// It opens at every place of the binding and closes with graceful shutdown. It holds no rule and no state: whatever is
/// asked goes to the desk, and only acts that the desk has made durable are answered with a receipt.
///
/// - Parameters:
///   - live: keeps open pages true.
///   - takesNames: a rehearsal that believes names without a token.
///   - onListening: called once a place is open, with the port that was taken when any would do.
/// - Throws while it runs: `ControlDoorError` when a place cannot be opened; the other place closes too.
package func controlApplication(
    desk: any ControlDesk, bind binding: ControlBinding, logger: Logger, brake: ProofBrake? = nil, live: LivePace,
    takesNames: Bool = false, onListening: @escaping @Sendable (ControlAddress) -> Void = { _ in }
) throws -> OpenDoors<Application<RouterResponder<BasicRequestContext>>> {
    var logger = logger
    // Hummingbird tells at `info` where it listens, by the socket's passing name; `onListening` has the true one.
    logger.logLevel = max(logger.logLevel, .warning)
    let (line, library) = (DeskLine(desk: desk), try PageLibrary())
    let board = LiveBoard(now: live.now, pause: live.pause)
    let repeats = RepeatGuard()
    func routes(_ door: DoorRules.Door) -> ControlRoutes {
        ControlRoutes(
            line: line, rules: DoorRules(door: door, origins: binding.origins), library: library, live: board,
            repeats: repeats, takesNames: takesNames, brake: brake)
    }
    var doors: [Application<RouterResponder<BasicRequestContext>>] = []
    if let socket = binding.socket {
        doors.append(socketDoor(socket, routes(.socket), logger: logger, onListening: onListening))
    }
    if let loopback = binding.loopback {
        let routes = routes(binding.tls == nil ? .loopback : .tls)
        doors.append(loopbackDoor(loopback, routes, binding.tls, logger: logger, onListening: onListening))
    }
    // Hummingbird's application has one address.
    return OpenDoors(doors: doors, logger: logger, now: live.wall, proxy: binding.proxy)
}

/// What keeps open pages true needs of time.
package struct LivePace: Sendable {
    /// Monotonic.
    package var now: @Sendable () -> Duration
    package var wall: @Sendable () -> Moment
    /// Real time. False: the daemon ends.
    package var pause: @Sendable (Duration) async -> Bool
    package init(
        now: @escaping @Sendable () -> Duration, wall: @escaping @Sendable () -> Moment,
        pause: @escaping @Sendable (Duration) async -> Bool
    ) {
        (self.now, self.wall, self.pause) = (now, wall, pause)
    }
}

/// More wait in the kernel's queue: a few browsers and commands are all that ever come. Pages that are kept true have
/// places beside them.
private let connectionsMax = 64 + LiveBoard.streamsMax
private let idleTimeoutSeconds: Int64 = 30
/// Connections that have sent no whole request yet; when there are more, the oldest goes. A file of events of eight MiB over
/// the local socket needs a moment.
private let owingMax = 48
private let wholeRequestWithin: Duration = .seconds(30)

private func socketDoor(
    _ socket: ControlBinding.Socket, _ routes: ControlRoutes, logger: Logger,
    onListening: @escaping @Sendable (ControlAddress) -> Void
) -> Application<RouterResponder<BasicRequestContext>> {
    let file = SocketFile(socket)
    let owing = OwingConnections(countMax: owingMax)
    var door = Application(
        router: routes.router(),
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [ArrivalGuard(owing, within: wholeRequestWithin)],
                idleTimeout: .seconds(idleTimeoutSeconds))),
        configuration: .init(
            address: .unixDomainSocket(path: file.passingPath),
            availableConnectionsDelegate: .maximum(connectionsMax, logger: logger)),
        onServerRunning: { _ in
            do throws(ControlDoorError) {
                try file.publish()
                onListening(.socket(path: file.path))
                if let trouble = SocketReach.trouble(path: file.path, group: file.group) {
                    logger.warning("\(trouble.en)")
                }
            } catch {
                logger.critical("control socket cannot be published", metadata: ["why": "\(error.sentence.en)"])
            }
        },
        logger: logger)
    door.beforeServerStarts { try file.prepare() }
    return door
}

private func loopbackDoor(
    _ loopback: ControlBinding.Loopback, _ routes: ControlRoutes, _ tls: TLSIdentity?, logger: Logger,
    onListening: @escaping @Sendable (ControlAddress) -> Void
) -> Application<RouterResponder<BasicRequestContext>> {
    let owing = OwingConnections(countMax: owingMax)
    return Application(
        router: routes.router(),
        server: HTTPServerBuilder { responder in
            let plain = HTTP1Channel(
                responder: responder,
                configuration: .init(
                    additionalChannelHandlers: [ArrivalGuard(owing, within: wholeRequestWithin)],
                    idleTimeout: .seconds(idleTimeoutSeconds)))
            return tls.map { TLSChildChannel(base: plain, identity: $0) as any ServerChildChannel } ?? plain
        },
        configuration: .init(
            address: .hostname(loopback.host, port: loopback.port),
            availableConnectionsDelegate: .maximum(connectionsMax, logger: logger)),
        onServerRunning: { channel in
            let port = channel.localAddress?.port ?? loopback.port
            onListening(
                tls == nil
                    ? .loopback(host: loopback.host, port: port) : .encrypted(host: loopback.host, port: port))
        },
        logger: logger)
}
