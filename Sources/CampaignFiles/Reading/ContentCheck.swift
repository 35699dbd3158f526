import CampaignModel
import Words

/// Reads messages and holds them against rules 6, 9, 10 and 11.
struct ContentCheck {
    let reader: CampaignReader
    let fields: [DeclaredField]
    let sender: KnownAccount?
    let channel: ChannelKind
    private var used: Set<String> = []
    private var findings: Findings { reader.findings }

    static let imageTypes = ["jpg", "jpeg", "png", "bmp", "webp"]

    init(reader: CampaignReader, fields: [DeclaredField], sender: KnownAccount?, channel: ChannelKind) {
        (self.channel, self.reader, self.fields, self.sender) = (channel, reader, fields, sender)
    }

    mutating func messages(in variant: MappingReader, variant name: String) -> [MessageTemplate] {
        guard let nodes = variant.list("messages") else { return [] }
        var messages: [MessageTemplate] = []
        var isComplete = true
        for node in nodes {
            guard let reader = MappingReader(node, named: "messages", shape: .message, findings: findings),
                let message = message(in: reader)
            else {
                isComplete = false
                continue
            }
            messages.append(message)
        }
        switch channel {
        case .privateMessage: break
        case .groupMessage:
            if isComplete { checkGroup(messages, at: variant.place(of: "messages"), name) }
            return messages
        case .reply:
            // An answer may be a text alone; the platform takes one message for each.
            if isComplete, messages.count > 1 {
                findings.error(
                    at: variant.place(of: "messages"), "messages_per_contact", Catalogue.Triggers.oneMessage(name))
            }
            return messages
        }
        let hasCard = messages.contains { message in
            switch message {
            case .text, .image: false
            case .appletCard, .appletCoupon, .authorizationCard: true
            }
        }
        if isComplete, !hasCard {
            findings.error(
                at: variant.place(of: "messages"), "content_not_allowed", Catalogue.Files.contentNotAllowed(name),
                hint: Catalogue.FilesHints.addCard)
        }
        return messages
    }

    /// Rule 23: the group call takes one content, and neither coupons nor authorisation cards.
    private func checkGroup(_ messages: [MessageTemplate], at place: Place, _ variant: String) {
        if messages.count > 1 {
            findings.error(at: place, "messages_per_contact", Catalogue.Groups.oneMessage(variant))
        }
        let isAllowed = messages.allSatisfy { message in
            switch message {
            case .text, .image, .appletCard: true
            case .appletCoupon, .authorizationCard: false
            }
        }
        if !isAllowed { findings.error(at: place, "content_not_allowed", Catalogue.Groups.content(variant)) }
    }

    func warnOfUnusedFields() {
        for field in fields where !used.contains(field.name) {
            findings.warning(at: field.place, "field_not_used", Catalogue.Files.fieldNotUsed(field.name))
        }
    }

    private mutating func message(in message: MappingReader) -> MessageTemplate? {
        let kinds = message.presentKeys
        guard kinds.count == 1, let kind = kinds.first else {
            findings.error(at: message.place, "message_kind", Catalogue.Files.messageKind(kinds.count))
            return nil
        }
        switch kind {
        case "text": return text(in: message)
        case "image": return image(in: message)
        case "applet_card": return message.mapping(kind).flatMap { card(in: $0) }
        case "applet_coupon":
            guard let coupon = message.mapping(kind), let activity = couponNumber("activity", in: coupon),
                let id = couponNumber("coupon", in: coupon)
            else { return nil }
            return .appletCoupon(activity: activity, coupon: id)
        case "authorization_card": return message.mapping(kind).flatMap(authorizationCard(in:))
        default: preconditionFailure("the message shape has a key that nobody reads: \(kind)")
        }
    }

    /// The platform's numbers are of 64 bits with a sign; what is none of them would be refused for every person.
    private func couponNumber(_ key: String, in coupon: MappingReader) -> String? {
        guard let text = coupon.text(key) else { return nil }
        guard let number = Int64(text.value), number > 0, String(number) == text.value else {
            findings.error(
                at: text.place, "bad_coupon", Catalogue.Files.badCoupon(key, value: text.value),
                hint: FullWidth.hint(for: text.value))
            return nil
        }
        return text.value
    }

