import CampaignModel

/// What the two reviews say: findings of the machine's, what the person has to do, and what a changed file changes.
extension Catalogue {
    package enum Review {
        package static let title = Sentence(zh: "机器审核", en: "Machine review")
        package static let changes = Sentence(zh: "这次改动", en: "What this change does")
        package static let pending = Sentence(zh: "机器审核还没有做完。", en: "The machine's review is not done yet.")

        package static func verdict(_ review: MachineReview) -> Sentence {
            if review.isRefused {
                let isWord = review.findings.contains { $0.weight == .refuses && $0.code == .sensitiveWord }
                let (zh, en) = isWord ? ("含有禁用词", "it holds a blocked word") : ("没有人能收到", "nobody would get it")
                return Sentence(
                    zh: "未通过：\(zh)，整个文件被拒绝，什么都不会发送。改好后重新放入。",
                    en: "Not passed: \(en). The whole file is refused and nothing is sent. Mend it and drop it again.")
            }
            let heldZh = review.held > 0 ? "（另有 \(review.held) 人在对照组）" : ""
            let heldEn = review.held > 0 ? " (and \(review.held) held out)" : ""
            // Nobody is on a list where people come by themselves.
            let isTriggered = review.findings.contains { $0.code == .triggered }
            let zh = isTriggered ? "每个遇到这件事的人" : "\(review.people) 人\(heldZh)"
            let en = isTriggered ? "everybody to whom it happens" : "\(review.people) people\(heldEn)"
            return review.approvalsNeeded == 1
                ? Sentence(
                    zh: "通过：\(zh)，需要一位审核人批准。", en: "Passed: \(en); one reviewer has to approve.")
                : Sentence(
                    zh: "通过，但需要两位不同的审核人批准：\(zh)。",
                    en: "Passed, but two different reviewers have to approve: \(en).")
        }

        package static func approvals(_ given: Int, needed: Int) -> Sentence {
            Sentence(zh: "已批准 \(given) / \(needed) 人", en: "\(given) of \(needed) approvals")
        }

        package static func finding(_ finding: MachineReview.Finding) -> Sentence {
            let said = words(of: finding)
            let variantZh = finding.variant.map { "版本 \($0)：" } ?? ""
            let variantEn = finding.variant.map { "variant \($0): " } ?? ""
            return Sentence(
                zh: "[\(finding.code.rawValue)] \(variantZh)\(said.zh)\(people(finding).zh)\(demand(finding.weight).zh)",
                en: "[\(finding.code.rawValue)] \(variantEn)\(said.en)\(people(finding).en)\(demand(finding.weight).en)"
            )
        }

        private static func words(of finding: MachineReview.Finding) -> Sentence {
            let subject = finding.subject
            let count = finding.count ?? 0
            return switch finding.code {
            case .sensitiveWord: Sentence(zh: "含有敏感词“\(subject)”", en: "holds the sensitive word “\(subject)”")
            // What stands in somebody's own fields is theirs: it is not repeated.
            case .externalLink where subject.isEmpty:
                Sentence(zh: "名单里填进来的字段带有站外链接", en: "gets an outside link from a field of the list")
            case .externalLink: Sentence(zh: "含有站外链接“\(subject)”", en: "holds the outside link “\(subject)”")
            case .fieldMissing:
                Sentence(zh: "字段 \(subject) 没有值，将被跳过", en: "lack a value for \(subject) and are left out")
            case .tooLong: Sentence(zh: "填好后太长，将被跳过", en: "get a text that is too long and are left out")
            case .imageFallback:
                Sentence(
                    zh: "不是互相关注，改收版本 \(subject)", en: "are not known as mutual followers and get variant \(subject)")
            case .imageSkips:
                Sentence(zh: "不是互相关注，将被跳过", en: "are not known as mutual followers and are left out")
            case .longestText: Sentence(zh: "最长一条 \(count) 字", en: "the longest text has \(count) characters")
            case .card:
                Sentence(
                    zh: "带有"
                        + subject.replacing("applet_coupon", with: "小程序券").replacing("applet_card", with: "小程序卡片")
                        .replacing("authorization_card", with: "授权卡片"),
                    en: "carries "
                        + subject.replacing("applet_coupon", with: "coupon").replacing("applet_card", with: "card")
                        .replacing("authorization_card", with: "authorisation card"))
            case .largeAudience: Sentence(zh: "人数达到 \(count)", en: "the audience reaches \(count)")
            case .openAudience:
                Sentence(
                    zh: "人群是所有授权用户，又没有写 audience.max，批准的人数没有上限",
                    en: "the audience is everyone who authorises and the file names no audience.max: the approval has no limit")
            case .tooOften:
                Sentence(
                    zh: "\(finding.count ?? 0) 人七天内已被联系三次或更多，平台会折叠发送过于频繁的账号",
                    en: "\(finding.count ?? 0) people were contacted three times or more in seven days; the platform folds senders that write too often")
            case .phoneNumbers:
                Sentence(
                    zh: "\(count) 人的 open_id 是手机号，平台不认识：请换成平台给的 open_id",
                    en: "\(count) of the ids are telephone numbers, by which the platform knows nobody: use its open_ids")
            case .triggered: Triggers.finding
            case .nobody: Sentence(zh: "没有任何人会收到", en: "nobody would be written to")
            }
        }

        private static func people(_ finding: MachineReview.Finding) -> Sentence {
            guard let people = finding.people else { return Sentence(zh: "", en: "") }
            let who = finding.sample.map { $0 } ?? ""
            let whereZh = finding.line.map { "，第 \($0) 行" } ?? ""
            let whereEn = finding.line.map { ", line \($0)" } ?? ""
            let exampleZh = who.isEmpty ? "" : "，例如 \(who)\(whereZh)"
            let exampleEn = who.isEmpty ? "" : ", such as \(who)\(whereEn)"
            return Sentence(zh: "：\(people) 人\(exampleZh)", en: ": \(people) people\(exampleEn)")
        }

        private static func demand(_ weight: MachineReview.Weight) -> Sentence {
            switch weight {
            case .refuses: Sentence(zh: " → 拒绝", en: " → refused")
            case .secondPerson: Sentence(zh: " → 需要第二位审核人", en: " → a second person has to approve")
            case .note: Sentence(zh: "", en: "")
            }
        }

        // MARK: - Changes

        package static func group(_ group: RevisionChange.Group, _ count: Int, _ samples: [String]) -> Sentence {
            let names = samples.isEmpty ? "" : "（\(samples.joined(separator: "、"))…）"
            let namesEn = samples.isEmpty ? "" : " (\(samples.joined(separator: ", "))…)"
            return switch group {
            case .contacted:
                Sentence(
                    zh: "已经联系过、不会再发：\(count) 人\(names)", en: "written to already and left alone: \(count)\(namesEn)")
            case .changed:
                Sentence(zh: "内容有变：\(count) 人\(names)", en: "get something else than before: \(count)\(namesEn)")
            case .unchanged: Sentence(zh: "没有变化：\(count) 人", en: "nothing changes for: \(count)")
            case .new: Sentence(zh: "新增：\(count) 人\(names)", en: "new: \(count)\(namesEn)")
            case .gone: Sentence(zh: "不再包括：\(count) 人\(names)", en: "no longer in it: \(count)\(namesEn)")
            }
        }
        package static func since(_ number: Int) -> Sentence {
            Sentence(zh: "与第 \(number) 版相比：", en: "Compared with revision \(number):")
        }
        package static func replaced(_ what: Sentence, old: String, new: String) -> Sentence {
            replaced(what, old: Sentence(zh: old, en: old), new: Sentence(zh: new, en: new))
        }
        package static func replaced(_ what: Sentence, old: Sentence, new: Sentence) -> Sentence {
            Sentence(zh: "\(what.zh)：\(old.zh) → \(new.zh)", en: "\(what.en): \(old.en) → \(new.en)")
        }
        package static func variantAdded(_ name: String) -> Sentence {
            Sentence(zh: "新增版本 \(name)", en: "variant \(name) is new")
        }
        package static func variantRemoved(_ name: String) -> Sentence {
            Sentence(zh: "删除版本 \(name)", en: "variant \(name) is gone")
        }
        package static func variantChanged(_ name: String) -> Sentence {
            Sentence(zh: "版本 \(name)：", en: "variant \(name):")
        }
        package static let sameContent = Sentence(
            zh: "文件内容没有变化，名单可能有变化。", en: "The file reads as before; its lists may not.")

        // What differs, by its name.
        package static let account = Sentence(zh: "账号", en: "account")
        package static let name = Sentence(zh: "标题", en: "title")
        package static let channel = Sentence(zh: "渠道", en: "channel")
        package static let priority = Sentence(zh: "优先级", en: "priority")
        package static let start = Sentence(zh: "开始", en: "start")
        package static let schedule = Sentence(zh: "日程", en: "schedule")
        package static let audience = Sentence(zh: "人群", en: "audience")
        package static let holdout = Sentence(zh: "对照组", en: "holdout")
        package static let fields = Sentence(zh: "字段", en: "fields")
        package static let weight = Sentence(zh: "比例", en: "weight")
        package static let fallback = Sentence(zh: "替代版本", en: "fallback")
        package static let experiment = Sentence(zh: "实验", en: "experiment")

        // MARK: - The person's part

        package static func secondPerson(_ missing: Int) -> Sentence {
            Sentence(
                zh: "已记录。还需要 \(missing) 位不同的审核人批准，才会发送。",
                en: "Recorded. \(missing) more, a different person, has to approve before anything is sent.")
        }
        package static func approvalMissing(_ missing: Int) -> Sentence {
            Sentence(
                zh: "还需要 \(missing) 位不同的审核人批准（敏感词或审核限制改了）。批准后这一场自动继续，不用再恢复。",
                en: "\(missing) more, a different reviewer, has to approve (the words or limits of the review have changed). The run goes on by itself then; nobody has to resume it.")
        }
        package static func alreadyApproved(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 已经批准过这个版本，需要另一位审核人。",
                en: "\(name) has approved this revision already; a different reviewer has to.")
        }
        package static let machineRefused = Sentence(
            zh: "机器审核没有通过（见报告），不能发送。改好后重新放入文件。",
            en: "The machine's review did not pass (see the report), so nothing of it may be sent. Mend the file and drop it again.")
        package static func reachesNobody(_ reasons: [String]) -> Sentence {
            let list = reasons.joined(separator: "; ")
            return Sentence(
                zh: "现在没有任何人能收到，不能批准（\(list)）。名单或授权变了以后再批准，或改好文件重新放入。",
                en: "Nobody could be written to, so there is nothing to approve (\(list)). Approve when the list or the authorisations have changed, or mend the file and drop it again.")
        }
        package static func words(_ list: String, file: String) -> Sentence {
            Sentence(zh: "读不到敏感词表 \(file)（\(list)）。", en: "The \(list) words in \(file) cannot be read.")
        }
        package static func blockWord(_ word: String, found: String) -> Sentence {
            Sentence(
                zh: "含有禁用词“\(word)”（写作“\(found)”），不能发送。", en: "Holds the blocked word “\(word)” (written “\(found)”).")
        }
        package static func reviewWord(_ word: String, found: String) -> Sentence {
            Sentence(
                zh: "含有敏感词“\(word)”（写作“\(found)”），需要两位审核人批准。",
                en: "Holds the sensitive word “\(word)” (written “\(found)”); two reviewers have to approve.")
        }
    }
}
