import CampaignModel

/// Rule 23, and what of the rules about a person holds for a group: one contact a day and the deny list. Authorisation and
/// mutual following are a person's; a group has neither, and quiet hours and caps are the lane's, whoever is written to.
enum GroupRules {
    static func judge(_ facts: Facts, limits: RuleLimits, at now: Moment, into refusals: inout [Refusal]) {
        PersonRules.judgeDay(facts.person, limits: limits, at: now, into: &refusals)
        PersonRules.judgeLists(facts.person, into: &refusals)
        guard let group = facts.person.group, let kind = group.kind else {
            refusals.append(
                Refusal(reason: .groupKindUnknown, effect: .skip, observed: .none, limit: .none, changesAt: nil))
            return
        }
        if let limit = kind.membersMax, let members = group.members, members > limit {
            refusals.append(
                Refusal(
                    reason: .groupTooLarge, effect: .skip, observed: .count(members), limit: .count(limit),
                    changesAt: nil))
        }
        if group.isAdminsOnly && !group.isAdmin {
            refusals.append(
                Refusal(
                    reason: .groupAdminsOnly, effect: .skip, observed: .yes(group.isAdmin), limit: .yes(true),
                    changesAt: nil))
        }
    }
}
