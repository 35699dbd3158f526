import CampaignModel

/// What would become of one campaign: made before anybody approves it, kept with its run, and set against what happened.
package struct RunForecast: Sendable, Codable, Equatable {
    package var campaign: String
    /// nil: of a file that nobody has dropped yet.
    package var run: String?
    package var account: String
    /// When it was made, and from when on it looks.
    package var at: String
    /// `rowsRead = bad + duplicates + excluded + beyondMax + audience`; an audience from the platform has no rows.
    package var rowsRead = 0
    package var bad = 0
    package var duplicates = 0
    package var excluded = 0
    package var beyondMax = 0
    /// `audience = holdout + before + sent + left out`.
    package var audience = 0
    package var holdout = 0
    /// Of a run that has begun: people who had their turn before the forecast.
    package var before = 0
    package var sentTotal = 0
    package var messagesTotal = 0
    package var leftOut: [SumLine.ReasonCount] = []
    /// By quarter of an hour, as its first moment. Quarters without anybody are left out.
    package var sent: [Slot] = []
    package var days: [Day] = []
    package var first: String?
    package var last: String?
    /// When and why the lane was closed on the way, and until when.
    package var closings: [Closing] = []
    /// Rule 16: since when the account is slowed, and to how many messages an hour.
    package var slowed: Slowed?
    /// Slots that runs before it take while it is ready, of those it lacks in the end.
    package var lost: [Loss] = []
    /// Everybody who may be written to is written to before it expires.
    package var fits = true
    /// The latest start, to a quarter of an hour, at which it still fits beside the others; nil: it does not fit at all.
    package var latestStart: String?
    /// The last moment of its last evening at which a contact may start: the closing less time-out and clock doubt.
    package var latestContact: String?
    package var change: Change?
    /// People whose variant a test decides; nil: there is no test, or it was decided before.
    package var test: Test?

    package init(campaign: String, run: String?, account: String, at: String) {
        (self.campaign, self.run, self.account, self.at) = (campaign, run, account, at)
    }

    package var rows: RowSum {
        RowSum(
            read: rowsRead, bad: bad, duplicates: duplicates, excluded: excluded, beyondMax: beyondMax,
            audience: audience)
    }
    package var leftOutTotal: Int { leftOut.reduce(0) { $0 + $1.count } }
    /// Of those left out, whom the platform has not been asked about yet: what becomes of them is not known.
    package var unasked: Int { leftOut.first { $0.reason == Reason.consentCheck.code }?.count ?? 0 }
    /// Every term of both sums: a forecast that loses somebody is wrong.
    package var holds: Bool {
        audience == holdout + before + sentTotal + leftOutTotal && (rowsRead == 0 || rows.holds)
    }
    /// People who are written to after the first day.
    package var laterDays: Int { days.dropFirst().reduce(0) { $0 + $1.people } }

    package struct Slot: Sendable, Codable, Equatable {
        package var from: String
        package var people: Int
        package init(from: String, people: Int) { (self.from, self.people) = (from, people) }
    }

    /// A platform day, as `2026-11-20`.
    package struct Day: Sendable, Codable, Equatable {
        package var day: String
        package var people: Int
        package var messages: Int
        package init(day: String, people: Int, messages: Int) {
            (self.day, self.people, self.messages) = (day, people, messages)
        }
    }

    package struct Closing: Sendable, Codable, Equatable {
        package var at: String
        package var reason: String
        package var until: String?
        package init(at: String, reason: String, until: String?) {
            (self.at, self.reason, self.until) = (at, reason, until)
        }
    }

    package struct Slowed: Sendable, Codable, Equatable {
        package var at: String
        package var perHour: Int
        package init(at: String, perHour: Int) { (self.at, self.perHour) = (at, perHour) }
    }

    package struct Loss: Sendable, Codable, Equatable {
        package var run: String
        package var people: Int
        package init(run: String, people: Int) { (self.run, self.people) = (run, people) }
    }

    /// The rest of a test. What it will show is not known: they stand in `sent` as of the last look, with the messages of
    /// the control.
    package struct Test: Sendable, Codable, Equatable {
        package var people: Int
        /// Always `decided_by_test`: no forecast knows which variant wins.
        package var variant = "decided_by_test"
        /// The earliest look that could call a winner; nil: not known, as with a bandit.
        package var from: String?
        package var decideBy: String
        /// What becomes of them when the test shows nothing clear: `control`, `leader` or `hold`.
        package var onInconclusive: String
        /// They are forecast as left out: without a winner nothing is sent until a person decides.
        package var isHeld: Bool
        /// A bandit's: as they are served, batch after batch.
        package var isByBatch: Bool
        package init(
            people: Int, from: String?, decideBy: String, onInconclusive: String, isHeld: Bool, isByBatch: Bool
        ) {
            (self.people, self.isByBatch, self.from) = (people, isByBatch, from)
            (self.decideBy, self.onInconclusive, self.isHeld) = (decideBy, onInconclusive, isHeld)
        }
    }

    /// The cheapest single change that would make it fit: what costs nobody anything first, leaving people out last.
    package struct Change: Sendable, Codable, Equatable {
        package enum Kind: String, Sendable, Codable, CaseIterable {
            case startEarlier = "start_earlier"
            case widenWindow = "widen_window"
            case extendValidity = "extend_validity"
            case raisePace = "raise_pace"
            case qualify
            case fewerPeople = "fewer_people"
        }
        package var kind: Kind
        /// A moment, a window, days, contacts a second, messages a day, or people: as it would be written.
        package var value: String
        package init(kind: Kind, value: String) { (self.kind, self.value) = (kind, value) }
    }
}
