import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Ports
import Words

/// A complete set on its way into the ledger: the campaign, its audience files by digest, and what was noted on the way.
final class CampaignSet {
    let campaign: Campaign
    private let source: [UInt8]
    private let fileName: String
    private let audiences: [AudienceIntake]
    private let excludes: [AudienceIntake]
    private var notes: [RevisionNote]

    init(
        _ campaign: Campaign, source: [UInt8], fileName: String, warnings: [Problem], tray: any DropTray,
        known: [String: String], present: [String: TrayItem]
    ) throws {
        self.campaign = campaign
        self.source = source
        self.fileName = fileName
        func open(_ name: String) throws -> AudienceIntake {
            if present[name] == nil, let digest = known[name] {
                return AudienceIntake(name: name, digest: digest, file: nil)
            }
            return try AudienceIntake.open(name, RowRules(campaign.channel), in: tray, as: present[name]?.name)
        }
        audiences = try campaign.audience.files.map(open)
        excludes = try campaign.audience.exclude.map(open)
        notes = warnings.map { problem in
            RevisionNote(
                Sentence(
                    zh: problem.text(in: .zh, fileName: fileName), en: problem.text(in: .en, fileName: fileName)))
        }
    }

    /// The lists that lie in the folder now, as they were when their digests were taken.
    var lists: [(name: String, identity: FileIdentity, digest: String)] {
        (audiences + excludes).compactMap { list in
            list.file.map { (list.name, $0.identity, $0.digest) }
        }
    }

    /// Over content, audience, schedule and account: what an approval binds to.
    /// - Parameter round: counts how often the same was brought to review again after it had ended unsent; each time is a
    ///   revision of its own, so that an approval or a rejection of one says nothing about the next.
    func digest(round: Int) throws -> String {
        var digest = Digest()
        digest.update(try campaign.canonicalBytes())
        for part in audiences.map({ "+" + $0.digest }) + excludes.map({ "-" + $0.digest }) {
            digest.update(part)
        }
        if round > 1 { digest.update("#\(round)") }
        return digest.finish().hexadecimal
    }

    func demand(
        account: AccountRecord, occurrence: Moment, at now: Moment, term: Term, round: Int = 1
    ) throws -> RevisionDemand {
        let columns = campaign.requiredColumns
        let strict = campaign.audience.strict
        return RevisionDemand(
            now: now, term: term, campaign: campaign, account: account.id, app: account.app,
            digest: try digest(round: round),
            source: source, fileName: fileName,
            audiences: audiences.map { file in
                file.feed(required: columns, strict: strict) { self.note($0, of: file.name, isExcluded: false) }
            },
            excludes: excludes.map { file in
                file.feed(required: [], strict: strict) { self.note($0, of: file.name, isExcluded: true) }
            },
            occurrence: occurrence, validUntil: campaign.schedule.end(ofOccurrence: occurrence),
            notes: { self.notes })
    }

    private func note(_ reading: AudienceReading, of file: String, isExcluded: Bool) {
        notes += reading.warnings(fields: isExcluded ? [] : campaign.fields).map {
            RevisionNote(Catalogue.Intake.fileFault(file: file, $0))
        }
        guard reading.badRows > 0 else { return }
        notes.append(
            RevisionNote(
                isExcluded
                    ? Catalogue.AudienceFiles.notExcluded(file: file, bad: reading.badRows)
                    : Catalogue.Intake.badRows(file: file, reading.badRows)))
        notes += reading.bad.map {
            RevisionNote(Catalogue.Intake.badRow(file: file, line: $0.line, lines: $0.lines, $0.reason.sentence))
        }
    }
}

extension Campaign {
    /// Columns without which a file cannot serve: those of `where`, and of fields that have no default.
    package var requiredColumns: [String] {
        let named = audience.conditions.map(\.column) + fields.filter { $0.defaultValue == nil }.map(\.name)
        return Set(named + (channel == .groupMessage ? [GroupFacts.kindColumn] : [])).sorted()
    }
}

/// Takes one list into the ledger as intake does, for whoever measures it.
package enum AudienceImport {
    package static func admit(
        _ name: String, in tray: any DropTray, campaign: Campaign, account: AccountRecord, ledger: any Ledger,
        at now: Moment, term: Term
    ) throws -> RevisionAdmission {
        var campaign = campaign
        campaign.audience.files = [name]
        let set = try CampaignSet(
            campaign, source: [], fileName: "\(campaign.id).yaml", warnings: [], tray: tray, known: [:], present: [:])
        return try ledger.admit(set.demand(account: account, occurrence: now, at: now, term: term))
    }
}
