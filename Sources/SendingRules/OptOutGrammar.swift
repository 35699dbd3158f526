/// Opt-outs in Chinese: words that say it themselves, and 不要 with something that one does to a person.
enum OptOutGrammar {
    /// A word that says it itself, and what must not stand around it.
    private struct Word {
        var text: String
        /// Right behind it in the same clause: it means something else then.
        var notBefore: [String] = []
        /// Right in front of it.
        var notAfter: [String] = []
        /// Anywhere behind it in the clause.
        var notWith: [String] = []
        init(_ text: String, notBefore: String = "", notWith: String = "", notAfter: String = "") {
            self.text = text
            self.notBefore = notBefore.split(separator: " ").map(String.init)
            self.notWith = notWith.split(separator: " ").map(String.init)
            self.notAfter = notAfter.split(separator: " ").map(String.init)
        }
    }

    private static let bookings =
        "单 金 款 货 房 票 机 酒 餐 座 位 车 课 制 做 购的 购商 购单 购货 的单 的货 的票 的房 的酒 的机 的餐 的商品 的东西 的产品 的宝贝 的衣服 的鞋 的套餐 这单 这个单 那单 服务费 押金 定金"
    private static let booked = "订单 酒店 机票 车票 门票 房间 预订 课程"
    private static let parcels = "货 快 包裹 件 邮"

    private static let words: [Word] =
        ["退订", "推订", "腿订", "退钉", "退顶", "退丁"].map { Word($0, notBefore: bookings, notAfter: booked) }
        + threats + [
            Word("退定", notBefore: bookings + " 时"), Word("退掉订阅"), Word("取消关注"), Word("取关"), Word("不订阅"), Word("不想订阅"),
            Word("不再订阅"), Word("不再关注"), Word("不接收", notBefore: parcels), Word("不同意接收", notBefore: parcels),
            Word("拒收", notBefore: parcels, notWith: "快递 包裹 运费 邮费 货 退款", notAfter: "货 件 递 包裹 到付 货到 客户 买家 顾客 家人"),
            Word("不接受推"), Word("停止发", notBefore: parcels + " 票 放 行 售 展"), Word("停止推"), Word("暂停发送"), Word("停止给我"),
            Word("停止向我"), Word("停止对我"), Word("停止一切"), Word("停止联系"), Word("停止轰炸"), Word("不要广告"), Word("不要短信"),
            Word("撤回同意", notBefore: "退"), Word("撤销同意", notBefore: "退"), Word("收回同意", notBefore: "退"), Word("撤回授权"),
            Word("撤销授权"), Word("收回授权"), Word("取消授权"), Word("把我拉黑吧"), Word("请把我拉黑"), Word("勿扰", notBefore: "模式怎么关"),
            Word("免打扰", notBefore: "房 牌 卡 门"), Word("勿联系"), Word("勿骚扰"),
            Word("拉黑", notBefore: "我", notAfter: "被 把我 给我 将我"),
            Word("屏蔽", notBefore: "我 词 字 门 器 罩 线 膜 层 袋 服 布 帽", notAfter: "被 把我 给我 将我"), Word("删除我", notBefore: "的"),
            Word("删除我的联系"), Word("删除我的号"), Word("删除我的信息"), Word("删除我的资料"), Word("删除我的电话"), Word("删除我的手机"),
            Word("把我删"), Word("将我删"), Word("移除我"), Word("把我移"), Word("移出名单"), Word("把我从名单"), Word("滚开"), Word("滚蛋"),
            Word("滚远"), Word("给我滚"), Word("快滚"), Word("滚吧"), Word("别来烦"), Word("再骚扰"), Word("再打扰我"), Word("投诉骚扰"),
            Word("投诉你们骚扰"), Word("举报骚扰"), Word("举报你们骚扰"), Word("少给我发"), Word("别再来"),
        ]

