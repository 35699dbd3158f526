import CampaignModel

/// Words of reports, terminal tables and the dashboard.
extension Catalogue {
    package enum Report {
        // MARK: The terms of the conservation sum, in its order

        package static let audience = Sentence(zh: "受众", en: "audience")
        package static let holdout = Sentence(zh: "对照", en: "holdout")
        package static let accepted = Sentence(zh: "已送达", en: "delivered")
        package static let rejected = Sentence(zh: "被拒收", en: "refused")
        package static let unknown = Sentence(zh: "结果不明", en: "unknown")
        package static let skipped = Sentence(zh: "跳过", en: "skipped")
        package static let waiting = Sentence(zh: "等待", en: "waiting")
        package static let open = Sentence(zh: "在途", en: "on the wire")
        package static let pending = Sentence(zh: "未开始", en: "pending")
        package static func changeRejected(by person: String, at: String) -> Sentence {
            Sentence(
                zh: "之后改过的文件被 \(person) 于 \(at) 驳回，不会发送；照这里批准过的版本进行。",
                en: "A later change of the file was rejected by \(person) at \(at) and is not sent; the text that was approved here goes on.")
        }

        // MARK: Around the sum

        package static let rehearsal = Sentence(
            zh: "演练：时间是虚拟的，消息没有发给真人", en: "Rehearsal: the time is virtual and no real person was written to")
        package static let run = Sentence(zh: "场次", en: "run")
        package static let title = Sentence(zh: "标题", en: "title")
        package static let state = Sentence(zh: "状态", en: "state")
        package static let account = Sentence(zh: "账号", en: "account")
        package static let author = Sentence(zh: "作者", en: "author")
        package static let reviewedBy = Sentence(zh: "审核人", en: "approved by")
        package static let nobodyYet = Sentence(zh: "（还没有）", en: "(nobody yet)")
        package static let nobody = Sentence(zh: "（没有）", en: "(nobody)")
        package static let start = Sentence(zh: "开始", en: "start")
        package static let validUntil = Sentence(zh: "有效至", en: "valid until")
        package static let digest = Sentence(zh: "内容指纹", en: "digest")
        package static let variant = Sentence(zh: "版本", en: "variant")
        package static let weight = Sentence(zh: "占比", en: "weight")
        package static let why = Sentence(zh: "原因", en: "reason")
        package static let byVariant = Sentence(zh: "各版本", en: "By variant")
        package static let skippedBecause = Sentence(zh: "跳过的原因", en: "Why people were skipped")
        package static let waitingBecause = Sentence(zh: "等待的原因", en: "Why people wait")
        package static let whatHappened = Sentence(zh: "进展", en: "What happened")
        package static let sumBroken = Sentence(
            zh: "两边不相等：这是程序的错误，请保留账本并报告。",
            en: "The two sides differ: a defect of the program. Keep the ledger and report it.")

        /// `名单读到 1200 行 = 坏行 3 + …`: every term, zeros too; a sum that does not hold says so.
        package static func rows(_ sum: RowSum) -> Sentence {
            let sign = sum.holds ? "=" : "≠"
            let (zh, en) = sum.holds ? ("", "") : ("  " + sumBroken.zh, "  " + sumBroken.en)
            return Sentence(
                zh: "名单读到 \(sum.read) 行 \(sign) 坏行 \(sum.bad) + 重复 \(sum.duplicates) + 排除 \(sum.excluded) + 超出 max \(sum.beyondMax) + 受众 \(sum.audience)\(zh)",
                en: "rows read \(sum.read) \(sign) bad \(sum.bad) + duplicate \(sum.duplicates) + excluded \(sum.excluded) + beyond max \(sum.beyondMax) + audience \(sum.audience)\(en)")
        }

        /// One sentence on how a run stands, for the head of its report.
        package static func progress(_ state: RunState, served: Int, audience: Int, waiting: Int) -> Sentence {
            switch state {
            case .inReview:
                Sentence(zh: "等待审核，还没有发送。", en: "Waits for approval; nothing has been sent.")
            case .scheduled:
                Sentence(zh: "已通过审核，到开始时间就发送。", en: "Approved; sending begins at its start.")
            case .running where waiting > 0:
                Sentence(
                    zh: "正在发送：\(audience) 人中 \(served) 人已有结果，\(waiting) 人在等待。",
                    en: "Running: \(served) of \(audience) people have a result, \(waiting) wait.")
            case .running:
                Sentence(
                    zh: "正在发送：\(audience) 人中 \(served) 人已有结果。",
                    en: "Running: \(served) of \(audience) people have a result.")
            case .paused:
                Sentence(
                    zh: "已暂停：\(audience) 人中 \(served) 人已有结果，其余不会发送，直到有人恢复。",
                    en: "Paused: \(served) of \(audience) people have a result; the others wait for somebody to resume it.")
            case .finished:
                Sentence(zh: "已完成：每个人都有结果。", en: "Finished: everybody has a result.")
            case .cancelled:
                Sentence(zh: "已被人工取消，其余的人不再发送。", en: "Cancelled by a person; nobody else is written to.")
            case .expired:
                Sentence(zh: "有效期已过，没轮到的人不再发送。", en: "Its time is over; those whose turn had not come are left out.")
            case .superseded:
                Sentence(zh: "已被后一场或新版本取代。", en: "A later run or revision took its place.")
            case .rejected:
                Sentence(zh: "审核未通过，不会发送。", en: "Refused in review; nothing is sent.")
            }
        }

        /// Of a run whose plan is not written.
        package static func listed(_ people: Int, isOver: Bool) -> Sentence {
            isOver
                ? Sentence(zh: "受众 \(people)：没有给任何人发送", en: "audience \(people): nobody was written to")
                : Sentence(zh: "受众 \(people)：到开始时再排定每个人", en: "audience \(people): each gets a place at the start")
        }

        package static func unknownNote(_ count: Int) -> Sentence {
            Sentence(
                zh: "有 \(count) 人结果不明：可能已送达，所以不会自动重发。查清后用 curfew resolve 了结。",
                en: "\(count) unknown: they may have arrived, so nothing is sent again by itself. Settle them with curfew resolve.")
        }
    }

