extension Conversion {
    /// Whether anything that was ever taken in could have told of it. What has no source is *not measured*, never zero.
    /// - Parameter kinds: what the account ever got (`EventReading.measuredKinds`).
    package func isMeasured(by kinds: Set<EventKind>) -> Bool {
        if kinds.contains(where: { $0.conversions.contains(self) }) { return true }
        // Who wants to be left alone says so in a reply: where replies come in, nobody saying it is a zero.
        return self == .optedOut && kinds.contains(.replied)
    }
}
