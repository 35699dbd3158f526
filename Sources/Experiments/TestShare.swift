import CampaignModel

/// Who takes part in a test, before anybody asks for the arm: each question has a salt of its own, so that no answer says
/// anything about another. A function of ids alone, like `Assignment`.
package struct TestShare: Sendable {
    /// The salt's name for the share. No test may bear it.
    package static let shareSalt = "share"

    private let share: Salt
    private let shareEnd: Int
    private let slice: (salt: Salt, start: Int, end: Int)?

    /// - Parameters:
    ///   - share: of those who may take part. A wider one only adds people: nobody who was in leaves, and nobody's arm
    ///     changes.
    ///   - slice: tests of one namespace whose slices do not touch never share a person, whatever campaign they are of.
    package init(campaign: String, share: Share, slice: NamespaceSlice? = nil) {
        self.share = Salt("\(campaign):\(Self.shareSalt)")
        shareEnd = share.tenThousandths
        self.slice = slice.map {
            // The namespace's own salt: were it the arm's, a slice would hold one arm only.
            (Salt("__\($0.name):namespace"), $0.start.tenThousandths, $0.end.tenThousandths)
        }
    }

    package func contains(_ openID: some Collection<UInt8>) -> Bool {
        if let slice {
            let bucket = slice.salt.bucket(of: openID)
            guard bucket >= slice.start && bucket < slice.end else { return false }
        }
        return share.bucket(of: openID) < shareEnd
    }

    package func contains(_ openID: String) -> Bool { contains(openID.utf8) }
}

/// People whom no campaign of the house writes to, so that all of them together can be measured. Decided before any
/// campaign's own test, by a salt that no campaign has.
package struct GlobalHoldout: Sendable {
    /// What the draw is made with, for whoever checks it.
    package let seed: String
    package let share: Share
    private let salt: Salt
    private let end: Int

    package init(_ settings: HoldoutSettings) { self.init(name: settings.name, share: settings.share) }

    /// - Parameter name: a new name draws new people; the same one keeps them, and a wider share only adds.
    package init(name: String, share: Share) {
        seed = "__holdout:\(name)"
        self.share = share
        salt = Salt(seed)
        end = share.tenThousandths
    }

    package func contains(_ openID: some Collection<UInt8>) -> Bool { end > 0 && salt.bucket(of: openID) < end }
    package func contains(_ openID: String) -> Bool { contains(openID.utf8) }
}
