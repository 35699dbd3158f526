import CampaignModel
import Channels
import Words

/// Notices as one message in the daemon's language.
struct NoticeWords: Sendable {
    /// Heading, link and mark.
    private static let frameBytesMax = 400
    private static let lineBytesMax = 600
    /// Of the id: what people compare by eye.
    private static let markLength = 6

    let language: Language
    let page: String?
    let isRehearsal: Bool

    /// How many, from the first, fit into one message.
    func fitting(_ notices: [Notice], in bytesMax: Int) -> Int {
        var bytes = Self.frameBytesMax
        for (index, notice) in notices.enumerated() {
            bytes += line(of: notice).utf8.count + 1
            if bytes > bytesMax { return index }
        }
        return notices.count
    }

    func message(of notices: [Notice], id: String, in bytesMax: Int) -> NoticeMessage {
        var heading = Catalogue.Notify.heading(count: notices.count).text(in: language)
        if isRehearsal { heading += " · " + Catalogue.Notify.rehearsal.text(in: language) }
        var lines = [heading] + notices.map(line)
        if let page { lines.append(Catalogue.Notify.link(page).text(in: language)) }
        lines.append("#" + id.suffix(Self.markLength))
        return NoticeMessage(
            id: id, text: lines.joined(separator: "\n"), notice: notices[0],
            sentence: Catalogue.Notify.sentence(notices[0]).text(in: language))
    }

    private func line(of notice: Notice) -> String {
        let text = "\(notice.at.minuteText()) \(Catalogue.Notify.sentence(notice).text(in: language))"
        var line = ""
        for character in text {
            // Robots read `<at …>` as a call to everybody.
            let plain: Character =
                character == "<" ? "‹" : character == ">" ? "›" : character.isNewline ? " " : character
            guard line.utf8.count + String(plain).utf8.count <= Self.lineBytesMax else { return line + "…" }
            line.append(plain)
        }
        return line
    }
}