    /// The terminal and the dashboard.
    package enum Control {
        package static let now = Sentence(zh: "现在", en: "now")
        package static let lanes = Sentence(zh: "账号通道", en: "Lanes")
        package static let runs = Sentence(zh: "场次", en: "Runs")
        package static let channel = Sentence(zh: "渠道", en: "channel")
        package static let peopleToday = Sentence(zh: "今日人数", en: "people today")
        package static let messagesToday = Sentence(zh: "今日条数", en: "messages today")
        package static let next = Sentence(zh: "下次可发", en: "next allowed")
        package static let laneOpen = Sentence(zh: "可以发送", en: "open")
        package static let noLanes = Sentence(zh: "还没有配置账号。", en: "No account is configured.")
        package static func moreRuns(_ count: Int) -> Sentence {
            Sentence(
                zh: "还有 \(count) 场没有列在这里（等待开始的排在最后）：用 curfew runs 查看全部。",
                en: "\(count) more runs are not listed here; those that wait for their start come last. `curfew runs` lists them all.")
        }
        package static let noRuns = Sentence(
            zh: "还没有活动。把活动文件放进投放文件夹就会出现在这里。",
            en: "No campaign yet. Drop a campaign file into the inbox and it shows here.")
        package static let stopped = Sentence(
            zh: "全部发送已停止。用 curfew go 恢复。", en: "All sending is stopped. Start again with curfew go.")
        package static let noDaemon = Sentence(
            zh: "守护进程没有应答，直接读账本。", en: "No daemon answers; reading the ledger itself.")
        package static let otherLanguage = Sentence(zh: "English", en: "中文")
        package static let readOnly = Sentence(
            zh: "本页只读，每 20 秒刷新。批准、暂停、停止请用 curfew 命令。",
            en: "This page only reads, and refreshes every 20 seconds. Approve, pause and stop with the curfew command."
        )
        package static let account = Report.account
        package static let no = Sentence(zh: "不通过", en: "refuses")
        package static let rule = Sentence(zh: "规则", en: "rule")
        package static let observed = Sentence(zh: "实际", en: "observed")
        package static let limit = Sentence(zh: "限制", en: "limit")
        package static let changesAt = Sentence(zh: "何时变化", en: "changes at")
        package static let attempts = Sentence(zh: "这一场的发送", en: "Attempts of this run")
        package static let contactsToday = Sentence(zh: "这个人今天收到的联系", en: "Contacts of this person today")
        package static let started = Sentence(zh: "发送时间", en: "started")
        package static let outcome = Sentence(zh: "结果", en: "outcome")
        package static let messages = Sentence(zh: "条数", en: "messages")
        package static let logID = Sentence(zh: "平台日志号", en: "platform log id")
        package static let assignment = Sentence(zh: "分组", en: "assignment")
        package static let person = Sentence(zh: "用户", en: "person")
        package static let asOf = Sentence(zh: "时间", en: "as of")
        package static let place = Sentence(zh: "去处", en: "place")
        package static let noUnknowns = Sentence(zh: "没有结果不明的发送。", en: "No attempt is unknown.")

        /// Where one person stands in a run; `code` is `Explanation.place`. An unknown code is printed as it is.
        package static func place(_ code: String) -> Sentence {
            switch code {
            case "holdout": Report.holdout
            case "pending": Report.pending
            case "waiting": Report.waiting
            case "skipped": Report.skipped
            case "accepted": Report.accepted
            case "rejected": Report.rejected
            case "unknown": Report.unknown
            case "open": Report.open
            case "listed": Sentence(zh: "在名单里", en: "on the list")
            case "left_out": Sentence(zh: "不发", en: "left out")
            case "erased_by_age": Sentence(zh: "已按保存期限删除", en: "erased by age")
            case "not_in_run": Sentence(zh: "不在这一场里", en: "not in this run")
            default: Sentence(zh: code, en: code)
            }
        }

        /// What an act did; `onTheWire` attempts were under way when it became durable.
        package static func done(_ act: String, run: String?, state: String?, onTheWire: Int) -> Sentence {
            let whatZh = Audit.act(act).zh + (run.map { " " + $0 } ?? "")
            let what = act + (run.map { " " + $0 } ?? "")
            let word = state.map(standing)
            let stateZh = word.map { "，现在：\($0.zh)" } ?? ""
            let stateEn = word.map { "; now \($0.en)" } ?? ""
            let wireZh = onTheWire > 0 ? "。还有 \(onTheWire) 个请求在途，会自己结束" : ""
            let wireEn = onTheWire > 0 ? ". \(onTheWire) requests are on the wire and will still end" : ""
            return Sentence(zh: "已记录：\(whatZh)\(stateZh)\(wireZh)。", en: "Recorded: \(what)\(stateEn)\(wireEn).")
        }
        /// How a run, an account or the house stands after an act.
        private static func standing(_ code: String) -> Sentence {
            switch code {
            case "stopped": Sentence(zh: "已停止", en: "stopped")
            case "going": Sentence(zh: "照常发送", en: "going")
            case "open": Sentence(zh: "可以发送", en: "open")
            default: RunState.allCases.first { $0.code == code }.map(Catalogue.runState) ?? Sentence(zh: code, en: code)
            }
        }
        /// By its code, as files and answers name it.
        package static func channel(_ code: String) -> Sentence {
            Sentence(zh: ["private-message": "私信", "group-message": "群消息", "reply": "回复"][code] ?? code, en: code)
        }
        package static func unchanged(_ state: String?) -> Sentence {
            let word = state.map(standing)
            return Sentence(
                zh: "本来就是这样\(word.map { "（\($0.zh)）" } ?? "")，什么都没有改变。",
                en: "It was so already\(word.map { " (\($0.en))" } ?? ""); nothing was changed.")
        }
        package static let heldInReview = Sentence(
            zh: "已记录：审核照常进行，但批准以后也不会开始，直到有人 resume。",
            en: "Recorded: the review goes on, and an approval starts nothing until somebody resumes the run.")
        package static let unknownID = Sentence(
            zh: "注意：名单、事件和授权里都还没有这个 open_id；以后出现时生效。请核对有没有抄错。",
            en: "Mind: this open_id stands in no list, event or authorisation so far; it holds from the moment it does. Check it for a slip.")
    }

