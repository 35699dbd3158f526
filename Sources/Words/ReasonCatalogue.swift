import CampaignModel

/// Why somebody was left out or must wait, and how runs and attempts stand, in words that a marketer understands.
///
/// A sentence names no figure of one account: the observed value, the limit and the moment of change stand beside it
/// wherever it is printed. No full stop at the end, because these stand in lists and tables. One switch a language, not
/// one a reason, so that each fits a screen and a reviewer reads one language in one go.
extension Catalogue {
    package static func reason(_ reason: Reason) -> Sentence {
        Sentence(zh: chinese(reason), en: english(reason))
    }

    private static let groupReasons: [Reason: Sentence] = [
        .groupKindUnknown: Groups.kindUnknown, .groupTooLarge: Groups.tooLarge, .groupAdminsOnly: Groups.adminsOnly,
    ]

    private static func chinese(_ reason: Reason) -> String {
        switch reason {
        case .quietHours: "夜间静默时段（22:00–8:00），早上 8 点后继续"
        case .dailyUsersCap: "账号今天联系的人数已到上限，次日继续"
        case .dailyBatchCap: "账号今天的群发条数已到上限，次日继续"
        case .outsideWindow: "不在活动自己的发送时段内"
        case .pacing: "按设定的速度排队，马上轮到"
        case .accountNotBound: "账号还没有绑定并授权给小程序，需要先绑定"
        case .appInTrial: "小程序还在试用期，平台不允许发送"
        case .templateNotApproved: "卡片模板还没有通过平台审核"
        case .runPaused: "这一场已暂停，恢复后继续"
        case .stoppedByOperator: "全部发送已被人工停止"
        case .notStarted: "还没到开始时间"
        case .personalDailyCap, .riskThrottled, .accountFrozen, .accountBanned, .creditScore, .recipientDnd,
            .promptExposure, .tooOften, .promisedToOtherRun, .noQualification, .clockUntrusted, .runExpired,
            .accountRemoved, .startMissed, .alreadyTested, .groupKindUnknown, .groupTooLarge, .groupAdminsOnly,
            .stale, .rightOver, .rightUsedUp, .loopGuard, .sameTextAgain, .personHasTakenOver, .unlessHappened,
            .againNotBefore, .occasionWaits:
            (accountReasons[reason] ?? groupReasons[reason] ?? Triggers.reasons[reason])?.zh ?? reason.code
        case .alreadyContactedToday: "今天已经联系过这个人，每人每天最多一次"
        case .notAuthorized: "用户没有授权接收私信"
        case .authorizationExpired: "用户的授权已过期"
        case .authorizationWithdrawn: "用户已取消授权"
        case .outOfStock: "对这位用户的可发次数已用完"
        case .notMutualFollow: "图片只能发给互相关注的用户，而且没有不带图片的备用版本"
        case .denied: "在拒收名单里（退订或投诉），不再打扰"
        case .notOnAllowList: "账号启用了白名单，此人不在其中"
        case .consentCheck: "正在向平台核实用户的授权"
        case .alreadyContactedInRun: "这一场已经发过给此人"
        case .awaitingReview: "等待人工审核"
        case .messagesPerContact: "一次联系只能有 1 到 3 条消息"
        case .contentNotAllowed: "内容不符合平台要求：至少要有一张卡片或优惠券"
        case .fieldMissing: "名单里缺少消息要用的字段，又没有默认值"
        case .notRenderable: "这个人的消息无法生成"
        case .imageNotUploaded: "图片还没有上传到平台"
        case .expired: "到有效期结束还没有轮到"
        case .cancelled: "这一场被人工取消"
        case .superseded: "被后一场或新版本取代"
        case .holdout: "对照组，特意不发"
        case .platformToken: "平台的访问凭证失效，更新后重试"
        case .platformBusy: "平台繁忙或限流，放慢后重试"
        case .platformQuota: "平台说账号今天的额度已用完，次日重试"
        case .platformPersonLimit: "平台说此人今天的次数已用完，次日重试"
        case .platformRisk: "被平台风控拦下，账号暂停一段时间后重试"
        case .platformNeedsHuman: "平台要求人工处理账号或小程序，处理后继续"
        case .platformBanned: "账号被平台封禁"
        case .platformRecipientGone: "平台说此人无法接收：已注销、不存在或未授权"
        case .platformContentRefused: "平台拒绝了内容，活动已暂停"
        case .platformUnclear: "平台的回复说不清是否送达，不会自动重发"
        case .platformPartial: "只有一部分消息被平台接收，不会重发"
        case .network: "没有连上平台，稍后重试"
        case .deadlinePassed: "发出之前已经太晚，没有发送，稍后再试"
        case .transportClosing: "服务正在停止，没有发送，重启后再试"
        case .breakerOpen: "连续失败，暂停一会儿再试"
        case .orphaned: "服务中断时正在发送，是否送达不明，不会自动重发"
        case .ledgerRestored: "账本是恢复的，今天已用多少额度不得而知，次日再发"
        case .perhapsContacted: "账本恢复之前可能已经联系过，不再发送"
        case .settledNotSent: "结果原本不明，有人确认没有发出；不会自动重发"
        }
    }

