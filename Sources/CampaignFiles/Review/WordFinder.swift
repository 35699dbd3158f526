/// Finds any of many words in one pass over a text (Aho–Corasick), the same whether there are ten words or ten thousand.
///
/// Words and texts are folded alike: `ＷＥＩＸＩＮ`, `weixin`, `wеіхіn` in Cyrillic and `w-e-i-x-i-n` are one word, and so are
/// `加微信` and `加 微*信`. A word of Latin letters counts only between letters' ends, and either whole or spaced out letter
/// by letter, so that `first day` does not hold `td`; the Latin end of a mixed word ends where its letters do, so that
/// `加VIP群` does not hold `加v`.
package struct WordFinder: Sendable {
    package struct Hit: Sendable, Equatable {
        /// Index of the word, in the order in which they were given.
        package let word: Int
        /// As it stands in the text, with whatever was put between its letters.
        package let found: String
        /// Where, among the scalars of the text.
        let range: ClosedRange<Int>
    }

    private struct Entry: Sendable {
        let index: Int
        let length: Int
        let isLatin: Bool
        let beginsLatin: Bool
        let endsLatin: Bool
        /// Letters before which the word itself has a blank.
        let breaks: Set<Int>
    }

    /// (state, scalar) → state. One flat table: a dictionary a state would cost more than all the words.
    private var steps: [UInt64: Int32] = [:]
    private var failure: [Int32] = [0]
    /// Words that end in a state, those of its failures too.
    private var ends: [[Entry]] = [[]]

    package init(_ words: [String]) {
        for (index, word) in words.enumerated() {
            let letters = FoldedText(word).kept
            let scalars = letters.map(\.scalar)
            guard let first = scalars.first, let last = scalars.last else { continue }
            var state: Int32 = 0
            for scalar in scalars {
                let key = Self.key(state, scalar)
                if let next = steps[key] {
                    state = next
                } else {
                    let next = Int32(ends.count)
                    steps[key] = next
                    ends.append([])
                    failure.append(0)
                    state = next
                }
            }
            ends[Int(state)].append(
                Entry(
                    index: index, length: scalars.count, isLatin: scalars.allSatisfy(FoldedText.isLatin),
                    beginsLatin: FoldedText.isLatin(first), endsLatin: FoldedText.isLatin(last),
                    breaks: Set(letters.indices.filter { $0 > 0 && letters[$0].isSpaced })))
        }
        linkFailures()
    }

    package var isEmpty: Bool { steps.isEmpty }

    /// Breadth first: a state's failure is known before its children ask for it.
    private mutating func linkFailures() {
        var children: [Int32: [(scalar: UInt32, state: Int32)]] = [:]
        for (key, state) in steps { children[Int32(key >> 32), default: []].append((UInt32(key & 0xFFFF_FFFF), state)) }
        var queue: [Int32] = [0]
        var next = 0
        while next < queue.count {
            let parent = queue[next]
            next += 1
            for child in (children[parent] ?? []).sorted(by: { $0.scalar < $1.scalar }) {
                queue.append(child.state)
                guard parent != 0 else { continue }
                let fallen = step(from: failure[Int(parent)], by: child.scalar)
                failure[Int(child.state)] = fallen
                ends[Int(child.state)] += ends[Int(fallen)]
            }
        }
    }

    private static func key(_ state: Int32, _ scalar: UInt32) -> UInt64 { UInt64(state) << 32 | UInt64(scalar) }

    private func step(from state: Int32, by scalar: UInt32) -> Int32 {
        var state = state
        while true {
            if let next = steps[Self.key(state, scalar)] { return next }
            if state == 0 { return 0 }
            state = failure[Int(state)]
        }
    }

    /// Every word that stands in the text, once, in the order of where it first ends.
    /// - Parameter innocent: places, among the scalars of the text, within which nothing is found.
    package func hits(in text: String, except innocent: [ClosedRange<Int>] = []) -> [Hit] {
        guard !steps.isEmpty else { return [] }
        return hits(in: text, FoldedText(text), except: innocent)
    }

    func hits(in text: String, _ folded: FoldedText, except innocent: [ClosedRange<Int>] = []) -> [Hit] {
        var found: Set<Int> = []
        var hits: [Hit] = []
        eachPlace(in: folded) { word, places in
            guard !found.contains(word), !innocent.contains(where: { $0.contains(places) }) else { return }
            found.insert(word)
            hits.append(Hit(word: word, found: Self.written(text, places), range: places))
        }
        return hits
    }

    /// Where any of the words stands just as it is written here, every time.
    func places(in folded: FoldedText) -> [ClosedRange<Int>] {
        var all: [ClosedRange<Int>] = []
        eachPlace(in: folded) { _, places in all.append(places) }
        return all
    }

    private func eachPlace(in folded: FoldedText, _ each: (Int, ClosedRange<Int>) -> Void) {
        let kept = folded.kept
        var state: Int32 = 0
        for end in kept.indices {
            state = step(from: state, by: kept[end].scalar)
            for entry in ends[Int(state)] {
                let start = end - entry.length + 1
                guard Self.counts(entry, kept, start...end) else { continue }
                each(entry.index, kept[start].offset...kept[end].offset)
            }
        }
    }

    private static func counts(_ entry: Entry, _ kept: [FoldedText.Kept], _ range: ClosedRange<Int>) -> Bool {
        let inner = range.dropFirst()
        if inner.contains(where: { kept[$0].gap > FoldedText.gapMax }) { return false }
        if entry.isLatin {
            let spaced = inner.count { kept[$0].isSpaced && !entry.breaks.contains($0 - range.lowerBound) }
            guard spaced == 0 || inner.allSatisfy({ kept[$0].isApart }) else { return false }
        }
        if entry.beginsLatin, !isEdge(kept, before: range.lowerBound, ofWhole: entry.isLatin) { return false }
        return !entry.endsLatin || isEdge(kept, before: range.upperBound + 1, ofWhole: entry.isLatin)
    }

    /// No Latin letter touches from outside, nor, at a word that is wholly Latin, a digit.
    private static func isEdge(_ kept: [FoldedText.Kept], before index: Int, ofWhole isWhole: Bool) -> Bool {
        guard index > 0, index < kept.count, !kept[index].isApart else { return true }
        let pair = [kept[index].scalar, kept[index - 1].scalar]
        return !pair.allSatisfy(isWhole ? FoldedText.isLatin : FoldedText.isLatinLetter)
    }

    private static func written(_ text: String, _ places: ClosedRange<Int>) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.index(scalars.startIndex, offsetBy: places.lowerBound)
        let end = scalars.index(scalars.startIndex, offsetBy: places.upperBound)
        return String(scalars[start...end])
    }
}
