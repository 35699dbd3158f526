import CampaignModel

/// The helps of the commands in Chinese. The English stands with each command, where its options are; here it is the key, a
/// line of it at a time, with its Chinese below. A test holds every line of every help against this table.
extension Catalogue {
    package enum Help {
        /// nil: nobody has put it into Chinese.
        package static func chinese(_ english: String) -> String? { table[english] }

        private static let table = Dictionary(
            pairs(of: looking) + pairs(of: tending), uniquingKeysWith: { first, _ in first })

        private static func pairs(of text: String) -> [(String, String)] {
            var pairs: [(String, String)] = []
            var key = ""
            for line in text.split(separator: "\n").map(String.init) {
                if line.hasPrefix("= ") { pairs.append((key, String(line.dropFirst(2)))) } else { key = line }
            }
            return pairs
        }

        private static let looking = """
            Timed, batch private messages for Douyin operator accounts. Never rings at night.
            = 抖音运营账号的定时批量私信。夜里绝不打扰。
            Marketers drop campaign files into a folder; the daemon checks them, waits for approval, plans, splits and \
            delivers them under the platform's rules, and explains every decision.
            = 运营把活动文件放进一个文件夹；守护进程负责检查、等待批准、排好计划、分好版本，按平台规则送达，并能说明每一个决定。
            Try it:  make demo
            = 先试一试：  make demo
            What it was built of:  curfew --version --all
            = 由什么组成：  curfew --version --all
            Show the version.
            = 显示版本。
            Show help information.
            = 显示帮助。
            The daemon: watches the inbox and sends.
            = 守护进程：看着投放文件夹，并发送。
            Example:  curfew serve --config /etc/curfew/curfew.yaml
            = 例子：  curfew serve --config /etc/curfew/curfew.yaml
            Exit codes: 0 stopped as asked · 65 the ledger may not be the one that was last here (`curfew doctor` says \
            why) · 74 the ledger is damaged or its disk fails · 75 another daemon holds the ledger · 77 state, inbox or \
            a secret not accessible, or a secret that others can read · 78 configuration refused · 1 anything else.
            = 退出码：0 按要求停下 · 65 账本可能不是上次在这里的那一个（`curfew doctor` 会说明原因） · 74 账本损坏或磁盘故障 · 75 另一个守护进程正在使用账本 · 77 \
            状态目录、投放文件夹或密钥无法访问，或密钥别人也能读 · 78 配置被拒绝 · 1 其他。
            The configuration. Without it: /etc/curfew/curfew.yaml, then ./curfew.yaml.
            = 配置文件。不写时：先找 /etc/curfew/curfew.yaml，再找 ./curfew.yaml。
            Rehearse on this clock file. Refused unless the platform's address is this machine.
            = 用这个时钟文件演练。平台地址不是本机时会被拒绝。
            The form of log lines: text or json.
            = 日志的形式：text 或 json。
            Checks the configuration, or prints one with every key explained.
            = 检查配置，或打印一份每个键都有说明的配置。
            Reads the configuration and says what is wrong with it.
            = 读配置，说出哪里不对。
            Example:  curfew config check --config curfew.yaml
            = 例子：  curfew config check --config curfew.yaml
            Looks at everything that the daemon looks at when it starts: the text, the secrets and tokens, lists of words,
            = 守护进程启动时看的都会看：文字、密钥和令牌、词表、
            users and groups. What lies in systemd's credentials only the service can see; that is said.
            = 用户和用户组。systemd 凭据里的东西只有服务自己看得到；这一点会说明。
            Exit codes: 0 clean · 77 a secret that others can read, or a file that cannot be read · 78 refused.
            = 退出码：0 没有问题 · 77 密钥别人也能读，或文件读不了 · 78 配置被拒绝。
            The configuration to check.
            = 要检查的配置。
            Prints a configuration with every key, its default and what it is for.
            = 打印一份配置，写有每个键、它的默认值和用途。
            Example:  curfew config example > curfew.yaml
            = 例子：  curfew config example > curfew.yaml
            Says what is wrong with campaign files, and what they will do.
            = 说出活动文件哪里不对、会做什么。
            Example:  curfew check Campaigns/examples/double-eleven-warmup.yaml
            = 例子：  curfew check Campaigns/examples/double-eleven-warmup.yaml
            Exit codes: 0 clean · 1 problems · 2 usage.
            = 退出码：0 没有问题 · 1 有问题 · 2 用法错误。
            Campaign files.
            = 活动文件。
            The configuration that knows authors and accounts.
            = 知道作者和账号的配置。
            zh or en.
            = zh 或 en。
            The moment to judge by; without it, now.
            = 按哪个时刻判断；不写就是现在。
            One JSON object a file.
            = 每个文件一个 JSON 对象。
            Shows the messages of a campaign file as people will get them.
            = 按收到的样子显示活动文件里的消息。
            Example:  curfew preview Campaigns/examples/double-eleven-warmup.yaml --variant a
            = 例子：  curfew preview Campaigns/examples/double-eleven-warmup.yaml --variant a
            Without --user: the first person, the one with the longest values and the one with the emptiest.
            = 不写 --user 时：第一个人、内容最长的人和内容最空的人。
            A campaign file.
            = 一个活动文件。
            Only this variant.
            = 只看这个版本。
            Only this person of the audience.
            = 只看名单里的这个人。
            The configuration.
            = 配置文件。
            Sends a campaign that was dropped to one test person. It passes the gate and is counted.
            = 把已经投放的活动试发给一位测试人员。照样过规则，也计入数量。
            Example:  curfew test-send double-eleven-warmup --to _000… --token-file my.token
            = 例子：  curfew test-send double-eleven-warmup --to _000… --token-file my.token
            Only to people who stand under test_people in the configuration, at most 20 a day and account; an author
            = 只能发给配置里 test_people 写的人，每天每账号最多 20 次；作者
            only their own campaigns. It goes at once when the rules allow, whatever the campaign's own hours are, and
            = 只能试发自己的活动。规则允许就马上发，不管活动自己的时段，
            the command says what became of it. Who has had it is left out by the campaign (already_tested).
            = 命令会说结果如何。试发收到过的人，活动不会再发（already_tested）。
            Exit codes: 0 done, 1 refused, not found or not answered, 2 wrong usage, 3 no daemon answers.
            = 退出码：0 完成，1 被拒绝、没找到或没有答复，2 用法错误，3 没有守护进程应答。
            The campaign's file, its id, or a run's name.
            = 活动的文件、编号，或场次的名字。
            The recipient's open_id.
            = 收件人的 open_id。
            The variant; without it the first.
            = 哪个版本；不写就是第一个。
            So many seconds for an outcome.
            = 等结果最多这么多秒。
            The configuration file.
            = 配置文件。
            Else /etc/curfew/curfew.yaml, else ./curfew.yaml.
            = 不写时先找 /etc/curfew/curfew.yaml，再找 ./curfew.yaml。
            The daemon's local socket, instead of the configured one.
            = 守护进程的本地套接字，代替配置里的那个。
            zh or en; else the configured language, else LANG.
            = zh 或 en；不写就用配置的语言，再看 LANG。
            Print JSON, one object with sorted keys, instead of text.
            = 打印 JSON（一个对象，键已排序），不打印文字。
            A file with your token, readable by you alone.
            = 写有你的令牌、只有你能读的文件。
            A name without proof; only a rehearsal accepts it.
            = 只报名字，没有证明；只有演练才接受。
            What would be sent when, and who would be left out and why.
            = 什么时候会发什么，谁会被跳过、为什么。
            The same planner and gate as the sender's, on a clock that is only walked through. The files share the days \
            of their accounts with each other and with every approved run of the ledger. Consent is what the ledger \
            knows; without a ledger everybody counts as authorised, and the answer says so. A campaign that was dropped \
            already may be given by its run's name instead of its file.
            = 用的是发送时的同一套计划和规则，只是时钟是推演的。各文件之间、以及和账本里所有已批准的场次，共用各账号每天的额度。授权以账本为准；没有账本时假定所有人都已授权，回答里会说明。已经投放的活动可以写场次名代替文件。
            Examples:
            = 例子：
            Campaign files, or names of runs.
            = 活动文件，或场次的名字。
            The moment to look from; without it, now.
            = 从哪个时刻看起；不写就是现在。
            One JSON object a campaign.
            = 每个活动一个 JSON 对象。
            How the lanes and the living runs stand, and how many attempts are unknown.
            = 各账号和进行中的场次现在怎样，有多少次发送结果不明。
            Example:
            = 例子：
            Reads the ledger itself when no daemon answers, and says so.
            = 没有守护进程应答时自己读账本，并会说明。
            List the unknown attempts instead.
            = 改为列出结果不明的发送。
            Only what the daemon itself answers; without one it ends with 3.
            = 只要守护进程自己的回答；没有应答就以 3 退出。
            The runs with their sums.
            = 各场次和它们的总数。
            Those that are over as well.
            = 也列出已经结束的。
            What has become of everybody in a run.
            = 一场里每个人都怎么样了。
            A campaign's id stands for its run; of a campaign with several occurrences, for all of them and each.
            = 写活动编号就是它的那一场；有几场的活动，是全部几场合计和每一场。
            The run's name, or its campaign's id.
            = 场次的名字，或活动的编号。
            Print one figure a line as comma-separated values.
            = 打印成逗号分隔的值，一行一个数。
            Why one person has, has not, or has not yet been written to.
            = 一个人为什么收到了、没收到，或还没收到。
            With --event: which campaigns listened to what the person did, and why there was a message or none.
            = 加上 --event：哪些活动在等此人做的这件事，为什么发了或没有发。
            The platform's message id of an event, its number, or `last`.
            = 事件在平台的消息编号、它的号码，或 `last`（最近一个）。
            Every rule is asked, not only the first that refuses.
            = 每条规则都会问，不只是第一条拒绝的。
            Exit codes: 0 done, 1 refused, not found or not answered, 2 wrong usage, 3 no daemon answers, 4 erased by age.
            = 退出码：0 完成，1 被拒绝、没找到或没有答复，2 用法错误，3 没有守护进程应答，4 记录已到期删除。
            The person's open_id.
            = 这个人的 open_id。
            A moment on Shanghai's wall, or ISO 8601; else now.
            = 上海时间的一个时刻，或 ISO 8601；不写就是现在。
            What people did: a run's figures and its test, an account's days and best hours.
            = 人们做了什么：一场的数字和实验，一个账号的每一天和最佳时段。
            Every share stands beside its usual range. What no source ever told of is "not measured".
            = 每个比例旁边都有它通常的范围。从来没有来源讲过的写「未测量」。
            A test's verdict is computed again from the figures that were kept with it.
            = 实验的结论会用当时留下的数字重新算一遍。
            Figures stay as they were when the records of single people are erased by age; what needs those records says
            = 单个人的记录到期删除后，数字保持不变；需要那些记录的问题
            that they are gone.
            = 会得到「已删除」的回答。
            Exit codes: 0 done, 1 no such run or account, or a look that does not come out the same, 2 usage,
            = 退出码：0 完成，1 没有这样的场次或账号，或有一次查看重算不一致，2 用法错误，
            4 erased by age, 78 configuration refused.
            = 4 记录已到期删除，78 配置被拒绝。
            A run's name, or a campaign's.
            = 场次的名字，或活动的编号。
            An account's days, hours and best time, instead of a run.
            = 看一个账号的每一天、各时段和最佳时间，而不是一场。
            All campaigns together against the people whom the house's holdout keeps back, instead of a run.
            = 看所有活动合起来，和全店对照人群相比，而不是一场。
            With --account and --holdout: the last so many days; 30 unless said.
            = 和 --account、--holdout 一起用：最近这么多天；不写就是 30。
            With --account and --holdout: up to here instead of now.
            = 和 --account、--holdout 一起用：看到这个时刻为止，而不是现在。
            A ledger's file, instead of the configured one.
            = 账本文件，代替配置里的那个。
            Every look that was taken at the run's test, the oldest first.
            = 这场实验每一次查看的记录，从最早的开始。
            Whom this run and another one have in common.
            = 这一场和另一场有哪些共同的人。
            One figure a line as comma-separated values.
            = 逗号分隔的值，一行一个数。
            Write one page about the run, charts inside, for reading and printing.
            = 写成一页，图表在内，供阅读和打印。
            Let a reviewed run be sent. Never by its author.
            = 让审核过的场次可以发送。作者不能批准自己的。
            With --digest, only what that digest stands for is approved; the report shows it. Sensitive words, links
            = 写了 --digest，就只批准这个指纹对应的内容；报告里有它。敏感词、链接
            and large audiences need a second person: the run stays in review until both have approved.
            = 和大人群需要第二个人：两个人都批准之前，场次一直在审核中。
            The digest that you saw.
            = 你看到的内容指纹。
            The note stands in the report beside the file, for its author.
            = 这句话会写进活动文件旁边的报告，给作者看。
            What its author should know.
            = 要告诉作者的话。
            Refuse a run that waits for approval. It ends there.
            = 拒绝一个等待批准的场次。它就此结束。
            Hold a run until somebody resumes it. What is on the wire still ends.
            = 按住一场，直到有人恢复。已经在途的请求会照常结束。
            Let a paused run go on.
            = 让暂停的场次继续。
            End a run for good. Whoever has not been written to is not written to.
            = 永久结束一场。还没发到的人不再发。
            A run's name ends that one occurrence, and a repeated campaign goes on with its next; a campaign's id ends
            = 写场次名只结束那一场，重复的活动会继续下一场；写活动编号结束
            the whole campaign. There is no undo; pause holds a run for a while.
            = 整个活动。不能撤销；只想停一阵请用 pause。
            Take back what a run has delivered, as far as the platform still lets us.
            = 撤回一场已送达的消息，以平台还允许的为限。
            What is not sent yet is paused. The platform decides message by message; the report counts what it took back
            = 还没发的会先暂停。平台逐条决定；报告会数出撤回了多少、
            and what it refused. Nobody's quota returns: the people were written to. Asking again asks once more for what
            = 拒绝了多少。额度不会退回：这些人已经联系过。再运行一次，会对
            was refused.
            = 被拒绝的再请求一次。
            Stop all sending at once, and keep it stopped over a restart.
            = 立刻停止全部发送，重启以后也保持停止。
            Says how many requests were on the wire. `curfew go` starts again; `curfew pause RUN` holds a single run.
            = 会说当时有多少请求在途。用 `curfew go` 恢复；`curfew pause RUN` 只按住一场。
            Everything. Asked for, so that nobody stops the house by a slip.
            = 全部。必须写明，免得手滑停掉全店。
            Let sending begin again after `stop --all`.
            = 在 `stop --all` 之后，让发送重新开始。
            Say what became of an unknown attempt, after you have looked.
            = 查实以后，说明一次结果不明的发送到底怎样了。
            `not-sent` gives the person's day and the quota back, so be sure: a wrong word can mean a second message.
            = `not-sent` 会退回这个人当天的机会和额度，所以要查实：说错了就可能发第二次。
            What became of it: accepted or not-sent.
            = 结果：accepted（已送达）或 not-sent（没发出）。
            Never write to a person again, from now on.
            = 从现在起不再给这个人发送。
            Holds for every account unless --account names one, and for messages that have not left yet.
            = 对所有账号有效，除非用 --account 指定一个；还没发出的消息也算。
            Only for this account.
            = 只对这个账号。
            Take the person off the list again.
            = 把这个人从名单上去掉。
            """
    }
}
