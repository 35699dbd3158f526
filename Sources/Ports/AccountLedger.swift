import CampaignModel

/// What can be asked about an account beside its lane's facts.
package protocol AccountReading: Sendable {
    /// - Parameter history: how many of the newest acts.
    func accountFile(_ account: AccountID, history: Int) throws -> AccountFile
    /// Rule 13: entry strategies of an app, in order of their names.
    func strategies(of app: AppID) throws -> [Strategy]
}

/// What people record about accounts, and about single people beside their consent. Every act leaves a row of audit in
/// the same transaction.
package protocol AccountLedger: AccountReading {
    /// - Parameter freezes: rule 17, asked with what stands against the account after the act.
    /// - Throws: `AccountObstacle` when the act makes no sense; nothing is kept then.
    func tend(_ demand: AccountDemand, freezes: (Complaints) -> Bool) throws -> AccountFile
    /// - Parameter mayEnable: rule 13, asked with the number of strategies that are enabled already.
    func set(_ demand: StrategyDemand, mayEnable: (Int) -> Bool) throws
    /// What an operator knows of people: their zone and hours, who follows back, what they were shown.
    /// - Returns: how many rows changed something.
    func learn(_ demand: PeopleDemand) throws -> Int
}

/// What stands against an account and was not spent by an appeal.
package struct Complaints: Sendable, Equatable {
    package var reports: Int
    package var violations: Int
    package init(reports: Int = 0, violations: Int = 0) { (self.reports, self.violations) = (reports, violations) }
}

package enum AccountObstacle: Error, Equatable {
    case notFrozen
    /// It stands so already.
    case unchanged
    /// Rule 18.
    case banned
    case unknownQualification(String)
    /// Rule 13.
    case strategiesLimit
}

package struct AccountDemand: Sendable {
    package enum Act: Sendable, Equatable {
        case freeze
        case appeal
        case qualify(Qualification, document: String)
        case disqualify(id: String)
        /// The score of the account's whole app.
        case credit(Int)
        case report(count: Int)
        case violation
        case bind(Bool)
        case ban
        /// Rule 28: whether the platform has approved a card template of the account's app.
        case template(id: String, approved: Bool)

        /// As the audit calls it.
        package var code: String {
            switch self {
            case .freeze: "freeze"
            case .appeal: "appeal"
            case .qualify: "qualify"
            case .disqualify: "disqualify"
            case .credit: "credit"
            case .report: "report"
            case .violation: "violation"
            case .bind(let bound): bound ? "bind" : "unbind"
            case .ban: "ban"
            case .template: "template"
            }
        }
    }
    package var now: Moment
    package var term: Term
    package var account: AccountID
    package var act: Act
    /// Why, in the person's own words; stands in the history.
    package var note: String
    package var person: String
    package init(now: Moment, term: Term, account: AccountID, act: Act, note: String, person: String) {
        (self.now, self.term, self.account, self.act, self.note, self.person) = (now, term, account, act, note, person)
    }
}

package struct AccountFile: Sendable {
    package struct QualificationRecord: Sendable {
        package var qualification: Qualification
        /// A digest of the document that proves it; empty for one from the configuration.
        package var document: String
        package var person: String
        package init(qualification: Qualification, document: String, person: String) {
            (self.qualification, self.document, self.person) = (qualification, document, person)
        }
    }
    package struct Act: Sendable {
        package var at: Moment
        package var person: String
        package var act: String
        package var detail: String
        package init(at: Moment, person: String, act: String, detail: String) {
            (self.at, self.person, self.act, self.detail) = (at, person, act, detail)
        }
    }
    package var record: AccountRecord
    package var qualifications: [QualificationRecord]
    package var complaints: Complaints
    /// Card templates of the app and whether the platform approved them.
    package var templates: [(id: String, approved: Bool)]
    /// Newest first.
    package var history: [Act]
    package init(
        record: AccountRecord, qualifications: [QualificationRecord], complaints: Complaints,
        templates: [(id: String, approved: Bool)], history: [Act]
    ) {
        (self.record, self.qualifications, self.complaints) = (record, qualifications, complaints)
        (self.templates, self.history) = (templates, history)
    }
}

/// Rule 13: one way in, what is done there, and on which page people are asked.
package struct Strategy: Sendable, Equatable, Codable {
    package var entry: String
    package var behaviour: String
    package var page: String
    package var enabled: Bool
    package init(entry: String, behaviour: String, page: String, enabled: Bool) {
        (self.entry, self.behaviour, self.page, self.enabled) = (entry, behaviour, page, enabled)
    }
}

package struct StrategyDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var app: AppID
    /// Added when it is new.
    package var strategy: Strategy
    /// Taken away instead.
    package var removes: Bool
    package var person: String
    package init(now: Moment, term: Term, app: AppID, strategy: Strategy, removes: Bool, person: String) {
        (self.now, self.term, self.app) = (now, term, app)
        (self.strategy, self.removes, self.person) = (strategy, removes, person)
    }
}

package struct PeopleDemand: Sendable {
    /// nil leaves what is known; windows are of the person, everything else of the person and the account.
    package struct Row: Sendable, Codable, Equatable {
        package var openID: String
        /// An identifier of the zone database.
        package var zone: String?
        /// `22:30-07:00`, or `none`.
        package var dnd: String?
        package var mutualFollow: Bool?
        package var stock: Int?
        /// Rule 12, on `day` (`2026-11-20`, else today).
        package var cardsShown: Int?
        package var cardsRefused: Int?
        package var day: String?
        package init(openID: String) { self.openID = openID }
    }
    package struct Known: Sendable {
        package var openID: String
        package var zone: Zone?
        /// Set: the hours are known, and `.some(nil)` that there are none.
        package var quiet: DayWindow??
        package var mutualFollow: Bool?
        package var stock: Int?
        package var cards: (day: PlatformDay, shown: Int, refused: Int)?
        package init(openID: String) { self.openID = openID }
    }
    package var now: Moment
    package var term: Term
    package var account: AccountID
    package var people: [Known]
    package var person: String
    package init(now: Moment, term: Term, account: AccountID, people: [Known], person: String) {
        (self.now, self.term, self.account, self.people, self.person) = (now, term, account, people, person)
    }
}
