import CampaignModel
import SendingRules
import Testing

@Suite("What a file with a trigger would have done")
struct OccasionRehearsalTests {
    private static let noon = shanghai("2026-11-20 12:00")

    private static func rehearsal(
        _ trigger: Trigger, end: Moment = shanghai("2026-11-27 12:00"), zone: Zone = .shanghai
    ) -> OccasionRehearsal {
        OccasionRehearsal(trigger, Gate(limits: RuleLimits(), clock: ClockFacts()), zone: zone, end: end)
    }

    private static func trigger(
        on: EventKind = .entered, _ right: Trigger.Right = .proactive, after delay: Duration = .zero,
        unless: [EventKind] = [], again: Trigger.Again = .every, fresh: Duration = .hours(12)
    ) -> Trigger {
        Trigger(
            on: on, right: right, delay: .after(delay), unless: unless, again: again, fresh: fresh,
            until: shanghai("2026-12-31"))
    }

    private typealias Happening = OccasionRehearsal.Happening

    /// What happened, so long after noon.
    private static func happened(_ rows: (EventKind, Duration)...) -> [OccasionRehearsal.Happening] {
        rows.map { Happening($0.0, at: noon + $0.1) }
    }

    @Test("only what the file listens to is an occasion, and each is sent, left out or later")
    func counted() {
        var whole = Self.rehearsal(Self.trigger(again: .never))
        whole.take(Self.happened((.replied, .zero), (.entered, .hours(1)), (.entered, .hours(25))))
        whole.take(Self.happened((.entered, .hours(2))))
        whole.take(Self.happened((.entered, .hours(3))), known: .notAuthorized)
        #expect(whole.occasions == 4 && whole.sent == 2 && whole.later == 0)
        #expect(whole.skipped == [.againNotBefore: 1, .notAuthorized: 1])
    }

    @Test("whose turn would come at the end or behind it is told apart")
    func later() {
        for (delay, sent) in [(Duration.hours(2) - .milliseconds(1), 1), (.hours(2), 0)] {
            var whole = Self.rehearsal(Self.trigger(after: delay), end: Self.noon + .hours(2))
            whole.take(Self.happened((.entered, .zero)))
            #expect(whole.sent == sent && whole.later == 1 - sent && whole.occasions == 1 && whole.skipped.isEmpty)
        }
    }

    @Test("the night is waited for, by the wall of the account, and what is stale then is not sent")
    func night() {
        let night = [Happening(.entered, at: shanghai("2026-11-20 23:00"))]
        for (fresh, sent) in [(Duration.hours(9), 1), (.hours(9) - .milliseconds(1), 0)] {
            var whole = Self.rehearsal(Self.trigger(fresh: fresh))
            whole.take(night)
            #expect(whole.sent == sent && whole.skipped == (sent == 1 ? [:] : [.stale: 1]))
        }
        // In Urumqi's wall two hours behind, the morning is at ten.
        var west = Self.rehearsal(Self.trigger(fresh: .hours(9)), zone: Zone(identifier: "Asia/Urumqi")!)
        west.take(night)
        #expect(west.sent == 0 && west.skipped == [.stale: 1])
    }

    @Test("what happens between the event and its turn is heard: an order, an opt-out, a person of the house")
    func between() {
        func one(_ kind: EventKind, _ at: Duration) -> [Reason: Int] {
            var whole = Self.rehearsal(Self.trigger(after: .hours(2), unless: [.ordered]))
            whole.take(Self.happened((.entered, .zero), (kind, at)))
            #expect(whole.occasions == 1 && whole.sent == 1 - whole.skipped.values.reduce(0, +))
            return whole.skipped
        }
        #expect(one(.ordered, .hours(1)) == [.unlessHappened: 1])
        #expect(one(.ordered, .hours(2)) == [.unlessHappened: 1])
        #expect(one(.ordered, .hours(2) + .milliseconds(1)) == [:])
        #expect(one(.clicked, .hours(1)) == [:])
        // In the same moment as the event: of it, not since.
        #expect(one(.ordered, .zero) == [:])
        #expect(one(.optedOut, .hours(1)) == [.denied: 1])
        #expect(one(.optedOut, .hours(3)) == [:])
        #expect(one(.answered, .hours(2) - .minutes(29)) == [.personHasTakenOver: 1])
        #expect(one(.answered, .hours(2) - .minutes(30)) == [:])
    }

    @Test("who opted out stays out, and staff's word of before the event counts for its half hour")
    func before() {
        var whole = Self.rehearsal(Self.trigger())
        whole.take(
            Self.happened((.optedOut, .zero), (.entered, .hours(1)), (.entered, .days(3))), known: .notAuthorized)
        #expect(whole.skipped == [.denied: 2])
        var helped = Self.rehearsal(Self.trigger())
        helped.take(Self.happened((.answered, .zero), (.entered, .minutes(29)), (.entered, .minutes(30))))
        #expect(helped.sent == 1 && helped.skipped == [.personHasTakenOver: 1])
    }

    @Test("again is judged by what this rehearsal would have started")
    func again() {
        var whole = Self.rehearsal(Self.trigger(again: .after(.days(2))))
        whole.take(Self.happened((.entered, .zero), (.entered, .days(1)), (.entered, .days(2)), (.entered, .days(3))))
        #expect(whole.sent == 2 && whole.skipped == [.againNotBefore: 2])
    }

    @Test("what comes unasked is one a day, by the calendar of Shanghai; answers are not")
    func dayOnce() {
        let twice = Self.happened((.entered, .zero), (.entered, .hours(9)), (.entered, .hours(21)))
        var proactive = Self.rehearsal(Self.trigger())
        proactive.take(twice)
        #expect(proactive.sent == 2 && proactive.skipped == [.alreadyContactedToday: 1])
        var answers = Self.rehearsal(Self.trigger(.enter, fresh: .seconds(20)))
        answers.take(twice)
        #expect(answers.sent == 3)
    }

    @Test("the loop guard is heard: three answers in ten minutes, a day's silence, and a word of the house ends it")
    func loop() {
        let rows = (0..<5).map { Happening(.replied, at: Self.noon + .minutes(Int64($0))) }
        var loop = Self.rehearsal(Self.trigger(on: .replied, .reply))
        loop.take(rows + [Happening(.replied, at: Self.noon + .hours(26))])
        #expect(loop.sent == 4 && loop.skipped == [.loopGuard: 2])
        var helped = Self.rehearsal(Self.trigger(on: .replied, .reply))
        helped.take(
            rows + Self.happened((.answered, .hours(1)), (.replied, .hours(2))))
        #expect(helped.sent == 4 && helped.skipped == [.loopGuard: 2])
    }
}
