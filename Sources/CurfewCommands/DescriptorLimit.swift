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
        guard let soft = try wanted(requests: requests, soft: limit.rlim_cur, hard: limit.rlim_max) else { return }
        limit.rlim_cur = soft
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// - Returns: the soft limit to set; nil: the one that is there is enough.
    static func wanted(requests: Int, soft: rlim_t, hard: rlim_t) throws -> rlim_t? {
        let needed = rlim_t(requests + others)
        if soft >= needed { return nil }
        guard hard >= needed else {
            throw TooLow(
                sentence: Catalogue.Stand.tooFewDescriptors(
                    requests: requests, allowed: Int(clamping: hard), needed: Int(needed)))
        }
        return needed
    }
}
