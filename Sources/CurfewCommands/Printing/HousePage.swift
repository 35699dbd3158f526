import CampaignModel
import Engine
import Foundation
import Ports
import Reports
import Words

/// The house's holdout as one file of HTML, like a run's.
struct HousePage {
    let figures: HouseFigures
    let language: Language

    func render() -> String {
        let title = Catalogue.Holdout.houseTitle.text(in: language)
        let span = "\(ReportText.words(ofMoment: figures.from)) – \(ReportText.words(ofMoment: figures.to))"
        return PaperPage.render(
            title, in: language,
            """
            <h1>\(text(title))</h1><p class="soft">\(text(span))</p>
            \(figures.line.map { bars($0) } ?? "")
            \(figures.sentences(in: language).map { "<p>\(text($0))</p>" }.joined())
            <p class="soft">\(text(Catalogue.Figures.printed.text(in: language)))</p>
            """)
    }

    /// Both shares on one scale.
    private func bars(_ line: HoldoutFigures.Line) -> String {
        let top = max(line.sentRate, line.heldRate, 0.001) * 1.15
        let sides = [
            (Catalogue.Holdout.with, line.sentRate, "#3a6ea5"), (Catalogue.Holdout.without, line.heldRate, "#9aa5b4"),
        ]
        let marks = sides.enumerated().map { index, side in
            let y = index * 34
            let width = side.1 / top * 440
            return "<text x='0' y='\(y + 20)'>\(text(side.0.text(in: language)))</text>"
                + "<rect x='160' y='\(y + 4)' width='\(number(max(width, 1)))' height='24' fill='\(side.2)'/>"
                + "<text x='\(number(170 + width))' y='\(y + 21)'>\(Catalogue.Figures.percent(side.1))</text>"
        }
        return "<svg viewBox='0 0 720 70' role='img'>\(marks.joined())</svg>"
    }

    private func number(_ value: Double) -> String { PaperPage.number(value) }
    private func text(_ raw: String) -> String { PaperPage.escaped(raw) }
}
