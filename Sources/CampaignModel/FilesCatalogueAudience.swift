/// What a marketer reads about an audience file and its rows.
extension Catalogue {
    package enum AudienceFiles {
        package static let empty = Sentence(zh: "名单文件是空的。", en: "The audience file is empty.")
        package static func openIDMissing(columns: [String]) -> Sentence {
            let found = columns.prefix(8).joined(separator: ", ")
            return Sentence(
                zh: "名单第一行没有 open_id 这一列；找到的列：\(found)。",
                en: "The audience's first line has no column open_id; it has: \(found).")
        }
        package static func duplicateColumn(_ name: String) -> Sentence {
            Sentence(zh: "名单里“\(name)”这一列出现了两次。", en: "The audience has the column “\(name)” twice.")
        }
        package static func tooManyColumns(limit: Int) -> Sentence {
            Sentence(zh: "名单超过 \(limit) 列。", en: "The audience has more than \(limit) columns.")
        }
        package static func columnMissing(_ name: String) -> Sentence {
            Sentence(
                zh: "活动要用“\(name)”这一列，名单里没有。", en: "The campaign needs the column “\(name)”; the audience has none.")
        }
        package static func tooLarge(limitMiB: Int) -> Sentence {
            Sentence(
                zh: "名单超过 \(limitMiB) MiB，没有导入任何人。",
                en: "The audience is larger than \(limitMiB) MiB; nobody was imported.")
        }
        package static func tooManyRows(limit: Int) -> Sentence {
            Sentence(
                zh: "名单超过 \(limit) 行，没有导入任何人。", en: "The audience has more than \(limit) rows; nobody was imported.")
        }
        package static func headerBroken(_ why: Sentence) -> Sentence {
            Sentence(zh: "名单第一行读不了：\(why.zh)", en: "The audience's first line cannot be read: \(why.en)")
        }
        package static let readFailed = Sentence(zh: "读取名单时出错。", en: "Reading the audience failed.")

        package static let missingOpenID = Sentence(zh: "没有 open_id。", en: "No open_id.")
        package static let badOpenID = Sentence(
            zh: "open_id 含有不允许的字符或超过 128 个字符。",
            en: "The open_id holds characters that are not allowed, or is longer than 128.")
        package static let columnCount = Sentence(zh: "列数和第一行不一致。", en: "Not as many columns as the first line.")
        package static let nulByte = Sentence(zh: "有 NUL 字节。", en: "It holds a NUL byte.")
        package static let fieldTooLong = Sentence(zh: "有一格超过 4 KiB。", en: "A cell is longer than 4 KiB.")
        package static let rowTooLong = Sentence(zh: "这一行超过 64 KiB。", en: "The row is longer than 64 KiB.")
        package static let unclosedQuote = Sentence(zh: "引号没有结束。", en: "A quote is not closed.")
        package static let textAfterQuote = Sentence(zh: "引号结束后还有文字。", en: "There is text after a closing quote.")
        package static let badEncoding = Sentence(zh: "有不能识别的字符编码。", en: "It holds bytes that are no valid text.")
        package static let notJSON = Sentence(zh: "不是一个 JSON 对象。", en: "It is not a JSON object.")
        package static let notFlat = Sentence(zh: "值里有嵌套的列表或对象。", en: "A value is a nested list or object.")
        package static let repeatedKey = Sentence(zh: "同一个键出现了两次。", en: "A key stands in it twice.")
    }
}
