import CampaignModel
import Wire

extension SandboxPlatform {
    /// Audits first, refuses second: a send at night is a breach whatever the platform says to it.
    mutating func send(_ request: HTTPRequest, at now: Moment) -> SandboxAnswer {
        ledger.sends += 1
        let wall = ShanghaiWall(now)
        guard let account = request.query("open_id").flatMap({ accountIndex[$0] }) else {
            return refuse(PlatformCode.accountNotAuthorised, "the account did not authorise", at: now)
        }
        let contact = SendBody(request.body).map { body in
            Contact(
                account: account, person: people.number(of: body.recipient), body: body,
                digest: BodyDigest.of(request.body, salt: UInt64(account + 1)))
        }
        if wall.isQuiet { report(.quietHours, account: account, contact: contact, at: now) }
        var answerRefusal: Int?
        if let contact {
            if let answers = contact.body.answers {
                answerRefusal = auditAnswer(contact, answers, at: now)
                for breach in auditStanding(contact, wall: wall, at: now) {
                    report(breach, account: account, contact: contact, at: now)
                }
            } else {
                audit(contact, wall: wall, at: now)
            }
        }
        if let fault = tokenFault(request, account: account, at: now) {
            return refuse(fault.code, fault.words, at: now)
        }
        guard let contact, contact.body.isWellFormed else {
            return refuse(PlatformCode.illegalParameter, "illegal parameter", at: now)
        }
        if let code = answerRefusal ?? refusalByRule(contact, wall: wall, at: now) {
            return refuse(code, "refused by rule", at: now)
        }
        if mood(about: contact.body)?.isRefused == true {
            return refuse(PlatformCode.personGone, "not for this person", at: now)
        }
        let trick = SandboxTrick(suffixOf: contact.body.recipient) ?? faults.draw(using: &generator)
        guard let trick else { return accept(contact, wall: wall, at: now) }
        return play(trick, contact, wall: wall, at: now)
    }

    struct Contact {
        let account: Int
        let person: Int32
        let body: SendBody
        let digest: UInt64
        var messages: Int { body.contents.count }
    }

    /// Everything that must not arrive, judged against what was taken so far. It looks at arrivals, not at what the
    /// platform would let pass: the daemon has to keep the rules by itself.
    private mutating func audit(_ contact: Contact, wall: ShanghaiWall, at now: Moment) {
        let account = accounts[contact.account]
        let today = account.days[wall.day]
        let isSecond = today?.people.contains(contact.person) ?? false
        var breaches: [SandboxBreach.Kind] = []
        if isSecond {
            breaches.append(.secondContact)
        } else if apps[account.clientKey]?.contacted[wall.day]?.contains(contact.person) ?? false {
            breaches.append(.secondContactInApp)
        }
        if !isSecond, (today?.people.count ?? 0) >= limits.usersADay { breaches.append(.usersCap) }
        if (today?.messages ?? 0) + contact.messages > account.messagesADay(limits) { breaches.append(.messagesCap) }
        if !account.authorised.contains(contact.person) { breaches.append(.notAuthorised) }
        if let day = takenBodies[contact.digest] {
            let isStillDuplicate = limits.repeatsAllowedAfterDays.map { wall.day - Int(day) < $0 } ?? true
            if isStillDuplicate { breaches.append(.duplicate) }
        }
        if !contact.body.images.isEmpty, !account.mutualFollows.contains(contact.person) {
            breaches.append(.imageWithoutMutualFollow)
        }
        if !contact.body.isWellFormed { breaches.append(.contentShape) }
        breaches += auditStanding(contact, wall: wall, at: now)
        for breach in breaches { report(breach, account: contact.account, contact: contact, at: now) }
    }

    private mutating func report(_ kind: SandboxBreach.Kind, account: Int, contact: Contact?, at now: Moment) {
        ledger.add(
            SandboxBreach(
                kind: kind, account: accounts[account].openID, recipient: contact?.body.recipient ?? "", at: now))
    }

    /// What the real platform would refuse.
    private mutating func refusalByRule(_ contact: Contact, wall: ShanghaiWall, at now: Moment) -> Int? {
        let account = accounts[contact.account]
        let today = account.days[wall.day]
        if let code = refusalByStanding(contact, at: now) { return code }
        if !account.isBound { return PlatformCode.accountNotAuthorised }
        if contact.body.answers != nil {
            return contact.body.hasForbiddenText ? PlatformCode.contentNotAllowed : nil
        }
        if !account.authorised.contains(contact.person) { return PlatformCode.notThisPerson }
        if contact.body.hasForbiddenText { return PlatformCode.contentNotAllowed }
        if !contact.body.images.isEmpty {
            if !account.mutualFollows.contains(contact.person) { return PlatformCode.notThisPerson }
            if !contact.body.images.allSatisfy(images.contains) { return PlatformCode.illegalParameter }
        }
        if let today {
            if today.people.contains(contact.person) { return PlatformCode.personFrequency }
            if today.people.count >= limits.usersADay { return PlatformCode.quotaUsedUp }
        }
        return nil
    }