    /// What comes from us, ended: 取消短信, 停止你们的推送.
    private static let ends = ["取消", "关闭", "关掉", "停止", "暂停", "拒绝", "谢绝", "不接受"]
    private static let ended = [
        "推送", "推播", "接收", "订阅", "消息", "信息", "讯息", "短信", "简讯", "私信", "通知", "广告", "推广", "推销", "营销", "骚扰", "打扰", "群发",
    ]
    private static let which = [
        "所有", "一切", "任何", "全部", "你们的", "你们", "贵店", "的", "这个", "这些", "这种", "这类", "此类", "该", "给我", "向我", "对我", "营销", "推广",
        "促销",
        "垃圾", "活动", "短信", "消息",
    ]
    /// 订单取消通知 is what somebody waits for.
    private static let orders = ["订单", "活动", "课程", "航班", "预约", "预订"]

    /// 再发我就投诉
    private static let threats: [Word] = ["再发", "再发消息", "再发信息", "再发短信", "再发广告", "再推", "再推送"].flatMap { act in
        ["", "就", "我就", "我"].flatMap { middle in
            ["投诉", "举报", "拉黑", "报警", "屏蔽", "删除", "取关", "骂"].map { Word(act + middle + $0) }
        }
    }

    // MARK: - Not to be done

    /// 不要 and its kin, and what in front of them makes another word of them: 特别, 要不要.
    private static let refusals: [(word: String, notAfter: String)] = [
        ("不要", "要"), ("别", "特分区级类性差个告识辨派送鉴判"), ("请勿", ""), ("勿", ""), ("不准", ""), ("不许", ""), ("禁止", ""),
        ("不用", "用"), ("不必", ""), ("无需", ""), ("不需要", ""), ("甭", ""), ("莫", ""), ("不想", "想"), ("不愿", "愿"),
        ("不愿意", ""), ("不希望", ""), ("不再", ""), ("可以不", ""), ("能不", ""), ("能不能不", ""), ("麻烦不", ""), ("可不可以不", ""),
        ("拒绝", ""),
        ("不欢迎", ""), ("不接受", ""), ("唔好", ""), ("唔使", ""), ("唔想", ""),
    ]

    private static let between = [
        "再", "总是", "老是", "总", "老", "一直", "天天", "每天", "整天", "随便", "乱", "瞎", "继续", "给我", "给俺", "给咱", "向我",
        "对我", "跟我", "往我", "朝我", "在", "来", "这么", "这样", "频繁", "私自", "主动", "无故", "半夜", "晚上", "大半夜", "这个",
        "这些", "这种", "你们", "任何", "什么", "我这里", "以后", "去",
    ]

    private enum Follow {
        /// Whatever comes, but these.
        case but(String)
        /// The end of the clause, or one of these.
        case only(String)
    }

    private static let sent =
        "了 啦 吗 给我 我 消息 信息 短信 讯息 简讯 私信 广告 推 这 那些 东西 过来 来了 吧 啊 嘛 呀 呢 任何 垃圾 通知 谢 拜托 好吗 行吗 行不 可以吗 ok 俾我 畀我 链接 优惠信息 活动信息"
    private static let notSent =
        parcels
        + " 票 错 顺丰 圆通 中通 申通 韵达 极兔 京东 ems 到付 漏 红 黑 白 蓝 绿 黄 大 小 中 码 旧 次 坏 破 过期 临期 其他 别的 别人 他 她 到 去 出 誓 火 脾气 现 生 烧 愁 呆 疯 热 光 明 展 财 型 卡 帖 朋友圈 抖音 视频 "
        + faulty
    /// Goods as nobody wants them.
    private static let faulty = [
        "坏", "破", "裂", "碎", "烂", "脏", "臭", "假", "错", "旧", "次", "残", "湿", "空", "过期", "临期", "发霉",
    ]
    .flatMap { flaw in ["的", "了的", "掉的", "损", "货", "品", "包"].map { flaw + $0 } }.joined(separator: " ")
    /// With these behind it no goods are meant: 别再发快递广告了, 不想收到假消息.
    private static let messages = ["消息", "信息", "讯息", "短信", "简讯", "私信", "广告", "推销", "营销"]
    private static let people = "你 您 她 他 别人 大家 客服 人家 老板 卖家 商家 快递 客人 牌 门牌 邻居 孩子 宝宝 老人 家人"

