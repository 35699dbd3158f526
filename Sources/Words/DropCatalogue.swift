import CampaignModel

/// Words of dropping by a page: what a name, a size or an author is refused for, the form that writes a campaign, and what
/// became of what was handed in.
extension Catalogue {
    package enum Drop {
        // MARK: Refusals

        package static func noControl(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 是控制文件，这里不收：请用页面上的按钮暂停、取消或停止。没有保留。",
                en: "\(name) is a control file and is not taken here: use the buttons to pause, cancel or stop. It was not kept.")
        }
        package static func notOurs(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 不是活动文件、名单或图片（.yaml、.xlsx、.csv、.jsonl、.png、.jpg、.bmp、.webp），没有保留。",
                en: "\(name) is no campaign, list or image (.yaml, .xlsx, .csv, .jsonl, .png, .jpg, .bmp, .webp); it was not kept.")
        }
        package static func badName(_ name: String) -> Sentence {
            Sentence(
                zh: "文件名不能使用：不能有斜线、“..”、看不见的字符，也不能以点开头。请改名后再选。没有保留。",
                en: "This name cannot be used: no slash, no “..”, no invisible characters, no dot in front. Rename the file and choose it again; it was not kept.")
        }
        package static func tooLarge(_ name: String, bytes: Int64) -> Sentence {
            Sentence(
                zh: "\(name) 超过 \(size(bytes))，没有保留。", en: "\(name) is larger than \(size(bytes)); it was not kept.")
        }
        package static func full(bytes: Int64, files: Int) -> Sentence {
            Sentence(
                zh: "你的位置满了（最多 \(files) 个文件、\(size(bytes))）。删掉不用的，再选一次。",
                en: "Your place is full (\(files) files, \(size(bytes)) at most). Remove what you do not need and choose again.")
        }
        package static func missing(_ name: String) -> Sentence {
            Sentence(
                zh: "没有 \(name)：还没有上传、已经交入，或者放了两天被清走了。",
                en: "There is no \(name): not uploaded, handed in already, or cleared away after two days.")
        }
        package static func taken(_ name: String) -> Sentence {
            Sentence(
                zh: "投放文件夹里已有别人的 \(name)，没有替换，也没有交入任何文件。请换一个文件名（名单改名后，活动里也要改）。",
                en: "Somebody else's \(name) lies in the inbox. It was not replaced, and nothing was handed in: choose another name (a list's also in the campaign).")
        }
        package static func notWritten(_ name: String, _ why: String) -> Sentence {
            Sentence(
                zh: "\(name) 写不下来（\(why)），没有保留。请管理员查看磁盘和文件夹权限，然后再试。",
                en: "\(name) could not be written (\(why)) and was not kept. Ask your operator about disk and folder, then try again.")
        }
        package static let cutOff = Sentence(
            zh: "上传在中途断了，没说完的文件没有保留。请再选一次。",
            en: "The upload broke off; the file that was on its way was not kept. Choose it again.")
        package static let notAnUpload = Sentence(
            zh: "收到的不是文件表单。什么都没有保留。", en: "This was no form with files. Nothing was kept.")
        package static func mendFirst(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 还有错误，没有交入。请按检查结果修改，重新上传后再交。",
                en: "\(name) still has errors and was not handed in. Mend what the check found, upload it again, then hand it in.")
        }
        package static func notTheAuthor(_ author: String, _ person: String) -> Sentence {
            Sentence(
                zh: "文件里写的作者是 \(author)，登录的是 \(person)：只能交入自己的活动。没有交入。",
                en: "The file's author is \(author) and you are \(person): hand in your own campaigns only. Nothing was handed in.")
        }
        package static func filesMissing(_ names: [String]) -> Sentence {
            Sentence(
                zh: "还缺 \(names.joined(separator: "、"))，没有交入。请先上传。",
                en: "Still missing: \(names.joined(separator: ", ")). Nothing was handed in; upload them first.")
        }
        package static func beyond(_ name: String, filesMax: Int) -> Sentence {
            Sentence(
                zh: "一次最多上传 \(filesMax) 个文件，\(name) 没有保留。",
                en: "At most \(filesMax) files at once: \(name) was not kept.")
        }
        /// Of several files, some were refused.
        package static func partly(kept: [String], _ refused: [Sentence]) -> Sentence {
            let (zh, en) =
                kept.isEmpty
                ? ("一个文件也没有保留。", "No file was kept.")
                : (
                    "已保留：\(kept.joined(separator: "、"))。", "Kept: \(kept.joined(separator: ", "))."
                )
            return Sentence(
                zh: refused.map(\.zh).joined(separator: " ") + " " + zh,
                en: refused.map(\.en).joined(separator: " ") + " " + en)
        }
        /// Where several came, each sentence says of which it speaks.
        package static func naming(_ name: String, _ sentence: Sentence) -> Sentence {
            Sentence(
                zh: sentence.zh.contains(name) ? sentence.zh : "\(name)：\(sentence.zh)",
                en: sentence.en.contains(name) ? sentence.en : "\(name): \(sentence.en)")
        }
        package static let idNeeded = Sentence(
            zh: "请写活动编号（a-z、0-9、-）：它也是文件名。", en: "Give the campaign's id (a-z, 0-9, -): it is the file's name too.")

        // MARK: The bench

        package static let choose = Sentence(zh: "选择文件", en: "Choose files")
        package static let upload = Sentence(zh: "上传", en: "Upload")
        package static let uploadHint = Sentence(
            zh: "活动文件（.yaml）、名单（.xlsx、.csv、.jsonl，最大 1 GiB）、图片。可以一次选多个。上传后只有你看得到，两天不交入就会清走。",
            en: "Campaigns (.yaml), lists (.xlsx, .csv, .jsonl, up to 1 GiB), images; several at once. Only you see them until you hand them in; after two days they are cleared away.")
        package static let yours = Sentence(zh: "已上传，未交入", en: "Uploaded, not handed in")
        package static let none = Sentence(zh: "还没有文件。", en: "No files yet.")
        package static let check = Sentence(zh: "检查并交入", en: "Check and hand in")
        package static let remove = Sentence(zh: "删除", en: "Remove")
        package static let composeNow = Sentence(zh: "填表写一个活动", en: "Write a campaign with a form")
        package static let inFolder = Sentence(zh: "投放文件夹里没有被取走的文件", en: "In the inbox and not taken")
        package static func kind(_ kind: String) -> Sentence {
            switch kind {
            case "campaign": Sentence(zh: "活动", en: "campaign")
            case "list": Sentence(zh: "名单", en: "list")
            default: Sentence(zh: "图片", en: "image")
            }
        }
        package static func received(_ count: Int) -> Sentence {
            Sentence(zh: "收到 \(count) 个文件。", en: "\(count) files received.")
        }
        package static let removed = Sentence(zh: "已删除。", en: "Removed.")
        package static func size(_ bytes: Int64) -> String {
            if bytes >= 1 << 30, bytes % (1 << 30) == 0 { return "\(bytes >> 30) GiB" }
            if bytes >= 1 << 20 { return "\(bytes >> 20) MiB" }
            return bytes >= 1024 ? "\(bytes >> 10) KiB" : "\(bytes) B"
        }

        // MARK: The verdict

        package static let good = Sentence(zh: "没有发现错误。", en: "No error was found.")
        package static let bad = Sentence(zh: "有错误，见下。", en: "There are errors, see below.")
        package static let place = Sentence(zh: "行:列", en: "line:column")
        package static let found = Sentence(zh: "发现", en: "Found")
        package static let lists = Sentence(zh: "名单", en: "Lists")
        package static let badRows = Sentence(zh: "坏行（CSV）", en: "Bad rows (CSV)")
        package static let source = Sentence(zh: "文件内容", en: "The file")
        package static let when = Sentence(zh: "什么时候发", en: "When")
        package static let handIn = Sentence(zh: "交入审核", en: "Submit for review")
        package static let handInHint = Sentence(
            zh: "文件会原样移到投放文件夹，由同一个流程读取；作者是你。批准要由别人来做。",
            en: "The files move as they are into the inbox and are read there as all others, with you as the author. Somebody else approves.")
        package static let otherFile = Sentence(zh: "返回文件列表", en: "Back to the files")
        package static func handedIn(_ count: Int) -> Sentence {
            Sentence(zh: "已交入 \(count) 个文件。", en: "\(count) files handed in.")
        }
        package static let reportTitle = Sentence(zh: "交入之后", en: "What became of it")
        package static let waiting = Sentence(
            zh: "正在读取，几秒后刷新这一页。", en: "It is being read; look again in a few seconds.")
        package static let taken = Sentence(
            zh: "已取走，等待审核。", en: "It was taken and waits for its review.")

        // MARK: The form

        package static let composeTitle = Sentence(zh: "写一个活动", en: "Write a campaign")
        package static let composeHint = Sentence(
            zh: "填好后会写成一个活动文件，并显示检查结果；改了再写一次就会覆盖。",
            en: "What you fill in becomes a campaign file, which is then checked and shown. Writing it again replaces it.")
        package static let id = Sentence(zh: "活动编号（a-z、0-9、-）", en: "Id (a-z, 0-9, -)")
        package static let list = Sentence(zh: "名单", en: "List")
        package static let newList = Sentence(zh: "或上传新名单", en: "Or upload a new list")
        package static let start = Sentence(zh: "开始（上海时间）", en: "Start (Shanghai time)")
        package static let window = Sentence(
            zh: "每天的时段（如 20:00-22:00，可不填）", en: "Hours of the day (20:00-22:00; may stay empty)")
        package static let validUntil = Sentence(zh: "有效到（如 +3d，可不填）", en: "Valid until (+3d; may stay empty)")
        package static let holdout = Sentence(
            zh: "不发的对照组（如 5%，可不填）", en: "Held out for comparison (5%; may stay empty)")
        package static let fallback = Sentence(
            zh: "名单里没有该列时写什么（不填：不发给这个人）", en: "What stands in for a missing value (empty: leave the person out)")
        package static func variant(_ name: String) -> Sentence { Sentence(zh: "版本 \(name)", en: "Variant \(name)") }
        package static let weight = Sentence(zh: "比例（加起来 100）", en: "Weight (together 100)")
        package static let text = Sentence(
            zh: "文字（{{列名}} 会换成名单里的值）", en: "Text ({{column}} is filled in from the list)")
        package static let image = Sentence(zh: "图片", en: "Image")
        package static let noImage = Sentence(zh: "不发图片", en: "no image")
        package static let template = Sentence(zh: "小程序卡片模板", en: "Card template")
        package static let path = Sentence(zh: "卡片打开的页面", en: "Page that the card opens")
        package static let write = Sentence(zh: "写成文件并检查", en: "Write and check")

        // MARK: The drawing

        package static let quietDrawn = Sentence(zh: "夜间静默", en: "quiet hours")
        package static let windowDrawn = Sentence(zh: "活动时段", en: "campaign's hours")
        package static let aDay = Sentence(zh: "每天的人数 / 上限", en: "People a day / cap")
    }
}
