import Answers
import CampaignModel
import Reports
import Words

/// Two weeks of every account.
struct CalendarView: Sendable {
    struct Entry: Sendable {
        var title: String
        var href: String?
        var time: String
        var iso: String
        var state: String
        var stateCode: String
        var people: Int
    }
    struct Day: Sendable {
        var day: String
        var entries: [Entry]
        var gauge: String
        var filled: Int
        var isFull: Bool
        var competes: String?
    }
    struct Account: Sendable {
        var name: String
        var days: [Day]
    }
    var frame: PageFrame
    var hint: String
    var none: String?
    var accounts: [Account]
    var earlier: String
    var later: String

    init(_ sheet: CalendarSheet, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let words = Catalogue.Outlook.self
        frame = PageFrame(words.calendar, visit, status: status)
        hint = speaker.say(words.calendarHint(sheet.quiet))
        none = sheet.rows.isEmpty ? speaker.say(words.noAccounts) : nil
        earlier = "/calendar?from=" + PagePath.encoded(sheet.before)
        later = "/calendar?from=" + PagePath.encoded(sheet.after)
        accounts = sheet.rows.map { row in
            Account(
                name: row.account,
                days: zip(sheet.days, row.cells).map { day, cell in
                    Day(
                        day: day, entries: cell.entries.map { Self.entry($0, on: day, speaker) },
                        gauge: speaker.say(words.people(cell.people, cap: row.cap)),
                        filled: min(1000, cell.people * 1000 / max(row.cap, 1)), isFull: cell.people >= row.cap,
                        competes: cell.competes ? speaker.say(words.competes) : nil)
                })
        }
    }

    private static func entry(_ entry: CalendarSheet.Entry, on day: String, _ speaker: Speaker) -> Entry {
        Entry(
            title: entry.title, href: entry.run.map { PagePath.run($0) },
            // What began on a day before goes on.
            time: entry.begins.hasPrefix(day) ? String(Speaker.minute(entry.begins).suffix(5)) : "→", iso: entry.begins,
            state: entry.state.map { speaker.state($0) } ?? speaker.say(Catalogue.Outlook.planned),
            stateCode: entry.state ?? "pending", people: entry.people)
    }
}

/// RFC 5545: what calendar programs read.
enum CalendarFeed {
    static func text(_ sheet: CalendarSheet, _ speaker: Speaker) -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Curfew//EN", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Curfew",
        ]
        var seen: Set<String> = []
        for row in sheet.rows {
            for entry in row.cells.flatMap(\.entries) {
                let id = entry.run ?? entry.campaign + "@" + entry.begins
                guard seen.insert(id).inserted, let begins = stamp(entry.begins), let now = stamp(sheet.now) else {
                    continue
                }
                let state = entry.state.map { speaker.state($0) } ?? speaker.say(Catalogue.Outlook.planned)
                lines += ["BEGIN:VEVENT", "UID:\(escaped(id))", "DTSTAMP:\(now)", "DTSTART:\(begins)"]
                if let ends = stamp(entry.ends) { lines.append("DTEND:\(ends)") }
                lines.append("SUMMARY:\(escaped(entry.title)) · \(escaped(row.account))")
                lines.append("DESCRIPTION:\(escaped(state)) · \(entry.people)")
                lines.append("END:VEVENT")
            }
        }
        lines.append("END:VCALENDAR")
        return lines.map(folded).joined(separator: "\r\n") + "\r\n"
    }

    /// `20261120T120000Z`
    private static func stamp(_ iso: String) -> String? {
        guard let moment = Moment(iso8601: iso) else { return nil }
        let wall = CivilTime(moment, offset: .zero)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(wall.year)\(two(wall.month))\(two(wall.day))T\(two(wall.hour))\(two(wall.minute))\(two(wall.second))Z"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            default: if scalar.properties.generalCategory != .control { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }

    /// At most 75 octets a line; what goes on begins with a blank.
    private static func folded(_ line: String) -> String {
        var result = ""
        var length = 0
        for character in line {
            let size = character.utf8.count
            if length + size > 74 {
                result += "\r\n "
                length = 1
            }
            result.append(character)
            length += size
        }
        return result
    }
}

/// A forecast beside the same with a change.
struct WhatIfView: Sendable {
    struct Side: Sendable {
        var frame: PageFrame
        var name: String
        var forecast: ForecastView
    }
    struct Choice: Sendable {
        var code: String
        var name: String
        var isChosen: Bool
    }
    var frame: PageFrame
    var runHref: String
    var title: String
    var action: String
    var pace: String
    var start: String
    var orders: [Choice]
    var sides: [Side]

    init(_ sheet: WhatIfSheet, _ question: WhatIfQuestion, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let words = Catalogue.Outlook.self
        let frame = PageFrame(words.whatIf, visit, status: status)
        self.frame = frame
        runHref = PagePath.run(sheet.run.run)
        title = sheet.run.title
        action = "/what-if/" + PagePath.encoded(sheet.run.run)
        pace = question.pace
        start = question.start
        orders = [("", words.asItIs), ("shuffled", words.shuffled), ("listed", words.listed)].map {
            Choice(code: $0.0, name: speaker.say($0.1), isChosen: $0.0 == question.order)
        }
        sides = [(words.now, sheet.asIs), (words.changed, sheet.changed)].map {
            Side(frame: frame, name: speaker.say($0.0), forecast: ForecastView($0.1, speaker, frame: sheet.frame))
        }
    }
}
