import CampaignModel
import Ports
import Words

/// What people may ask about accounts. A desk that keeps none of it says so.
package protocol AccountReadingDesk: Sendable {
    func account(_ name: String) throws -> AccountSheet
    func strategies(account: String) throws -> [Strategy]
}

/// What people may record about accounts and about single people.
package protocol AccountDesk: AccountReadingDesk {
    func tend(_ request: AccountRequest, as identity: Identity) throws -> AccountSheet
    func set(_ request: StrategyRequest, as identity: Identity) throws -> [Strategy]
    func learn(_ request: PeopleRequest, as identity: Identity) throws -> PeopleReceipt
}

extension AccountReadingDesk {
    package func account(_ name: String) throws -> AccountSheet { throw Self.keepsNone }
    package func strategies(account: String) throws -> [Strategy] { throw Self.keepsNone }
    static var keepsNone: DeskRefusal { DeskRefusal(.notFound, code: "not_kept", Catalogue.Account.notKept) }
}

extension AccountDesk {
    package func tend(_ request: AccountRequest, as identity: Identity) throws -> AccountSheet { throw Self.keepsNone }
    package func set(_ request: StrategyRequest, as identity: Identity) throws -> [Strategy] { throw Self.keepsNone }
    package func learn(_ request: PeopleRequest, as identity: Identity) throws -> PeopleReceipt { throw Self.keepsNone }
}

package struct AccountRequest: Sendable, Codable {
    package enum Act: String, Sendable, Codable, CaseIterable {
        case freeze, appeal, qualify, disqualify, credit, report, violation, bind, unbind, ban
        case approveTemplate = "approve-template"
        case refuseTemplate = "refuse-template"
    }
    package var account: String
    package var act: Act
    package var note: String
    /// Of a qualification or a template.
    package var id: String?
    package var document: String?
    /// ISO 8601, or a day on Shanghai's wall.
    package var validFrom: String?
    package var validTo: String?
    package var messagesPerDay: Int?
    package var score: Int?
    package var count: Int?
    package init(account: String, act: Act, note: String = "") {
        (self.account, self.act, self.note) = (account, act, note)
    }
}

package struct StrategyRequest: Sendable, Codable {
    package enum Act: String, Sendable, Codable, CaseIterable { case enable, disable, remove }
    /// Any account of the app.
    package var account: String
    package var act: Act
    package var entry: String
    package var behaviour: String
    package var page: String
    package init(account: String, act: Act, entry: String, behaviour: String, page: String) {
        (self.account, self.act, self.entry, self.behaviour, self.page) = (account, act, entry, behaviour, page)
    }
}

package struct PeopleRequest: Sendable, Codable {
    package static let rowsMax = 200
    package var account: String
    package var rows: [PeopleDemand.Row]
    package init(account: String, rows: [PeopleDemand.Row]) { (self.account, self.rows) = (account, rows) }
}

package struct PeopleReceipt: Sendable, Codable {
    package var rows: Int
    package var changed: Int
    package init(rows: Int, changed: Int) { (self.rows, self.changed) = (rows, changed) }
}

/// Everything about one account on one page.
package struct AccountSheet: Sendable, Codable {
    package struct QualificationLine: Sendable, Codable {
        package var id: String
        package var document: String
        package var validFrom: String
        package var validTo: String
        package var messagesPerDay: Int
        package var isValid: Bool
        package var person: String
        package init(_ record: AccountFile.QualificationRecord, at now: Moment) {
            id = record.qualification.id
            document = record.document
            validFrom = record.qualification.validFrom.iso8601
            validTo = record.qualification.validTo.iso8601
            messagesPerDay = record.qualification.messagesPerDay
            isValid = record.qualification.isValid(at: now)
            person = record.person
        }
    }
    package struct TemplateLine: Sendable, Codable {
        package var id: String
        package var approved: Bool
        package init(id: String, approved: Bool) { (self.id, self.approved) = (id, approved) }
    }
    package struct HistoryLine: Sendable, Codable {
        package var at: String
        package var person: String
        package var act: String
        package var detail: String
        package init(_ act: AccountFile.Act) {
            at = act.at.iso8601
            person = act.person
            self.act = act.act
            detail = act.detail
        }
    }
    package var account: String
    package var app: String
    package var openID: String
    package var kind: String
    package var role: String
    package var zone: String
    package var bound: Bool
    /// open, or the code of the first rule that closes it.
    package var state: String
    package var sentence: String
    package var nextAllowed: String?
    package var peopleToday: Int
    package var peopleCap: Int
    package var messagesToday: Int
    package var messagesCap: Int?
    package var messagesThisHour: Int
    /// nil: rule 16 is not judged.
    package var hourlyLimit: Int?
    package var slowedPerHour: Int
    package var frozenSince: String?
    /// What the platform's own freeze lasts to; only an appeal lifts ours.
    package var frozenUntil: String?
    package var bannedSince: String?
    package var credit: Int
    package var creditMin: Int
    package var reports: Int
    package var violations: Int
    package var qualifications: [QualificationLine]
    package var templates: [TemplateLine]
    package var history: [HistoryLine]

    /// - Parameters:
    ///   - lane: how the lane stands, as `status` says it.
    ///   - slowedPerHour: by the rules, for its kind and profile.
    package init(
        _ file: AccountFile, lane: StatusReport.LaneLine, facts: LaneFacts, slowedPerHour: Int, hourlyLimit: Int?,
        creditMin: Int, at now: Moment
    ) {
        account = file.record.name
        app = file.record.appName
        openID = file.record.openID
        kind = file.record.kind.rawValue
        role = file.record.role.rawValue
        zone = file.record.zone.identifier
        bound = facts.isBound
        state = lane.state
        sentence = lane.sentence
        nextAllowed = lane.nextAllowed
        peopleToday = lane.peopleToday
        peopleCap = lane.peopleCap
        messagesToday = lane.messagesToday
        messagesCap = lane.messagesCap
        messagesThisHour = facts.recent.messages(within: .hours(1), at: now)
        (self.hourlyLimit, self.slowedPerHour) = (hourlyLimit, slowedPerHour)
        frozenSince = facts.standing.frozen?.iso8601
        frozenUntil = facts.standing.frozen.map { ($0 + AccountStanding.freezeLength).iso8601 }
        bannedSince = facts.standing.banned?.iso8601
        credit = facts.standing.credit
        self.creditMin = creditMin
        reports = file.complaints.reports
        violations = file.complaints.violations
        qualifications = file.qualifications.map { QualificationLine($0, at: now) }
        templates = file.templates.map { TemplateLine(id: $0.id, approved: $0.approved) }
        history = file.history.map { HistoryLine($0) }
    }
}
