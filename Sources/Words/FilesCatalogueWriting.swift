import CampaignModel

/// What a marketer reads about how something was written: braces, empty values, signs that cannot be seen, pictures.
extension Catalogue.Files {
    package static func placeholder(_ tag: String) -> Sentence {
        Sentence(
            zh: "“\(tag)”不会被替换，收到的人会原样看到它。",
            en: "“\(tag)” is not filled in: people would get it as it stands.")
    }
    package static func emptyValue(_ key: String) -> Sentence {
        Sentence(zh: "“\(key)”是空的。", en: "“\(key)” is empty.")
    }
    package static func unseenCharacter(_ key: String, code: String) -> Sentence {
        Sentence(
            zh: "“\(key)”里有看不见的控制字符 \(code)。", en: "“\(key)” holds the control character \(code), which cannot be seen."
        )
    }
    package static func fullWidthIn(_ key: String, value: String) -> Sentence {
        Sentence(
            zh: "“\(key)”里有全角符号：“\(value)”。", en: "“\(key)” holds full-width signs: “\(value)”.")
    }
    package static func imageEmpty(_ name: String) -> Sentence {
        Sentence(zh: "图片“\(name)”是空的。", en: "The image “\(name)” is empty.")
    }
    package static func imageCut(_ name: String) -> Sentence {
        Sentence(
            zh: "图片“\(name)”不完整，后面的内容缺失。", en: "The image “\(name)” is cut: its end is missing.")
    }
    package static func notAnImage(_ name: String, isGIF: Bool) -> Sentence {
        isGIF
            ? Sentence(
                zh: "“\(name)”其实是 GIF，平台只收 jpg、png、bmp 或 webp。",
                en: "“\(name)” really is a GIF; the platform takes jpg, png, bmp or webp.")
            : Sentence(
                zh: "“\(name)”的内容不是图片。", en: "“\(name)” holds no picture.")
    }
    package static func imageTooLarge(_ name: String, limitMiB: Int) -> Sentence {
        Sentence(
            zh: "图片“\(name)”超过 \(limitMiB) MiB。", en: "The image “\(name)” is larger than \(limitMiB) MiB.")
    }
    package static func imageMissing(_ name: String) -> Sentence {
        Sentence(
            zh: "图片“\(name)”不在活动文件旁边，或者打不开。",
            en: "The image “\(name)” is not beside the campaign file, or cannot be read.")
    }
}

extension Catalogue.FilesHints {
    package static func writeBraces(_ name: String) -> Sentence {
        Sentence(zh: "要填入名单里的值，请写 {{\(name)}}。", en: "To fill in a value of the list write {{\(name)}}.")
    }
    package static let fillOrRemove = Sentence(
        zh: "请写上内容，或者去掉这个键。", en: "Write something, or leave the key out.")
    package static let momentForm = Sentence(
        zh: "请写成 2026-11-20 20:00 这样。", en: "Write it as 2026-11-20 20:00.")
    package static let windowForm = Sentence(
        zh: "请写成 20:00-22:00 这样。", en: "Write it as 20:00-22:00.")
    package static func quoteKey(_ key: String) -> Sentence {
        Sentence(
            zh: "有些工具会把 \(key) 存成 true；请写带引号的 \"\(key)\"。",
            en: "Some tools turn \(key) into true; write it in quotes, as \"\(key)\".")
    }
    package static let listComma = Sentence(
        zh: "多个值之间用英文逗号“, ”分开。", en: "Part several values by a plain comma.")
}