    /// Why a request was turned away at the door, or found no door.
    package enum Door {
        package static let socketOnly = Sentence(
            zh: "涉及某个用户的问题只在本机套接字上回答：请用 curfew 命令。",
            en: "Questions about one person are answered on the local socket only: use the curfew command.")
        /// - Parameter origins: the only names that this door answers to; empty: this machine's own.
        package static func hostRefused(_ origins: [String]) -> Sentence {
            guard !origins.isEmpty else {
                return Sentence(
                    zh: "只接受对本机名（localhost、127.0.0.1、[::1]）的访问。",
                    en: "Only loopback names (localhost, 127.0.0.1, [::1]) are served.")
            }
            let names = origins.joined(separator: ", ")
            return Sentence(
                zh: "这里只接受对 \(names)（http.origin）的访问，本机上也用这个名字，或用本机套接字。",
                en: "Only \(names) (http.origin) is served here. From this machine use that name as well, or the local socket.")
        }
        package static let crossOrigin = Sentence(
            zh: "不接受别的网站发来的操作。", en: "Acts from another site's page are refused.")
        package static func bodyTooLarge(limitKiB: Int) -> Sentence {
            Sentence(zh: "请求内容超过 \(limitKiB) KiB。", en: "The request's body is larger than \(limitKiB) KiB.")
        }
        package static let notJSON = Sentence(
            zh: "请求内容必须是 application/json。", en: "The request's body must be application/json.")
        package static func badBody(_ detail: String) -> Sentence {
            Sentence(zh: "请求内容读不懂：\(detail)。", en: "The request's body cannot be read: \(detail).")
        }
        package static let keyMissing = Sentence(
            zh: "缺少 Idempotency-Key：给这次请求起个名字，重发时用同一个，就不会做两次。什么都没有做。",
            en: "Idempotency-Key is missing: name the request, and send the same name when you repeat it. Nothing was done.")
        package static let keyInUse = Sentence(
            zh: "同名的请求还在进行；稍后用同一个 Idempotency-Key 再问。",
            en: "A request of that name is still under way; ask again with the same Idempotency-Key.")
        package static let keyReused = Sentence(
            zh: "这个 Idempotency-Key 二十四小时内用于另一个请求了。什么都没有做；请换一个。",
            en: "This Idempotency-Key stood for another request within 24 hours. Nothing was done; take another.")
        package static let digestMissing = Sentence(
            zh: "批准要说明看到的是哪一版：用 If-Match 或 digest 给出它的摘要（场次的 ETag）。什么都没有批准。",
            en: "Say which text you saw: its digest (the run's ETag) in If-Match or digest. Nothing was approved.")
        package static let digestsDiffer = Sentence(
            zh: "If-Match 和 digest 不是同一个摘要。什么都没有批准。",
            en: "If-Match and digest are two digests. Nothing was approved.")
        package static func methodNotAllowed(_ allowed: [String]) -> Sentence {
            let words = allowed.joined(separator: ", ")
            return Sentence(zh: "这个地址只接受 \(words)。", en: "This address answers to \(words).")
        }
        package static func missingQuery(_ name: String) -> Sentence {
            Sentence(zh: "缺少参数 \(name)。", en: "The parameter \(name) is missing.")
        }
        package static func badQuery(_ name: String) -> Sentence {
            Sentence(zh: "参数 \(name) 不对。", en: "The parameter \(name) is not valid.")
        }
        package static let noSuchPage = Sentence(zh: "没有这个地址。", en: "There is no such address.")
        package static let ourFault = Sentence(
            zh: "服务内部出错；详情在守护进程的日志里。", en: "The service failed; the details are in the daemon's log.")

        package static func noDaemon(_ socket: String) -> Sentence {
            Sentence(
                zh: "守护进程没有应答（\(socket)）。什么都没有改变。先启动：curfew serve。",
                en: "No daemon answers at \(socket). Nothing was changed. Start it first: curfew serve.")
        }
        package static let lost = Sentence(
            zh: "连接中断，不知道操作是否已完成。先用 curfew status 看清，再决定是否重做。",
            en: "The connection broke; the act may or may not be done. Look with curfew status before repeating it.")
        package static let badIdentity = Sentence(
            zh: "令牌或姓名是空的，或含有换行等控制字符。", en: "The token or name is empty or holds control characters.")
        package static func unreadable(status: Int) -> Sentence {
            Sentence(
                zh: "守护进程的回复读不懂（HTTP \(status)）。命令和守护进程的版本可能不同。",
                en: "The daemon's reply cannot be read (HTTP \(status)). Command and daemon may be of different versions.")
        }
        package static func socketInUse(_ path: String) -> Sentence {
            Sentence(zh: "\(path) 上已有另一个守护进程在应答。", en: "Another daemon already answers at \(path).")
        }
        package static func notASocket(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 已存在，但不是套接字；没有动它。", en: "\(path) exists and is no socket; it was left alone.")
        }
        package static func socketPathTooLong(_ path: String, bytesMax: Int) -> Sentence {
            Sentence(
                zh: "套接字路径超过 \(bytesMax) 字节：\(path)。",
                en: "The socket's path is longer than \(bytesMax) bytes: \(path).")
        }
        package static func notLoopback(_ host: String) -> Sentence {
            Sentence(
                zh: """
                    http.listen 没有证书，只能是本机地址，不能是 \(host)。要从别处访问，写 http.tls_certificate 和 http.tls_key，\
                    或在 http.socket 前面放一个做 TLS 的反向代理（见 http.origin、http.proxy_user），或用 ssh 转发。
                    """,
                en: """
                    http.listen must be a loopback address, not \(host), as long as it has no certificate. From afar, write \
                    http.tls_certificate and http.tls_key, or put a proxy that speaks TLS before http.socket (see http.origin \
                    and http.proxy_user), or forward the port with ssh.
                    """)
        }
        package static let tlsNeedsBoth = Sentence(
            zh: "http.tls_certificate 和 http.tls_key 要一起写。",
            en: "http.tls_certificate and http.tls_key go together.")
        package static let tlsNeedsOrigin = Sentence(
            zh: "http.listen 自己做 TLS 时要写 http.origin：浏览器里看到的地址，证书也要是它的。",
            en: "TLS at http.listen needs http.origin: the address browsers see, which the certificate must be for.")
        package static func badCertificate(_ path: String) -> Sentence {
            Sentence(
                zh: "http.tls_certificate：\(path) 读不了，或不是 PEM 证书。",
                en: "http.tls_certificate: \(path) cannot be read, or is no PEM certificate.")
        }
        package static let badKey = Sentence(
            zh: "http.tls_key：不是 PEM 私钥、带口令，或不是这张证书的。",
            en: "http.tls_key: it is no PEM key, has a password, or is another certificate's.")
        package static func socketTooLong(_ path: String, bytesMax: Int) -> Sentence {
            Sentence(
                zh: "http.socket：\(path) 太长，本机套接字的路径最多 \(bytesMax) 字节。",
                en: "http.socket: \(path) is too long; a local socket's path has at most \(bytesMax) bytes.")
        }
        package static func socketTaken(_ path: String) -> Sentence {
            Sentence(
                zh: "http.socket：\(path) 已经是别的文件。请移走它，或换一个路径。",
                en: "http.socket: \(path) is a file of another kind. Move it away, or name another path.")
        }
        package static func samePort(_ address: String) -> Sentence {
            Sentence(
                zh: "http.listen 和 events.listen 都是 \(address)：两个门要用不同的端口。",
                en: "http.listen and events.listen are both \(address): the two doors need ports of their own.")
        }
        package static let nothingLeaves = Sentence(
            zh: "rules 里的每日上限是 0：什么都不会发送。", en: "A daily cap under rules is 0: nothing will ever be sent.")
        package static func otherHost(_ host: String) -> Sentence {
            Sentence(
                zh: "http.tls_certificate：这张证书不是给 \(host)（http.origin 里的名字）的，浏览器不会接受。换一张，或改 http.origin。",
                en: "http.tls_certificate: it is not for \(host), the name in http.origin, so browsers would refuse it. Use one that is, or change http.origin.")
        }
        package static let noTLS = Sentence(
            zh: "TLS 起不来：内存不足。", en: "TLS cannot begin: there is no memory for it.")
        package static func certificateEnds(_ day: String) -> Sentence {
            Sentence(
                zh: "http.tls_certificate 在 \(day) 到期。换新证书后不用重启。",
                en: "http.tls_certificate ends at \(day). Renew it; nothing need be restarted.")
        }
        package static func noProxyUser(_ name: String) -> Sentence {
            Sentence(
                zh: "http.proxy_user：本机没有用户 \(name)。写反向代理进程所用的系统用户。",
                en: "http.proxy_user: this machine has no user \(name). Write the system user that the proxy runs as.")
        }
        package static let proxyIsRoot = Sentence(
            zh: "http.proxy_user 不能是 root：那样 root 的每条命令都能冒充任何人。让代理用自己的用户运行。",
            en: """
                http.proxy_user must not be root: every command of root could then be anybody. Let the proxy run as a user \
                of its own.
                """)
        package static func proxyNeeds(_ key: String) -> Sentence {
            Sentence(
                zh: "写了 http.proxy_user，就还要写 \(key)。",
                en: "http.proxy_user needs \(key) as well.")
        }
        package static func badProxyHeader(_ name: String) -> Sentence {
            Sentence(
                zh: "http.proxy_header：\(name) 不能用来写人名；例如 X-Forwarded-User。",
                en: "http.proxy_header: \(name) cannot name a person; X-Forwarded-User can.")
        }
        package static let notTheProxy = Sentence(
            zh: "这个请求替别人报了名字，但它不是由配置的代理经本地套接字送来的。什么都没有做；请检查代理的用户（http.proxy_user）和它连接的地址。",
            en: """
                This request names a person as only the configured proxy may on the local socket, and came another way. \
                Nothing was done; look at the proxy's user (http.proxy_user) and at where it connects.
                """)
        package static let twoNames = Sentence(
            zh: "代理在一个请求里写了几个人名。什么都没有做；请让代理覆盖这个请求头，而不是追加。",
            en: """
                The proxy named several people in one request. Nothing was done; let it replace the header instead of \
                adding to it.
                """)
    }
}
