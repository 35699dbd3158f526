import CampaignModel
import Ports

/// Text in columns for a terminal or a plain file, where a Chinese character takes two cells and an accent none.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    /// Between two columns.
    private static let gap = "  "

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// - Parameter alignments: one a column. Figures stand right, words left.
    package init(_ alignments: [Alignment]) { self.alignments = alignments }

    /// Cells beyond the columns are a mistake of ours; missing ones are empty. What would steer a terminal is made visible.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count <= alignments.count, "a row has more cells than the table has columns")
        rows.append(cells.map(TextWidth.printable))
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// One line a row, without spaces at its end.
    package func lines() -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { column < $0.count ? TextWidth.cells(in: $0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = alignments.indices.map { column in
                TextWidth.padded(column < row.count ? row[column] : "", to: widths[column], alignments[column])
            }
            let line = cells.joined(separator: Self.gap)
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

/// How many cells of a fixed-width font a text takes, after Unicode's East Asian Width: W and F take two, combining
/// marks none. Ambiguous characters take one, as terminals of today draw them unless told otherwise.
package enum TextWidth {
    package static func cells(in text: String) -> Int {
        text.reduce(0) { $0 + cells(of: $1) }
    }

    package static func padded(_ text: String, to width: Int, _ alignment: TextTable.Alignment) -> String {
        let space = String(repeating: " ", count: max(width - cells(in: text), 0))
        switch alignment {
        case .left: return text + space
        case .right: return space + text
        }
    }

    /// The text with control characters and direction overrides made visible: a title from a file must not move the
    /// cursor, colour the screen, or print itself backwards.
    package static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: steers) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(steers(scalar) ? "\u{FFFD}" : scalar) }
        return String(result)
    }

    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func cells(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        // An emoji that is made of several scalars, or asks to be drawn as one, is one picture of two cells.
        if scalars.count > 1, scalars.contains(where: { $0.value == 0xFE0F || $0.properties.isEmojiPresentation }) {
            return 2
        }
        if isWide(first) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return 1
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
            0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x2FFFD,
            0x30000...0x3FFFD:
            true
        default:
            scalar.properties.isEmojiPresentation
        }
    }
}
