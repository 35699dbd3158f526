import CampaignModel

/// One key of `curfew.yaml`: the check for unknown keys, the reading, the defaults and the example file all come from
/// this one table.
package struct SettingKey: Sendable {
    package enum Kind: Sendable, Equatable {
        case text(lengthMax: Int)
        case path
        case secret
        case integer(ClosedRange<Int>)
        /// `5s`, `30m`, `1500ms`.
        case duration(ClosedRange<Duration>)
        case boolean
        case oneOf([String])
        case someOf([String])
        /// A list of free texts.
        case texts(lengthMax: Int, countMax: Int)
        case secrets
        case pace
        /// `22:00-08:00`, half-open.
        case dayWindow
        case zone
        /// A day or a moment on Shanghai's wall.
        case moment
        /// `https://host[:port]`, `http://` for loopback.
        case baseURL
        /// `host:port`.
        case listenAddress
        /// A block of further keys.
        case block
        /// A list of blocks.
        case blocks(countMax: Int)
    }

    package enum Need: Sendable, Equatable {
        /// Written as it stands in the file.
        case defaultsTo(String)
        /// Without a default; nothing is set when it is missing.
        case optional(example: String)
        case required(example: String)
        /// Blocks: whether they are written is their keys' matter.
        case structure
    }

    /// `platform.timeout`, `apps[].accounts[].pace`.
    package let path: String
    package let kind: Kind
    package let need: Need
    package let prose: Sentence

    init(_ path: String, _ kind: Kind, _ need: Need, zh: String, en: String) {
        (self.path, self.kind, self.need) = (path, kind, need)
        prose = Sentence(zh: zh, en: en)
    }

    /// The last word of the path.
    package var name: String { path.split(separator: ".").last.map { String($0.prefix { $0 != "[" }) } ?? path }
    /// The path of the block it stands in; empty at the top.
    package var parent: String { path.split(separator: ".").dropLast().joined(separator: ".") }
}

extension Catalogue {
    package static let nameLengthMax = 64
    package static let openIDLengthMax = 128

    /// In the order of the example file.
    package static let settingKeys: [SettingKey] =
        topKeys + platformKeys + peopleKeys + testPeopleKeys + appKeys + accountKeys + ruleKeys + reviewKeys + eventKeys
        + notifyKeys + holdoutKeys
        + limitKeys

    private static let topKeys = [
        SettingKey(
            "state", .path, .defaultsTo("/var/lib/curfew"),
            zh: "状态目录:账本和锁都在这里,只许守护进程写", en: "State directory: the ledger and its lock; only the daemon writes here"),
        SettingKey(
            "inbox", .path, .defaultsTo("Campaigns/inbox"),
            zh: "投放文件夹;相对路径从工作目录算起", en: "Drop folder; a relative path counts from the working directory"),
        SettingKey(
            "language", .oneOf(Language.allCases.map(\.rawValue)), .defaultsTo("zh"),
            zh: "报告和页面的语言", en: "Language of reports and pages"),
        SettingKey(
            "keep_audience_files", .boolean, .defaultsTo("false"),
            zh: "导入后把人群文件留在文件夹里(里面有个人标识)",
            en: "Leave audience files in the folder after import (they hold personal ids)"),
        SettingKey(
            "trust_as", .boolean, .defaultsTo("false"),
            zh: "接受不带令牌的 --as NAME;仅当平台在本机时可用",
            en: "Accept --as NAME without a token; only while the platform is on this machine"),
    ]

