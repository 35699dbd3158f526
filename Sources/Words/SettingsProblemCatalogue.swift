import CampaignModel

/// What the reading of settings tells people. In each sentence: what is wrong, and what to write instead.
extension Catalogue {
    package enum SettingSentence {
        package static func noFile(_ searched: [String]) -> Sentence {
            let places = searched.joined(separator: ", ")
            return Sentence(
                zh: "没有找到配置文件，找过：\(places)。用 `curfew config example` 可得到一份样例。",
                en: "No configuration found; looked at: \(places). `curfew config example` prints one to start from.")
        }
        package static func unreadable(_ why: String) -> Sentence {
            Sentence(zh: "读不了配置文件：\(why.inChinese)。", en: "The configuration cannot be read: \(why).")
        }
        package static func tooLong(bytesMax: Int) -> Sentence {
            Sentence(zh: "配置文件超过 \(bytesMax) 字节。", en: "The configuration is longer than \(bytesMax) bytes.")
        }
        /// - Parameter problem: the parser's own words.
        package static func notYAML(_ problem: String) -> Sentence {
            let kind = Catalogue.Syntax.sentence(problem)
            return Sentence(zh: "不是有效的 YAML：\(kind.zh)。", en: "Not valid YAML: \(kind.en).")
        }
        package static func duplicateKey(_ name: String) -> Sentence {
            Sentence(zh: "“\(name)”写了两次，请删掉一个。", en: "\"\(name)\" is written twice; remove one.")
        }
        package static func unknownKey(_ name: String, meant: String?) -> Sentence {
            guard let meant else {
                return Sentence(zh: "没有“\(name)”这个键。", en: "There is no key \"\(name)\" here.")
            }
            return Sentence(
                zh: "没有“\(name)”这个键，是不是想写“\(meant)”？",
                en: "There is no key \"\(name)\" here. Did you mean \"\(meant)\"?")
        }
        package static func missingKey(_ name: String, example: String) -> Sentence {
            Sentence(
                zh: "缺少“\(name)”，例如 \(name): \(example)", en: "\"\(name)\" is missing, for example \(name): \(example)")
        }
        package static func wrongType(wanted: Sentence) -> Sentence {
            Sentence(zh: "这里要写\(wanted.zh)。", en: "Expected \(wanted.en).")
        }
        package static func outOfRange(from low: String, to high: String) -> Sentence {
            Sentence(zh: "要在 \(low) 到 \(high) 之间。", en: "Must be between \(low) and \(high).")
        }
        package static func wouldWiden(limit: String) -> Sentence {
            Sentence(
                zh: "这会放宽规则：上限是 \(limit)，只能更严。",
                en: "This would widen the rule: the limit is \(limit), and a configuration can only narrow it.")
        }
        package static let inlineSecret = Sentence(
            zh: "密钥不能直接写在这里，请写 credential:NAME 或 file:PATH(权限 0600)。写在这里的那个已不再安全，请更换。",
            en: "A secret is never written here: use credential:NAME or file:PATH (mode 0600). Replace the one that stood here.")
        package static func notUnique(_ value: String, line: Int) -> Sentence {
            Sentence(zh: "“\(value)”在第 \(line) 行已经用过。", en: "\"\(value)\" is already used in line \(line).")
        }
        package static let trustAsNeedsLoopback = Sentence(
            zh: "trust_as 只能在平台地址是本机时打开。", en: "trust_as is only possible while the platform's address is loopback.")
        package static let plainHTTPNeedsLoopback = Sentence(
            zh: "明文 http 只许用于本机，请写 https。", en: "Plain http is only possible to loopback; write https.")
        package static let endsBeforeStart = Sentence(
            zh: "结束必须晚于开始。", en: "The end must be later than the beginning.")
        package static func unknownAccount(_ name: String) -> Sentence {
            Sentence(zh: "apps 里没有账号“\(name)”。", en: "There is no account \"\(name)\" under apps.")
        }
        package static func tooMany(_ countMax: Int) -> Sentence {
            Sentence(zh: "最多 \(countMax) 项。", en: "At most \(countMax) entries.")
        }
    }

    /// What a kind of setting looks like, to follow "expected".
    package static func wanted(_ kind: SettingKey.Kind) -> Sentence {
        switch kind {
        case .text(let lengthMax):
            Sentence(zh: "文字(最多 \(lengthMax) 个字符)", en: "text of at most \(lengthMax) characters")
        case .path: Sentence(zh: "文件路径", en: "a path")
        case .secret: Sentence(zh: " credential:NAME 或 file:PATH", en: "credential:NAME or file:PATH")
        case .secrets: Sentence(zh: "列表，每项是 credential:NAME 或 file:PATH", en: "a list of credential:NAME or file:PATH")
        case .integer: Sentence(zh: "整数", en: "a whole number")
        case .duration: Sentence(zh: "时长，例如 500ms、5s、30m、24h", en: "a duration such as 500ms, 5s, 30m, 24h")
        case .boolean: Sentence(zh: " true 或 false", en: "true or false")
        case .oneOf(let words):
            Sentence(zh: "其中之一：\(words.joined(separator: "、"))", en: "one of \(words.joined(separator: ", "))")
        case .someOf(let words):
            Sentence(zh: "列表，取自：\(words.joined(separator: "、"))", en: "a list of \(words.joined(separator: ", "))")
        case .texts(_, let countMax): Sentence(zh: "列表(最多 \(countMax) 项)", en: "a list of at most \(countMax) texts")
        case .pace: Sentence(zh: "速度，例如 \"2/s,burst=10\"、\"50/h\"", en: "a pace such as \"2/s,burst=10\" or \"50/h\"")
        case .dayWindow: Sentence(zh: "时段，例如 22:00-08:00", en: "a span of the day such as 22:00-08:00")
        case .zone: Sentence(zh: "时区名，例如 Asia/Shanghai", en: "the name of a time zone such as Asia/Shanghai")
        case .moment: Sentence(zh: "日期或时间，例如 2026-11-20 20:00", en: "a day or a moment such as 2026-11-20 20:00")
        case .baseURL: Sentence(zh: "地址，例如 https://open.douyin.com", en: "an address such as https://open.douyin.com")
        case .listenAddress: Sentence(zh: "地址和端口，例如 127.0.0.1:9470", en: "host and port such as 127.0.0.1:9470")
        case .block: Sentence(zh: "下一级的键", en: "a block of keys")
        case .blocks: Sentence(zh: "列表，每项是一组键", en: "a list of blocks of keys")
        }
    }
}
