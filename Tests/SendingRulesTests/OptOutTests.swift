import SendingRules
import Testing

@Suite("Replies that mean: do not write to me")
struct OptOutTests {
    static let stopping = [
        // The word itself, however it is written.
        "退订", "退訂", "退 订", "退·订", "退。订", "退\u{FE0F}订", "退\u{200B}订", "退🌸订", "退\n订", "【退订】", "退订!", "退订！！！", "“退订”",
        "退订。谢谢",
        "请帮我退订!", "我要退订", "麻烦退订一下，谢谢", "退订啊", "退訂，謝謝", "怎么退订", "如何退订？", "可以退订吗", "能不能退订", "退订了吗，怎么还在发",
        "再不退订我就投诉", "怎么还不退订", "为什么不能退订", "无法退订", "退订不了", "没有退订入口吗", "还没退订成功", "不，退订", "不用了，退订", "是不是退订就行",
        "退定", "退钉", "推订", "申请退订", "全部退订", "退订所有消息", "取消订阅", "取消訂閱", "取 消 订 阅", "取消关注了", "取关", "已取关", "取消推送", "关闭推送",
        "不再关注",
        // Letters.
        "TD", "td", "Td", "ＴＤ", "ｔｄ。", "T D", "t.d.", "T", " T D ", "T。", "T，谢谢", "回复TD", "回复 TD", "TD谢谢", "td了",
        "TD，请勿打扰",
        "发TD", "回TD退订", "已经回复td了怎么还发", "TD!", "请td", "TD\u{FE0F}", "T\u{20E3}D", "回复T", "T了", "tuiding", "unsub",
        "Unsubscribe",
        "please unsubscribe me", "UNSUBSCRIBE!!", "how do I unsubscribe?", "why can't I unsubscribe",
        "I cannot unsubscribe",
        "opt out", "opt-out", "I want to opt out.", "optout", "OPT ME OUT", "STOP", "stop.", "Stop!", "please stop",
        "Stop please",
        "Stop. Thank you", "stop, thanks", "STOP it now", "ok stop", "ＳＴＯＰ", "stop all", "stop sending me messages",
        "stop texting me!!", "Please stop messaging me", "stop spamming", "don't contact me", "Don’t message me again",
        "do not disturb", "Do not send me anything", "no more messages please", "remove me", "Remove me from your list",
        "take me off the list", "leave me alone", "cancel", "cancel please", "quit", "END", "stop退订", "退订 stop",
        // Do not send.
        "不要发", "不要发了", "不要发了!", "不要再发", "不要再发了", "不要再發了", "别发", "别发了", "別發了", "别再发", "别再发了，烦", "请勿再发", "勿发", "请不要发",
        "不要给我发", "别给我发了", "別再給我發訊息", "不要再给我发短信", "不要给我发广告", "不准再发", "禁止发送", "以后别发了", "以后不要发了", "不用发了", "不用再发了",
        "不用给我发了", "甭发了", "别老发", "别天天发", "不要一直给我发消息", "能不能别发了", "可以不要发吗", "能不能不发了", "少给我发", "再发我就投诉", "再发拉黑",
        "再发就举报", "别别别发了", "不要不要再发了",
        // Leave me alone.
        "不要打扰", "不要打扰我", "不要再打扰我", "别打扰", "別再打擾我", "请勿打扰", "請勿打擾", "勿扰", "谢绝打扰", "不要骚扰", "别骚扰我", "停止骚扰", "再骚扰报警",
        "别烦我", "不要烦我", "别来烦我", "不要联系我", "请不要再联系我了", "不要私信我", "别私信了", "不要推送", "别推送了", "别推了", "不要再推销了", "不接受推送",
        "拒绝推销", "拒收", "拒绝接收", "不想收到", "不想再收到你们的消息", "我不想收到广告", "不想看到你们的广告", "不愿收到任何信息", "停止", "请停止", "停止！", "停",
        "停止发送", "停止推送", "停止给我发", "拉黑", "拉黑了", "已屏蔽", "把我删了", "把我從名單刪除", "移除我", "滚", "滚开", "滚蛋", "请勿打搅", "别私聊我",
        "别再找我", "不要再来消息了", "怎么停止接收消息", "把我拉黑吧", "停止广告", "不要广告",
        // As people vary all of these: a no before it, a clause of its own, drawn out, mistyped, traditional, plain.
        "取消短信", "我要投诉你们骚扰", "tdtdtd", "不要再傳訊息給我", "別再傳了", "封鎖", "唔好再發俾我", "un subscribe", "unsubcribe",
        "unsuscribe", "not interested, stop", "no longer wish to receive", "block", "tui ding", "🛑", "腿订",
        "tuì dìng", "退d", "退D", "T订", "t订", "不需要 TD", "注销", "撤回同意", "不同意接收", "不收", "不订了", "不需要TD", "不用 TD",
        "我不要 TD", "不要 退订", "别 退订", "不是退订了吗", "取消訂閲", "不要發訊息給我", "拒絕推播", "請勿傳送", "不要再聯絡我", "stoppp", "stooop",
        "Could you stop?", "can you please stop", "no stop", "No, stop", "No. Stop.", "NO STOP",
        "not interested unsubscribe", "I don't want this. Stop", "don't need it. stop.", "don't know you, stop",
        "never bought anything, stop", "I did not unsubscribe yet? do it", "how to stop this", "stop promo",
        "stop promotions", "stop with the messages", "stop msg", "stop sms", "st0p", "ТД", "ТD", "DND",
        "remove my number", "delete me", "delete my data", "unfollow", "revoke", "I revoke my consent",
        "withdraw consent", "opting out", "fuck off", "no more", "no spam", "no more please", "enough", "不需要T",
        "不需要，T", "不用了，T", "没兴趣 T", "没退订吗", "不是退订吗", "取消所有推送", "关闭短信推送", "取消营销短信", "取消你们的推送", "关掉这个推送", "别传了",
        "別再傳送了", "不要再传信息", "唔好再傳", "唔想再收到", "请勿联络", "不要再來電", "不要再打来", "别再发快递广告了", "STOPPPPP", "Stooooop!!!",
        "tddd", "TTTT", "st0p pls", "unsubsribe", "unsubscibe", "Unsubsrcibe", "pls unsubcribe me",
        "stop with this", "stop all messages", "stop all these messages", "stop any messages",
        "no more promotions", "no more promo", "no thanks stop", "no thanks, stop", "Not for me. Stop",
        "I'm not interested in this, please stop.", "delete my number", "please delete my phone number",
        "remove my number from your list", "erase my data", "withdraw my consent", "I withdraw consent",
        "I have opted out", "I'm opting out", "blocked", "🛑🛑", "🚫", "退d谢谢", "t订谢谢", "т", "封锁", "不同意接收短信",
        "撤销授权", "我要撤回授权", "骗子，滚", "烦，停止！", "投诉你们骚扰", "我要举报骚扰", "dnd", "enough!", "that's enough", "no more!",
        "FUCK OFF", "Fuck off!", "piss off", "get lost", "不 退订", "no td", "不要td", "no unsubscribe", "取消这些营销短信",
        "停止你们的垃圾短信",
    ]

