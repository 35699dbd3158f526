import CampaignModel

/// What to do about a problem in a dropped file, and the names of what a value should be.
extension Catalogue {
    package enum FilesHints {
        package static func didYouMean(_ word: String) -> Sentence {
            Sentence(zh: "是不是想写“\(word)”？", en: "Did you mean “\(word)”?")
        }
        package static func known(_ words: [String]) -> Sentence {
            let list = words.joined(separator: ", ")
            return Sentence(zh: "这里可以用：\(list)。", en: "Known here: \(list).")
        }
        package static func fullWidth(_ character: Character, plain: String) -> Sentence {
            Sentence(
                zh: "这里有全角的“\(character)”，请切换到英文输入法写“\(plain)”。",
                en: "There is a full-width “\(character)” here; write the plain “\(plain)”.")
        }
        package static let otherBlank = Sentence(
            zh: "这里有一个看起来像空格的特殊字符（不换行空格），请删掉并重新打一个空格。",
            en: "There is a blank here of another kind (a no-break space); delete it and type a plain one.")
        package static let tab = Sentence(
            zh: "YAML 不能用 Tab 缩进，请改成空格。", en: "YAML cannot be indented with tabs; use spaces.")
        package static let gbk = Sentence(
            zh: "看起来是 GBK（ANSI）编码；请用编辑器另存为 UTF-8。", en: "It looks like GBK (“ANSI”); save it again as UTF-8.")
        package static let utf16 = Sentence(
            zh: "看起来是 UTF-16（“Unicode”）编码；请用编辑器另存为 UTF-8。",
            en: "It looks like UTF-16 (“Unicode”); save it again as UTF-8.")
        package static let saveAsUTF8 = Sentence(zh: "请用编辑器另存为 UTF-8。", en: "Save it again as UTF-8.")
        package static let quote = Sentence(
            zh: "值里有特殊字符时请加双引号。", en: "Put the value in double quotes when it holds special characters.")
        package static let quoteOperator = Sentence(
            zh: "比较要加引号，例如 \">= 2\"。", en: "Put a comparison in quotes, such as \">= 2\".")
        package static let writeItOut = Sentence(zh: "请把内容完整写出来。", en: "Write the contents out in full.")
        package static let splitFile = Sentence(zh: "请每个活动放一个文件。", en: "Put each campaign in a file of its own.")
        package static let shortenFile = Sentence(
            zh: "名单请放进 CSV 文件，不要写在活动文件里。", en: "Keep the people in a CSV file, not in the campaign file.")
        package static let removeQuotes = Sentence(zh: "数字不要加引号。", en: "Write the number without quotes.")
        package static let plainNumber = Sentence(
            zh: "请写普通的十进制整数，不要前导 0、0x、1e3 或下划线。",
            en: "Write a plain decimal number: no leading zero, no 0x, 1e3 or underscores.")
        package static let midnight = Sentence(
            zh: "24:00 请写成第二天的 00:00。", en: "Write 24:00 as 00:00 of the next day.")
        package static let addTime = Sentence(zh: "请加上时间，例如 20:00。", en: "Add a time of day, such as 20:00.")
        package static let allowedHours = Sentence(
            zh: "请改到 08:00–22:00（上海时间）之间。", en: "Move it between 08:00 and 22:00, Shanghai time.")
        package static let endOfRepetition = Sentence(
            zh: "valid_until 请写 end-of-day 或 +3d；整个重复到哪天为止，写 until。",
            en: "Write valid_until: end-of-day or +3d; until says on which day the repetition ends.")
        package static let shanghaiHint = Sentence(
            zh: "北京时间请写 Asia/Shanghai。", en: "For China's time write Asia/Shanghai.")
        package static let addCard = Sentence(
            zh: "请加一条 applet_card、applet_coupon 或 authorization_card。",
            en: "Add an applet_card, an applet_coupon or an authorization_card.")
        package static let addFallback = Sentence(
            zh: "写上 fallback: 另一个版本名，这些人就会收到那个版本。",
            en: "Add fallback: with another variant's name, and these people get that one.")
        package static func declareField(_ name: String) -> Sentence {
            Sentence(
                zh: "请在 fields 里加上“\(name): {}”，需要时写默认值。",
                en: "Add “\(name): {}” under fields, with a default where one makes sense.")
        }
        package static let useCard = Sentence(
            zh: "请用小程序卡片代替链接。", en: "Use a mini-program card instead of the link.")
        package static let audienceTypes = Sentence(
            zh: "名单文件是 .xlsx、.csv、.txt、.tsv（逗号或 Tab 分隔）或 .jsonl。",
            en: "An audience file is .xlsx, .csv, .txt, .tsv or .jsonl.")
        package static let ruleParts = Sentence(
            zh: "可用：FREQ、INTERVAL、BYDAY、BYMONTHDAY、BYMONTH、COUNT、UNTIL、WKST=MO。",
            en: "Known: FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, COUNT, UNTIL, WKST=MO.")
        package static let campaignID = Sentence(
            zh: "只用 a-z、0-9 和“-”，最多 64 个字符。", en: "Use only a-z, 0-9 and “-”, at most 64 characters.")
        package static let fieldName = Sentence(
            zh: "字段名用字母、汉字、数字、“_”或“-”。", en: "A field's name holds letters, digits, “_” or “-”.")

        /// What a value must be, as an object of “must be …”.
        package enum Expected {
            package static let text = Sentence(zh: "一段文字", en: "a text")
            package static let integer = Sentence(zh: "一个整数", en: "a whole number")
            package static let boolean = Sentence(zh: " true 或 false", en: "true or false")
            package static let list = Sentence(zh: "一个列表，例如 [a, b]", en: "a list such as [a, b]")
            package static let mapping = Sentence(zh: "一组“键: 值”", en: "a mapping of “key: value”")
        }
    }
}
