import CampaignModel

/// What one kind of target takes.
package struct NoticePace: Sendable, Equatable {
    /// Between two messages, in real time.
    package var gap: Duration
    /// Its platform asks everybody to stay away from full and half hours.
    package var avoidsHalfHours: Bool
    /// Of one message's text, in UTF-8. Below what the platform takes, which counts the JSON around it as well.
    package var textBytesMax: Int
    package var noticesMax: Int
    /// After *too many*: dingtalk is silent for ten minutes then, and says nothing about it.
    package var muteLength: Duration

    package static func of(_ kind: NoticeTargetSettings.Kind) -> NoticePace {
        switch kind {
        case .feishu:
            NoticePace(
                gap: .seconds(5), avoidsHalfHours: true, textBytesMax: 12_000, noticesMax: 40,
                muteLength: .minutes(2))
        case .dingtalk:
            NoticePace(
                gap: .seconds(5), avoidsHalfHours: true, textBytesMax: 12_000, noticesMax: 40,
                muteLength: .minutes(11))
        case .wecom:
            NoticePace(
                gap: .seconds(5), avoidsHalfHours: true, textBytesMax: 2000, noticesMax: 40, muteLength: .minutes(2))
        case .webhook:
            // One notice a message, as its standard has it.
            NoticePace(
                gap: .milliseconds(200), avoidsHalfHours: false, textBytesMax: 60_000, noticesMax: 1,
                muteLength: .minutes(1))
        case .mail:
            NoticePace(
                gap: .minutes(1), avoidsHalfHours: false, textBytesMax: 60_000, noticesMax: 200,
                muteLength: .minutes(10))
        }
    }
}

/// When something may be told.
package enum NoticeRule {
    /// Of everything that is no page: from 22:00 to 08:00 in Shanghai.
    private static let morning = Duration.hours(8)
    private static let evening = Duration.hours(22)
    private static let halfHour: Int64 = 30 * 60_000
    /// Behind a full or half hour.
    private static let spreadMin: Int64 = 20_000
    private static let spreadMax: Int64 = 90_000
    /// After so many tries without success a target is shown as failing.
    package static let triesQuiet = 3
    package static let retry: RetryRule = {
        var rule = RetryRule(triesMax: .max)
        rule.firstDelay = .seconds(10)
        rule.delayMax = .hours(1)
        return rule
    }()
    /// What the last failure of a target is called that wants nothing more.
    package static let goneCode = "410"
    /// A notice that could not be told for so long is old news; it is dropped, and counted.
    package static let ageMax: Duration = .days(14)

    /// The first moment from `now` on at which a message may leave.
    /// - Parameters:
    ///   - busyUntil: what the target's gap or its last failure asks for.
    ///   - salt: draws the same moment for a target within a half hour, and another for every installation.
    package static func earliest(isPage: Bool, busyUntil: Moment, pace: NoticePace, salt: UInt64, at now: Moment)
        -> Moment
    {
        var moment = max(now, busyUntil)
        if !isPage { moment = outOfNight(moment) }
        return pace.avoidsHalfHours ? beyondHalfHour(moment, salt: salt) : moment
    }

    private static func outOfNight(_ moment: Moment) -> Moment {
        let time = moment.shanghaiTimeOfDay
        let day = PlatformDay(containing: moment)
        if time < morning.wholeMilliseconds { return day.start + morning }
        return time < evening.wholeMilliseconds ? moment : day.next.start + morning
    }

    private static func beyondHalfHour(_ moment: Moment, salt: UInt64) -> Moment {
        let into = moment.milliseconds.flooredRemainder(by: halfHour)
        guard into < spreadMax else { return moment }
        let start = moment.milliseconds - into
        var mixed = salt ^ UInt64(bitPattern: start)
        // SplitMix64's last steps: neighbouring half hours draw moments that have nothing to do with each other.
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        let spread = spreadMin + Int64(mixed % UInt64(spreadMax - spreadMin + 1))
        return into < spread ? Moment(milliseconds: start + spread) : moment
    }
}

