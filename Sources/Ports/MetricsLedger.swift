import CampaignModel

/// What a monitor asks. A protocol of its own, because only a ledger that daemons share keeps such sums.
package protocol MetricsLedger: Sendable {
    /// Everything from one moment. Bounded: `runsMax` runs, living ones before those that ended after `endedSince`.
    func totals(_ question: TotalsQuestion) throws -> LedgerTotals
    /// One durable write, to know whether the disk takes them.
    func proveWritable(at now: Moment) throws
}

package struct TotalsQuestion: Sendable {
    package var runsMax: Int
    package var endedSince: Moment
    package init(runsMax: Int, endedSince: Moment) { (self.runsMax, self.endedSince) = (runsMax, endedSince) }
}

package struct LedgerTotals: Sendable {
    /// What only grows, also over a restart: kept by the transactions that do what is counted.
    package struct Count: Sendable, Equatable {
        package enum Kind: Int, Sendable, CaseIterable {
            case accepted = 1, rejected = 2, unknown = 5, started = 10, putOff = 11, leftOut = 12
            /// Messages that were started, and those of them between 22:00 and 08:00 in Shanghai.
            case messages = 100, atNight = 101
            /// Events, by their kind, and arrivals that were set aside.
            case event = 200, setAside = 201
        }
        package var account: AccountID
        package var channel: String
        package var isTest: Bool
        package var kind: Kind
        /// A reason's number, or an event kind's; 0: none.
        package var detail: Int
        package var count: Int
        package init(
            account: AccountID, channel: String = "", isTest: Bool = false, kind: Kind, detail: Int = 0, count: Int
        ) {
            (self.account, self.channel, self.isTest) = (account, channel, isTest)
            (self.kind, self.detail, self.count) = (kind, detail, count)
        }
    }
    package struct RunPeople: Sendable {
        package var run: String
        package var state: RunState
        package var sum: ConservationSum
        /// Of its forecast: people for whom no moment was found.
        package var unserved: Int?
        package init(run: String, state: RunState, sum: ConservationSum, unserved: Int?) {
            (self.run, self.state, self.sum, self.unserved) = (run, state, sum, unserved)
        }
    }
    package struct Consents: Sendable {
        package var account: AccountID
        package var state: Consent.State
        package var people: Int
        package init(account: AccountID, state: Consent.State, people: Int) {
            (self.account, self.state, self.people) = (account, state, people)
        }
    }
    package var counts: [Count] = []
    package var runs: [RunPeople] = []
    package var living: [RunState: Int] = [:]
    package var consents: [Consents] = []
    package var oldestUnknown: Moment?
    package var lastArrival: Moment?
    package init() {}
}
