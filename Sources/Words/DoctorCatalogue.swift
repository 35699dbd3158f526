import CampaignModel

/// What `curfew doctor` finds: how it stands, whose it is, and what to do about it.
extension Catalogue {
    package enum Doctor {
        /// Who has to act.
        package enum Whose: String, Sendable, Codable, CaseIterable {
            case nobody, `operator`, machine, network, platform, program
        }

        package static func name(_ whose: Whose) -> Sentence {
            switch whose {
            case .nobody: Sentence(zh: "无", en: "nobody")
            case .operator: Sentence(zh: "运维", en: "operator")
            case .machine: Sentence(zh: "本机", en: "machine")
            case .network: Sentence(zh: "网络", en: "network")
            case .platform: Sentence(zh: "平台", en: "platform")
            case .program: Sentence(zh: "程序", en: "program")
            }
        }

        // MARK: State and lock

        package static func stateGood(_ path: String) -> Sentence {
            Sentence(zh: "状态目录 \(path) 只有本服务能读写", en: "the state directory \(path) is the service's alone")
        }
        package static func stateOpen(_ path: String, mode: String) -> Sentence {
            Sentence(
                zh: "其他人能进入状态目录 \(path)（\(mode)），里面有用户标识。请 chmod 700",
                en: "others can enter the state directory \(path) (\(mode)), and it holds personal ids: chmod 700")
        }
        package static func stateMissing(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "状态目录 \(path) 不可用：\(why.inChinese)。请建立它，或改配置里的 state",
                en: "the state directory \(path) cannot be used: \(why). Make it, or mend `state` in the configuration")
        }
        package static func locked(pid: Int32) -> Sentence {
            Sentence(zh: "curfew serve 正在运行（pid \(pid)）", en: "curfew serve is running (pid \(pid))")
        }
        package static let notLocked = Sentence(
            zh: "没有 curfew serve 在使用这个账本：现在什么也不会发送", en: "no curfew serve holds this ledger: nothing is sent now")

