import CampaignModel

/// What intake says in the report beside a dropped file, when it is not a problem of the file's own words.
extension Catalogue {
    package enum Intake {
        package static let refused = Sentence(
            zh: "文件未被接受，什么都没有发送，也没有保存任何名单。改好后重新放入即可。",
            en: "The file was not accepted. Nothing was sent and no list was kept. Mend it and drop it again.")
        /// - Parameter near: files that are there and differ by nothing but capitals or width.
        package static func waitingForFiles(_ names: [String], near: [String] = []) -> Sentence {
            let (zh, en) = (near.joined(separator: "、"), near.joined(separator: ", "))
            return Sentence(
                zh: "等待文件：\(names.joined(separator: "、"))。一小时内放入即可继续。"
                    + (near.isEmpty ? "" : "文件夹里有 \(zh)，大小写或全半角不同：是它的话请改名。"),
                en: "Waiting for \(names.joined(separator: ", ")). Drop it within an hour and this goes on."
                    + (near.isEmpty
                        ? "" : " There is \(en), which differs in capitals or width: rename it if it is meant."))
        }
        package static func neverCame(_ names: [String]) -> Sentence {
            Sentence(
                zh: "一小时内没有等到：\(names.joined(separator: "、"))。请把这些文件和活动文件一起重新放入。",
                en: "\(names.joined(separator: ", ")) did not come within an hour. Drop them together with the campaign file again.")
        }
        package static func idTaken(author: String) -> Sentence {
            Sentence(
                zh: "这个 campaign 编号已属于 \(author)。请换一个编号。",
                en: "This campaign id belongs to \(author). Choose another id.")
        }
        package static let noOccurrenceLeft = Sentence(
            zh: "按这个日程，已经没有可以发送的时间了。请检查 start、until 和 valid_until。",
            en: "By this schedule nothing is left to send at. Look at start, until and valid_until.")
        package static func badRow(file: String, line: Int, lines: Int = 1, _ why: Sentence) -> Sentence {
            lines == 1
                ? Sentence(zh: "\(file) 第 \(line) 行：\(why.zh)", en: "\(file) line \(line): \(why.en)")
                : Sentence(
                    zh: "\(file) 第 \(line)–\(line + lines - 1) 行：\(why.zh)",
                    en: "\(file) lines \(line)–\(line + lines - 1): \(why.en)")
        }
        package static func badRows(file: String, _ count: Int) -> Sentence {
            Sentence(
                zh: "\(file)：\(count) 行有问题，其余行照常使用。", en: "\(file): \(count) rows are bad; the others are used.")
        }
        package static func strictRefused(file: String, _ count: Int) -> Sentence {
            Sentence(
                zh: "\(file)：\(count) 行有问题，而活动要求 strict，所以整个文件未被接受。",
                en: "\(file): \(count) rows are bad and the campaign asks for strict, so nothing was taken.")
        }
        package static let nobodyListed = Sentence(
            zh: "（名单里没有人，按默认值）", en: "(nobody is listed: with the defaults)")
        package static func fileFault(file: String, _ why: Sentence) -> Sentence {
            Sentence(zh: "\(file)：\(why.zh)", en: "\(file): \(why.en)")
        }
        package static func trayRefusal(file: String, code: String) -> Sentence {
            Sentence(
                zh: "\(file) 不能读取（\(code)）。只接受普通文件，不接受链接、管道和文件夹。",
                en: "\(file) cannot be taken (\(code)). Only plain files are, no links, pipes or folders.")
        }

        // Titles of report sections.
        package static let problems = Sentence(zh: "需要修改", en: "To be mended")
        package static let notes = Sentence(zh: "提醒", en: "Notes")
        package static let plan = Sentence(zh: "计划", en: "Plan")
        package static let samples = Sentence(zh: "收到的样子", en: "What people will see")
        package static let nextStep = Sentence(zh: "下一步", en: "Next")
        package static let otherOccurrences = Sentence(zh: "其他场次", en: "Other occurrences")
        package static func wholeSeries(_ campaign: String) -> Sentence {
            Sentence(
                zh: "全部场次的合计：curfew report \(campaign)",
                en: "All of them together: curfew report \(campaign)")
        }
        /// Of a set that was refused once it was in.
        package static func listsTaken(rows: Int, isKept: Bool) -> Sentence {
            Sentence(
                zh: "名单已读入（\(rows) 行）" + (isKept ? "" : "，并已从文件夹里移走")
                    + "。改好活动文件再放入即可；只有名单也改了，才要一起再放一次。",
                en: "The lists were read (\(rows) rows)" + (isKept ? "" : " and taken out of the folder")
                    + ". Mend the campaign's file and drop it again; the lists only if they change as well.")
        }
        package static func approveWith(run: String) -> Sentence {
            Sentence(
                zh: "请审核人（不能是作者本人）运行：curfew approve \(run) --token-file 自己的令牌文件",
                en: "A reviewer, not the author, runs: curfew approve \(run) --token-file THEIR-TOKEN")
        }
        package static func sample(variant: String, openID: String) -> Sentence {
            Sentence(zh: "版本 \(variant) → \(openID)", en: "variant \(variant) → \(openID)")
        }
        package static func missingField(_ name: String) -> Sentence {
            Sentence(zh: "（这个人没有 \(name)，会被跳过）", en: "(lacks \(name) and will be skipped)")
        }
        package static func people(_ count: Int) -> Sentence {
            Sentence(zh: "名单共 \(count) 人（去重后）", en: "\(count) distinct people in the list")
        }
    }
}