    private static let platformKeys = [
        SettingKey("platform", .block, .structure, zh: "平台", en: "The platform"),
        SettingKey(
            "platform.base_url", .baseURL, .defaultsTo("https://open.douyin.com"),
            zh: "平台地址;明文 http 只许本机", en: "Its address; plain http only for this machine"),
        SettingKey(
            "platform.timeout", .duration(.milliseconds(100) ... .seconds(60)), .defaultsTo("5s"),
            zh: "一次请求的总时限;安静时段前会留出这段时间", en: "Limit of one whole exchange; the quiet hours keep this distance"),
        SettingKey(
            "platform.concurrency", .integer(1...1024), .defaultsTo("64"),
            zh: "同时在途的请求数上限;进程被杀时最多这么多条结果不明",
            en: "Requests on the wire at once; a killed daemon leaves at most this many unknown"),
        SettingKey("http", .block, .structure, zh: "守护进程自己的门", en: "The daemon's own door"),
        SettingKey(
            "http.listen", .listenAddress, .defaultsTo("127.0.0.1:9470"),
            zh: "页面和指标的地址;不是本机地址就要有证书(tls_certificate)",
            en: "Pages and metrics; an address that is not this machine's own needs a certificate (tls_certificate)"),
        SettingKey(
            "http.socket", .path, .defaultsTo("/run/curfew/curfew.sock"),
            zh: "命令行使用的本地套接字", en: "The local socket that commands use"),
        SettingKey(
            "http.socket_group", .text(lengthMax: nameLengthMax), .optional(example: "curfew"),
            zh: "哪个用户组可以用这个套接字(权限 0660);不写则只有服务自己的用户",
            en: "The group that may use the socket (mode 0660); without it only the service's own user"),
        SettingKey(
            "http.origin", .baseURL, .optional(example: "https://curfew.example"),
            zh: "反向代理(TLS)后面,浏览器里看到的地址;写了以后登录凭据只走 TLS",
            en: "Behind a proxy that speaks TLS: the address browsers see; logins then travel over TLS only"),
        SettingKey(
            "http.tls_certificate", .path, .optional(example: "/etc/curfew/tls/fullchain.pem"),
            zh: "http.listen 自己做 TLS:证书和证书链(PEM);换新后自动重读",
            en: "http.listen speaks TLS itself: the certificate with its chain (PEM), read anew when renewed"),
        SettingKey(
            "http.tls_key", .secret, .optional(example: "\"file:/etc/curfew/tls/privkey.pem\""),
            zh: "证书的私钥所在(PEM,不带口令)", en: "Where the certificate's key lies (PEM, without a password)"),
        SettingKey(
            "http.proxy_user", .text(lengthMax: nameLengthMax), .optional(example: "www-data"),
            zh: "反向代理进程的系统用户:它经 http.socket 来时,它说是谁就是谁(身份由代理核实,例如 OIDC)",
            en: "The system user a proxy runs as: on http.socket it is believed who somebody is (it has proved them, by OIDC say)"),
        SettingKey(
            "http.proxy_header", .text(lengthMax: nameLengthMax), .defaultsTo("X-Forwarded-User"),
            zh: "代理在哪个请求头里写人名;名字和 people[].name 一样",
            en: "The request header in which the proxy names the person, as people[].name does"),
    ]

    private static let peopleKeys = [
        SettingKey(
            "people", .blocks(countMax: 500), .structure,
            zh: "谁可以做什么;凭令牌认人,名字从不作数", en: "Who may do what; a token proves a person, never a name alone"),
        SettingKey(
            "people[].name", .text(lengthMax: nameLengthMax), .required(example: "marketing"),
            zh: "活动文件 author 里写的名字", en: "What campaign files write as author"),
        SettingKey(
            "people[].roles", .someOf(PersonRole.allCases.map(\.rawValue)), .required(example: "[author]"),
            zh: "author 提交,reviewer 审核别人的,operator 暂停、恢复、取消和管账号",
            en: "author submits, reviewer approves what others wrote, operator pauses, resumes, cancels, tends accounts"
        ),
        SettingKey(
            "people[].token", .secret, .optional(example: "\"credential:marketing\""),
            zh: "令牌所在:credential:NAME 或 file:PATH(权限 0600)",
            en: "Where the token lies: credential:NAME or file:PATH (mode 0600)"),
        SettingKey(
            "people[].expires", .moment, .optional(example: "2027-06-30"),
            zh: "令牌从这一刻起失效(上海时间);给机器用的令牌都应该写",
            en: "From this moment on (Shanghai's wall) the token proves nobody; a machine's should always have one"),
        SettingKey(
            "people[].unix_user", .text(lengthMax: nameLengthMax), .optional(example: "wang"),
            zh: "此人投放文件时的系统用户;文件属于别人而 author 写此人会被拒收",
            en: "The system user whose dropped files are this person's; a file of another person's user is refused"),
    ]

    private static let testPeopleKeys = [
        SettingKey(
            "test_people", .blocks(countMax: 100), .structure,
            zh: "试发只能发给这些人,每账号每天最多 20 次",
            en: "The only people a test-send may reach; at most 20 a day and account"),
        SettingKey(
            "test_people[].account", .text(lengthMax: nameLengthMax), .required(example: "flagship"),
            zh: "账号名", en: "The account's name"),
        SettingKey(
            "test_people[].open_ids", .texts(lengthMax: openIDLengthMax, countMax: 200),
            .required(example: "[\"_000colleague\"]"), zh: "同事的 open_id", en: "Open_ids of colleagues"),
    ]

