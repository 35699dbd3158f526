import CampaignFiles
import CampaignModel
import Engine
import Experiments
import Ports
import Reports
import SendingRules
import Words

/// The machine's review of a file that nobody has dropped yet: the same look at everybody that intake's review takes, at
/// the lists as they lie beside it. Mutual followers are known to the ledger only, so images count as skipped here.
enum FileReview {
    static func review(_ campaign: Campaign, beside path: String, _ desk: FileDesk) throws -> MachineReview {
        var context = RenderContext(appID: desk.settings?.account(named: campaign.account)?.app.id ?? "")
        for name in campaign.cardAccounts {
            let found = desk.settings?.account(named: name)
            context.accounts[name] = .init(appID: found?.app.id ?? "", openID: found?.account.openID ?? "")
        }
        var content = ContentReview(campaign, words: desk.review.words, context: context)
        let assignment = Assignment(campaign)
        let house = GlobalHoldout(desk.settings?.holdout ?? HoldoutSettings())
        var placed: [(place: Int64, openID: String, isHeld: Bool)] = []
        let start = campaign.nextStart(at: desk.now) ?? campaign.schedule.start
        let order = PlanOrder(runName: campaign.runName(ofOccurrence: start))
        _ = try desk.listed(campaign, beside: path) { openID, line, value in
            let isHeld = house.contains(openID) || assignment.isHeldOut(openID)
            if campaign.audience.max != nil { placed.append((order.place(of: openID.utf8), openID, isHeld)) }
            content.look(
                at: .init(
                    openID: openID, line: line, arm: isHeld ? nil : assignment.arm(of: openID),
                    isMutualFollow: campaign.channel == .groupMessage ? true : nil),
                value: value)
        }
        guard let max = campaign.audience.max else { return content.result(twoPeopleFrom: desk.review.twoPeopleFrom) }
        if campaign.audience.order == .shuffled { placed.sort { ($0.place, $0.openID) < ($1.place, $1.openID) } }
        let held = placed.prefix(max).count { $0.isHeld }
        return content.result(
            twoPeopleFrom: desk.review.twoPeopleFrom,
            counted: .init(people: min(max, placed.count) - held, held: held))
    }

    static func tell(_ review: MachineReview, _ desk: FileDesk) {
        let words = Catalogue.Review.self
        Standard.say("  \(words.title.text(in: desk.language)): \(words.verdict(review).text(in: desk.language))")
        for finding in review.findings {
            Standard.say("    " + TextWidth.printable(words.finding(finding).text(in: desk.language)))
        }
    }
}
