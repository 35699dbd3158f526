import CampaignModel
import ControlAPI
import Engine
import Foundation
import HostSystem
import Logging
import Ports
import SendingRules
import ServiceLifecycle

/// What the daemon is told about events from outside.
enum EventComposition {
    private static let wordsBytesMax = 256 << 10

    /// - Throws: `SecretError`, or when the list of words cannot be read: an opt-out that is not understood is a person
    ///   written to against their word, so a missing list stops the start.
    static func complete(_ setup: inout EngineSetup, _ settings: Settings) throws {
        let reader = SecretReader()
        setup.partners = try settings.events.partners.map {
            PartnerSetup(name: $0.name, key: try reader.read($0.key))
        }
        if !settings.events.optOutWords.isEmpty {
            let content = try Data(contentsOf: URL(fileURLWithPath: settings.events.optOutWords))
            setup.optOut = OptOutWords(
                extra: OptOutWords.list(String(decoding: content.prefix(wordsBytesMax), as: UTF8.self)))
        }
        switch settings.rules.stock {
        case .daily: setup.stockPerAuthorization = nil
        case .counted: setup.stockPerAuthorization = settings.events.sendsPerAuthorization
        }
    }

    /// The door for callbacks and partners; nil: not configured.
    static func door(_ setup: EngineSetup, _ settings: Settings, _ logger: Logger) -> (any Service)? {
        guard let listen = settings.events.listen else { return nil }
        let wait: @Sendable (Duration) async -> Void = { duration in
            await cancelWhenGracefulShutdown {
                _ = await RealPause().wait(atMost: duration, for: Waker())
            }
        }
        return webhookApplication(
            desk: EventDoor(setup), host: listen.host, port: listen.port, logger: logger,
            now: { [clock = setup.clock] in clock.now() }, wait: wait,
            brake: ProofBrake(now: { [clock = setup.clock] in clock.monotonic() }, wait: wait),
            onListening: { port in
                logger.info("listening for events", metadata: ["at": "http://\(listen.host):\(port)/webhook"])
            })
    }
}
