import CampaignModel
import Engine
import Foundation
import Testing

@testable import CurfewCommands

@Suite("What campaigns added, as people read it")
struct HoldoutPageTests {
    private func figures(held: Int, sent: Int, heldPeople: Int, sentPeople: Int, span: String?) throws -> HouseFigures {
        let difference = span.map { ",\"difference\":\($0),\"lift\":0.25" } ?? ""
        let json = """
            {"from":"2026-11-01T00:00:00+08:00","to":"2026-11-20T23:00:00+08:00","held":\(held),"sent":\(sent),
             "sentAmount":143.2,"heldAmount":120.0,
             "line":{"figure":"ordered","sentPeople":\(sentPeople),"heldPeople":\(heldPeople),"sentRate":0.05,
                     "heldRate":0.04\(difference)}}
            """
        return try JSONDecoder().decode(HouseFigures.self, from: Data(json.utf8))
    }

    @Test("a difference is said by the thousand; one that may be none, and one of too few people, as such")
    func sentences() throws {
        let clear = try figures(
            held: 5000, sent: 90_000, heldPeople: 200, sentPeople: 4500, span: #"{"low":0.004,"high":0.016}"#)
        #expect(
            clear.sentences(in: .en).joined().contains("About 10 more in every 1,000 people (95 % interval 4 to 16)."))
        #expect(clear.sentences(in: .zh).joined().contains("每发 1000 人大约多 10 人（95% 区间 4 到 16）"))
        let open = try figures(
            held: 5000, sent: 90_000, heldPeople: 200, sentPeople: 4500, span: #"{"low":-0.004,"high":0.016}"#)
        #expect(open.sentences(in: .en).joined().contains("there may be no difference"))
        let few = try figures(held: 50, sent: 900, heldPeople: 2, sentPeople: 45, span: nil)
        #expect(few.sentences(in: .zh).joined().contains("每边至少要有 500 人"))
        let nobody = try JSONDecoder().decode(
            HouseFigures.self,
            from: Data(#"{"from":"2026-11-01T00:00:00+08:00","to":"2026-11-20T23:00:00+08:00","held":0,"sent":9}"#.utf8)
        )
        #expect(nobody.sentences(in: .zh).joined().contains("holdout.percent"))
    }

    @Test("the page fetches nothing and shows both sides; the spreadsheet has a line for each")
    func page() throws {
        let figures = try figures(
            held: 5000, sent: 90_000, heldPeople: 200, sentPeople: 4500, span: #"{"low":0.004,"high":0.016}"#)
        for language in [Language.zh, .en] {
            let page = HousePage(figures: figures, language: language).render()
            #expect(!page.contains("http:") && !page.contains("https:") && page.contains("default-src 'none'"))
            #expect(page.contains("5.0%") && page.contains("4.0%") && page.contains("¥1.43"))
        }
        let lines = FiguresCSV.render(figures).split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasSuffix("sent,ordered,4500,90000,0.05"))
        #expect(lines[2].hasSuffix("held_out,ordered,200,5000,0.04"))
    }

    @Test("a quarter of an hour in which nothing was sent is empty on the line of time, and not left out")
    func quarters() throws {
        var quarter = try JSONDecoder().decode(
            RunFigures.Quarter.self, from: Data(#"{"from":"2026-11-20T10:00:00+08:00","people":5}"#.utf8))
        var quarters = [quarter]
        quarter.from = "2026-11-20T11:00:00+08:00"
        quarters.append(quarter)
        #expect(RunPage.withoutGaps(quarters).map(\.people) == [5, 0, 0, 0, 5])
    }
}
