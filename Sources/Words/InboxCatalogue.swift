import CampaignModel

/// What stands beside a drop that is no campaign: what a control file stopped, and why something is not taken.
extension Catalogue {
    package enum Inbox {
        // MARK: - Control files

        package static let stopped = Sentence(zh: "停止指令已执行：", en: "The order was carried out:")
        package static let nothingStopped = Sentence(
            zh: "什么都没有停下！这个控制文件没有起作用。", en: "NOTHING was stopped! This control file did not work.")
        package static func allStopped(onTheWire: Int) -> Sentence {
            Sentence(
                zh: "全部发送已停止\(wireZh(onTheWire))。恢复需要运维执行：curfew go",
                en: "All sending is stopped\(wireEn(onTheWire)). An operator starts it again with curfew go.")
        }
        package static func paused(_ run: String, was: Sentence, onTheWire: Int) -> Sentence {
            Sentence(
                zh: "\(run) 已暂停（之前：\(was.zh)）\(wireZh(onTheWire))。恢复：curfew resume \(run)",
                en: "\(run) is paused (it was \(was.en))\(wireEn(onTheWire)). It goes on with curfew resume \(run).")
        }
        package static func held(_ run: String) -> Sentence {
            Sentence(
                zh: "\(run) 还在审核，已被按住：即使批准也不会发送，直到有人执行 curfew resume \(run)",
                en: "\(run) is in review and is held: also when it is approved nothing is sent until somebody says curfew resume \(run).")
        }
        package static func pausedBefore(_ run: String) -> Sentence {
            Sentence(
                zh: "\(run) 之前就已暂停，继续保持暂停。", en: "\(run) was paused before and stays paused.")
        }
        package static func cancelled(_ run: String, was: Sentence, onTheWire: Int) -> Sentence {
            Sentence(
                zh: "\(run) 已取消（之前：\(was.zh)），其余的人不再发送\(wireZh(onTheWire))。",
                en: "\(run) is cancelled (it was \(was.en)); nobody else is written to\(wireEn(onTheWire)).")
        }
        package static func stopFailed(_ run: String, _ state: Sentence) -> Sentence {
            Sentence(
                zh: "\(run) 没有改变，它现在是「\(state.zh)」。", en: "\(run) was not changed; it is \(state.en).")
        }
        private static func wireZh(_ count: Int) -> String { count > 0 ? "，还有 \(count) 个请求在途，会自己结束" : "" }
        private static func wireEn(_ count: Int) -> String {
            count > 0 ? ", and \(count) requests on the wire will still end" : ""
        }

        package static func noSuchCampaign(_ name: String) -> Sentence {
            Sentence(
                zh: "没有正在进行的活动叫「\(name)」。控制文件的名字应是活动文件名或 campaign 编号，后面加 .control.yaml。",
                en: "No campaign that is alive is called “\(name)”. A control file is named after the campaign's file or its id, with .control.yaml behind it.")
        }
        package static let waitsForCampaign = Sentence(
            zh: "只要这个文件还在这里，以后投放的同名活动一收下就会照办；不想这样，请把它移走。",
            en: "As long as this file lies here, a campaign of its name that is dropped later is stopped at once; move it away if that is not meant.")
        package static func didYouMean(_ names: [String]) -> Sentence {
            Sentence(
                zh: "是不是想写：\(names.map { $0 + ".control.yaml" }.joined(separator: "、"))？把文件改名即可。",
                en: "Did you mean \(names.map { $0 + ".control.yaml" }.joined(separator: " or "))? Rename the file.")
        }
        package static func alive(_ names: [String], more: Int) -> Sentence {
            names.isEmpty
                ? Sentence(zh: "现在没有进行中的活动。", en: "No campaign is alive now.")
                : Sentence(
                    zh: "现在进行中的：\(names.joined(separator: "、"))" + (more > 0 ? "，另有 \(more) 个。" : "。"),
                    en: "Alive now: \(names.joined(separator: ", "))" + (more > 0 ? " and \(more) more." : "."))
        }
        package static func stillWaiting(_ file: String) -> Sentence {
            Sentence(
                zh: "\(file) 还在这个文件夹里，尚未接受：把它移走，就不会进入审核。",
                en: "\(file) lies here and has not been taken: move it away and it never comes to review.")
        }
        package static let stopEverything = Sentence(
            zh: "要立刻停止全部发送：放入名为 stop.control.yaml 的文件，内容写 do: stop-all。",
            en: "To stop everything at once, drop a file named stop.control.yaml that says do: stop-all.")
        package static let heldInReview = Sentence(
            zh: "已被按住：审核期间有人要求暂停。即使批准也不会发送，直到有人恢复（curfew resume）。",
            en: "Held: somebody asked for a pause while it waits for review. Approving it sends nothing before somebody resumes it (curfew resume).")

        // MARK: - What is not taken

        package static let notTaken = Sentence(
            zh: "这个文件没有被接受，留在原处没有动。", en: "This was not taken. It stays where it is, untouched.")

        /// - Parameter code: `TrayRefusal.code`.
        package static func refusal(_ file: String, code: String) -> Sentence {
            switch code {
            case "symbolic_link":
                Sentence(
                    zh: "\(file) 是一个链接。请放入文件本身。", en: "\(file) is a link. Drop the file itself.")
            case "directory":
                Sentence(
                    zh: "\(file) 是一个文件夹。请把里面的文件直接放进投放文件夹。",
                    en: "\(file) is a folder. Drop the files in it, beside each other.")
            case "not_a_file":
                Sentence(
                    zh: "\(file) 是管道、套接字或设备，不是文件。", en: "\(file) is a pipe, socket or device, no file.")
            case "hard_linked":
                Sentence(
                    zh: "\(file) 还有另一个名字（硬链接）。请放入一份副本。",
                    en: "\(file) has a second name elsewhere (a hard link). Drop a copy.")
            case "other_device":
                Sentence(
                    zh: "\(file) 上挂载了别的磁盘。", en: "Another disk is mounted over \(file).")
            case "bad_name":
                Sentence(
                    zh: "文件名 \(file) 以 - 开头、含有控制字符或不是 UTF-8。请改名。",
                    en: "The name \(file) begins with -, holds control characters or is no UTF-8. Rename it.")
            case "too_large":
                Sentence(zh: "\(file) 太大。", en: "\(file) is too large.")
            case "twin_name":
                Sentence(
                    zh: "有两个文件的名字看起来都是 \(file)，只是字符编码形式不同。请改掉其中一个的名字。",
                    en: "Two files look the same by name, \(file), in two forms of Unicode. Rename one.")
            case "in_the_way":
                Sentence(
                    zh: "\(file) 是本程序自己的文件夹的名字，却被别的东西占用了。在移走之前，文件改放到隐藏的 .curfew-\(file) 里。",
                    en: "\(file) is the name of a folder of our own, and something else bears it. Until it is moved away, .curfew-\(file) serves instead.")
            case "too_many_files":
                Sentence(
                    zh: "投放文件夹里的文件太多，一次看不完：控制文件和活动仍会处理，其他文件可能看不到。请清理。",
                    en: "The inbox holds more files than one look takes: control files and campaigns are still taken, other files may not be seen. Clear it out.")
            default:
                Sentence(
                    zh: "\(file) 不能读取（\(code)）。请检查权限。",
                    en: "\(file) cannot be read (\(code)). Look at its rights.")
            }
        }

        package static func endsWithTxt(_ file: String, _ shouldBe: String) -> Sentence {
            Sentence(
                zh: "\(file) 的名字多了 .txt（记事本会自动加上）。请改名为 \(shouldBe)。",
                en: "\(file) has .txt at its end, which Notepad adds. Rename it to \(shouldBe).")
        }
        package static func packed(_ file: String) -> Sentence {
            Sentence(
                zh: "\(file) 是压缩包。请解压，再放入里面的文件。", en: "\(file) is an archive. Unpack it and drop what is in it.")
        }
        /// - Parameter near: what a campaign names that differs by nothing but capitals or width.
        package static func unnamedList(_ file: String, near: String? = nil) -> Sentence {
            if let near {
                return Sentence(
                    zh: "没有哪个活动文件写到 \(file)；有一个写的是 \(near)，只有大小写或全半角不同。是它的话请把文件改名为 \(near)。",
                    en: "No campaign file names \(file); one names \(near), which differs in capitals or width alone. Rename the file to \(near) if it is meant.")
            }
            return Sentence(
                zh: "没有哪个活动文件写到 \(file)，所以还没有用上。请把写到它的活动文件（.yaml）也放进来。名单含有个人标识，不用时请移走。",
                en: "No campaign file names \(file), so nothing is done with it. Drop the campaign (.yaml) whose files: [\(file)] it is. It holds personal ids: move it away if nobody needs it.")
        }
        package static func unnamedImage(_ file: String) -> Sentence {
            Sentence(
                zh: "没有哪个活动文件写到图片 \(file)，所以还没有用上。",
                en: "No campaign file names the image \(file), so nothing is done with it.")
        }
        package static func notOurs(_ file: String) -> Sentence {
            Sentence(
                zh: "\(file) 不是活动文件（.yaml）、名单（.csv、.xlsx、.jsonl）或图片，所以没有动它。",
                en: "\(file) is no campaign (.yaml), list (.csv, .xlsx, .jsonl) or image, so it is left alone.")
        }
        package static func diskRefuses(_ why: Sentence) -> Sentence {
            Sentence(
                zh: "收到了，但现在不能接受：\(why.zh) 恢复后会自动继续，不需要重新放入。",
                en: "Seen, and it cannot be taken now: \(why.en) It goes on by itself; do not drop it again.")
        }

        // MARK: - Status

        package static let title = Sentence(zh: "投放文件夹", en: "Inbox")
        package static func untaken(_ count: Int) -> Sentence {
            Sentence(zh: "\(count) 个投放没有被接受", en: "\(count) drops are not taken")
        }
        package static func folderTrouble(_ why: Sentence) -> Sentence {
            Sentence(
                zh: "投放文件夹不能使用：\(why.zh)。新的活动和控制文件现在看不到；发送照常进行。",
                en: "The inbox cannot be used: \(why.en). New campaigns and control files are not seen; sending goes on.")
        }
        package static func reportTrouble(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 的报告写不下来，请看日志。", en: "The report of \(name) cannot be written; see the log.")
        }
        package static func crowded(_ files: Int, max: Int) -> Sentence {
            Sentence(
                zh: "投放文件夹里有 \(files) 个文件（一次最多看 \(max) 个），请清理",
                en: "the inbox holds \(files) files, and one look takes \(max): clear it out")
        }

        // MARK: - Whose inbox it is

        package static func otherLedger(_ path: String, owner: String) -> Sentence {
            Sentence(
                zh: "投放文件夹 \(path) 属于另一个账本（\(owner)）：两个守护进程共用一个文件夹会把同一个活动发两次，所以没有启动，什么也没有改变。如果那个账本已不再使用：curfew restore --take-inbox",
                en: "The inbox \(path) belongs to another ledger (\(owner)): two daemons on one folder would send the same campaign twice, so this one did not start and changed nothing. If the other ledger is out of use: curfew restore --take-inbox")
        }
        package static func inboxTaken(_ path: String) -> Sentence {
            Sentence(zh: "投放文件夹 \(path) 现在属于这个账本。", en: "The inbox \(path) belongs to this ledger now.")
        }
    }
}
