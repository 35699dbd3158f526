import Hummingbird
import Logging

/// The pretend platform behind HTTP, as a service.
/// - Parameters:
///   - door: the platform and its wall.
///   - host: loopback, unless somebody has a reason; there is no protection but that.
///   - port: 0 lets the system choose; `onServerRunning` says what it chose.
///   - onServerRunning: told the port once requests are taken.
package func sandboxApplication(
    door: SandboxDoor, host: String = "127.0.0.1", port: Int,
    logger: Logger,
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> Application<SandboxDoor> {
    Application(
        responder: door,
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "curfew-sandbox"),
        onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? 0) },
        logger: logger)
}
