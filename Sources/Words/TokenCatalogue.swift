import CampaignModel

/// What is said where the people's tokens are made and ended.
extension Catalogue {
    package enum Tokens {
        package static let title = Sentence(zh: "人员与令牌", en: "People and tokens")
        package static let hint = Sentence(
            zh: "令牌证明一个人。新令牌只显示一次；此人原有的令牌和登录随即失效，或在所写的小时数之后。不需要重启。",
            en: """
                A token proves a person. A new one is shown once; what the person had before, logins included, ends at once \
                or after the hours given. Nothing is restarted.
                """)
        package static let days = Sentence(zh: "有效天数", en: "Days it holds")
        package static let overlap = Sentence(zh: "旧令牌再用几小时", en: "Hours that the old one still holds")
        package static let make = Sentence(zh: "生成新令牌", en: "Make a new token")
        package static let endOne = Sentence(zh: "作废", en: "End it")
        package static let endAll = Sentence(zh: "全部作废", en: "End all")
        package static let configured = Sentence(zh: "配置里的令牌", en: "the configuration's token")
        package static let none = Sentence(zh: "没有有效的令牌", en: "no token that holds")
        package static let madeTitle = Sentence(zh: "新令牌", en: "A new token")
        package static let shownOnce = Sentence(
            zh: "现在就交给本人：离开此页后不会再显示，也没有任何地方存着它。",
            en: "Hand it over now: it is not shown again, and nobody keeps it.")

        package static func line(
            id: Int64?, made: String?, by: String?, expires: String?, ended: String?, live: Bool
        ) -> Sentence {
            let zh = [
                id.map { "令牌 #\($0)" } ?? configured.zh, made.map { "\($0) 由 \(by ?? "") 生成" },
                expires.map { "\($0) 到期" }, ended.map { live ? "\($0) 作废" : "已于 \($0) 作废" }, live ? nil : "无效",
            ]
            let en = [
                id.map { "token #\($0)" } ?? configured.en, made.map { "made \($0) by \(by ?? "")" },
                expires.map { "expires \($0)" }, ended.map { live ? "ends \($0)" : "ended \($0)" },
                live ? nil : "does not hold",
            ]
            return Sentence(
                zh: zh.compactMap { $0 }.joined(separator: "，"), en: en.compactMap { $0 }.joined(separator: ", "))
        }

        package static func issued(_ person: String, expires: String, othersEnd: String) -> Sentence {
            Sentence(
                zh: "\(person) 的新令牌有效到 \(expires)；此人原有的令牌和登录在 \(othersEnd) 失效。",
                en: "The new token of \(person) holds until \(expires); what they had before, logins included, ends \(othersEnd).")
        }
        package static func ended(_ person: String, _ count: Int) -> Sentence {
            Sentence(
                zh: "已作废 \(person) 的 \(count) 个令牌，此人的登录随之结束。没有有效令牌的人，代理报上名来也不再放行，直到再给他一个令牌。",
                en: "Ended for \(person): \(count); their logins ended with it. Without a token that holds, a proxy's word for them is refused as well, until they are given another.")
        }
        package static func written(_ path: String) -> Sentence {
            Sentence(zh: "令牌在 \(path)（权限 0600）：交给本人。", en: "The token is in \(path) (mode 0600): hand it to them.")
        }

        // MARK: Refusals

        package static func endedToken(_ person: String, _ end: String) -> Sentence {
            Sentence(
                zh: "\(person) 的这个令牌在 \(end) 作废了。什么都没有做；请用新的令牌，或请操作员再做一个。",
                en: """
                    This token of \(person) was ended at \(end). Nothing was done; use the new one, or ask an operator for \
                    another.
                    """)
        }
        package static func shutOut(_ person: String) -> Sentence {
            Sentence(
                zh: "\(person) 的令牌都作废了，代理报上名来也不放行。什么都没有做；要恢复，请操作员给他一个新的令牌。",
                en: "Every token of \(person) was ended, and a proxy's word does not stand for one. Nothing was done; an operator lets them in again with a new token.")
        }
        /// - Parameter option: as the command calls it; the program's name for it stands beside.
        package static func outOfRange(
            _ what: Sentence, option: String, key: String, _ range: ClosedRange<Int>
        ) -> Sentence {
            let names = "\(option), \(key)"
            return Sentence(
                zh: "\(what.zh)（\(names)）必须在 \(range.lowerBound) 和 \(range.upperBound) 之间。什么都没有做。",
                en: "\(what.en) (\(names)) must be between \(range.lowerBound) and \(range.upperBound). Nothing was done.")
        }
        package static func nothingToEnd(_ person: String) -> Sentence {
            Sentence(zh: "\(person) 没有这样的有效令牌。", en: "\(person) has no such token that holds.")
        }
        package static let lastOperator = Sentence(
            zh: "这是最后一个有效的操作员令牌：作废它以后谁也不能再做新的。先给另一位操作员做一个。什么都没有做。",
            en: """
                This is the last operator's token that holds: nobody could make another. Make one for another operator \
                first. Nothing was done.
                """)
    }
}
