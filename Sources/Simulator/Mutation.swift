/// A wrong version of the code, planted to see whether it is caught. Wrapped around the ports by the composition: the
/// product's own code knows nothing of it.
package enum Mutation: String, Sendable, CaseIterable {
    /// What got no clear answer is tried again.
    case retriesUnknown = "retries_unknown"
    /// The wire repeats a lost exchange by itself, as libcurl would: a second send without an attempt of its own.
    case retriesWithoutRow = "retries_without_row"
    /// The gate does not see what is on the wire: quota is counted when a send has ended.
    case countsAfterSend = "counts_after_send"
    /// 22:00 itself counts as open: `<=` where `<` belongs.
    case openAtTheStroke = "open_at_the_stroke"
    /// Writes do not check who reigns.
    case forgetsFence = "forgets_fence"
    /// A row of somebody who waits gets lost.
    case losesWaitingRow = "loses_waiting_row"
    /// What is given back goes to today instead of the attempt's own day.
    case returnsToToday = "returns_to_today"

    /// The promises of which at least one must be seen to break.
    package var breaks: [Promise] {
        switch self {
        case .retriesUnknown, .retriesWithoutRow: [.noDuplicate]
        case .countsAfterSend: [.capsKept]
        case .openAtTheStroke: [.quietHours]
        case .forgetsFence: [.fenceHeld]
        case .losesWaitingRow: [.conservationHolds, .everythingEnds]
        case .returnsToToday: [.capsKept]
        }
    }
}
