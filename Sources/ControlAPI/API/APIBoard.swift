import Answers
import CampaignModel
import Hummingbird
import Ports
import Words

/// What the pages show, for programs: the same answers of the same desk. As with the pages, whoever asks is proved first;
/// every role may look, a viewer as well.
struct APIBoard: Sendable {
    let line: DeskLine
    let rules: DoorRules

    func add(to table: inout APITable) {
        table.get("/v1/caller") { request, _ in try await answer(request) { try $0.caller($1) } }
        table.get("/v1/needs") { request, _ in try await answer(request) { desk, _ in NeedsLine(try desk.needs()) } }
        table.get("/v1/settings") { request, _ in try await answer(request) { desk, _ in try desk.settings() } }
        table.get("/v1/tokens") { request, _ in
            try await answer(request) { desk, identity in
                ListPage(list: "tokens", items: try desk.tokens(as: identity))
            }
        }
        table.get("/v1/experiments") { request, _ in
            let language = ControlRoutes.language(of: request)
            return try await answer(request) { desk, _ in
                ListPage(list: "experiments", items: try desk.experiments(in: language))
            }
        }
        table.get("/v1/calendar") { request, _ in
            let from = try ControlRoutes.word("from", of: request)
            return try await answer(request) { try $0.calendar(from: from, as: $1) }
        }
        lists(&table)
        run(&table)
        people(&table)
    }

    // MARK: - Lists

    private func lists(_ table: inout APITable) {
        table.get("/v1/accounts") { request, _ in
            let cursor = try OpaqueCursor("accounts", of: request)
            let lanes = try await look(request) { desk, _ in try desk.status().lanes.sorted { $0.account < $1.account }
            }
            let rest = lanes.drop { lane in cursor.after.map { lane.account <= $0 } ?? false }
            let items = Array(rest.prefix(cursor.limit))
            let next = rest.count > items.count ? items.last?.account : nil
            return try APIRoutes.page("accounts", items, next: cursor.write(next), request)
        }
        table.get("/v1/campaigns") { request, _ in
            let cursor = try OpaqueCursor("campaigns", of: request, isNumber: true)
            var question = CampaignsQuestion(
                text: try ControlRoutes.word("text", of: request) ?? "",
                state: try ControlRoutes.word("state", of: request) ?? "", after: cursor.after)
            question.limit = cursor.limit
            let sheet = try await look(request) { [question] desk, _ in try desk.campaigns(question) }
            return try APIRoutes.page("campaigns", sheet.runs, next: cursor.write(sheet.next), request)
        }
    }

    // MARK: - One run

    private func run(_ table: inout APITable) {
        table.get("/v1/runs/{run}/acts") { request, context in
            let name = try ControlRoutes.pathWord("run", of: context)
            return try await answer(request) { desk, _ in
                ListPage(list: "acts", items: try desk.acts(run: try desk.run(name, for: nil).run))
            }
        }
        table.get("/v1/runs/{run}/possible") { request, context in
            let name = try ControlRoutes.pathWord("run", of: context)
            let language = ControlRoutes.language(of: request)
            return try await answer(request) { desk, identity in
                let acts = try desk.runActs(run: name, as: identity)
                return PossibleLine(acts: acts.possible.sorted(), obstacle: acts.obstacle?.text(in: language))
            }
        }
        table.get("/v1/runs/{run}/forecast") { request, context in
            let name = try ControlRoutes.pathWord("run", of: context)
            return try await answer(request) { desk, _ in
                ForecastLine(forecast: try desk.reviewSheet(run: name).forecast)
            }
        }
        table.get("/v1/runs/{run}/what-if") { request, context in
            let question = WhatIfQuestion(
                run: try ControlRoutes.pathWord("run", of: context),
                pace: try ControlRoutes.word("pace", of: request) ?? "",
                start: try ControlRoutes.word("start", of: request) ?? "",
                order: try ControlRoutes.word("order", of: request) ?? "")
            _ = try await look(request) { _, _ in true }
            // Two forecasts, each as long as its lists are.
            let sheet = try await line.work { try $0.whatIf(question) }
            return try DoorReply.json(WhatIfLine(asIs: sheet.asIs, changed: sheet.changed))
        }
    }

    // MARK: - Single people, on the socket alone

