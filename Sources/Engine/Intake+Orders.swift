import CampaignFiles
import CampaignModel
import Logging
import Ports
import Words

/// Control files.
extension Intake {
    /// All of them, before any campaign: one that fails keeps none of the others from stopping what it names.
    func takeOrders(_ campaigns: [TrayItem], at now: Moment) throws {
        var failure: (any Error)?
        for item in listing.items where item.settled {
            guard case .control(let stem) = DropName(item.name) else { continue }
            do {
                try noting(item) { try takeOrder(item, stem: stem, campaigns, at: now) }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// While a long list is taken in: a stop waits for no list.
    func hearOrders() throws {
        guard setup.clock.monotonic() >= nextLook else { return }
        nextLook = setup.clock.monotonic() + Self.lookInterval
        let now = setup.clock.now()
        // Safe because a folder that cannot be read is told by the next look.
        guard let listed = try? tray.listing(at: now) else { return }
        listing = listed
        try takeOrders(listing.items.filter { DropName($0.name) == .campaign }, at: now)
    }

    /// An order that named nobody lies in the folder, and is carried out when its campaign comes: the next start would do
    /// it as well, when nobody expects it any more.
    func takeOrders(for campaign: String, _ file: TrayItem, at now: Moment) throws {
        for item in listing.items where item.settled {
            guard case .control(let stem) = DropName(item.name), seen[item.name]?.isRefused == true,
                ControlOrders.means(stem, campaign: campaign, file: file.name)
            else { continue }
            seen[item.name] = nil
            try noting(item) { try takeOrder(item, stem: stem, [], at: now) }
        }
    }

    private func takeOrder(_ item: TrayItem, stem: String, _ campaigns: [TrayItem], at now: Moment) throws {
        if let look = seen[item.name], look.item == item, look.isRefused, !look.isClosed { return }
        let bytes = try tray.read(item.name, as: item.identity, bytesMax: FileLimits.campaignBytesMax)
        let reading = ControlReader.parse(bytes: bytes, fileName: item.name)
        guard let order = reading.order else {
            markRefused(item)
            words.note(item.name, code: "control_not_understood", Catalogue.Inbox.nothingStopped)
            setup.logger.warning("control file not understood, nothing stopped", metadata: ["file": "\(item.name)"])
            return reports.refuseOrder(
                item.name, reading.problems.map { $0.text(in: setup.language, fileName: item.name) })
        }
        try takeOrder(order, item, stem: stem, campaigns, at: now)
    }

    func takeOrder(
        _ order: ControlOrder, _ item: TrayItem, stem: String, _ campaigns: [TrayItem], at now: Moment
    ) throws {
        if unwritten[item.name] == item {
            // The dispatcher writes it down once there is room; somebody may have said `go` since.
            guard setup.board.owedStop == nil else { return }
            let answer = ControlOrders.Answer(hasStopped: true, lines: [Catalogue.Inbox.allStopped(onTheWire: 0)])
            return try end(order, item, answer, at: now)
        }
        let answer = try setup.reigning {
            try orders.carryOut(order, stem: stem, waiting: campaigns.map(\.name), at: now)
        }
        guard answer.isWritten else {
            unwritten[item.name] = item
            return reports.answer(item.name, order, answer)
        }
        try end(order, item, answer, at: now)
    }

    private func end(
        _ order: ControlOrder, _ item: TrayItem, _ answer: ControlOrders.Answer, at now: Moment
    ) throws {
        // Before anything else can fail: an order that was carried out once is not carried out again.
        markRefused(item)
        unwritten[item.name] = nil
        setup.logger.warning(
            answer.hasStopped ? "control file" : "control file for nobody, nothing stopped",
            metadata: [
                "file": "\(item.name)", "order": "\(order.rawValue)",
                "runs": "\(answer.runs.map(\.run).joined(separator: " "))",
            ])
        reports.answer(item.name, order, answer)
        setup.bells.reports.ring()
        guard answer.hasStopped else {
            return words.note(item.name, code: "nothing_stopped", Catalogue.Inbox.nothingStopped)
        }
        words.forget(item.name)
        try putAway(item, as: "\(now.milliseconds)-\(item.name)")
        seen[item.name] = nil
    }

    /// Into our own folder; and where that is impossible, away: it must not be taken twice.
    func putAway(_ item: TrayItem, as newName: String) throws {
        do { try tray.move(item.name, into: .accepted, as: newName) } catch TrayError.refused(let problem)
            where problem.refusal == .missing
        {} catch {
            setup.logger.error(
                "not put into accepted, removed", metadata: ["file": "\(item.name)", "why": "\(error)"])
            try tray.remove(item.name, identity: item.identity)
        }
    }

    func markRefused(_ item: TrayItem) {
        seen[item.name] = Look(item: item, firstSeen: setup.clock.monotonic(), isRefused: true)
    }
}
