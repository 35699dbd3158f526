import CampaignModel

/// A schedule in words.
extension Catalogue {
    package enum ScheduleWords {
        package static func zone(_ identifier: String) -> Sentence {
            identifier == "Asia/Shanghai"
                ? Sentence(zh: "上海时间", en: "Shanghai time") : Sentence(zh: identifier, en: identifier)
        }
        package static func once(date: String, time: String, zone: Sentence) -> Sentence {
            Sentence(zh: "\(date) \(time) 一次（\(zone.zh)）", en: "Once, on \(date) at \(time) (\(zone.en))")
        }
        package static func repeated(_ pattern: Sentence, time: String, from: String, zone: Sentence) -> Sentence {
            Sentence(
                zh: "\(pattern.zh) \(time)（\(zone.zh)），从 \(from) 起",
                en: "\(pattern.en) at \(time) (\(zone.en)), from \(from)")
        }
        package static func within(_ base: Sentence, _ window: String) -> Sentence {
            Sentence(zh: "\(base.zh)，只在 \(window) 发送", en: "\(base.en), sending within \(window)")
        }
        package static func times(_ base: Sentence, _ count: Int) -> Sentence {
            Sentence(zh: "\(base.zh)，共 \(count) 次", en: "\(base.en), \(count) times")
        }
        package static func until(_ base: Sentence, _ date: String) -> Sentence {
            Sentence(zh: "\(base.zh)，到 \(date) 为止", en: "\(base.en), until \(date)")
        }
        package static func except(_ base: Sentence, _ dates: [String]) -> Sentence {
            let list = dates.prefix(5).joined(separator: ", ") + (dates.count > 5 ? " …" : "")
            return Sentence(zh: "\(base.zh)，\(list) 除外", en: "\(base.en), except \(list)")
        }
        package static func next(_ count: Int) -> Sentence {
            Sentence(zh: "接下来 \(count) 次：", en: "Next \(count):")
        }

        /// 1 Monday … 7 Sunday.
        package static func weekday(_ day: Int) -> Sentence {
            let zh = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
            let en = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            precondition((1...7).contains(day), "a week has seven days")
            return Sentence(zh: zh[day - 1], en: en[day - 1])
        }

        /// `每 2 周的周一、周五`, `Every 2 weeks on Monday, Friday`. What the rule leaves open comes from `wall`, the start.
        package static func pattern(_ recurrence: Recurrence, wall: CivilTime) -> Sentence {
            let days = days(of: recurrence, wall: wall)
            let months = months(of: recurrence, wall: wall)
            let count = recurrence.interval
            let unit: Sentence
            switch recurrence.frequency {
            case .daily: unit = every(count, zh: "天", en: "day")
            case .weekly: unit = every(count, zh: "周", en: "week")
            case .monthly: unit = every(count, zh: count == 1 ? "月" : "个月", en: "month")
            case .yearly: unit = every(count, zh: "年", en: "year")
            }
            let zhDays = [months.zh, days.zh].filter { !$0.isEmpty }.joined(separator: " ")
            let enDays = [days.en, months.en].filter { !$0.isEmpty }.joined(separator: " in ")
            if recurrence.frequency == .weekly, count == 1 {
                return Sentence(zh: "每" + zhDays, en: "Every " + enDays)
            }
            return Sentence(
                zh: zhDays.isEmpty ? unit.zh : unit.zh + "的 " + zhDays,
                en: enDays.isEmpty ? unit.en : unit.en + " on " + enDays)
        }

        private static func every(_ count: Int, zh: String, en: String) -> Sentence {
            count == 1
                ? Sentence(zh: "每\(zh)", en: "Every \(en)")
                : Sentence(zh: "每 \(count) \(zh)", en: "Every \(count) \(en)s")
        }

        private static func days(of recurrence: Recurrence, wall: CivilTime) -> Sentence {
            var weekdays = recurrence.weekdays
            var daysOfMonth = recurrence.daysOfMonth
            if weekdays.isEmpty, daysOfMonth.isEmpty {
                switch recurrence.frequency {
                case .daily: break
                case .weekly: weekdays = [.init(day: wall.weekday)]
                case .monthly, .yearly: daysOfMonth = [wall.day]
                }
            }
            let words = weekdays.map(weekday(_:)) + daysOfMonth.map(dayOfMonth)
            return Sentence(
                zh: words.map(\.zh).joined(separator: "、"), en: words.map(\.en).joined(separator: ", "))
        }

        private static func months(of recurrence: Recurrence, wall: CivilTime) -> Sentence {
            var months = recurrence.months
            if months.isEmpty, recurrence.frequency == .yearly, recurrence.weekdays.isEmpty,
                recurrence.daysOfMonth.isEmpty
            {
                months = [wall.month]
            }
            let names = [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ]
            return Sentence(
                zh: months.map { "\($0) 月" }.joined(separator: "、"),
                en: months.map { names[$0 - 1] }.joined(separator: ", "))
        }

        private static func weekday(_ weekday: Recurrence.Weekday) -> Sentence {
            let day = self.weekday(weekday.day)
            guard let ordinal = weekday.ordinal else { return day }
            let zh = [1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", 5: "第五个", -1: "最后一个"]
            let en = [1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"]
            return Sentence(
                zh: (zh[ordinal] ?? "\(ordinal)") + day.zh, en: "the \(en[ordinal] ?? "\(ordinal)") \(day.en)")
        }

        private static func dayOfMonth(_ day: Int) -> Sentence {
            day == -1
                ? Sentence(zh: "最后一天", en: "the last day") : Sentence(zh: "\(day) 日", en: "day \(day)")
        }
    }
}
