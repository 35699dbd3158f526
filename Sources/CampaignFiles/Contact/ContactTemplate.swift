import CampaignModel

/// What rendering needs besides the person's fields: the same for every recipient of a run.
package struct RenderContext: Sendable {
    /// Where an authorisation card points to.
    package struct AccountAddress: Sendable, Equatable {
        /// The app id of the mini-program the account belongs to.
        package var appID: String
        package var openID: String
        package init(appID: String, openID: String) { (self.appID, self.openID) = (appID, openID) }
    }

    /// The app id of the mini-program that the sender's cards open.
    package var appID: String
    /// Image digest (lower-case hex SHA-256 of the content) → the platform's image id.
    package var mediaIDs: [String: String]
    /// Account name → address, for authorisation cards.
    package var accounts: [String: AccountAddress]

    package init(appID: String, mediaIDs: [String: String] = [:], accounts: [String: AccountAddress] = [:]) {
        (self.appID, self.mediaIDs, self.accounts) = (appID, mediaIDs, accounts)
    }
}

/// One variant, compiled once per run and then rendered for each of its people.
package struct ContactTemplate: Sendable {
    /// Why a variant cannot be rendered for anybody. A campaign that passed the reader gives only the first two.
    package enum Fault: Error, Equatable, Sendable {
        /// The image's content has no id on the platform yet.
        case imageNotUploaded(file: String)
        /// The configuration no longer knows the account an authorisation card names.
        case accountUnknown(name: String)
        case templateNotReadable(tag: String)
        /// `{{field}}` that the campaign does not declare.
        case fieldUnknown(name: String)
    }

    /// What came of rendering for one person.
    package enum Rendering: Sendable, Equatable {
        case messages([Message])
        /// The person lacks this field and it has no default: `field_missing`.
        case missing(field: String)
        /// The fields made message `index` (from 0) longer than the platform takes: `not_renderable`.
        case tooLong(index: Int)
    }

    private enum Part: Sendable {
        /// The same for everybody.
        case fixed(Message)
        case text(FilledText)
        case card(templateID: String, appID: String, path: String, query: FilledText)

        var fieldNames: [String] {
            switch self {
            case .fixed: []
            case .text(let text): text.fieldNames
            case .card(_, _, _, let query): query.fieldNames
            }
        }
    }

    private let parts: [Part]
    /// Fields that the variant uses, in the order in which a person's lack of them is reported.
    package let fieldNames: [String]

    /// Once per run and variant; again when the context changes (an image was uploaded).
    package init(variant: Variant, fields: [Field], context: RenderContext) throws(Fault) {
        var defaults: [String: String?] = [:]
        for field in fields { defaults[field.name] = .some(field.defaultValue) }
        var parts: [Part] = []
        var names: [String] = []
        for message in variant.messages {
            let part = try Self.part(for: message, defaults: defaults, context: context)
            for name in part.fieldNames where !names.contains(name) { names.append(name) }
            parts.append(part)
        }
        self.parts = parts
        fieldNames = names
    }

    private static func part(
        for message: MessageTemplate, defaults: [String: String?], context: RenderContext
    ) throws(Fault) -> Part {
        switch message {
        case .text(let text):
            var filled = FilledText()
            try filled.append(parsed(text), defaults: defaults, isJSON: false)
            return filled.constant.map { .fixed(.text($0)) } ?? .text(filled)
        case .image(let file, let digest):
            guard let digest, let mediaID = context.mediaIDs[digest] else { throw .imageNotUploaded(file: file) }
            return .fixed(.image(mediaID: mediaID))
        case .appletCard(let template, let path, let query):
            let filled = try object(of: query, defaults: defaults)
            guard let constant = filled.constant else {
                return .card(templateID: template, appID: context.appID, path: path, query: filled)
            }
            return .fixed(.appletCard(templateID: template, appID: context.appID, path: path, query: constant))
        case .appletCoupon(let activity, let coupon):
            return .fixed(.appletCoupon(activityID: activity, couponMetaID: coupon))
        case .authorizationCard(let name):
            guard let address = context.accounts[name] else { throw .accountUnknown(name: name) }
            return .fixed(
                .authorizationCard(appID: context.appID, ownerAppID: address.appID, ownerOpenID: address.openID))
        }
    }

    /// A card's parameters as the text of a JSON object with sorted keys.
    private static func object(
        of query: [QueryItem], defaults: [String: String?]
    ) throws(Fault) -> FilledText {
        var filled = FilledText()
        filled.append(literal: "{")
        for (index, item) in query.sorted(by: { $0.name < $1.name }).enumerated() {
            filled.append(literal: (index == 0 ? "\"" : ",\"") + JSONText.escaped(item.name) + "\":\"")
            try filled.append(parsed(item.value), defaults: defaults, isJSON: true)
            filled.append(literal: "\"")
        }
        filled.append(literal: "}")
        return filled
    }

    private static func parsed(_ text: String) throws(Fault) -> TemplateText {
        switch TemplateText.parse(text) {
        case .success(let template): return template
        case .failure(let fault): throw .templateNotReadable(tag: fault.tag)
        }
    }

    /// The contact for one person. On the hot path: well under a microsecond for a text with a field and a card.
    ///
    /// - Parameter fields: the person's value of a field; nil or empty means the person lacks it. Values are put in as
    ///   they are: braces in a nickname stay braces.
    package func render(fields: (String) -> String?) -> Rendering {
        var messages: [Message] = []
        messages.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            switch part {
            case .fixed(let message): messages.append(message)
            case .text(let text):
                switch text.fill(fields) {
                case .missing(let field): return .missing(field: field)
                case .filled(let value):
                    // Bytes bound characters; only a text near the limit is counted.
                    guard
                        value.utf8.count <= FileLimits.textCharactersMax
                            || value.count <= FileLimits.textCharactersMax
                    else { return .tooLong(index: index) }
                    messages.append(.text(value))
                }
            case .card(let templateID, let appID, let path, let query):
                switch query.fill(fields) {
                case .missing(let field): return .missing(field: field)
                case .filled(let value):
                    messages.append(.appletCard(templateID: templateID, appID: appID, path: path, query: value))
                }
            }
        }
        return .messages(messages)
    }
}
