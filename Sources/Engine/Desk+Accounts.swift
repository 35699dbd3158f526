import Answers
import CampaignModel
import Logging
import Ports
import SendingRules
import Words

extension DeskReading {
    package func account(_ name: String) throws -> AccountSheet {
        let now = clock.now()
        return try sheet(of: ledger.accountFile(record(named: name).id, history: 50), at: now)
    }

    package func strategies(account: String) throws -> [Strategy] {
        try ledger.strategies(of: record(named: account).app)
    }

    func record(named name: String) throws -> AccountRecord {
        guard let record = try ledger.accounts().first(where: { $0.name == name }) else {
            throw DeskRefusal(.notFound, code: "account_not_found", Catalogue.Desk.accountNotFound(name))
        }
        return record
    }

    func sheet(of file: AccountFile, at now: Moment) throws -> AccountSheet {
        let facts = try ledger.laneFacts(file.record.id, at: now)
        return AccountSheet(
            file, lane: line(file.record, facts, at: now), facts: facts, slowedPerHour: gate.slowedPerHour(facts),
            hourlyLimit: limits.riskMessagesPerHour, creditMin: limits.creditMin, at: now)
    }
}

extension Desk {
    package func account(_ name: String) throws -> AccountSheet { try reading.account(name) }
    package func strategies(account: String) throws -> [Strategy] { try reading.strategies(account: account) }

    package func tend(_ request: AccountRequest, as identity: Identity) throws -> AccountSheet {
        let person = try prove(identity, for: .tendAccount)
        let record = try reading.record(named: request.account)
        let now = setup.clock.now()
        let act = try Self.act(of: request)
        if act.closes { setup.board.closeAccount(record.id) }
        do {
            let file = try setup.ledger.tend(
                AccountDemand(
                    now: now, term: setup.term, account: record.id, act: act,
                    note: String(request.note.prefix(500)), person: person.name)
            ) { FreezeRule.freezes(reports: $0.reports, violations: $0.violations) }
            let sheet = try reading.sheet(of: file, at: now)
            let isClosed = sheet.frozenSince != nil || sheet.bannedSince != nil
            if isClosed { setup.board.closeAccount(record.id) } else { setup.board.openAccount(record.id) }
            setup.logger.notice(
                "an account was tended",
                metadata: [
                    "account": "\(record.name)", "act": "\(act.code)", "person": "\(person.name)",
                    "state": "\(sheet.state)",
                ])
            ringAll()
            return sheet
        } catch {
            // Nothing is recorded, so nothing may stay stopped by it.
            if act.closes { setup.board.openAccount(record.id) }
            if let obstacle = error as? AccountObstacle { throw Self.refusal(obstacle, request.account) }
            throw error
        }
    }

    package func set(_ request: StrategyRequest, as identity: Identity) throws -> [Strategy] {
        let person = try prove(identity, for: .strategy)
        let app = try reading.record(named: request.account).app
        let words = [request.entry, request.behaviour, request.page]
        guard
            words.allSatisfy({ word in
                (1...64).contains(word.utf8.count) && !word.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            })
        else {
            throw DeskRefusal(.invalid, code: "bad_strategy", Catalogue.Account.badStrategy)
        }
        do {
            try setup.ledger.set(
                StrategyDemand(
                    now: setup.clock.now(), term: setup.term, app: app,
                    strategy: Strategy(
                        entry: request.entry, behaviour: request.behaviour, page: request.page,
                        enabled: request.act == .enable),
                    removes: request.act == .remove, person: person.name)
            ) { StrategyRule.mayEnable(alreadyEnabled: $0) }
        } catch let obstacle as AccountObstacle {
            throw Self.refusal(obstacle, request.account)
        }
        return try setup.ledger.strategies(of: app)
    }

    package func learn(_ request: PeopleRequest, as identity: Identity) throws -> PeopleReceipt {
        let person = try prove(identity, for: .learnPeople)
        let record = try reading.record(named: request.account)
        guard request.rows.count <= PeopleRequest.rowsMax else {
            throw DeskRefusal(.invalid, code: "too_many_rows", Catalogue.Account.tooManyRows(PeopleRequest.rowsMax))
        }
        let now = setup.clock.now()
        let people = try request.rows.map { try PeopleReader.known($0, today: PlatformDay(containing: now)) }
        let changed = try setup.ledger.learn(
            PeopleDemand(now: now, term: setup.term, account: record.id, people: people, person: person.name))
        ringAll()
        return PeopleReceipt(rows: people.count, changed: changed)
    }

    /// Of a qualification's id, a template's, a document's name or address.
    private static let wordMax = 500

