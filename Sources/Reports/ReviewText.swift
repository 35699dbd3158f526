import Answers
import CampaignModel
import Ports
import Words

/// The machine's review and what a change means, as blocks of a report.
package enum ReviewText {
    private static let indent = "  "

    static func blocks(_ summary: RunSummary, in language: Language) -> [[String]] {
        let words = Catalogue.Review.self
        let isWaiting = summary.awaitsApproval
        let refusal = refusal(of: summary, in: language) + refusedChange(of: summary, in: language)
        guard let review = summary.review else {
            return refusal
                + (isWaiting ? [[words.title.text(in: language), indent + words.pending.text(in: language)]] : [])
        }
        let isRejected = summary.state == RunState.rejected.code
        // Once it is approved, only what made it heavy is still worth a line.
        let told = review.findings.filter { isWaiting || isRejected || $0.weight != .note }
        var block = [words.title.text(in: language), indent + words.verdict(review).text(in: language)]
        if isWaiting, review.approvalsNeeded > 1 {
            block.append(
                indent
                    + words.approvals(summary.approvedBy.count, needed: review.approvalsNeeded).text(in: language))
        }
        block += told.map { indent + words.finding($0).text(in: language) }
        guard let change = review.change, isWaiting || isRejected else { return refusal + [block] }
        return refusal + [block, self.change(change, in: language)]
    }

    /// Who refused the run, and why: what its author reads first.
    private static func refusal(of summary: RunSummary, in language: Language) -> [[String]] {
        guard summary.state == RunState.rejected.code, let rejection = summary.rejection, !rejection.note.isEmpty
        else { return [] }
        let at = ReportText.words(ofMoment: rejection.at)
        return [
            [Catalogue.Pages.rejectedBy(rejection.person, at: at).text(in: language)]
                + rejection.note.split(separator: "\n").map { indent + $0 }
        ]
    }

    /// Its author believes that the new text waits, or goes out.
    private static func refusedChange(of summary: RunSummary, in language: Language) -> [[String]] {
        guard let rejection = summary.changeRejected else { return [] }
        let words = Catalogue.Report.changeRejected(by: rejection.person, at: ReportText.words(ofMoment: rejection.at))
        return [[words.text(in: language)] + rejection.note.split(separator: "\n").map { indent + $0 }]
    }

    private static func change(_ change: RevisionChange, in language: Language) -> [String] {
        let words = Catalogue.Review.self
        var block = [words.changes.text(in: language), indent + words.since(change.since).text(in: language)]
        block += change.lines(in: language).map { indent + indent + $0 }
        block += RevisionChange.Group.allCases.compactMap { group in
            let count = change.count(of: group)
            guard count > 0 else { return nil }
            return indent + words.group(group, count, change.samples[group.rawValue] ?? []).text(in: language)
        }
        return block
    }

    /// One line for a page: what still has to happen before anything is sent; nil: nothing.
    package static func line(_ summary: RunSummary, in language: Language) -> String? {
        guard summary.awaitsApproval else { return nil }
        let words = Catalogue.Review.self
        guard let review = summary.review else { return words.pending.text(in: language) }
        let heavy = review.findings.filter { $0.weight != .note }.map { words.finding($0).text(in: language) }
        let verdict = words.verdict(review).text(in: language)
        let given = words.approvals(summary.approvedBy.count, needed: review.approvalsNeeded).text(in: language)
        return ([verdict, given] + heavy).joined(separator: " · ")
    }
}
