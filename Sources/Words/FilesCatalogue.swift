import CampaignModel

/// What a marketer reads about a dropped file: problems with the file as a text, with its keys and with its values.
/// Every sentence says what is wrong; the hint (`FilesHints`) says what to do.
extension Catalogue {
    package enum Files {
        package static let worldNotKnown = Sentence(
            zh: "没有配置文件：作者和账号没有核对。", en: "No configuration: author and account were not checked.")

        // MARK: The file as a text

        package static func tooLarge(limitKiB: Int) -> Sentence {
            Sentence(zh: "文件超过 \(limitKiB) KiB，没有读取。", en: "The file is larger than \(limitKiB) KiB and was not read.")
        }
        package static let empty = Sentence(zh: "文件是空的。", en: "The file is empty.")
        package static let notUTF8 = Sentence(
            zh: "文件不是 UTF-8 编码。", en: "The file is not encoded as UTF-8.")
        package static func badCharacter(_ code: String) -> Sentence {
            Sentence(
                zh: "这里有一个不允许的控制字符（\(code)）。", en: "There is a control character here that is not allowed (\(code)).")
        }
        /// - Parameter problem: the parser's own words.
        package static func syntax(_ problem: String) -> Sentence {
            let kind = Catalogue.Syntax.sentence(problem)
            return Sentence(zh: "这里不是有效的 YAML：\(kind.zh)。", en: "This is not valid YAML: \(kind.en).")
        }
        package static func needsQuotes(_ value: String) -> Sentence {
            let shown = value.count > 30 ? value.prefix(30) + "…" : value
            return Sentence(
                zh: "以 {、[ 或 ! 开头的文字要整句加引号，例如 \"\(shown)\"。",
                en: "A text that begins with {, [ or ! has to be quoted: \"\(shown)\".")
        }
        /// - Parameter escape: as it stands in single quotes, which mean nothing by it.
        package static func plainEscape(_ escape: String) -> Sentence {
            Sentence(
                zh: "单引号里的 \(escape) 就是这两个字，对方会照样看到。要换行请用双引号，或用 |。",
                en: "In single quotes \(escape) is just these two characters, and people are shown them. For a new line use double quotes, or |.")
        }
        package static let fullWidthColon = Sentence(
            zh: "这一行用了全角冒号“：”，YAML 只认半角“: ”。",
            en: "This line has a full-width colon “：”; YAML knows only the plain “: ”.")
        package static let manyDocuments = Sentence(
            zh: "一个文件只能有一个活动，这里用 “---” 开始了第二个。", en: "A file holds one campaign; a second one starts here with “---”.")
        package static let alias = Sentence(
            zh: "这里不接受 YAML 的锚点（&）和引用（*）。", en: "YAML anchors (&) and aliases (*) are not accepted here.")
        package static func tag(_ name: String) -> Sentence {
            Sentence(zh: "这里不接受 YAML 的类型标签 \(name)。", en: "The YAML tag \(name) is not accepted here.")
        }
        package static func tooDeep(limit: Int) -> Sentence {
            Sentence(zh: "嵌套超过 \(limit) 层。", en: "Nested more than \(limit) levels deep.")
        }
        package static let keyNotText = Sentence(
            zh: "键必须是一个词，不能是列表或映射。", en: "A key must be a word, not a list or a mapping.")

        // MARK: Keys and types

        package static func unknownKey(_ key: String) -> Sentence {
            Sentence(zh: "不认识的键“\(key)”。", en: "Unknown key “\(key)”.")
        }
        package static func duplicateKey(_ key: String, firstLine: Int) -> Sentence {
            Sentence(
                zh: "键“\(key)”重复，第一次在第 \(firstLine) 行。",
                en: "The key “\(key)” is repeated; it stands first in line \(firstLine).")
        }
        package static func missingKey(_ key: String) -> Sentence {
            Sentence(zh: "缺少必填的键“\(key)”。", en: "The required key “\(key)” is missing.")
        }
        package static func missingValue(_ key: String) -> Sentence {
            Sentence(zh: "“\(key)”后面没有值。", en: "“\(key)” has no value.")
        }
        package static func wrongType(_ key: String, expected: Sentence) -> Sentence {
            Sentence(zh: "“\(key)”应该是\(expected.zh)。", en: "“\(key)” must be \(expected.en).")
        }
        package static func notAChoice(_ key: String, value: String, choices: [String]) -> Sentence {
            let list = choices.joined(separator: " | ")
            return Sentence(
                zh: "“\(key)”不能是“\(value)”，可选：\(list)。", en: "“\(key)” cannot be “\(value)”; choose one of \(list).")
        }
        package static func outOfRange(_ key: String, from: Int, to: Int) -> Sentence {
            Sentence(zh: "“\(key)”必须在 \(from) 到 \(to) 之间。", en: "“\(key)” must be between \(from) and \(to).")
        }
        package static func listSize(_ key: String, from: Int, to: Int) -> Sentence {
            Sentence(zh: "“\(key)”要有 \(from) 到 \(to) 项。", en: "“\(key)” takes \(from) to \(to) entries.")
        }
        package static func textTooLong(_ key: String, limit: Int) -> Sentence {
            Sentence(zh: "“\(key)”超过 \(limit) 个字符。", en: "“\(key)” is longer than \(limit) characters.")
        }
        package static func badName(_ key: String, value: String) -> Sentence {
            Sentence(
                zh: "“\(key)”不能是“\(value)”：名字里有不允许的字符。",
                en: "“\(key)” cannot be “\(value)”: it holds characters that are not allowed.")
        }
        package static func unsafeFileName(_ name: String) -> Sentence {
            Sentence(
                zh: "文件名“\(name)”不安全：只能是同一文件夹里的文件，不含“/”、“..”和控制字符。",
                en: "The file name “\(name)” is not safe: it must be a file of the same folder, without “/”, “..” or control characters.")
        }
        package static func badAudienceType(_ name: String) -> Sentence {
            Sentence(zh: "“\(name)”不是名单文件。", en: "“\(name)” is not an audience file.")
        }

        // MARK: Numbers

        package static func badShare(_ key: String, value: String) -> Sentence {
            Sentence(
                zh: "“\(key)”不能是“\(value)”：应写成 5% 这样的百分比，最多两位小数。",
                en: "“\(key)” cannot be “\(value)”: write a percentage such as 5%, with at most two decimals.")
        }
        package static func badWeight(_ value: String) -> Sentence {
            Sentence(
                zh: "权重不能是“\(value)”：应大于 0、不超过 100，最多两位小数（0.01%）。",
                en: "A weight cannot be “\(value)”: it is above 0, at most 100, and no finer than two decimals (0.01%)."
            )
        }
        package static func weightSum(_ sum: String) -> Sentence {
            Sentence(
                zh: "所有版本的权重之和是 \(sum)，必须正好是 100。",
                en: "The weights of all variants add up to \(sum); they must add up to exactly 100.")
        }
        package static func badDuration(_ key: String, value: String) -> Sentence {
            Sentence(
                zh: "“\(key)”不能是“\(value)”：应写成 30m、2h 或 1d。", en: "“\(key)” cannot be “\(value)”: write 30m, 2h or 1d.")
        }

        // MARK: Times

        package static func badMoment(_ key: String, value: String) -> Sentence {
            Sentence(
                zh: "“\(key)”不能是“\(value)”：应写成 2026-11-20 20:00。",
                en: "“\(key)” cannot be “\(value)”: write 2026-11-20 20:00.")
        }
        package static func noSuchDay(_ key: String, day: String, days: Int) -> Sentence {
            Sentence(
                zh: "没有 \(day) 这一天：这个月只有 \(days) 天（\(key)）。",
                en: "There is no \(day): that month has \(days) days (\(key)).")
        }
        package static func timeMissing(_ key: String) -> Sentence {
            Sentence(zh: "“\(key)”只有日期，没有时间。", en: "“\(key)” has a date but no time of day.")
        }
        package static func leapSecond(_ key: String) -> Sentence {
            Sentence(
                zh: "“\(key)”写了闰秒（:60）；闰秒不能用来安排发送。",
                en: "“\(key)” names a leap second (:60); nothing can be scheduled on one.")
        }
        package static func timeDoesNotExist(_ key: String, value: String, zone: String) -> Sentence {
            Sentence(
                zh: "\(zone) 的钟在 \(value) 被拨快，这个时间不存在（\(key)）。",
                en: "Clocks in \(zone) are put forward across \(value); that time does not exist (\(key)).")
        }
        package static func badWindow(_ value: String) -> Sentence {
            Sentence(zh: "时间段不能是“\(value)”：应写成 20:00-22:00。", en: "A window cannot be “\(value)”: write 20:00-22:00.")
        }
        package static let emptyWindow = Sentence(
            zh: "时间段的开始和结束相同，里面没有时间。", en: "The window starts and ends at the same time; there is nothing in it.")
        package static func unknownZone(_ name: String) -> Sentence {
            Sentence(zh: "不认识的时区“\(name)”。", en: "Unknown time zone “\(name)”.")
        }
        package static let neverAllowed = Sentence(
            zh: "按这个安排，一条也发不出去：所有时间都落在 22:00–08:00（上海时间）的静默时段内。",
            en: "Nothing could ever be sent: every moment of this schedule lies in the quiet hours 22:00–08:00, Shanghai time.")
        package static func startInQuietHours(first: String) -> Sentence {
            Sentence(
                zh: "开始时间在静默时段内，实际最早从 \(first)（上海时间）开始发送。",
                en: "The start lies in quiet hours; sending begins at \(first), Shanghai time, at the earliest.")
        }
        package static let startPassed = Sentence(
            zh: "开始时间已经过去：审核通过后马上开始，到 valid_until 为止。",
            en: "The start has passed: sending begins as soon as it is approved, until valid_until.")
        package static let scheduleOver = Sentence(
            zh: "这个活动的全部时间都已经过去。", en: "All of this campaign's time has already passed.")
        package static func oneEndForAll(_ end: String) -> Sentence {
            Sentence(
                zh: "重复的活动，valid_until 是每一场自己的截止时间；写成一个时刻，\(end) 之后的每一场都发不出去。",
                en: "In a repeated campaign valid_until ends each occurrence; as one moment it leaves every occurrence after \(end) nothing to send in.")
        }
        package static let noOccurrence = Sentence(
            zh: "按这个重复规则，一次也不会发生。", en: "With this repetition the campaign never takes place.")
        package static func hashCuts(_ rest: String) -> Sentence {
            Sentence(
                zh: "“\(rest)”会被当作注释，不会发出。带 # 的文字请整句加引号，例如 text: \"今天 #双11 开始\"；要写注释，请另起一行。",
                en: "“\(rest)” is taken for a comment and is not sent. Put a text that holds # into quotes, as in text: \"Today #sale begins\"; write a comment in a line of its own.")
        }
        package static func exceptWithoutEffect(_ dates: [String]) -> Sentence {
            let list = dates.joined(separator: ", ")
            return Sentence(
                zh: "\(list) 本来就不发，写在 except 里不起作用；请核对日期。",
                en: "Nothing takes place on \(list) anyway, so to except it changes nothing; check the date.")
        }
        package static func startNotInPattern(first: String) -> Sentence {
            Sentence(
                zh: "开始时间不符合重复规则，第一次是 \(first)。",
                en: "The start does not fit the repetition; the first occurrence is \(first).")
        }
        package static let endBeforeStart = Sentence(
            zh: "结束时间不晚于开始时间。", en: "The end is not after the start.")
        package static func badDate(_ value: String) -> Sentence {
            Sentence(zh: "“\(value)”不是日期：应写成 2026-12-25。", en: "“\(value)” is not a date: write 2026-12-25.")
        }
        package static func onlyWith(_ key: String, repeats: String) -> Sentence {
            Sentence(zh: "“\(key)”只能和 repeat: \(repeats) 一起用。", en: "“\(key)” goes only with repeat: \(repeats).")
        }
        package static func notTogether(_ key: String, _ other: String) -> Sentence {
            Sentence(zh: "“\(key)”和“\(other)”不能一起用。", en: "“\(key)” and “\(other)” cannot stand together.")
        }
        package static func badWeekday(_ value: String) -> Sentence {
            Sentence(
                zh: "“\(value)”不是星期：应写成 mon…sun 或 second tue。",
                en: "“\(value)” is not a weekday: write mon … sun, or second tue.")
        }
        package static func badDayOfMonth(_ value: String) -> Sentence {
            Sentence(
                zh: "“\(value)”不是日：应是 1…31 或 last。", en: "“\(value)” is not a day of the month: write 1 … 31, or last.")
        }
        package static func shortMonths(_ day: Int) -> Sentence {
            Sentence(zh: "没有 \(day) 号的月份会被跳过。", en: "Months without a day \(day) are skipped.")
        }
        package static func badRule(_ part: String) -> Sentence {
            Sentence(zh: "rrule 里的“\(part)”不能用。", en: "“\(part)” in the rrule cannot be used.")
        }
    }
}
