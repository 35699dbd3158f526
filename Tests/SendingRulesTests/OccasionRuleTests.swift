import CampaignModel
import SendingRules
import Testing

/// Somebody did something at noon on Friday the 20th of November 2026, the account may answer, and nothing refuses. A test
/// changes the one thing it is about.
struct Conversation {
    static let noon = shanghai("2026-11-20 12:00")
    var scene = Scene()
    var trigger: Trigger
    var occasion: OccasionFacts

    init(_ on: EventKind, _ right: Trigger.Right) {
        trigger = Trigger(
            on: on, right: right, again: .every, fresh: .hours(23), until: shanghai("2026-12-31"))
        occasion = OccasionFacts(event: 5, happened: Self.noon, due: Self.noon, hasContext: true)
        scene.terms = RunTerms(arms: [.init(messages: 1, hasImage: false, fallback: nil)], channel: trigger.channel)
        // Who writes to an account need not have authorised it, and may have had the day's contact.
        if right.isAnswer { scene.person.consent = nil }
        if right.isAnswer { scene.person.contactsByAccount = 1 }
    }

    func verdict(after span: Duration = .seconds(1)) -> Verdict {
        let whole = scene.with {
            $0.terms.trigger = trigger
            $0.person.occasion = occasion
        }
        return whole.verdict(at: Self.noon + span)
    }
    func reasons(after span: Duration = .seconds(1)) -> [Reason] { verdict(after: span).refusals.map(\.reason) }

    func with(_ change: (inout Conversation) -> Void) -> Conversation {
        var changed = self
        change(&changed)
        return changed
    }

    /// Contacts of this conversation so long before noon, oldest first.
    static func contacts(
        _ before: [Duration], event: Int64 = 1, right: Trigger.Right = .reply, messages: Int = 1
    ) -> [OccasionFacts.Contact] {
        before.map { OccasionFacts.Contact(event: event, right: right, messages: messages, started: noon - $0) }
    }
}

@Suite("Rules 30, 31 and 32: what an answer may, and when it is silent")
struct OccasionRuleTests {
    private static let noon = Conversation.noon
    private static let entered = Conversation(.entered, .enter)
    private static let replied = Conversation(.replied, .reply)
    private static let ordered = Conversation(.ordered, .proactive)

    @Test(
        "what is asked at night may be answered in the morning, by whom nobody asks for consent; others are asked first"
    )
    func morning() {
        func next(_ conversation: Conversation) -> Moment? {
            let whole = conversation.scene.with {
                $0.terms.trigger = conversation.trigger
                $0.person.occasion = conversation.occasion
            }
            return whole.nextAllowed(at: shanghai("2026-11-20 22:30"))
        }
        #expect(next(Self.replied) == shanghai("2026-11-21 08:00"))
        #expect(next(Self.ordered.with { $0.scene.person.consent = nil }) == nil)
    }

    @Test("the defaults are those of the rules' page")
    func defaults() {
        let limits = RuleLimits().triggered
        #expect(limits.messages(of: .enter) == 3 && limits.messages(of: .reply) == 6)
        #expect(limits.messages(of: .proactive) == .max && limits.entriesPerDay == 3)
        #expect(limits.contactsInBurst == 3 && limits.burst == .minutes(10) && limits.contactsPerDay == 10)
        #expect(limits.sameTextMax == 3 && limits.handover == .minutes(30))
    }

    @Test("who enters or writes is answered without consent and beside the day's contact; who ordered needs both")
    func admitted() {
        #expect(Self.entered.reasons() == [] && Self.replied.reasons() == [] && Self.ordered.reasons() == [])
        #expect(Self.ordered.with { $0.scene.person.consent = nil }.reasons() == [.consentCheck])
        #expect(Self.ordered.with { $0.scene.person.contactsByAccount = 1 }.reasons() == [.alreadyContactedToday])
        for conversation in [Self.entered, Self.replied, Self.ordered] {
            #expect(conversation.with { $0.scene.person.isDenied = true }.reasons() == [.denied])
            #expect(conversation.with { $0.scene.person.isOnAllowList = false }.reasons() == [.notOnAllowList])
            #expect(conversation.with { $0.scene.lane.allStopped = true }.reasons() == [.stoppedByOperator])
            #expect(conversation.reasons(after: .hours(10)).contains(.quietHours))
        }
    }

