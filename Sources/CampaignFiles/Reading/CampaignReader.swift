import CampaignModel
import Words

/// What came of reading one campaign file: a campaign, or why not; never half a campaign.
package struct CampaignReading: Sendable {
    package let fileName: String
    /// nil when any problem is an error.
    package let campaign: Campaign?
    /// In the order of the file.
    package let problems: [Problem]

    /// All problems, one a line, as `curfew check` and the report file print them.
    package func text(in language: Language) -> String {
        problems.map { $0.text(in: language, fileName: fileName) }.joined(separator: "\n")
    }
}

/// Bytes of a dropped campaign file → a campaign with every default filled in, or all of its problems at once.
/// Pure: what it needs of the world is in the context.
package struct CampaignReader {
    let context: FileContext
    let findings = Findings()

    /// - Parameter fileName: for the problems' texts only; nothing is opened.
    package static func parse(bytes: [UInt8], fileName: String, context: FileContext) -> CampaignReading {
        let reader = CampaignReader(context: context)
        let campaign = reader.campaign(from: bytes)
        return CampaignReading(
            fileName: fileName, campaign: reader.findings.hasErrors ? nil : campaign,
            problems: reader.findings.inOrder)
    }

    private func campaign(from bytes: [UInt8]) -> Campaign? {
        guard let document = YamlDocument.compose(bytes, findings: findings),
            let root = MappingReader(document, named: "campaign", shape: .campaign, findings: findings)
        else { return nil }
        let id = identifier("campaign", in: root)
        let author = author(in: root)
        let account = account("account", in: root)
        let channel: ChannelKind = root.choice("channel") ?? .privateMessage
        let title = root.text("title")?.value
        if let title, !UnseenCharacters.isSeen(title) {
            findings.error(at: root.place(of: "title"), "empty_text", Catalogue.Files.emptyText)
        }
        let priority = root.integer("priority")
        let audience = root.mapping("audience").flatMap(audience(in:))
        let trigger = trigger(in: root)
        let schedule =
            root.has("trigger")
            ? trigger.map(Schedule.init(listeningUntil:)) : root.mapping("schedule").flatMap(schedule(in:))
        let holdout = root.share("holdout")
        let fields = fields(in: root)
        let variants = variants(
            in: root, fields: fields, sender: account, channel: trigger?.channel ?? channel)
        if let trigger { check(trigger, fields, variants, account: account?.name, root) }
        if channel == .groupMessage, audience?.source == .authorized {
            findings.error(at: root.place(of: "audience"), "group_needs_files", Catalogue.Groups.needsFiles)
        }
        let experiment = root.mapping("experiment").flatMap {
            self.experiment(in: $0, schedule: schedule, variants: variants.count)
        }
        guard let id, let author, let account, let title, let schedule,
            let audience = trigger == nil ? audience : AudienceRequest(source: .files)
        else { return nil }
        return Campaign(
            id: id, author: author, account: account.name, channel: channel, title: title, priority: priority ?? 5,
            audience: audience, schedule: schedule, holdout: holdout ?? .zero,
            fields: fields.map { Field(name: $0.name, defaultValue: $0.defaultValue) }, variants: variants,
            experiment: experiment, trigger: trigger)
    }

    // MARK: Names

    /// `a-z 0-9 -`, at most 64.
    func identifier(_ key: String, in reader: MappingReader) -> String? {
        guard let text = reader.text(key) else { return nil }
        let allowed = text.value.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        guard allowed, (1...FileLimits.identifierCharactersMax).contains(text.value.utf8.count) else {
            findings.error(
                at: text.place, "bad_name", Catalogue.Files.badName(key, value: text.value),
                hint: FullWidth.hint(for: text.value) ?? Catalogue.FilesHints.campaignID)
            return nil
        }
        return text.value
    }

    private func author(in root: MappingReader) -> String? {
        guard let author = root.text("author") else { return nil }
        guard !context.isWorldKnown || context.authors.contains(author.value) else {
            findings.error(
                at: author.place, "unknown_author", Catalogue.Files.unknownAuthor(author.value),
                hint: DidYouMean.hint(for: author.value, among: context.authors.sorted()))
            return nil
        }
        return author.value
    }

    func account(_ key: String, in reader: MappingReader) -> KnownAccount? {
        guard let name = reader.text(key) else { return nil }
        guard context.isWorldKnown else {
            // Whoever sends may ask for whoever is asked for: who belongs to whom is not known either.
            return KnownAccount(
                name: name.value, kind: .enterprise, role: reader.shape.row("author") == nil ? .staff : .brand,
                openID: "")
        }
        guard let account = context.account(named: name.value) else {
            findings.error(
                at: name.place, "unknown_account", Catalogue.Files.unknownAccount(name.value),
                hint: FullWidth.hint(for: name.value)
                    ?? DidYouMean.hint(for: name.value, among: context.accounts.map(\.name).sorted()))
            return nil
        }
        return account
    }

    /// A file beside the campaign.
    func fileName(_ node: YamlNode, key: String, reader: MappingReader) -> Located<String>? {
        guard let name = reader.verbatim(node, key: key) else { return nil }
        guard DropName.isSafe(name.value) else {
            findings.error(at: name.place, "unsafe_file_name", Catalogue.Files.unsafeFileName(name.value))
            return nil
        }
        return name
    }
}

extension Campaign {
    /// The files that make up the set besides the campaign file itself, without repetition, sorted.
    package var fileNames: [String] { Set(audience.files + audience.exclude + imageNames).sorted() }

    /// Image files, without repetition, sorted.
    package var imageNames: [String] {
        let names = variants.flatMap(\.messages).compactMap { message -> String? in
            switch message {
            case .image(let file, _): file
            case .text, .appletCard, .appletCoupon, .authorizationCard: nil
            }
        }
        return Set(names).sorted()
    }

    /// Accounts that its authorisation cards ask for, without repetition, sorted.
    package var cardAccounts: [String] {
        let names = variants.flatMap(\.messages).compactMap { message -> String? in
            switch message {
            case .authorizationCard(let account): account
            case .text, .image, .appletCard, .appletCoupon: nil
            }
        }
        return Set(names).sorted()
    }
}

extension Schedule {
    /// Of a campaign that listens: what happens after its approval, until its end.
    fileprivate init(listeningUntil trigger: Trigger) {
        self.init(
            start: Moment(milliseconds: 0), ifMissed: .nextWindow, overlap: .supersede, validity: .until(trigger.until))
    }
}
