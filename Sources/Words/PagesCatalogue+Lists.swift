import CampaignModel

/// Words of the pages that list: campaigns, unknown attempts, the audit; and of dropping files.
extension Catalogue.Pages {
    // MARK: Campaigns

    package static let search = Sentence(zh: "搜索标题或编号", en: "Search title or id")
    package static let show = Sentence(zh: "显示", en: "Show")
    package static let allStates = Sentence(zh: "全部状态", en: "every state")
    package static let state = Sentence(zh: "状态", en: "State")
    package static let noneFound = Sentence(zh: "没有符合的活动。", en: "No campaign fits.")
    package static let account = Sentence(zh: "账号", en: "Account")
    package static let title = Sentence(zh: "标题", en: "Title")
    package static let startAt = Sentence(zh: "开始", en: "Start")
    package static let delivered = Sentence(zh: "已送达 / 受众", en: "Delivered / audience")

    // MARK: Unknown queue

    package static let unknownHint = Sentence(
        zh: "这些消息发出后没有收到结果。先在平台后台核实，再选择；选错会多发一次或漏发一次。",
        en: "These were sent and no answer came. Look at the platform first; a wrong choice writes to somebody twice, or never.")
    package static let age = Sentence(zh: "已过", en: "age")
    package static let finalFrom = Sentence(zh: "最晚可改", en: "until")
    package static let evidence = Sentence(zh: "平台日志号", en: "log id")
    package static let choose = Sentence(zh: "选择", en: "choose")
    package static let wasAccepted = Sentence(zh: "确认已送达", en: "They arrived")
    package static let wasNotSent = Sentence(zh: "确认没有发出", en: "They were not sent")
    package static let noneChosen = Sentence(zh: "没有选中任何一个。", en: "Nobody was chosen.")
    package static func settled(_ count: Int) -> Sentence { Sentence(zh: "已了结 \(count) 个。", en: "\(count) settled.") }
    package static func hours(_ hours: Int) -> Sentence { Sentence(zh: "\(hours) 小时", en: "\(hours) h") }

    // MARK: Audit

    package static let auditHint = Sentence(
        zh: "最近 200 条。每一条都连着前一条；用 curfew audit verify 核对整条链。",
        en: "The latest 200 rows. Each is chained to the one before; `curfew audit verify` checks the whole.")
    package static let byPerson = Sentence(zh: "操作人", en: "Person")
    package static let bySubject = Sentence(zh: "对象", en: "Subject")

    // MARK: Drop

    package static let dropTitle = Sentence(zh: "提交活动", en: "Drop a campaign")
    package static let files = Sentence(zh: "文件", en: "Files")
    package static func dropped(_ count: Int) -> Sentence {
        Sentence(zh: "已放入 \(count) 个文件，正在检查。", en: "\(count) files are in the inbox and being checked.")
    }
    package static let verdict = Sentence(zh: "检查结果", en: "Verdict")
    package static let noFiles = Sentence(zh: "没有选择文件，或文件名不能使用。", en: "No file was chosen, or a name cannot be used.")
    package static let dropOff = Sentence(
        zh: "这里不能上传；请把文件放进投放文件夹。", en: "Nothing can be uploaded here; put files into the inbox.")
    package static func uploadTooLarge(_ mebibytes: Int) -> Sentence {
        Sentence(zh: "文件合计超过 \(mebibytes) MiB，没有保留任何一个。", en: "Together larger than \(mebibytes) MiB; none was kept.")
    }
}
