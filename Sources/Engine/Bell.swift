import Synchronization

/// Wakes one service and tells it that something changed outside of what it waits for. Rung from any thread.
package final class Bell: Sendable {
    private let rung = Atomic(true)
    private let wake: @Sendable () -> Void

    /// - Parameter wake: makes the loop step the service soon.
    package init(wake: @escaping @Sendable () -> Void = {}) { self.wake = wake }

    package func ring() {
        rung.store(true, ordering: .releasing)
        wake()
    }

    /// True once after each ring, and for the first look.
    func take() -> Bool { rung.exchange(false, ordering: .acquiring) }
}

/// One bell a service. Composed once; whoever changes something for another rings there.
package struct Bells: Sendable {
    package var dispatcher: Bell
    package var planner: Bell
    package var consent: Bell
    package var tokens: Bell
    package var reports: Bell
    package var images: Bell
    package var reviewer: Bell
    package var recaller = Bell()
    package var evidence = Bell()
    package var judge = Bell()
    package var forecasts = Bell()
    package var finisher = Bell()
    package var notify = Bell()
    package init(
        dispatcher: Bell = Bell(), planner: Bell = Bell(), consent: Bell = Bell(), tokens: Bell = Bell(),
        reports: Bell = Bell(), images: Bell = Bell(), reviewer: Bell = Bell()
    ) {
        self.reviewer = reviewer
        self.dispatcher = dispatcher
        self.planner = planner
        self.consent = consent
        self.tokens = tokens
        self.reports = reports
        self.images = images
    }
}
