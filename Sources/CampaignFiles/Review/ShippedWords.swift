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
        "加微信", "加薇信", "微信号", "加v", "vx", "wechat", "weixin", "加qq", "扫码加群", "私下交易", "支付宝转账",
        // Pressure.
        "最后一天", "错过不再", "再不买就没了",
        "guaranteed", "risk free", "no risk",
    ]
}
