import Answers
import CampaignModel
import Testing

@Suite("What is said of a drop that is not taken")
struct InboxWordTests {
    @Test("it is said in the asker's language, and names its file")
    func words() {
        let told = InboxLine.Untaken(
            file: "sale.control.yaml", code: "x", Sentence(zh: "什么都没有停下！", en: "NOTHING was stopped."), in: .zh)
        #expect(told.text(in: .en) == "sale.control.yaml: NOTHING was stopped.")
        #expect(told.text(in: .zh) == "sale.control.yaml: 什么都没有停下！" && told.sentence == "什么都没有停下！")
        let named = InboxLine.Untaken(
            file: "a.zip", code: "x", Sentence(zh: "a.zip 是压缩包。", en: "a.zip is packed."), in: .zh)
        #expect(named.text(in: .en) == "a.zip is packed.")
    }
}
