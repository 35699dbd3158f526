import Answers
import CampaignFiles
import CampaignModel
import Ports
import SendingRules
import Words

/// What pages show beyond what commands print: put together from the same answers, never judged anew.
extension Desk {
    private static let unknownsShown = 20
    private static let runsShown = 10
    private static let contactsShown = 50
    private static let actsShown = 50

    package func changes() -> Int { setup.ledger.changes }

    package func pageHead() throws -> StatusReport {
        var head = reading.pageHead(stopped: try setup.board.isStopped || setup.ledger.isStopped())
        head.inbox = setup.inbox.line(in: setup.language)
        head.notices = try failingTargets()
        return head
    }

    package func needs() throws -> NeedsSheet {
        let status = try status()
        let reviews = status.runs.filter(\.awaitsApproval).map { run in
            NeedsSheet.Review(
                run: run, missing: run.review.map { max(0, $0.approvalsNeeded - run.approvedBy.count) },
                reviewers: reviewers(of: run))
        }
        let tight = try status.runs.compactMap { run -> NeedsSheet.Tight? in
            guard let record = try setup.ledger.run(named: run.run),
                let forecast = setup.foretold.forecast(of: record.id), !forecast.fits
            else { return nil }
            return NeedsSheet.Tight(run: run.run, title: run.title, forecast: forecast)
        }
        var sheet = NeedsSheet(
            status: status, reviews: reviews,
            unknowns: Array(try unknowns().filter { !$0.isFinal }.prefix(Self.unknownsShown)),
            closed: status.lanes.filter { $0.state != "open" && $0.nextAllowed == nil }, tight: tight,
            standing: status.runs.filter { $0.why != nil && $0.why?.until == nil },
            inbound: (status.inbound?.sentences ?? []).map { RevisionNote($0) })
        if status.runs.isEmpty {
            sheet.isNew = try setup.ledger.find(RunSearch(text: "", state: nil, after: nil, limit: 1)).isEmpty
        }
        return sheet
    }

    /// Who could approve it now, by the rules that an approval is judged by.
    private func reviewers(of run: RunSummary) -> [String] {
        setup.people.filter { person in
            RoleRule.mayDo(.approve, roles: person.roles)
                && ReviewRule.refusal(person: person.name, author: person.called(run.author)) == nil
                && !run.approvedBy.map(person.called).contains(person.name)
        }.map(\.name)
    }

    package func reviewSheet(run name: String) throws -> ReviewSheet {
        let run = try reading.find(name)
        let revision = try setup.ledger.revision(run.revision)
        let report = try reading.report(of: run)
        return ReviewSheet(
            report: report, number: revision.number, fileName: revision.fileName,
            review: try setup.ledger.machineReview(of: run.revision), variants: try variants(of: revision),
            forecast: setup.foretold.forecast(of: run.id) ?? report.forecast?.forecast)
    }

    package func runActs(run name: String, as identity: Identity) throws -> RunActs {
        let person = try prove(identity)
        let run = try reading.find(name)
        let revision = try setup.ledger.revision(run.revision)
        let acts: [ActRequest.Act] = [.approve, .reject, .pause, .resume, .cancel, .recall]
        var possible = acts.filter { act in
            // Nothing can be taken back of what nobody was sent.
            RoleRule.mayDo(act.deed, roles: person.roles) && RunNames.isPossible(act, run)
                && (act != .recall || run.began != nil)
        }
        var obstacle: Sentence?
        if run.awaitsApproval {
            obstacle = try self.obstacle(toReviewing: revision, person)
            if obstacle != nil { possible.removeAll { $0 == .approve } }
            if ReviewRule.refusal(person: person.name, author: person.called(revision.campaign.author)) != nil {
                possible.removeAll { $0 == .reject }
            }
        }
        var words = Set(possible.map(\.rawValue))
        let mayTest =
            RoleRule.mayDo(.testSend, roles: person.roles)
            && TestRule.mayTest(
                person: person.name, roles: person.roles, author: person.called(revision.campaign.author))
        if mayTest, !run.state.isOver, !setup.testPeople[run.accountName, default: []].isEmpty {
            words.insert("test-send")
        }
        return RunActs(possible: words, obstacle: obstacle)
    }

    private func obstacle(toReviewing revision: RevisionRecord, _ person: PersonSetup) throws -> Sentence? {
        guard RoleRule.mayDo(.approve, roles: person.roles) else { return Catalogue.Pages.noReviewer }
        if ReviewRule.refusal(person: person.name, author: person.called(revision.campaign.author)) != nil {
            return Catalogue.Pages.notYours
        }
        if revision.approvedBy.map(person.called).contains(person.name) { return Catalogue.Pages.alreadyGiven }
        if try setup.ledger.machineReview(of: revision.id) == nil { return Catalogue.Review.pending }
        return nil
    }

    private func variants(of revision: RevisionRecord) throws -> [ReviewSheet.Variant] {
        let people = revision.isErased ? [] : try setup.ledger.samples(of: revision.id, limit: 3)
        return try revision.campaign.variants.map { variant in
            let samples = try people.enumerated().map { index, person in
                ReviewSheet.Sample(
                    kind: Self.kind(index, of: people), openID: person.openID,
                    bubbles: try bubbles(of: variant, for: person, revision))
            }
            return ReviewSheet.Variant(name: variant.name, weight: variant.weight.fraction, samples: samples)
        }
    }

