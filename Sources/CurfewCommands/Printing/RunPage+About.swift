import CampaignFiles
import CampaignModel
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Reports
import Words

extension RunPage {
    /// What whoever finds the page on paper has to know: who wrote it, who let it go, what was said, and when this is of.
    struct About {
        struct Variant {
            var name: String
            /// A line a message, fields as they are written.
            var lines: [String]
        }
        var author: String
        var approvedBy: [String]
        /// Nobody was written to: the platform was on this machine.
        var isRehearsal = false
        var madeAt: Moment
        var variants: [Variant] = []
    }

    func aboutPart(_ about: About) -> String {
        let rehearsal =
            about.isRehearsal ? "<p class=\"verdict vetoed\">\(spoken(Catalogue.Report.rehearsal))</p>" : ""
        let nobody = Catalogue.Report.nobodyYet.text(in: language)
        let approved = about.approvedBy.isEmpty ? nobody : about.approvedBy.joined(separator: ", ")
        return """
            \(rehearsal)<p class="soft">\(spoken(Catalogue.Report.author)) \(PaperPage.escaped(about.author)) · \
            \(spoken(Catalogue.Report.reviewedBy)) \(PaperPage.escaped(approved)) · \
            \(spoken(Catalogue.Figures.asOf)) \(about.madeAt.minuteText())</p>
            """
    }

    func textsPart(_ about: About) -> String {
        guard !about.variants.isEmpty else { return "" }
        let rows = about.variants.map { variant in
            let lines = variant.lines.map(PaperPage.escaped).joined(separator: "<br>")
            return "<tr><td>\(PaperPage.escaped(variant.name))</td><td>\(lines)</td></tr>"
        }
        return "<section><h2>\(spoken(Catalogue.Figures.whatWasSaid))</h2><table>\(rows.joined())</table></section>"
    }

    func skippedPart() -> String {
        guard !figures.sum.skippedBy.isEmpty else { return "" }
        let rows = figures.sum.skippedBy.map { line in
            let why = PaperPage.escaped(ReportText.words(ofReason: line.reason, in: language))
            return "<tr><td>\(line.count)</td><td>\(why) <small>\(PaperPage.escaped(line.reason))</small></td></tr>"
        }
        return "<section><h2>\(spoken(Catalogue.Report.skippedBecause))</h2><table>\(rows.joined())</table></section>"
    }

    private func spoken(_ sentence: Sentence) -> String { PaperPage.escaped(sentence.text(in: language)) }
}

extension RunPage.About {
    init(_ run: RunRecord, _ ledger: LedgerSQLite, _ settings: Settings?, at now: Moment, in language: Language) throws
    {
        let revision = try ledger.revisionRecord(run.revision)
        let campaign = revision.campaign
        self.init(
            author: campaign.author, approvedBy: revision.approvedBy,
            isRehearsal: settings?.platform.isLoopback ?? false, madeAt: now)
        let context = ContextOfFiles.context(campaign, settings)
        variants = campaign.variants.map { variant in
            Variant(name: variant.name, lines: Self.lines(variant, campaign, context, in: language))
        }
    }

    /// A field stands as it is written; an image by its file's name.
    private static func lines(
        _ variant: CampaignModel.Variant, _ campaign: Campaign, _ context: RenderContext, in language: Language
    ) -> [String] {
        var shown = variant
        shown.messages = ContextOfFiles.named(variant.messages)
        // Safe because a text that cannot be shown any more, as its account is gone, leaves the figures as they are.
        guard let template = try? ContactTemplate(variant: shown, fields: campaign.fields, context: context) else {
            return []
        }
        return SampleText.lines(of: template.render { "{{\($0)}}" }, in: language)
    }
}

/// What a contact's template has to know of the house, from the configuration alone: accounts by name.
enum ContextOfFiles {
    /// The file's name stands for an image, uploaded or not.
    static func named(_ messages: [MessageTemplate]) -> [MessageTemplate] {
        messages.map { if case .image(let name, _) = $0 { .image(file: name, digest: name) } else { $0 } }
    }

    static func context(_ campaign: Campaign, _ settings: Settings?) -> RenderContext {
        var context = RenderContext(appID: settings?.account(named: campaign.account)?.app.id ?? "tt…")
        for app in settings?.apps ?? [] {
            for account in app.accounts {
                context.accounts[account.name] = .init(appID: app.id, openID: account.openID)
            }
        }
        for variant in campaign.variants {
            for message in variant.messages {
                if case .image(let name, _) = message { context.mediaIDs[name] = name }
            }
        }
        return context
    }
}
