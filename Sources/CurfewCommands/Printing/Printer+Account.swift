import Answers
import CampaignModel
import Ports
import Reports
import Words

extension Printer {
    func render(account sheet: AccountSheet) -> String {
        let words = Catalogue.Account.self
        var table = TextTable([.left, .left])
        func add(_ heading: Sentence, _ text: String) { table.add([word(heading), text]) }
        let isOpen = sheet.state == "open"
        var state = isOpen ? word(Catalogue.Control.laneOpen) : sheet.sentence
        if let reason = Reason(code: sheet.state) { state = word(Catalogue.reason(reason)) }
        if !isOpen, let next = sheet.nextAllowed { state += " → \(ReportText.words(ofMoment: next))" }
        add(Catalogue.Report.account, sheet.account)
        add(words.state, state)
        add(words.kind, word(words.standing(sheet.kind, sheet.role, zone: sheet.zone)))
        add(words.app, sheet.app)
        add(words.openID, sheet.openID)
        add(
            words.today,
            word(words.people(sheet.peopleToday, cap: sheet.peopleCap)) + " · "
                + word(words.messages(sheet.messagesToday, cap: sheet.messagesCap)))
        var hour = word(words.messages(sheet.messagesThisHour, cap: sheet.hourlyLimit))
        if sheet.hourlyLimit != nil { hour += " · " + word(words.slowed(sheet.slowedPerHour)) }
        add(words.thisHour, hour)
        add(words.credit, "\(sheet.credit) (≥ \(sheet.creditMin))")
        add(words.complaints, "\(sheet.reports) / \(sheet.violations)")
        if let since = sheet.frozenSince {
            let until = ReportText.words(ofMoment: sheet.frozenUntil ?? since)
            add(words.frozen, word(words.frozenSince(ReportText.words(ofMoment: since), until: until)))
        }
        if let since = sheet.bannedSince { add(words.banned, ReportText.words(ofMoment: since)) }
        var lines = table.lines()
        lines += block(words.qualifications, qualifications(sheet.qualifications))
        if !sheet.templates.isEmpty {
            lines += block(
                words.templates,
                sheet.templates.map {
                    TextWidth.printable("\($0.id)  \(word($0.approved ? words.approved : words.notApproved))")
                })
        }
        lines += block(words.history, history(sheet.history))
        return joined(lines)
    }

    private func qualifications(_ lines: [AccountSheet.QualificationLine]) -> [String] {
        let words = Catalogue.Account.self
        guard !lines.isEmpty else { return [word(words.none)] }
        var table = TextTable([.left, .left, .left, .left, .left])
        for line in lines {
            table.add([
                line.id, word(words.perDay(line.messagesPerDay)),
                "\(ReportText.words(ofMoment: line.validFrom)) – \(ReportText.words(ofMoment: line.validTo))",
                word(line.isValid ? words.valid : words.notValid), line.person,
            ])
        }
        return table.lines()
    }

    private func history(_ lines: [AccountSheet.HistoryLine]) -> [String] {
        guard !lines.isEmpty else { return [word(Catalogue.Account.none)] }
        var table = TextTable([.left, .left, .left, .left])
        for line in lines {
            table.add([
                ReportText.words(ofMoment: line.at), line.person, word(Catalogue.Audit.act(line.act)),
                word(Catalogue.Audit.detail(line.detail, of: line.act)),
            ])
        }
        return table.lines()
    }

    func render(strategies: [Strategy]) -> String {
        let words = Catalogue.Account.self
        guard !strategies.isEmpty else { return word(words.none) }
        var table = TextTable([.left, .left, .left, .left])
        for strategy in strategies {
            table.add([
                word(strategy.enabled ? words.enabled : words.disabled), strategy.entry, strategy.behaviour,
                strategy.page,
            ])
        }
        return joined(table.lines())
    }
}
