import CampaignModel

/// Why a run or a lane does not go on, or goes slowly, in one sentence each: what it waits for, what was kept, what to do.
extension Catalogue {
    package enum Stand {
        package static func startMissed(start: String, noticed: String) -> Sentence {
            Sentence(
                zh: "\(start) 的开始错过了（\(noticed) 才发现），没有给任何人发送。需要的话改一个新的开始时间重新投放；if_missed: late 或 next-window 可以让以后晚了也发。",
                en: "The start at \(start) was missed (noticed at \(noticed)); nobody was written to. Drop the file again with a new start; `if_missed: late` or `next-window` lets a late one go.")
        }
        package static func accountRemoved(_ account: String) -> Sentence {
            Sentence(
                zh: "账号 \(account) 已从 curfew.yaml 里拿掉，这一场停着，没有人丢失。把它放回去（同一个小程序和 open_id，名字可以换）并重启，或取消这一场。",
                en: "The account \(account) was taken out of curfew.yaml; the run is held and nobody is lost. Put it back (the same app and open_id; the name may differ) and restart, or cancel the run.")
        }
        package static func contentRefused(_ people: Int) -> Sentence {
            Sentence(
                zh: "平台拒绝了内容（\(people) 人被拒），这一场已自动暂停。改内容重新投放并审核；已发出的不会重发。",
                en: "The platform refused the content (\(people) people); the run paused by itself. Change the content, drop the file again and have it approved; nobody gets it twice.")
        }
        package static let reviewedAnew = Sentence(
            zh: "敏感词或审核限制改了，机器审核没有通过，这一场已自动暂停。改内容重新投放并审核；已发出的不会重发。",
            en: "The words or limits of the review have changed, and under them the machine refuses it; the run paused by itself. Change the content, drop the file again and have it approved; nobody gets it twice.")
        package static func askedAnew(_ missing: Int) -> Sentence {
            Sentence(
                zh: "敏感词或审核限制改了，现在还需要 \(missing) 位不同的审核人批准，这一场已自动暂停，没有人丢失。批准后自动继续。",
                en: "The words or limits of the review have changed, and now \(missing) more, a different reviewer, has to approve; the run paused by itself and nobody is lost. It goes on by itself with the approval.")
        }
        package static func templateRefused(_ id: String) -> Sentence {
            Sentence(
                zh: "卡片模板 \(id) 没有通过平台审核，这一场停着，没有人丢失。通过后用 curfew account template 登记，或换一个模板重新投放。",
                en: "The platform has not approved the card template \(id); the run is held and nobody is lost. Record it with `curfew account template` once it is approved, or drop the file with another one.")
        }
        package static func imageAwaited(_ file: String) -> Sentence {
            Sentence(
                zh: "图片 \(file) 正在上传到平台，传好就开始。",
                en: "The image \(file) is on its way to the platform; sending begins when it is there.")
        }
        /// - Parameter why: as the platform or the network said it.
        package static func imageRefused(_ file: String, tries: Int, why: Sentence, next: String) -> Sentence {
            Sentence(
                zh: "图片 \(file) 传不上去（已试 \(tries) 次：\(why.zh)），这一场在等它，没有人丢失。\(next) 再试；一直不成就换一张图片重新投放。",
                en: "The image \(file) could not be uploaded (\(tries) tries: \(why.en)); the run waits for it and nobody is lost. Next try at \(next); if it keeps failing, drop the file with another image.")
        }
        package static func refusedWithCode(_ code: Int) -> Sentence {
            Sentence(zh: "平台拒绝，代码 \(code)", en: "the platform refused it with code \(code)")
        }
        package static func httpStatus(_ status: Int) -> Sentence {
            Sentence(zh: "平台回答 HTTP \(status)", en: "the platform answered HTTP \(status)")
        }
        package static let noAnswer = Sentence(zh: "平台没有应答", en: "the platform did not answer")
        package static let unreadableAnswer = Sentence(
            zh: "平台的应答读不懂", en: "the platform's answer could not be read")
        package static let unusableImage = Sentence(zh: "图片的内容不能上传", en: "the image's content cannot be uploaded")
        package static let walkAwaited = Sentence(
            zh: "正在向平台取授权名单，取完就开始。",
            en: "The platform is being asked who has authorised the account; sending begins when it has answered.")
        package static func wayAwaited(_ run: String) -> Sentence {
            Sentence(
                zh: "排在 \(run) 后面（overlap: queue），那一场结束就开始。",
                en: "Queued behind \(run) (`overlap: queue`); sending begins when that one is over.")
        }
        package static func slowed(percent: Int) -> Sentence {
            Sentence(
                zh: "平台繁忙，已放慢到设定速度的 \(percent)%，顺利后自动恢复",
                en: "The platform is busy: slowed to \(percent) % of the set pace, and back by itself as it goes well")
        }
        package static func doctorSlowed(_ account: String, percent: Int) -> Sentence {
            Sentence(
                zh: "账号 \(account) 因平台繁忙放慢到 \(percent)%", en: "\(account) is slowed to \(percent) % by a busy platform")
        }

        // MARK: Who is whose

        package static func accountRenamed(from old: String, to new: String) -> Sentence {
            Sentence(
                zh: "账号 \(old) 现在叫 \(new)：open_id 没变，额度、名单、冻结和封禁都跟着它",
                en: "the account \(old) is called \(new) now: the same open_id, and its day, lists, freeze and ban with it")
        }
        package static func appRenamed(from old: String, to new: String) -> Sentence {
            Sentence(
                zh: "小程序 \(old) 现在叫 \(new)：client_key 没变，一切跟着它",
                en: "the app \(old) is called \(new) now: the same client_key, and everything with it")
        }
        package static func accountNameTaken(_ name: String, knownAs: String, now: String) -> Sentence {
            Sentence(
                zh: "apps[].accounts[].name \(name)：账本里这个名字是 open_id \(knownAs)，配置里现在是 \(now)。账号就是它的 open_id：请给新的账号另起一个名字，或把 open_id 改回去。什么也没有改变。",
                en: "apps[].accounts[].name \(name): in the ledger it is the account with open_id \(knownAs), in the configuration now the one with \(now). An account is its open_id: give the new one a name of its own, or put the open_id back. Nothing was changed.")
        }
        package static func accountMoved(_ name: String, openID: String, from old: String, to new: String) -> Sentence {
            Sentence(
                zh: "账号 \(name)（open_id \(openID)）在账本里属于小程序 \(old)，配置里现在属于 \(new)。open_id 只在一个小程序里有效，名单和授权带不过去：请放回 \(old)，或写上平台在 \(new) 里给它的 open_id 并另起一个名字。什么也没有改变。",
                en: "the account \(name) (open_id \(openID)) belongs to the app \(old) in the ledger, and to \(new) in the configuration now. An open_id holds in one app alone, and no list or authorisation can go along: put it back below \(old), or give the open_id that the platform issued in \(new), and another name. Nothing was changed.")
        }
        package static func appNameTaken(_ name: String, knownAs: String, now: String) -> Sentence {
            Sentence(
                zh: "apps[].id \(name)：账本里这个名字的 client_key 是 \(knownAs)，配置里现在是 \(now)。小程序就是它的 client_key：请给新的小程序另起一个 id，或把 client_key 改回去。什么也没有改变。",
                en: "apps[].id \(name): in the ledger its client_key is \(knownAs), in the configuration now \(now). An app is its client_key: give the new one an id of its own, or put the client_key back. Nothing was changed.")
        }
        package static func tooFewDescriptors(requests: Int, allowed: Int, needed: Int) -> Sentence {
            Sentence(
                zh: "platform.concurrency 是 \(requests)，需要 \(needed) 个文件描述符，而系统只允许 \(allowed) 个。请提高 LimitNOFILE（或 ulimit -n），或调低 concurrency。什么也没有改变。",
                en: "platform.concurrency \(requests) needs \(needed) file descriptors, and the system allows \(allowed). Raise LimitNOFILE (or ulimit -n), or set a lower concurrency. Nothing was changed.")
        }
        package static func removedAccount(_ name: String, runs: Int) -> Sentence {
            Sentence(
                zh: "账号 \(name) 不在配置里，它还有 \(runs) 场没有结束：都停着。把账号放回配置并重启，或取消这些场次",
                en: "\(name) is not in the configuration and still has \(runs) runs that are not over: they are held. Put it back and restart, or cancel them")
        }
    }
}

