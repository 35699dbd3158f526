import CampaignModel

/// A target with everything that is needed to reach it.
package struct NoticeTarget: Sendable {
    package var name: String
    package var kind: NoticeTargetSettings.Kind
    package var level: NoticeTargetSettings.Level
    /// Whole, with the key that a robot's holds.
    package var address: Secret
    package var secrets: [Secret]
    package var user: String?
    package var from: String
    package var to: [String]
    package init(
        name: String, kind: NoticeTargetSettings.Kind, address: Secret, secrets: [Secret] = [],
        level: NoticeTargetSettings.Level = .all, user: String? = nil, from: String = "", to: [String] = []
    ) {
        (self.name, self.kind, self.address, self.secrets) = (name, kind, address, secrets)
        (self.level, self.user, self.from, self.to) = (level, user, from, to)
    }
}

/// What is told at once.
package struct NoticeMessage: Sendable, Equatable {
    /// The same for each try.
    package var id: String
    /// For people: a heading and a line a notice.
    package var text: String
    /// For machines: the first notice alone.
    package var notice: Notice
    package var sentence: String
    package init(id: String, text: String, notice: Notice, sentence: String) {
        (self.id, self.text, self.notice, self.sentence) = (id, text, notice, sentence)
    }
}

/// What the other side said.
package enum NoticeVerdict: Sendable, Equatable {
    case told
    /// It wants less, for a while.
    case tooMany(String)
    /// Somebody has to look: a wrong signature, a word that is missing, an address that nobody owns.
    case refused(String)
    /// No answer in the form of its platform.
    case unclear(String)
    /// 410: it wants nothing more.
    case gone
}
