import CampaignModel
import ControlAPI
import Foundation

/// What every page of figures has: style and charts inside, nothing fetched, readable on paper.
enum PaperPage {
    /// - Parameters:
    ///   - title: as it came; escaped here.
    ///   - body: HTML.
    static func render(_ title: String, in language: Language, _ body: String) -> String {
        """
        <!doctype html>
        <html lang="\(language == .zh ? "zh-CN" : "en")"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title><style>\(style)</style></head><body>
        \(body)
        </body></html>

        """
    }

    static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    static func escaped(_ raw: String) -> String { StrictHTML.escaped(raw) }

    private static let style = """
        body{margin:2rem auto;max-width:56rem;padding:0 1rem;color:#1d2430;background:#fff;\
        font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:1.6rem 0 .5rem;border-bottom:1px solid #e1e5ea}
        svg{width:100%;height:auto;display:block}svg text{font-size:13px;fill:#1d2430}svg.gauge{width:200px}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #e1e5ea;vertical-align:middle}
        td small{white-space:nowrap}th{font-weight:600;color:#5d6879;font-size:.85rem}small,.soft{color:#5d6879;font-size:.85rem}
        .legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
        .legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em}
        .verdict{font-weight:600;padding:.5rem .8rem;border-left:.3rem solid #d08a1d;background:#faf6ee}
        .verdict.winner{border-color:#1f8a5b;background:#eff8f3}
        .verdict.broken_split,.verdict.vetoed{border-color:#c0392b;background:#fbf0ee}
        @media print{body{margin:0;max-width:none;font-size:11pt}section{break-inside:avoid}\
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
        """
}
