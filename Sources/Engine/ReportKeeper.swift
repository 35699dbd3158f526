import CampaignModel
import Logging
import Ports

/// Clears up what the drop folder keeps of the past, so that it does not drown in it: reports of what is over go to the
/// folder of their month, and what holds texts or names (what was taken, and old reports) goes as the ledger's own
/// contents go, by rule 24.
///
/// A few files a step, once an hour, by real time: a rehearsal's days are short.
package actor ReportKeeper: Stepper {
    package nonisolated let name = "report-keeper"
    private static let interval: Duration = .hours(1)
    private static let between: Duration = .milliseconds(200)
    private static let filesAStep = 100

    private let setup: EngineSetup
    private let tray: any DropTray
    private let keep: RetentionPeriods
    private var reports: ArraySlice<KeptFile> = []
    private var kept: [(folder: TrayFolder, file: KeptFile)] = []
    private var isUnderWay = false
    private var nextRound: Duration = .zero

    package init(_ setup: EngineSetup, tray: any DropTray, keep: RetentionPeriods) {
        self.setup = setup
        self.tray = tray
        self.keep = keep
    }

    package func step(at now: Moment) async throws -> Moment? {
        let real = setup.clock.monotonic()
        if !isUnderWay {
            guard real >= nextRound else { return setup.wall(in: nextRound - real, after: now) }
            nextRound = real + Self.interval
            reports = try tray.reports()[...]
            kept = []
            for folder in TrayFolder.allCases {
                kept += try tray.kept(in: folder).map { (folder: folder, file: $0) }
            }
            isUnderWay = true
        }
        for _ in 0..<Self.filesAStep {
            if let report = reports.popFirst() {
                try archive(report, at: now)
            } else if let (folder, file) = kept.popLast() {
                if try isTooOld(file, in: folder, at: now) { try tray.discard(file.name, from: folder) }
            } else {
                isUnderWay = false
                return setup.wall(in: Self.interval, after: now)
            }
        }
        return setup.wall(in: Self.between, after: now)
    }

    // MARK: - Reports beside

    private func archive(_ report: KeptFile, at now: Moment) throws {
        guard let ending = TrayName.reportEndings.first(where: report.name.hasSuffix) else { return }
        let stem = String(report.name.dropLast(ending.count))
        var ended: Moment?
        for file in [stem + ".yaml", stem] {
            guard let standing = try setup.ledger.standing(ofFile: file) else { continue }
            if standing.isLive { return }
            ended = max(ended ?? .distantPast, standing.ended ?? now)
        }
        // No run came of it: a word, or an answer. It stays while what it speaks of lies there.
        if ended == nil, try isThere(stem) { return }
        let over = ended ?? report.since
        guard now.since(over) >= min(setup.reportsBeside, keep.contents) else { return }
        try tray.archive(report.name, month: Self.month(of: over))
    }

    private func isThere(_ stem: String) throws -> Bool {
        var names = [stem, stem + ".yaml"]
        if stem.hasSuffix(".drop") { names.append(String(stem.dropLast(5))) }
        // A folder or a link is there as well, and refused.
        return try names.contains { name in
            do { return try tray.item(name) != nil } catch TrayError.refused { return true }
        }
    }

    /// `2026-11` by Shanghai's calendar.
    static func month(of moment: Moment) -> String { String(Zone.shanghai.civil(moment).dateText.prefix(7)) }

    // MARK: - What holds texts

    private func isTooOld(_ file: KeptFile, in folder: TrayFolder, at now: Moment) throws -> Bool {
        let limit = now - keep.contents
        switch folder {
        case .accepted:
            // `campaign.0123456789ab.yaml`: gone when the ledger's own copy is gone.
            let parts = file.name.split(separator: ".")
            if parts.count == 3, parts[1].count >= 12, parts[1].allSatisfy(\.isHexDigit),
                let isGone = try setup.ledger.isContentGone(digest: String(parts[1]))
            {
                return isGone
            }
            return file.since < limit
        case .reports:
            let month = file.name.split(separator: "/").first.map(String.init) ?? ""
            // By the run's own calendar, or by the file: a month's folder is over when the one after it began too early.
            return file.since < limit || month < Self.month(of: limit)
        }
    }
}
