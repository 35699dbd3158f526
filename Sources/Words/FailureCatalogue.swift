import CampaignModel

/// What a command or the daemon says when it cannot go on: whose fault it is, what was kept, what to do.
extension Catalogue {
    package enum Failure {
        package static func file(_ path: String, _ why: String) -> Sentence {
            Sentence(zh: "\(path)：\(why.inChinese)。什么都没有改变。", en: "\(path): \(why). Nothing was changed.")
        }
        package static func stateInInbox(_ state: String, _ inbox: String) -> Sentence {
            Sentence(
                zh: "状态目录 \(state) 不能放在投放文件夹 \(inbox) 里：能投放的人就能改名或删除账本。请把 state 放到别处。",
                en: """
                    The state directory \(state) must not lie in the drop folder \(inbox): whoever may drop could rename or \
                    delete the ledger. Put `state` somewhere else.
                    """)
        }
        package static func state(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "状态目录 \(path) 用不了：\(why.inChinese)。请检查目录的属主和权限，或以服务的用户运行。",
                en: """
                    The state directory \(path) cannot be used: \(why). Look at its owner and mode, or run as the service's \
                    own user.
                    """)
        }
        package static func inbox(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "投放文件夹 \(path) 用不了：\(why.inChinese)。请检查它是否存在、属主和权限。",
                en: "The inbox \(path) cannot be used: \(why). Look whether it is there, and at its owner and mode.")
        }
        package static func held(_ path: String, pid: Int?, since: String?) -> Sentence {
            let who = pid.map { "pid \($0)" }
            let zh = (who ?? "另一个守护进程") + (since.map { "，自 \($0)" } ?? "")
            let en = (who ?? "another daemon") + (since.map { ", since \($0)" } ?? "")
            return Sentence(
                zh: "\(path) 正由 \(zh) 使用。一个账本只有一个守护进程。", en: "\(path) is held by \(en). One ledger has one daemon.")
        }
        package static func clockFile(line: Int, _ problem: String) -> Sentence {
            Sentence(
                zh: "演练的时钟文件第 \(line) 行不对（\(problem)）。",
                en: "Line \(line) of the rehearsal's clock file is wrong (\(problem)).")
        }
        package static func ledgerStorage(_ why: String) -> Sentence {
            Sentence(
                zh: "账本读写不了：\(why.inChinese)。已经写下的都在。",
                en: "The ledger cannot be read or written: \(why). What was written is kept.")
        }
        package static func ledgerNewer(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 是由更新的版本写的，请安装那个版本。什么都没有改变。",
                en: "\(path) was written by a newer version; install that one. Nothing was changed.")
        }
        package static let reignLost = Sentence(
            zh: "另一个守护进程接管了账本，这一个已停止。", en: "Another daemon reigns over this ledger; this one stopped.")
        package static func accountUnknown(_ name: String) -> Sentence {
            Sentence(zh: "账本里没有账号 \(name)。", en: "The ledger knows no account \(name).")
        }
        package static func campaignTaken(_ author: String) -> Sentence {
            Sentence(zh: "这个活动 id 属于 \(author)。", en: "This campaign id belongs to \(author).")
        }
        package static func listen(_ place: String, _ why: String) -> Sentence {
            Sentence(
                zh: "不能在 \(place) 监听：\(why.inChinese)。可能有另一个程序占用了它；改配置里的地址，或先停掉那个程序。",
                en: """
                    Cannot listen at \(place): \(why). Another program may hold it: change the address in the configuration, \
                    or stop that program.
                    """)
        }
        package static func socketGroup(_ group: String) -> Sentence {
            Sentence(
                zh: "http.socket_group：本机没有用户组 \(group)，或服务不在这个组里。",
                en: "http.socket_group: this machine has no group \(group), or the service is not in it.")
        }
        package static func unixUser(_ user: String) -> Sentence {
            Sentence(
                zh: "people[].unix_user：本机没有用户 \(user)。", en: "people[].unix_user: this machine has no user \(user).")
        }
        package static func socketForbidden(_ socket: String) -> Sentence {
            Sentence(
                zh: """
                    没有权限使用 \(socket)：套接字只对守护进程的用户（和 http.socket_group）开放，守护进程在不在运行，从这里看不出来。\
                    请加入那个组，或用 --token-file 经由 http.listen。什么都没有改变。
                    """,
                en: """
                    You have no right to use \(socket): it is for the daemon's own user (and http.socket_group), and \
                    from here nobody can tell whether a daemon is behind it. Join that group, or speak over http.listen with --token-file. Nothing was changed.
                    """)
        }
        package static func socketUnreachable(_ directory: String, group: String) -> Sentence {
            Sentence(
                zh: "用户组 \(group) 到不了套接字：目录 \(directory) 不让它进。请 chgrp \(group) 并 chmod 0750，或 chmod 0755。",
                en: """
                    The group \(group) cannot reach the socket: its directory \(directory) does not let it in. chgrp \
                    \(group) and chmod 0750, or chmod 0755.
                    """)
        }
        package static func socketGood(_ path: String) -> Sentence {
            Sentence(zh: "套接字 \(path) 到得了", en: "the socket \(path) can be reached by those it is for")
        }
        package static let peopleOnSocket = Sentence(
            zh: "涉及单个用户的问题，只有能用套接字的人才能问：请加入 http.socket_group，或以服务的用户运行。",
            en: """
                Questions about one person are answered to those who may use the socket: join http.socket_group, or run as \
                the service's own user.
                """)
        package static func overLoopback(_ socket: String, _ address: String) -> Sentence {
            Sentence(
                zh: "没有权限使用 \(socket)，改走 \(address)。",
                en: "No right to use \(socket); speaking over \(address) instead.")
        }
        package static func strangerListens(_ address: String) -> Sentence {
            Sentence(
                zh: """
                    在 \(address) 监听的不是守护进程的用户：没有把令牌交给它，什么都没有改变。\
                    请让操作员用 curfew status 看看守护进程是否在运行，并检查是谁占用了这个端口。
                    """,
                en: """
                    Who listens at \(address) is not the daemon's user: it was given no token, and nothing was changed. \
                    Ask an operator whether the daemon runs (curfew status), and who holds that port.
                    """)
        }
        package static func unexpected(_ what: String) -> Sentence {
            Sentence(
                zh: "出了没有料到的错误（\(what)）。已经写下的都在；请把这一行连同日志一起报告。",
                en: "Something failed that nobody expected (\(what)). What was written is kept; report this line with the log.")
        }
        /// A constraint of the ledger's tables: whoever let it come that far made the mistake, not the file and not the disk.
        package static let refusedRow = Sentence(
            zh: "账本自己的规则不接受其中一行，这一步什么都没有写下。这是程序的错误，不是文件或磁盘的：请把日志里的那一行报告给开发者。",
            en: "A rule of the ledger's own tables refuses a row of this; nothing of this step was written. The mistake is the program's, not the file's or the disk's: report the line in the log.")
        package static let unreadableFile = Sentence(zh: "读不了", en: "it cannot be read")
        package static let unwritableFile = Sentence(zh: "写不了", en: "it cannot be written")
        package static func secret(_ source: String, _ problem: Sentence) -> Sentence {
            Sentence(zh: "密钥 \(source)：\(problem.zh)", en: "The secret \(source): \(problem.en)")
        }
        package static func fileOfSomebodyElse(author: String, owner: String) -> Sentence {
            Sentence(
                zh: "文件写着 author: \(author)，但它是由 \(owner) 的系统用户放进来的。请由本人投放，或改 author。",
                en: """
                    The file says author: \(author), and it was put here by the system user of \(owner). Drop it as \
                    \(author), or change its author.
                    """)
        }
        package static func listOfSomebodyElse(_ file: String, author: String, owner: String) -> Sentence {
            Sentence(
                zh: "\(file) 是 \(owner) 放进来的，而这次活动的 author 是 \(author)。没有收下。请由 \(author) 本人投放这个文件，或换一个文件名。",
                en: """
                    \(file) was put here by \(owner), and this campaign's author is \(author). Nothing was taken. Let \(author) \
                    drop that file, or drop it under another name.
                    """)
        }
        package static func fileOfTheDaemon(_ file: String) -> Sentence {
            Sentence(
                zh: "\(file) 属于守护进程自己的系统用户，但没有人在页面上交过这些内容，所以不知道是谁的。没有收下。请用自己的系统用户重新放一份，或在页面上交。",
                en: """
                    \(file) belongs to the daemon's own system user, and nobody handed in these bytes by a page, so that it is \
                    nobody's. Nothing was taken. Put a copy here as your own user, or hand it in by the page.
                    """)
        }
    }

    package enum Tests {
        package static func delivered(_ run: String) -> Sentence {
            Sentence(zh: "试发已送达（\(run)）。", en: "The test was delivered (\(run)).")
        }
        package static func ended(_ run: String, _ why: Sentence) -> Sentence {
            Sentence(zh: "试发没有送达（\(run)）：\(why.zh)。", en: "The test was not delivered (\(run)): \(why.en).")
        }
        package static func waits(_ run: String, _ why: Sentence?) -> Sentence {
            let zh = why.map { "：\($0.zh)" } ?? ""
            let en = why.map { ": \($0.en)" } ?? ""
            return Sentence(
                zh: "试发还在等待（\(run)）\(zh)。规则允许时会自动发出；用 curfew report \(run) 看结果。",
                en: "The test still waits (\(run))\(en). It goes as soon as the rules allow; see curfew report \(run).")
        }
    }
}

extension Catalogue.Failure {
    package static func noLaboratory(_ command: String, _ path: String, _ why: String) -> Sentence {
        Sentence(
            zh: "“\(command)”属于演练程序 curfew-lab，这里没有（\(path)：\(why.inChinese)）。在源码目录运行 make demo 等命令即可使用；正式环境不需要它。",
            en: """
                “\(command)” belongs to the laboratory, curfew-lab, which is not here (\(path): \(why)). The checkout's \
                make demo and its kin build it; a production machine needs none.
                """)
    }
}
