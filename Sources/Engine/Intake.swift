import Answers
import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Logging
import Ports
import Words

/// Takes complete sets out of the drop folder: a campaign file and all files it names. Everything or nothing is taken,
/// and whatever is not taken gets a report beside it that says why and what to do.
///
/// A look at the folder carries out every control file first. Then the campaigns are taken one a step, so that a stop is
/// heard between two, and the work of a look grows with what is in the folder, not with its square.
package actor Intake: Stepper {
    package nonisolated let name = "intake"
    /// How long a set waits for a file it names.
    private static let waitMax: Duration = .hours(1)
    /// While campaigns are being taken, the folder is looked at again this often: for control files above all.
    static let lookInterval: Duration = .milliseconds(500)
    /// A step that has taken nothing yet ends after this long.
    private static let stepMax: Duration = .milliseconds(100)
    /// Of what was read ahead, so much is kept in memory.
    private static let aheadBytesMax = 16 << 20

    let setup: EngineSetup
    let tray: any DropTray
    let reports: ReportWriter
    let orders: ControlOrders
    private let owners: DropOwners
    var words: DropWords
    /// What was looked at and not taken, until it changes: the file, and the files it waits for.
    var seen: [String: Look] = [:]
    /// The files that each of them named, as they lay there then: a mended list is a reason for another look.
    private var named: [String: [String: TrayItem?]] = [:]
    /// What each campaign file in the folder names, as far as it was read.
    private var wants: [String: Wants] = [:]
    /// Orders that hold in memory alone, because the ledger takes no writes: their files stay.
    var unwritten: [String: TrayItem] = [:]
    /// Which campaign files name a file.
    private var wantedBy: [String: Set<String>] = [:]
    /// Campaigns that were read to learn what they name, until they are taken.
    private var ahead: [String: Ahead] = [:]
    private var aheadBytes = 0

    // What the last look showed.
    var listing = TrayListing()
    private var byName: [String: TrayItem] = [:]
    private var problems: [String: TrayRefusal] = [:]
    private var queue: ArraySlice<TrayItem> = []
    private var unread: ArraySlice<TrayItem> = []
    var nextLook: Duration = .zero

    package init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        self.tray = tray
        reports = ReportWriter(setup, tray: tray)
        orders = ControlOrders(setup)
        owners = DropOwners(setup: setup)
        words = DropWords(setup, tray: tray, reports: reports)
    }

    package func step(at now: Moment) async throws -> Moment? {
        let began = setup.clock.monotonic()
        let looks = queue.isEmpty || began >= nextLook
        if looks { try look(at: now) }
        func isOver() -> Bool { setup.clock.monotonic() - began >= Self.stepMax }
        // A list may be removed only when it is known who else wants it.
        while let item = unread.popFirst() {
            readAhead(item, at: now)
            if isOver() { return now }
        }
        var failure: (any Error)?
        while let item = queue.popFirst() {
            var isTaken = false
            do { isTaken = try takeCampaign(item, at: now) } catch {
                // Looked at again, although nothing of it has changed.
                seen[item.name] = nil
                if Self.concernsAll(error) { throw error }
                failure = failure ?? error
            }
            if isTaken || isOver(), !queue.isEmpty { return now }
        }
        if let failure { throw failure }
        words.tell(listing, near: DropWords.near(among: wantedBy.keys)) { wantedBy[$0]?.isEmpty == false }
        tellStatus()
        // What came while the campaigns of an earlier look were taken is looked at now. Otherwise the tray rings on every
        // change and every ten seconds; only then is another look worth while.
        return looks ? nil : now
    }

    /// Errors that the next campaign would meet as well.
    private static func concernsAll(_ error: any Error) -> Bool {
        switch error {
        case is ReignLost, is LedgerUnusable, LedgerError.storage: true
        default: false
        }
    }

    // MARK: - Looking

    private func look(at now: Moment) throws {
        do { listing = try tray.listing(at: now) } catch {
            setup.inbox.change { [language = setup.language] in
                $0.line.tell(Catalogue.Inbox.folderTrouble(PlainWords.of(error)), in: language)
            }
            throw error
        }
        nextLook = setup.clock.monotonic() + Self.lookInterval
        byName = Dictionary(listing.items.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        problems = Dictionary(listing.problems.map { ($0.name, $0.refusal) }, uniquingKeysWith: { first, _ in first })
        seen = seen.filter { byName[$0.key] != nil }
        named = named.filter { byName[$0.key] != nil }
        for (name, file) in wants where byName[name] != file.item { forgetWants(of: name) }
        let campaigns = listing.items.filter { DropName($0.name) == .campaign }
        try takeOrders(campaigns, at: now)
        unread = campaigns.filter { wants[$0.name] == nil }[...]
        queue = campaigns.filter { $0.settled && isWorthAnotherLook($0) }[...]
    }

    private func isWorthAnotherLook(_ item: TrayItem) -> Bool {
        guard let look = seen[item.name], look.item == item else { return true }
        guard named[item.name, default: [:]].allSatisfy({ byName[$0.key] == $0.value }) else { return true }
        // What was mended outside of the folder's listing may be there now.
        if listing.isCut || look.isClosed { return true }
        return !look.isRefused && setup.clock.monotonic() - look.firstSeen > Self.waitMax
    }

    /// A file that a campaign names, under the name it has on the disk: two forms of Unicode are one name.
    private func find(_ name: String) throws -> TrayItem? {
        if let item = byName[name] { return item }
        return listing.isCut && problems[name] == nil ? try tray.item(name) : nil
    }

    private func tellStatus() {
        var untaken = words.lines
        // A file about which a word stands there already is told once.
        for (name, look) in seen where DropName(name) == .campaign && !words.has(name) {
            if look.isRefused {
                untaken.append(.init(file: name, code: "refused", Catalogue.Intake.refused, in: setup.language))
            } else if !look.missing.isEmpty {
                let sentence = Catalogue.Intake.waitingForFiles(look.missing)
                untaken.append(.init(file: name, code: "waiting_for_audience", sentence, in: setup.language))
            }
        }
        untaken.sort { $0.file < $1.file }
        let (files, isCut) = (listing.items.count + listing.problems.count, listing.isCut)
        setup.inbox.change { state in
            state.line = InboxLine()
            state.line.files = files
            state.line.isCut = isCut
            state.line.untaken = Array(untaken.prefix(InboxLine.namesMax))
            state.line.untakenTotal = untaken.count
        }
    }

    // MARK: - What campaigns name

    /// Reads a campaign for what it names, and keeps what was read for its own turn.
    private func readAhead(_ item: TrayItem, at now: Moment) {
        // Safe because a file that cannot be read now names nothing; it is told when its turn comes.
        guard let bytes = try? tray.read(item.name, as: item.identity, bytesMax: FileLimits.campaignBytesMax) else {
            return
        }
        let reading = CampaignReader.parse(bytes: bytes, fileName: item.name, context: context(at: now))
        learn(item, reading, bytes)
        guard aheadBytes + bytes.count <= Self.aheadBytesMax else { return }
        aheadBytes += bytes.count
        ahead[item.name] = Ahead(item: item, bytes: bytes, reading: reading)
    }

    private func learn(_ item: TrayItem, _ reading: CampaignReading, _ bytes: [UInt8]) {
        forgetWants(of: item.name)
        let names = reading.campaign?.fileNames ?? mentioned(in: bytes)
        wants[item.name] = Wants(item: item, names: names)
        for name in names { wantedBy[name, default: []].insert(item.name) }
    }

    /// A file that is not understood yet may still mean the lists whose names stand in it.
    private func mentioned(in bytes: [UInt8]) -> [String] {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split { $0.isWhitespace || "\"'[]{},：，“”".contains($0) }
        return Set(words.map(String.init)).filter { byName[$0] != nil }.sorted()
    }

    private func forgetWants(of name: String) {
        for file in wants.removeValue(forKey: name)?.names ?? [] {
            wantedBy[file]?.remove(name)
            if wantedBy[file]?.isEmpty == true { wantedBy[file] = nil }
        }
        if let read = ahead.removeValue(forKey: name) { aheadBytes -= read.bytes.count }
    }

    // MARK: - Campaigns

    /// - Returns: whether it was taken.
    private func takeCampaign(_ item: TrayItem, at now: Moment) throws -> Bool {
        named[item.name] = nil
        var isTaken = false
        try noting(item) {
            let (bytes, reading) = try read(item, at: now)
            guard var campaign = reading.campaign else {
                // A control file under a campaign's name: whoever wrote it wants something stopped.
                if let order = ControlReader.parse(bytes: bytes, fileName: item.name).order {
                    return try takeOrder(
                        order, item, stem: ControlOrders.stem(of: item.name), [], at: now)
                }
                return refuse(
                    item, code: reading.problems.first { $0.severity == .error }?.code ?? "",
                    reading.problems.map { $0.text(in: setup.language, fileName: item.name) })
            }
            let files = try filesOf(campaign)
            named[item.name] = Dictionary(
                campaign.fileNames.map { ($0, files[$0]) }, uniquingKeysWith: { first, _ in first })
            try owners.check(item, bytes, author: campaign.author)
            if let account = setup.account(named: campaign.account),
                let fault = try IntakeFault.template(of: campaign, account.record.id, setup.ledger)
            {
                throw fault
            }
            let earlier = try setup.ledger.audienceDigests(campaign: campaign.id)
            guard try isComplete(campaign, item, files, earlier) else { return }
            try takeImages(&campaign, files, at: now)
            let set = try CampaignSet(
                campaign, source: bytes, fileName: item.name, warnings: reading.problems, tray: tray, known: earlier,
                present: files)
            for list in set.lists {
                try owners.check(
                    named: files[list.name]?.name ?? list.name, list.identity, digest: list.digest,
                    author: campaign.author)
            }
            do { try admit(set, item, files, at: now) } catch LedgerError.storage(let why) {
                reports.notNow(item.name, Catalogue.Damage.storageTrouble(why))
                throw LedgerError.storage(why)
            }
            isTaken = true
            try takeOrders(for: campaign.id, item, at: now)
        }
        return isTaken
    }

    private func read(_ item: TrayItem, at now: Moment) throws -> ([UInt8], CampaignReading) {
        if let known = ahead[item.name], known.item == item { return (known.bytes, known.reading) }
        let bytes = try tray.read(item.name, as: item.identity, bytesMax: FileLimits.campaignBytesMax)
        let reading = CampaignReader.parse(bytes: bytes, fileName: item.name, context: context(at: now))
        learn(item, reading, bytes)
        return (bytes, reading)
    }

    private func filesOf(_ campaign: Campaign) throws -> [String: TrayItem] {
        var files: [String: TrayItem] = [:]
        for name in campaign.fileNames { files[name] = try find(name) }
        return files
    }

    /// A fault of one file is written beside it and never stands in the way of the others.
    func noting(_ item: TrayItem, _ take: () throws -> Void) throws {
        do { try take() } catch let fault as IntakeFault {
            refuse(item, code: fault.code, fault.sentence)
        } catch LedgerError.refusedRow(let why) {
            setup.logger.error("the ledger refuses a row", metadata: ["file": "\(item.name)", "why": "\(why)"])
            refuse(item, code: "row_refused", Catalogue.Failure.refusedRow)
        } catch TrayError.refused(let problem) {
            switch problem.refusal {
            case .changedWhileRead, .missing: seen[item.name] = nil
            case .unreadable: tellClosed(item, problem)
            case .badName, .symbolicLink, .directory, .notAFile, .hardLinked, .otherDevice, .tooLarge,
                .tooManyFiles, .twin, .inTheWay:
                refuse(
                    item, code: problem.refusal.code,
                    Catalogue.Inbox.refusal(problem.name, code: problem.refusal.code))
            }
        }
    }

    /// Once: it is tried again at every look.
    private func tellClosed(_ item: TrayItem, _ problem: TrayProblem) {
        if let look = seen[item.name], look.item == item, look.isClosed { return }
        let why = Catalogue.Inbox.refusal(problem.name, code: problem.refusal.code)
        if case .control = DropName(item.name) {
            markRefused(item)
            words.note(item.name, code: problem.refusal.code, Catalogue.Inbox.nothingStopped)
            reports.refuseOrder(item.name, [why.text(in: setup.language)])
            setup.logger.warning("control file not readable, nothing stopped", metadata: ["file": "\(item.name)"])
        } else {
            refuse(item, code: problem.refusal.code, why)
        }
        seen[item.name]?.isClosed = true
    }

    private func context(at now: Moment) -> FileContext { FileContext(setup, at: now) }

    private func refuse(_ item: TrayItem, code: String, _ why: Sentence) {
        refuse(item, code: code, ["error [\(code)] \(why.text(in: setup.language))"])
    }

    /// The lines may hold cells of a list, which are people: the report beside the file has them, and the log the code.
    private func refuse(_ item: TrayItem, code: String, _ lines: [String]) {
        markRefused(item)
        words.forget(item.name)
        reports.refuse(item.name, lines)
        setup.logger.warning("campaign refused", metadata: ["file": "\(item.name)", "why": "\(code)"])
    }

    /// A named file that is not there yet is waited for, for an hour of real time: copies take as long on a rehearsal.
    private func isComplete(
        _ campaign: Campaign, _ item: TrayItem, _ files: [String: TrayItem], _ earlier: [String: String]
    ) throws -> Bool {
        // What lies there and is refused by its looks is not waited for.
        for name in campaign.fileNames {
            guard let refusal = problems[name], files[name] == nil else { continue }
            throw IntakeFault(code: refusal.code, sentence: Catalogue.Inbox.refusal(name, code: refusal.code))
        }
        let missing = campaign.fileNames.filter { name in
            if let file = files[name] { return !file.settled }
            return earlier[name] == nil
        }
        if missing.isEmpty { return true }
        let real = setup.clock.monotonic()
        let firstSeen = seen[item.name].flatMap { $0.item == item ? $0.firstSeen : nil } ?? real
        if real - firstSeen > Self.waitMax {
            refuse(item, code: "waiting_for_audience", Catalogue.Intake.neverCame(missing))
            return false
        }
        let isFirst = seen[item.name]?.item != item
        seen[item.name] = Look(item: item, firstSeen: firstSeen, isRefused: false, missing: missing)
        words.forget(item.name)
        if isFirst {
            let near = DropWords.near(among: byName.keys)
            reports.wait(item.name, Catalogue.Intake.waitingForFiles(missing, near: missing.compactMap(near)))
        }
        return false
    }

    /// Keeps the content of each image and writes its digest where the campaign names the file.
    private func takeImages(_ campaign: inout Campaign, _ files: [String: TrayItem], at now: Moment) throws {
        var digests: [String: String] = [:]
        for name in campaign.imageNames {
            let bytes = try tray.read(
                files[name]?.name ?? name, as: files[name]?.identity, bytesMax: ImageContent.bytesMax)
            if let fault = ImageContent.fault(of: bytes, named: name) {
                throw IntakeFault(code: fault.code, sentence: fault.sentence)
            }
            let digest = Digest.of(bytes).hexadecimal
            if let file = files[name] {
                try owners.check(named: file.name, file.identity, digest: digest, author: campaign.author)
            }
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

    private func admit(_ set: CampaignSet, _ item: TrayItem, _ files: [String: TrayItem], at now: Moment) throws {
        guard let account = setup.account(named: set.campaign.account),
            let occurrence = set.campaign.nextStart(at: now)
        else { throw IntakeFault(code: "no_occurrence_left", sentence: Catalogue.Intake.noOccurrenceLeft) }
        var admission: RevisionAdmission
        do {
            var round = 1
            repeat {
                var demand = try set.demand(
                    account: account.record, occurrence: occurrence, at: now, term: setup.term, round: round)
                demand.between = { try self.hearOrders() }
                admission = try setup.reigning { try setup.ledger.admit(demand) }
                round += 1
            } while !admission.isNew && !admission.isCurrent
        } catch LedgerError.campaignTaken(let author) {
            throw IntakeFault.idTaken(author: author)
        }
        setup.logger.info(
            admission.isNew ? "campaign admitted" : "campaign is known already",
            metadata: [
                "file": "\(item.name)", "campaign": "\(set.campaign.id)", "run": "\(admission.run.name)",
                "people": "\(admission.distinct)", "digest": "\(admission.revision.digest.prefix(12))",
            ])
        seen[item.name] = nil
        words.forget(item.name)
        try putAway(item, as: "\(set.campaign.id).\(admission.revision.digest.prefix(12)).yaml")
        byName[item.name] = nil
        forgetWants(of: item.name)
        if !setup.keepAudienceFiles { try removeFiles(of: set.campaign, files) }
        setup.bells.reviewer.ring()
        setup.bells.planner.ring()
        setup.bells.consent.ring()
        setup.bells.images.ring()
        setup.bells.dispatcher.ring()
        setup.bells.reports.ring()
    }

    /// The lists hold personal ids: out of the folder, unless another set that waits there names them too.
    private func removeFiles(of campaign: Campaign, _ files: [String: TrayItem]) throws {
        for name in campaign.fileNames where wantedBy[name] == nil {
            guard let file = files[name] else { continue }
            try tray.remove(file.name, identity: file.identity)
            byName[name] = nil
        }
    }
}
