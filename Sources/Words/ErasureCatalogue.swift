import CampaignModel

/// What erasing a person says.
extension Catalogue {
    package enum Erasure {
        package static let noFiles = Sentence(
            zh: "这个服务看不到状态目录，不能擦除。", en: "This service does not see its state directory and cannot erase.")
        package static let notConfirmed = Sentence(
            zh: "擦除不能撤销：请把 open_id 再写一遍（--again），两次要完全一样。什么都没有改变。",
            en: """
                There is no undo: give the open_id a second time (--again), the same both times. Nothing was changed.
                """)
        package static func nobody(_ openID: String) -> Sentence {
            Sentence(
                zh: "没有人叫 \(openID)：不在名单、事件和授权记录里。什么都没有改变。",
                en: "Nobody has the id \(openID): it is in no list, event or authorisation. Nothing was changed.")
        }
        package static func nameOfOurs(_ word: String) -> Sentence {
            Sentence(
                zh: "\(word) 是这里某个人员、账号、小程序、活动或场次的名字，不是用户的标识。什么都没有改变。",
                en: """
                    \(word) is the name of a person of the house, an account, an app, a campaign or a run, and nobody's id. \
                    Nothing was changed.
                    """)
        }
        package static let typeAgain = Sentence(
            zh: "擦除不能撤销。请再输入一遍 open_id：", en: "There is no undo. Type the open_id again: ")
        package static let notFinished = Sentence(
            zh: "擦除没有完成：有文件读不了或写不了（见日志）。此人已不会再收到任何消息；修好后再运行一次，或重启服务，它会自己做完。",
            en: """
                The erasure is not finished: a file could not be read or written (see the log). The person gets no message \
                any more; mend it and run it again, or restart the service, which finishes it by itself.
                """)
        package static func done(rewritten: [String], left: [String]) -> Sentence {
            var zh = "已擦除：账本、日志文件和投放文件夹里不再有这个标识；名单再导入也带不回来。"
            var en = """
                Erased: the id is in no file of the state directory any more, and no import brings the person back.
                """
            if !rewritten.isEmpty {
                zh += "\n改写或删除的文件：\(rewritten.joined(separator: "、"))"
                en += "\nFiles rewritten or removed: \(rewritten.joined(separator: ", "))"
            }
            if !left.isEmpty {
                zh += "\n这些文件里还有，不归本服务改动，请自行处理：\(left.joined(separator: "、"))"
                en += "\nThese files still hold it and are yours to change: \(left.joined(separator: ", "))"
            }
            zh += "\n备份、导出的报表和别处的拷贝请自行处理；恢复旧备份时会自动再擦除一次。"
            en +=
                "\nBackups, exported reports and copies elsewhere are yours; a restored backup is erased again by itself."
            return Sentence(zh: zh, en: en)
        }
    }
}
