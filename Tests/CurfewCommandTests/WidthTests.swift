import CampaignModel
import Ports
import Reports
import Testing

@Suite("Columns for a terminal")
struct WidthTests {
    @Test(
        "a Chinese character takes two cells, an accent none",
        arguments: [
            ("", 0), ("abc", 3), ("双11 预热", 9), ("，。：（）", 10), ("！？", 4), ("“x”", 3), ("ｆｕｌｌ", 8), ("한글", 4), ("かな", 4),
            ("e\u{0301}", 1), ("é", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("🇨🇳", 2), ("☀\u{FE0F}", 2), ("☀", 1), ("𠀀", 2),
            ("a\u{200B}b", 2),
            ("①", 1), ("—", 1), ("·", 1), ("ｱ", 1), ("￥", 2),
        ])
    func width(text: String, cells: Int) {
        #expect(TextWidth.cells(in: text) == cells)
    }

    @Test("columns line up whatever they hold")
    func alignment() {
        var table = TextTable([.left, .right, .left])
        table.add(["账号", "人数", "状态"])
        table.add(["flagship", "5", "夜间"])
        table.add(["旗舰店", "1200"])
        #expect(table.lines() == ["账号      人数  状态", "flagship     5  夜间", "旗舰店    1200"])
        let columns = table.lines().map { TextWidth.cells(in: String($0.prefix { !$0.isNumber && $0 != "人" })) }
        #expect(columns[0] == 10 && columns[2] == 10)
    }

    @Test(
        "a text from outside cannot steer the terminal",
        arguments: [
            ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("x\ny", "x\u{FFFD}y"), ("\u{202E}abc", "\u{FFFD}abc"),
            ("a\u{9B}b", "a\u{FFFD}b"),
            ("\u{7F}", "\u{FFFD}"), ("plain 中文", "plain 中文"), ("👩‍👧", "👩‍👧"),
        ])
    func printable(text: String, shown: String) {
        #expect(TextWidth.printable(text) == shown)
    }
}
