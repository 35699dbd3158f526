import CampaignModel

/// What the platform itself holds against an account: its pace in an hour, restrictions, the app's score, and how often
/// one person was shown the card that asks for an authorisation.
extension SandboxPlatform {
    /// What was on the way when the account was told does not count: a request's life and a little.
    private static let deafness: Duration = .seconds(20)
    private static let hour: Duration = .hours(1)

    mutating func auditStanding(_ contact: Contact, wall: ShanghaiWall, at now: Moment) -> [SandboxBreach.Kind] {
        var breaches: [SandboxBreach.Kind] = []
        if let since = accounts[contact.account].toldSince, now.since(since) > Self.deafness {
            breaches.append(.deafToRefusal)
        }
        if let credit = apps[accounts[contact.account].clientKey]?.credit, credit < limits.creditMin {
            breaches.append(.creditScore)
        }
        if accounts[contact.account].kind == .personal, isTooFast(contact, at: now) { breaches.append(.hourlyPace) }
        if contact.body.prompts > 0 {
            if accounts[contact.account].promptsDay != wall.day {
                accounts[contact.account].promptsDay = wall.day
                accounts[contact.account].prompts = [:]
            }
            let shown = accounts[contact.account].prompts[contact.person, default: 0] + contact.body.prompts
            accounts[contact.account].prompts[contact.person] = shown
            if shown > limits.promptsADay { breaches.append(.promptExposure) }
        }
        return breaches
    }

    private mutating func isTooFast(_ contact: Contact, at now: Moment) -> Bool {
        var lately = accounts[contact.account].lately
        accounts[contact.account].lately = []
        lately.removeAll { now.since($0.at) >= Self.hour }
        lately.append((now, contact.messages))
        let sum = lately.reduce(0) { $0 + $1.messages }
        accounts[contact.account].lately = lately
        return sum > limits.personalMessagesAnHour
    }

    /// The code that tells a restricted account so, and from when on it knows.
    mutating func refusalByStanding(_ contact: Contact, at now: Moment) -> Int? {
        guard let restriction = accounts[contact.account].restriction else { return nil }
        if accounts[contact.account].toldSince == nil { accounts[contact.account].toldSince = now }
        switch restriction {
        case .frozen: return PlatformCode.accountRestricted
        case .banned: return PlatformCode.accountBanned
        }
    }
}
