/// What may stand for a person: the platform's ids are short and printable, whatever else they hold.
package enum PersonID {
    package static let bytesMax = 128
    /// What stands in the place of whoever was erased; no id of the platform begins with it.
    private static let erased = "erased:"

    /// As people paste it: without the blanks, line ends and invisible signs around it, and without what a spreadsheet keeps
    /// it as text by (`'ou_1`, `="ou_1"`), as lists are read.
    package static func trimmed(_ text: String) -> String {
        let around: Set<Unicode.GeneralCategory> = [
            .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator,
        ]
        let isAround = { (scalar: Unicode.Scalar) in around.contains(scalar.properties.generalCategory) }
        let kept = text.unicodeScalars.drop(while: isAround).reversed().drop(while: isAround).reversed()
        let pasted = String(String.UnicodeScalarView(kept))
        if pasted.hasPrefix("=\""), pasted.hasSuffix("\""), pasted.count > 3 {
            return String(pasted.dropFirst(2).dropLast())
        }
        return pasted.hasPrefix("'") ? String(pasted.dropFirst()) : pasted
    }

    package static func isUsable(_ openID: String) -> Bool {
        (1...bytesMax).contains(openID.utf8.count) && openID.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && !openID.hasPrefix(erased)
    }
}
