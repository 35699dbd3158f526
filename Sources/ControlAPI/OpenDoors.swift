import CampaignModel
import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1
import ServiceLifecycle

/// Doors that are open for as long as this runs; they close together, with graceful shutdown.
///
/// Refused: `Application.run`, which does the same and keeps the date of its replies ready by waking up each second, in
/// every door: more than half of what a daemon did that had nothing to do.
package struct OpenDoors<Door: ApplicationProtocol>: Service where Door.Responder.Context == BasicRequestContext {
    let doors: [Door]
    let logger: Logger
    /// The wall, for the date of a reply.
    let now: @Sendable () -> Moment
    /// nil: no proxy names anybody.
    var proxy: ProxyTrust?

    package func run() async throws {
        let services = doors.map { OpenDoor(door: $0, now: now, bearer: RequestBearer(trust: proxy)) }
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }
}

private struct OpenDoor<Door: ApplicationProtocol>: Service where Door.Responder.Context == BasicRequestContext {
    let door: Door
    let now: @Sendable () -> Moment
    let bearer: RequestBearer

    func run() async throws {
        let responder = try await door.responder
        let (logger, now, bearer) = (door.logger, now, bearer)
        let place = door.configuration
        let server = try door.server.buildServer(
            configuration: ServerConfiguration(
                address: place.address, backlog: place.backlog, reuseAddress: place.reuseAddress,
                availableConnectionsDelegate: place.availableConnectionsDelegate), eventLoopGroup: door.eventLoopGroup,
            logger: logger
        ) { request, writer, channel in
            let context = BasicRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response: Response
            let request = await bearer.introduce(request, on: channel)
            do { response = try await responder.respond(to: request, context: context) } catch let error
                as HTTPParserError
            {
                // The library answers it, and closes.
                throw error
            } catch {
                // The routes put their own refusals into words.
                logger.error("a request ended in no answer", metadata: ["why": "\(type(of: error))"])
                response = Response(status: .internalServerError)
            }
            response.headers[.date] = now().httpDate
            do { try await writer.write(response: response.head, body: response.body) } catch is HTTPParserError {
                // Its head has left: a second reply must not follow it.
                throw HalfAnswered()
            }
        } onServerRunning: {
            await door.onServerRunning($0)
        }
        for prepare in door.processesRunBeforeServerStart { try await prepare() }
        try await server.run()
    }
}

private struct HalfAnswered: Error {}

extension Moment {
    /// As RFC 9110 wants it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    var httpDate: String {
        let (days, months) = (
            ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        )
        let wall = CivilTime(self, offset: .zero)
        let day = "\(days[wall.weekday - 1]), \(Moment.padded(wall.day, to: 2)) \(months[wall.month - 1])"
        return "\(day) \(Moment.padded(wall.year, to: 4)) \(wall.timeText) GMT"
    }
}
