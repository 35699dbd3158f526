import CampaignModel
import Glibc
import Words

/// Every request on the wire is a file descriptor. What is configured is reached, or the start is refused: fewer
/// connections than open attempts would leave more people unknown after a kill than anybody had on the wire.
enum DescriptorLimit {
    /// The ledger, its log, the doors and their callers, the inbox.
    private static let others = 256

    struct TooLow: Error {
        let sentence: Sentence
    }

    /// The soft limit is raised as far as the hard one allows.
    static func raise(forRequests requests: Int) throws {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let needed = rlim_t(requests + others)
        if limit.rlim_cur >= needed { return }
        guard limit.rlim_max >= needed else {
            throw TooLow(
                sentence: Catalogue.Stand.tooFewDescriptors(
                    requests: requests, allowed: Int(clamping: limit.rlim_max), needed: Int(needed)))
        }
        limit.rlim_cur = needed
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
