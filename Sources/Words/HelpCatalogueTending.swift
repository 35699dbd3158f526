import CampaignModel

extension Catalogue.Help {
    /// Accounts, people, lists, and the ledger.
    static let tending = """
        Tend the sending accounts.
        = 照看发送账号。
        The accounts, whether they may send, and what of the day is used.
        = 各账号能不能发送，当天用了多少。
        Everything about one account: how it stands, its qualifications, and who did what to it.
        = 一个账号的全部情况：现在怎样、有哪些资质、谁对它做过什么。
        The account's name.
        = 账号的名字。
        Open an account that the platform closed, once the cause is dealt with.
        = 原因处理好以后，重新打开被平台关闭的账号。
        Some answers of the platform stop an account until somebody has acted: a missing permission, a policy in its \
        workbench, a refused token. This says that somebody has. A banned account stays closed.
        = 平台的有些回答会让账号停下，直到有人处理：缺权限、后台的某项规定、令牌被拒。这条命令就是说：已经处理好了。被封禁的账号不会打开。
        Stop every send of an account until an appeal is recorded.
        = 停止一个账号的全部发送，直到记下一次申诉成功。
        Three reports and a violation on record freeze an account by themselves.
        = 记录在案三次举报和一次违规，账号会自动冻结。
        Why, in your own words; stands in the account's history.
        = 原因，用你自己的话写；会留在账号的历史里。
        Record an appeal that was granted: the account may send again.
        = 记下一次申诉成功：账号可以重新发送。
        Spends the reports and violations that led to the freeze. A banned account stays banned.
        = 导致冻结的举报和违规从此不再计。被封禁的账号仍然封禁。
        Put a qualification on file; while it is valid it lifts the daily batch cap to its own number.
        = 登记一项资质；有效期内，每日批量上限改为它自己的数字。
        It never lifts the cap on users, and never that of a personal account. Of several the largest counts.
        = 它不会提高每日人数上限，也不提高个人账号的。有几项时取最大的。
        Its number.
        = 资质编号。
        A digest of the document that proves it.
        = 证明文件的摘要。
        First moment, on Shanghai's wall.
        = 开始的时刻，上海时间。
        End, exclusive.
        = 结束的时刻，不含。
        Messages a day.
        = 每天多少条消息。
        Take the record off the file.
        = 撤下这项登记。
        Record the credit score of the account's mini-program; below 80 its marketing stops.
        = 登记账号所属小程序的信用分；低于 80 时停止营销发送。
        The score is the app's: it counts for all of its accounts.
        = 分数属于小程序：对它的所有账号都算。
        0 to 100, as the platform's workbench shows it.
        = 0 到 100，照平台后台显示的写。
        Record that people have reported the account; the platform sends no event of it.
        = 记下有人举报了账号；平台不会发这种事件。
        How many.
        = 多少次。
        Record that the platform found a content violation.
        = 记下平台认定了一次内容违规。
        Say whether the account is bound to the mini-program with the permission to send.
        = 说明账号有没有绑定小程序并有发送权限。
        It is not, or no longer.
        = 没有，或不再有。
        Record that the platform has banned the account for good. No command undoes this.
        = 记下平台永久封禁了账号。没有命令能撤销。
        You know that this cannot be undone.
        = 你知道这不能撤销。
        Record whether the platform has approved a card template of the account's mini-program.
        = 登记平台有没有批准账号所属小程序的一个卡片模板。
        From the first template on record, a campaign with one that is not approved is refused.
        = 从登记第一个模板起，用了未批准模板的活动会被拒绝。
        The template's id.
        = 模板的编号。
        It is not approved, or no longer.
        = 没有批准，或不再批准。
        Entry strategies: where in the mini-program people are asked for their authorisation.
        = 入口策略：在小程序的什么地方请人授权。
        The strategies of an account's mini-program.
        = 账号所属小程序的策略。
        Any account of the mini-program.
        = 小程序的任意一个账号。
        Enable, disable or remove a strategy; at most 20 are enabled at once.
        = 启用、停用或删除一条策略；最多同时启用 20 条。
        How people come in.
        = 人从哪里进来。
        What they do there.
        = 他们在那里做什么。
        The page on which they are asked.
        = 在哪个页面请他们授权。
        Keep it, and do not use it.
        = 留着，但不用。
        Forget it.
        = 忘掉它。
        What is known of single people beside their consent.
        = 除了授权以外，对单个人还知道什么。
        Take people's zones, do-not-disturb hours, mutual follows, stock and shown cards from a list.
        = 从名单取得各人的时区、免打扰时段、互关、库存和已展示的卡片。
        Columns beside open_id, all optional; an empty cell changes nothing:
        = 除 open_id 外的列都可有可无；空格子不改变任何东西：
        zone            Asia/Urumqi: their wall can only narrow when they are written to
        = zone            Asia/Urumqi：按他们当地时间，只会让可发送的时段更窄
        dnd             22:30-09:00 on their own wall, or none
        = dnd             22:30-09:00（当地时间），或 none
        mutual_follow   yes or no: images go to mutual followers only
        = mutual_follow   yes 或 no：图片只发给互相关注的人
        stock           sends that are left, where rules.stock is counted
        = stock           还剩几次发送，用于 rules.stock
        cards_shown, cards_refused, day
        = cards_shown, cards_refused, day
        authorisation cards that the mini-program showed, and those turned down, on that day
        = 小程序在那一天展示过、被拒绝过的授权卡片
        Being in a list is no consent.
        = 在名单里不等于同意。
        The account that follows, sends and shows.
        = 互关、发送、展示卡片的那个账号。
        A list: .xlsx, .csv or .jsonl.
        = 名单：.xlsx、.csv 或 .jsonl。
        Everybody of a run and where they stand, as comma-separated values; enterprise accounts only.
        = 一场里的每个人和他们的情况，逗号分隔；只限企业账号。
        The list names people: taking it is for operators and stands in the audit. What a spreadsheet would run as a \
        formula gets an apostrophe before it. Of a campaign with several occurrences, by its id, everybody of each is
        = 名单上有个人：只有运维能取，并记入审计。表格软件会当公式执行的内容前面加一个撇号。写活动编号而它有几场时，每一场的每个人都会
        listed, with the occurrence in a first column. Of a campaign with a trigger a person has a line for each time, with
        = 列出，第一列是场次。由发生的事触发的活动，一个人每次各占一行，
        when it happened in a last column. Runs whose people were erased by age are named.
        = 最后一列是发生的时间。人员记录已到期删除的场次会说明。
        What people did: orders, consultations, clicks, reports, opt-outs.
        = 人们做了什么：下单、咨询、点击、举报、退订。
        Take in a file of events: CSV, or one JSON object a line.
        = 读入一个事件文件：CSV，或一行一个 JSON 对象。
        Columns: open_id, kind, at, and as wanted account, app, amount (yuan), id, order. Kinds: entered, clicked, \
        replied, consulted, ordered, corrected, refunded, reported, opted_out, answered. A JSON line may hold a \
        callback of the platform instead: {"signature": …, "body": …}. Importing a file twice changes nothing; bad \
        lines are named and left out.
        = 列：open_id、kind、at，需要时加 account、app、amount（元）、id、order。kind \
        有：entered、clicked、replied、consulted、ordered、corrected、refunded、reported、opted_out、answered。JSON \
        的一行也可以是平台的一次回调：{"signature": …, "body": …}。同一个文件读两次不会改变什么；坏行会指出并跳过。
        The file. Its name ends in .csv, .tsv, .txt, .xlsx, .jsonl or .ndjson.
        = 文件。名字以 .csv、.tsv、.txt、.xlsx、.jsonl 或 .ndjson 结尾。
        What proves the people who act.
        = 证明操作者身份的东西。
        Make a token for a person: 256 bits, in a file of mode 0600.
        = 给一个人做令牌：256 位，放在权限 0600 的文件里。
        Says what to write into the configuration and into the unit. The token itself is never printed. Needs no \
        daemon.
        = 会说配置和 systemd 单元里要写什么。令牌本身从不打印。不需要守护进程。
        Exit codes: 0 made, 1 not made, 2 wrong usage.
        = 退出码：0 已做好，1 没做成，2 用法错误。
        The people, their roles, and the tokens that prove them.
        = 人员、角色，以及证明他们的令牌。
        Make a token that the running daemon knows at once; what the person had before ends.
        = 做一个令牌，运行中的守护进程马上就认；此人原有的随即作废。
        The token is in the file alone, of mode 0600. The person's other tokens and logins end at once, the \
        configuration's too, or after the hours of --overlap: for a machine that has to learn the new one first.
        = 令牌只在那个文件里，权限 0600。此人其他的令牌和登录马上作废，配置里的也一样，或者过 --overlap \
        写的小时数再作废：给要先换上新令牌的机器用。
        How many days the token holds, 730 at most; without it 180.
        = 令牌有效多少天，最多 730；不写就是 180。
        How many hours the old ones still hold, 168 at most.
        = 旧令牌还能用多少小时，最多 168。
        End a person's tokens and logins at once.
        = 马上作废一个人的令牌和登录。
        Without --token all of them, the configuration's too. The last operator's token cannot be ended.
        = 不写 --token 就是全部，配置里的也一样。最后一个操作员的令牌不能作废。
        Only this one, by its number in the list.
        = 只作废这一个，写列表里的编号。
        The person's name, as it stands under people in the configuration.
        = 这个人的名字，和配置 people 里写的一样。
        The file to write; without it NAME.token here. It must not exist.
        = 要写的文件；不写就是这里的 NAME.token。它必须还不存在。
        zh or en; else LANG.
        = zh 或 en；不写就看 LANG。
        Look after everything that sending depends on, and say what to do.
        = 检查发送所依赖的一切，并说该做什么。
        Works with and without a running daemon and changes nothing. Checks the ledger (file, sums, form, audit, \
        whether it is the right one), state directory, lock, secrets, tokens, drop folder, disk, clock, and the way \
        to the platform.
        = 守护进程在不在运行都可以，什么也不改变。检查账本（文件、总数、格式、审计、是不是该用的那一个）、状态目录、锁、密钥、令牌、投放文件夹、磁盘、时钟，以及到平台的路。
        Exit codes: 0 nothing is broken (there may be warnings), 1 something is, 78 configuration refused.
        = 退出码：0 没有坏的（可能有警告），1 有坏的，78 配置被拒绝。
        Compare every index with its table as well; takes several times as long.
        = 还把每个索引和它的表对照；要花几倍的时间。
        Do not ask the platform.
        = 不问平台。
        The clock of a rehearsal.
        = 演练用的时钟。
        Write a checked copy of the ledger, while the daemon goes on.
        = 写一份检查过的账本拷贝，守护进程照常工作。
        The file is one state of the ledger, flushed, checked page by page, and readable by its owner only. `curfew \
        restore` puts it back. It holds personal ids.
        = 文件是账本某一刻的完整状态，已落盘、逐页检查，只有属主能读。用 `curfew restore` 放回。里面有用户标识。
        Exit codes: 0 done, 1 not done and nothing left behind, 78 configuration refused.
        = 退出码：0 完成，1 没做成、什么也没留下，78 配置被拒绝。
        The file to write. It must not exist.
        = 要写的文件。它必须还不存在。
        Put a backup in the ledger's place, and take a ledger in doubt into use.
        = 把备份放回账本的位置，并启用一个存疑的账本。
        What was sent after a backup is not in it. So a restored, copied or older ledger sends nothing until \
        somebody accepts it; then whoever may have been contacted in the unknown time is skipped in the runs that \
        had begun, every account waits for the next day, and every authorisation is asked for again. The daemon must \
        be stopped. An inbox belongs to one ledger: --accept takes it along, --take-inbox gives it to a new one.
        = 备份之后发过什么，备份里没有。所以恢复的、拷贝的或较旧的账本什么也不发，直到有人接受它；接受以后，那段未知时间里可能联系过的人，在当时已开始的场次里会跳过，每个账号等到第二天，每份授权重新查询。守护进程必须先停下。\
        投放文件夹属于一个账本：--accept 会带上它，--take-inbox 把它交给一个新账本。
        Exit codes: 0 done, 1 not done and nothing changed, 65 restored and waiting for --accept, 75 a daemon holds \
        the ledger, 77 state not accessible, 78 configuration refused.
        = 退出码：0 完成，1 没做成、什么也没改变，65 已恢复、等待 --accept，75 守护进程正在使用账本，77 状态目录无法访问，78 配置被拒绝。
        Replace the ledger that is there; it is kept under another name.
        = 替换现有的账本；原来的会换个名字留着。
        Take the ledger into use: no other curfew sends for these accounts any more.
        = 启用这个账本：别的 curfew 已不再用这些账号发送。
        Give the inbox to this ledger: the one it belonged to is out of use.
        = 把投放文件夹交给这个账本：原来所属的账本已不再使用。
        The backup; without it only --accept.
        = 备份文件；不写就只是 --accept。
        Remove a person from everything, for good.
        = 把一个人从所有地方永久删除。
        The person's id is replaced by a keyed digest everywhere, their fields are emptied, lists and reports in the \
        drop folder are rewritten. The digest stays denied, so that a later list cannot bring the person back. Sums \
        and figures stay as they are. There is no undo: the id is given a second time, or typed when it is asked \
        for. Only somebody who stands in a list, an event or an authorisation can be erased, and no name of an \
        account, app, campaign, run or person of the house.
        = 这个人的标识在各处换成带密钥的摘要，字段清空，投放文件夹里的名单和报告会改写。摘要一直在拒收名单里，以后的名单带不回这个人。总数和数字保持不变。不能撤销：标识要写第二遍，或在询问时输入。只有在名单、事件或授权里出现\
        过的人才能删除，不能是账号、小程序、活动、场次或店里人员的名字。
        Exit codes: 0 erased, 1 refused, not finished, or files that are yours still hold the id, 2 wrong usage, 3 \
        no daemon answers.
        = 退出码：0 已删除，1 被拒绝、没做完，或您自己的文件里还有这个标识，2 用法错误，3 没有守护进程应答。
        The same open_id once more; without it you are asked to type it.
        = 再写一遍同一个 open_id；不写就会请你输入。
        What people did and what happened to accounts, as a chain that shows later changes.
        = 人们做了什么、账号发生了什么，串成一条链，事后改动会被看出来。
        The latest rows.
        = 最近的记录。
        People stand in it as keyed digests, never by their open_id.
        = 里面的人只有带密钥的摘要，从不出现 open_id。
        Exit codes: 0 done, 1 the ledger cannot be read, 78 configuration refused.
        = 退出码：0 完成，1 账本读不了，78 配置被拒绝。
        How many of the latest rows; 0 for all.
        = 最近多少行；0 是全部。
        Reads the whole chain and names the first broken row.
        = 读完整条链，指出第一处断开的地方。
        Works on the file alone, with or without a daemon. Prints the chain's head; noted elsewhere, it proves later \
        that nothing before it was changed.
        = 只看文件，守护进程在不在都行。会打印链头；抄在别处，以后能证明此前没有改动。
        Exit codes: 0 whole, 1 broken, not the noted one, or not readable, 78 configuration refused.
        = 退出码：0 完整，1 断开、和抄下的不符，或读不了，78 配置被拒绝。
        Who is told what happens, and whether it gets through.
        = 发生了什么会通知谁，发不发得到。
        The targets of notices: what waits, when each was last told, and what went wrong.
        = 通知对象：有多少在等、上次成功的时间、出了什么错。
        Tell one target something now, and say whether it took it.
        = 现在就给一个对象发条通知，并说明它收下没有。
        Waits for the target's own word, half a minute at most. What is not taken is kept and tried again.
        = 等对方的回音，最多半分钟。没有收下的会留着，稍后再试。
        The target's name, as it stands under notify in the configuration.
        = 通知对象的名称，和配置里 notify 下写的一样。
        A head that an earlier call printed.
        = 以前打印过的链头。
        """
}