    @Test("whatever the width, the script, the signs inside and the polite words around", arguments: stopping)
    func optsOut(_ reply: String) { #expect(OptOutWords().match(in: reply) != nil) }

    static let staying = [
        "", "。。。", "🌸", "\u{FE0F}", "你好", "好的", "好的谢谢", "谢谢", "收到", "1", "在吗", "多少钱", "怎么买", "什么时候发货", "发了吗", "发我看看",
        // Not wanted, taken back, or asked about.
        "我不退订", "不退订", "不想退订", "我不要退订", "不是要退订", "没说要退订", "我没有退订啊", "别退订", "请不要退订我", "不会退订的", "不用退订", "暂时不退订", "怎么取消退订",
        "误点退订了怎么恢复", "退订了怎么恢复", "退订是什么意思", "TD是什么意思", "td什么意思", "不td", "别拉黑我", "怎么把我拉黑了", "为什么屏蔽我",
        "don't stop", "please don't stop sending", "I don't want to unsubscribe", "do not unsubscribe me",
        // Another thing that sounds like it.
        "退订单怎么查", "我的退订单呢", "退订金", "退定金", "怎么退订的酒店", "退订这单", "退订房间", "退货", "我要退款", "退了吗", "取消订单", "我要取消这个订单",
        "cancel my order", "please cancel order 123", "拒收快递可以吗", "货到拒收", "不要发货", "先别发货", "不要发错了", "别发错地址", "不要再发错了",
        "不用发票",
        "不要发票", "不需要发票", "不要发顺丰", "别发火", "不要发红色的", "不要发到公司", "别给我发货了", "可以不发货吗", "不要联系快递", "不好意思打扰了", "打扰一下", "不想打扰你们",
        "没收到", "收不到消息", "不要收我运费", "别忘了给我发优惠券", "别忘了发", "特别发给我的吗", "分别发货", "为什么不给我发了", "怎么不发了", "停业了吗", "公交停了几站",
        "活动停止了吗", "暂停营业", "什么时候停止活动", "滚筒洗衣机有吗", "不要烦恼", "要不要发图给你",
        // Letters inside of others, or with a life of their own.
        "TDD什么时候发货", "TD-LTE支持吗", "stopwatch 有货吗", "bus stop 在哪", "non-stop flight", "stop by anytime",
        "the end is near",
        "weekend", "T恤有吗", "T恤", "1T的有吗", "T-shirt", "ATD", "std", "when does it end", "can't stop laughing",
        "remove the tag",
        "cancelled?", "quite good", "remove the lid", "订单退订了怎么查", "酒店退订了没", "找我妈", "理发",
        // Near to those of above.
        "拒收的快递怎么处理", "我拒收了快递", "并没有要退订", "我没有要退订啊", "请不要给我退订", "不要给我退订", "退订的商品", "退订购的东西", "退订购商品", "我要退订制的衣服",
        "别给我发裂的碗", "不想收到坏的", "不想收到假货", "不想再收到破损的商品", "不想收到错的颜色", "别打扰客人用餐的位置有吗", "免打扰房间有吗", "拒收怎么退运费",
        "客户拒收了包裹", "屏蔽罩有货吗", "我没有申请退订", "没要求退订", "我从没说过要退订", "别帮我退订", "不用帮我退订", "请勿把我退订", "订单取消通知收到了", "唔好退訂",
        "不想收到碎的", "不想收到过期的", "不想收到空包裹", "不要再发假货", "我拒收了那个快递", "拒收后运费谁出", "买家拒收怎么办", "屏蔽线多少钱", "防辐射屏蔽服有吗",
        "免打扰牌有卖吗", "请勿打扰门牌有吗", "退订的东西什么时候到账", "退订购的课", "退订做的柜子", "“退订”是什么意思", "回复“TD”是什么意思", "「退订」啥意思",
        "取消接收包裹", "不是要退订，是退货", "我不是退订", "活动取消短信怎么没收到", "别传出去", "不要传错文件", "不要传染给我", "别发破的", "别给我发坏的", "别发快递",
        "tdd", "I subscribe", "unsubstantial", "undescribed", "no promotions today?", "I received no messages",
        "no sms code received", "not interested", "not interested yet", "can I stop by at 5",
        "could you stop the timer function", "how do I stop the alarm", "will you stop at the mall",
        "will the sale end", "does it stop", "The bus does not stop there", "do not stop",
        "please do not stop sending", "bus stop", "Next stop, Shanghai", "wrong size, cancel",
        "color is wrong, remove", "I want to remove my order", "delete my order please",
        "remove my address from the order", "withdraw money", "opting in", "not opting out",
        "I am not opting out", "block printing fabric?", "road blocked", "👍🛑 到店停车", "🙏", "👌", "退dvd", "退d罩杯的",
        "T订单在哪", "T恤", "тест", "小区封锁了能送吗", "我们这封锁了，发不了吗", "怎么注销账号", "不收运费", "不收费吗", "不订酒店了", "不同意退款",
        "撤回同意退款的申请", "不撤回同意", "不，停一下", "活动什么时候停止", "不要停止", "别停止发", "别停止推送", "被骚扰怎么办", "有人骚扰我", "我不想，退订金",
        "dnd骰子有吗", "DND桌游多少钱", "revoke my order", "Enough size?", "enough for two people?", "is it enough",
        "no more left?", "no stop button", "the \"stop\" is broken", "不需要退订", "无需退订", "不用退订", "我不要退订", "不td",
        "没td", "'td' 是什么", "no need to unsubscribe", "stop all the machines", "取消订单通知", "怎么关闭订单通知", "取消活动",
        "停止活动了吗", "不要取消通知", "不要取消订阅",
    ]

    @Test("and what is none", arguments: staying)
    func doesNot(_ reply: String) { #expect(OptOutWords().match(in: reply) == nil) }

    @Test("the table is long enough to mean something")
    func length() { #expect(Set(Self.stopping).count >= 150 && Set(Self.staying).count >= 100) }

    @Test("a list file adds words and takes none away")
    func list() {
        let words = OptOutWords(extra: OptOutWords.list("# ours\n\n 烦死了 # said often\nN\n"))
        #expect(words.match(in: "真的烦死了") != nil && words.match(in: "n") != nil && words.match(in: "退订") != nil)
        #expect(words.match(in: "N，谢谢") != nil)
        #expect(words.match(in: "noon") == nil && OptOutWords().match(in: "真的烦死了") == nil)
    }

    @Test("a reply of any length takes no time worth naming")
    func long() {
        let reply = String(repeating: "不要再给我", count: 100) + String(repeating: "别", count: 500)
        #expect(OptOutWords().match(in: reply) == nil)
        #expect(OptOutWords().match(in: reply + "发了") != nil)
    }
}
