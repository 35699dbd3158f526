import CampaignModel

/// Words of the pages that look ahead: calendar, what-if, tests; and of accounts and settings.
extension Catalogue {
    package enum Outlook {
        package static let calendar = Sentence(zh: "日历", en: "Calendar")
        package static let accounts = Sentence(zh: "账号", en: "Accounts")
        package static let experiments = Sentence(zh: "实验", en: "Experiments")
        package static let whatIf = Sentence(zh: "如果改一改", en: "What if")
        package static let settings = Sentence(zh: "设置", en: "Settings")

        // MARK: Calendar

        package static func calendarHint(_ quiet: String) -> Sentence {
            Sentence(
                zh: "两周内每个账号要发的活动和预计人数。\(quiet)（上海时间）不发送。改时间要改活动文件：这里不能拖动。",
                en: "Each account's campaigns of two weeks with the people expected. Nothing is sent \(quiet) (Shanghai). The file is the truth: nothing is dragged here.")
        }
        package static let earlier = Sentence(zh: "之前两周", en: "Two weeks before")
        package static let later = Sentence(zh: "之后两周", en: "Two weeks after")
        package static let feed = Sentence(zh: "日历文件（iCalendar）", en: "Calendar file (iCalendar)")
        package static let feedHint = Sentence(
            zh: "日历软件可以订阅这个地址：用户名任意，密码是你的令牌。",
            en: "A calendar program can subscribe to this address: any user name, your token as the password.")
        package static func people(_ people: Int, cap: Int) -> Sentence {
            Sentence(zh: "\(people) / \(cap) 人", en: "\(people) / \(cap) people")
        }
        package static let competes = Sentence(zh: "这一天装不下全部", en: "More than the day has")
        package static let planned = Sentence(zh: "以后的场次", en: "to come")
        package static let noAccounts = Sentence(zh: "还没有账号。", en: "No account is configured.")

        // MARK: What if

        package static let whatIfHint = Sentence(
            zh: "左边是现在的预测，右边是改了以后的。什么都不会被改动：要改，请改活动文件或配置。",
            en: "The forecast as it stands beside one with a change. Nothing is changed: for that, change the file or the configuration.")
        package static let pace = Sentence(zh: "速度（如 2/s、50/h）", en: "Pace (2/s, 50/h)")
        package static let start = Sentence(zh: "开始（上海时间）", en: "Start (Shanghai time)")
        package static let order = Sentence(zh: "顺序", en: "Order")
        package static let asItIs = Sentence(zh: "不变", en: "as it is")
        package static let shuffled = Sentence(zh: "打乱", en: "shuffled")
        package static let listed = Sentence(zh: "按名单顺序", en: "as listed")
        package static let ask = Sentence(zh: "算一算", en: "Work it out")
        package static let now = Sentence(zh: "现在", en: "As it stands")
        package static let changed = Sentence(zh: "改了以后", en: "With the change")
        package static func isOver(_ run: String) -> Sentence {
            Sentence(zh: "\(run) 已经结束，没有可预测的了。", en: "\(run) is over: there is nothing left to foretell.")
        }
        package static func hasBegun(_ run: String) -> Sentence {
            Sentence(zh: "\(run) 已经开始，不能再改开始时间。", en: "\(run) has begun: its start cannot be moved any more.")
        }
        package static func badPace(_ text: String) -> Sentence {
            Sentence(zh: "看不懂速度“\(text)”：写成 2/s、30/m 或 50/h。", en: "“\(text)” is no pace: write 2/s, 30/m or 50/h.")
        }

        // MARK: Experiments

        package static let noTests = Sentence(zh: "没有带实验的活动。", en: "No campaign has a test.")
        package static let notLooked = Sentence(zh: "还没有看过结果。", en: "Nobody has looked at it yet.")
        package static let arm = Sentence(zh: "版本", en: "Variant")
        package static let control = Sentence(zh: "对照", en: "control")
        package static let assigned = Sentence(zh: "分到", en: "assigned")
        package static let reached = Sentence(zh: "送达", en: "reached")
        package static let converted = Sentence(zh: "转化", en: "converted")
        package static let rate = Sentence(zh: "比率（区间）", en: "rate (interval)")
        package static let lift = Sentence(zh: "提升", en: "lift")
        package static let guardrails = Sentence(zh: "退订 / 投诉", en: "opted out / reported")
        package static func decideBy(_ moment: String, metric: String) -> Sentence {
            Sentence(
                zh: "看 \(metric)，最晚在 \(moment) 决定。", en: "Judged by \(metric), decided by \(moment) at the latest.")
        }
        package static func looked(_ moment: String) -> Sentence {
            Sentence(zh: "最近一次在 \(moment)。", en: "Last looked at \(moment).")
        }
        package static func split(_ assigned: String, _ delivered: String) -> Sentence {
            Sentence(
                zh: "分组比例正常的概率：分到 \(assigned)，送达 \(delivered)。",
                en: "How likely such a split is: assigned \(assigned), reached \(delivered).")
        }

        // MARK: Settings

        package static let settingsHint = Sentence(
            zh: "正在使用的配置，只能看。要改请改 curfew.yaml 并重启；密钥不会显示。",
            en: "The configuration in force, to read only. Change curfew.yaml and restart; secrets are never shown.")
        package static let key = Sentence(zh: "键", en: "Key")
        package static let value = Sentence(zh: "值", en: "Value")
        package static let peopleAndRoles = Sentence(zh: "人和角色", en: "People and roles")
        package static let noToken = Sentence(zh: "没有令牌", en: "no token")
        package static let allSessions = Sentence(zh: "查看和结束登录", en: "See and end logins")

        // MARK: Account

        package static let platformToken = Sentence(zh: "平台令牌", en: "Platform's token")
        package static let gauges = Sentence(zh: "今天", en: "Today")
        package static let tend = Sentence(zh: "登记", en: "Record something")
        package static let note = Sentence(zh: "说明", en: "Note")
        package static let freeze = Sentence(zh: "登记冻结", en: "Record a freeze")
        package static let appeal = Sentence(zh: "登记申诉成功", en: "Record a successful appeal")
        package static let report = Sentence(zh: "登记一次投诉", en: "Record a report")

        // MARK: The first minute

        package static let firstTitle = Sentence(zh: "第一分钟", en: "The first minute")
        package static let firstPeople = Sentence(
            zh: "在 curfew.yaml 的 people 里至少写一位作者（author）和另一位审核人（reviewer），各有令牌。",
            en: "In curfew.yaml, give people at least one author and another reviewer, each with a token.")
        package static let firstAccounts = Sentence(
            zh: "在 apps 里写发送账号，然后 curfew doctor 会逐项检查。",
            en: "Configure the sending account under apps; `curfew doctor` then checks one thing after the other.")
        package static let firstDrop = Sentence(
            zh: "作者登录，上传名单和活动，或者填表写一个；检查通过后交入审核。",
            en: "The author logs in, uploads a list and a campaign or writes one with the form, and submits it for review.")
        package static let firstReview = Sentence(
            zh: "审核人登录，看气泡和预测，批准；到点就会发送，进度在首页。",
            en: "The reviewer logs in, looks at bubbles and forecast, approves; it is sent in its time and shown here.")
        package static let firstTry = Sentence(
            zh: "想先演练一遍：make demo KEEP=1，对着假平台点完全程。",
            en: "To rehearse first: make demo KEEP=1 clicks through everything against a pretend platform.")
        package static let done = Sentence(zh: "已完成", en: "done")
    }
}
