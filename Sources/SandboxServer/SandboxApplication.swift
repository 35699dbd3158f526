import CampaignModel
import Hummingbird
import Logging
import Sandbox
import Wire

/// The pretend platform behind HTTP, as a service.
/// - Parameters:
///   - platform: its state at the start.
///   - host: loopback, unless somebody has a reason; there is no protection but that.
///   - port: 0 lets the system choose; `onServerRunning` says what it chose.
///   - now: the wall the platform lives by. On a rehearsal, the same one as the daemon's.
///   - wait: holds a reply back, in real time. It must end with an error when the program shuts down, or the shutdown
///     waits as long as the reply. A parameter, because this room owns no clock.
///   - onServerRunning: told the port once requests are taken.
package func sandboxApplication(
    platform: SandboxPlatform, host: String = "127.0.0.1", port: Int,
    now: @escaping @Sendable () -> Moment,
    wait: @escaping @Sendable (Duration) async throws -> Void,
    logger: Logger,
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> Application<SandboxDoor> {
    Application(
        responder: SandboxDoor(platform, now: now, wait: wait),
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "curfew-sandbox"),
        onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? 0) },
        logger: logger)
}
