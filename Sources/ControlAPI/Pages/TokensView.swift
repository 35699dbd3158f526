import Answers
import Words

/// What proves the people, and the forms that make and end it.
struct TokensView: Sendable {
    struct Line: Sendable {
        var line: String
        /// nil: it cannot be ended by itself.
        var number: String?
        var name: String
        var endName: String
    }
    struct Holder: Sendable {
        var place: Int
        var name: String
        var roles: String
        var lines: [Line]
        var none: String?
        var days: Int
        var daysName: String
        var overlapName: String
        var makeName: String
        var endAllName: String
        var mayEnd: Bool
    }
    var frame: PageFrame
    var hint: String
    var holders: [Holder]

    init(_ holders: [TokenHolder], _ visit: Visit, status: StatusReport) {
        let (speaker, words) = (visit.speaker, Catalogue.Tokens.self)
        frame = PageFrame(words.title, visit, status: status)
        hint = speaker.say(words.hint)
        self.holders = holders.enumerated().map { place, holder in
            let lines = holder.tokens.map { token in
                Line(
                    line: speaker.say(
                        words.line(
                            id: token.id, made: token.made.map(Speaker.minute), by: token.madeBy,
                            expires: token.expires.map(Speaker.minute), ended: token.ended.map(Speaker.minute),
                            live: token.live)),
                    number: token.live ? token.id.map { String($0) } : nil, name: holder.person,
                    endName: speaker.say(words.endOne))
            }
            let isLive = holder.tokens.contains { $0.live }
            return Holder(
                place: place, name: holder.person, roles: holder.roles.joined(separator: ", "), lines: lines,
                none: isLive ? nil : speaker.say(words.none), days: TokenRequest.daysDefault,
                daysName: speaker.say(words.days), overlapName: speaker.say(words.overlap),
                makeName: speaker.say(words.make), endAllName: speaker.say(words.endAll), mayEnd: isLive)
        }
    }
}

/// A token, this once.
struct NewTokenView: Sendable {
    var frame: PageFrame
    var said: String
    var token: String
    var once: String

    init(_ token: String, _ said: String, _ visit: Visit) {
        frame = PageFrame(Catalogue.Tokens.madeTitle, visit, status: nil)
        (self.said, self.token) = (said, token)
        once = visit.speaker.say(Catalogue.Tokens.shownOnce)
    }
}
