import CampaignModel

extension Catalogue {
    /// Attempts whose fate nobody knows.
    package enum Unknown {
        package static let age = Sentence(zh: "已过", en: "age")
        package static let settleUntil = Sentence(zh: "最晚确认", en: "settle until")
        /// Too old for evidence and people alike: it stays unknown, counted and shown.
        package static let final = Sentence(zh: "已定为未知", en: "final")

        /// The reason `network` where nobody knows what became of it: unlike elsewhere, it is not tried again.
        package static let noAnswer = Sentence(
            zh: "没有收到完整的回答，可能已送达；不会自动重发",
            en: "No complete answer came; it may have arrived and is never sent again by itself")

        /// `3 h 05 min`; below an hour `5 min`.
        package static func age(seconds: Int) -> Sentence {
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
            let padded = minutes < 10 ? "0\(minutes)" : "\(minutes)"
            return hours == 0
                ? Sentence(zh: "\(minutes) 分", en: "\(minutes) min")
                : Sentence(zh: "\(hours) 时 \(padded) 分", en: "\(hours) h \(padded) min")
        }
    }
}
