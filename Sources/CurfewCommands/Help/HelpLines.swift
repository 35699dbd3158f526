import Ports
import Reports

/// Breaking Chinese among Latin words for a terminal: between any two characters of a script without spaces, else at
/// spaces, and never before a sign that ends something.
extension HelpText {
    /// A name, and what it is for beside it or, when the name is long, below.
    static func beside(_ label: String, _ about: String, _ columns: Int) -> [String] {
        let texts = pieces(of: about, first: columns - indent, then: columns - indent)
        let blank = String(repeating: " ", count: indent)
        let cells = TextWidth.cells(in: label)
        guard cells < indent - 1 else { return [label] + texts.map { blank + $0 } }
        let padded = label + String(repeating: " ", count: indent - cells)
        return [padded + (texts.first ?? "")] + texts.dropFirst().map { blank + $0 }
    }

    static func broken(_ text: String, indent: Int, hanging: Int = 0, _ columns: Int) -> [String] {
        let lines = pieces(of: text, first: columns - indent, then: columns - hanging)
        return lines.enumerated().map { String(repeating: " ", count: $0.offset == 0 ? indent : hanging) + $0.element }
    }

    private static func pieces(of text: String, first: Int, then: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in words(of: text) {
            let width = lines.isEmpty ? first : then
            if !line.isEmpty, TextWidth.cells(in: line + word) > max(width, 20) {
                lines.append(line)
                line = word.first == " " ? String(word.dropFirst()) : word
            } else {
                line += word
            }
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    private static let ending: Set<Character> = ["，", "。", "；", "：", "、", "）", "」", "”", "？", "！"]
    private static let opening: Set<Character> = ["（", "「", "“"]

    /// What may not be broken: Latin words with the space before them, and characters with the signs that belong to them.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        for character in text {
            let isWide = TextWidth.cells(in: String(character)) > 1 || character == "”" || character == "“"
            guard let last = words.last?.last else {
                words.append(String(character))
                continue
            }
            let wasWide = TextWidth.cells(in: String(last)) > 1
            let joins =
                ending.contains(character) || opening.contains(last)
                || (!isWide && !wasWide && character != " ")
            if joins { words[words.count - 1].append(character) } else { words.append(String(character)) }
        }
        return words
    }
}
