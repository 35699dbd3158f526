/// Opt-outs in Latin letters.
enum OptOutLatin {
    /// Mean nothing else, so they count wherever they stand as words of their own.
    private static let strong: Set<String> = [
        "td", "unsub", "unsubscribe", "unsubscribed", "unsubscribing", "optout", "stopall", "tuiding", "quxiaodingyue",
        "unfollow", "unfollowed", "unfollowing",
    ]

    /// Mean many things, so nothing but polite words may stand beside them.
    static let weak: Set<String> = [
        "t", "td", "tdtd", "remove", "goaway", "stop", "stopit", "stopnow", "end", "quit", "cancel", "停", "停止", "停下",
        "停了", "取消", "滚", "打住", "封锁", "注销", "不收", "不订", "退d", "t订", "dnd", "block", "blocked", "revoke", "enough",
        "nomore", "fuckoff", "pissoff", "getlost",
    ]
    /// Those that count as a clause of their own beside others, and behind `can you`, `how to`, `no`. Not those one says of
    /// an order: *wrong size, cancel*.
    static let firm: Set<String> = [
        "stop", "stopit", "stopnow", "goaway", "fuckoff", "pissoff", "getlost", "停止", "滚", "打住",
    ]
    static let asking: Set<String> = ["can", "could", "would", "will", "no", "how", "do", "to", "with"]

    static let polite: Set<String> = [
        "please", "pls", "plz", "kindly", "thanks", "thank", "thx", "ty", "tks", "you", "u", "so", "much", "very",
        "many",
        "ok", "okay", "k", "hi", "hello", "hey", "dear", "sorry", "now", "right", "just", "sir", "madam", "it", "this",
        "immediately", "asap", "xx", "i", "said", "and", "already", "all", "thats",
    ]

    private static let messages =
        "messages msg msgs texts sms ads spam promo promos promotion promotions emails newsletters dms"

    /// Begun by one of the first, ended by one of the second.
    private static let phraseParts: [(starts: [String], ends: String)] = [
        (
            ["stop"],
            "sending texting messaging contacting spamming bothering writing emailing pushing disturbing harassing promoting "
                + "receiving these those your subscription notifications marketing advertising message text " + messages
        ),
        (["dont", "do not"], "contact message send text disturb bother write spam push dm"),
        (["no more"], messages), (["no"], "spam ads"), (["never"], "contact message"),
        (
            ["dont want", "do not want", "no longer want", "dont wish", "do not wish", "no longer wish"],
            "receive hear " + messages
        ),
        (["dont want these", "dont want more"], messages),
        (["remove", "delete", "erase"], "me"),
        (["remove my", "delete my", "erase my"], "number phone details data contact"),
        (["revoke", "revoke my", "withdraw", "withdraw my"], "consent"),
        (["opt", "opting", "opted", "opt me"], "out"), (["block", "blocked", "blocking"], "you"),
        (["cancel", "cancel my"], "subscription"), (["no more of"], "these"), (["never text"], "me"),
        (["take me"], "off"),
        (["leave me"], "alone"), (["un"], "subscribe"), (["tui"], "ding"),
    ]
    /// Words in a row; `to`, `all` and their kin between them are overlooked.
    private static let phrases: [[String]] = phraseParts.flatMap { starts, ends in
        starts.flatMap { start in words(ends).map { words(start) + [$0] } }
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static let negations: Set<String> = ["dont", "not", "never", "no", "wont", "didnt", "havent", "without"]
    /// Turn a negation round: who cannot get out wants out.
    private static let inabilities: Set<String> = ["can", "could", "why", "cant", "cannot"]
    /// End what a negation is about: not interested unsubscribe.
    private static let objects: Set<String> = [
        "interested", "thanks", "thank", "thx", "this", "that", "these", "those", "for",
    ]
    private static let overlooked: Set<String> = ["to", "the", "with", "all", "any"]

    private struct Word {
        var text: String
        /// As it lies in the reply; `text` may be what it was meant to be.
        var range: Range<Int>
        /// The number of its clause.
        var clause: Int
    }

    static func match(_ reply: OptOutReply) -> String? {
        let words = words(of: reply)
        for index in words.indices {
            let word = words[index]
            if strong.contains(word.text), !isDenied(words, index),
                !OptOutGrammar.isDenied(word.range, in: reply)
            {
                return word.text
            }
            for phrase in phrases where words.count - index >= phrase.count {
                let found = words[index..<(index + phrase.count)]
                guard zip(found, phrase).allSatisfy({ $0.text == $1 }),
                    found.allSatisfy({ $0.clause == word.clause }), !isDenied(words, index)
                else { continue }
                return phrase.joined(separator: " ")
            }
        }
        return nil
    }

    private static func words(of reply: OptOutReply) -> [Word] {
        var words: [Word] = []
        var clause = 0
        var behind = 0
        for run in reply.runs {
            clause += reply.gaps[behind..<run.range.upperBound].count { $0 == .clause }
            behind = run.range.upperBound
            let text = plain(reply.text(run.range))
            guard run.isLatin, !overlooked.contains(text) else { continue }
            words.append(Word(text: text, range: run.range, clause: clause))
        }
        return words
    }

    /// The word that is meant by one of drawn letters (`stooop`), of a zero for an o, said over and over (`tdtdtd`), or
    /// mistyped, of those that nothing else resembles.
    static func plain(_ word: String) -> String {
        var text = ""
        for letter in word where !(text.hasSuffix(String(letter)) && word.contains("\(letter)\(letter)\(letter)")) {
            text.append(letter)
        }
        if text.contains(where: \.isLetter) { text.replace("0", with: "o") }
        if text.count > 2, text.replacing("td", with: "").isEmpty { return "td" }
        return isNearly(text) ? "unsubscribe" : text
    }

    private static func isNearly(_ word: String) -> Bool {
        let meant = Array("unsubscribe")
        guard word.hasPrefix("un"), (meant.count - 2...meant.count + 2).contains(word.count) else { return false }
        var row = Array(0...meant.count)
        for (index, letter) in word.enumerated() {
            var last = row[0]
            row[0] = index + 1
            for place in meant.indices {
                let changed = last + (meant[place] == letter ? 0 : 1)
                last = row[place + 1]
                row[place + 1] = min(changed, row[place] + 1, last + 1)
            }
        }
        return row[meant.count] <= 2
    }

    /// "I do not want to unsubscribe": a negation shortly before it in the same clause, about nothing else; but not "I did
    /// not unsubscribe yet".
    private static func isDenied(_ words: [Word], _ index: Int) -> Bool {
        let clause = words[index].clause
        var before = words[max(0, index - 4)..<index].filter { $0.clause == clause }.map(\.text)[...]
        if let object = before.lastIndex(where: objects.contains) { before = before[(object + 1)...] }
        // "No unsubscribe" says no, and then the word.
        guard before.last != "no", before.contains(where: negations.contains),
            !before.contains(where: inabilities.contains)
        else { return false }
        return !words[(index + 1)...].contains { $0.clause == clause && $0.text == "yet" }
    }
}
