import Answers
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

    func run() throws {
        let moment = try GivenMoment.read(now, option: "--now")
        guard try isClean(on: FileDesk(config: config, lang: lang, now: moment)) else {
            throw ExitCode(ExitCodes.problems)
        }
    }

    func isClean(on desk: FileDesk) throws -> Bool {
        var isClean = true
        // Safe because intake asks it again: whoever may not read the ledger is told what stands in the file.
        let ledger = try? desk.ledger()
        for file in files {
            let looked = try FileExamination(file, desk, ledger: ledger)
            isClean = isClean && looked.verdict.ok
            if json { Standard.say(try Printer.json(looked.verdict)) } else { tell(looked, desk) }
        }
        return isClean
    }

    private func tell(_ looked: FileExamination, _ desk: FileDesk) {
        let file = looked.verdict.file
        for problem in looked.reading.problems { Standard.say(problem.text(in: desk.language, fileName: file)) }
        for fault in looked.listFaults { Standard.say("  " + fault) }
        guard let campaign = looked.reading.campaign else { return }
        let title = TextWidth.printable(campaign.title)
        Standard.say("\(file): \(campaign.id) 「\(title)」")
        for list in looked.verdict.audience {
            let sentence = Catalogue.AudienceFiles.counted(
                file: list.file, rows: list.rows, bad: list.bad, encoding: list.encoding)
            Standard.say("  " + sentence.text(in: desk.language))
            for line in list.told { Standard.say("  " + line) }
        }
        for line in looked.schedule(desk) { Standard.say("  \(line)") }
        if !desk.knowsWorld {
            Standard.say("  " + Catalogue.Files.worldNotKnown.text(in: desk.language))
        }
        for line in looked.test.lines { Standard.say("  " + line) }
        if let review = looked.verdict.review { FileReview.tell(review, desk) }
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
        var preview = FilePreview(campaign, file, desk)
        try preview.choose(only: user)
        for chosen in campaign.variants where variant == nil || chosen.name == variant {
            for (openID, rendering) in try preview.renderings(of: chosen) {
                Standard.say(
                    Catalogue.Intake.sample(variant: chosen.name, openID: openID).text(in: desk.language))
                for line in SampleText.lines(of: rendering, in: desk.language) { Standard.say("  " + line) }
            }
        }
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