    private func people(_ table: inout APITable) {
        table.get("/v1/runs/{run}/review") { request, context in
            if let objection = rules.personObjection() { throw objection }
            let name = try ControlRoutes.pathWord("run", of: context)
            let sheet = try await look(request) { desk, _ in try desk.reviewSheet(run: name) }
            return try APIRoutes.revision(
                sheet.report.summary.digest, DoorReply.json(ReviewLine(sheet, ControlRoutes.language(of: request))))
        }
        table.get("/v1/person") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            guard let openID = try ControlRoutes.word("user", of: request) else {
                throw ControlRoutes.missingQuery("user")
            }
            let language = ControlRoutes.language(of: request)
            return try await answer(request) { desk, _ in
                PersonCard(try desk.personSheet(openID: openID, language: language))
            }
        }
        table.get("/v1/acts") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            let cursor = try OpaqueCursor("acts", of: request, isNumber: true)
            let before = cursor.after.flatMap { Int64($0) }
            // One more, to know whether there is another page.
            let rows = try await look(request) { desk, _ in
                try desk.acts(before: before, limit: cursor.limit + 1)
            }
            let items = Array(rows.prefix(cursor.limit))
            let next = rows.count > items.count ? items.last.map { String($0.seq) } : nil
            return try APIRoutes.page("acts", items, next: cursor.write(next), request)
        }
    }

    // MARK: - Parts

    private func answer(
        _ request: Request,
        _ question: @escaping @Sendable (any ControlDesk, Identity) throws -> some Encodable & Sendable
    ) async throws -> Response {
        try DoorReply.json(try await look(request, question))
    }

    private func look<Answer: Sendable>(
        _ request: Request, _ question: @escaping @Sendable (any ControlDesk, Identity) throws -> Answer
    ) async throws -> Answer {
        let identity = ControlRoutes.identity(of: request)
        return try await line.look { desk in
            _ = try desk.caller(identity)
            return try question(desk, identity)
        }
    }
}

// MARK: - Answers as they are written

private struct NeedsLine: Encodable, Sendable {
    var now: String
    var stopped: Bool
    var trouble: String?
    var unknown: Int
    var reviews: [NeedsSheet.Review]
    var closed: [StatusReport.LaneLine]
    var tight: [NeedsSheet.Tight]
    var standing: [RunSummary]
    var inbound: [RevisionNote]
    init(_ sheet: NeedsSheet) {
        now = sheet.status.now
        stopped = sheet.status.stopped
        trouble = sheet.status.trouble
        unknown = sheet.status.unknown
        reviews = sheet.reviews
        closed = sheet.closed
        tight = sheet.tight
        standing = sheet.standing
        inbound = sheet.inbound
    }
}

private struct PossibleLine: Encodable, Sendable {
    var acts: [String]
    var obstacle: String?
}

private struct ForecastLine: Encodable, Sendable {
    /// Not there: none was made yet.
    var forecast: RunForecast?
}

private struct WhatIfLine: Encodable, Sendable {
    var asIs: RunForecast
    var changed: RunForecast
}

private struct ReviewLine: Encodable, Sendable {
    struct Bubble: Encodable, Sendable {
        /// `text`, `image`, `card`, or `nothing`: it cannot be made of this row.
        var kind: String
        /// Of an image its digest.
        var text: String
        init(_ bubble: ReviewSheet.Bubble, _ language: Language) {
            (kind, text) =
                switch bubble {
                case .text(let text): ("text", text)
                case .image(let digest): ("image", digest)
                case .card(let sentence): ("card", sentence.text(in: language))
                case .nothing(let sentence): ("nothing", sentence.text(in: language))
                }
        }
    }
    struct Sample: Encodable, Sendable {
        var openID: String
        var bubbles: [Bubble]
    }
    struct Variant: Encodable, Sendable {
        var name: String
        var weight: Double
        var samples: [Sample]
    }
    var run: String
    var digest: String
    var number: Int
    var file: String
    var review: MachineReview?
    var variants: [Variant]
    var forecast: RunForecast?
    init(_ sheet: ReviewSheet, _ language: Language) {
        run = sheet.report.summary.run
        digest = sheet.report.summary.digest
        number = sheet.number
        file = sheet.fileName
        review = sheet.review
        forecast = sheet.forecast
        variants = sheet.variants.map { variant in
            Variant(
                name: variant.name, weight: variant.weight,
                samples: variant.samples.map { sample in
                    Sample(openID: sample.openID, bubbles: sample.bubbles.map { Bubble($0, language) })
                })
        }
    }
}

private struct PersonCard: Encodable, Sendable {
    struct Consenting: Encodable, Sendable {
        var account: String
        var state: String
        var expires: String?
        var checked: String
    }
    var openID: String
    var denied: Bool
    var consents: [Consenting]
    var listings: [PersonSheet.Listing]
    var events: [PersonSheet.Event]
    var contacts: [AttemptLine]
    var runs: [PersonSheet.Running]
    init(_ sheet: PersonSheet) {
        openID = sheet.openID
        denied = sheet.isDenied
        consents = sheet.consents.map { consent in
            let state =
                switch consent.state {
                case .none: "none"
                case .authorized: "authorized"
                case .withdrawn: "withdrawn"
                }
            return Consenting(
                account: consent.account, state: state, expires: consent.expires, checked: consent.checked)
        }
        listings = sheet.listings
        events = sheet.events
        contacts = sheet.contacts
        runs = sheet.runs
    }
}