    @Test("a day that is full of batches answers; what a personal account answers counts with all it sends")
    func caps() {
        let full = Self.replied.with {
            $0.scene.lane.people = 5000
            $0.scene.lane.messages = 500
        }
        #expect(full.reasons() == [])
        #expect(full.with { $0.scene.lane.kind = .personal }.reasons() == [.dailyUsersCap, .personalDailyCap])
        #expect(
            Self.ordered.with { $0.scene.lane.messages = 500 }.reasons() == [.dailyBatchCap])
        // 150 sent and 49 answered: one more fits into 200, then none.
        for (answers, reasons) in [(49, []), (50, [Reason.personalDailyCap])] {
            let personal = Self.replied.with {
                $0.scene.lane.kind = .personal
                $0.scene.lane.messages = 150
                $0.scene.lane.answers = answers
            }
            #expect(personal.reasons() == reasons)
        }
        // An enterprise's batches have nothing to do with what it answered.
        #expect(
            Self.ordered.with {
                $0.scene.lane.messages = 499
                $0.scene.lane.answers = 400
            }.reasons() == [])
    }

    @Test("of the rolling day an enterprise's batches leave out what it answered today; a personal account's count all")
    func rollingDay() {
        func scene(_ kind: AccountKind, answers: Int, day: String = "2026-11-20") -> Scene {
            Scene().with {
                $0.limits.rollingDay = true
                $0.lane.kind = kind
                $0.lane.day = PlatformDay(containing: shanghai(day))
                $0.lane.answers = answers
                for minute in 0..<200 {
                    $0.lane.recent.add(
                        people: 0, messages: kind == .personal ? 1 : 3, at: Self.noon - .minutes(Int64(200 - minute)))
                }
            }
        }
        #expect(scene(.enterprise, answers: 0).reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene(.enterprise, answers: 100).reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene(.enterprise, answers: 101).reasons(at: Self.noon) == [])
        // Yesterday's answers are not known apart any more.
        #expect(scene(.enterprise, answers: 101, day: "2026-11-19").reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene(.personal, answers: 199).reasons(at: Self.noon) == [.personalDailyCap])
    }

    @Test("before its moment it waits, with the moment; from it on it goes")
    func due() {
        let reminder = Self.ordered.with { $0.occasion.due = Self.noon + .hours(2) }
        #expect(
            reminder.verdict(after: .hours(2) - .milliseconds(1)).refusals == [
                Refusal(
                    reason: .occasionWaits, effect: .defer,
                    observed: .moment(Self.noon + .hours(2) - .milliseconds(1)),
                    limit: .moment(Self.noon + .hours(2)), changesAt: Self.noon + .hours(2))
            ])
        #expect(reminder.reasons(after: .hours(2)) == [])
    }

    @Test("what is no more worth sending is not sent: counted from its moment, not from the event")
    func stale() {
        let reminder = Self.ordered.with {
            $0.occasion.due = Self.noon + .hours(3)
            $0.trigger.fresh = .hours(1)
        }
        #expect(reminder.reasons(after: .hours(4)) == [])
        #expect(
            reminder.verdict(after: .hours(4) + .milliseconds(1)).refusals == [
                Refusal(
                    reason: .stale, effect: .skip, observed: .duration(.hours(1) + .milliseconds(1)),
                    limit: .duration(.hours(1)), changesAt: nil)
            ])
    }

    @Test("an answer leaves while it can still arrive in the platform's time, counted from the event")
    func right() {
        for (conversation, window) in [(Self.entered, Duration.seconds(30)), (Self.replied, .hours(24))] {
            let slow = conversation.with {
                // The next day at noon, so that no night is in the way; the turn comes a moment late.
                $0.scene.limits.requestTimeout = .seconds(5)
                $0.scene.clock = ClockFacts(doubt: .seconds(1))
                $0.occasion.due = Self.noon + .milliseconds(10)
                $0.trigger.fresh = .days(3)
            }
            let last = window - .seconds(6)
            #expect(slow.reasons(after: last) == [])
            #expect(slow.verdict(after: last).departBy == Self.noon + last)
            #expect(
                slow.verdict(after: last + .milliseconds(1)).refusals == [
                    Refusal(
                        reason: .rightOver, effect: .skip, observed: .moment(Self.noon + last + .milliseconds(1)),
                        limit: .moment(Self.noon + last), changesAt: nil)
                ])
        }
        // What comes unasked hangs on no clock of the platform's.
        let late = Self.ordered.with { $0.trigger.fresh = .days(3) }
        #expect(late.reasons(after: .hours(24)) == [] && late.verdict(after: .hours(24)).departBy == nil)
    }

    @Test("an answer names the message it answers; what comes unasked has none to name")
    func context() {
        for conversation in [Self.entered, Self.replied] {
            #expect(
                conversation.with { $0.occasion.hasContext = false }.verdict().refusals == [
                    Refusal(reason: .rightOver, effect: .skip, observed: .none, limit: .none, changesAt: nil)
                ])
        }
        #expect(Self.ordered.with { $0.occasion.hasContext = false }.reasons() == [])
    }

    @Test(
        "of one event so many messages of its own right are answered, and of nobody else's",
        arguments: [
            (Trigger.Right.reply, 5, true), (.reply, 6, false), (.reply, 7, false), (.enter, 2, true),
            (.enter, 3, false),
        ])
    func spent(right: Trigger.Right, messages: Int, isAdmitted: Bool) {
        let conversation = Conversation(right == .enter ? .entered : .replied, right)
        let other: Trigger.Right = right == .enter ? .reply : .enter
        // One contact of so many messages, an hour ago.
        let spent = Conversation.contacts([.hours(1)], event: 5, right: right, messages: messages)
        let used = conversation.with { $0.occasion.contacts = spent }
        let limit = right == .enter ? 3 : 6
        #expect(
            used.verdict().refusals
                == (isAdmitted
                    ? []
                    : [
                        Refusal(
                            reason: .rightUsedUp, effect: .skip, observed: .count(messages), limit: .count(limit),
                            changesAt: nil)
                    ]))
        let elsewhere =
            Conversation.contacts([.hours(1)], event: 4, right: right, messages: 9)
            + Conversation.contacts([.hours(1)], event: 5, right: other, messages: 9)
        #expect(conversation.with { $0.occasion.contacts = elsewhere }.reasons() == [])
    }

    @Test("three entrances of a day are answered, this one not counted, and yesterday's neither")
    func entrances() {
        func entrances(_ events: [Int64], _ before: Duration = .hours(2), right: Trigger.Right = .enter) -> Conversation
        {
            Self.entered.with {
                $0.occasion.contacts = events.flatMap {
                    Conversation.contacts([before + .minutes(30 - $0)], event: $0, right: right)
                }
            }
        }
        let wide = { (conversation: inout Conversation) in conversation.scene.limits.triggered.burst = .seconds(1) }
        #expect(entrances([1, 2]).reasons() == [])
        #expect(entrances([1, 2, 5]).with(wide).reasons() == [])
        #expect(
            entrances([1, 2, 3]).with(wide).verdict().refusals == [
                Refusal(reason: .rightUsedUp, effect: .skip, observed: .count(3), limit: .count(3), changesAt: nil)
            ])
        // Two answers to one entrance are one entrance.
        #expect(entrances([1, 1, 2, 2]).with(wide).reasons() == [])
        #expect(entrances([1, 2, 3], right: .reply).with(wide).reasons() == [])
        #expect(entrances([1, 2, 3], .hours(13)).with(wide).reasons() == [])
        // Replies do not hang on how often somebody entered.
        let replied = Self.replied.with { $0.occasion.contacts = entrances([1, 2, 3]).occasion.contacts }
        #expect(replied.with(wide).reasons() == [])
    }

    @Test("a person of the house who wrote by hand is not talked over for half an hour, whatever the right")
    func handover() {
        for conversation in [Self.entered, Self.replied, Self.ordered] {
            let answered = Self.noon - .minutes(30) + .seconds(1)
            let taken = conversation.with { $0.occasion.answered = answered }
            #expect(
                taken.verdict(after: .milliseconds(999)).refusals == [
                    Refusal(
                        reason: .personHasTakenOver, effect: .skip, observed: .moment(answered),
                        limit: .duration(.minutes(30)), changesAt: answered + .minutes(30))
                ])
            #expect(taken.reasons(after: .seconds(1)) == [])
        }
    }

    @Test("the same words are answered twice", arguments: [(1, true), (2, true), (3, false), (4, false)])
    func parrot(times: Int, isAdmitted: Bool) {
        let refusals = Self.replied.with { $0.occasion.sameText = times }.verdict().refusals
        let parrot = Refusal(
            reason: .sameTextAgain, effect: .skip, observed: .count(times), limit: .count(3), changesAt: nil)
        #expect(refusals == (isAdmitted ? [] : [parrot]))
    }

    @Test("ten contacts of a conversation in a day, then silence until the first of them is a day old")
    func day() {
        // Too far apart to be a burst: one each two hours, the first 24 hours less a second before.
        let ten = (0..<10).map { Duration.hours(24) - .seconds(2) - .hours(Int64($0 * 2)) }
        func talked(_ before: [Duration]) -> Conversation {
            Self.replied.with { $0.occasion.contacts = Conversation.contacts(before) }
        }
        #expect(
            talked(ten).verdict(after: .seconds(1)).refusals == [
                Refusal(
                    reason: .loopGuard, effect: .skip, observed: .count(10), limit: .count(10),
                    changesAt: Self.noon + .seconds(2))
            ])
        #expect(talked(ten).reasons(after: .seconds(2)) == [])
        #expect(talked(Array(ten.dropLast())).reasons() == [])
        // What a person of the house wrote since begins the count anew: of what was before it nothing counts.
        let helped = talked(ten).with { $0.occasion.answered = Self.noon - ten[0] }
        #expect(helped.reasons() == [])
        #expect(helped.with { $0.occasion.answered = Self.noon - ten[0] - .seconds(1) }.reasons() == [.loopGuard])
    }

    @Test("three contacts within ten minutes are a loop, silent for a day from the last of them")
    func burst() {
        func talked(_ before: [Duration], answered: Duration? = nil) -> Conversation {
            Self.replied.with {
                $0.occasion.contacts = Conversation.contacts(before)
                $0.occasion.answered = answered.map { Self.noon - $0 }
            }
        }
        let hour = Duration.hours(1)
        #expect(talked([hour, hour - .minutes(1)]).reasons() == [])
        #expect(
            talked([hour + .minutes(10) - .milliseconds(1), hour + .minutes(5), hour]).verdict().refusals == [
                Refusal(
                    reason: .loopGuard, effect: .skip, observed: .count(3), limit: .count(3),
                    changesAt: Self.noon - hour + .hours(24))
            ])
        #expect(talked([hour + .minutes(10), hour + .minutes(5), hour]).reasons() == [])
        // Three of four, and then another burst: it is silent from the later one on.
        let twice = [5, 4, 3, 2].map { Duration.hours($0) } + [.minutes(9), .minutes(6), .minutes(2)]
        #expect(talked(twice).verdict().refusals.map(\.changesAt) == [Self.noon - .minutes(2) + .hours(24)])
        let bursts = [
            .hours(5), .hours(5) - .minutes(1), .hours(5) - .minutes(2), .minutes(9), .minutes(6), .minutes(2),
        ]
        #expect(talked(bursts).verdict().refusals.map(\.changesAt) == [Self.noon - .minutes(2) + .hours(24)])
        // Over after a day, and after a person's word.
        let old = [Duration.hours(24) + .minutes(2), .hours(24) + .minutes(1), .hours(24)]
        #expect(talked(old).reasons(after: .milliseconds(1)) == [])
        #expect(talked([hour, hour - .minutes(1), hour - .minutes(2)], answered: .minutes(58)).reasons() == [])
        #expect(
            talked([hour, hour - .minutes(1), hour - .minutes(2)], answered: .minutes(61)).reasons() == [.loopGuard])
    }

    @Test("who has done what the file names since is left alone; what else happened is nothing to it")
    func unless() {
        let reminder = Self.ordered.with { $0.trigger.unless = [.replied, .consulted] }
        #expect(reminder.with { $0.occasion.since = [.entered, .clicked, .ordered] }.reasons() == [])
        for kind in [EventKind.replied, .consulted] {
            #expect(
                reminder.with { $0.occasion.since = [.entered, kind] }.verdict().refusals == [
                    Refusal(
                        reason: .unlessHappened, effect: .skip, observed: .word(kind.code), limit: .none,
                        changesAt: nil)
                ])
        }
    }

    @Test(
        "again: never once started, every time, or only after the span",
        arguments: [
            (Trigger.Again.never, nil, true), (.never, .days(300), false), (.every, .seconds(1), true),
            (.after(.days(7)), nil, true), (.after(.days(7)), .days(7) - .milliseconds(1), false),
            (.after(.days(7)), .days(7), true),
        ] as [(Trigger.Again, Duration?, Bool)])
    func again(_ again: Trigger.Again, _ ago: Duration?, isAdmitted: Bool) {
        let now = Self.noon + .seconds(1)
        let last = ago.map { now - $0 }
        let conversation = Self.ordered.with {
            $0.trigger.again = again
            $0.occasion.lastStarted = last
        }
        var refusals: [Refusal] = []
        if !isAdmitted, let last {
            let until = again == .never ? nil : last + .days(7)
            refusals = [
                Refusal(
                    reason: .againNotBefore, effect: .skip, observed: .moment(last),
                    limit: until.map { .moment($0) } ?? .none, changesAt: until)
            ]
        }
        #expect(conversation.verdict().refusals == refusals)
    }
}
