import CampaignModel
import Reports

/// Puts what a page shows into one language.
struct Speaker: Sendable {
    let language: Language

    func say(_ sentence: Sentence) -> String { sentence.text(in: language) }
    func reason(_ code: String) -> String { ReportText.words(ofReason: code, in: language) }
    func state(_ code: String) -> String { ReportText.words(ofState: code, in: language) }

    /// To the minute, on Shanghai's wall; what is no moment stands as it is.
    func when(_ iso: String) -> When { When(iso: iso, text: Self.minute(iso)) }
    func when(_ iso: String?) -> When? { iso.map { when($0) } }

    static func minute(_ iso: String) -> String {
        guard Moment(iso8601: iso) != nil else { return iso }
        return String(ReportText.words(ofMoment: iso).prefix("2026-11-20 20:00".count))
    }

    struct When: Sendable {
        var iso: String
        var text: String
    }
}

enum PagePath {
    /// Only letters, digits and what can stand in no markup and no query.
    static func encoded(_ word: String) -> String {
        let plain = word.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return plain.joined()
    }

    static func run(_ name: String) -> String { "/runs/" + encoded(name) }
    static func review(_ name: String) -> String { "/review/" + encoded(name) }
    static func person(_ openID: String) -> String { "/person?id=" + encoded(openID) }
    static func people(_ run: String, place: String, reason: String?) -> String {
        "\(self.run(run))/people?place=\(place)" + (reason.map { "&reason=\(encoded($0))" } ?? "")
    }

    /// Where a form wants to go back to: a page of ours, whatever it says.
    static func local(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count <= DoorRules.wordBytesMax,
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }
}
