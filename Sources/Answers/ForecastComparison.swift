import CampaignModel
import Ports

/// The forecast beside what happened, quarter by quarter.
package struct ForecastComparison: Sendable, Codable, Equatable {
    package struct Quarter: Sendable, Codable, Equatable {
        package var from: String
        package var forecast: Int
        package var actual: Int
        package init(from: String, forecast: Int, actual: Int) {
            (self.from, self.forecast, self.actual) = (from, forecast, actual)
        }
    }
    package var forecast: RunForecast
    package var quarters: [Quarter]
    /// Contacts started so far, retries included.
    package var started: Int
    package init(forecast: RunForecast, quarters: [Quarter], started: Int) {
        (self.forecast, self.quarters, self.started) = (forecast, quarters, started)
    }
}
