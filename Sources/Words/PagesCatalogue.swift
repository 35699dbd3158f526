import CampaignModel

/// Words of the pages: navigation, buttons, headings. What a figure or a reason means is said by the other parts of the
/// catalogue, in the words that commands and reports use.
extension Catalogue {
    package enum Pages {
        // MARK: The frame

        package static let start = Sentence(zh: "首页", en: "Start")
        package static let campaigns = Sentence(zh: "活动", en: "Campaigns")
        package static let person = Sentence(zh: "查用户", en: "Person")
        package static let unknown = Sentence(zh: "结果不明", en: "Unknown")
        package static let audit = Sentence(zh: "操作记录", en: "Audit")
        package static let drop = Sentence(zh: "提交活动", en: "Drop")
        package static let sessions = Sentence(zh: "登录状态", en: "Sessions")
        package static let menu = Sentence(zh: "导航", en: "Pages")
        package static let toContent = Sentence(zh: "跳到正文", en: "Skip to the content")
        package static let stopAll = Sentence(zh: "全部停止", en: "Stop all")
        package static let stoppedNow = Sentence(zh: "全部发送已停止。", en: "All sending is stopped.")
        package static let goOn = Sentence(zh: "恢复发送…", en: "Start again…")
        package static let back = Sentence(zh: "返回", en: "Back")
        package static let more = Sentence(zh: "下一页", en: "Next page")
        package static func stands(_ at: String) -> Sentence { Sentence(zh: "数据时间 \(at)", en: "As of \(at)") }

        // MARK: Logging in

        package static let logIn = Sentence(zh: "登录", en: "Log in")
        package static let logOut = Sentence(zh: "退出", en: "Log out")
        package static let token = Sentence(zh: "你的令牌", en: "Your token")
        package static let tokenHint = Sentence(
            zh: "管理员给你的一串字符。只用来登录这一次，浏览器里不保存。",
            en: "The word that your operator gave you. It is used for this one login and not kept in the browser.")
        package static let orName = Sentence(zh: "或者（仅演练）姓名", en: "Or, on a rehearsal only, your name")
        package static let loginNeeded = Sentence(
            zh: "请先登录。登录会在 12 小时不用或 7 天后失效；令牌更换后也会失效。",
            en: "Please log in. A login ends after 12 hours without use, after 7 days, and when its token is replaced.")
        package static let loginFailed = Sentence(
            zh: "没有人有这个令牌。请完整粘贴，不要带空格；仍不行就请管理员换一个。",
            en: "Nobody has this token. Paste all of it, without spaces; if that does not help, ask for a new one.")
        package static let secondProofNeeded = Sentence(
            zh: "这一步不能收回，请再输入一次你的令牌（十分钟内有效）。什么都还没有改变。",
            en: "This cannot be taken back: give your token once more (it holds for ten minutes). Nothing was changed yet.")
        package static let tokenAgain = Sentence(zh: "再输入一次令牌", en: "Your token once more")
        package static let noSession = Sentence(zh: "没有这个登录，可能已经结束。", en: "There is no such login; it may have ended.")
        package static let since = Sentence(zh: "登录于", en: "Since")
        package static let lastSeen = Sentence(zh: "最近使用", en: "Last used")
        package static let thisOne = Sentence(zh: "这一个", en: "this one")
        package static let end = Sentence(zh: "结束", en: "End it")
        package static let sessionsHint = Sentence(
            zh: "不认识的登录请立即结束，并请管理员更换令牌。",
            en: "End what you do not know at once, and ask for a new token.")
        package static func loggedInAs(_ name: String) -> Sentence {
            Sentence(zh: "已登录：\(name)", en: "Logged in: \(name)")
        }

        // MARK: Needs a person

        package static let needs = Sentence(zh: "需要有人处理", en: "Needs a person")
        package static func needsCount(_ count: Int) -> Sentence {
            Sentence(zh: "有 \(count) 件事要处理。", en: "\(count) things wait for somebody.")
        }
        package static let nothingNeeded = Sentence(zh: "现在没有需要人处理的事。", en: "Nothing waits for anybody.")
        package static let review = Sentence(zh: "审核", en: "Review")
        package static let waitsForReview = Sentence(zh: "等待审核", en: "Waits for review")
        package static func mayBeBy(_ names: [String]) -> Sentence {
            names.isEmpty
                ? Sentence(
                    zh: "没有人可以审核它：请在配置里加一位不是作者的审核人。",
                    en: "Nobody may review it: configure a reviewer who is not its author.")
                : Sentence(
                    zh: "可由 \(names.joined(separator: "、")) 审核",
                    en: "May be reviewed by \(names.joined(separator: ", "))")
        }
        package static func unknownUntil(_ count: Int, final: String?) -> Sentence {
            Sentence(
                zh: "有 \(count) 人结果不明：可能已送达，所以不会自动重发" + (final.map { "；最早的一个在 \($0) 之后不能再改" } ?? ""),
                en: "\(count) unknown: they may have arrived, so nothing is sent again by itself"
                    + (final.map { "; the oldest is final from \($0) on" } ?? ""))
        }
        package static let settle = Sentence(zh: "去了结", en: "Settle them")
        package static func accountClosed(_ name: String) -> Sentence {
            Sentence(zh: "账号 \(name) 停住了，要有人处理", en: "Account \(name) stands until somebody acts")
        }
        package static func willNotFit(_ title: String, _ left: Int) -> Sentence {
            Sentence(zh: "「\(title)」发不完：\(left) 人轮不到", en: "“\(title)” will not fit: \(left) people would be left out")
        }

        // MARK: Start page

        package static let live = Sentence(zh: "进行中的场次", en: "Living runs")
        package static let accounts = Sentence(zh: "账号", en: "Accounts")
        package static let firstMinute = Sentence(
            zh: "还没有活动。把活动文件和名单放进投放文件夹，几秒后它就出现在这里等待审核。",
            en: "No campaign yet. Put a campaign file and its list into the inbox; in seconds it waits here for its review.")

        // MARK: Review

        package static let difference = Sentence(zh: "与上一版相比", en: "Against the version before")
        package static let firstVersion = Sentence(
            zh: "这是第一版，没有可比的旧版。", en: "This is the first version; there is none before it.")
        package static let findings = Sentence(zh: "机器审核的发现", en: "What the machine found")
        package static let noFindings = Sentence(zh: "机器没有发现问题。", en: "The machine found nothing.")
        package static let messages = Sentence(zh: "用户会看到什么", en: "What people will see")
        package static func sample(_ kind: Int, _ openID: String) -> Sentence {
            switch kind {
            case 0: Sentence(zh: "名单第一人 \(openID)", en: "the first of the list, \(openID)")
            case 1: Sentence(zh: "内容最长的人 \(openID)", en: "who has the longest values, \(openID)")
            default: Sentence(zh: "空值最多的人 \(openID)", en: "who has the emptiest values, \(openID)")
            }
        }
        package static let noSamples = Sentence(
            zh: "没有名单行可以预览：受众来自平台授权用户，或名单已按期限删除。",
            en: "There is no row to show: the audience comes from the platform, or the list was deleted by age.")
        package static let image = Sentence(zh: "图片", en: "Image")
        package static let forecast = Sentence(zh: "预计", en: "Forecast")
        package static let noForecast = Sentence(
            zh: "预计还在计算，稍后刷新。", en: "The forecast is still being made; look again in a moment.")
        package static let waterfall = Sentence(zh: "谁收得到，谁收不到", en: "Who is reached, and who is not")
        package static let reached = Sentence(zh: "会发到", en: "would be written to")
        package static let perQuarter = Sentence(zh: "每一刻钟的人数", en: "People by quarter of an hour")
        package static let digestLabel = Sentence(zh: "内容指纹", en: "Digest")
        package static let approve = Sentence(zh: "批准这个版本", en: "Approve this version")
        package static let approveHint = Sentence(
            zh: "批准的就是这一页显示的内容；文件若已改过，会提示重新查看。",
            en: "What you approve is what this page shows; if the file has changed meanwhile, you are asked to look again.")
        package static let reject = Sentence(zh: "驳回", en: "Reject")
        package static let note = Sentence(zh: "理由（作者会在报告里看到）", en: "Why (its author reads it in the report)")
        package static let noteNeeded = Sentence(
            zh: "驳回要写理由，作者才知道改什么。什么都没有改变。",
            en: "A rejection needs a note: its author must know what to mend. Nothing was changed.")
        package static func noteTooLong(_ max: Int) -> Sentence {
            Sentence(zh: "理由最多 \(max) 字。", en: "A note has at most \(max) characters.")
        }
        package static func rejectedBy(_ person: String, at: String) -> Sentence {
            Sentence(zh: "\(person) 于 \(at) 驳回：", en: "Rejected by \(person) at \(at):")
        }
        package static let changedTitle = Sentence(zh: "文件已经改过", en: "The file has changed")
        package static let lookAgain = Sentence(zh: "重新查看", en: "Look again")
        package static let notYours = Sentence(
            zh: "你是作者，不能审核自己的文件。", en: "You wrote this file; somebody else reviews it.")
        package static let noReviewer = Sentence(zh: "审核需要审核人角色。", en: "Reviewing takes the role reviewer.")
        package static let alreadyGiven = Sentence(
            zh: "你已经批准，还需要另一位审核人。", en: "You have approved it; another reviewer has to.")
        package static func version(_ number: Int, file: String) -> Sentence {
            Sentence(zh: "第 \(number) 版，文件 \(file)", en: "version \(number), file \(file)")
        }
        package static func share(_ percent: String) -> Sentence {
            Sentence(zh: "占 \(percent)", en: "\(percent) of the people")
        }

        // MARK: Run

        package static let progress = Sentence(zh: "进展", en: "Progress")
        package static let reasons = Sentence(zh: "原因", en: "Reasons")
        package static let whoIsIt = Sentence(zh: "看名单", en: "who they are")
        package static let planAndActual = Sentence(zh: "预计与实际", en: "Plan against actual")
        package static let plan = Sentence(zh: "预计", en: "plan")
        package static let actual = Sentence(zh: "实际", en: "actual")
        package static let quarter = Sentence(zh: "时段", en: "from")
        package static let variants = Sentence(zh: "各版本", en: "Variants")
        package static let acts = Sentence(zh: "谁做了什么", en: "Who did what")
        package static let noActs = Sentence(zh: "还没有人操作过。", en: "Nobody has acted yet.")
        package static let doSomething = Sentence(zh: "操作", en: "Acts")
        package static let pause = Sentence(zh: "暂停", en: "Pause")
        package static let resume = Sentence(zh: "恢复", en: "Resume")
        package static let cancel = Sentence(zh: "取消这一场", en: "Cancel this run")
        package static let recall = Sentence(zh: "撤回已发消息", en: "Recall messages")
        package static let testSend = Sentence(zh: "试发", en: "Test-send")
        package static let testTo = Sentence(zh: "发给（配置里的测试用户 open_id）", en: "To (open_id of a configured test person)")
        package static let testVariant = Sentence(zh: "版本", en: "Variant")
        package static let nothingToDo = Sentence(
            zh: "这一场已经结束，没有可做的操作。", en: "This run is over; there is nothing to do.")
        package static let lookAtReview = Sentence(zh: "去审核页", en: "Open the review")
        package static let lookAtRun = Sentence(zh: "去场次页", en: "Open the run")

        // MARK: People of a run

        package static let people = Sentence(zh: "用户", en: "People")
        package static let nobodyThere = Sentence(zh: "这里没有人。", en: "Nobody is here.")
        package static let until = Sentence(zh: "时间", en: "when")

        // MARK: Person

        package static let findPerson = Sentence(zh: "查一个用户", en: "Find a person")
        package static let openID = Sentence(zh: "open_id", en: "open_id")
        package static let find = Sentence(zh: "查找", en: "Find")
        package static let consents = Sentence(zh: "授权", en: "Consents")
        package static let noConsents = Sentence(zh: "没有授权记录。", en: "No consent is known.")
        package static func consent(_ code: Int) -> Sentence {
            switch code {
            case 1: Sentence(zh: "已授权", en: "authorised")
            case 2: Sentence(zh: "已撤回", en: "withdrawn")
            default: Sentence(zh: "没有授权", en: "none")
            }
        }
        package static let checked = Sentence(zh: "查证于", en: "checked")
        package static let expires = Sentence(zh: "到期", en: "expires")
        package static let lists = Sentence(zh: "名单", en: "Lists")
        package static func listed(denies: Bool, account: String?, by person: String, since: String) -> Sentence {
            let (zh, en) = denies ? ("不再联系", "denied") : ("允许", "allowed")
            return Sentence(
                zh: "\(zh)（\(account ?? "全部账号")），\(person) 于 \(since)",
                en: "\(en) (\(account ?? "every account")), by \(person) since \(since)")
        }
        package static let noLists = Sentence(zh: "不在任何名单里。", en: "On no list.")
        package static let contacts = Sentence(zh: "近 30 天的联系", en: "Contacts of the last 30 days")
        package static let noContacts = Sentence(zh: "近 30 天没有联系过。", en: "No contact in the last 30 days.")
        package static let events = Sentence(zh: "事件", en: "Events")
        package static let rules = Sentence(zh: "每一条规则", en: "Every rule")
        package static let nextAllowed = Sentence(zh: "最早可联系", en: "Next allowed moment")
        package static let noRunsOfPerson = Sentence(zh: "不在任何场次里。", en: "In no run.")
        package static let deny = Sentence(zh: "不再联系", en: "Never write again")
        package static let undeny = Sentence(zh: "解除不再联系", en: "Take that back")
        package static let erase = Sentence(zh: "删除这个人的全部资料", en: "Erase this person")
        package static let eraseHint = Sentence(
            zh: "不能恢复：名单、授权、事件都会删除，只留下合计。请再写一次 open_id。",
            en: "It cannot be undone: lists, consents and events go, only sums stay. Write the open_id once more.")
        package static let openIDAgain = Sentence(zh: "再写一次 open_id", en: "The open_id once more")

        // MARK: Stop all

        package static let stopTitle = Sentence(zh: "停止全部发送", en: "Stop all sending")
        package static func whatStops(runs: Int, open: Int) -> Sentence {
            Sentence(
                zh: "\(runs) 个场次会立刻停下，新的消息不再发出。在途的 \(open) 个请求会自己结束，不能收回。",
                en: "\(runs) runs stop at once and no new message leaves. The \(open) requests on the wire end by themselves; they cannot be taken back.")
        }
        package static let stopNow = Sentence(zh: "现在停止", en: "Stop now")
        package static let goTitle = Sentence(zh: "恢复全部发送", en: "Start all sending again")
        package static func whatGoes(runs: Int) -> Sentence {
            Sentence(zh: "\(runs) 个进行中的场次会按规则继续发送。", en: "\(runs) living runs go on by their rules.")
        }
        package static let goNow = Sentence(zh: "恢复发送", en: "Start again")
        package static let goNeedsOperator = Sentence(zh: "恢复发送需要操作员角色。", en: "Starting again takes the role operator.")

        // MARK: Troubles

        package static let notDone = Sentence(zh: "没有完成", en: "Not done")
        package static let liveOff = Sentence(
            zh: "连接断开，每 10 秒刷新。", en: "The live connection is gone; refreshing every 10 seconds.")
    }
}
