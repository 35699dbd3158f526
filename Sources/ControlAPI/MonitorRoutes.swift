import Answers
import Hummingbird

/// For monitors and balancers.
struct MonitorRoutes: Sendable {
    let line: DeskLine

    func add(to router: Router<BasicRequestContext>) {
        router.get("/health") { _, _ in try await answer(by: \.ok) }
        router.get("/ready") { _, _ in try await answer(by: \.ready) }
        router.get("/metrics") { _, _ in
            DoorReply.text(
                MetricsText.render(try await line.look { try $0.figures() }), type: MetricsText.contentType)
        }
    }

    private func answer(by word: KeyPath<HealthLine, Bool>) async throws -> Response {
        let health = try await line.probe()
        return try DoorReply.json(health, status: health[keyPath: word] ? .ok : .serviceUnavailable)
    }
}
