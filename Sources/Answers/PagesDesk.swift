import CampaignModel
import Ports
import Words

/// What the pages show beyond what commands print. The daemon's desk alone answers: it needs its people and its forecasts.
package protocol PagesDesk: Sendable {
    /// Rises with whatever happens. Equal twice: nothing has.
    func changes() -> Int
    /// What stands at the head of every page and nothing else of the status: neither accounts nor runs are read for it.
    func pageHead() throws -> StatusReport
    func needs() throws -> NeedsSheet
    func reviewSheet(run: String) throws -> ReviewSheet
    /// What somebody may do to a run as it stands.
    func runActs(run: String, as identity: Identity) throws -> RunActs
    func people(_ question: PeopleQuestion) throws -> PeopleSheet
    func personSheet(openID: String, language: Language) throws -> PersonSheet
    /// A page of runs, ended ones too: its cost does not grow with their number.
    func campaigns(_ question: CampaignsQuestion) throws -> CampaignsSheet
    /// Of a run by its full name, the newest first.
    func acts(run: String) throws -> [AuditRow]
    func latestActs(limit: Int) throws -> [AuditRow]
    /// Of everything, the newest first; those before one of them, or from the newest on.
    func acts(before: Int64?, limit: Int) throws -> [AuditRow]
    func image(digest: String) throws -> [UInt8]?
}

/// What may be done, by the rules that judge it when it is done.
package struct RunActs: Sendable {
    /// As the acts are written in requests; `test-send` among them.
    package var possible: Set<String>
    /// Why this person cannot approve what waits for its review; nil: they can, or nothing waits.
    package var obstacle: Sentence?
    package init(possible: Set<String>, obstacle: Sentence?) { (self.possible, self.obstacle) = (possible, obstacle) }
}

/// What waits for somebody.
package struct NeedsSheet: Sendable {
    package struct Review: Sendable, Encodable {
        package var run: RunSummary
        /// How many approvals are missing; nil: the machine has not looked yet.
        package var missing: Int?
        /// Whom it can be.
        package var reviewers: [String]
        package init(run: RunSummary, missing: Int?, reviewers: [String]) {
            (self.run, self.missing, self.reviewers) = (run, missing, reviewers)
        }
    }
    package struct Tight: Sendable, Encodable {
        package var run: String
        package var title: String
        package var forecast: RunForecast
        package init(run: String, title: String, forecast: RunForecast) {
            (self.run, self.title, self.forecast) = (run, title, forecast)
        }
    }
    package var status: StatusReport
    package var reviews: [Review]
    /// Unknown attempts, the oldest first, of which nobody knows the end; some of them.
    package var unknowns: [AttemptLine]
    /// Lanes that open only when somebody acts.
    package var closed: [StatusReport.LaneLine]
    package var tight: [Tight]
    /// Runs that stand for a reason which is no person's act.
    package var standing: [RunSummary]
    package var inbound: [RevisionNote]
    /// No campaign was ever dropped here.
    package var isNew = false
    package init(
        status: StatusReport, reviews: [Review], unknowns: [AttemptLine], closed: [StatusReport.LaneLine],
        tight: [Tight], standing: [RunSummary], inbound: [RevisionNote]
    ) {
        (self.status, self.reviews, self.unknowns, self.closed) = (status, reviews, unknowns, closed)
        (self.tight, self.standing, self.inbound) = (tight, standing, inbound)
    }
    package var isEmpty: Bool {
        status.trouble == nil && status.inbox?.trouble == nil && reviews.isEmpty && status.unknown == 0
            && closed.isEmpty && tight.isEmpty && standing.isEmpty && inbound.isEmpty && !status.stopped
    }
}

package struct ReviewSheet: Sendable {
    /// A message as it arrives.
    package enum Bubble: Sendable, Equatable {
        case text(String)
        case image(digest: String)
        case card(Sentence)
        /// It cannot be made of this row.
        case nothing(Sentence)
    }
    package enum Kind: Int, Sendable, CaseIterable { case first, longest, emptiest }
    package struct Sample: Sendable {
        package var kind: Kind
        package var openID: String
        package var bubbles: [Bubble]
        package init(kind: Kind, openID: String, bubbles: [Bubble]) {
            (self.kind, self.openID, self.bubbles) = (kind, openID, bubbles)
        }
    }
    package struct Variant: Sendable {
        package var name: String
        package var weight: Double
        package var samples: [Sample]
        package init(name: String, weight: Double, samples: [Sample]) {
            (self.name, self.weight, self.samples) = (name, weight, samples)
        }
    }
    package var report: RunReport
    package var number: Int
    package var fileName: String
    /// With people's ids: for who may review.
    package var review: MachineReview?
    package var variants: [Variant]
    package var forecast: RunForecast?
    package init(
        report: RunReport, number: Int, fileName: String, review: MachineReview?, variants: [Variant],
        forecast: RunForecast?
    ) {
        (self.report, self.number, self.fileName) = (report, number, fileName)
        (self.review, self.variants, self.forecast) = (review, variants, forecast)
    }
}

