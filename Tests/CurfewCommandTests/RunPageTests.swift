import CampaignModel
import Engine
import Foundation
import Reports
import Testing
import Words

@testable import CurfewCommands

@Suite("The page about one run")
struct RunPageTests {
    private static let sum = #"""
        {"audience":8000,"holdout":400,"accepted":7000,"rejected":10,"unknown":5,"skipped":85,"waiting":100,"open":0,
         "pending":400,"skippedBy":[{"reason":"denied","count":85}],"waitingBy":[],"holds":true}
        """#

    private func figures(title: String = "双11 预热", finding: String = "winner") throws -> RunFigures {
        func rate(_ name: String, _ part: String, _ whole: Int, _ usual: String = "") -> String {
            "{\"figure\":\"f\",\"name\":\"\(name)\",\"part\":\(part),\"whole\":\(whole)\(part == "null" ? "" : ",\"value\":0.31")\(usual)}"
        }
        let rates = """
            [\(rate("打开率", "2170", 7000, ",\"usualFrom\":0.45,\"usualTo\":0.62")),\(rate("举报", "null", 7000))]
            """
        func arm(_ name: String, _ rate: Double, _ low: Double, _ high: Double) -> String {
            """
            {"name":"\(name)","isControl":\(name == "a"),"assigned":1000,"delivered":998,"conversions":200,
             "rate":\(rate),"rateInterval":{"low":\(low),"high":\(high)},"optedOut":3}
            """
        }
        let json = """
            {"run":"sale@20261120-2000","title":"\(title)","account":"flagship","state":"running",
             "start":"2026-11-20T20:00:00+08:00","sum":\(Self.sum),"rates":\(rates),
             "answers":{"questions":12,"answered":10,"meanMinutes":2.5,"usualMinutes":3.8},"orderAmount":123456,
             "variants":[{"name":"a","isTest":true,"reached":998,"rates":\(rates)},
              {"name":"b","isTest":true,"reached":998,"rates":\(rates)},
              {"name":"b","isTest":false,"reached":5000,"rates":\(rates)}],
             "quarters":[{"from":"2026-11-20T20:00:00+08:00","people":1200},{"from":"2026-11-20T20:15:00+08:00","people":800}],
             "test":{"run":"sale@20261120-2000","metric":"replied","look":1,"at":"2026-11-20T22:00:00+08:00",
              "finding":"\(finding)","verdict":"「b」胜出","sends":"b","decided":true,"recomputed":true,
              "arms":[\(arm("a", 0.2, 0.176, 0.226)),\(arm("b", 0.26, 0.234, 0.288))]}}
            """
        return try JSONDecoder().decode(RunFigures.self, from: Data(json.utf8))
    }

    @Test("it asks nothing of a network, and runs nothing")
    func alone() throws {
        let about = RunPage.About(
            author: "li", approvedBy: ["wang"], isRehearsal: true,
            madeAt: Moment(iso8601: "2026-11-21T09:30:59.5+08:00")!,
            variants: [.init(name: "a", lines: ["「{{nickname}},<早>」"])])
        let page = RunPage(figures: try figures(), language: .zh, about: about).render()
        for piece in [
            "演练：时间是虚拟的", "作者 li", "审核人 wang", "制表 2026-11-21 09:30<", ReportText.words(ofReason: "denied", in: .zh),
            "「{{nickname}},&lt;早&gt;」",
        ] {
            #expect(page.contains(piece), "\(piece)")
        }
        for forbidden in ["http:", "https:", "<script", "src=", "@import", "url("] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test("what people wrote cannot become part of the page")
    func escaped() throws {
        let page = RunPage(figures: try figures(title: "<script>alert(1)</script>&'"), language: .en).render()
        #expect(!page.contains("<script>") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;"))
        // A quote that wears a combining mark is another character to Swift, and still a quote to a browser.
        let marked = RunPage(figures: try figures(title: "'\u{301}<\u{301}"), language: .en).render()
        #expect(marked.utf8.firstRange(of: "&#39;\u{301}&lt;\u{301}".utf8) != nil)
    }

    @Test("a figure without a source is an empty cell in a spreadsheet, and none of them a zero")
    func csv() throws {
        let lines = FiguresCSV.render(try figures()).split(separator: "\n").map(String.init)
        #expect(lines[0] == "run,variant,part,figure,people,of,value")
        #expect(lines[1] == "sale@20261120-2000,,,f,2170,7000,0.31" && lines[2] == "sale@20261120-2000,,,f,,,")
        #expect(lines.contains("sale@20261120-2000,b,rest,f,2170,7000,0.31"))
    }

    @Test("it says where everybody is, each figure beside its usual range, and what was not measured")
    func contents() throws {
        for language in [Language.zh, .en] {
            let page = RunPage(figures: try figures(), language: language).render()
            #expect(page.contains("45%–62%") && page.contains("31.0%"))
            #expect(page.contains(Catalogue.Figures.notMeasured.text(in: language)))
            #expect(page.contains("¥1234.56") && page.contains("2.5 ") && page.contains("3.8 "))
            #expect(page.contains(Catalogue.Figures.laterNote.text(in: language)))
            #expect(page.contains("「b」胜出") && page.contains("class='verdict winner'"))
            #expect(page.components(separatedBy: "<svg").count == page.components(separatedBy: "</svg>").count)
        }
    }
}