extension Catalogue.Explain {
    package static func listed(start: String) -> Sentence {
        Sentence(
            zh: "在名单里；这一场 \(start) 开始时才排定先后，那时按规则判断。",
            en: "On the list; the plan is made when the run begins at \(start), and the rules are asked then.")
    }
    package static func listedAndOver(_ state: Sentence) -> Sentence {
        Sentence(
            zh: "在名单里，但这一场开始之前就结束了（\(state.zh)），没有给任何人发送。",
            en: "On the list, but the run ended before it began (\(state.en)); nobody was written to.")
    }
    package static func beyondMax(_ max: Int) -> Sentence {
        Sentence(
            zh: "在名单里，但排在 max: \(max) 之外，这一场不发。", en: "On the list, but beyond `max: \(max)`; not part of this run.")
    }
    package static let byCondition = Sentence(
        zh: "在名单里，但不符合文件的 where 条件，这一场不发。", en: "On the list, but left out by the file's `where`.")
    package static let byExclude = Sentence(
        zh: "在名单里，但也在 exclude 的名单里，这一场不发。", en: "On the list, and on one of `exclude` too; left out.")
    package static let byReplaced = Sentence(
        zh: "在名单里；被取代的旧版本已经联系过此人，不再发。", en: "On the list; an older revision that this one replaced has contacted them.")
    /// - Parameters:
    ///   - reason: nil: none is known.
    ///   - code: for people who search by it: ours, and the platform's own where it gave one.
    package static func ended(_ outcome: Sentence, _ at: String, _ reason: Sentence?, code: String) -> Sentence {
        guard let reason else { return ended(outcome, at) }
        return Sentence(
            zh: "\(at)：\(outcome.zh)。\(reason.zh)（\(code)）", en: "\(at): \(outcome.en). \(reason.en) (\(code))")
    }
}