package struct CampaignsQuestion: Sendable {
    package var text: String
    /// A state's code; empty: every state.
    package var state: String
    /// What the page before named as the next.
    package var after: String?
    package var limit = 50
    package init(text: String, state: String, after: String?) {
        (self.text, self.state, self.after) = (text, state, after)
    }
}

package struct CampaignsSheet: Sendable {
    package var runs: [RunSummary]
    package var next: String?
    package init(runs: [RunSummary], next: String?) { (self.runs, self.next) = (runs, next) }
}

package struct PeopleQuestion: Sendable {
    package var run: String
    package var place: String
    package var reason: String?
    /// What the page before named as the next.
    package var after: String?
    package var limit = 50
    package init(run: String, place: String, reason: String?, after: String?) {
        (self.run, self.place, self.reason, self.after) = (run, place, reason, after)
    }
}

package struct PeopleSheet: Sendable {
    package struct Line: Sendable {
        package var openID: String
        package var reason: String?
        package var at: String?
        package init(openID: String, reason: String?, at: String?) {
            (self.openID, self.reason, self.at) = (openID, reason, at)
        }
    }
    package var run: RunSummary
    package var lines: [Line]
    package var next: String?
    package init(run: RunSummary, lines: [Line], next: String?) {
        (self.run, self.lines, self.next) = (run, lines, next)
    }
}

package struct PersonSheet: Sendable {
    package struct Consenting: Sendable {
        package var account: String
        package var state: Consent.State
        package var expires: String?
        package var checked: String
        package init(account: String, state: Consent.State, expires: String?, checked: String) {
            (self.account, self.state, self.expires, self.checked) = (account, state, expires, checked)
        }
    }
    package struct Listing: Sendable, Encodable {
        package var denies: Bool
        package var account: String?
        package var since: String
        package var person: String
        package init(denies: Bool, account: String?, since: String, person: String) {
            (self.denies, self.account, self.since, self.person) = (denies, account, since, person)
        }
    }
    package struct Event: Sendable, Encodable {
        package var kind: String
        package var at: String
        package init(kind: String, at: String) { (self.kind, self.at) = (kind, at) }
    }
    package struct Running: Sendable, Encodable {
        package var run: RunSummary
        package var explanation: Explanation
        package init(run: RunSummary, explanation: Explanation) { (self.run, self.explanation) = (run, explanation) }
    }
    package var openID: String
    package var consents: [Consenting]
    package var listings: [Listing]
    package var events: [Event]
    package var contacts: [AttemptLine]
    package var runs: [Running]
    package init(
        openID: String, consents: [Consenting], listings: [Listing], events: [Event], contacts: [AttemptLine],
        runs: [Running]
    ) {
        (self.openID, self.consents, self.listings) = (openID, consents, listings)
        (self.events, self.contacts, self.runs) = (events, contacts, runs)
    }
    package var isDenied: Bool { listings.contains { $0.denies } }
}

extension PagesDesk {
    package func changes() -> Int { 0 }
    package func needs() throws -> NeedsSheet { throw none }
    package func reviewSheet(run: String) throws -> ReviewSheet { throw none }
    package func runActs(run: String, as identity: Identity) throws -> RunActs { throw none }
    package func people(_ question: PeopleQuestion) throws -> PeopleSheet { throw none }
    package func personSheet(openID: String, language: Language) throws -> PersonSheet { throw none }
    package func campaigns(_ question: CampaignsQuestion) throws -> CampaignsSheet { throw none }
    package func acts(run: String) throws -> [AuditRow] { throw none }
    package func latestActs(limit: Int) throws -> [AuditRow] { throw none }
    package func acts(before: Int64?, limit: Int) throws -> [AuditRow] { throw none }
    package func image(digest: String) throws -> [UInt8]? { throw none }
    private var none: DeskRefusal { DeskRefusal(.notFound, code: "no_such_address", Catalogue.Door.noSuchPage) }
}

extension PagesDesk where Self: ReadingDesk {
    package func pageHead() throws -> StatusReport { try status() }
}