/// Conditions of the house that somebody should hear of, from figures. What is told is when one begins or gets worse.
package enum NoticeWatch {
    /// The platform tells nothing for so long, although people are written to.
    package static let silenceMax: Duration = .hours(6)
    package static let silenceContactsMin = 100
    package static let backupAgeMax: Duration = .hours(26)
    /// Opt-outs within an hour: as many, and as many of a hundred who were written to.
    package static let optOutsMin = 20
    package static let optOutsPerHundred = 2
    /// As the alert rule has it.
    package static let diskFreeMin = 1_000_000_000

    package struct Sight: Sendable {
        package var unknown = 0
        /// Runs that are not over and have no moment for so many of their people.
        package var unfit: [(run: String, people: Int)] = []
        /// What the clock's distrust is called; nil: it is trusted.
        package var clock: String?
        package var diskFree: Int?
        package var ledgerBytes = 0
        package var lastArrival: Moment?
        package var contactsInSilence = 0
        package var lastBackup: Moment?
        package var optOutsInHour = 0
        package var contactsInHour = 0
        package var yesterday = (day: PlatformDay(number: 0), people: 0, messages: 0)
        package init() {}
    }

    /// A condition that holds.
    package struct Finding: Sendable, Equatable {
        /// Which one: a run has one of its own.
        package var name: String
        package var kind: NoticeKind
        /// It is told again when this has grown.
        package var value: Int
        package var run = ""
        package var code = ""
        package var figures: [String: Int] = [:]
        package init(_ name: String, _ kind: NoticeKind, value: Int = 1) {
            (self.name, self.kind, self.value) = (name, kind, value)
        }
    }

    package static func findings(_ sight: Sight, at now: Moment) -> [Finding] {
        var found: [Finding] = []
        func add(_ finding: Finding, _ change: (inout Finding) -> Void = { _ in }) {
            var finding = finding
            change(&finding)
            found.append(finding)
        }
        if sight.unknown > 0 {
            add(Finding("unknown", .unknownAppeared, value: sight.unknown)) { $0.figures = ["unknown": sight.unknown] }
        }
        for (run, people) in sight.unfit {
            add(Finding("fit:\(run)", .willNotFit)) {
                $0.run = run
                $0.figures = ["unserved": people]
            }
        }
        if let clock = sight.clock { add(Finding("clock", .clockInDoubt)) { $0.code = clock } }
        if let free = sight.diskFree, free < max(diskFreeMin, 2 * sight.ledgerBytes) {
            add(Finding("disk", .diskNearlyFull)) { $0.figures = ["free_megabytes": free / 1_000_000] }
        }
        if let last = sight.lastArrival, now.since(last) > silenceMax, sight.contactsInSilence >= silenceContactsMin {
            add(Finding("webhook", .webhookSilent)) {
                $0.figures = ["hours": Int(now.since(last).wholeMilliseconds / 3_600_000)]
            }
        }
        if let last = sight.lastBackup, now.since(last) > backupAgeMax {
            add(Finding("backup", .backupOld)) {
                $0.figures = ["hours": Int(now.since(last).wholeMilliseconds / 3_600_000)]
            }
        }
        if sight.optOutsInHour >= optOutsMin, sight.optOutsInHour * 100 >= sight.contactsInHour * optOutsPerHundred {
            add(Finding("opt-outs", .manyOptOuts)) { $0.figures = ["opt_outs": sight.optOutsInHour] }
        }
        if sight.yesterday.people > 0 {
            add(Finding("day", .daySummary, value: Int(sight.yesterday.day.number))) {
                $0.code = sight.yesterday.day.description
                $0.figures = ["people": sight.yesterday.people, "messages": sight.yesterday.messages]
            }
        }
        return found
    }
}
