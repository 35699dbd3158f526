import Answers
import CampaignModel
import Words

/// Who looks at a page, and in which language.
struct Visit: Sendable {
    var identity: Identity
    /// nil: nobody is logged in.
    var sheet: SessionSheet?
    var speaker: Speaker
    /// As it was asked for, without its language.
    var path: String
    var cookies: Cookies
    /// What the act before has to say.
    var said: String?

    func may(_ deed: String) -> Bool { sheet?.deeds.contains(deed) ?? false }
    func needsProof(_ deed: String) -> Bool { sheet?.unproved.contains(deed) ?? false }
}

/// What stands around every page.
struct PageFrame: Sendable {
    struct Place: Sendable {
        var href: String
        var name: String
        var isCurrent: Bool
    }

    var lang: String
    var title: String
    var otherLanguage: String
    var otherHref: String
    var otherLang: String
    var person: String?
    var isKnown: Bool
    var places: [Place]
    var rehearsal: String?
    var banner: Banner
    var said: String?
    var words: [String: String]

    /// - Parameter status: nil where nobody is logged in, who learns nothing.
    init(_ title: Sentence, _ visit: Visit, status: StatusReport?) {
        let speaker = visit.speaker
        lang = speaker.language == .zh ? "zh-CN" : "en"
        self.title = speaker.say(title)
        let other: Language = speaker.language == .zh ? .en : .zh
        otherLanguage = speaker.say(Catalogue.Control.otherLanguage)
        otherLang = other == .zh ? "zh-CN" : "en"
        otherHref = visit.path + (visit.path.contains("?") ? "&" : "?") + "lang=" + other.rawValue
        person = visit.sheet.map { speaker.say(Catalogue.Pages.loggedInAs($0.person)) }
        isKnown = visit.sheet != nil
        places = Self.places.filter { $0.2.map(visit.may) ?? true }.map { href, name, _ in
            Place(href: href, name: speaker.say(name), isCurrent: visit.path == href)
        }
        rehearsal = status?.rehearsal == true ? speaker.say(Catalogue.Report.rehearsal) : nil
        banner = Banner(status, speaker)
        said = visit.said
        words = PageWords.words(in: speaker.language)
    }

    /// With the deed that somebody must be allowed to do; nil: a place for everybody.
    private static let places: [(String, Sentence, String?)] = [
        ("/", Catalogue.Pages.start, nil), ("/drop", Catalogue.Pages.drop, "drop"),
        ("/campaigns", Catalogue.Pages.campaigns, nil), ("/calendar", Catalogue.Outlook.calendar, nil),
        ("/accounts", Catalogue.Outlook.accounts, nil), ("/experiments", Catalogue.Outlook.experiments, nil),
        ("/person", Catalogue.Pages.person, nil), ("/unknown", Catalogue.Pages.unknown, nil),
        ("/audit", Catalogue.Pages.audit, nil), ("/settings", Catalogue.Outlook.settings, nil),
    ]
}

/// That nothing is sent, and why: on every page, and kept true while it is looked at.
struct Banner: Sendable {
    var stopped: String?
    var goOn: String
    var troubles: [String]

    init(_ status: StatusReport?, _ speaker: Speaker) {
        stopped = status?.stopped == true ? speaker.say(Catalogue.Pages.stoppedNow) : nil
        goOn = speaker.say(Catalogue.Pages.goOn)
        let inbox = status?.inbox?.trouble(in: speaker.language)
        troubles = [status?.trouble, inbox].compactMap { $0 } + (status?.notices ?? [])
    }
}
