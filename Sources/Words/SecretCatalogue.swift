import CampaignModel

/// What is said about tokens and other secrets: which one, what is wrong, what to do. Never the secret.
extension Catalogue {
    package enum Secrets {
        package static let noCredentials = Sentence(
            zh: "credential: 只有由 systemd 启动的服务才有。手工运行请写 file:PATH，或在服务的 LoadCredential= 里列出它。",
            en: """
                credential: is there only for a service that systemd starts. By hand write file:PATH, or name it in a \
                LoadCredential= line of the unit.
                """)
        package static func unreadable(_ why: String) -> Sentence {
            Sentence(zh: "读不了：\(why.inChinese)。", en: "it cannot be read: \(why).")
        }
        package static let notAFile = Sentence(zh: "不是普通文件。", en: "it is no plain file.")
        /// - Parameter mode: as `chmod` writes it.
        package static func othersCanRead(mode: String) -> Sentence {
            Sentence(
                zh: "权限是 \(mode)，别人也能读。请 chmod 600，并更换这个密钥。",
                en: "its mode is \(mode), so that others can read it. chmod 600 it, and replace the secret.")
        }
        package static let empty = Sentence(zh: "是空的。", en: "it is empty.")
        package static let tooLong = Sentence(zh: "太长，不像密钥。", en: "it is too long for a secret.")

        package static func weakToken(_ person: String, bytesMin: Int) -> Sentence {
            Sentence(
                zh: "\(person) 的令牌太短，能被猜到（至少 \(bytesMin) 个字符）。用 curfew people token \(person) 生成一个。",
                en: """
                    the token of \(person) is so short that it can be guessed (at least \(bytesMin) characters). Make one \
                    with curfew people token \(person).
                    """)
        }
        package static func equalTokens(_ one: String, _ other: String) -> Sentence {
            Sentence(
                zh: "\(one) 和 \(other) 的令牌相同，分不清是谁。用 curfew people token 给每人生成一个。",
                en: """
                    \(one) and \(other) have the same token, so that nobody can tell who acts. Make one for each with \
                    curfew people token.
                    """)
        }

        // MARK: curfew people token

        package static func tokenMade(person: String, path: String) -> Sentence {
            Sentence(
                zh: """
                    已为 \(person) 生成令牌：\(path)（权限 0600）。这是本人的证明：交给本人，除了服务要读的那一份，别处不要留底。
                    服务要用它认人，二选一：
                      由 systemd 启动：把它放到 /etc/curfew/credentials/\(person)，在服务单元里加一行
                        LoadCredential=\(person):/etc/curfew/credentials/\(person)
                      配置里写  token: "credential:\(person)"，重启服务
                      不由 systemd 启动：配置里写  token: "file:\(path)"
                    """,
                en: """
                    A token for \(person) is in \(path) (mode 0600). Hand it to them, and keep no copy but the one \
                    that the service reads. For the service to know it, one of:
                      started by systemd: put it at /etc/curfew/credentials/\(person), add to the unit the line
                        LoadCredential=\(person):/etc/curfew/credentials/\(person)
                      write  token: "credential:\(person)"  in the configuration, and restart the service
                      not started by systemd: write  token: "file:\(path)"  in the configuration
                    """)
        }
        package static func exists(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 已经存在，没有动它。要换令牌，先把它移走。",
                en: "\(path) is there already and was left alone. Move it away first."
            )
        }
        package static func notWritten(_ path: String, _ why: String) -> Sentence {
            Sentence(
                zh: "写不了 \(path)：\(why.inChinese)。没有生成令牌。", en: "\(path) cannot be written: \(why). No token was made.")
        }
        package static func badName(_ name: String) -> Sentence {
            Sentence(
                zh: "“\(name)”不能作文件名和凭据名：请用字母、数字、- 和 _。",
                en: "“\(name)” cannot name a file and a credential: use letters, digits, - and _.")
        }
    }
}
