import CampaignModel

/// What is said of rows that were taken away because of their age: never a zero in their place.
extension Catalogue {
    package enum Aged {
        private static func day(_ on: String?) -> Sentence {
            Sentence(zh: on.map { "已在 \($0) " } ?? "已", en: on.map { " on \($0)" } ?? "")
        }
        /// Of `explain` and `export`.
        package static func people(_ run: String, on: String?) -> Sentence {
            Sentence(
                zh: "\(run) 里每个人的记录\(day(on).zh)按保存期限删除，所以不知道某个人当时怎么样。人数都还在：curfew report \(run)，curfew stats \(run)。",
                en: "The records of single people in \(run) were erased by age\(day(on).en), so nobody knows any more what became of one person. The counts are all kept: curfew report \(run), curfew stats \(run).")
        }
        package static func overlap(_ run: String, on: String?) -> Sentence {
            Sentence(
                zh: "\(run) 里每个人的记录\(day(on).zh)按保存期限删除，所以算不出两场重合了多少人。",
                en: "The records of single people in \(run) were erased by age\(day(on).en), so it cannot be known any more whom two runs have in common.")
        }
        package static func span(until: String) -> Sentence {
            Sentence(
                zh: "这段时间里有一部分个人记录已按保存期限删除（到 \(until) 为止的），所以算不出来。请用从 \(until) 之后开始的时间：减小 --days。",
                en: "Records of single people up to \(until) were erased by age, and this time reaches back before it, so it cannot be computed. Ask about a time that begins later: a smaller --days.")
        }
        package static func texts(on: String?) -> Sentence {
            Sentence(
                zh: "文案、名单字段和机器审核\(day(on).zh)按保存期限删除。",
                en: "Texts, fields of the lists and the machine's review were erased by age\(day(on).en).")
        }
        package static func peopleNote(on: String?) -> Sentence {
            Sentence(
                zh: "每个人的记录\(day(on).zh)按保存期限删除；上面的人数是当时记下的，没有变。",
                en: "The records of single people were erased by age\(day(on).en); the counts above were kept as they were.")
        }
    }
}
