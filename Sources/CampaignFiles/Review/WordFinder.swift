/// Finds any of many words in one pass over a text (Aho–Corasick), the same whether there are ten words or ten thousand.
///
/// Words and texts are folded alike: `ＷＥＩＸＩＮ`, `weixin` and `w-e-i-x-i-n` are one word, and so are `加微信` and
/// `加 微*信`. A word of Latin letters counts only between letters' ends, and either whole or spaced out letter by
/// letter, so that `first day` does not hold `td`.
package struct WordFinder: Sendable {
    package struct Hit: Sendable, Equatable {
        /// Index of the word, in the order in which they were given.
        package let word: Int
        /// As it stands in the text, with whatever was put between its letters.
        package let found: String
    }

    private struct Entry: Sendable {
        let index: Int
        let length: Int
        let isLatin: Bool
    }

    /// (state, scalar) → state. One flat table: a dictionary a state would cost more than all the words.
    private var steps: [UInt64: Int32] = [:]
    private var failure: [Int32] = [0]
    /// Words that end in a state, those of its failures too.
    private var ends: [[Entry]] = [[]]

    package init(_ words: [String]) {
        for (index, word) in words.enumerated() {
            let scalars = FoldedText(word).kept.map(\.scalar)
            guard !scalars.isEmpty else { continue }
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
                Entry(index: index, length: scalars.count, isLatin: scalars.allSatisfy(FoldedText.isLatin)))
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
    package func hits(in text: String) -> [Hit] {
        guard !steps.isEmpty else { return [] }
        let folded = FoldedText(text).kept
        var hits: [Hit] = []
        var state: Int32 = 0
        for end in folded.indices {
            state = step(from: state, by: folded[end].scalar)
            for entry in ends[Int(state)] {
                let start = end - entry.length + 1
                guard !hits.contains(where: { $0.word == entry.index }), Self.counts(entry, folded, start...end) else {
                    continue
                }
                hits.append(Hit(word: entry.index, found: Self.written(text, folded, start...end)))
            }
        }
        return hits
    }

    private static func counts(_ entry: Entry, _ folded: [FoldedText.Kept], _ range: ClosedRange<Int>) -> Bool {
        let inner = range.dropFirst()
        for index in inner
        where folded[index].offset - folded[index - 1].offset > FoldedText.gapMax + 1 { return false }
        guard entry.isLatin else { return true }
        let gaps = inner.count { folded[$0].isApart }
        guard gaps == 0 || gaps == inner.count else { return false }
        return isEdge(folded, before: range.lowerBound) && isEdge(folded, before: range.upperBound + 1)
    }

    /// No Latin letter touches from outside.
    private static func isEdge(_ folded: [FoldedText.Kept], before index: Int) -> Bool {
        guard index > 0, index < folded.count, !folded[index].isApart else { return true }
        return !FoldedText.isLatin(folded[index].scalar) || !FoldedText.isLatin(folded[index - 1].scalar)
    }

    private static func written(_ text: String, _ folded: [FoldedText.Kept], _ range: ClosedRange<Int>) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.index(scalars.startIndex, offsetBy: folded[range.lowerBound].offset)
        let end = scalars.index(scalars.startIndex, offsetBy: folded[range.upperBound].offset)
        return String(scalars[start...end])
    }
}
