import CampaignModel

/// What each key of a campaign file means, for editors (the schema) and `curfew check --help`.
extension Catalogue {
    package enum FileKeys {
        package static let campaign = Sentence(
            zh: "活动编号：a-z、0-9、“-”，全局唯一。", en: "The campaign's id: a-z, 0-9, “-”; unique.")
        package static let author = Sentence(
            zh: "作者：配置里 people 中的一个名字。", en: "Who writes it: one of `people` in the configuration.")
        package static let account = Sentence(
            zh: "用哪个账号发送：配置里的账号名。", en: "The sender: one of the accounts in the configuration.")
        package static let channel = Sentence(zh: "发送渠道。", en: "How it travels.")
        package static let title = Sentence(zh: "给人看的标题。", en: "A title for people.")
        package static let priority = Sentence(zh: "优先级：1 最先，9 最后。", en: "1 first … 9 last.")
        package static let audience = Sentence(zh: "发给谁。", en: "Who is asked for.")
        package static let schedule = Sentence(zh: "什么时候发。", en: "When to send.")
        package static let holdout = Sentence(
            zh: "永远不发的对照人群比例。", en: "The share of people that is never messaged, for comparison.")
        package static let fields = Sentence(
            zh: "消息里用到的列；没有默认值时，缺少该列的人会被跳过。",
            en: "Columns that messages use; without a default, a person who lacks one is skipped.")
        package static let variants = Sentence(
            zh: "内容版本，第一个是基准版。", en: "What is sent: one or more variants; the first is the control.")
        package static let experiment = Sentence(
            zh: "实验：先发一部分人，再发胜出的版本。", en: "First a test share, then the winner.")

        package static let source = Sentence(
            zh: "files：名单文件；authorized：所有授权过这个账号的人。",
            en: "files: from audience files; authorized: everyone who authorised the account.")
        package static let files = Sentence(
            zh: "放在同一文件夹里的名单（xlsx、CSV 或 JSON Lines），open_id 列必填。",
            en: "Audience files beside this one (xlsx, CSV or JSON Lines); open_id is the one required column.")
        package static let exclude = Sentence(zh: "这些名单里的人不发。", en: "People in these files are left out.")
        package static let conditions = Sentence(
            zh: "条件，全部满足才发：一个值、一个列表，或 \">= 2\" 这样的比较。",
            en: "Conditions that must all hold: a value, a list, or a comparison such as \">= 2\".")
        package static let max = Sentence(zh: "批准最多覆盖多少人。", en: "The approval covers at most this many people.")
        package static let order = Sentence(zh: "shuffled 打乱；listed 按文件顺序。", en: "shuffled, or listed as in the files.")
        package static let strict = Sentence(
            zh: "true：有一行坏数据就拒绝整个名单。", en: "true: one bad row refuses the whole audience.")

        package static let zone = Sentence(
            zh: "下面时间所用的时区，只能收窄允许的时间。", en: "The zone of the times below; it can only narrow what is allowed.")
        package static let start = Sentence(zh: "第一次开始的日期和时间。", en: "Date and time of the first occurrence.")
        package static let window = Sentence(
            zh: "每天只在这个时间段内发送，默认是全部允许的时间。", en: "Send only within these hours of the day; default: all allowed hours.")
        package static let sendTime = Sentence(
            zh: "soon 尽快；spread 均匀分布；best 每个人最好的一刻钟。",
            en: "soon; spread evenly; or each person's best quarter of an hour.")
        package static let repeats = Sentence(zh: "重复方式。", en: "How it repeats.")
        package static let on = Sentence(zh: "每周的哪几天：mon … sun。", en: "Days of the week, for weekly: mon … sun.")
        package static let day = Sentence(
            zh: "每月的哪几天：1 … 31 或 last；没有那一天的月份跳过。",
            en: "Days of the month, for monthly: 1 … 31 or last; months without it are skipped.")
        package static let weekday = Sentence(
            zh: "每月第几个星期几：second tue、last fri。", en: "Weekdays of the month, for monthly: second tue, last fri.")
        package static let every = Sentence(zh: "每几天、周、月或年一次。", en: "Every so many days, weeks, months or years.")
        package static let until = Sentence(
            zh: "重复到这一天（含）。", en: "The last day, or moment, of the repetition, inclusive.")
        package static let except = Sentence(zh: "这些日期不发。", en: "Dates that are left out.")
        package static let rrule = Sentence(
            zh: "RFC 5545 重复规则，给熟悉的人用。", en: "An RFC 5545 rule, for those who know them, instead of the words above.")
        package static let ifMissed = Sentence(
            zh: "错过开始时间时：skip 不发；late 晚一点也发；next-window 等下一个时间段。",
            en: "When the start was missed: skip; late, if not too late; or next-window.")
        package static let late = Sentence(zh: "晚一点也发。", en: "Start late.")
        package static let atMost = Sentence(zh: "最多晚多久。", en: "How late at most.")
        package static let overlap = Sentence(
            zh: "上一次还没发完又到了下一次：skip 跳过；supersede 取代；queue 排队。",
            en: "When an occurrence comes before the last one is finished: skip, supersede or queue.")
        package static let validUntil = Sentence(
            zh: "有效期：end-of-day、+3d 或一个时刻；到时未发的作废。",
            en: "end-of-day, +3d or a moment: what is unsent then expires.")

        package static let fieldDefault = Sentence(zh: "没有值时用它。", en: "Used for people without a value.")
        package static let variantName = Sentence(zh: "版本名。", en: "The variant's name.")
        package static let weight = Sentence(
            zh: "权重；所有版本加起来是 100。", en: "Its part of 100; all variants' weights add up to 100.")
        package static let messages = Sentence(
            zh: "1 到 3 条消息，至少一条是卡片、优惠券或授权卡片。",
            en: "1 to 3 messages, at least one of them a card, a coupon or an authorisation card.")
        package static let fallback = Sentence(
            zh: "不能收图片的人收到哪个版本。", en: "The variant for people who may not get this one's image.")
        package static let text = Sentence(
            zh: "文字，可以用 {{字段}}，最多 1000 个字符。", en: "A text, at most 1000 characters; it may hold {{field}}.")
        package static let image = Sentence(
            zh: "图片文件，只能发给互相关注的人。", en: "An image file beside this one; only for mutual followers.")
        package static let appletCard = Sentence(zh: "小程序引导卡片。", en: "A mini-program card.")
        package static let appletCoupon = Sentence(zh: "小程序优惠券。", en: "A mini-program coupon.")
        package static let authorizationCard = Sentence(zh: "私信授权卡片。", en: "A card that asks for an authorisation.")
        package static let template = Sentence(zh: "卡片模板编号。", en: "The card template's id.")
        package static let path = Sentence(zh: "小程序页面路径。", en: "The mini-program's page.")
        package static let query = Sentence(
            zh: "页面参数，值里可以用 {{字段}}。", en: "The page's parameters; values may hold {{field}}.")
        package static let activity = Sentence(zh: "活动编号。", en: "The coupon's activity id.")
        package static let coupon = Sentence(zh: "优惠券编号。", en: "The coupon's id.")
        package static let cardAccount = Sentence(
            zh: "请用户授权给哪个账号。", en: "The account that the recipient is asked to authorise.")

        package static let share = Sentence(zh: "先参加实验的人群比例。", en: "The share of people in the test.")
        package static let metric = Sentence(zh: "按什么比较。", en: "What is compared.")
        package static let wait = Sentence(zh: "发完后等多久再看结果。", en: "How long to wait for answers after sending.")
        package static let decideBy = Sentence(zh: "最晚什么时候决定。", en: "The latest moment to decide.")
        package static let onInconclusive = Sentence(
            zh: "看不出胜负时：control 发对照；leader 发领先的；hold 停下来等人。",
            en: "When there is no clear winner: send the control, send the leader, or hold for a person.")
        package static let method = Sentence(
            zh: "test：先试一部分人，再把胜出的发给其余的人；bandit：每批 500 人，越可能最好的版本发得越多（至少五个版本）。",
            en: "test: try on a share, then send the winner to the rest; bandit: batches of 500, the likelier the best the more (five variants at least).")
        package static let namespace = Sentence(
            zh: "互斥实验：同名命名空间里，区间不重叠的实验不会有同一个人。",
            en: "Mutually exclusive tests: of one namespace, spans that do not touch never share a person.")
        package static let namespaceName = Sentence(zh: "命名空间的名字。", en: "The namespace's name.")
        package static let namespaceFrom = Sentence(zh: "区间从这里开始。", en: "Where the span begins.")
        package static let namespaceTo = Sentence(zh: "区间到这里为止（不含）。", en: "Where the span ends, exclusive.")
        package static let guardrails = Sentence(zh: "超过就停的上限。", en: "Limits beyond which the test stops.")
        package static let optedOut = Sentence(zh: "退订比例上限。", en: "Share of people who opt out.")
        package static let reported = Sentence(zh: "举报比例上限。", en: "Share of people who report.")
        package static let control = Sentence(
            zh: "pause 暂停、cancel 取消这个活动，stop-all 停止全部。", en: "pause or cancel this campaign, or stop-all.")
    }
}
