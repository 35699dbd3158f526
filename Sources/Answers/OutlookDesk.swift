import CampaignModel
import Ports
import Words

/// What lies ahead and how tests stand, for the pages: put together from runs, forecasts and looks that are kept anyway.
package protocol OutlookDesk: Sendable {
    /// Runs with a test, the latest start first; the newest of them in full.
    func experiments(in language: Language) throws -> [ExperimentSheet]
    /// Fourteen days from a day (`2026-11-20`); nil: from today. Whoever is proved may look.
    func calendar(from day: String?, as identity: Identity) throws -> CalendarSheet
    /// A run as it stands, and as it would be. Long work.
    func whatIf(_ question: WhatIfQuestion) throws -> WhatIfSheet
    func settings() throws -> SettingsSheet
}

package struct ExperimentSheet: Sendable, Encodable {
    package struct Arm: Sendable, Encodable {
        package var name: String
        package var isControl: Bool
        package var assigned: Int
        package var delivered: Int
        package var conversions: Int
        package var rate: Double
        package var low: Double?
        package var high: Double?
        package var lift: Double?
        package var p: Double?
        package var optedOut: Int?
        package var reported: Int?
        package var isStopped: Bool
        package init(
            name: String, isControl: Bool, assigned: Int, delivered: Int, conversions: Int, rate: Double, low: Double?,
            high: Double?, lift: Double?, p: Double?, optedOut: Int?, reported: Int?, isStopped: Bool
        ) {
            (self.name, self.isControl, self.assigned, self.delivered) = (name, isControl, assigned, delivered)
            (self.conversions, self.rate, self.low) = (conversions, rate, low)
            (self.high, self.lift, self.p) = (high, lift, p)
            (self.optedOut, self.reported, self.isStopped) = (optedOut, reported, isStopped)
        }
    }
    package var run: String
    package var title: String
    package var state: String
    package var metric: String
    package var decideBy: String
    /// nil: nobody has looked yet.
    package var verdict: String?
    package var lookedAt: String?
    /// How likely a split like that of the people assigned is, and that of the people reached.
    package var splitAssigned: Double?
    package var splitDelivered: Double?
    package var optedOutMax: Double?
    package var reportedMax: Double?
    package var arms: [Arm]
    package init(run: String, title: String, state: String, metric: String, decideBy: String) {
        (self.run, self.title, self.state, self.metric, self.decideBy) = (run, title, state, metric, decideBy)
        arms = []
    }
}

package struct CalendarSheet: Sendable, Encodable {
    package struct Entry: Sendable, Encodable {
        package var campaign: String
        package var title: String
        /// nil: an occurrence that no run stands for yet.
        package var run: String?
        package var state: String?
        package var begins: String
        package var ends: String
        package var people: Int
        package init(
            campaign: String, title: String, run: String?, state: String?, begins: String, ends: String, people: Int
        ) {
            (self.campaign, self.title, self.run, self.state) = (campaign, title, run, state)
            (self.begins, self.ends, self.people) = (begins, ends, people)
        }
    }
    package struct Cell: Sendable, Encodable {
        package var entries: [Entry]
        package var people: Int
        /// More than one wants the day, and together they want more than it has.
        package var competes: Bool
        package init(entries: [Entry], people: Int, competes: Bool) {
            (self.entries, self.people, self.competes) = (entries, people, competes)
        }
    }
    package struct Row: Sendable, Encodable {
        package var account: String
        package var cap: Int
        /// One a day.
        package var cells: [Cell]
        package init(account: String, cap: Int, cells: [Cell]) {
            (self.account, self.cap, self.cells) = (account, cap, cells)
        }
    }
    package static let daysShown = 14
    package var now: String
    package var days: [String]
    package var before: String
    package var after: String
    package var quiet: String
    package var rows: [Row]
    package init(now: String, days: [String], before: String, after: String, quiet: String, rows: [Row]) {
        (self.now, self.days, self.before, self.after, self.quiet, self.rows) = (now, days, before, after, quiet, rows)
    }
}

/// What is changed; empty: as it is.
package struct WhatIfQuestion: Sendable, Equatable {
    package var run: String
    /// `2/s`, `50/h,burst=10`.
    package var pace: String
    /// On Shanghai's wall.
    package var start: String
    /// `shuffled` or `listed`.
    package var order: String
    package init(run: String, pace: String, start: String, order: String) {
        (self.run, self.pace, self.start, self.order) = (run, pace, start, order)
    }
}

package struct WhatIfSheet: Sendable {
    package var run: RunSummary
    package var asIs: RunForecast
    package var changed: RunForecast
    package var frame: ForecastFrame
    package init(run: RunSummary, asIs: RunForecast, changed: RunForecast, frame: ForecastFrame) {
        (self.run, self.asIs, self.changed, self.frame) = (run, asIs, changed, frame)
    }
}

package struct SettingsSheet: Sendable, Encodable {
    package struct Line: Sendable, Encodable {
        /// As the configuration writes it.
        package var key: String
        package var value: String
        package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
    }
    package struct Person: Sendable, Encodable {
        package var name: String
        package var roles: [String]
        package var hasToken: Bool
        package init(name: String, roles: [String], hasToken: Bool) {
            (self.name, self.roles, self.hasToken) = (name, roles, hasToken)
        }
    }
    package var lines: [Line]
    package var people: [Person]
    package var accounts: [String]
    package init(lines: [Line], people: [Person], accounts: [String]) {
        (self.lines, self.people, self.accounts) = (lines, people, accounts)
    }
}

extension OutlookDesk {
    package func experiments(in language: Language) throws -> [ExperimentSheet] { throw none }
    package func calendar(from day: String?, as identity: Identity) throws -> CalendarSheet { throw none }
    package func whatIf(_ question: WhatIfQuestion) throws -> WhatIfSheet { throw none }
    package func settings() throws -> SettingsSheet { throw none }
    private var none: DeskRefusal { DeskRefusal(.notFound, code: "no_such_address", Catalogue.Door.noSuchPage) }
}