    private static let acts: [(word: String, follow: Follow)] = [
        ("发送", .but(notSent)), ("推送", .but("")), ("群发", .but("")), ("私信", .but(people)), ("打扰", .but(people)),
        ("打搅", .but(people)), ("私聊", .but(people)), ("找我", .but("")), ("理我", .but("")),
        ("打广告", .but("")),
        ("骚扰", .but(people)), ("轰炸", .but("")), ("推销", .but("")), ("营销", .but("")), ("刷屏", .but("")), ("烦我", .but("")),
        ("扰", .only("")), ("联系", .only("我 了 啦 吧 谢")), ("联络", .only("我 了 啦 吧 谢")),
        ("传送", .but(notSent)), ("推播", .but("")), ("来消息", .but("")), ("来信息", .but("")), ("来短信", .but("")),
        ("来广告", .but("")), ("推荐", .only("了 给我 我 这 广告 啦")), ("推", .only("了 给我 广 消息 信息 啦")), ("吵我", .but("")),
        ("打电话", .but("")), ("来电", .but("显示")), ("打来", .but("")), ("打给我", .but("")),
        ("缠着我", .but("")), ("弹", .only("消息 信息 广告 了 出来")), ("接收", .but(parcels)),
    ]

    /// What one does not want to get: only behind words of wanting.
    private static let receipts = ["看到", "看见", "收到", "接到", "收"]
    private static let wishes: Set<String> = ["不想", "唔想", "不愿", "不愿意", "不希望", "不要", "不需要", "不再", "拒绝"]
    private static let received = "你 您 任何 这 广告 消息 信息 短信 私信 推 了 垃圾 营销 骚扰 通知 此类 类似 你们 贵 优惠"

    // By the first letter: a reply of a thousand letters would else be held against each word a thousand times.
    private static let wordsByLetter = byLetter(words, \.text)
    private static let refusalsByLetter = byLetter(refusals, \.word)
    private static let actsByLetter = byLetter(acts, \.word)

    private static func byLetter<Entry>(
        _ entries: [Entry], _ text: (Entry) -> String
    ) -> [Unicode.Scalar: [Entry]] {
        Dictionary(grouping: entries) { text($0).unicodeScalars.first ?? " " }
    }

    private static func acts(at place: Int, in reply: OptOutReply) -> [(word: String, follow: Follow)] {
        place < reply.letters.count ? actsByLetter[reply.letters[place]] ?? [] : []
    }

    static func match(_ reply: OptOutReply) -> String? {
        for place in reply.letters.indices {
            for word in wordsByLetter[reply.letters[place]] ?? []
            where reply.has(word.text, at: place) && stands(word, at: place, in: reply) {
                return word.text
            }
            if let found = ending(at: place, in: reply) ?? refusal(at: place, in: reply) { return found }
        }
        return nil
    }

    private static func stands(_ word: Word, at place: Int, in reply: OptOutReply) -> Bool {
        let end = place + word.text.unicodeScalars.count
        if word.notBefore.contains(where: { reply.goesOn($0, at: end) }) { return false }
        let before = reply.before(place)
        if word.notAfter.contains(where: before.hasSuffix) { return false }
        if !word.notWith.isEmpty {
            let after = reply.after(end)
            if word.notWith.contains(where: after.contains) { return false }
        }
        return !isDenied(place..<end, in: reply)
    }

    private static func ending(at place: Int, in reply: OptOutReply) -> String? {
        for end in ends where reply.has(end, at: place) {
            var next = place + end.unicodeScalars.count
            for _ in 0..<4 {
                if let what = ended.first(where: { reply.goesOn($0, at: next) }) {
                    let behind = next + what.unicodeScalars.count
                    let isParcel = what == "接收" && !fits(.but(parcels), at: behind, in: reply)
                    let isOrder = end == "取消" && orders.contains(where: reply.before(place).hasSuffix)
                    return isParcel || isOrder || isDenied(place..<behind, in: reply) ? nil : end + what
                }
                guard let word = which.first(where: { reply.goesOn($0, at: next) }) else { break }
                next += word.unicodeScalars.count
            }
        }
        return nil
    }