    private mutating func text(in message: MappingReader) -> MessageTemplate? {
        guard let text = message.text("text") else { return nil }
        guard UnseenCharacters.isSeen(text.value) else {
            findings.error(at: text.place, "empty_text", Catalogue.Files.emptyText)
            return nil
        }
        check(text)
        if let first = text.value.first, let last = text.value.last, first == "“", last == "”" {
            findings.warning(
                at: text.place, "full_width_punctuation", Catalogue.Files.fullWidthIn("text", value: text.value),
                hint: FullWidth.hint(for: text.value))
        }
        if let link = OutsideLink.first(in: text.value) {
            findings.warning(
                at: text.place, "external_link", Catalogue.Files.externalLink(link), hint: Catalogue.FilesHints.useCard)
        }
        reader.checkWords(text)
        return .text(text.value)
    }

    private func image(in message: MappingReader) -> MessageTemplate? {
        guard let node = message.node("image"), let name = reader.fileName(node, key: "image", reader: message) else {
            return nil
        }
        guard Self.imageTypes.contains(DropName.fileExtension(of: name.value)) else {
            findings.error(at: name.place, "bad_image_type", Catalogue.Files.badImageType(name.value))
            return nil
        }
        return .image(file: name.value, digest: nil)
    }

    private mutating func card(in card: MappingReader) -> MessageTemplate? {
        var query: [QueryItem] = []
        for entry in card.anyKeys("query") {
            guard let written = card.verbatim(entry.value, key: entry.key),
                let value = card.checked(written, key: entry.key, as: Shape.queryValue)
            else { continue }
            check(value)
            checkParameter(value)
            query.append(QueryItem(name: entry.key, value: value.value))
        }
        guard let template = card.text("template"), let path = card.text("path") else { return nil }
        if path.value.contains("{{") {
            findings.error(at: path.place, "field_in_path", Catalogue.Files.fieldInPath(path.value))
        }
        checkParameter(path)
        return .appletCard(template: template.value, path: path.value, query: query.sorted { $0.name < $1.name })
    }

    /// What a card opens leads out as a text does, and what it shows is read as one.
    private func checkParameter(_ text: Located<String>) {
        if let link = OutsideLink.first(inParameter: text.value) {
            findings.warning(at: text.place, "external_link", Catalogue.Files.externalLink(link))
        }
        let plain = PercentEscapes.decoded(PercentEscapes.decoded(text.value))
        reader.checkWords(Located(value: plain, place: text.place))
    }

    private func authorizationCard(in card: MappingReader) -> MessageTemplate? {
        guard let asked = reader.account("account", in: card) else { return nil }
        // Rule 11: for itself always; for another only a brand account, and only for a staff account.
        let isOnBehalf = sender?.role == .brand && asked.role == .staff
        if let sender, sender.name != asked.name, !isOnBehalf {
            findings.error(
                at: card.node("account")?.place ?? card.place, "authorization_card_owner",
                Catalogue.Files.authorizationCardOwner(sender.name, asked: asked.name))
        } else if let sender, sender.app != asked.app, !sender.app.isEmpty, !asked.app.isEmpty {
            findings.error(
                at: card.node("account")?.place ?? card.place, "authorization_card_app",
                Catalogue.Files.authorizationCardApp(sender.name, asked: asked.name))
        }
        return .authorizationCard(account: asked.name)
    }

    /// The template's tags: plain variables of declared fields, nothing else.
    private mutating func check(_ text: Located<String>) {
        if let found = Placeholders.first(in: text.value, fields: fields.map(\.name)) {
            let message = Catalogue.Files.placeholder(found.tag)
            let hint = Catalogue.FilesHints.writeBraces(found.name)
            if found.isDeclared {
                findings.error(at: text.place, "bad_template", message, hint: hint)
            } else {
                findings.warning(at: text.place, "placeholder", message, hint: hint)
            }
        }
        switch TemplateText.parse(text.value) {
        case .failure(let fault):
            findings.error(
                at: text.place, "bad_template", Catalogue.Files.badTemplate(fault.tag),
                hint: FullWidth.hint(for: fault.tag))
        case .success(let template):
            for name in template.fieldNames {
                used.insert(name)
                guard !fields.contains(where: { $0.name == name }) else { continue }
                let near = DidYouMean.nearest(to: name, among: fields.map(\.name))
                findings.error(
                    at: text.place, "unknown_field", Catalogue.Files.unknownField(name),
                    hint: near.map(Catalogue.FilesHints.didYouMean) ?? Catalogue.FilesHints.declareField(name))
            }
        }
    }
}