    private static func act(of request: AccountRequest) throws -> AccountDemand.Act {
        func need<Value>(_ value: Value?, _ word: String) throws -> Value {
            guard let value else {
                throw DeskRefusal(.invalid, code: "missing_word", Catalogue.Desk.missing(word))
            }
            return value
        }
        // A blank behind an id would make it another one, which nothing bears.
        let id = request.id.map(PersonID.trimmed)
        for (name, word) in [("id", id), ("document", request.document)] {
            guard let word else { continue }
            guard !word.isEmpty, word.utf8.count <= Self.wordMax,
                !word.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else {
                throw DeskRefusal(
                    .invalid, code: "bad_value", Catalogue.Account.badWord(name, String(word.prefix(60))))
            }
        }
        switch request.act {
        case .freeze: return .freeze
        case .appeal:
            _ = try need(request.note.isEmpty ? nil : request.note, "--note")
            return .appeal
        case .qualify:
            let qualification = Qualification(
                id: try need(id, "--id"),
                validFrom: try moment(need(request.validFrom, "--from")),
                validTo: try moment(need(request.validTo, "--to")),
                messagesPerDay: try need(request.messagesPerDay, "--messages"))
            guard qualification.validFrom < qualification.validTo, (1...100_000).contains(qualification.messagesPerDay),
                (1...64).contains(qualification.id.utf8.count)
            else { throw DeskRefusal(.invalid, code: "bad_qualification", Catalogue.Account.badQualification) }
            return .qualify(qualification, document: try need(request.document, "--document"))
        case .disqualify: return .disqualify(id: try need(id, "--id"))
        case .credit:
            let score = try need(request.score, "SCORE")
            guard (0...AccountStanding.creditMax).contains(score) else {
                throw DeskRefusal(.invalid, code: "bad_credit", Catalogue.Account.badCredit)
            }
            return .credit(score)
        case .report: return .report(count: min(max(request.count ?? 1, 1), 1000))
        case .violation: return .violation
        case .bind: return .bind(true)
        case .unbind: return .bind(false)
        case .ban: return .ban
        case .approveTemplate: return .template(id: try need(id, "TEMPLATE"), approved: true)
        case .refuseTemplate: return .template(id: try need(id, "TEMPLATE"), approved: false)
        }
    }

    private static func moment(_ text: String) throws -> Moment {
        guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
            throw DeskRefusal(.invalid, code: "bad_moment", Catalogue.Desk.badMoment(text))
        }
        return moment
    }

    private static func refusal(_ obstacle: AccountObstacle, _ account: String) -> DeskRefusal {
        switch obstacle {
        case .unchanged: DeskRefusal(.conflict, code: "unchanged", Catalogue.Account.unchanged(account))
        case .notFrozen: DeskRefusal(.conflict, code: "not_frozen", Catalogue.Account.notFrozen(account))
        case .banned: DeskRefusal(.forbidden, code: "account_banned", Catalogue.Desk.banned(account))
        case .unknownQualification(let id):
            DeskRefusal(.notFound, code: "unknown_qualification", Catalogue.Account.unknownQualification(id))
        case .strategiesLimit:
            DeskRefusal(.conflict, code: "strategies_limit", Catalogue.Account.strategiesLimit(StrategyRule.enabledMax))
        }
    }
}

extension AccountDemand.Act {
    /// Stops what is on its way before the ledger knows.
    fileprivate var closes: Bool {
        switch self {
        case .freeze, .ban: true
        case .appeal, .qualify, .disqualify, .credit, .report, .violation, .bind, .template: false
        }
    }
}

/// Reads what an operator wrote of people into what the ledger keeps.
enum PeopleReader {
    static func known(_ row: PeopleDemand.Row, today: PlatformDay) throws -> PeopleDemand.Known {
        guard (1...Catalogue.openIDLengthMax).contains(row.openID.utf8.count) else {
            throw refusal("open_id", row.openID)
        }
        var known = PeopleDemand.Known(openID: row.openID)
        if let name = row.zone {
            guard let zone = Zone(identifier: name) else { throw refusal("zone", name) }
            known.zone = zone
        }
        if let text = row.dnd {
            if text == "none" {
                known.quiet = .some(nil)
            } else {
                guard let window = window(text) else { throw refusal("dnd", text) }
                known.quiet = window
            }
        }
        known.mutualFollow = row.mutualFollow
        if let stock = row.stock {
            guard (0...1_000_000).contains(stock) else { throw refusal("stock", String(stock)) }
            known.stock = stock
        }
        if row.cardsShown != nil || row.cardsRefused != nil {
            var day = today
            if let text = row.day {
                guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else { throw refusal("day", text) }
                day = PlatformDay(containing: moment)
            }
            known.cards = (day, max(row.cardsShown ?? 0, 0), max(row.cardsRefused ?? 0, 0))
        }
        return known
    }

    /// `22:30-07:00`, half-open; the same time twice would be never or always, and is refused.
    static func window(_ text: String) -> DayWindow? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { minutes($0) }
        guard parts.count == 2, let from = parts[0], let to = parts[1], from != to else { return nil }
        return DayWindow(fromMinute: from, toMinute: to)
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    private static func refusal(_ column: String, _ value: String) -> DeskRefusal {
        DeskRefusal(.invalid, code: "bad_value", Catalogue.Account.badValue(column, String(value.prefix(60))))
    }
}