        package static func notSeen(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "看不到 \(path)：\(why.inChinese)。请以服务的用户或 root 运行 curfew doctor",
                en: "\(path) cannot be seen: \(why). Run curfew doctor as the service's own user or as root")
        }

        // MARK: The ledger

        package static let noLedger = Sentence(
            zh: "还没有账本，第一次 curfew serve 会建立", en: "there is no ledger yet; the first curfew serve makes one")
        package static func unreadable(_ why: Sentence) -> Sentence {
            Sentence(
                zh: "账本打不开：\(why.zh)。请保留文件，用 curfew restore 恢复最近的备份",
                en: "the ledger cannot be read: \(why.en). Keep the file and bring back the latest backup with curfew restore")
        }
        package static let newer = Sentence(
            zh: "账本由更新的版本写成，请安装那个版本；什么也没有改动",
            en: "the ledger was written by a newer version: install that one; nothing was changed")
        package static func schema(_ latest: String) -> Sentence {
            Sentence(
                zh: "账本格式是最新的（\(latest.prefix { $0 != " " })）", en: "the ledger has this version's form (\(latest))")
        }
        package static func schemaOld(_ latest: String) -> Sentence {
            Sentence(
                zh: "账本还是旧格式（\(latest.prefix { $0 != " " })），启动 curfew serve 会自动升级",
                en: "the ledger has an older form (\(latest)); curfew serve brings it forward when it starts")
        }
        package static func sound(full: Bool) -> Sentence {
            full
                ? Sentence(
                    zh: "账本文件完好，每个索引都和它的表一致", en: "the ledger's file is sound, and every index agrees with its table")
                : Sentence(zh: "账本文件完好", en: "the ledger's file is sound")
        }
        package static func damaged(_ first: String) -> Sentence {
            Sentence(
                zh: "账本文件已损坏：\(first)。请停下服务、保留文件、检查磁盘，再恢复最近的备份",
                en: """
                    the ledger's file is damaged: \(first). Stop the service, keep the file, check the disk, restore the \
                    latest backup
                    """)
        }
        package static let sumsHold = Sentence(
            zh: "计数与发送记录一致，每个场次的守恒式成立", en: "counters equal the attempts, and every run's sum holds")
        package static func sumsBroken(_ count: Int, _ first: String) -> Sentence {
            Sentence(
                zh: "账本自相矛盾（\(count) 处），例如：\(first)。这是程序的错误：请停发（curfew stop --all），保留账本并报告",
                en: """
                    the ledger contradicts itself in \(count) places, such as: \(first). A defect of the program: stop sending \
                    (curfew stop --all), keep the ledger, report it
                    """)
        }
        package static let sealGood = Sentence(
            zh: "这就是上次在这里使用的账本", en: "this is the ledger that was last in use here")
        package static let sealFirst = Sentence(zh: "账本还没有启用过", en: "the ledger has not been in use yet")
        package static func auditGood(_ head: String) -> Sentence {
            Sentence(zh: "审计链完整，链头 \(head)", en: "the audit is whole, head \(head)")
        }
        package static func unknowns(_ count: Int) -> Sentence {
            Sentence(
                zh: "\(count) 次发送已超过一天仍结果不明，占着额度。用 curfew status --unknown 查看，curfew resolve 处理",
                en: """
                    \(count) attempts have been unknown for more than a day and keep their quota: curfew status --unknown \
                    lists them, curfew resolve settles them
                    """)
        }
        package static let noUnknowns = Sentence(
            zh: "没有拖了一天以上的不明结果", en: "no attempt has been unknown for more than a day")
        package static let stopped = Sentence(
            zh: "全部发送已被人工停止，用 curfew go 恢复", en: "all sending was stopped by a person; curfew go opens it")
        package static func held(_ account: String, _ reason: Sentence, until: Moment?) -> Sentence {
            let zh = until.map { "到 \($0.minuteText())" } ?? "直到有人处理（curfew account release）"
            let en = until.map { "until \($0.minuteText())" } ?? "until a person acts (curfew account release)"
            return Sentence(
                zh: "账号 \(account) 暂停发送，\(zh)：\(reason.zh)", en: "account \(account) sends nothing \(en): \(reason.en)")
        }
        package static let lanesOpen = Sentence(zh: "没有账号被停下", en: "no account is held")
        package static func replaced(_ names: String) -> Sentence {
            Sentence(
                zh: "状态目录里还留着被换下的账本（\(names)），里面有用户标识。不再需要时请删除",
                en: "replaced ledgers are still in the state directory (\(names)), with personal ids: delete them when they "
                    + "have served")
        }

        // MARK: Around it

        package static func disk(_ path: String, free: String) -> Sentence {
            Sentence(zh: "\(path) 还有 \(free) 可用", en: "\(free) free at \(path)")
        }
        package static func diskLow(_ path: String, free: String) -> Sentence {
            Sentence(
                zh: "\(path) 只剩 \(free)。写满之后什么也发不出去；请清理或扩容",
                en: "only \(free) free at \(path). When it is full nothing can be sent: make room")
        }
        package static func secretsGood(_ count: Int) -> Sentence {
            Sentence(zh: "\(count) 个密钥都可读，且只有本人可读", en: "all \(count) secrets can be read, by their owner only")
        }
        package static func inboxGood(_ path: String) -> Sentence {
            Sentence(zh: "投放文件夹 \(path) 可读可写", en: "the drop folder \(path) can be read and written")
        }
        package static func inboxBad(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "投放文件夹 \(path)：\(why.inChinese)。文件投进来也不会被处理",
                en: "the drop folder \(path): \(why). What is dropped there is not taken")
        }
        package static func reached(_ url: String, status: Int, milliseconds: Int64) -> Sentence {
            Sentence(
                zh: "连得上平台 \(url)（\(status)，\(milliseconds) 毫秒）",
                en: "the platform answers at \(url) (\(status), \(milliseconds) ms)")
        }
        package static func notReached(_ url: String, _ why: String) -> Sentence {
            Sentence(
                zh: "连不上平台 \(url)：\(why.inChinese)。检查域名、代理、防火墙和证书；在此之前什么也发不出去，但也不会丢",
                en: """
                    the platform cannot be reached at \(url): \(why). Check name, proxy, firewall and certificates; until then \
                    nothing is sent, and nothing is lost
                    """)
        }
        package static func answersBadly(_ url: String, _ why: String) -> Sentence {
            Sentence(
                zh: "连上了平台 \(url)，但没有得到完整的回答：\(why.inChinese)",
                en: "the platform at \(url) was reached and gave no whole answer: \(why)")
        }
        package static func clockGood(_ source: String) -> Sentence {
            Sentence(zh: "时钟可信：\(source)", en: "the clock can be trusted: \(source)")
        }
        package static func clockWrong(seconds: Int64) -> Sentence {
            Sentence(
                zh: "本机时钟与平台相差 \(seconds) 秒。夜间静默时段会因此失准：请启用 NTP",
                en: "the clock is \(seconds) seconds off the platform's. Quiet hours go by it: run an NTP client")
        }
        package static let clockUnproved = Sentence(
            zh: "没有人能为本机时钟作证：没有看到 NTP 同步的痕迹，平台也没有给出时间。请启用 NTP",
            en: "nobody vouches for the clock: no sign of NTP, and no time from the platform. Run an NTP client")

        /// How grave a finding is; machines read the English word.
        package static func level(_ code: String) -> Sentence {
            Sentence(zh: ["ok": "正常", "warn": "留意", "fail": "故障"][code] ?? code, en: code)
        }
        package static func verdict(fails: Int, warnings: Int) -> Sentence {
            switch (fails, warnings) {
            case (0, 0): Sentence(zh: "一切正常。", en: "All is well.")
            case (0, _): Sentence(zh: "没有故障，\(warnings) 处需要留意。", en: "Nothing is broken; \(warnings) to look at.")
            default:
                Sentence(zh: "\(fails) 处故障，\(warnings) 处需要留意。", en: "\(fails) broken, \(warnings) to look at.")
            }
        }
    }
}
