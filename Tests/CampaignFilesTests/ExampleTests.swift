import CampaignFiles
import CampaignModel
import Foundation
import Testing

@Suite("The shipped examples and the schema")
struct ExampleTests {
    static let names = [
        "double-eleven-warmup", "friday-coupon", "new-arrivals", "welcome-coupon", "keyword-offers", "come-back",
    ]

    /// From before the first of their days to long after it.
    static let moments = [
        "2026-01-01T00:00:00", "2026-11-20T21:30:00", "2026-11-20T21:30:01", "2026-12-20T09:00:00",
        "2027-02-28T23:59:59", "2030-06-01T12:00:00", "2036-02-29T22:00:00", "2040-12-31T23:59:59",
    ].map { Moment(iso8601: $0, defaultZone: .shanghai)! }

    private func campaign(_ name: String, at now: Moment = Fixtures.now) throws -> Campaign {
        var context = Fixtures.context
        context.now = now
        let reading = CampaignReader.parse(
            bytes: try Fixtures.bytes("examples/\(name).yaml"), fileName: name, context: context)
        #expect(reading.problems.isEmpty, "\(reading.text(in: .en))")
        return try #require(reading.campaign)
    }

    @Test("Each example is a campaign without a single warning, and its files are there", arguments: names)
    func examples(_ name: String) throws {
        let campaign = try campaign(name)
        #expect(campaign.id == name)
        for file in campaign.fileNames { #expect(try !Fixtures.bytes("examples/\(file)").isEmpty) }
    }

    @Test("No example ever runs out, nor says a word more on another day", arguments: names, moments)
    func never(_ name: String, _ now: Moment) throws {
        let campaign = try campaign(name, at: now)
        #expect(campaign.schedule.nextOccurrence(at: now) != nil)
    }

    @Test("An example's keys are texts to tools that take a bare word for a truth value")
    func bareWords() throws {
        let truths: Set<Substring> = ["y", "n", "yes", "no", "on", "off", "true", "false"]
        for name in Self.names {
            let text = String(decoding: try Fixtures.bytes("examples/\(name).yaml"), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let words = line.split { " {},".contains($0) }
                #expect(!words.contains { $0.last == ":" && truths.contains($0.dropLast()) }, "\(name): \(line)")
            }
        }
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
        // How the file is made anew: the variable names it.
        if let path = ProcessInfo.processInfo.environment["CURFEW_SCHEMA_FILE"] {
            try Data(try CampaignSchema.json().utf8).write(to: URL(filePath: path))
        }
        #expect(
            String(decoding: try Fixtures.bytes("campaign.schema.json"), as: UTF8.self) == (try CampaignSchema.json()))
    }

    @Test(
        "Every campaign that a guide shows is a valid one, on any day",
        arguments: ["Campaigns/README.md", "README.md", "README.zh-CN.md"], moments)
    func guides(_ name: String, _ now: Moment) throws {
        let guide = try String(contentsOf: Fixtures.root.appending(path: name), encoding: .utf8)
        let blocks = guide.components(separatedBy: "```").filter {
            $0.hasPrefix("yaml\n") && $0.contains("\ncampaign: ") && $0.contains("\nvariants:")
        }
        #expect(blocks.count == 1)
        var context = Fixtures.context
        context.now = now
        for block in blocks {
            let reading = Fixtures.read(String(block.dropFirst(5)), context: context)
            #expect(reading.problems.allSatisfy { $0.severity == .warning }, "\(reading.text(in: .en))")
        }
    }
}
