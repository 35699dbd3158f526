import CampaignFiles
import CampaignModel
import Experiments
import Ports
import SendingRules

/// Answers before approval what would be sent when, and who would be left out and why: the same gate, the same sharing
/// and the same pacing as the dispatcher, on a wall that is only walked through.
package struct Forecaster {
    /// A person of a campaign, with what is known of their consent.
    package struct Person: Sendable {
        package var openID: String
        package var consent: Consent?
        package init(openID: String, consent: Consent?) {
            self.openID = openID
            self.consent = consent
        }
    }

    package struct Ask: Sendable {
        package var campaign: Campaign
        package var lane: LaneFacts
        package var pace: PaceSpec
        package var people: [Person]
        package var occurrence: Moment
        package init(campaign: Campaign, lane: LaneFacts, pace: PaceSpec, people: [Person], occurrence: Moment) {
            self.campaign = campaign
            self.lane = lane
            self.pace = pace
            self.people = people
            self.occurrence = occurrence
        }
    }

    /// What becomes of one campaign. Everybody is somewhere: `audience = holdout + Σ sent + Σ leftOut`.
    package struct Answer: Sendable, Codable, Equatable {
        package var campaign: String
        package var audience = 0
        package var holdout = 0
        /// By quarter of an hour, as its first moment.
        package var sent: [Slot] = []
        package var leftOut: [SumLine.ReasonCount] = []
        package var first: String?
        package var last: String?
        /// When and why the lane was closed on the way.
        package var closings: [Closing] = []
        package var sentTotal: Int { sent.reduce(0) { $0 + $1.people } }

        package struct Slot: Sendable, Codable, Equatable {
            package var from: String
            package var people: Int
        }
        package struct Closing: Sendable, Codable, Equatable {
            package var at: String
            package var reason: String
            package var until: String?
        }
    }

    private let gate: Gate
    private static let slot: Duration = .minutes(15)

    package init(limits: RuleLimits, doubt: Duration) {
        gate = Gate(limits: limits, clock: ClockFacts(doubt: doubt, speed: 1))
    }

    /// Campaigns of one lane share its day in the order of `Sharing`; lanes do not touch each other.
    package func forecast(_ asks: [Ask], from now: Moment) -> [Answer] {
        var answers: [String: Answer] = [:]
        let lanes = Dictionary(grouping: asks) { $0.lane.account }
        for (_, asks) in lanes.sorted(by: { $0.key < $1.key }) {
            var day = LaneDay(gate: gate, asks: asks, from: now)
            for answer in day.walk() { answers[answer.campaign] = answer }
        }
        return asks.compactMap { answers[$0.campaign.id] }
    }

    /// One lane walked through, moment after moment.
    private struct LaneDay {
        private let gate: Gate
        private var lane: LaneFacts
        private var throttle: Throttle
        private var runs: [Run]
        private var now: Moment
        private var contacted: Set<String> = []
        private var contactedDay: PlatformDay

        struct Run {
            let ask: Ask
            let terms: RunTerms
            let facts: RunFacts
            let assignment: Assignment
            var answer: Answer
            var queue: ArraySlice<Person>
            var deferred: [Person] = []
            var slots: [Moment: Int] = [:]
            var left: [Reason: Int] = [:]
            var isOver: Bool { queue.isEmpty && deferred.isEmpty }
        }

        init(gate: Gate, asks: [Ask], from now: Moment) {
            self.gate = gate
            self.now = now
            lane = asks[0].lane
            throttle = Throttle(perSecond: asks[0].pace.perSecond, burst: asks[0].pace.burst)
            contactedDay = PlatformDay(containing: now)
            let order = Sharing.order(
                asks.enumerated().map { index, ask in
                    .init(
                        run: RunID(rawValue: Int64(index)), priority: ask.campaign.priority,
                        validUntil: ask.campaign.schedule.end(ofOccurrence: ask.occurrence))
                })
            runs = order.map { id in LaneDay.run(asks[Int(id.rawValue)], id) }
        }

        private static func run(_ ask: Ask, _ id: RunID) -> Run {
            let assignment = Assignment(ask.campaign)
            var answer = Answer(campaign: ask.campaign.id)
            let people = ask.people.filter { !assignment.isHeldOut($0.openID) }
            answer.audience = ask.people.count
            answer.holdout = ask.people.count - people.count
            let facts = RunFacts(
                run: id, state: .running, isApproved: true, start: ask.occurrence,
                validUntil: ask.campaign.schedule.end(ofOccurrence: ask.occurrence))
            return Run(
                ask: ask, terms: RunTerms(ask.campaign), facts: facts, assignment: assignment, answer: answer,
                queue: people[...])
        }

        mutating func walk() -> [Answer] {
            while let index = nextRun() { serve(index) }
            return runs.map(finished)
        }

        /// The first run in the order of sharing that may start now; moves the wall on while none may.
        private mutating func nextRun() -> Int? {
            while runs.contains(where: { !$0.isOver }) {
                for index in runs.indices where now >= runs[index].facts.validUntil { expire(index) }
                var wake: Moment?
                func wakeAt(_ moment: Moment?) { if let moment { wake = wake.map { min($0, moment) } ?? moment } }
                for index in runs.indices where !runs[index].isOver {
                    if runs[index].queue.isEmpty, contactedDay == PlatformDay(containing: now) {
                        wakeAt(contactedDay.next.start)
                        continue
                    }
                    guard let refusal = gate.judgeRun(runs[index].facts, runs[index].terms, at: now).first else {
                        return index
                    }
                    wakeAt(refusal.changesAt)
                }
                guard let wake, wake > now else { return nil }
                now = wake
            }
            return nil
        }

        private mutating func serve(_ index: Int) {
            let closed = gate.judgeLane(lane, messages: runs[index].terms.messagesMin, at: now)
            if let first = closed.first {
                let next = gate.nextOpening(of: lane, messages: runs[index].terms.messagesMin, at: now)
                runs[index].answer.closings.append(
                    .init(at: now.iso8601, reason: first.reason.code, until: next?.iso8601))
                guard let next else { return closeForGood(index, first.reason) }
                now = next
                return
            }
            let due = throttle.due(at: now)
            guard due > 0 else {
                now = throttle.nextDue(at: now)
                return
            }
            startNewDay()
            var started = 0
            while started < due, let person = take(index) {
                if judge(person, index) { started += 1 }
                if !gate.judgeLane(lane, messages: runs[index].terms.messagesMin, at: now).isEmpty { break }
            }
            throttle.take(started, at: now)
        }

        private mutating func startNewDay() {
            let today = PlatformDay(containing: now)
            guard today != contactedDay else { return }
            contactedDay = today
            contacted.removeAll(keepingCapacity: true)
            lane.day = today
            lane.people = 0
            lane.messages = 0
        }

        private mutating func take(_ index: Int) -> Person? {
            if runs[index].queue.isEmpty {
                runs[index].queue = runs[index].deferred[...]
                runs[index].deferred = []
            }
            return runs[index].queue.popFirst()
        }

        private mutating func judge(_ person: Person, _ index: Int) -> Bool {
            let run = runs[index]
            let today = PlatformDay(containing: now)
            let candidate = Candidate(
                run: run.facts.run, segment: SegmentID(rawValue: 0), position: 0, recipient: RecipientID(rawValue: 0),
                openID: person.openID, variant: run.assignment.arm(of: person.openID), tries: 0, fields: [],
                audience: nil)
            let met = contacted.contains(person.openID) ? 1 : 0
            let facts = Facts(
                lane: lane, run: run.facts,
                person: PersonFacts(
                    consent: person.consent.map { Self.fresh($0, at: now) }, contactsByAccount: met,
                    contactsByApp: met, day: today))
            let verdict = gate.judge(candidate, facts, run.terms, at: now)
            switch verdict.decision {
            case .admit(let variant):
                lane.day = today
                lane.people += 1
                lane.messages += run.terms.messages(of: variant)
                contacted.insert(person.openID)
                runs[index].slots[Self.slotStart(now), default: 0] += 1
                runs[index].answer.first = runs[index].answer.first ?? now.iso8601
                runs[index].answer.last = now.iso8601
                return true
            case .skip(let reason): runs[index].left[reason, default: 0] += 1
            case .checkConsent: runs[index].left[.notAuthorized, default: 0] += 1
            case .defer: runs[index].deferred.append(person)
            case .holdLane, .holdRun: runs[index].queue.insert(person, at: runs[index].queue.startIndex)
            }
            return false
        }

        /// The platform is asked again before evidence grows old; what it says then is what it says now.
        private static func fresh(_ consent: Consent, at now: Moment) -> Consent {
            var consent = consent
            consent.checked = now
            return consent
        }

        private mutating func expire(_ index: Int) {
            let count = runs[index].queue.count + runs[index].deferred.count
            if count > 0 { runs[index].left[.expired, default: 0] += count }
            runs[index].queue = []
            runs[index].deferred = []
        }

        private mutating func closeForGood(_ index: Int, _ reason: Reason) {
            let count = runs[index].queue.count + runs[index].deferred.count
            runs[index].left[reason, default: 0] += count
            runs[index].queue = []
            runs[index].deferred = []
        }

        private static func slotStart(_ moment: Moment) -> Moment {
            let slot = Forecaster.slot.wholeMilliseconds
            return Moment(milliseconds: moment.milliseconds.flooredQuotient(by: slot) * slot)
        }

        private func finished(_ run: Run) -> Answer {
            var answer = run.answer
            answer.sent = run.slots.sorted { $0.key < $1.key }.map { .init(from: $0.key.iso8601, people: $0.value) }
            answer.leftOut = run.left.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                .init(reason: $0.key.code, count: $0.value)
            }
            return answer
        }
    }
}
