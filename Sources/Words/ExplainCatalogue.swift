import CampaignModel

/// What `explain` adds to its verdict: the draw, what used the day, what would have to change.
extension Catalogue.Explain {
    package static let whatWouldHaveToChange = Sentence(zh: "要改变什么", en: "What would have to change")
    package static let draws = Sentence(zh: "分组的计算", en: "How the group was drawn")
    package static let laneToday = Sentence(zh: "账号当天的名额用在哪里", en: "What used the account's day")
    package static let sharing = Sentence(zh: "与其他场次分享名额", en: "Sharing the day with other runs")
    package static let notKnown = Sentence(zh: "无法确知的", en: "What cannot be known")
    package static func occurrences(_ count: Int) -> Sentence {
        Sentence(zh: "此人在这个活动的各批次里（\(count) 批）", en: "The person in this campaign's occurrences (\(count))")
    }
    package static let notHeldOut = Sentence(zh: "不在对照组", en: "not held out")
    package static let span = Sentence(zh: "时段", en: "from – to")
    package static let ahead = Sentence(zh: "排在前面的人", en: "people ahead")

    // MARK: - What the ledger cannot know about another moment than now

    package static let gapAhead = Sentence(
        zh: "这是将来的时间：假定到那时没有别的发送，也没有人改动。",
        en: "This moment lies ahead: nothing else is taken to happen until then.")
    package static let gapWaiting = Sentence(
        zh: "那时此人可能在等待；当时等的是什么没有保留。", en: "The person may have been waiting then; what for is not kept.")
    package static let gapMinute = Sentence(
        zh: "账号的用量按分钟计：同一分钟里在此人之后发出的也算在上面的数里，当时的数更小。",
        en: "The account's use is kept by the minute: what left after this person within the same minute is in the figures above, which were smaller then.")
    package static let gapSettings = Sentence(
        zh: "上限、时区和资质按今天的设置判断。", en: "Limits, zone and documents are judged as they are set today.")

    package static func gapNotPlannedYet(until: String) -> Sentence {
        Sentence(
            zh: "那时名单还没有排定（\(until) 才排定），位置和分组是后来的。",
            en: "The people had not been written down yet (that was at \(until)); place and variant came later.")
    }

    package static func gapBetween(_ low: Int, _ high: Int) -> Sentence {
        Sentence(
            zh: "账号的人数按一刻钟记账：那一刻钟开始时是 \(low)，结束时是 \(high)。",
            en: "The account's count is kept by quarters of an hour: \(low) at the beginning of that one, \(high) at its end.")
    }

    package static func gapGivenBack(_ people: Int) -> Sentence {
        Sentence(
            zh: "那一天有 \(people) 个名额后来退回，退回的时刻没有记在计数里。",
            en: "\(people) places of that day were given back later; the count does not keep at which moment.")
    }

    package static func gapConsentBefore(_ moment: String) -> Sentence {
        Sentence(
            zh: "平台在 \(moment) 之前对授权的答复没有保留，这里用的是后来的答复。",
            en: "What the platform said about the consent before \(moment) is not kept; this is its later word.")
    }

    // MARK: -

    package static func promised(to run: String) -> Sentence {
        Sentence(
            zh: "此人也在 \(run) 里，那一场排在前面，今天的联系归它。",
            en: "\(run) has this person too and comes first: today's contact is its own.")
    }

    package static func assignment(seed: String, bucket: Int, from: Int, to: Int, variant: String) -> Sentence {
        Sentence(
            zh: "hash v2(\(seed) + open_id) = \(bucket)，在 [\(from), \(to)) 内 → 版本 \(variant)",
            en: "hash v2(\(seed) + open_id) = \(bucket), in [\(from), \(to)) → variant \(variant)")
    }

    /// What would have to change for this rule to allow. A rule without an own sentence waits for its moment, or for
    /// somebody.
    package static func remedy(_ reason: Reason, changesAt: String?) -> Sentence {
        if let own = remedies[reason] { return own }
        if let changesAt {
            return Sentence(zh: "等到 \(changesAt)，会自己放行。", en: "Wait until \(changesAt): it opens by itself.")
        }
        return Sentence(
            zh: "需要有人处理原因：\(Catalogue.reason(reason).zh)。",
            en: "Somebody has to deal with the cause: \(Catalogue.reason(reason).en).")
    }

