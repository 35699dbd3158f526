import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import Words

/// One campaign file with everything beside it, judged: what `curfew check` prints, and what a page shows before anybody
/// hands it in.
struct FileExamination {
    let reading: CampaignReading
    let test: TestCheck
    let listFaults: [String]
    /// Of a file that waits for something to happen, where there is a ledger that remembers a week.
    let rehearsal: TriggerRehearsal?
    let verdict: FileVerdict

    /// - Parameter ledger: what the house remembers may refuse the file too; nil: nobody asks it.
    init(_ path: String, _ desk: FileDesk, ledger: LedgerSQLite? = nil) throws {
        reading = try desk.read(path)
        var counted: [FileVerdict.Counted] = []
        var faults: [String] = []
        var test = TestCheck()
        var review: MachineReview?
        if let campaign = reading.campaign {
            faults = Self.audience(campaign, path, desk, &counted)
            if faults.isEmpty { test = try TestCheck(campaign, path, desk) }
            faults += test.faults
            faults +=
                try ledger.map { try IntakeFault.known(against: campaign, in: $0) }?.map {
                    "error [\($0.code)] \($0.sentence.text(in: desk.language))"
                } ?? []
            if faults.isEmpty { review = try FileReview.review(campaign, beside: path, desk) }
        }
        var rehearsal: TriggerRehearsal?
        if let ledger, let campaign = reading.campaign {
            rehearsal = try TriggerRehearsal(
                campaign, ledger, limits: desk.settings.map { RuleLimits($0) } ?? RuleLimits(),
                doubt: SystemClock.doubtDefault, at: desk.now)
        }
        (self.rehearsal, self.test) = (rehearsal, test)
        listFaults = faults
        verdict = FileVerdict(
            file: path,
            ok: reading.campaign != nil && faults.isEmpty && review?.isRefused != true
                && !counted.contains { $0.bad > 0 },
            knowsWorld: desk.knowsWorld,
            next: reading.campaign.flatMap { $0.nextStart(at: desk.now)?.iso8601 },
            problems: reading.problems.map {
                FileVerdict.Found(
                    line: $0.line, column: $0.column, severity: $0.severity.rawValue, code: $0.code,
                    message: $0.message.text(in: desk.language), hint: $0.hint?.text(in: desk.language))
            } + test.problems, audience: counted, faults: faults, review: review)
    }

    func schedule(_ desk: FileDesk) -> [String] {
        guard let campaign = reading.campaign else { return [] }
        if let trigger = campaign.trigger {
            return [Catalogue.Triggers.told(trigger).text(in: desk.language)]
                + (rehearsal?.lines(in: desk.language) ?? [])
        }
        let schedule = campaign.schedule
        let next = schedule.nextOccurrence(at: desk.now) ?? schedule.start
        return schedule.describe(in: desk.language, after: next - .milliseconds(1)).split(separator: "\n").map(
            String.init)
    }

    private static func audience(
        _ campaign: Campaign, _ path: String, _ desk: FileDesk, _ counted: inout [FileVerdict.Counted]
    ) -> [String] {
        var faults: [String] = []
        for (number, name) in (campaign.audience.files + campaign.audience.exclude).enumerated() {
            let isExcluded = number >= campaign.audience.files.count
            do {
                let reading = try desk.rows(
                    name, beside: path, RowRules(campaign.channel), required: isExcluded ? [] : campaign.requiredColumns
                ) { _ in }
                counted.append(
                    .init(
                        file: name, rows: reading.rows, bad: reading.badRows, encoding: reading.encoding.rawValue,
                        told: told(
                            of: reading, name, fields: isExcluded ? [] : campaign.fields, isExcluded: isExcluded, desk))
                )
                if campaign.audience.strict, reading.badRows > 0 {
                    let sentence = Catalogue.Intake.strictRefused(file: name, reading.badRows)
                    faults.append("error [strict] \(sentence.text(in: desk.language))")
                }
            } catch let fault as AudienceFault {
                faults.append("error [\(fault.code)] \(name): \(fault.message.text(in: desk.language))")
            } catch let wrong as ValidationError {
                faults.append("error [missing] \(wrong.message)")
            } catch {
                faults.append("error [missing] \(PlainWords.of(error).text(in: desk.language))")
            }
        }
        for name in campaign.imageNames {
            guard let fault = desk.fault(ofImage: name, beside: path) else { continue }
            faults.append("error [\(fault.code)] \(fault.sentence.text(in: desk.language))")
        }
        return faults
    }

    /// Bad rows shown of one list; all are counted.
    private static let rowsTold = 10

    private static func told(
        of reading: AudienceReading, _ name: String, fields: [Field], isExcluded: Bool, _ desk: FileDesk
    ) -> [String] {
        var lines = reading.warnings(fields: fields).map {
            "warning \(Catalogue.Intake.fileFault(file: name, $0).text(in: desk.language))"
        }
        guard reading.badRows > 0 else { return lines }
        let words = Catalogue.AudienceFiles.self
        let lost =
            isExcluded
            ? words.notExcluded(file: name, bad: reading.badRows) : words.lost(file: name, bad: reading.badRows)
        lines.append("error [bad_rows] \(lost.text(in: desk.language))")
        lines += reading.bad.prefix(rowsTold).map { bad in
            let sentence = Catalogue.Intake.badRow(
                file: name, line: bad.line, lines: bad.lines, bad.reason.sentence)
            return "  [\(bad.reason.rawValue)] \(sentence.text(in: desk.language))"
        }
        let shown = reading.bad.prefix(rowsTold).reduce(0) { $0 + $1.lines }
        if reading.badRows > shown {
            lines.append("  " + Catalogue.AudienceFiles.furtherRows(reading.badRows - shown).text(in: desk.language))
        }
        return lines
    }
}

/// The same looks for a page: `check`, `preview` and `forecast` of a file on somebody's bench.
struct BenchExamination: Sendable {
    let settings: Settings
    let review: ReviewTerms
    let ledger: String

    func sheet(of path: String, in language: Language, at now: Moment) throws -> DropSheet {
        let desk = FileDesk(settings: settings, language: language, now: now, review: review)
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let reading = try LedgerSQLite(path: ledger, options: options)
        let looked = try FileExamination(path, desk, ledger: reading)
        let name = (path as NSString).lastPathComponent
        var verdict = looked.verdict
        verdict.file = name
        let source = FileManager.default.contents(atPath: path) ?? Data()
        var sheet = DropSheet(file: name, source: String(decoding: source, as: UTF8.self), verdict: verdict)
        guard let campaign = looked.reading.campaign else { return sheet }
        sheet.title = campaign.title
        sheet.author = campaign.author
        sheet.schedule = looked.schedule(desk)
        guard looked.listFaults.isEmpty else { return sheet }
        var preview = FilePreview(campaign, path, desk)
        try preview.choose()
        // Safe because a text that cannot be rendered is among the findings of the review.
        sheet.variants = (try? preview.variants()) ?? []
        guard verdict.next != nil else { return sheet }
        sheet.forecast = try ForecastReading(desk: desk, ledger: reading).forecast([path]).first
        let limits = RuleLimits(settings)
        sheet.frame = ForecastFrame(
            quiet: limits.quiet, window: campaign.schedule.window, zone: campaign.schedule.zone,
            peopleADay: limits.usersPerDay)
        return sheet
    }
}
