import CampaignModel

/// The machine's half of dual review (rule 14): looks at what every person of the audience would really get, one person at
/// a time, and says what it found. Pure; whoever has the people feeds them in, from files or from the ledger.
package struct ContentReview {
    /// One person as the review sees them.
    package struct Person {
        package var openID: String
        /// Line of the list; nil for people who come from no list.
        package var line: Int?
        /// nil: held out.
        package var arm: Int?
        /// nil: nobody knows, which means no.
        package var isMutualFollow: Bool?
        package init(openID: String, line: Int?, arm: Int?, isMutualFollow: Bool?) {
            (self.openID, self.line, self.arm, self.isMutualFollow) = (openID, line, arm, isMutualFollow)
        }
    }

    private struct Key: Hashable {
        let code: MachineReview.Code
        let variant: Int
        let subject: String
    }

    private let campaign: Campaign
    private let words: SensitiveWords
    private let templates: [ContactTemplate?]
    private let fallbacks: [Int?]
    /// Texts are the same for everybody: looked at once.
    private let isConstant: [Bool]
    private var found: [Key: MachineReview.Finding] = [:]
    private var longest: [Int: Int] = [:]
    private var people = 0
    private var held = 0
    private var phones = 0

    /// - Parameter context: images may have any id; what is said about them does not depend on it.
    package init(_ campaign: Campaign, words: SensitiveWords, context: RenderContext) {
        (self.campaign, self.words) = (campaign, words)
        var context = context
        for variant in campaign.variants {
            for case .image(_, let digest?) in variant.messages { context.mediaIDs[digest] = digest }
        }
        templates = campaign.variants.map { variant in
            var shown = variant
            // Before it is read, an image has no digest; its name stands for it.
            shown.messages = variant.messages.map { message in
                guard case .image(let file, nil) = message else { return message }
                context.mediaIDs[file] = file
                return .image(file: file, digest: file)
            }
            // Safe because a variant that cannot be compiled was refused by the reader, or names an account that left
            // the configuration since; then nobody gets it, and the dispatcher says so.
            return try? ContactTemplate(variant: shown, fields: campaign.fields, context: context)
        }
        let names = campaign.variants.map(\.name)
        fallbacks = campaign.variants.map { $0.fallback.flatMap { names.firstIndex(of: $0) } }
        isConstant = templates.map { $0?.fieldNames.isEmpty ?? true }
        for (index, template) in templates.enumerated() where isConstant[index] || campaign.trigger != nil {
            // Whoever comes with an event brings no values: what they get is what the defaults make of it.
            guard case .messages(let messages)? = template?.render(fields: { _ in nil }) else { continue }
            read(messages, variant: index, person: nil)
        }
    }

    /// - Parameter value: the person's value of a field; nil when they lack it.
    package mutating func look(at person: Person, value: (String) -> String?) {
        guard let arm = person.arm else {
            held += 1
            return
        }
        people += 1
        if Self.isPhone(person.openID) { phones += 1 }
        let sent = sentVariant(arm, person)
        // Every variant, not only the person's own: arms can move while a test runs, and nothing may be sent unread.
        for (index, template) in templates.enumerated() where !isConstant[index] {
            switch template?.render(fields: value) {
            case .messages(let messages): read(messages, variant: index, person: person)
            case .missing(let field) where index == sent: note(.fieldMissing, .note, index, field, person)
            case .tooLong where index == sent: note(.tooLong, .note, index, "", person)
            case .missing, .tooLong, nil: break
            }
        }
    }

    /// Rule 10, as the gate will see it unless somebody begins to follow meanwhile.
    private mutating func sentVariant(_ arm: Int, _ person: Person) -> Int? {
        guard campaign.variants[arm].hasImage, person.isMutualFollow != true else { return arm }
        if let fallback = fallbacks[arm] {
            note(.imageFallback, .note, arm, campaign.variants[fallback].name, person)
            return fallback
        }
        note(.imageSkips, .note, arm, "", person)
        return nil
    }

    private mutating func read(_ messages: [Message], variant: Int, person: Person?) {
        var texts: [String] = []
        var parameters: [String] = []
        for message in messages {
            switch message {
            case .text(let text):
                texts.append(text)
                longest[variant] = max(longest[variant] ?? 0, text.count)
            case .appletCard(_, _, let path, let query): parameters += [path, query]
            case .image, .appletCoupon, .authorizationCard: break
            }
        }
        let link =
            texts.lazy.compactMap { OutsideLink.first(in: $0) }.first ?? OutsideLink.across(texts)
            ?? parameters.lazy.compactMap { OutsideLink.first(inParameter: $0) }.first
        if let link { note(.externalLink, .secondPerson, variant, person == nil ? link : "", person) }
        // As one text: a word that begins in one message and ends in the next is read all the same.
        let whole = (texts + parameters.map { PercentEscapes.decoded(PercentEscapes.decoded($0)) })
            .joined(separator: "\n")
        for hit in words.hits(in: whole) {
            note(.sensitiveWord, hit.list == .block ? .refuses : .secondPerson, variant, hit.word, person)
        }
    }

    private mutating func note(
        _ code: MachineReview.Code, _ weight: MachineReview.Weight, _ variant: Int, _ subject: String, _ person: Person?
    ) {
        let key = Key(code: code, variant: variant, subject: subject)
        if person != nil, let known = found[key]?.people {
            found[key]?.people = known + 1
            return
        }
        guard found[key] == nil else { return }
        found[key] = MachineReview.Finding(
            code, weight, variant: campaign.variants[variant].name, subject: subject, people: person.map { _ in 1 },
            sample: person?.openID, line: person?.line)
    }

    /// Who takes part where the file's `max` cuts the list, as the plan will have it.
    package struct Counted: Sendable {
        package var people: Int
        package var held: Int
        package init(people: Int, held: Int) { (self.people, self.held) = (people, held) }
    }

    /// A Chinese mobile number, which is nobody's open_id: the platform knows nobody by it.
    private static func isPhone(_ id: String) -> Bool {
        let digits = id.utf8.drop { $0 == UInt8(ascii: "+") }
        let number = digits.starts(with: "86".utf8) && digits.count == 13 ? digits.dropFirst(2) : digits
        guard number.count == 11, number.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return number.first == UInt8(ascii: "1") && number.dropFirst().first.map { $0 >= UInt8(ascii: "3") } ?? false
    }

    /// - Parameters:
    ///   - twoPeopleFrom: an audience of this many asks for two persons.
    ///   - counted: nil: everybody who was looked at takes part.
    package func result(twoPeopleFrom: Int, counted: Counted? = nil) -> MachineReview {
        let people = counted?.people ?? people
        var findings = found.sorted { left, right in
            (left.value.weight, left.key.code.rawValue, left.key.variant, left.key.subject)
                < (right.value.weight, right.key.code.rawValue, right.key.variant, right.key.subject)
        }.map(\.value)
        if let size = sizeFinding(twoPeopleFrom, people) { findings.insert(size, at: 0) }
        if phones > 0 {
            findings.append(.init(.phoneNumbers, phones == self.people ? .refuses : .secondPerson, count: phones))
        }
        for (index, variant) in campaign.variants.enumerated() {
            findings += variant.messages.compactMap(Self.cardName).map {
                .init(.card, .note, variant: variant.name, subject: $0)
            }
            if let count = longest[index] {
                findings.append(.init(.longestText, .note, variant: variant.name, count: count))
            }
        }
        if people == 0, campaign.audience.source == .files, campaign.trigger == nil {
            findings.append(.init(.nobody, .refuses))
        }
        // Stable, so that a refusal stands before what only asks for somebody more.
        let sorted = findings.enumerated().sorted { ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset) }
        return MachineReview(people: covered(people), held: counted?.held ?? held, findings: sorted.map(\.element))
    }

    /// The approval covers at most this many.
    private func covered(_ people: Int) -> Int { campaign.audience.max.map { min($0, people) } ?? people }

    /// Everyone who authorises is a list that grows after the approval: what it covers is `max`, not today's count.
    private func sizeFinding(_ twoPeopleFrom: Int, _ people: Int) -> MachineReview.Finding? {
        if campaign.trigger != nil { return .init(.triggered, .secondPerson) }
        return switch (campaign.audience.source, campaign.audience.max) {
        case (.authorized, nil): .init(.openAudience, .secondPerson)
        case (.authorized, let max?):
            max >= twoPeopleFrom ? .init(.largeAudience, .secondPerson, count: twoPeopleFrom) : nil
        case (.files, _):
            covered(people) >= twoPeopleFrom ? .init(.largeAudience, .secondPerson, count: twoPeopleFrom) : nil
        }
    }

    private static func cardName(_ message: MessageTemplate) -> String? {
        switch message {
        case .text, .image: nil
        case .appletCard(let template, _, _): "applet_card \(template)"
        case .appletCoupon(_, let coupon): "applet_coupon \(coupon)"
        case .authorizationCard(let account): "authorization_card \(account)"
        }
    }
}
