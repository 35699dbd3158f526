/// Links that lead out of the app: the platform refuses texts that hold one.
enum OutsideLink {
    private static let signs = ["http://", "https://", "www.", "weixin://", ".com/", ".cn/"]
    private static let shownCharactersMax = 60

    /// The first word of the text that is one; nil: none.
    static func first(in text: String) -> String? {
        // Every sign holds one of these two bytes; most texts hold neither.
        guard text.utf8.contains(where: { $0 == 0x2F || $0 == 0x2E }) else { return nil }
        let lower = text.lowercased()
        guard let sign = signs.first(where: { lower.contains($0) }) else { return nil }
        let word = text.split(whereSeparator: \.isWhitespace).first { $0.lowercased().contains(sign) }
        return String((word ?? "").prefix(shownCharactersMax))
    }
}