    private static func refusal(at place: Int, in reply: OptOutReply) -> String? {
        for (word, notAfter) in refusalsByLetter[reply.letters[place]] ?? [] where reply.has(word, at: place) {
            let count = word.unicodeScalars.count
            // 别别别发了 refuses once, and does not take itself back: it is looked at where it begins.
            if place >= count, reply.goesOn(word, at: place), reply.has(word, at: place - count) { continue }
            var behind = place + count
            while reply.goesOn(word, at: behind) { behind += count }
            let before = reply.before(place, max: 2)
            if let last = before.last, notAfter.contains(last) { continue }
            if isDenied(place..<behind, in: reply) { continue }
            let (next, isPressing) = skipped(behind, in: reply)
            for (act, follow) in acts(at: next, in: reply) where reply.has(act, at: next) {
                let end = next + act.unicodeScalars.count
                if fits(follow, at: end, in: reply) { return reply.text(place..<end) }
            }
            // 发 alone means many things; behind 再 or 给我 it is nearly always this one.
            if reply.has("发", at: next) || reply.has("传", at: next),
                fits(isPressing ? .but(notSent) : .only(sent), at: next + 1, in: reply)
            {
                return reply.text(place..<(next + 1))
            }
            guard wishes.contains(word) else { continue }
            for act in receipts where reply.has(act, at: next) {
                let end = next + act.unicodeScalars.count
                let isSafe = act != "收" && word != "不要"
                if fits(isSafe ? .but(parcels + " " + faulty) : .only(received), at: end, in: reply) {
                    return reply.text(place..<end)
                }
            }
        }
        return nil
    }

    /// Behind all that may stand between a refusal and what is refused.
    private static func skipped(_ start: Int, in reply: OptOutReply) -> (Int, isPressing: Bool) {
        var place = start
        for _ in 0..<6 {
            let word = between.filter { reply.has($0, at: place) }.max { $0.count < $1.count }
            // 来消息 is an act of its own.
            guard let word, !acts(at: place, in: reply).contains(where: { reply.has($0.word, at: place) }) else {
                break
            }
            place += word.unicodeScalars.count
        }
        return (place, place > start)
    }

    private static func fits(_ follow: Follow, at place: Int, in reply: OptOutReply) -> Bool {
        let isEnd = place >= reply.letters.count || reply.gaps[place] != .none
        switch follow {
        case .but(let words):
            guard words.split(separator: " ").contains(where: { reply.goesOn(String($0), at: place) }) else {
                return true
            }
            let after = reply.after(place)
            return messages.contains(where: after.contains)
        case .only(let words):
            return isEnd || words.split(separator: " ").contains { reply.goesOn(String($0), at: place) }
        }
    }

    // MARK: - Denied

    /// Right in front of an opt-out: it is not wanted, or taken back.
    private static let denials = [
        "不", "别", "不要", "不想", "不用", "不会", "没", "没有", "没说", "没说要", "没要", "没想", "没想要", "不必", "不需要", "无需", "不打算", "不是",
        "不是要", "不是想", "不想要", "不愿", "不愿意", "勿", "不准备", "不考虑", "没打算", "没点", "没有点", "误", "误点", "误触", "不小心点", "点错",
        "请勿", "莫", "并非", "撤销", "撤回", "取消", "恢复", "才不", "不舍得", "舍不得", "唔", "唔好", "唔想",
    ]
    /// The same ends, and it is wanted after all: 再不退订我就投诉.
    private static let insistence = [
        "再不", "还不", "怎么不", "为何不", "为什么不", "能不能不", "干嘛不", "要不", "是不是", "要不要", "想不想", "会不会", "可不可以不", "凭什么不",
        "为啥不", "咋不", "怎么没", "怎么还没", "怎么还没有", "怎么没有", "为什么没", "为什么没有", "还没", "还没有", "一直没", "一直没有", "怎么取消不了",
    ]
    /// Who looks for a way out and finds none wants out: 没有退订入口.
    private static let ways = ["入口", "按钮", "选项", "功能", "的地方", "方式", "渠道", "链接", "成功", "掉"]
    private static let returns = ["恢复", "重新订", "撤回", "撤销"]
    private static let questions = ["是什么", "是啥", "什么意思", "啥意思", "是干嘛", "是干什么", "是指什么"]