    /// Somebody who is two of the three is there once.
    private static func kind(_ index: Int, of people: [SamplePerson]) -> ReviewSheet.Kind {
        if index == 0 { return .first }
        return index == 1 && people[1].fields.count > people[0].fields.count ? .longest : .emptiest
    }

    private func bubbles(
        of variant: Variant, for person: SamplePerson, _ revision: RevisionRecord
    ) throws -> [ReviewSheet.Bubble] {
        var context = try RunBook.context(for: revision, setup)
        // The page shows the file's own image, by its digest.
        for digest in revision.campaign.imageDigests { context.mediaIDs[digest] = digest }
        let index = FieldValues.index(try setup.ledger.columns(of: person.audience))
        let template: ContactTemplate
        do {
            template = try ContactTemplate(variant: variant, fields: revision.campaign.fields, context: context)
        } catch {
            return [.nothing(Catalogue.reason(.notRenderable))]
        }
        return ReviewSheet.Bubble.bubbles(
            of: template.render { FieldValues.value($0, in: person.fields, index) })
    }

    package func people(_ question: PeopleQuestion) throws -> PeopleSheet {
        guard let place = PlacedQuestion.Place(rawValue: question.place) else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("place"))
        }
        let reason = try question.reason.map { code -> Reason in
            guard let reason = Reason(code: code) else {
                throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("reason"))
            }
            return reason
        }
        let run = try reading.find(question.run)
        if run.isErased {
            throw DeskRefusal(
                .conflict, code: DeskRefusal.erasedByAge,
                Catalogue.Aged.people(run.name, on: run.erasedAt?.minuteText()))
        }
        let found = try setup.ledger.people(
            PlacedQuestion(
                run: run.id, place: place, reason: reason,
                after: RecipientID(rawValue: question.after.flatMap { Int64($0) } ?? 0), limit: question.limit + 1))
        let shown = found.prefix(question.limit)
        return PeopleSheet(
            run: try reading.summary(of: run),
            lines: shown.map {
                PeopleSheet.Line(openID: $0.openID, reason: $0.reason?.code, at: $0.at?.iso8601)
            },
            next: found.count > shown.count ? shown.last.map { String($0.recipient.rawValue) } : nil)
    }

    package func personSheet(openID: String, language: Language) throws -> PersonSheet {
        let known = PersonID.isUsable(openID) ? try setup.ledger.known(openID: openID) : []
        guard !known.isEmpty else {
            throw DeskRefusal(.notFound, code: "person_not_found", Catalogue.Desk.personNotFound(openID))
        }
        let now = setup.clock.now()
        let runs = try known.flatMap { try setup.ledger.runs(of: $0.recipient, at: now, limit: Self.runsShown) }
        return PersonSheet(
            openID: openID,
            consents: known.flatMap(\.consents).map { account, consent in
                PersonSheet.Consenting(
                    account: account, state: consent.state, expires: consent.expires?.iso8601,
                    checked: consent.checked.iso8601)
            },
            listings: known.flatMap(\.listings).map {
                PersonSheet.Listing(
                    denies: $0.denies, account: $0.account, since: $0.since.iso8601, person: $0.person)
            },
            events: known.flatMap(\.events).map { PersonSheet.Event(kind: $0.kind, at: $0.at.iso8601) },
            contacts: try known.flatMap {
                try setup.ledger.contacts(of: $0.recipient, at: now, limit: Self.contactsShown)
            }.map { AttemptLine($0) },
            runs: try runs.filter { !$0.isErased }.map { run in
                PersonSheet.Running(
                    run: try reading.summary(of: run),
                    explanation: try explain(
                        ExplainQuestion(run: run.name, openID: openID, language: language)))
            })
    }

    package func campaigns(_ question: CampaignsQuestion) throws -> CampaignsSheet {
        let state = RunState.allCases.first { $0.code == question.state }
        guard state != nil || question.state.isEmpty else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("state"))
        }
        let found = try setup.ledger.find(
            RunSearch(
                text: question.text, state: state,
                after: question.after.flatMap { Int64($0) }.map { RunID(rawValue: $0) }, limit: question.limit + 1))
        let shown = found.prefix(question.limit)
        return CampaignsSheet(
            runs: try shown.map { try reading.summary(of: $0) },
            next: found.count > shown.count ? shown.last.map { String($0.id.rawValue) } : nil)
    }

    package func acts(run: String) throws -> [AuditRow] {
        try setup.ledger.auditRows(about: run, limit: Self.actsShown)
    }

    package func latestActs(limit: Int) throws -> [AuditRow] { try setup.ledger.auditRows(limit: limit).reversed() }

    package func acts(before: Int64?, limit: Int) throws -> [AuditRow] {
        try setup.ledger.auditRows(before: before, limit: limit)
    }

    package func image(digest: String) throws -> [UInt8]? { try setup.ledger.imageContent(digest: digest) }
}

extension ReviewSheet.Bubble {
    package static func bubbles(of rendering: ContactTemplate.Rendering) -> [ReviewSheet.Bubble] {
        switch rendering {
        case .missing(let field): [.nothing(Catalogue.Intake.missingField(field))]
        case .tooLong: [.nothing(Catalogue.reason(.notRenderable))]
        case .messages(let messages):
            messages.map { message in
                switch message {
                case .text(let text): .text(text)
                case .image(let digest): .image(digest: digest)
                case .appletCard, .appletCoupon, .authorizationCard: .card(SampleText.line(message))
                }
            }
        }
    }
}
