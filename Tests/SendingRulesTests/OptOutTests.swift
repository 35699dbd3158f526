import SendingRules
import Testing

@Suite("Replies that mean: do not write to me")
struct OptOutTests {
    @Test(
        "whatever the width, the capitals and the spaces",
        arguments: [
            "退订", "退訂", "请帮我退订!", "TD", "td", "ＴＤ", "ｔｄ。", "T", " T D ", "回复TD退订", "不要再发了", "别再发", "拒收",
            "Unsubscribe", "please unsubscribe me", "STOP", "stop.", "取 消 订 阅",
        ])
    func optsOut(_ reply: String) { #expect(OptOutWords().match(in: reply) != nil) }

    @Test(
        "and what is none",
        arguments: ["", "。。。", "你好", "TDD什么时候发货", "stopwatch 有货吗", "the end is near", "多少钱", "T恤有吗", "weekend"])
    func doesNot(_ reply: String) { #expect(OptOutWords().match(in: reply) == nil) }

    @Test("a list file adds words and takes none away")
    func list() {
        let words = OptOutWords(extra: OptOutWords.list("# ours\n\n 烦死了 # said often\nN\n"))
        #expect(words.match(in: "真的烦死了") != nil && words.match(in: "n") != nil && words.match(in: "退订") != nil)
        #expect(words.match(in: "noon") == nil && OptOutWords().match(in: "真的烦死了") == nil)
    }
}
