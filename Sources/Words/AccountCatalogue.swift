import CampaignModel

/// What the desk and the commands say about accounts, strategies and what is known of people.
extension Catalogue {
    package enum Account {
        package static let notKept = Sentence(zh: "这里没有账号档案。", en: "No account files are kept here.")
        package static func notFrozen(_ name: String) -> Sentence {
            Sentence(zh: "账号 \(name) 没有被冻结，不需要申诉。", en: "\(name) is not frozen; there is nothing to appeal.")
        }
        package static func unknownQualification(_ id: String) -> Sentence {
            Sentence(
                zh: "没有登记过资质 \(id)。配置文件里的资质要在配置里改。",
                en: "No qualification \(id) was recorded. One from the configuration is changed there.")
        }
        package static let badQualification = Sentence(
            zh: "资质要有 1–64 字节的编号、1–100000 的每日条数，失效要晚于生效。",
            en: "A qualification needs an id of 1–64 bytes, 1–100000 messages a day, and an end after its begin.")
        package static let badCredit = Sentence(zh: "信用分在 0 到 100 之间。", en: "A credit score lies between 0 and 100.")
        package static let badStrategy = Sentence(
            zh: "入口、行为、页面各要 1–64 字节。", en: "Entry, behaviour and page need 1–64 bytes each.")
        package static func strategiesLimit(_ limit: Int) -> Sentence {
            Sentence(
                zh: "一个小程序最多同时启用 \(limit) 个入口策略，请先停用一个。",
                en: "An app has at most \(limit) entry strategies enabled at once; disable one first.")
        }
        package static func tooManyRows(_ limit: Int) -> Sentence {
            Sentence(zh: "一次最多 \(limit) 行。", en: "At most \(limit) rows at once.")
        }
        package static func badWord(_ name: String, _ value: String) -> Sentence {
            Sentence(
                zh: "“\(value)”不能作为 \(name)；什么都没有记录。", en: "“\(value)” is no usable \(name); nothing was recorded.")
        }
        package static func unchanged(_ account: String) -> Sentence {
            Sentence(
                zh: "账号 \(account) 本来就是这样，什么都没有改变，也没有记录。",
                en: "Account \(account) stands so already; nothing was changed and nothing recorded.")
        }
        package static func badValue(_ column: String, _ value: String) -> Sentence {
            Sentence(
                zh: "看不懂 \(column) 的值「\(value)」；这一批没有保存。",
                en: "\(column) cannot be “\(value)”; nothing of this batch was kept.")
        }
        package static let state = Sentence(zh: "状态", en: "state")
        package static let kind = Sentence(zh: "类型", en: "kind")
        private static let kinds = ["personal": "个人号", "enterprise": "企业号", "brand": "品牌号", "staff": "员工号"]
        /// Kind and role by their codes in the configuration.
        package static func standing(_ kind: String, _ role: String, zone: String) -> Sentence {
            Sentence(
                zh: "\(kinds[kind] ?? kind) · \(kinds[role] ?? role) · \(zone)", en: "\(kind) · \(role) · \(zone)")
        }
        package static let app = Sentence(zh: "小程序", en: "app")
        package static let openID = Sentence(zh: "open_id", en: "open_id")
        package static let today = Sentence(zh: "今天", en: "today")
        package static let thisHour = Sentence(zh: "一小时内", en: "within the hour")
        package static let credit = Sentence(zh: "信用分", en: "credit score")
        package static let complaints = Sentence(zh: "举报 / 违规", en: "reports / violations")
        package static let frozen = Sentence(zh: "冻结", en: "frozen")
        package static let banned = Sentence(zh: "封禁", en: "banned")
        package static let qualifications = Sentence(zh: "资质", en: "Qualifications")
        package static let templates = Sentence(zh: "卡片模板", en: "Card templates")
        package static let history = Sentence(zh: "经过", en: "History")
        package static let none = Sentence(zh: "没有", en: "none")
        package static let approved = Sentence(zh: "已通过", en: "approved")
        package static let notApproved = Sentence(zh: "未通过", en: "not approved")
        package static let valid = Sentence(zh: "有效", en: "valid")
        package static let notValid = Sentence(zh: "不在有效期", en: "not valid now")
        package static let enabled = Sentence(zh: "启用", en: "enabled")
        package static let disabled = Sentence(zh: "停用", en: "disabled")
        package static func people(_ count: Int, cap: Int) -> Sentence {
            Sentence(zh: "\(count) / \(cap) 人", en: "\(count) / \(cap) people")
        }
        package static func messages(_ count: Int, cap: Int?) -> Sentence {
            let limit = cap.map { " / \($0)" } ?? ""
            return Sentence(zh: "\(count)\(limit) 条", en: "\(count)\(limit) messages")
        }
        package static func slowed(_ perHour: Int) -> Sentence {
            Sentence(zh: "超过后放慢到每小时 \(perHour) 条", en: "beyond that slowed to \(perHour) an hour")
        }
        package static func frozenSince(_ since: String, until: String) -> Sentence {
            Sentence(
                zh: "自 \(since) 起，平台冻结到 \(until)；记录申诉后才恢复",
                en: "since \(since), at the platform until \(until); opens when an appeal is recorded")
        }
        package static func perDay(_ count: Int) -> Sentence {
            Sentence(zh: "每天 \(count) 条", en: "\(count) a day")
        }
        package static func badRows(_ count: Int, line: Int) -> Sentence {
            Sentence(
                zh: "\(count) 行读不了（第一处在第 \(line) 行），已跳过。",
                en: "\(count) rows cannot be read (the first at line \(line)) and were left out.")
        }
        package static func noList(_ path: String) -> Sentence {
            Sentence(
                zh: "打不开名单 \(path)；要 .xlsx、.csv 或 .jsonl。",
                en: "The list \(path) cannot be opened; it must be .xlsx, .csv or .jsonl.")
        }
        package static func learned(_ rows: Int, changed: Int) -> Sentence {
            Sentence(zh: "读到 \(rows) 人，改动 \(changed) 人。", en: "\(rows) people read, \(changed) changed.")
        }
        package static func templateRefused(_ id: String) -> Sentence {
            Sentence(
                zh: "卡片模板 \(id) 还没有通过平台审核（curfew account template 登记）。",
                en: "The platform has not approved the card template \(id) (`curfew account template` records it).")
        }
        package static func exportNotAllowed(_ account: String) -> Sentence {
            Sentence(
                zh: "账号 \(account) 是个人号，不能导出 CSV。", en: "\(account) is a personal account; CSV is for enterprise ones.")
        }
    }
}

