import CampaignModel

/// What a command says to somebody who typed it wrong: what does not go, and what to type instead.
extension Catalogue {
    package enum Usage {
        package static func oneIdentity(_ flag: String) -> Sentence {
            Sentence(
                zh: "请说明你是谁：--token-file 或 \(flag)，二者选一。",
                en: "Say who you are with either --token-file or \(flag).")
        }
        package static func oneOf(_ options: [String]) -> Sentence {
            Sentence(
                zh: "\(options.joined(separator: " 和 ")) 只能选一个。",
                en: "Choose one of \(options.joined(separator: " and ")).")
        }
        package static func goesWith(_ options: [String], _ others: [String]) -> Sentence {
            let plural = options.count > 1
            return Sentence(
                zh: "\(options.joined(separator: " 和 ")) 只能和 \(others.joined(separator: " 或 ")) 一起用。",
                en: """
                    \(options.joined(separator: " and ")) \(plural ? "go" : "goes") with \
                    \(others.joined(separator: " or ")) only.
                    """)
        }
        package static func notWith(_ options: [String], _ other: String) -> Sentence {
            Sentence(
                zh: "有 \(other) 时 \(options.joined(separator: "、")) 没有意义，请去掉。",
                en: "With \(other), \(options.joined(separator: ", ")) would mean nothing: leave it out.")
        }
        package static func range(_ option: String, _ range: ClosedRange<Int>) -> Sentence {
            Sentence(
                zh: "\(option) 是 \(range.lowerBound) 到 \(range.upperBound)。",
                en: "\(option) is \(range.lowerBound) to \(range.upperBound).")
        }
        package static func moment(_ option: String, _ text: String) -> Sentence {
            Sentence(
                zh: "\(option) “\(text)” 不是一个时刻：请写 2026-11-20 21:59 或 2026-11-20T21:59:00+08:00。",
                en: "\(option) \"\(text)\" is no moment: write 2026-11-20 21:59 or 2026-11-20T21:59:00+08:00.")
        }
        package static let stopAll = Sentence(
            zh: "停止针对全部：请写 --all。只按住一场：curfew pause RUN。",
            en: "Stopping is for everything: say --all. To hold one run: curfew pause RUN.")
        package static let forGood = Sentence(
            zh: "封禁不能撤销：请写 --for-good。", en: "A ban cannot be undone: say --for-good.")
        package static let head = Sentence(
            zh: "--head 写成 行数:摘要，照 curfew audit verify 打印的抄。",
            en: "--head is written ROWS:DIGEST, as `curfew audit verify` prints it.")
        package static let ledger = Sentence(
            zh: "请用 --ledger 写出账本文件。", en: "Give the ledger's file with --ledger.")
        package static let backup = Sentence(
            zh: "请写出备份文件，或写 --accept 或 --take-inbox。", en: "Name a backup, or say --accept or --take-inbox.")
        package static let subject = Sentence(
            zh: "请写一个场次，或用 --account 写一个账号，或写 --holdout。",
            en: "Name a run, or an account with --account, or ask for --holdout.")
        package static let emptyName = Sentence(zh: "名字不能为空。", en: "A name cannot be empty.")
        package static func cannotRead(_ path: String, _ why: String) -> Sentence {
            Sentence(zh: "读不了 \(path)：\(why.inChinese)。", en: "Cannot read \(path): \(why).")
        }
        package static func tooLong(_ path: String, mebibytes: Int) -> Sentence {
            Sentence(zh: "\(path) 超过 \(mebibytes) MiB。", en: "\(path) is longer than \(mebibytes) MiB.")
        }
        package static func noCampaign(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 不是能用的活动文件；用 curfew check \(path) 看原因。",
                en: "\(path) is no campaign; curfew check \(path) says why.")
        }
        package static func notInAudience(_ user: String, _ file: String) -> Sentence {
            Sentence(zh: "\(file) 的名单里没有 \(user)。", en: "\(user) is not in the audience of \(file).")
        }
        package static func noVariant(_ name: String, of names: [String]) -> Sentence {
            Sentence(
                zh: "没有版本 \(name)；有 \(names.joined(separator: "、"))。",
                en: "There is no variant \(name); there are \(names.joined(separator: ", ")).")
        }
        package static func clockFile(_ option: String) -> Sentence {
            Sentence(
                zh: "\(option) 只用于演练：platform.base_url 必须是本机的地址。",
                en: "\(option) is for rehearsals: platform.base_url must be this machine's own address.")
        }
    }

    /// The words of the parser of command lines. `%` stands for what was typed.
    package enum Parser {
        package static let templates: [(en: String, zh: String)] = [
            ("Unknown option '%'. Did you mean '%'?", "没有选项 %。是不是 %？"),
            ("Unknown option '%'", "没有选项 %。"),
            ("Missing expected argument '%'", "缺少 %。"),
            ("Missing one of: '%'", "缺少其中之一：%。"),
            ("Missing value for '%'", "% 后面缺少值。"),
            ("The value '%' is invalid for '%'. Please provide one of %.", "“%”不能用作 %；可以写 %。"),
            ("The value '%' is invalid for '%': %", "“%”不能用作 %：%"),
            ("The value '%' is invalid for '%'", "“%”不能用作 %。"),
            ("The option '%' does not take any value, but '%' was specified.", "选项 % 后面不跟值，却写了“%”。"),
            ("Value to be set with flag '%' had already been set with flag '%'", "% 和前面的 % 冲突。"),
            ("Unexpected argument '%'", "多了一个“%”。"),
            ("% unexpected arguments: '%'", "多了 % 个：%。"),
            ("Invalid option: %", "没有选项 %。"),
            ("Missing required subcommand.", "缺少子命令。"),
        ]
        /// Headings of the parser's pages.
        package static let headings: [String: String] = [
            "ARGUMENTS": "参数", "OPTIONS": "选项", "SUBCOMMANDS": "子命令", "THE SERVICE SUBCOMMANDS": "服务",
            "BEFORE SENDING SUBCOMMANDS": "发送之前", "WHAT HAPPENS SUBCOMMANDS": "现在怎样",
            "WHAT PEOPLE DO SUBCOMMANDS": "人做的事", "LOOKING AFTER THE LEDGER SUBCOMMANDS": "照看账本",
            "REHEARSING AND MEASURING SUBCOMMANDS": "演练和测量",
        ]
        package static let overview = Sentence(zh: "概要：", en: "OVERVIEW: ")
        package static let usage = Sentence(zh: "用法：", en: "USAGE: ")
        package static let usageAgain = Sentence(zh: "用法：", en: "Usage: ")
        package static let error = Sentence(zh: "错误：", en: "Error: ")
        package static let help = Sentence(zh: "说明：", en: "Help:  ")
        package static let subcommand = Sentence(zh: "<子命令>", en: "<subcommand>")
        package static func see(_ command: String) -> String { "  详见：\(command)" }
        package static func values(_ values: String) -> String { "（可以写：\(values)）" }
        package static func initially(_ value: String) -> String { "（不写就是：\(value)）" }
    }
}
