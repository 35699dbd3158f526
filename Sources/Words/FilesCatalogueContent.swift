import CampaignModel

/// What a marketer reads about people, accounts, contents and splits of a campaign file.
extension Catalogue.Files {
    package static func unknownAuthor(_ name: String) -> Sentence {
        Sentence(zh: "配置里没有名叫“\(name)”的人。", en: "The configuration knows no person named “\(name)”.")
    }
    package static func unknownAccount(_ name: String) -> Sentence {
        Sentence(zh: "配置里没有名叫“\(name)”的账号。", en: "The configuration knows no account named “\(name)”.")
    }
    package static let filesMissing = Sentence(
        zh: "名单来自文件（source: files），但没有写 files。",
        en: "The audience comes from files (source: files), but no file is named.")
    package static let filesNotUsed = Sentence(
        zh: "source: authorized 时不能写 files。", en: "With source: authorized no files can be named.")
    package static func unknownCondition(_ column: String) -> Sentence {
        Sentence(
            zh: "source: authorized 时没有“\(column)”这个条件，可用：authorized_since、entered_from、last_contacted、replied。",
            en: "With source: authorized there is no condition “\(column)”; there are authorized_since, entered_from, last_contacted, replied.")
    }
    package static func badCondition(_ column: String, value: String) -> Sentence {
        Sentence(zh: "条件“\(column)”看不懂：“\(value)”。", en: "The condition on “\(column)” makes no sense: “\(value)”.")
    }
    package static func messageKind(_ count: Int) -> Sentence {
        Sentence(zh: "一条消息只能有一种内容，这里有 \(count) 种。", en: "A message is of exactly one kind; here are \(count).")
    }
    package static func fieldInPath(_ path: String) -> Sentence {
        Sentence(
            zh: "卡片的 path 里不能放字段，会原样发出：“\(path)”。把字段放到 query 里。",
            en: "The path of a card takes no fields, it would go out as it stands: “\(path)”. Put the field into query."
        )
    }
    package static func contentNotAllowed(_ variant: String) -> Sentence {
        Sentence(
            zh: "版本“\(variant)”里没有小程序卡片、优惠券或授权卡片；主动私信至少要有一个。",
            en: "Variant “\(variant)” has no mini-program card, coupon or authorisation card; a proactive contact needs at least one.")
    }
    package static func authorizationCardOwner(_ sender: String, asked: String) -> Sentence {
        Sentence(
            zh: "“\(sender)”不能为“\(asked)”请求授权：员工号只能为自己，品牌号只能为自己和员工号。",
            en: "“\(sender)” may not ask for “\(asked)”: a staff account asks only for itself, a brand account for itself and for staff accounts.")
    }
    package static func authorizationCardApp(_ sender: String, asked: String) -> Sentence {
        Sentence(
            zh: "“\(asked)”属于另一个小程序，“\(sender)”不能为它请求授权：授权只在同一个小程序里有效。",
            en: "“\(asked)” belongs to another app, so “\(sender)” may not ask for it: an authorisation holds within one app.")
    }
    package static func badCoupon(_ key: String, value: String) -> Sentence {
        Sentence(
            zh: "\(key) 的值“\(value)”不是优惠券编号：平台的编号是最多 19 位的数字，开头不是 0。",
            en: "The \(key) “\(value)” is no coupon number: the platform's have at most 19 digits and do not begin with 0.")
    }
    package static func imageSkips(_ variant: String) -> Sentence {
        Sentence(
            zh: "版本“\(variant)”有图片但没有 fallback：不是互相关注的人会被跳过。",
            en: "Variant “\(variant)” has an image and no fallback: people who are not mutual followers are skipped.")
    }
    package static func badFallback(_ name: String) -> Sentence {
        Sentence(
            zh: "fallback“\(name)”必须是另一个没有图片的版本。",
            en: "The fallback “\(name)” must be another variant, without an image.")
    }
    package static func fallbackNotUsed(_ variant: String) -> Sentence {
        Sentence(
            zh: "版本“\(variant)”没有图片，fallback 不起作用。",
            en: "Variant “\(variant)” has no image; its fallback has no effect.")
    }
    package static func badImageType(_ name: String) -> Sentence {
        Sentence(
            zh: "图片“\(name)”必须是 jpg、jpeg、png、bmp 或 webp。",
            en: "The image “\(name)” must be jpg, jpeg, png, bmp or webp.")
    }
    package static func duplicateName(_ name: String) -> Sentence {
        Sentence(zh: "名字“\(name)”用了两次。", en: "The name “\(name)” is used twice.")
    }
    package static func unknownField(_ name: String) -> Sentence {
        Sentence(
            zh: "用到了 {{\(name)}}，但 fields 里没有“\(name)”。",
            en: "{{\(name)}} is used, but “\(name)” is not declared under fields.")
    }
    package static func fieldNotUsed(_ name: String) -> Sentence {
        Sentence(zh: "fields 里的“\(name)”没有消息用到。", en: "The field “\(name)” is declared, but no message uses it.")
    }
    package static func badTemplate(_ tag: String) -> Sentence {
        Sentence(zh: "模板里只能用 {{字段}}，不能用“\(tag)”。", en: "A template may hold only {{field}}, not “\(tag)”.")
    }
    package static func externalLink(_ link: String) -> Sentence {
        Sentence(
            zh: "文字里有链接“\(link)”，平台可能拒绝或折叠它。",
            en: "The text holds the link “\(link)”; the platform may refuse or fold it.")
    }
    package static let emptyText = Sentence(zh: "消息文字是空的。", en: "The message's text is empty.")
    package static let experimentNeedsVariants = Sentence(
        zh: "实验至少要有两个版本。", en: "An experiment needs at least two variants.")
    package static let decideByTooEarly = Sentence(
        zh: "decide_by 早于开始时间加上 wait，到时还没有结果可看。",
        en: "decide_by is before the start plus wait: there would be no result to look at yet.")
    package static let decideByTooLate = Sentence(
        zh: "decide_by 晚于活动结束，胜出版本没有时间发送。",
        en: "decide_by is after the run's end: the winner would have no time to be sent.")
    package static let experimentRepeats = Sentence(
        zh: "decide_by 是一个时刻，重复的活动只有第一次能做实验。",
        en: "decide_by is one moment: of a repeated campaign only the first occurrence can hold the experiment.")
    package static let controlNotUnderstood = Sentence(
        zh: "控制文件应写成 do: pause、do: cancel 或 do: stop-all。",
        en: "A control file says do: pause, do: cancel or do: stop-all.")
}
