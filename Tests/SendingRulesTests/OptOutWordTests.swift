import SendingRules
import Testing

/// Word by word, in lists of the test's own: a word that is lost from the grammar is somebody who is written to again.
@Suite("Each word of an opt-out counts, and each that makes something else of it")
struct OptOutWordTests {
    private static func split(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    }
    private func stops(_ reply: String) -> Bool { OptOutWords().match(in: reply) != nil }

    private static let words = split(
        """
        退订 推订 退钉 退顶 退丁 退定 退掉订阅 取消订阅 取消关注 取关 取消推送 取消接收 取消通知 取消授权 取消私信 取消消息 取消推广 不订阅 不想订阅
        不再订阅 不再关注 关闭推送 关掉推送 关闭通知 关掉通知 关闭消息 关闭私信 关掉私信 拒收 拒绝接收 拒绝推送 拒绝推销 拒绝营销 拒绝骚扰
        拒绝打扰 拒绝广告 拒绝私信 拒绝消息 谢绝打扰 谢绝推销 谢绝骚扰 不接收 不接受推 不接受营销 不接受广告 不接受消息 不接受骚扰 停止发 停止推
        暂停发送 暂停推送 停止营销 停止骚扰 停止打扰 停止给我 停止向我 停止对我 停止私信 停止群发 停止一切 停止订阅 停止消息 停止短信 停止联系
        停止接收 停止广告 不要广告 把我拉黑吧 请把我拉黑 停止轰炸 勿扰 免打扰 勿联系 勿骚扰 拉黑 屏蔽 删除我 删除我的联系 删除我的号 删除我的信息
        删除我的资料 删除我的电话 删除我的手机 把我删 将我删 移除我 把我移 移出名单 把我从名单 滚开 滚蛋 滚远 给我滚 快滚 滚吧 别来烦 再骚扰
        再打扰我 少给我发 别再来 腿订 不同意接收 不要短信 撤回同意 撤销同意 收回同意 撤回授权 撤销授权 收回授权 投诉骚扰 投诉你们骚扰 举报骚扰 举报你们骚扰
        """)

    @Test("each word of itself, in the middle of what is said", arguments: words)
    func said(word: String) {
        #expect(stops("你好，\(word)，明天见"))
        #expect(!stops("你好，明天见"))
    }

