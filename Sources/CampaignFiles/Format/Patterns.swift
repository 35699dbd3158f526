import CampaignModel

/// What values look like, as the schema's regular expressions: the common part of what editors and libraries understand.
enum Patterns {
    static func whole(_ pattern: String) -> String { "^(?:\(pattern))$" }

    // MARK: Numbers

    static let share = #"^[0-9]{1,2}(\.[0-9]{1,2})?%$"#
    static let someShare = #"^(?!0+(\.0+)?%)[0-9]{1,2}(\.[0-9]{1,2})?%$"#
    static let bound = #"^(?!0+(\.0+)?%)([0-9]{1,2}(\.[0-9]{1,2})?|100(\.0{1,2})?)%$"#
    static let weight = #"^(?!0+(\.0+)?%?$)([0-9]{1,2}(\.[0-9]{1,2})?|100(\.0{1,2})?)%?$"#

    // MARK: Times

    /// A date that exists.
    static let day =
        "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
        + "|02-(?:0[1-9]|1[0-9]|2[0-8]))|[0-9]{2}(?:0[48]|[2468][048]|[13579][26])-02-29"
    private static let time =
        #"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"#
    private static let dayAndTime = "(?:\(day))[ T]\(time)"
    static let moment = whole(dayAndTime)
    static let dayOrMoment = whole("(?:\(day))(?:[ T]\(time))?")
    static let validity = whole(
        #"end-of-day|\+0*(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])d|"# + "(?:\(day))(?:[ T]\(time))?")
    /// At most 366 days.
    static let duration = "^\(span)$"
    static let delay = [duration, "^0s$", "^0*(?:[1-9]|[12][0-9]|30)d at (?:0[89]|1[0-9]|2[01]):[0-5][0-9]$"]
    static let again = "^after \(span)$"
    private static let span =
        "(?!0+[a-z]$)(?:[0-9]{1,6}s|(?=[0-9]{1,6}m$)0*(?:[0-9]{1,5}|[1-4][0-9]{5}|5[01][0-9]{4}|52[0-6][0-9]{3}|5270[0-3][0-9]|527040)m"
        + "|(?=[0-9]{1,6}h$)0*(?:[0-9]{1,3}|[1-7][0-9]{3}|8[0-6][0-9]{2}|87[0-7][0-9]|878[0-4])h"
        + "|(?=[0-9]{1,6}d$)0*(?:[0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-6])d)"
    /// An empty one is none; the whole day is.
    static let window =
        "^ *(?!0?([0-9]+:[0-9]+) *- *0?\\1 *$)(?:[01]?[0-9]|2[0-3]):[0-5][0-9] *- *(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00) *$"
    static let zone =
        "^(?!Asia/Beijing$)(?:UTC|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe"
        + "|Indian|Mexico|Pacific|US)(?:/[A-Za-z0-9_+-]+){1,2})$"

    /// Either case, spelled out: not every reader of a schema has a flag for it.
    static func weekday(ordinals: Bool) -> String {
        let days = WeekdayWords.days.flatMap { $0 }.map(anyCase).joined(separator: "|")
        let numbers = WeekdayWords.ordinals.keys.sorted().map(anyCase).joined(separator: "|")
        return ordinals ? "^ *(?:(?:\(numbers)) +)?(?:\(days)) *$" : "^ *(?:\(days)) *$"
    }

    private static func anyCase(_ word: String) -> String {
        word.map { $0.isASCII && $0.isLetter ? "[\($0.uppercased())\($0)]" : String($0) }.joined()
    }

    /// The parts that have a meaning here, each once, and none beside one that excludes it.
    static let rule =
        "^(?:RRULE:)?(?=(?:[^;]*;)*FREQ=)(?!.*(?:^|;|:)([A-Z]+)=.*;\\1=)(?!.*COUNT=.*UNTIL=)(?!.*UNTIL=.*COUNT=)"
        + "(?!.*FREQ=(?:DAILY|WEEKLY).*BYDAY=[^;]*[0-9])(?!.*BYDAY=[^;]*[0-9].*FREQ=(?:DAILY|WEEKLY))"
        + "(?!(?!.*BYMONTH=)(?=.*FREQ=YEARLY).*BYDAY=[^;]*[0-9])(?!.*FREQ=WEEKLY.*BYMONTHDAY=)(?!.*BYMONTHDAY=.*FREQ=WEEKLY)"
        + "(?:(?:FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY|daily|weekly|monthly|yearly)|WKST=MO"
        + "|INTERVAL=0*(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])|COUNT=0*(?:[1-9][0-9]{0,3}|10000)"
        + "|UNTIL=[0-9]{8}(?:T[0-9]{6}Z?)?|BYMONTH=\(list("0*(?:[1-9]|1[0-2])"))"
        + "|BYMONTHDAY=(?:-1|\(list("0*(?:[1-9]|[12][0-9]|3[01])")))|BYDAY=\(list("(?:-1|\\+?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")))(?:;(?!$)|$))+$"

    private static func list(_ element: String) -> String { "\(element)(?:,\(element))*" }

    // MARK: Texts

    /// What nobody sees, line breaks among it.
    private static let unseen =
        #"\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF"#
    static let seenLine = "^[^\\u000A\(unseen)]*$"
    static let line = "^(?=[\\s\\S]*\\S)[^\\u000A\(unseen)]*$"
    /// Signs of a Chinese keyboard are in no identifier.
    static let opaque =
        "^(?=[\\s\\S]*\\S)[^\\u000A\(unseen)"
        + FullWidth.signs.map { String($0) }.joined() + "０-９]*$"
    private static let tag = #"\{\{ *[^\s!-,./:-@\[-^`{-~0-9-][^\s!-,./:-@\[-^`{-~]{0,63} *\}\}(?!\})"#
    static let message = "^(?=[\\s\\S]*\\S)(?:[^{\(unseen)]|\\{(?!\\{)|\(tag))*$"
    static let parameter = "^(?:[^{\\u000A\(unseen)]|\\{(?!\\{)|\(tag))*$"
    static let fieldName = #"^[^\s!-,./:-@\[-^`{-~0-9-][^\s!-,./:-@\[-^`{-~]{0,63}$"#

    static func fileName(_ endings: [String]) -> String {
        "^(?![.-])(?![\\s\\S]*\\.\\.)[^/\\\\\\u0000-\\u001F\\u007F]+\\.(?:\(endings.map(anyCase).joined(separator: "|")))$"
    }

    /// A word, or a comparison with a number or a date.
    static let condition =
        "^(?![＞＜＝！≥≤≠])(?:(?![<>=!])[\\s\\S]*|(?:==|!=|=) *(?![<>=]|!=)[^ ][\\s\\S]*"
        + "|(?:>=|<=|>|<) *(?:[+-]?[0-9]+(?:\\.[0-9]+)?|(?:\(day))(?:[ T]\(time))?)|![^=][\\s\\S]*|!)$"
}