    private static let appKeys = [
        SettingKey("apps", .blocks(countMax: 100), .structure, zh: "小程序", en: "Mini-programs"),
        SettingKey(
            "apps[].id", .text(lengthMax: nameLengthMax), .required(example: "tt0000000000000000"),
            zh: "平台上的小程序 id", en: "The platform's id of it"),
        SettingKey(
            "apps[].client_key", .text(lengthMax: nameLengthMax), .required(example: "tt0000000000000000"),
            zh: "client_key", en: "client_key"),
        SettingKey(
            "apps[].client_secret", .secret, .required(example: "\"credential:app-secret\""),
            zh: "client_secret 所在,从不直接写在这里", en: "Where client_secret lies; never written out here"),
        SettingKey(
            "apps[].webhook_secrets", .secrets, .required(example: "[\"credential:webhook\"]"),
            zh: "回调签名密钥所在;账号令牌也用第一个去要;更换期间可写两个",
            en: "Where the callback secrets lie; account tokens are asked for with the first; two while one is replaced"
        ),
        SettingKey(
            "apps[].credit", .integer(0...100), .defaultsTo("100"),
            zh: "小程序信用分", en: "The app's credit score"),
        SettingKey(
            "apps[].in_trial", .boolean, .defaultsTo("false"),
            zh: "仍在平台试用期:什么都不发", en: "Still in the platform's trial: nothing is sent"),
    ]

    private static let accountKeys = [
        SettingKey("apps[].accounts", .blocks(countMax: 1000), .structure, zh: "账号", en: "Accounts"),
        SettingKey(
            "apps[].accounts[].name", .text(lengthMax: nameLengthMax), .required(example: "flagship"),
            zh: "活动文件 account 里写的名字", en: "What campaign files write as account"),
        SettingKey(
            "apps[].accounts[].open_id", .text(lengthMax: openIDLengthMax), .required(example: "\"_000example\""),
            zh: "账号的 open_id", en: "The account's open_id"),
        SettingKey(
            "apps[].accounts[].kind", .oneOf(AccountSettings.Kind.allCases.map(\.rawValue)),
            .required(example: "enterprise"), zh: "个人号或企业号", en: "Personal or enterprise"),
        SettingKey(
            "apps[].accounts[].role", .oneOf(AccountSettings.Role.allCases.map(\.rawValue)), .defaultsTo("brand"),
            zh: "品牌号可代员工号请求授权", en: "A brand account may ask for authorisation on behalf of a staff one"),
        SettingKey(
            "apps[].accounts[].pace", .pace, .defaultsTo("\"2/s,burst=10\""),
            zh: "匀速:每秒几次、停顿后可连发几次", en: "Even pace: contacts a second, and how many may start at once after a pause"),
        SettingKey(
            "apps[].accounts[].zone", .zone, .defaultsTo("Asia/Shanghai"),
            zh: "账号时区;只会让可发时间更短", en: "The account's zone; it can only narrow when sending is allowed"),
        SettingKey(
            "apps[].accounts[].allow_list_only", .boolean, .defaultsTo("false"),
            zh: "只发给允许名单上的人", en: "Only people on the account's allow list may be written to"),
        SettingKey(
            "apps[].accounts[].qualification", .block, .structure,
            zh: "资质:提高每日批量上限(不提高人数上限)", en: "Qualification: lifts the daily batch cap, never the cap on users"),
        SettingKey(
            "apps[].accounts[].qualification.id", .text(lengthMax: nameLengthMax), .required(example: "q-2026-001"),
            zh: "编号", en: "Its number"),
        SettingKey(
            "apps[].accounts[].qualification.messages_per_day", .integer(1...100_000), .required(example: "15000"),
            zh: "每日条数", en: "Messages a day"),
        SettingKey(
            "apps[].accounts[].qualification.valid_from", .moment, .required(example: "2026-01-01"),
            zh: "生效(上海时间)", en: "First moment, on Shanghai's wall"),
        SettingKey(
            "apps[].accounts[].qualification.valid_to", .moment, .required(example: "2027-01-01"),
            zh: "失效(上海时间,不含)", en: "End, on Shanghai's wall, exclusive"),
    ]

