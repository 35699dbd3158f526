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
        if showsTooOften(contact, wall: wall) { breaches.append(.promptExposure) }
        return breaches
    }

    /// By the app, the account that is asked for, and the person, whoever sends the card.
    private func showsTooOften(_ contact: Contact, wall: ShanghaiWall) -> Bool {
        guard let app = apps[accounts[contact.account].clientKey] else { return false }
        return Dictionary(grouping: contact.body.prompts, by: \.self).contains { owner, cards in
            let shown = app.promptsDay == wall.day ? app.prompts[PromptKey(owner, contact.person), default: 0] : 0
            return shown + cards.count > limits.promptsADay
        }
    }

    /// The cards of a contact that was taken.
    mutating func notePrompts(of contact: Contact, wall: ShanghaiWall) {
        let key = accounts[contact.account].clientKey
        guard !contact.body.prompts.isEmpty, apps[key] != nil else { return }
        if apps[key]?.promptsDay != wall.day {
            apps[key]?.promptsDay = wall.day
            apps[key]?.prompts = [:]
        }
        for owner in contact.body.prompts { apps[key]?.prompts[PromptKey(owner, contact.person), default: 0] += 1 }
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
