import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Words

/// Whose messages stand for everybody's: the first person of a file's lists, the one with the longest values, the one with
/// the emptiest.
struct FilePreview {
    struct Somebody {
        var openID: String
        var values: [String: String]
        var length: Int { values.values.reduce(0) { $0 + $1.utf8.count } }
    }

    private let campaign: Campaign
    private let path: String
    private let desk: FileDesk
    private(set) var people: [(kind: ReviewSheet.Kind, person: Somebody)] = []

    init(_ campaign: Campaign, _ path: String, _ desk: FileDesk) {
        (self.campaign, self.path, self.desk) = (campaign, path, desk)
    }

    /// - Parameter user: nobody else.
    mutating func choose(only user: String? = nil) throws {
        let names = campaign.fields.map(\.name)
        var first: Somebody?
        var longest: Somebody?
        var emptiest: Somebody?
        if campaign.audience.source == .files {
            _ = try desk.people(campaign, beside: path) { openID, value in
                if let user, user != openID { return }
                let person = Somebody(
                    openID: openID,
                    values: Dictionary(
                        uniqueKeysWithValues: names.compactMap { name in value(name).map { (name, $0) } }))
                first = first ?? person
                if person.length > longest?.length ?? -1 { longest = person }
                if person.length < emptiest?.length ?? .max { emptiest = person }
            }
        }
        for (kind, person) in [(ReviewSheet.Kind.first, first), (.longest, longest), (.emptiest, emptiest)] {
            guard let person, !people.contains(where: { $0.person.openID == person.openID }) else { continue }
            people.append((kind, person))
        }
        if people.isEmpty, let user { throw ValidationError(Catalogue.Usage.notInAudience(user, path)) }
        if people.isEmpty { people = [(.first, Somebody(openID: "open_id", values: [:]))] }
    }

    func renderings(of variant: Variant) throws -> [(openID: String, ContactTemplate.Rendering)] {
        var shown = variant
        shown.messages = ContextOfFiles.named(variant.messages)
        let context = ContextOfFiles.context(campaign, desk.settings)
        let template = try ContactTemplate(variant: shown, fields: campaign.fields, context: context)
        return people.map { chosen in (chosen.person.openID, template.render { chosen.person.values[$0] }) }
    }

    /// As bubbles; an image is named by its file.
    func variants() throws -> [ReviewSheet.Variant] {
        try campaign.variants.map { variant in
            let samples = try zip(people, renderings(of: variant)).map { chosen, rendered in
                ReviewSheet.Sample(
                    kind: chosen.kind, openID: rendered.openID, bubbles: ReviewSheet.Bubble.bubbles(of: rendered.1))
            }
            return ReviewSheet.Variant(name: variant.name, weight: variant.weight.fraction, samples: samples)
        }
    }
}
