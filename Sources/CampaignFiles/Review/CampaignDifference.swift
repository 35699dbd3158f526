import CampaignModel
import Words

/// What an edit changed in the file itself, for the reviewer: texts line by line, everything else by name.
package enum CampaignDifference {
    package static func lines(from old: Campaign, to new: Campaign) -> [Sentence] {
        let words = Catalogue.Review.self
        var lines: [Sentence] = []
        func compare(_ what: Sentence, _ old: String, _ new: String) {
            if old != new { lines.append(words.replaced(what, old: old, new: new)) }
        }
        compare(words.name, old.title, new.title)
        compare(words.account, old.account, new.account)
        compare(words.channel, old.channel.rawValue, new.channel.rawValue)
        compare(words.priority, String(old.priority), String(new.priority))
        compare(words.start, old.schedule.start.minuteText(), new.schedule.start.minuteText())
        if old.trigger != new.trigger {
            let told = [old, new].map { campaign in
                campaign.trigger.map { Catalogue.Triggers.told($0) } ?? Catalogue.Triggers.none
            }
            lines.append(words.replaced(Catalogue.Triggers.name, old: told[0], new: told[1]))
        } else if old.trigger == nil {
            lines += schedule(old.schedule, new.schedule)
        }
        compare(words.audience, text(of: old.audience), text(of: new.audience))
        compare(words.holdout, percent(old.holdout), percent(new.holdout))
        compare(words.fields, text(of: old.fields), text(of: new.fields))
        if old.experiment != new.experiment { lines.append(words.experiment) }
        lines += variants(old, new)
        return lines.isEmpty ? [words.sameContent] : lines
    }

    private static func schedule(_ old: Schedule, _ new: Schedule) -> [Sentence] {
        var same = old
        same.start = new.start
        guard same != new else { return [] }
        func told(_ schedule: Schedule) -> Sentence {
            func text(_ language: Language) -> String {
                schedule.describe(in: language, after: schedule.start - .milliseconds(1)).split(separator: "\n")
                    .joined(separator: "; ")
            }
            return Sentence(zh: text(.zh), en: text(.en))
        }
        return [Catalogue.Review.replaced(Catalogue.Review.schedule, old: told(old), new: told(new))]
    }

    private static func variants(_ old: Campaign, _ new: Campaign) -> [Sentence] {
        let words = Catalogue.Review.self
        var lines: [Sentence] = []
        for variant in new.variants {
            guard let before = old.variants.first(where: { $0.name == variant.name }) else {
                lines.append(words.variantAdded(variant.name))
                lines += variant.messages.map { plain("+ " + text(of: $0)) }
                continue
            }
            guard before != variant else { continue }
            lines.append(words.variantChanged(variant.name))
            if before.weight != variant.weight {
                lines.append(words.replaced(words.weight, old: percent(before.weight), new: percent(variant.weight)))
            }
            if before.fallback != variant.fallback {
                lines.append(words.replaced(words.fallback, old: before.fallback ?? "–", new: variant.fallback ?? "–"))
            }
            lines += changed(before.messages.map(text), variant.messages.map(text))
        }
        for variant in old.variants where !new.variants.contains(where: { $0.name == variant.name }) {
            lines.append(words.variantRemoved(variant.name))
        }
        return lines
    }

    /// `-` for what is gone and `+` for what came, in the order of the messages.
    private static func changed(_ old: [String], _ new: [String]) -> [Sentence] {
        var lines: [Sentence] = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(_, let text, _): lines.append(plain("- " + text))
            case .insert(_, let text, _): lines.append(plain("+ " + text))
            }
        }
        return lines
    }

    private static func plain(_ text: String) -> Sentence { Sentence(zh: text, en: text) }

    private static func text(of message: MessageTemplate) -> String {
        switch message {
        case .text(let text): "「\(text)」"
        case .image(let file, let digest): "[image \(file) \((digest ?? "").prefix(12))]"
        case .appletCard(let template, let path, let query):
            "[applet_card \(template) → \(path) \(query.map { "\($0.name)=\($0.value)" }.joined(separator: "&"))]"
        case .appletCoupon(let activity, let coupon): "[applet_coupon \(coupon) of \(activity)]"
        case .authorizationCard(let account): "[authorization_card \(account)]"
        }
    }

    private static func text(of audience: AudienceRequest) -> String {
        var parts = [audience.source.rawValue]
        if !audience.files.isEmpty { parts.append(audience.files.joined(separator: "+")) }
        if !audience.exclude.isEmpty { parts.append("−" + audience.exclude.joined(separator: "−")) }
        parts += audience.conditions.map { "\($0.column) \($0.test)" }
        if let max = audience.max { parts.append("≤\(max)") }
        parts.append(audience.order.rawValue)
        return parts.joined(separator: " ")
    }

    private static func text(of fields: [Field]) -> String {
        fields.map { field in field.defaultValue.map { "\(field.name)=\($0)" } ?? field.name }.joined(separator: ", ")
    }

    private static func percent(_ share: Share) -> String {
        let (whole, rest) = (share.tenThousandths / 100, share.tenThousandths % 100)
        return rest == 0 ? "\(whole)%" : "\(whole).\(Moment.padded(rest, to: 2))%"
    }
}
