import CampaignModel
import Foundation

/// A message as a mail: head and body in the form that every server takes, whatever language it is in.
package enum NoticeLetter {
    private static let lineMax = 76

    package static func text(of message: NoticeMessage, to target: NoticeTarget, subject: String, at now: Moment)
        -> [UInt8]
    {
        let host = target.from.split(separator: "@").last.map(String.init) ?? "curfew"
        let head = [
            "From: Curfew <\(target.from)>", "To: \(target.to.joined(separator: ", "))",
            "Subject: \(encoded(subject))", "Date: \(date(now))", "Message-ID: <\(message.id)@\(host)>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let body = lines(Data(message.text.utf8).base64EncodedString(), of: lineMax)
        return Array((head + [""] + body + [""]).joined(separator: "\r\n").utf8)
    }

    /// RFC 2047, each word within its 75 signs.
    private static func encoded(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var words: [String] = []
        var word = ""
        for character in text {
            if word.utf8.count + String(character).utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func lines(_ text: String, of length: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            lines.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return lines
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// RFC 5322, on Shanghai's wall: `Fri, 20 Nov 2026 20:00:00 +0800`.
    private static func date(_ moment: Moment) -> String {
        let wall = CivilTime(moment, offset: PlatformDay.shanghaiOffset)
        let day = days[Int(PlatformDay(containing: moment).number.flooredRemainder(by: 7))]
        return "\(day), \(wall.day) \(months[wall.month - 1]) \(wall.year) \(wall.timeText) +0800"
    }
}
