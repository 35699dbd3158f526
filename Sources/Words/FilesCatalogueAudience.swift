import CampaignModel

/// What a marketer reads about an audience file and its rows.
extension Catalogue {
    package enum AudienceFiles {
        package static let empty = Sentence(zh: "名单文件是空的。", en: "The audience file is empty.")
        package static func openIDMissing(columns: [String], otherSheets: Int = 0) -> Sentence {
            let found = columns.prefix(8).joined(separator: ", ")
            let hasChineseComma = columns.contains { $0.contains("，") || $0.contains("；") || $0.contains("、") }
            let (zh, en) =
                hasChineseComma
                ? ("列之间是中文逗号，请换成英文逗号“,”。", "Its names are separated by Chinese commas; write plain ones: “,”.")
                : (
                    "请把放用户 ID 的那一列命名为 open_id。",
                    "Name the column that holds the people's ids open_id, in the first line."
                )
            let sheets = otherSheets > 0 ? self.otherSheets(otherSheets) : Sentence(zh: "", en: "")
            return Sentence(
                zh: "名单第一行没有 open_id 这一列；找到的列：\(found)。\(zh)\(sheets.zh)",
                en: "The audience's first line has no column open_id; it has: \(found). \(en)\(sheets.en.isEmpty ? "" : " ")\(sheets.en)")
        }
        package static func duplicateColumn(_ name: String) -> Sentence {
            Sentence(zh: "名单里“\(name)”这一列出现了两次。", en: "The audience has the column “\(name)” twice.")
        }
        package static func tooManyColumns(limit: Int) -> Sentence {
            Sentence(zh: "名单超过 \(limit) 列。", en: "The audience has more than \(limit) columns.")
        }
        package static func columnMissing(_ name: String) -> Sentence {
            Sentence(
                zh: "要用“\(name)”这一列，文件里没有。", en: "The column “\(name)” is needed; the file has none.")
        }
        package static func defaultForAll(_ field: String, value: String, columns: [String]) -> Sentence {
            let found = columns.joined(separator: ", ")
            return Sentence(
                zh: "没有“\(field)”这一列（有的列：\(found)），所有人都会用默认值“\(value)”。",
                en: "It has no column “\(field)” (it has: \(found)); everybody gets the default “\(value)”.")
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
        package static let roundedOpenID = Sentence(
            zh: "open_id 被表格软件当作数字改写了，原来的数字已经丢失；请把这一列设为“文本”后重新导出。",
            en: "A spreadsheet turned the open_id into a rounded number; its digits are lost. Make the column text and export it again.")
        package static let fullWidthComma = Sentence(
            zh: "这一行用了中文逗号，请换成英文逗号“,”。", en: "The row is separated by Chinese commas; write plain ones: “,”.")
        package static let unknownGroupKind = Sentence(
            zh: "kind 必须是 fans（粉丝群）、enterprise（企业群）或 live（直播群）。",
            en: "The kind must be fans, enterprise or live.")
        package static let badMembers = Sentence(
            zh: "members 必须只是数字，例如 250。", en: "The members must be a plain number, such as 250.")
        package static let columnCount = Sentence(
            zh: "比第一行多出了有内容的格子。", en: "More filled cells than the first line has columns.")
        package static let nulByte = Sentence(zh: "有 NUL 字节。", en: "It holds a NUL byte.")
        package static let fieldTooLong = Sentence(zh: "有一格超过 4 KiB。", en: "A cell is longer than 4 KiB.")
        package static let rowTooLong = Sentence(zh: "这一行超过 64 KiB。", en: "The row is longer than 64 KiB.")
        package static let unclosedQuote = Sentence(zh: "引号没有结束。", en: "A quote is not closed.")
        package static let textAfterQuote = Sentence(zh: "引号结束后还有文字。", en: "There is text after a closing quote.")
        package static let badEncoding = Sentence(zh: "有不能识别的字符编码。", en: "It holds bytes that are no valid text.")
        package static let notJSON = Sentence(zh: "不是一个 JSON 对象。", en: "It is not a JSON object.")
        package static let notFlat = Sentence(zh: "值里有嵌套的列表或对象。", en: "A value is a nested list or object.")
        package static let repeatedKey = Sentence(zh: "同一个键出现了两次。", en: "A key stands in it twice.")

        package static func counted(file: String, rows: Int, bad: Int, encoding: String) -> Sentence {
            Sentence(
                zh: "\(file)：\(rows) 行，坏行 \(bad)，\(encoding)", en: "\(file): \(rows) rows, \(bad) bad, \(encoding)")
        }
        package static func lost(file: String, bad: Int) -> Sentence {
            Sentence(
                zh: "\(file)：\(bad) 行读不了，这些人不会收到消息。请改好名单再放入；不改则只发给其余的人。",
                en: "\(file): \(bad) rows cannot be read, and their people get nothing. Mend the list before you drop it; as it is, only the others are written to.")
        }
        /// Of a list of `exclude`, where a row that is lost is a person who is written to.
        package static func notExcluded(file: String, bad: Int) -> Sentence {
            Sentence(
                zh: "\(file)：\(bad) 行读不了，这些人不会被排除，仍可能收到消息。请先改好名单。",
                en: "\(file): \(bad) rows cannot be read, so their people are not left out and may be written to. Mend the list first.")
        }
        package static func furtherRows(_ count: Int) -> Sentence {
            Sentence(zh: "……以及另外 \(count) 处。", en: "… and \(count) more.")
        }
        package static func otherEncoding(_ name: String) -> Sentence {
            Sentence(
                zh: "这份名单像是 \(name) 编码，被当作 GB18030 读取，名字很可能是乱码；请另存为 UTF-8 再放入。",
                en: "The list looks like \(name) and was read as GB18030: names are most likely garbled. Save it as UTF-8 and drop it again.")
        }
        package static func otherSheets(_ count: Int) -> Sentence {
            Sentence(
                zh: "工作簿里还有 \(count) 个工作表没有读取：只读第一个可见的工作表。",
                en: "Only the first visible sheet of the workbook is read; \(count) more are not.")
        }
        package static func titleLines(_ count: Int) -> Sentence {
            Sentence(
                zh: "第一行不是列名：上面 \(count) 行被当作标题跳过。",
                en: "The columns are not named in the first line: \(count) lines above were passed over as titles.")
        }
        package static func looksRounded(_ count: Int, line: Int) -> Sentence {
            Sentence(
                zh: "\(count) 个 open_id 从第 16 位起全是 0（第一处在第 \(line) 行），可能已被表格软件舍入；请核对原始数据。",
                en: "\(count) ids have nothing but zeros after the fifteenth digit (the first in line \(line)): a spreadsheet may have rounded them. Compare with the source.")
        }
        package static func emptyFormulas(_ count: Int, row: Int) -> Sentence {
            Sentence(
                zh: "有 \(count) 个公式没有存下结果（第一处在第 \(row) 行），当作空格子；请用表格软件打开并保存一次。",
                en: "\(count) formulas have no stored value (the first in row \(row)) and count as empty; open the workbook in a spreadsheet program and save it.")
        }
        package static func hiddenRows(_ count: Int) -> Sentence {
            Sentence(
                zh: "工作表里有 \(count) 个被隐藏或筛选掉的行，它们也会被读取。",
                en: "\(count) rows of the sheet are hidden or filtered away; they are read as well.")
        }
        package static let jsonArray = Sentence(
            zh: "这是一个 JSON 数组；.jsonl 要每行一个对象（例如用 jq -c '.[]' 转换）。没有导入任何人。",
            en: "This is a JSON array; a .jsonl file has one object a line (jq -c '.[]' turns one into the other). Nobody was imported.")
        package static let returnsOnly = Sentence(
            zh: "文件里没有换行符，只有旧 Mac 的回车；请在表格软件里另存为“CSV UTF-8”。没有导入任何人。",
            en: "The file has no line feeds, only the carriage returns of old Macs; save it as “CSV UTF-8”. Nobody was imported.")
        package static let workbookByAnotherName = Sentence(
            zh: "这是 Excel 文件；请命名为 .xlsx（旧的 .xls 或带密码的请另存为不带密码的 .xlsx）。没有导入任何人。",
            en: "This is an Excel file; name it .xlsx (an old .xls, or one with a password: save it as a plain .xlsx). Nobody was imported.")
        package static let notAWorkbook = Sentence(
            zh: "这不是 .xlsx 工作簿；请在表格软件里另存为 .xlsx 或 CSV。没有导入任何人。",
            en: "This is no .xlsx workbook; save it as .xlsx or CSV with a spreadsheet program. Nobody was imported.")
        package static let workbookDamaged = Sentence(
            zh: "工作簿不完整或已损坏；请重新保存并再次放入。没有导入任何人。",
            en: "The workbook is cut or damaged; save it again and drop it again. Nobody was imported.")
        package static let workbookPassword = Sentence(
            zh: "工作簿有密码或是旧的 .xls 格式；请另存为不带密码的 .xlsx。没有导入任何人。",
            en: "The workbook has a password or is of the old .xls format; save it as a plain .xlsx. Nobody was imported.")
        package static let workbookTooLarge = Sentence(
            zh: "工作簿解开后太大；请另存为 CSV。没有导入任何人。",
            en: "The workbook is too large once unpacked; save it as CSV. Nobody was imported.")
        package static let workbookNotPlain = Sentence(
            zh: "工作簿里有表格软件不会写出的内容，已拒绝；请用表格软件另存为 .xlsx。没有导入任何人。",
            en: "The workbook holds what no spreadsheet program writes and is refused; save it again with one. Nobody was imported.")
    }
}
