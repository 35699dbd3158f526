import CampaignModel
import Ports

extension RunReport {
    /// Several occurrences of one campaign as one report, and each in it.
    package init(totalling each: [RunReport]) {
        precondition(!each.isEmpty, "a total of nothing is none")
        // A change that waits for its approval says nothing yet about what there is.
        var summary = (each.last { $0.summary.state != RunState.inReview.code } ?? each[each.count - 1]).summary
        summary.run = summary.campaign
        summary.start = each[0].summary.start
        summary.sum = SumLine(totalling: each.map(\.summary.sum))
        summary.review = nil
        if each.contains(where: \.summary.isPlanned) { summary.listed = nil }
        summary.test = nil
        summary.recall = nil
        summary.peopleErased = each.contains { $0.summary.peopleErased == nil } ? nil : summary.peopleErased
        var variants: [VariantLine] = []
        for variant in each.flatMap(\.variants) {
            if let known = variants.firstIndex(where: { $0.name == variant.name }) {
                variants[known].sum = SumLine(totalling: [variants[known].sum, variant.sum])
            } else {
                variants.append(variant)
            }
        }
        // The rows of an occurrence whose people are not written down yet stand in no sum.
        let planned = each.filter { $0.summary.sum.audience + $0.excluded + $0.duplicates + $0.beyondMax > 0 }
        func rows(_ term: KeyPath<RunReport, Int>) -> Int { planned.reduce(0) { $0 + $1[keyPath: term] } }
        self.init(
            summary: summary, rehearsal: each.contains { $0.rehearsal }, rowsRead: rows(\.rowsRead), bad: rows(\.bad),
            duplicates: rows(\.duplicates), excluded: rows(\.excluded), beyondMax: rows(\.beyondMax), variants: variants
        )
        occurrences = each
    }
}
