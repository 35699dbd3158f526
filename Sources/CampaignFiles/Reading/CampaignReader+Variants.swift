import CampaignModel
import Words

/// A declared field and where.
struct DeclaredField {
    let name: String
    let defaultValue: String?
    let place: Place
}

extension CampaignReader {
    func fields(in root: MappingReader) -> [DeclaredField] {
        root.anyKeys("fields").compactMap { entry in
            guard TemplateText.isFieldName(entry.key) else {
                findings.error(
                    at: entry.keyPlace, "bad_name", Catalogue.Files.badName("fields", value: entry.key),
                    hint: Catalogue.FilesHints.fieldName)
                return nil
            }
            guard let reader = MappingReader(entry.value, named: entry.key, shape: .field, findings: findings) else {
                return nil
            }
            let fallback = reader.text("default")
            if let fallback { checkWords(fallback) }
            return DeclaredField(name: entry.key, defaultValue: fallback?.value, place: entry.keyPlace)
        }
    }

    func variants(
        in root: MappingReader, fields: [DeclaredField], sender: KnownAccount?, channel: ChannelKind
    ) -> [Variant] {
        let nodes = root.list("variants") ?? []
        var content = ContentCheck(reader: self, fields: fields, sender: sender, channel: channel)
        var variants: [Variant] = []
        var readers: [MappingReader] = []
        for node in nodes {
            guard let reader = MappingReader(node, named: "variants", shape: .variant, findings: findings) else {
                continue
            }
            let name = identifier("name", in: reader) ?? ""
            if !name.isEmpty, variants.contains(where: { $0.name == name }) {
                findings.error(at: reader.place(of: "name"), "duplicate_name", Catalogue.Files.duplicateName(name))
            }
            let messages = content.messages(in: reader, variant: name)
            variants.append(
                Variant(
                    name: name, weight: weight(in: reader, isOnly: nodes.count == 1), messages: messages,
                    fallback: identifier("fallback", in: reader)))
            readers.append(reader)
        }
        checkWeights(variants, readers)
        for (variant, reader) in zip(variants, readers) {
            checkFallback(of: variant, among: variants, reader, channel)
        }
        content.warnOfUnusedFields()
        return variants
    }

    /// Rule 14a, for what the file itself says. What a list puts into fields is looked at when the list is known.
    func checkWords(_ text: Located<String>) {
        for hit in context.words.hits(in: text.value) {
            switch hit.list {
            case .block:
                findings.error(
                    at: text.place, "sensitive_word", Catalogue.Review.blockWord(hit.word, found: hit.found))
            case .review:
                findings.warning(
                    at: text.place, "sensitive_word", Catalogue.Review.reviewWord(hit.word, found: hit.found))
            }
        }
    }

    // MARK: Weights

    /// A lone variant takes everything; `.zero` stands for a weight that was refused.
    private func weight(in reader: MappingReader, isOnly: Bool) -> Share {
        guard reader.has("weight") else {
            if isOnly { return .whole }
            findings.error(at: reader.place, "missing_key", Catalogue.Files.missingKey("weight"))
            return .zero
        }
        guard let text = reader.text("weight") else { return .zero }
        guard let share = Written.weight(text.value) else {
            findings.error(
                at: text.place, "bad_weight", Catalogue.Files.badWeight(text.value),
                hint: FullWidth.hint(for: text.value))
            return .zero
        }
        return share
    }

    /// Weights that do not add up are refused, never made equal or stretched: nobody would see that it happened.
    private func checkWeights(_ variants: [Variant], _ readers: [MappingReader]) {
        guard let last = readers.last, variants.allSatisfy({ $0.weight != .zero }) else { return }
        let sum = variants.reduce(0) { $0 + $1.weight.tenThousandths }
        guard sum != Share.whole.tenThousandths else { return }
        let place = last.node("weight")?.place ?? last.place
        findings.error(at: place, "bad_weight", Catalogue.Files.weightSum(Self.percent(sum)))
    }

    private static func percent(_ tenThousandths: Int) -> String {
        let fraction = tenThousandths % 100
        return "\(tenThousandths / 100)" + (fraction == 0 ? "" : "." + Moment.padded(fraction, to: 2))
    }

    // MARK: Images

    private func checkFallback(
        of variant: Variant, among variants: [Variant], _ reader: MappingReader, _ channel: ChannelKind
    ) {
        guard let fallback = variant.fallback else {
            if variant.hasImage, channel == .privateMessage {
                findings.warning(
                    at: reader.place, "image_needs_mutual_follow", Catalogue.Files.imageSkips(variant.name),
                    hint: Catalogue.FilesHints.addFallback)
            }
            return
        }
        let place = reader.node("fallback")?.place ?? reader.place
        guard let other = variants.first(where: { $0.name == fallback }), fallback != variant.name, !other.hasImage
        else {
            findings.error(at: place, "bad_fallback", Catalogue.Files.badFallback(fallback))
            return
        }
        if !variant.hasImage {
            findings.warning(at: place, "fallback_not_used", Catalogue.Files.fallbackNotUsed(variant.name))
        }
    }
}
