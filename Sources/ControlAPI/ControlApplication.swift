import Answers
import CampaignModel
import Hummingbird
import Logging
import Ports

/// The daemon's door as a service: JSON for the commands, pages for a browser, figures for a monitor.
///
/// It opens at every place of the binding and closes with graceful shutdown. It holds no rule and no state: whatever is
/// asked goes to the desk, and only acts that the desk has made durable are answered with a receipt.
///
/// - Parameter onListening: called once a place is open, with the port that was taken when any would do.
/// - Throws while it runs: `ControlDoorError` when a place cannot be opened; the other place closes too.
package func controlApplication(
    desk: any ControlDesk, bind binding: ControlBinding, logger: Logger, brake: ProofBrake? = nil,
    onListening: @escaping @Sendable (ControlAddress) -> Void = { _ in }
) throws -> some ApplicationProtocol {
    var logger = logger
    // Hummingbird tells at `info` where it listens, by the socket's passing name; `onListening` has the true one.
    logger.logLevel = max(logger.logLevel, .warning)
    let line = DeskLine(desk: desk)
    let page = try DashboardPage()
    var doors: [Application<RouterResponder<BasicRequestContext>>] = []
    if let socket = binding.socket {
        doors.append(socketDoor(socket, line: line, page: page, brake: brake, logger: logger, onListening: onListening))
    }
    if let loopback = binding.loopback {
        doors.append(
            loopbackDoor(loopback, line: line, page: page, brake: brake, logger: logger, onListening: onListening))
    }
    // Hummingbird's application has one address; the second door is a service of the first.
    var first = doors.removeFirst()
    for door in doors { first.addServices(door) }
    return first
}

/// More wait in the kernel's queue: a few browsers and commands are all that ever come.
private let connectionsMax = 64
private let idleTimeoutSeconds: Int64 = 30
/// Connections that have sent no whole request yet; when there are more, the oldest goes. A file of events of eight MiB over
/// the local socket needs a moment.
private let owingMax = 48
private let wholeRequestWithin: Duration = .seconds(30)

private func socketDoor(
    _ socket: ControlBinding.Socket, line: DeskLine, page: DashboardPage, brake: ProofBrake?, logger: Logger,
    onListening: @escaping @Sendable (ControlAddress) -> Void
) -> Application<RouterResponder<BasicRequestContext>> {
    let file = SocketFile(socket)
    let owing = OwingConnections(countMax: owingMax)
    var door = Application(
        router: ControlRoutes(line: line, rules: DoorRules(door: .socket), page: page, brake: brake).router(),
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [ArrivalGuard(owing, within: wholeRequestWithin)],
                idleTimeout: .seconds(idleTimeoutSeconds))),
        configuration: .init(
            address: .unixDomainSocket(path: file.passingPath),
            availableConnectionsDelegate: .maximum(connectionsMax, logger: logger)),
        onServerRunning: { _ in
            do {
                try file.publish()
                onListening(.socket(path: file.path))
            } catch {
                logger.critical("control socket cannot be published", metadata: ["error": "\(error)"])
            }
        },
        logger: logger)
    door.beforeServerStarts { try file.prepare() }
    return door
}

private func loopbackDoor(
    _ loopback: ControlBinding.Loopback, line: DeskLine, page: DashboardPage, brake: ProofBrake?, logger: Logger,
    onListening: @escaping @Sendable (ControlAddress) -> Void
) -> Application<RouterResponder<BasicRequestContext>> {
    let owing = OwingConnections(countMax: owingMax)
    return Application(
        router: ControlRoutes(line: line, rules: DoorRules(door: .loopback), page: page, brake: brake).router(),
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [ArrivalGuard(owing, within: wholeRequestWithin)],
                idleTimeout: .seconds(idleTimeoutSeconds))),
        configuration: .init(
            address: .hostname(loopback.host, port: loopback.port),
            availableConnectionsDelegate: .maximum(connectionsMax, logger: logger)),
        onServerRunning: { channel in
            onListening(.loopback(host: loopback.host, port: channel.localAddress?.port ?? loopback.port))
        },
        logger: logger)
}
