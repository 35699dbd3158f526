import CampaignFiles
import CampaignModel
import Foundation
import Testing
import Words

@Suite("A hostile or broken file costs a sentence and nothing else")
struct HostileFileTests {
    private func codes(_ text: String) -> [String] { Fixtures.codes(Fixtures.read(text)) }

    @Test(
        "Anchors and aliases are refused wherever they stand",
        arguments: [
            "a: &x [1]\nb: *x\n", "&x campaign: a\n", "- &x a\n- *x\n", "a: *x\n", "a: &x\n  b: c\n",
            "{a: &x 1, b: *x}\n",
        ])
    func aliases(_ text: String) { #expect(codes(text).contains("alias_not_allowed"), "\(codes(text))") }

    @Test("A billion laughs end before the first")
    func bomb() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...20 {
            let before = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            text += "a\(level): &a\(level) [\(before)]\n"
        }
        #expect(codes(text).contains("alias_not_allowed"))
    }

    @Test("As many aliases as a file can hold are refused by the first, not by the last")
    func manyAliases() {
        let line = "- *a\n"
        let text = "- &a x\n" + String(repeating: line, count: (FileLimits.campaignBytesMax - 8) / line.utf8.count)
        let reading = Fixtures.read(text)
        #expect(reading.campaign == nil && Fixtures.codes(reading).contains("alias_not_allowed"))
        #expect(reading.problems.count <= 200, "a person reads them")
    }

    @Test("However many keys are repeated, the file is refused for one of them", arguments: [70, 3000])
    func manyRepeatedKeys(_ count: Int) {
        let text = (0..<count).map { "key\($0): a line that is as long as they are\n" }.joined()
        let reading = Fixtures.read(text + text)
        #expect(reading.campaign == nil && Fixtures.codes(reading).contains("duplicate_key"))
    }

