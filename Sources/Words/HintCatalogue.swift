import CampaignModel

/// What a program that was refused should do, where the refusal itself does not say it.
extension Catalogue {
    package enum Hints {
        private static let all: [String: Sentence] = [
            "unproved": Sentence(
                zh: "用 Authorization: Bearer 给出令牌；操作员用 curfew people issue 生成。",
                en: "Give a token in Authorization: Bearer; an operator makes one with curfew people issue."),
            "second_proof": Sentence(
                zh: "再给一次令牌；程序请直接用令牌，不用登录。",
                en: "Give the token once more; a program uses its token instead of a login."),
            "not_json": Sentence(
                zh: "加上 Content-Type: application/json。", en: "Send Content-Type: application/json."),
            "bad_body": Sentence(
                zh: "各字段见 /v1/ 的说明；不要写两个同名的键。",
                en: "The fields are described at /v1/; no key may stand twice."),
            "bad_query": Sentence(
                zh: "各参数见 /v1/ 的说明；每个只能写一次，cursor 要原样用上一页的 next。",
                en: "The parameters are described at /v1/; each stands once, and a cursor is the next of the page before."),
            "missing_query": Sentence(zh: "各参数见 /v1/ 的说明。", en: "The parameters are described at /v1/."),
            "no_such_address": Sentence(zh: "所有地址见 /v1/。", en: "Every address stands at /v1/."),
            "method_not_allowed": Sentence(
                zh: "可用的方法在 Allow 头里。", en: "The methods that there are stand in the Allow header."),
            "body_too_large": Sentence(
                zh: "分成几个请求；大的人群文件放进投放文件夹，或用页面上传。",
                en: "Send several requests; a long list goes into the drop folder, or by the page."),
            "ledger_busy": Sentence(
                zh: "什么都没有写下；稍后原样再发。", en: "Nothing was written; send the same again in a moment."),
            "internal": Sentence(
                zh: "请操作员看守护进程的日志。", en: "Ask the operator to look into the daemon's log."),
            "changed": Sentence(
                zh: "重新读这一场（ETag 是新的摘要），看过以后再批准。",
                en: "Read the run anew, its ETag is the new digest, and approve what you have seen."),
            "not_readable": Sentence(
                zh: "按 lines 里的行和列修改，再上传一次。",
                en: "Mend the places that stand in lines, and upload the file again."),
            "socket_only": Sentence(
                zh: "在本机经套接字提问，或用 curfew 命令。", en: "Ask over the socket on this machine, or with the command."),
            "not_operator": Sentence(zh: "需要 operator 角色的令牌。", en: "It takes the token of an operator."),
            "not_reviewer": Sentence(zh: "需要 reviewer 角色的令牌。", en: "It takes the token of a reviewer."),
            "tests_of_the_day_used": Sentence(
                zh: "到 next_allowed 再试。", en: "Try again from next_allowed on."),
        ]
        package static func of(_ code: String) -> Sentence? { all[code] }
    }
}
