import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Logging
import Ports
import SendingRules

/// Takes complete sets out of the drop folder: a campaign file and all files it names. Everything or nothing is taken,
/// and whatever is not taken gets a report beside it that says why and what to do.
package actor Intake: Stepper {
    package nonisolated let name = "intake"
    /// How long a set waits for a file it names.
    private static let waitMax: Duration = .hours(1)

    private let setup: EngineSetup
    private let tray: any DropTray
    private let reports: ReportWriter
    /// What was looked at and not taken, until it changes: the file, and the files it waits for.
    private var seen: [String: Look] = [:]
    /// The files that each of them named, as they lay there then: a mended list is a reason for another look.
    private var named: [String: [String: TrayItem?]] = [:]
    private var problemsTold: Set<TrayProblem> = []

    private struct Look: Equatable {
        var item: TrayItem
        var firstSeen: Duration
        var isRefused: Bool
    }

    package init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        self.tray = tray
        reports = ReportWriter(setup, tray: tray)
    }

    package func step(at now: Moment) async throws -> Moment? {
        let listing = try tray.listing(at: now)
        tell(listing.problems)
        let byName = Dictionary(listing.items.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        seen = seen.filter { byName[$0.key] != nil }
        named = named.filter { byName[$0.key] != nil }
        for item in listing.items where item.settled {
            switch DropName(item.name) {
            case .control(let stem): try noting(item) { try takeControl(item, stem: stem, at: now) }
            case .campaign: try takeCampaign(item, byName, at: now)
            case .ignored, .unsafe, .audience, .image, .other: break
            }
        }
        // The tray rings on every change and every ten seconds; only then is another look worth while.
        return nil
    }

    private func tell(_ problems: [TrayProblem]) {
        for problem in problems where !problemsTold.contains(problem) {
            setup.logger.warning(
                "not taken from the inbox", metadata: ["file": "\(problem.name)", "why": "\(problem.refusal.code)"])
        }
        problemsTold = Set(problems)
    }

    // MARK: - Control files

    /// Files can only make things stop. Whoever may write here may do that.
    private func takeControl(_ item: TrayItem, stem: String, at now: Moment) throws {
        if let look = seen[item.name], look.item == item, look.isRefused { return }
        let bytes = try tray.read(item.name, bytesMax: FileLimits.campaignBytesMax)
        let reading = ControlReader.parse(bytes: bytes, fileName: item.name)
        guard let order = reading.order else {
            seen[item.name] = Look(item: item, firstSeen: setup.clock.monotonic(), isRefused: true)
            return reports.refuse(item.name, reading.problems.map { $0.text(in: setup.language, fileName: item.name) })
        }
        try setup.reigning { try carryOut(order, stem: stem, at: now) }
        setup.logger.warning("control file", metadata: ["file": "\(item.name)", "order": "\(order.rawValue)"])
        try tray.move(item.name, into: .accepted, as: "\(now.milliseconds)-\(item.name)")
        setup.bells.reports.ring()
    }

    private func carryOut(_ order: ControlOrder, stem: String, at now: Moment) throws {
        if order == .stopAll {
            setup.board.stopAll(true)
            _ = try setup.ledger.setStop(true, person: "file \(stem)", at: now, term: setup.term)
            return
        }
        for run in try setup.ledger.liveRuns() {
            let revision = try setup.ledger.revision(run.revision)
            guard revision.campaign.id == stem || Self.stem(of: revision.fileName) == stem else { continue }
            setup.board.close(run.id)
            do {
                _ = try setup.ledger.act(
                    ActDemand(
                        now: now, term: setup.term, run: run.id, act: order == .pause ? .pause : .cancel,
                        person: "file \(stem)"))
            } catch LedgerError.notPossible(let state) {
                // Paused already, or in review: nothing is being sent that could be stopped. A run in review must find
                // the wire open when it is approved, or every contact of it would be given up one by one.
                if state != .paused && !state.isOver { setup.board.open(run.id) }
            }
        }
    }

    static func stem(of fileName: String) -> String {
        fileName.lastIndex(of: ".").map { String(fileName[..<$0]) } ?? fileName
    }

    // MARK: - Campaigns

    private func takeCampaign(_ item: TrayItem, _ byName: [String: TrayItem], at now: Moment) throws {
        if let look = seen[item.name], look.item == item, look.isRefused,
            named[item.name, default: [:]].allSatisfy({ byName[$0.key] == $0.value })
        {
            return
        }
        named[item.name] = nil
        try noting(item) {
            let bytes = try tray.read(item.name, bytesMax: FileLimits.campaignBytesMax)
            let reading = CampaignReader.parse(bytes: bytes, fileName: item.name, context: context(at: now))
            guard var campaign = reading.campaign else {
                return refuse(item, reading.problems.map { $0.text(in: setup.language, fileName: item.name) })
            }
            named[item.name] = Dictionary(
                campaign.fileNames.map { ($0, byName[$0]) }, uniquingKeysWith: { first, _ in first })
            try checkTemplates(of: campaign)
            let earlier = try setup.ledger.audienceDigests(campaign: campaign.id)
            guard try isComplete(campaign, item, byName, earlier) else { return }
            try takeImages(&campaign, at: now)
            let set = try CampaignSet(
                campaign, source: bytes, fileName: item.name, warnings: reading.problems, tray: tray, known: earlier,
                present: byName)
            try admit(set, item, byName, at: now)
        }
    }

    /// Rule 28: a card whose template the platform has not approved is refused before anybody reads it.
    private func checkTemplates(of campaign: Campaign) throws {
        guard let account = setup.account(named: campaign.account) else { return }
        let used = campaign.variants.flatMap(\.messages).compactMap { message -> String? in
            switch message {
            case .appletCard(let template, _, _): template
            case .text, .image, .appletCoupon, .authorizationCard: nil
            }
        }
        let known = try setup.ledger.accountFile(account.record.id, history: 0).templates
        guard let refused = TemplateRule.refused(of: used, known: known) else { return }
        throw IntakeFault(code: Reason.templateNotApproved.code, sentence: Catalogue.Account.templateRefused(refused))
    }

    /// A fault of one file is written beside it and never stands in the way of the others.
    private func noting(_ item: TrayItem, _ take: () throws -> Void) throws {
        do { try take() } catch let fault as IntakeFault {
            refuse(item, ["error [\(fault.code)] \(fault.sentence.text(in: setup.language))"])
        } catch TrayError.refused(let problem) {
            switch problem.refusal {
            case .changedWhileRead, .missing: seen[item.name] = nil
            case .badName, .symbolicLink, .directory, .notAFile, .hardLinked, .otherDevice, .tooLarge,
                .tooManyFiles, .unreadable:
                let sentence = Catalogue.Intake.trayRefusal(file: problem.name, code: problem.refusal.code)
                refuse(item, ["error [\(problem.refusal.code)] \(sentence.text(in: setup.language))"])
            }
        }
    }

    private func context(at now: Moment) -> FileContext {
        FileContext(
            authors: setup.people.filter { $0.roles.contains(.author) }.map(\.name),
            accounts: setup.accounts.map {
                KnownAccount(
                    name: $0.record.name, kind: $0.record.kind == .personal ? .personal : .enterprise,
                    role: $0.record.role == .brand ? .brand : .staff, openID: $0.record.openID,
                    app: $0.record.appName)
            }, now: now, words: setup.review.words)
    }

    private func refuse(_ item: TrayItem, _ lines: [String]) {
        seen[item.name] = Look(item: item, firstSeen: setup.clock.monotonic(), isRefused: true)
        reports.refuse(item.name, lines)
        setup.logger.warning("campaign refused", metadata: ["file": "\(item.name)", "first": "\(lines.first ?? "")"])
    }

    /// A named file that is not there yet is waited for, for an hour of real time: copies take as long on a rehearsal.
    private func isComplete(
        _ campaign: Campaign, _ item: TrayItem, _ byName: [String: TrayItem], _ earlier: [String: String]
    ) throws -> Bool {
        let missing = campaign.fileNames.filter { name in
            if let file = byName[name] { return !file.settled }
            return earlier[name] == nil
        }
        if missing.isEmpty { return true }
        let real = setup.clock.monotonic()
        let firstSeen = seen[item.name].flatMap { $0.item == item ? $0.firstSeen : nil } ?? real
        if real - firstSeen > Self.waitMax {
            let sentence = Catalogue.Intake.neverCame(missing)
            refuse(item, ["error [waiting_for_audience] \(sentence.text(in: setup.language))"])
            return false
        }
        let isFirst = seen[item.name]?.item != item
        seen[item.name] = Look(item: item, firstSeen: firstSeen, isRefused: false)
        if isFirst { reports.wait(item.name, Catalogue.Intake.waitingForFiles(missing)) }
        return false
    }

    /// Keeps the content of each image and writes its digest where the campaign names the file.
    private func takeImages(_ campaign: inout Campaign, at now: Moment) throws {
        var digests: [String: String] = [:]
        for name in campaign.imageNames {
            let bytes = try tray.read(name, bytesMax: ImageContent.bytesMax)
            if let fault = ImageContent.fault(of: bytes, named: name) {
                throw IntakeFault(code: fault.code, sentence: fault.sentence)
            }
            let digest = Digest.of(bytes).hexadecimal
            digests[name] = digest
            try setup.reigning {
                try setup.ledger.keepImage(digest: digest, content: bytes, at: now, term: setup.term)
            }
        }
        for variant in campaign.variants.indices {
            for message in campaign.variants[variant].messages.indices {
                if case .image(let file, _) = campaign.variants[variant].messages[message] {
                    campaign.variants[variant].messages[message] = .image(file: file, digest: digests[file])
                }
            }
        }
    }

    private func admit(_ set: CampaignSet, _ item: TrayItem, _ byName: [String: TrayItem], at now: Moment) throws {
        guard let account = setup.account(named: set.campaign.account),
            let occurrence = set.campaign.schedule.nextOccurrence(at: now)
        else { throw IntakeFault(code: "no_occurrence_left", sentence: Catalogue.Intake.noOccurrenceLeft) }
        var admission: RevisionAdmission
        do {
            var round = 1
            repeat {
                admission = try setup.reigning {
                    try setup.ledger.admit(
                        set.demand(
                            account: account.record, occurrence: occurrence, at: now, term: setup.term, round: round))
                }
                round += 1
            } while !admission.isNew && !admission.isCurrent
        } catch LedgerError.campaignTaken(let author) {
            throw IntakeFault(code: "campaign_id_taken", sentence: Catalogue.Intake.idTaken(author: author))
        }
        setup.logger.info(
            admission.isNew ? "campaign admitted" : "campaign is known already",
            metadata: [
                "file": "\(item.name)", "campaign": "\(set.campaign.id)", "run": "\(admission.run.name)",
                "people": "\(admission.distinct)", "digest": "\(admission.revision.digest.prefix(12))",
            ])
        seen[item.name] = nil
        try tray.move(
            item.name, into: .accepted, as: "\(set.campaign.id).\(admission.revision.digest.prefix(12)).yaml")
        if !setup.keepAudienceFiles { try removeFiles(of: set.campaign, except: item.name, byName) }
        setup.bells.reviewer.ring()
        setup.bells.planner.ring()
        setup.bells.consent.ring()
        setup.bells.images.ring()
        setup.bells.dispatcher.ring()
        setup.bells.reports.ring()
    }

    /// The lists hold personal ids: out of the folder, unless another set that waits there names them too.
    private func removeFiles(of campaign: Campaign, except own: String, _ byName: [String: TrayItem]) throws {
        var wanted: Set<String> = []
        for (name, _) in byName.sorted(by: { $0.key < $1.key }) where name != own && DropName(name) == .campaign {
            // Safe because a file that cannot be read now names nothing; at worst its list is dropped once more.
            guard let bytes = try? tray.read(name, bytesMax: FileLimits.campaignBytesMax) else { continue }
            let reading = CampaignReader.parse(bytes: bytes, fileName: name, context: context(at: setup.clock.now()))
            wanted.formUnion(reading.campaign?.fileNames ?? [])
        }
        for name in campaign.fileNames where !wanted.contains(name) {
            if let file = byName[name] { try tray.remove(name, identity: file.identity) }
        }
    }
}