    @Test("each end of each thing that comes from us", arguments: split("取消 关闭 关掉 停止 暂停 拒绝 谢绝 不接受"))
    func ended(end: String) {
        let sent = Self.split("推送 推播 接收 订阅 消息 信息 讯息 短信 简讯 私信 通知 广告 推广 推销 营销 骚扰 打扰 群发")
        let which = Self.split(
            "所有 一切 任何 全部 你们的 你们 贵店 的 这个 这些 这种 这类 此类 该 给我 向我 对我 营销 推广 促销 垃圾 活动 短信 消息")
        for what in sent {
            #expect(stops("我要\(end)\(what)"), "\(end)\(what)")
            #expect(!stops("我不想\(end)\(what)"), "\(end)\(what)")
        }
        for word in which { #expect(stops("\(end)\(word)群发"), "\(word)") }
        for other in ["接收包裹", "快递", "营业"] { #expect(!stops("请\(end)\(other)"), "\(end)\(other)") }
    }

    @Test("a cancelled order's message is one that somebody waits for", arguments: split("订单 活动 课程 航班 预约 预订"))
    func orders(what: String) { #expect(!stops("\(what)取消通知")) }

    @Test("whoever threatens wants it to end", arguments: split("再发 再发消息 再发信息 再发短信 再发广告 再推 再推送"))
    func threats(act: String) {
        for middle in ["", "就", "我就", "我"] {
            for threat in ["投诉", "举报", "拉黑", "报警", "屏蔽", "删除", "取关", "骂"] {
                #expect(stops("你们\(act)\(middle)\(threat)"), "\(act)\(middle)\(threat)")
            }
        }
    }

    @Test(
        "each way to refuse",
        arguments: split(
            """
            不要 别 请勿 勿 不准 不许 禁止 不用 不必 无需 不需要 甭 莫 不想 不愿 不愿意 不希望 不再 可以不 能不 能不能不 麻烦不 可不可以不 拒绝
            不欢迎 不接受 唔好 唔使 唔想
            """))
    func refused(refusal: String) { #expect(stops("\(refusal)群发")) }

    @Test(
        "each thing that is not to be done to a person",
        arguments: split(
            """
            发送 推送 群发 私信 打扰 打搅 私聊 找我 理我 打广告 骚扰 轰炸 推销 营销 刷屏 烦我 扰 联系 联系我 来消息 来信息 来短信 来广告
            推荐给我 推荐这 推消息 推给我 吵我 打电话 缠着我 弹广告 弹出来 接收 发 发消息 发信息 发短信 发简讯 发私信 发广告 发给我 发这 发那些
            发东西 发过来 发来了 发任何 发垃圾 发通知 发链接 发优惠信息 发活动信息 发ok 发拜托 发好吗 发行吗 发可以吗 发俾我 发畀我
            发讯息 传 传给我 传讯息 传送 联络 联络我 推播 来电 打来 打给我 看到广告 看见广告 收到广告 接到广告
            """))
    func done(act: String) {
        #expect(stops("不要\(act)"))
        #expect(!stops("可以\(act)"))
    }

    @Test(
        "what may stand between",
        arguments: split(
            """
            再 总是 老是 总 老 一直 天天 每天 整天 随便 乱 瞎 继续 给我 给俺 给咱 向我 对我 跟我 往我 朝我 在 来 这么 这样 频繁 私自 主动 无故
            半夜 晚上 大半夜 这个 这些 这种 你们 任何 什么 我这里 以后 去
            """))
    func between(word: String) { #expect(stops("不要\(word)群发")) }

    @Test(
        "another thing is meant",
        arguments: [
            (
                "退订",
                split(
                    """
                    单 金 款 货 房 票 机 酒 餐 座 位 车 课 制 做 购的 购商 购单 购货 的单 的货 的票 的房 的酒 的机 的餐 这单 这个单 那单
                    服务费 押金 定金 的商品 的东西 的产品 的宝贝 的衣服 的鞋 的套餐
                    """)
            ),
            ("退定", split("单 金 款 货 房 票 做 制 时")),
            ("拒收", split("货 快 包裹 件 邮 了快递 了包裹 退运费 出邮费 怎么退货 后退款")), ("免打扰", split("房 牌 卡 门")),
            ("拒绝接收", split("货 快 包裹 件 邮")),
            ("停止发", split("货 快 包裹 件 邮 票 放 行 售 展")), ("拉黑", ["我"]), ("屏蔽", split("我 词 字 门 器 罩 线 膜 层 袋 服 布 帽")),
            (
                "不要再发",
                split(
                    """
                    货 快 包裹 件 邮 票 错 顺丰 圆通 中通 申通 韵达 极兔 京东 ems 到付 漏 红 黑 白 蓝 绿 黄 大 小 中 码 旧 次 坏 破 过期 临期
                    其他 别的 别人 他 她 到 去 出 誓 火 脾气 现 生 烧 愁 呆 疯 热 光 明 展 财 型 卡 帖 朋友圈 抖音 视频
                    """)
            ),
            ("不要私信", split("你 您 她 他 别人 大家 客服 人家 老板 卖家 商家 快递 客人 牌 门牌 邻居 孩子 宝宝 老人 家人")),
            ("不想收到", split("坏的 破损的 裂的 碎了的 烂掉的 脏的 臭的 假货 错的 旧的 次品 残的 湿的 空包 过期的 临期的 发霉的")),
            ("撤回同意", ["退款"]), ("撤销同意", ["退货"]), ("收回同意", ["退"]), ("不同意接收", ["包裹"]), ("不要来电", ["显示"]),
            ("不要", split("联系快递 推车 扰民 弹钢琴 推荐书")),
        ])
    func another(word: String, followed: [String]) {
        for behind in followed { #expect(!stops(word + behind), "\(word)\(behind)") }
    }

    @Test(
        "and so it is behind another word",
        arguments: [
            ("退订", split("订单 酒店 机票 车票 门票 房间 预订 课程")), ("拒收", split("货 件 递 包裹 到付 货到 客户 买家 顾客 家人")),
            ("拉黑", split("被 把我 给我 将我")), ("屏蔽", split("被 把我 给我 将我")),
            ("别群发", split("特 分 区 级 类 性 差 个 告 识 辨 派 送 鉴 判")), ("不要群发", ["要"]),
        ])
    func behind(word: String, before: [String]) {
        for front in before { #expect(!stops(front + word), "\(front)\(word)") }
        #expect(stops(word))
    }

    @Test(
        "taken back",
        arguments: split(
            """
            不 别 不要 不想 不用 不会 没 没有 没说 没说要 没要 没想 没想要 不必 不需要 无需 不打算 不是 不是要 不是想 不想要 不愿 不愿意 勿 不准备
            不考虑 没打算 没点 没有点 误 误点 误触 不小心点 点错 请勿 莫 并非 撤销 撤回 取消 恢复 才不 不舍得 舍不得 唔 唔好 唔想
            没要求 没有申请 没打算 没有准备 没想要 没有说过 没有说要 没说过要 没有要 没有想 没有说 未申请 别给我 不要帮我 不用替我 不必把我 请勿给我
            勿给我 无需给我 不需要帮我
            """))
    func denied(denial: String) { #expect(!stops("我\(denial)退订")) }

    @Test(
        "and wanted after all",
        arguments: split(
            """
            再不 还不 怎么不 为何不 为什么不 能不能不 干嘛不 要不 是不是 要不要 想不想 会不会 可不可以不 凭什么不 为啥不 咋不 怎么没 怎么还没 怎么还没有
            怎么没有 为什么没 为什么没有 还没 还没有 一直没 一直没有
            """))
    func insisted(front: String) { #expect(stops("\(front)退订")) }

    @Test("who declines and then says the letters, or says the word by itself, is left alone")
    func declined() {
        for no in Self.split("不要 不用 不必 不需要 无需 不想要 不考虑") {
            #expect(stops("\(no)TD") && stops("\(no)，T") && stops("\(no)T") && stops("\(no) 退订"), "\(no)")
            #expect(!stops("我\(no)退订") && !stops(no), "\(no)")
        }
        for no in Self.split("没兴趣 不感兴趣 无兴趣 没空") { #expect(stops("\(no)，T") && !stops(no), "\(no)") }
    }

    @Test("asked back, a no says that it was done", arguments: split("吗 了吗 过吗 嘛 了嘛 么 了么"))
    func askedBack(end: String) {
        for no in Self.split("不是 没 没有 没说") { #expect(stops("我\(no)退订\(end)"), "\(no)") }
        #expect(!stops("我不想退订\(end)"))
    }

    @Test(
        "no goods are meant where what is refused is a message", arguments: split("消息 信息 讯息 短信 简讯 私信 广告 推销 营销"))
    func goodsOfMessages(word: String) {
        #expect(stops("别再发快递\(word)了") && !stops("别再发快递了"))
        // Looked for as far as the clause is about the same thing: twelve letters.
        #expect(stops("别再发快递给我朋友们的那些\(word)") && !stops("别再发快递给我朋友们的那一些\(word)"))
    }

    @Test(
        "a complaint that it was not done is no denial",
        arguments: split("没给我 不给我 怎么还没给我 为什么没有帮我 还没申请 为什么没有说过要"))
    func complaint(front: String) { #expect(stops("\(front)退订")) }

    @Test("who looks for a way out wants out", arguments: split("入口 按钮 选项 功能 的地方 方式 渠道 链接 成功 掉"))
    func ways(way: String) { #expect(stops("没有退订\(way)")) }

    @Test("asked back, or asked about", arguments: split("了恢复 重新订 了撤回 了撤销 是什么 是啥 什么意思 啥意思 是干嘛 是干什么 是指什么"))
    func asked(behind: String) { #expect(!stops("退订\(behind)")) }

    @Test(
        "polite words beside a short one hide nothing",
        arguments: split(
            """
            谢谢你 谢谢您 谢谢 多谢 感谢 谢 请问 请 回复 发送 您好 你好 麻烦你 麻烦 拜托 好的 帮我 一下 亲爱的 亲 我要 我想 我 现在 立即 马上
            立刻 赶紧 赶快 了 吧 啊 哦 喔 呢 呀 嗯 哈 嘛 啦 回 发 你们 你 您 给 把 它 对不起 不好意思 抱歉 需要
            """))
    func polite(word: String) {
        #expect(stops("\(word)T"))
        #expect(!stops("\(word)"))
    }

    // MARK: - Latin letters

    @Test(
        "a letter word that means nothing else counts in any sentence",
        arguments: split(
            "td unsub unsubscribe unsubscribed unsubscribing optout stopall tuiding quxiaodingyue unfollow unfollowed unfollowing"
        ))
    func strong(word: String) { #expect(stops("order 12 \(word) tomorrow")) }

    @Test(
        "one that means many things counts alone",
        arguments: split(
            """
            t td tdtd remove goaway stop stopit stopnow end quit cancel 停 停止 停下 停了 取消 滚 打住 封锁 注销 不收 不订 退d t订 dnd block
            blocked revoke enough nomore fuckoff pissoff getlost
            """))
    func weak(word: String) {
        #expect(stops(word) && stops(word + "！谢谢"))
        if !word.hasPrefix("td") { #expect(!stops("\(word) 公交车 at noon")) }
    }

    @Test(
        "and beside polite ones",
        arguments: split(
            """
            please pls plz kindly thanks thank thx ty tks you u so much very many ok okay k hi hello hey dear sorry now right
            just sir madam it this immediately asap xx i said and already all
            """))
    func politeLatin(word: String) { #expect(stops("\(word) cancel")) }

    @Test(
        "a firm one also in a clause of its own, and behind what asks for it",
        arguments: split("stop stopit stopnow goaway fuckoff pissoff getlost 停止 滚 打住"))
    func firm(word: String) {
        #expect(stops("order twelve came, \(word)! 公交车"))
        for asking in Self.split("can could would will no how do to with") { #expect(stops("\(asking) you \(word)")) }
        for order in ["cancel", "end", "remove", "取消"] { #expect(!stops("wrong size, \(order)")) }
    }

    @Test("drawn out, with a zero for an o, said over and over, or mistyped")
    func spelled() {
        for word in Self.split(
            "stoppp stooop st0p ttttddd tdtdtdtd unsubcribe unsuscribe unsubsribe unsubscibe ТД тui-ding")
        {
            #expect(stops("\(word)"), "\(word)")
        }
        for word in Self.split("tdd stooge subscribe unsubstantial undescribed underscribe0 tdx") {
            #expect(!stops("\(word)"), "\(word)")
        }
        #expect(stops("unsubscri") && !stops("unsubscr") && stops("unsubscribers") && !stops("unsubscribersx"))
    }

    @Test("signs alone, where nothing else is said")
    func signs() {
        for sign in ["🛑", "🚫", "⛔", "🛑🛑"] { #expect(stops(sign)) }
        #expect(!stops("👌") && !stops("🛑 到店停车"))
    }

    @Test(
        "each phrase, with to and the overlooked",
        arguments: [
            "stop sending", "stop texting", "stop messaging", "stop contacting", "stop spamming", "stop bothering",
            "stop writing", "stop emailing", "stop pushing", "stop disturbing", "stop harassing", "stop promoting",
            "stop messages", "stop ads", "stop spam", "stop these", "stop those", "stop your", "stop subscription",
            "don't contact", "don't message", "don't send", "don't text", "don't disturb", "don't bother",
            "don't write", "don't spam", "don't push", "don't dm", "do not contact", "do not message", "do not send",
            "do not text", "do not disturb", "do not bother", "do not write", "do not spam", "do not push", "do not dm",
            "no more messages", "no more texts", "no more ads", "no more spam", "no more of these", "never contact",
            "never message", "never text me", "remove me", "take me off", "delete me from the", "leave me alone",
            "opt me out", "opt out", "cancel the subscription", "cancel my subscription", "don't want messages",
            "don't want these messages", "don't want any messages", "don't want any more messages",
            "don't want to receive", "do not want to receive", "no longer want to receive", "stop receiving",
            "block you", "blocked you", "blocking you", "stop promotions", "stop msg", "stop with the messages",
            "stop all sms", "stop notifications", "stop marketing", "stop advertising", "stop message", "stop text",
            "no more emails", "no spam", "no ads", "no longer wish to receive", "don't wish to hear", "delete me",
            "erase me", "remove my number", "delete my phone", "erase my details", "remove my data",
            "delete my contact",
            "revoke my consent", "withdraw consent", "opting out", "opted out", "un subscribe", "tui ding",
        ])
    func phrases(phrase: String) {
        #expect(stops("well \(phrase) people"))
        #expect(!stops("well people"))
        // In two clauses it is no phrase.
        let parts = phrase.split(separator: " ")
        #expect(
            !stops("well \(parts[0]), \(parts.dropFirst().joined(separator: ", ")) people") || parts.contains("out"))
    }

    @Test(
        "a negation takes it back, within four words", arguments: split("dont not never wont didnt havent without"))
    func negated(word: String) {
        #expect(!stops("\(word) unsubscribe"))
        #expect(!stops("\(word) you me us unsubscribe"))
        #expect(stops("\(word) you me us them unsubscribe"))
        #expect(stops("\(word), unsubscribe"))
        for inability in ["can", "could", "why", "cant", "cannot"] {
            #expect(stops("\(inability) \(word) unsubscribe"))
        }
    }

    @Test("a no that is about something else takes nothing back, nor does one right before the word")
    func otherNegation() {
        for object in Self.split("interested thanks thank thx this that these those for") {
            #expect(stops("not \(object) unsubscribe"), "\(object)")
        }
        #expect(stops("no unsubscribe") && !stops("no need to unsubscribe") && !stops("this is not to unsubscribe"))
        #expect(stops("I did not unsubscribe yet") && !stops("I did not unsubscribe, yet"))
    }

    @Test("an operator's word is as long as 64 characters, their list a thousand words")
    func lists() {
        let (longest, longer) = (String(repeating: "好", count: 64), String(repeating: "好", count: 65))
        #expect(OptOutWords.list(longest + "\n" + longer + "\n") == [longest])
        let many = (1...1001).map { "quite\($0)" }
        #expect(OptOutWords(extra: many).match(in: "so quite1000 so") != nil)
        #expect(OptOutWords(extra: Array(repeating: "x", count: 1000) + ["别的词甲"]).match(in: "别的词甲啊") == nil)
        // Five letters count alone, six wherever they stand.
        #expect(OptOutWords(extra: ["abcde"]).match(in: "xabcdex") == nil)
        #expect(OptOutWords(extra: ["abcde"]).match(in: "abcde") != nil)
        #expect(OptOutWords(extra: ["abcdef"]).match(in: "xabcdefx") != nil)
    }
}
