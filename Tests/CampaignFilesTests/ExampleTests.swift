import CampaignFiles
import CampaignModel
import Foundation
import Testing

@Suite("The shipped examples and the schema")
struct ExampleTests {
    static let names = ["double-eleven-warmup", "friday-coupon", "new-arrivals"]

    private func campaign(_ name: String) throws -> Campaign {
        let reading = CampaignReader.parse(
            bytes: try Fixtures.bytes("examples/\(name).yaml"), fileName: name, context: Fixtures.context)
        #expect(reading.problems.isEmpty, "\(reading.text(in: .en))")
        return try #require(reading.campaign)
    }

    @Test("Each example is a campaign without a single warning, and its files are there", arguments: names)
    func examples(_ name: String) throws {
        let campaign = try campaign(name)
        #expect(campaign.id == name)
        for file in campaign.fileNames { #expect(try !Fixtures.bytes("examples/\(file)").isEmpty) }
    }

    @Test(
        "The example audiences have no bad row and no duplicate",
        arguments: [
            ("warmup.csv", 1200), ("regulars.csv", 40), ("complained.csv", 2),
        ])
    func audiences(_ name: String, _ count: Int) throws {
        let people = try Fixtures.people(try Fixtures.bytes("examples/\(name)"), step: 4096)
        #expect(people.reading.badRows == 0)
        #expect(Set(people.ids).count == count && people.ids.count == count)
    }

    @Test("Every variant of every example renders for every person of its audience", arguments: names)
    func rendering(_ name: String) throws {
        let campaign = try campaign(name)
        var context = RenderContext(appID: "tt01")
        for image in campaign.imageNames { context.mediaIDs[image] = "media" }
        for variant in campaign.variants {
            var variant = variant
            variant.messages = variant.messages.map { message in
                guard case .image(let file, _) = message else { return message }
                return .image(file: file, digest: file)
            }
            let template = try ContactTemplate(variant: variant, fields: campaign.fields, context: context)
            for file in campaign.audience.files {
                let bytes = try Fixtures.bytes("examples/\(file)")
                var position = 0
                _ = try AudienceReader(format: .csv).read(
                    pull: { buffer in
                        let count = min(buffer.count, bytes.count - position)
                        buffer.copyBytes(from: bytes[position..<(position + count)])
                        position += count
                        return count
                    },
                    each: { row in
                        var values: [String: String] = [:]
                        for name in template.fieldNames { values[name] = row.index(of: name).flatMap { row.text($0) } }
                        let rendering = template.render { values[$0] }
                        guard case .messages(let messages) = rendering else {
                            Issue.record("\(rendering)")
                            return
                        }
                        #expect(messagesPerContact.contains(messages.count) && messages.contains(where: \.isCard))
                    })
            }
        }
    }

    @Test("The demo's campaign: half and half, five per cent held out, five days to finish")
    func demo() throws {
        let campaign = try campaign("double-eleven-warmup")
        #expect(campaign.holdout == Share(tenThousandths: 500))
        #expect(campaign.variants.map(\.weight.tenThousandths) == [5000, 5000])
        #expect(campaign.schedule.start.text() == "2026-11-20 21:30:00")
        #expect(campaign.schedule.validity == .days(5))
    }

    @Test("campaign.schema.json is what the table of keys says")
    func schema() throws {
        #expect(
            String(decoding: try Fixtures.bytes("campaign.schema.json"), as: UTF8.self) == (try CampaignSchema.json()))
    }

    @Test("The example of the guide is a valid campaign")
    func guide() throws {
        let guide = String(decoding: try Fixtures.bytes("README.md"), as: UTF8.self)
        let parts = guide.components(separatedBy: "```")
        let blocks = parts.filter { $0.hasPrefix("yaml\n# yaml-language-server") }
        #expect(blocks.count == 1)
        for block in blocks {
            let reading = Fixtures.read(String(block.dropFirst(5)))
            #expect(reading.problems.allSatisfy { $0.severity == .warning }, "\(reading.text(in: .en))")
        }
    }
}
