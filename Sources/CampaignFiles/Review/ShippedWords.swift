/// The lists that come with the product: small on purpose, and the operators' to extend. What blocks is unlawful to offer
/// whoever writes it; what a second person looks at is lawful in one sentence and not in the next, as the advertising
/// law's superlatives and promises are, or leads people away from the platform.
enum ShippedWords {
    static let block = [
        // Gambling.
        "赌博", "博彩", "赌球", "六合彩", "时时彩", "百家乐", "网络赌场", "澳门赌场",
        // Drugs and weapons.
        "毒品", "冰毒", "海洛因", "迷药", "迷魂药", "枪支弹药", "仿真枪", "管制刀具",
        // Forged papers and invoices.
        "代开发票", "假发票", "办假证", "假文凭", "代办学历",
        // Pornography.
        "裸聊", "色情", "成人视频", "约炮", "援交", "一夜情",
        // Fraud and usury.
        "高利贷", "裸贷", "套现", "刷单返利", "刷单兼职", "杀猪盘", "传销", "洗钱", "跑分",
        // In characters that only look like theirs, or half of them spelled.
        "赌搏", "赌bo", "高刂贷", "高利贝代", "贝者博",
    ]

    static let review = [
        // Superlatives and promises that the advertising law does not allow without proof.
        "国家级", "最高级", "最佳", "第一品牌", "全网最低", "全国第一", "销量第一", "史上最低", "绝无仅有", "独一无二",
        "百分百有效", "100%有效", "永久有效", "零风险", "无风险", "稳赚", "保本", "保收益", "国家认证", "驰名商标",
        // Health.
        "根治", "包治", "治愈", "特效药", "抗癌", "无副作用", "速效减肥", "丰胸", "壮阳",
        // Money.
        "贷款", "免息", "返现", "返利", "提现", "中奖", "彩票", "内部价", "清仓甩卖",
        // Away from the platform.
        "加微信", "加薇信", "加威信", "加徽信", "微信号", "薇信号", "加v", "加微", "vx", "v信", "扣扣号", "加扣扣", "wechat", "weixin", "加qq",
        "扫码加群", "私下交易", "支付宝转账",
        // Pressure.
        "最后一天", "错过不再", "再不买就没了",
        "guaranteed", "risk free", "no risk",
        // The same with somebody between, or in other letters and figures.
        "加我微信", "加一下微信", "加下微信", "加个微信", "加老板微信", "加客服微信", "加店主微信", "加你微信", "加您微信", "微信同号", "wx同号", "vx同号",
        "v同号", "wei xin", "w3ixin", "vvx", "威信号", "徽信号", "扫码进群", "加q群", "加qq群", "qq号", "qq群", "0风险", "〇风险",
        "最后1天", "独1无2", "全网蕞低", "蕞低价", "百分之百有效", "百分之百收益", "n0 risk", "guar anteed", "贷kuan", "dubo",
    ]

    /// Ordinary words that hold one of those between two of their own. Found whole and unbroken, they hide nothing.
    static let innocent = [
        "宣传销售", "宣传销量", "特色情", "角色情", "出色情", "景色情", "本色情", "夜色情", "洗钱包", "全套现货", "套现场", "全套现",
        "重返现", "返现场", "往返利", "提现在", "保本店", "保本地", "保本公司", "保本次", "保本品", "手机跑分", "跑分测", "跑分数", "预约炮", "特约炮",
        "现代开发票", "借贷款式", "中奖学金", "中奖状", "加微笑", "加微波", "加微距", "加微量", "加微甜", "加微辣", "加微型", "加微醺", "加微风",
        "加微课", "加微调", "更加微", "愈加微", "略加微",
        "一夜情人", "毒品牌", "色情绪", "六合彩虹", "仿真枪手", "治愈系", "治愈心", "加v领", "权威信号",
    ]
}