    private static let remedies: [Reason: Sentence] = [
        .dailyUsersCap: Sentence(
            zh: "等到次日，或把一部分人放到另一个账号。", en: "Wait for the next day, or move some of the people to another account."),
        .dailyBatchCap: Sentence(
            zh: "等到次日，或登记资质提高条数，或每次少发几条。",
            en: "Wait for the next day, register a qualification that lifts the number, or send fewer messages a contact."),
        .outsideWindow: Sentence(
            zh: "等到活动的时段，或放宽 window（需要重新审核）。",
            en: "Wait for the campaign's window, or widen it (that needs a new approval)."),
        .runPaused: Sentence(zh: "用 curfew resume 恢复。", en: "Resume it with `curfew resume`."),
        .stoppedByOperator: Sentence(zh: "用 curfew go 恢复全部发送。", en: "Let everything go on with `curfew go`."),
        .awaitingReview: Sentence(
            zh: "由作者以外的审核人用 curfew approve 通过。",
            en: "A reviewer who did not write it approves it with `curfew approve`."),
        .expired: Sentence(
            zh: "延长 valid_until 并重新审核，或等下一场。",
            en: "Extend `valid_until` and have it approved, or wait for the next occurrence."),
        .notAuthorized: Sentence(zh: "用户要先授权这个账号。", en: "The person has to authorise this account first."),
        .authorizationExpired: Sentence(zh: "用户要重新授权。", en: "The person has to authorise again."),
        .authorizationWithdrawn: Sentence(
            zh: "只有用户自己能重新授权。", en: "Only the person can authorise again."),
        .outOfStock: Sentence(zh: "用户再授权一次，可发次数才会增加。", en: "Another authorisation by the person adds to the stock."),
        .notMutualFollow: Sentence(
            zh: "给这个版本加一个不带图片的 fallback，或等互相关注。",
            en: "Give the variant a fallback without the image, or wait until both follow each other."),
        .denied: Sentence(
            zh: "此人已拒收；只有运维能用 curfew deny --undo 移出名单。",
            en: "The person is on the deny list; only an operator can take them off it with `curfew deny --undo`."),
        .accountNotBound: Sentence(zh: "把账号绑定到小程序并授权。", en: "Bind the account to the app and give it the permission."),
        .appInTrial: Sentence(zh: "小程序要先结束试用期。", en: "The app has to leave its trial."),
        .platformNeedsHuman: Sentence(
            zh: "在平台后台处理后，用 curfew account release 恢复。",
            en: "Deal with it on the platform, then `curfew account release`."),
        .platformBanned: Sentence(zh: "没有命令能恢复被封禁的账号。", en: "No command opens a banned account."),
        .platformToken: Sentence(
            zh: "在平台检查小程序的密钥和账号的授权，然后用 curfew account release 恢复。",
            en: "Check the app's secrets and the account's permission on the platform, then `curfew account release`."),
        .accountRemoved: Sentence(
            zh: "把账号放回 curfew.yaml（同一个小程序、同一个 open_id，名字可以换）并重启服务，或取消这一场。",
            en: "Put the account back into curfew.yaml (the same app and open_id; the name may differ) and restart, or cancel the run."),
        .templateNotApproved: Sentence(
            zh: "等平台通过模板后用 curfew account template 登记，或换一个模板重新投放。",
            en: "Once the platform approves the template, record it with `curfew account template`; or drop the file with another one."),
        .imageNotUploaded: Sentence(
            zh: "图片会自动再传；一直不成就换一张图片重新投放。",
            en: "The upload is tried again by itself; if it keeps failing, drop the file with another image."),
        .startMissed: Sentence(
            zh: "改一个新的开始时间重新投放；以后可以写 if_missed: late 或 next-window。",
            en: "Drop the file again with a new start; from then on `if_missed: late` or `next-window` keeps it."),
        .platformContentRefused: Sentence(
            zh: "改内容重新投放并审核；已发出的不会重发。",
            en: "Change the content, drop the file again and have it approved; nobody gets it twice."),
    ]
}