    /// Decline an offer. Beside letters they deny nothing: 不需要TD says *no need* and then `TD`.
    private static let declines = ["不要", "不用", "不必", "不需要", "无需", "不想要", "不考虑"]
    /// 别给我退订 takes it back, 没给我退订 complains.
    private static let forbidding = ["别", "不要", "不用", "不必", "请勿", "勿", "无需", "不需要"]
    private static let forMe = ["给我", "帮我", "替我", "把我"]
    /// 没有要求退订
    private static let past = ["没", "没有", "未"]
    private static let wanting = ["要求", "申请", "打算", "准备", "想要", "说过", "说要", "说过要", "要", "想", "说"]
    /// Asked back, 不是 and 没 say that it was done: 不是退订了吗.
    private static let askedBack = ["吗", "了吗", "过吗", "嘛", "了嘛", "么", "了么"]
    private static let doubted = ["不是", "没", "没有", "没说"]

    /// Whether the clause takes back what is said, or only asks what it means.
    static func isDenied(_ said: Range<Int>, in reply: OptOutReply) -> Bool {
        let end = said.upperBound
        if questions.contains(where: { reply.goesOn($0, at: end) }) { return true }
        let after = reply.after(end)
        if returns.contains(where: after.contains) { return true }
        if ways.contains(where: { reply.goesOn($0, at: end) }) { return false }
        // 不要 退订: two things are said. In doubt the person is left alone.
        guard reply.gaps[said.lowerBound] == .none else { return false }
        let before = reply.before(said.lowerBound)
        let isLatin = reply.letters[said.lowerBound].isASCII
        let without = without(wanting, before)
        let isNegated =
            denials.contains { before.hasSuffix($0) && !(isLatin && declines.contains($0)) }
            || without != before && past.contains(where: without.hasSuffix)
            || forMe.contains(where: before.hasSuffix)
                && forbidding.contains(where: self.without(forMe, before).hasSuffix)
        guard isNegated, !insistence.contains(where: { before.hasSuffix($0) || without.hasSuffix($0) }) else {
            return false
        }
        return !(doubted.contains(where: before.hasSuffix) && askedBack.contains(where: after.hasPrefix))
    }

    /// The text without the longest of the endings.
    private static func without(_ endings: [String], _ text: String) -> String {
        String(text.dropLast(endings.filter(text.hasSuffix).map(\.count).max() ?? 0))
    }

    // MARK: - Polite words

    private static let polite = [
        "谢谢你", "谢谢您", "谢谢", "多谢", "感谢", "谢", "请问", "请", "回复", "发送", "您好", "你好", "麻烦你", "麻烦", "拜托", "好的", "帮我",
        "一下", "亲爱的", "亲", "我要", "我想", "我", "现在", "立即", "马上", "立刻", "赶紧", "赶快", "了", "吧", "啊", "哦", "喔", "呢", "呀", "嗯",
        "哈", "嘛", "啦", "回", "发", "你们", "你", "您", "给", "把", "它", "对不起", "不好意思", "抱歉", "需要",
    ]

    /// Whether somebody declines and then says the letter of an opt-out: 不需要，T.
    static func declines(_ text: String, before word: String) -> Bool {
        (declines + ["没兴趣", "不感兴趣", "无兴趣", "没空"]).contains { text == $0 + word }
    }

    static func withoutPolite(_ text: String) -> String {
        var rest = Substring(text)
        var left = ""
        while !rest.isEmpty {
            if let word = declines.first(where: rest.hasPrefix) {
                left += word
                rest = rest.dropFirst(word.count)
            } else if let word = polite.first(where: rest.hasPrefix) {
                rest = rest.dropFirst(word.count)
            } else {
                left.append(rest.removeFirst())
            }
        }
        return left
    }
}