    private static func english(_ reason: Reason) -> String {
        switch reason {
        case .quietHours: "Quiet hours (22:00–08:00); goes on after 8 in the morning"
        case .dailyUsersCap: "The account has reached its people for today; goes on the next day"
        case .dailyBatchCap: "The account has reached its messages for today; goes on the next day"
        case .outsideWindow: "Outside the campaign's own hours"
        case .pacing: "In line at the set pace; the turn comes soon"
        case .accountNotBound: "The account is not bound to the mini-program yet; bind it first"
        case .appInTrial: "The mini-program is in its trial; the platform does not let it send"
        case .templateNotApproved: "The platform has not approved the card template yet"
        case .runPaused: "This run is paused; goes on when somebody resumes it"
        case .stoppedByOperator: "All sending was stopped by a person"
        case .notStarted: "The start has not come yet"
        case .personalDailyCap, .riskThrottled, .accountFrozen, .accountBanned, .accountRemoved, .creditScore,
            .recipientDnd, .promptExposure, .tooOften, .promisedToOtherRun, .noQualification, .clockUntrusted,
            .runExpired, .startMissed, .alreadyTested, .groupKindUnknown, .groupTooLarge, .groupAdminsOnly, .stale,
            .rightOver, .rightUsedUp, .loopGuard, .sameTextAgain, .personHasTakenOver, .unlessHappened,
            .againNotBefore, .occasionWaits:
            (accountReasons[reason] ?? groupReasons[reason] ?? Triggers.reasons[reason])?.en ?? reason.code
        case .alreadyContactedToday: "Already contacted today; at most once a day"
        case .notAuthorized: "Has not authorised private messages"
        case .authorizationExpired: "The authorisation has expired"
        case .authorizationWithdrawn: "Has withdrawn the authorisation"
        case .outOfStock: "Nothing left to send to this person under the authorisation"
        case .notMutualFollow: "Images go to mutual followers only, and there is no variant without one to fall back to"
        case .denied: "On the deny list (opted out or complained); is left in peace"
        case .notOnAllowList: "The account keeps an allow list, and this person is not on it"
        case .consentCheck: "The platform is being asked about the authorisation"
        case .alreadyContactedInRun: "Already contacted in this run"
        case .awaitingReview: "Waits for a person's approval"
        case .messagesPerContact: "A contact holds 1 to 3 messages"
        case .contentNotAllowed: "The content does not qualify: it needs at least one card or coupon"
        case .fieldMissing: "The audience lacks a field that the message uses, and there is no default"
        case .notRenderable: "This person's message cannot be made"
        case .imageNotUploaded: "The image has not been uploaded to the platform yet"
        case .expired: "The turn had not come when the run's time was over"
        case .cancelled: "The run was cancelled by a person"
        case .superseded: "A later run or revision took its place"
        case .holdout: "Control group, left out on purpose"
        case .platformToken: "The platform's access token is not valid; tried again after a refresh"
        case .platformBusy: "The platform is busy or limits the rate; tried again, slower"
        case .platformQuota: "The platform says the account's day is used up; tried again the next day"
        case .platformPersonLimit: "The platform says this person's day is used up; tried again the next day"
        case .platformRisk: "Held by the platform's risk control; the account pauses, then tries again"
        case .platformNeedsHuman: "The platform wants a person to look after the account or app; then it goes on"
        case .platformBanned: "The platform has banned the account"
        case .platformRecipientGone: "The platform says this person cannot receive it: gone, unknown or not authorised"
        case .platformContentRefused: "The platform refused the content; the campaign is paused"
        case .platformUnclear: "The platform's answer does not say whether it arrived; never sent again by itself"
        case .platformPartial: "The platform took only a part of the messages; never sent again"
        case .network: "The platform could not be reached; tried again later"
        case .deadlinePassed: "It was too late right before sending; nothing left, tried again later"
        case .transportClosing: "The service was stopping; nothing left, tried again after the restart"
        case .breakerOpen: "Too many failures in a row; pauses, then tries again"
        case .orphaned: "The service broke off while sending; whether it arrived is unknown; never sent again by itself"
        case .ledgerRestored: "The ledger was restored and cannot know what of today is used; goes on the next day"
        case .perhapsContacted: "Perhaps contacted in the time that the restored ledger does not know; not sent again"
        case .settledNotSent: "The outcome was unknown, and a person settled that it was not sent; not tried again by itself"
        }
    }

    package static func runState(_ state: RunState) -> Sentence {
        switch state {
        case .inReview: Sentence(zh: "待审核", en: "in review")
        case .scheduled: Sentence(zh: "已排期", en: "scheduled")
        case .running: Sentence(zh: "发送中", en: "running")
        case .paused: Sentence(zh: "已暂停", en: "paused")
        case .finished: Sentence(zh: "已完成", en: "finished")
        case .cancelled: Sentence(zh: "已取消", en: "cancelled")
        case .expired: Sentence(zh: "已过期", en: "expired")
        case .superseded: Sentence(zh: "已被取代", en: "superseded")
        case .rejected: Sentence(zh: "审核未通过", en: "refused in review")
        }
    }

    /// - Parameter outcome: nil for an attempt that has not ended.
    package static func outcome(_ outcome: OutcomeKind?) -> Sentence {
        switch outcome {
        case .accepted: Sentence(zh: "已送达", en: "delivered")
        case .rejected: Sentence(zh: "被拒收", en: "refused")
        case .refusedForNow: Sentence(zh: "暂时被拒", en: "refused for now")
        case .notSent: Sentence(zh: "没有发出", en: "not sent")
        case .unknown: Sentence(zh: "结果不明", en: "unknown")
        case nil: Sentence(zh: "在途", en: "on the wire")
        }
    }
}