    private static let ruleKeys = [
        SettingKey(
            "rules", .block, .structure,
            zh: "规则:只能更严,除非注明", en: "Rules: narrower only, unless said otherwise"),
        SettingKey(
            "rules.quiet_hours", .dayWindow, .defaultsTo("22:00-08:00"),
            zh: "安静时段(上海时间);可以更长,不可以更短", en: "Quiet hours on Shanghai's wall; may be longer, never shorter"),
        SettingKey(
            "rules.daily_users_cap", .integer(0...5000), .defaultsTo("5000"),
            zh: "每账号每日人数", en: "People an account may contact in a day"),
        SettingKey(
            "rules.daily_batch_cap", .integer(0...500), .defaultsTo("500"),
            zh: "无资质时每账号每日条数", en: "Messages an account without qualification may send in a day"),
        SettingKey(
            "rules.batch_size", .integer(1...500), .defaultsTo("500"),
            zh: "每批人数", en: "Recipients of one batch"),
        SettingKey(
            "rules.contacts_per_app_per_day", .integer(1...10), .defaultsTo("1"),
            zh: "同一小程序的所有账号每日联系同一人的次数;可以调高",
            en: "Contacts of one person in a day by all accounts of an app; may be raised"),
        SettingKey(
            "rules.rolling_day", .boolean, .defaultsTo("false"),
            zh: "每日上限同时按任意 24 小时计算", en: "Hold the daily caps over any 24 hours as well"),
        SettingKey(
            "rules.consent_age_max", .duration(.seconds(60) ... .hours(24)), .defaultsTo("24h"),
            zh: "授权证据的最长期限,过期先查询", en: "Evidence of consent older than this is asked for again"),
        SettingKey(
            "rules.stock", .oneOf(RuleSettings.StockModel.allCases.map(\.rawValue)), .defaultsTo("daily"),
            zh: "消息库存:daily 每日更新,counted 按授权次数", en: "Message stock: daily renewal, or counted per authorisation"),
        SettingKey(
            "rules.prompts", .oneOf(RuleSettings.PromptModel.allCases.map(\.rawValue)), .defaultsTo("three-a-day"),
            zh: "授权卡片:每人每天三次,或拒绝两次后七天不再展示",
            en: "Authorisation cards: three a day each, or none for seven days after two refusals"),
        SettingKey(
            "rules.risk_messages_per_hour", .integer(1...50), .defaultsTo("50"),
            zh: "一小时内超过这么多条就放慢,之后自动恢复",
            en: "Beyond so many messages within an hour an account is slowed, and recovers by itself"),
        SettingKey(
            "rules.credit_min", .integer(80...100), .defaultsTo("80"),
            zh: "小程序信用分低于它就不发营销", en: "Below this credit score an app sends no marketing"),
        SettingKey(
            "rules.contacts_per_week", .integer(0...7), .defaultsTo("0"),
            zh: "同一小程序七天内最多联系同一人几次;0 只提醒",
            en: "Contacts of one person by an app in seven days at most; 0 only warns of more than three"),
    ]

    private static let limitKeys = [
        SettingKey("limits", .block, .structure, zh: "时限", en: "Limits of time"),
        SettingKey(
            "limits.stop_timeout", .duration(.seconds(1) ... .minutes(10)), .defaultsTo("30s"),
            zh: "停机时等待在途请求多久;服务单元的 TimeoutStopSec 要更长",
            en: "How long a stop waits for requests on the wire; TimeoutStopSec of the unit must be longer"),
        SettingKey(
            "limits.step_timeout", .duration(.seconds(10) ... .minutes(30)), .defaultsTo("2m"),
            zh: "一步超过这么久即视为卡住,不再喂看门狗", en: "A step that takes longer is stuck, and the watchdog is no longer fed"),
        SettingKey(
            "limits.clock_doubt", .duration(.zero ... .minutes(5)), .defaultsTo("500ms"),
            zh: "本机时钟可能的误差;安静时段前会留出", en: "By how much this clock may be wrong; the quiet hours keep this distance"),
        SettingKey(
            "limits.keep_contents", .duration(.days(1) ... .days(90)), .defaultsTo("90d"),
            zh: "场次结束后,文案、图片和名单字段保留多久(规则 24)",
            en: "How long texts, images and people's fields are kept after a run has ended (rule 24)"),
        SettingKey(
            "limits.keep_records", .duration(.days(7) ... .days(180)), .defaultsTo("180d"),
            zh: "场次结束后,逐人记录保留多久;之后只剩计数(规则 24)",
            en: "How long the records of single people are kept after a run has ended; then only counts (rule 24)"),
        SettingKey(
            "limits.reports_beside", .duration(.hours(1) ... .days(90)), .defaultsTo("7d"),
            zh: "场次结束后,报告在原处留多久;之后移到 inbox/reports/年-月/",
            en: "How long a report stays beside its file after the run; then it goes to inbox/reports/YYYY-MM/"),
    ]
}
