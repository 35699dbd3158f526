import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Foundation
import HostSystem
import Ports
import Reports
import Words

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is wrong with campaign files, and what they will do.",
        discussion: """
            Example:  curfew check Campaigns/examples/double-eleven-warmup.yaml

            Exit codes: 0 clean · 1 problems · 2 usage.
            """)
    @Argument(help: "Campaign files.", completion: .file(extensions: ["yaml", "yml"])) var files: [String]
    @Option(help: "The configuration that knows authors and accounts.") var config: String?
    @Option(help: "zh or en.") var lang: Language?
    @Option(help: "The moment to judge by; without it, now.") var now: String?
    @Flag(help: "One JSON object a file.") var json = false

    struct Line: Encodable {
        struct Found: Encodable {
            var line: Int
            var column: Int
            var severity: String
            var code: String
            var message: String
            var hint: String?
        }
        var file: String
        var ok: Bool
        /// Author and account were checked against a configuration.
        var knowsWorld: Bool
        /// When it would be sent next, by the moment that was judged by.
        var next: String?
        var problems: [Found]
        var audience: [Counted]
        /// nil: the file or its lists could not be read.
        var review: MachineReview?
        struct Counted: Encodable {
            var file: String
            var rows: Int
            var bad: Int
            var encoding: String
            /// The first bad rows, and what should be looked at although nobody was left out for it.
            var told: [String]
        }
    }

    func run() throws {
        let moment = try GivenMoment.read(now, option: "--now")
        guard try isClean(on: FileDesk(config: config, lang: lang, now: moment)) else {
            throw ExitCode(ExitCodes.problems)
        }
    }

    func isClean(on desk: FileDesk) throws -> Bool {
        var isClean = true
        for file in files {
            let reading = try desk.read(file)
            var counted: [Line.Counted] = []
            var faults: [String] = []
            var test = TestCheck()
            if let campaign = reading.campaign {
                faults = audience(campaign, file, desk, &counted)
                isClean = isClean && !counted.contains { $0.bad > 0 }
                if faults.isEmpty { test = try TestCheck(campaign, file, desk) }
                faults += test.faults
            }
            var review: MachineReview?
            if let campaign = reading.campaign, faults.isEmpty {
                review = try FileReview.review(campaign, beside: file, desk)
            }
            let ok =
                reading.campaign != nil && faults.isEmpty && review?.isRefused != true
                && !counted.contains { $0.bad > 0 }
            isClean = isClean && ok
            if json {
                let line = Line(
                    file: file, ok: ok, knowsWorld: desk.knowsWorld,
                    next: reading.campaign.flatMap { $0.schedule.nextOccurrence(at: desk.now)?.iso8601 },
                    problems: reading.problems.map {
                        Line.Found(
                            line: $0.line, column: $0.column, severity: $0.severity.rawValue, code: $0.code,
                            message: $0.message.text(in: desk.language), hint: $0.hint?.text(in: desk.language))
                    } + test.problems, audience: counted, review: review)
                Standard.say(try Printer.json(line))
            } else {
                tell(reading, file, faults, counted, desk)
                for line in test.lines { Standard.say("  " + line) }
                if let review { FileReview.tell(review, desk) }
            }
        }
        return isClean
    }

    private func audience(
        _ campaign: Campaign, _ path: String, _ desk: FileDesk, _ counted: inout [Line.Counted]
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
                        told: told(of: reading, name, isExcluded: isExcluded, desk)))
                if campaign.audience.strict, reading.badRows > 0 {
                    let sentence = Catalogue.Intake.strictRefused(file: name, reading.badRows)
                    faults.append("  error [strict] \(sentence.text(in: desk.language))")
                }
            } catch let fault as AudienceFault {
                faults.append("  error [\(fault.code)] \(name): \(fault.message.text(in: desk.language))")
            } catch let wrong as ValidationError {
                faults.append("  error [missing] \(wrong.message)")
            } catch {
                faults.append("  error [missing] \(PlainWords.of(error).text(in: desk.language))")
            }
        }
        for name in campaign.imageNames {
            guard let fault = desk.fault(ofImage: name, beside: path) else { continue }
            faults.append("  error [\(fault.code)] \(fault.sentence.text(in: desk.language))")
        }
        return faults
    }

    /// Bad rows shown of one list; all are counted.
    private static let rowsTold = 10

    private func told(
        of reading: AudienceReading, _ name: String, isExcluded: Bool, _ desk: FileDesk
    ) -> [String] {
        var lines = reading.warnings.map {
            "warning \(Catalogue.Intake.fileFault(file: name, $0).text(in: desk.language))"
        }
        guard reading.badRows > 0 else { return lines }
        let words = Catalogue.AudienceFiles.self
        let lost =
            isExcluded
            ? words.notExcluded(file: name, bad: reading.badRows) : words.lost(file: name, bad: reading.badRows)
        lines.append("error [bad_rows] \(lost.text(in: desk.language))")
        lines += reading.bad.prefix(Self.rowsTold).map { bad in
            let sentence = Catalogue.Intake.badRow(
                file: name, line: bad.line, lines: bad.lines, bad.reason.sentence)
            return "  [\(bad.reason.rawValue)] \(sentence.text(in: desk.language))"
        }
        let shown = reading.bad.prefix(Self.rowsTold).reduce(0) { $0 + $1.lines }
        if reading.badRows > shown {
            lines.append("  " + Catalogue.AudienceFiles.furtherRows(reading.badRows - shown).text(in: desk.language))
        }
        return lines
    }

    private func tell(
        _ reading: CampaignReading, _ file: String, _ faults: [String], _ counted: [Line.Counted], _ desk: FileDesk
    ) {
        for problem in reading.problems { Standard.say(problem.text(in: desk.language, fileName: file)) }
        for fault in faults { Standard.say(fault) }
        guard let campaign = reading.campaign else { return }
        let title = TextWidth.printable(campaign.title)
        Standard.say("\(file): \(campaign.id) 「\(title)」")
        for list in counted {
            let sentence = Catalogue.AudienceFiles.counted(
                file: list.file, rows: list.rows, bad: list.bad, encoding: list.encoding)
            Standard.say("  " + sentence.text(in: desk.language))
            for line in list.told { Standard.say("  " + line) }
        }
        let next = campaign.schedule.nextOccurrence(at: desk.now) ?? campaign.schedule.start
        let words = campaign.schedule.describe(in: desk.language, after: next - .milliseconds(1))
        for line in words.split(separator: "\n") { Standard.say("  \(line)") }
        if !desk.knowsWorld {
            Standard.say("  " + Catalogue.Files.worldNotKnown.text(in: desk.language))
        }
    }
}

struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the messages of a campaign file as people will get them.",
        discussion: """
            Example:  curfew preview Campaigns/examples/double-eleven-warmup.yaml --variant a

            Without --user: the first person, the one with the longest values and the one with the emptiest.
            """)
    @Argument(help: "A campaign file.") var file: String
    @Option(help: "Only this variant.") var variant: String?
    @Option(help: "Only this person of the audience.") var user: String?
    @Option(help: "The configuration.") var config: String?
    @Option(help: "zh or en.") var lang: Language?
    @Option(help: "The moment to judge by; without it, now.") var now: String?

    func run() throws {
        try show(on: FileDesk(config: config, lang: lang, now: GivenMoment.read(now, option: "--now")))
    }

    func show(on desk: FileDesk) throws {
        let reading = try desk.read(file)
        guard let campaign = reading.campaign else {
            for problem in reading.problems { Standard.complain(problem.text(in: desk.language, fileName: file)) }
            throw ExitCode(ExitCodes.problems)
        }
        if let variant, !campaign.variants.contains(where: { $0.name == variant }) {
            throw ValidationError(Catalogue.Usage.noVariant(variant, of: campaign.variants.map(\.name)))
        }
        let people = try samples(campaign, desk)
        let context = ContextOfFiles.context(campaign, desk.settings)
        for chosen in campaign.variants where variant == nil || chosen.name == variant {
            var shown = chosen
            shown.messages = ContextOfFiles.named(chosen.messages)
            let template = try ContactTemplate(variant: shown, fields: campaign.fields, context: context)
            for person in people {
                Standard.say(
                    Catalogue.Intake.sample(variant: chosen.name, openID: person.openID).text(in: desk.language))
                let rendering = template.render { person.values[$0] }
                for line in SampleText.lines(of: rendering, in: desk.language) { Standard.say("  " + line) }
            }
        }
    }

    private struct Somebody {
        var openID: String
        var values: [String: String]
        var length: Int { values.values.reduce(0) { $0 + $1.utf8.count } }
    }

    private func samples(_ campaign: Campaign, _ desk: FileDesk) throws -> [Somebody] {
        let names = campaign.fields.map(\.name)
        var first: Somebody?
        var longest: Somebody?
        var emptiest: Somebody?
        _ = try desk.people(campaign, beside: file) { openID, value in
            if let user, user != openID { return }
            let person = Somebody(
                openID: openID,
                values: Dictionary(uniqueKeysWithValues: names.compactMap { name in value(name).map { (name, $0) } }))
            first = first ?? person
            if person.length > longest?.length ?? -1 { longest = person }
            if person.length < emptiest?.length ?? .max { emptiest = person }
        }
        var chosen: [Somebody] = []
        for person in [first, longest, emptiest].compactMap({ $0 })
        where !chosen.contains(where: { $0.openID == person.openID }) {
            chosen.append(person)
        }
        if chosen.isEmpty, let user { throw ValidationError(Catalogue.Usage.notInAudience(user, file)) }
        return chosen.isEmpty ? [Somebody(openID: "open_id", values: [:])] : chosen
    }
}

/// A moment on the command line, in whose place the machine's clock would stand.
enum GivenMoment {
    static func read(_ text: String?, option: String) throws -> Moment? {
        guard let text else { return nil }
        guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
            throw ValidationError(Catalogue.Usage.moment(option, text))
        }
        return moment
    }
}
