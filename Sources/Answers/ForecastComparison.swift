import CampaignModel
import Ports

/// The forecast beside what happened, quarter by quarter.
package struct ForecastComparison: Sendable, Codable, Equatable {
    package struct Quarter: Sendable, Codable, Equatable {
        package var from: String
        package var forecast: Int
        package var actual: Int
        package init(from: String, forecast: Int, actual: Int) {
            self.from = from
            self.forecast = forecast
            self.actual = actual
        }
    }
    package var forecast: RunForecast
    package var quarters: [Quarter]
    /// Contacts started so far, retries included.
    package var started: Int
    package init(forecast: RunForecast, quarters: [Quarter], started: Int) {
        self.forecast = forecast
        self.quarters = quarters
        self.started = started
    }
}
