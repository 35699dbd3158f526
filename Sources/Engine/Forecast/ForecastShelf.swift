import CampaignModel
import Ports
import Synchronization

/// The forecasts of runs that nobody has approved yet: what a reviewer decides by. They stand in no ledger, because they say
/// what would be; that of the moment of approval is kept there. A restart makes them again.
package final class ForecastShelf: Sendable {
    private let forecasts = Mutex<[RunID: RunForecast]>([:])
    private let untold = Mutex<Set<RunID>>([])

    package init() {}

    func forecast(of run: RunID) -> RunForecast? { forecasts.withLock { $0[run] } }
    func put(_ forecast: RunForecast, of run: RunID) {
        forecasts.withLock { $0[run] = forecast }
        untold.withLock { _ = $0.insert(run) }
    }
    /// Whose forecast is new since this was last asked: no change of the ledger tells of it.
    func takeUntold() -> Set<RunID> {
        untold.withLock { runs in
            defer { runs = [] }
            return runs
        }
    }
    func keep(only runs: Set<RunID>) { forecasts.withLock { known in known = known.filter { runs.contains($0.key) } } }
}
