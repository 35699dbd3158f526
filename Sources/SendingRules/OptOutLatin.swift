/// Opt-outs in Latin letters.
enum OptOutLatin {
    /// Mean nothing else, so they count wherever they stand as words of their own.
    private static let strong: Set<String> = [
        "td", "unsub", "unsubscribe", "unsubscribed", "unsubscribing", "optout", "stopall", "tuiding", "quxiaodingyue",
    ]

    /// Mean many things, so nothing but polite words may stand beside them.
    static let weak: Set<String> = [
        "t", "td", "tdtd", "remove", "goaway", "stop", "stopit", "stopnow", "end", "quit", "cancel", "停", "停止", "停下",
        "停了", "取消", "滚", "打住",
    ]

    static let polite: Set<String> = [
        "please", "pls", "plz", "kindly", "thanks", "thank", "thx", "ty", "tks", "you", "u", "so", "much", "very",
        "many",
        "ok", "okay", "k", "hi", "hello", "hey", "dear", "sorry", "now", "right", "just", "sir", "madam", "it", "this",
        "immediately", "asap", "xx", "i", "said", "and", "already", "all",
    ]

    /// Words in a row; `to` and `the` between them are overlooked.
    private static let phrases: [[String]] = [
        "stop sending", "stop texting", "stop messaging", "stop contacting", "stop spamming", "stop bothering",
        "stop writing", "stop emailing", "stop pushing", "stop disturbing", "stop harassing", "stop promoting",
        "stop messages", "stop ads", "stop spam", "stop these", "stop those", "stop your", "stop subscription",
        "dont contact", "dont message", "dont send", "dont text", "dont disturb", "dont bother", "dont write",
        "dont spam",
        "dont push", "dont dm", "do not contact", "do not message", "do not send", "do not text", "do not disturb",
        "do not bother", "do not write", "do not spam", "do not push", "do not dm", "no more messages", "no more texts",
        "no more ads", "no more spam", "no more of these", "never contact", "never message", "never text me",
        "remove me",
        "take me off", "delete me from", "leave me alone", "opt me out", "opt out", "cancel subscription",
        "cancel my subscription", "dont want messages", "dont want these messages", "dont want any messages",
        "dont want any more messages", "dont want receive", "do not want receive", "no longer want receive",
        "stop receiving", "block you", "blocked you", "blocking you",
    ].map { $0.split(separator: " ").map(String.init) }

    private static let negations: Set<String> = ["dont", "not", "never", "no", "wont", "didnt", "havent", "without"]
    /// Turn a negation round: who cannot get out wants out.
    private static let inabilities: Set<String> = ["can", "could", "why", "cant", "cannot"]
    private static let overlooked: Set<String> = ["to", "the"]

    private struct Word {
        var text: String
        var place: Int
        /// The number of its clause.
        var clause: Int
    }

    static func match(_ reply: OptOutReply) -> String? {
        let words = words(of: reply)
        for index in words.indices {
            let word = words[index]
            if strong.contains(word.text), !isDenied(words, index),
                !OptOutGrammar.isDenied(word.text, at: word.place, in: reply)
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
            let text = reply.text(run.range)
            guard run.isLatin, !overlooked.contains(text) else { continue }
            words.append(Word(text: text, place: run.range.lowerBound, clause: clause))
        }
        return words
    }

    /// "I do not want to unsubscribe": a negation shortly before it in the same clause.
    private static func isDenied(_ words: [Word], _ index: Int) -> Bool {
        let before = words[max(0, index - 4)..<index].filter { $0.clause == words[index].clause }.map(\.text)
        guard before.contains(where: negations.contains) else { return false }
        return !before.contains(where: inabilities.contains)
    }
}
