import Answers
import CampaignModel

/// The configuration in force as a page shows it: what decides how things are sent. No secret has a line, not even where it
/// lies.
enum SettingLines {
    static func of(_ settings: Settings) -> [SettingsSheet.Line] {
        let (rules, limits) = (settings.rules, settings.limits)
        func text(_ duration: Duration) -> String {
            let milliseconds = duration.wholeMilliseconds
            return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
        }
        var lines: [SettingsSheet.Line] = [
            .init("state", settings.state), .init("inbox", settings.inbox),
            .init("language", settings.language.rawValue),
            .init("keep_audience_files", "\(settings.keepAudienceFiles)"),
            .init("platform.base_url", settings.platform.baseURL),
            .init("platform.timeout", text(settings.platform.timeout)),
            .init("platform.concurrency", "\(settings.platform.concurrency)"),
            .init("http.listen", "\(settings.http.host):\(settings.http.port)"),
            .init("http.socket", settings.http.socket), .init("http.origin", settings.http.origin ?? "–"),
            .init("http.tls_certificate", settings.http.tlsCertificate ?? "–"),
            .init("http.proxy_user", settings.http.proxyUser ?? "–"),
            .init("rules.quiet_hours", rules.quietHours.text("-")),
            .init("rules.daily_users_cap", "\(rules.dailyUsersCap)"),
            .init("rules.daily_batch_cap", "\(rules.dailyBatchCap)"),
            .init("rules.batch_size", "\(rules.batchSize)"),
            .init("rules.contacts_per_app_per_day", "\(rules.contactsPerAppPerDay)"),
            .init("rules.rolling_day", "\(rules.rollingDay)"),
            .init("rules.consent_age_max", text(rules.consentAgeMax)),
            .init("rules.risk_messages_per_hour", "\(rules.riskMessagesPerHour)"),
            .init("rules.credit_min", "\(rules.creditMin)"),
            .init("rules.contacts_per_week", "\(rules.contactsPerWeek)"),
            .init("review.two_people_from", "\(settings.review.twoPeopleFrom)"),
            .init("limits.stop_timeout", text(limits.stopTimeout)),
            .init("limits.clock_doubt", text(limits.clockDoubt)),
        ]
        for app in settings.apps {
            lines += app.accounts.map { .init("apps[].accounts[].name", "\($0.name) · \(app.id) · \($0.pace)") }
        }
        return lines
    }
}