/// The reasons of rules 12, 15–19, 21, 27 and 29, beside their switch so that this stays on a screen.
extension Catalogue {
    static let accountReasons: [Reason: Sentence] = [
        .personalDailyCap: Sentence(
            zh: "个人号今天的条数已到上限，次日继续", en: "The personal account has reached its messages for today; goes on the next day"
        ),
        .riskThrottled: Sentence(
            zh: "一小时内发得多，正在放慢；随时间自动恢复",
            en: "Much was sent within an hour; slowed down, and back to full speed by itself"),
        .accountFrozen: Sentence(
            zh: "账号被冻结（举报加违规，或有人冻结），申诉通过后才能继续（curfew account appeal）",
            en: "Frozen, by reports and a violation or by a person, until an appeal is recorded (curfew account appeal)"
        ),
        .accountBanned: Sentence(zh: "账号被永久封禁，任何命令都不能恢复", en: "The account is banned for good; no command undoes that"),
        .creditScore: Sentence(
            zh: "小程序信用分不足，登记更高的分数之前不发营销",
            en: "The app's credit score is too low; marketing waits until a higher one is recorded"),
        .recipientDnd: Sentence(zh: "在此人自己的免打扰时段内", en: "Within this person's own do-not-disturb hours"),
        .promptExposure: Sentence(
            zh: "授权卡片已向此人展示够多，今天不再展示", en: "Has been shown the authorisation card often enough for today"),
        .tooOften: Sentence(zh: "七天内联系此人太多次，过几天再说", en: "Contacted too often within seven days; waits a few days"),
        .promisedToOtherRun: Sentence(
            zh: "此人今天的一次联系归排在前面的另一场",
            en: "The person's one contact of today belongs to another run that comes first"),
        .alreadyTested: Sentence(
            zh: "此人已经由试发收到过同样的内容，不再发一次",
            en: "Has had the same content by a test-send; it does not go to anybody twice"),
        .noQualification: Sentence(
            zh: "账号没有有效的资质备案，只能按未备案的额度发送", en: "The account has no valid qualification on file, so the lower cap holds"),
        .clockUntrusted: Sentence(
            zh: "本机时钟不可信，为免误入夜间，营销全部暂停",
            en: "This machine's clock is in doubt; marketing waits so that nothing goes out at night"),
        .runExpired: Sentence(zh: "这一场已过有效期", en: "This run is past its last valid moment"),
        .accountRemoved: Sentence(
            zh: "账号已从配置里拿掉，放回配置并重启后继续",
            en: "The account was taken out of the configuration; goes on when it is put back"),
        .startMissed: Sentence(
            zh: "错过了开始时间，按文件里错过开始时的规定，这一场不再发送",
            en: "The start was missed, and by the file's rule for that the run is not sent later"),
    ]
}