    @Test("An ampersand in a text is only an ampersand")
    func ampersand() throws {
        let campaign = try #require(
            Fixtures.read(Fixtures.campaign().replacingOccurrences(of: "双11 预热", with: "A & B &c *d")).campaign)
        #expect(campaign.title == "A & B &c *d")
    }

    @Test("Deep nesting is refused, in either style, also beyond what the YAML library itself bears")
    func depth() {
        let nested = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(codes(nested).contains("too_deep"))
        for count in [900, 5000, 100_000] {
            #expect(!codes(String(repeating: "[", count: count)).isEmpty)
            #expect(!codes(String(repeating: "- ", count: count) + "x").isEmpty)
            #expect(!codes(String(repeating: "? ", count: count) + "x").isEmpty)
        }
    }

    @Test("A file too large, empty, or of more than one document is refused")
    func shape() {
        #expect(codes(String(repeating: "a", count: FileLimits.campaignBytesMax + 1)) == ["file_too_large"])
        #expect(codes("") == ["empty_file"])
        #expect(codes("# only a remark\n") == ["empty_file"])
        #expect(codes(Fixtures.campaign() + "\n---\na: b\n") == ["many_documents"])
        #expect(codes("a: !!binary aGk=\n").contains("tag_not_allowed"))
        #expect(codes("a: \u{1}\n") == ["bad_character"])
    }

    @Test("What a Chinese keyboard and editor do gets its own hint")
    func hints() throws {
        let colon = Fixtures.read(Fixtures.campaign().replacingOccurrences(of: "title: ", with: "title："))
        #expect(Fixtures.codes(colon) == ["full_width_punctuation"])
        #expect(colon.problems[0].line == 4 && colon.problems[0].column == 6)
        let comma = Fixtures.read(Fixtures.campaign(audience: "  files: [a.csv，b.xls]\n"))
        #expect(comma.problems.first?.hint == Catalogue.FilesHints.fullWidth("，", plain: ", "))
        let percent = Fixtures.read(Fixtures.campaign(head: "holdout: 5％\n"))
        #expect(percent.problems.first?.hint == Catalogue.FilesHints.fullWidth("％", plain: "%"))
        let tab = Fixtures.read("audience:\n\tfiles: [a.csv]\n")
        #expect(tab.problems.first?.hint == Catalogue.FilesHints.tab)
        let gbk = [UInt8]("title: 预热开始\n".data(using: String.Encoding(rawValue: 0x8000_0632))!)
        let ansi = CampaignReader.parse(bytes: gbk, fileName: "a.yaml", context: Fixtures.context)
        #expect(ansi.problems.first?.hint == Catalogue.FilesHints.gbk && ansi.problems.first?.line == 1)
        let unicode = CampaignReader.parse(
            bytes: [0xFF, 0xFE, 0x61, 0], fileName: "a.yaml", context: Fixtures.context)
        #expect(unicode.problems.first?.hint == Catalogue.FilesHints.utf16)
    }

    @Test("A byte order mark is no part of the first key")
    func mark() {
        let bytes = [0xEF, 0xBB, 0xBF] + Array(Fixtures.campaign().utf8)
        #expect(CampaignReader.parse(bytes: bytes, fileName: "a.yaml", context: Fixtures.context).problems.isEmpty)
    }

    @Test("A cut or damaged example is a whole campaign or none, and says where, within the file")
    func damage() throws {
        let bytes = try Fixtures.bytes("examples/new-arrivals.yaml")
        let lines = bytes.count { $0 == 0x0A } + 1
        var refused = 0
        func look(_ bytes: [UInt8]) {
            let reading = CampaignReader.parse(bytes: bytes, fileName: "a.yaml", context: Fixtures.context)
            let isRefused = reading.problems.contains { $0.severity == .error }
            #expect((reading.campaign == nil) == isRefused)
            #expect(reading.problems.allSatisfy { (1...lines + 1).contains($0.line) && $0.column >= 1 })
            #expect(reading.campaign.map { $0.variants.allSatisfy { !$0.messages.isEmpty } } ?? true)
            if isRefused { refused += 1 }
        }
        for cut in stride(from: 0, to: bytes.count, by: 3) {
            look(Array(bytes[..<cut]))
            var damaged = bytes
            damaged[cut] = UInt8(truncatingIfNeeded: cut &* 37 &+ 11)
            look(damaged)
        }
        // Every cut before the experiment's last required key loses something that must be there.
        #expect(refused > bytes.count / 3)
    }

    @Test(
        "Templates may hold plain fields only",
        arguments: [
            "{{#a}}x{{/a}}", "{{^a}}x{{/a}}", "{{>a}}", "{{{a}}}", "{{&a}}", "{{=<% %>=}}", "{{!a}}",
            "{{%CONTENT_TYPE:HTML}}",
            "{{a.b}}", "{{capitalized(a)}}", "{{a", "{{}}", "{{a}}}", "{{$a}}x{{/a}}", "{{<a}}x{{/a}}", "{{.}}",
        ])
    func templates(_ template: String) {
        let text = Fixtures.campaign(
            head: "fields: {a: {}}\n",
            variants:
                "  - name: a\n    messages:\n      - text: \"x\(template)\"\n      - applet_coupon: {activity: 1, coupon: 2}\n"
        )
        #expect(codes(text).contains("bad_template"), "\(codes(text))")
    }

    @Test(
        "A name in the folder is what its ending says, and never a way out",
        arguments: [
            ("a.yaml", DropName.campaign), ("A.YML", .campaign), ("a.control.yaml", .control(campaignStem: "a")),
            ("a.control.yaml.txt", .control(campaignStem: "a")), ("a.CONTROL (1).yml", .control(campaignStem: "a")),
            ("a.control-room.yaml", .campaign), ("a.control.room.yaml", .campaign),
            (".control.yaml", .control(campaignStem: "")),
            ("vip.csv", .audience), ("vip.jsonl", .audience), ("p.PNG", .image), ("readme.md", .other),
            ("~$a.yaml", .ignored), (".a.yaml", .ignored), ("a.yaml.part", .ignored), ("a.tmp", .ignored),
            ("a.crdownload", .ignored), ("a.report.txt", .ignored), ("a.report.json", .ignored),
            ("../a.yaml", .unsafe), ("b/a.yaml", .unsafe), ("a\u{0}.yaml", .unsafe), ("a\u{202E}.yaml", .unsafe),
            ("", .unsafe),
            ("-rf.csv", .unsafe), (String(repeating: "a", count: 256), .unsafe),
        ])
    func names(_ name: String, _ kind: DropName) { #expect(DropName(name) == kind) }

    @Test("Control files can only make things stop")
    func controls() {
        func order(_ text: String) -> ControlOrder? {
            ControlReader.parse(bytes: Array(text.utf8), fileName: "a.control.yaml").order
        }
        #expect(order("do: pause\n") == .pause && order("do: cancel") == .cancel && order("do: stop-all") == .stopAll)
        for text in ["do: resume\n", "do: approve", "pause", "do:\n", "do: pause\nrun: 1\n", ""] {
            #expect(order(text) == nil)
        }
    }
}
