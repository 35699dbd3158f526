import CampaignModel

/// What a YAML parser found, by kind: its own words are for programmers, and English.
extension Catalogue {
    package enum Syntax {
        /// - Parameter problem: the parser's words; only the kind of it is told.
        package static func sentence(_ problem: String) -> Sentence {
            for (words, told) in kinds where words.contains(where: problem.contains) { return told }
            return Sentence(zh: "这里的写法读不懂", en: "this cannot be understood as written")
        }

        private static let kinds: [([String], Sentence)] = [
            (
                ["tab character"],
                Sentence(zh: "缩进用了 Tab，只能用空格", en: "a tab indents this line; only blanks may")
            ),
            (
                ["cannot start any token"],
                Sentence(zh: "值以 @、`、% 或 Tab 之类的符号开头，要加引号", en: "a value begins with a sign like @, ` or %: quote it")
            ),
            (
                ["expected ',' or ']'"],
                Sentence(zh: "方括号里缺逗号，或没有用 ] 关上", en: "a comma is missing in [ … ], or its ] is")
            ),
            (
                ["expected ',' or '}'"],
                Sentence(zh: "花括号里缺逗号，或没有用 } 关上", en: "a comma is missing in { … }, or its } is")
            ),
            (
                ["unexpected end of stream", "unexpected document indicator"],
                Sentence(zh: "引号没有关上", en: "a quote is never closed")
            ),
            (
                ["could not find expected ':'"],
                Sentence(zh: "键后面缺冒号和空格", en: "a colon and a blank are missing after a key")
            ),
            (
                ["mapping values are not allowed", "mapping keys are not allowed"],
                Sentence(
                    zh: "一行里多了一个“: ”，或上一行的值没写完",
                    en: "there is a second \": \" in this line, or the line before is not finished")
            ),
            (
                ["expected key", "block sequence entries", "expected '-' indicator", "block collection"],
                Sentence(zh: "这一行的缩进和上面的不一致", en: "this line is not indented like those above it")
            ),
            (
                ["escape", "hexdecimal"],
                Sentence(
                    zh: "双引号里的反斜杠写法不对；改用单引号", en: "a backslash in double quotes stands for nothing; use single quotes")
            ),
            (
                ["tag", "%", "directive", "version number"],
                Sentence(zh: "以 ! 或 % 开头的写法这里不用", en: "words that begin with ! or % are not used here")
            ),
            (
                ["anchor", "alias", "alphabetic or numeric"],
                Sentence(zh: "以 & 或 * 开头的值要加引号", en: "a value that begins with & or * has to be quoted")
            ),
            (
                ["UTF-8", "UTF-16", "Unicode", "control characters", "surrogate"],
                Sentence(zh: "这里有不能用的字节或字符", en: "there is a byte or character here that is not allowed")
            ),
            (
                ["indentation indicator", "comment or line break", "whitespace"],
                Sentence(zh: "| 或 > 后面只能换行", en: "after | or > only a new line may follow")
            ),
            (
                ["expected node content", "document start"],
                Sentence(zh: "这里缺一个值", en: "a value is missing here")
            ),
        ]
    }
}
