import CampaignModel

extension RunReport {
    /// Several occurrences of one campaign as one report, and each in it.
    package init(totalling each: [RunReport]) {
        precondition(!each.isEmpty, "a total of nothing is none")
        var summary = each[each.count - 1].summary
        summary.run = summary.campaign
        summary.start = each[0].summary.start
        summary.sum = SumLine(totalling: each.map(\.summary.sum))
        summary.review = nil
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
        self.init(
            summary: summary, rehearsal: each.contains { $0.rehearsal }, rowsRead: each.reduce(0) { $0 + $1.rowsRead },
            bad: each.reduce(0) { $0 + $1.bad }, duplicates: each.reduce(0) { $0 + $1.duplicates },
            excluded: each.reduce(0) { $0 + $1.excluded },
            beyondMax: each.reduce(0) { $0 + $1.beyondMax }, variants: variants)
        occurrences = each
    }
}
