import Answers
import CampaignFiles
import CampaignModel
import Engine
import Experiments
import Foundation
import HostSystem
import SendingRules
import Words

/// What `curfew check` says about a campaign's test before anything is dropped: whether it can be decided in time under the
/// account's caps, and what it can find.
struct TestCheck {
    private(set) var problems: [FileVerdict.Found] = []
    private(set) var lines: [String] = []
    var faults: [String] {
        problems.filter { $0.severity == "error" }.map { "\($0.severity) [\($0.code)] \($0.message)" }
    }

    init() {}

    init(_ campaign: Campaign, _ file: String, _ desk: FileDesk) throws {
        guard campaign.experiment != nil, campaign.audience.source == .files,
            let start = campaign.nextStart(at: desk.now)
        else { return }
        let people = try desk.people(campaign, beside: file) { _, _ in }
        let limits = desk.settings.map { RuleLimits($0) } ?? RuleLimits()
        let account = desk.settings?.account(named: campaign.account)?.account
        guard
            let plan = TestPlan(
                campaign, audience: people, start: start,
                capacity: Self.capacity(account, limits, at: start), quiet: limits.quiet)
        else { return }
        // Without a configuration the account's caps are not known, and nothing is refused for them.
        if plan.isInTime || account == nil {
            lines.append(
                Catalogue.Test.inTime(
                    people: plan.people, aDay: plan.contactsADay, ready: plan.ready?.minuteText() ?? ""
                ).text(in: desk.language))
        } else {
            let sentence = Catalogue.Test.notInTime(
                people: plan.people, aDay: plan.contactsADay, served: plan.served?.minuteText(),
                ready: plan.ready?.minuteText(), decideBy: plan.decideBy.minuteText())
            problems.append(
                Self.found("error", "test_not_in_time", sentence.text(in: desk.language)))
        }
        let power = TestStory.powerLines(campaign, people: people, in: desk.language)
        lines += power
        if !plan.isLargeEnough, let size = power.first {
            problems.append(Self.found("warning", "test_too_small", size))
        }
    }

    /// Of the file as a whole: no line of it alone is wrong.
    private static func found(_ severity: String, _ code: String, _ message: String) -> FileVerdict.Found {
        .init(line: 1, column: 1, severity: severity, code: code, message: message, hint: nil)
    }

    private static func capacity(
        _ account: AccountSettings?, _ limits: RuleLimits, at start: Moment
    ) -> TestPlan.Capacity {
        let batch: Int =
            switch account?.kind {
            case .personal: limits.personalMessagesPerDay
            case .enterprise, nil:
                account?.qualification.flatMap {
                    $0.validFrom <= start && start < $0.validTo ? $0.messagesPerDay : nil
                } ?? limits.batchMessagesPerDay
            }
        return TestPlan.Capacity(
            peopleADay: limits.usersPerDay, messagesADay: batch, perSecond: account?.pace.perSecond ?? 1)
    }
}
