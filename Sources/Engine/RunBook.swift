import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// The runs that are being served, compiled once: what the gate reads, and what each variant renders to.
struct RunBook {
    /// A class, because it is asked for with every candidate: one reference to count instead of a record's twenty.
    final class Entry {
        let revision: RevisionRecord
        let terms: RunTerms
        let templates: [ContactTemplate]
        /// When the oldest of its images was uploaded; nil: it has none.
        let imageSince: Moment?
        /// Names of the values in `Candidate.fields`, by audience.
        fileprivate(set) var columns: [AudienceID: [String: Int]] = [:]

        init(revision: RevisionRecord, terms: RunTerms, templates: [ContactTemplate], imageSince: Moment?) {
            self.imageSince = imageSince
            self.revision = revision
            self.terms = terms
            self.templates = templates
        }
    }

    private let setup: EngineSetup
    private var entries: [RevisionID: Entry] = [:]
    /// Revisions that cannot be rendered for anybody yet, and why.
    private(set) var faults: [RevisionID: ContactTemplate.Fault] = [:]

    init(_ setup: EngineSetup) { self.setup = setup }

    /// What was uploaded since is in the next rendering.
    mutating func forgetImages() { entries = entries.filter { $0.value.imageSince == nil } }

    /// Forgets what is served no longer, and what could not be compiled, so that it is tried again.
    mutating func keep(only revisions: Set<RevisionID>) {
        entries = entries.filter { revisions.contains($0.key) }
        faults = [:]
    }

    mutating func entry(of revision: RevisionID) throws -> Entry? {
        if let entry = entries[revision] { return entry }
        if faults[revision] != nil { return nil }
        let record = try setup.ledger.revision(revision)
        do {
            let context = try Self.context(for: record, setup)
            let entry = Entry(
                revision: record, terms: RunTerms(record.campaign, owners: record.owners),
                templates: try record.campaign.variants.map {
                    try ContactTemplate(variant: $0, fields: record.campaign.fields, context: context)
                },
                imageSince: try record.campaign.imageDigests.compactMap {
                    try setup.ledger.uploadedImage(digest: $0, app: record.app)?.uploaded
                }.min())
            entries[revision] = entry
            return entry
        } catch let fault as ContactTemplate.Fault {
            faults[revision] = fault
            return nil
        }
    }

    /// Why a run cannot be rendered for anybody.
    func holding(_ revision: RevisionID?) -> Reason {
        switch revision.flatMap({ faults[$0] }) {
        case .imageNotUploaded, nil: .imageNotUploaded
        case .accountUnknown: .accountRemoved
        case .templateNotReadable, .fieldUnknown: .notRenderable
        }
    }

    /// Reads the columns of an audience the first time somebody from it comes.
    func readColumns(of audience: AudienceID, for entry: Entry) throws {
        guard entry.columns[audience] == nil else { return }
        entry.columns[audience] = FieldValues.index(try setup.ledger.columns(of: audience))
    }

    static func context(for revision: RevisionRecord, _ setup: EngineSetup) throws -> RenderContext {
        let app = setup.app(revision.app)?.name ?? ""
        var context = RenderContext(appID: app)
        for account in setup.accounts {
            context.accounts[account.record.name] = .init(
                appID: account.record.appName, openID: account.record.openID)
        }
        // Cards name the account as it was called when the file was taken.
        for (owner, id) in revision.owners {
            context.accounts[owner] = setup.account(id).map {
                .init(appID: $0.record.appName, openID: $0.record.openID)
            }
        }
        for digest in revision.campaign.imageDigests {
            context.mediaIDs[digest] = try setup.ledger.image(digest: digest, app: revision.app)
        }
        return context
    }
}

extension Campaign {
    /// The file of each image by the digest of its content.
    func imageName(digest wanted: String) -> String {
        for message in variants.flatMap(\.messages) {
            if case .image(let file, let digest) = message, digest == wanted { return file }
        }
        return String(wanted.prefix(12))
    }

    /// Digests of the images that its messages use, sorted.
    var imageDigests: [String] {
        let digests = variants.flatMap(\.messages).compactMap { message -> String? in
            switch message {
            case .image(_, let digest): digest
            case .text, .appletCard, .appletCoupon, .authorizationCard: nil
            }
        }
        return Set(digests).sorted()
    }
}

/// Values of one person, as the ledger keeps them: in the order of the audience's columns, separated by U+001F.
enum FieldValues {
    static let separator: UInt8 = 0x1F

    /// By each name as it is written and, where only one column means it, as it is folded.
    static func index(_ columns: [String]) -> [String: Int] {
        var index = Dictionary(
            columns.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for column in columns {
            let folded = ColumnName.folded(column)
            if index[folded] == nil, let place = ColumnName.place(of: folded, in: columns) { index[folded] = place }
        }
        return index
    }

    /// The value of a column; nil when the row lacks it or it is empty.
    static func value(_ column: String, in fields: some Collection<UInt8>, _ index: [String: Int]) -> String? {
        guard let wanted = index[column] ?? index[ColumnName.folded(column)] else { return nil }
        var rest = fields[...]
        for _ in 0..<wanted {
            guard let separator = rest.firstIndex(of: Self.separator) else { return nil }
            rest = rest[rest.index(after: separator)...]
        }
        let value = rest.prefix { $0 != Self.separator }
        return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    }
}