    mutating func refuse(_ code: Int, _ words: String, at now: Moment) -> SandboxAnswer {
        ledger.refused[code, default: 0] += 1
        return SandboxAnswer(
            response: ReplyText.withExtra(
                fields: #""msg_id":"","all_send_success":false,"#, code: code, words: words, logID: logID, now: now))
    }

    /// From here on the person has been written to.
    private mutating func take(_ contact: Contact, messages: Int, wall: ShanghaiWall, at now: Moment) {
        if let answers = contact.body.answers {
            conversations.answer(
                answers.message, .init(account: contact.account, person: contact.person), at: now)
        } else {
            accounts[contact.account].days[wall.day, default: AccountDay()].people.insert(contact.person)
            accounts[contact.account].days[wall.day, default: AccountDay()].messages += messages
            apps[accounts[contact.account].clientKey]?.contacted[wall.day, default: []].insert(contact.person)
        }
        notePrompts(of: contact, wall: wall)
        takenBodies[contact.digest] = Int32(wall.day)
        ledger.people.insert(contact.person)
        ledger.messages += messages
        messagesSent += messages
        sent[messagesSent] = SentMessage(account: contact.account, at: now, group: nil)
        tellSent(contact, ids: messagesSent - messages + 1...messagesSent, at: now)
    }

    private mutating func accept(_ contact: Contact, wall: ShanghaiWall, at now: Moment) -> SandboxAnswer {
        take(contact, messages: contact.messages, wall: wall, at: now)
        ledger.accepted += 1
        return SandboxAnswer(response: success(now))
    }

    private func success(_ now: Moment) -> HTTPResponse {
        ReplyText.withExtra(
            fields: #""msg_id":"@sandbox-\#(messagesSent)","all_send_success":true,"#, code: 0, words: "",
            logID: logID, now: now)
    }

    private mutating func play(
        _ trick: SandboxTrick, _ contact: Contact, wall: ShanghaiWall, at now: Moment
    ) -> SandboxAnswer {
        switch trick {
        case .risk: return refuse(PlatformCode.risk, "abnormal risk, slow down", at: now)
        case .busy: return refuse(PlatformCode.busy, "system busy", at: now)
        case .gone: return refuse(PlatformCode.personGone, "user deactivated", at: now)
        case .denied: return refuse(PlatformCode.personFrequency, "over the frequency limit", at: now)
        case .expired:
            guard expiredPlayed.insert(contact.person).inserted else { return accept(contact, wall: wall, at: now) }
            return refuse(PlatformCode.tokenExpired, "access_token expired", at: now)
        case .rate:
            ledger.refused[429, default: 0] += 1
            return SandboxAnswer(
                response: ReplyText.json("", status: 429, extraHeaders: [HTTPHeader("Retry-After", "1")]))
        case .partial: return acceptPart(of: contact, wall: wall, at: now)
        case .noid:
            take(contact, messages: contact.messages, wall: wall, at: now)
            ledger.silent += 1
            return SandboxAnswer(
                response: ReplyText.withExtra(
                    fields: #""all_send_success":true,"#, code: 0, words: "", logID: logID, now: now))
        case .timeout, .lostreply, .reset, .garbage, .half, .internalError:
            take(contact, messages: contact.messages, wall: wall, at: now)
            ledger.silent += 1
            return unreadable(trick, success(now))
        }
    }

    private func unreadable(_ trick: SandboxTrick, _ reply: HTTPResponse) -> SandboxAnswer {
        var answer = SandboxAnswer(response: reply)
        switch trick {
        case .timeout: answer.delay = Self.withheldReplyDelay
        case .lostreply: answer.fault = .dropBeforeReply
        case .reset: answer.fault = .resetConnection
        case .half: answer.fault = .cutReply(afterBytes: reply.body.count / 2)
        case .garbage: answer.response = ReplyText.page("<html>}{ \u{1}", status: 200)
        case .internalError: answer.response = ReplyText.page("internal error", status: 500)
        case .partial, .noid, .risk, .busy, .rate, .gone, .denied, .expired:
            preconditionFailure("\(trick.rawValue) has a readable answer")
        }
        return answer
    }

    private mutating func acceptPart(of contact: Contact, wall: ShanghaiWall, at now: Moment) -> SandboxAnswer {
        take(contact, messages: 1, wall: wall, at: now)
        ledger.partial += 1
        var fields = #""msg_id":"@sandbox-\#(messagesSent)","all_send_success":false,"#
        if contact.messages > 1 {
            let refused = #",{"error_code":\#(PlatformCode.contentNotAllowed),"description":"not allowed"}"#
            let rows = #"{"error_code":0,"description":""}"# + String(repeating: refused, count: contact.messages - 1)
            fields += #""send_msg_status_list":[\#(rows)],"#
        }
        return SandboxAnswer(
            response: ReplyText.withExtra(fields: fields, code: 0, words: "", logID: logID, now: now))
    }
}
