import CampaignModel
import SendingRules
import Testing

/// What holds for every world, tried over many drawn from a seed.
@Suite("Whatever the facts, the gate keeps its promises")
struct GatePropertyTests {
    private static let seeds: [UInt64] = [11, 12, 13, 14]
    private static let zones = [
        "Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "America/New_York", "Europe/Berlin", "UTC",
    ]
    .compactMap(Zone.init(identifier:))

    /// A world in which most rules allow and each refuses now and then, near its boundary.
    private static func scene(_ random: inout SeededGenerator) -> (scene: Scene, now: Moment) {
        var scene = Scene()
        let now = shanghai("2026-01-01") + .milliseconds(Int64.random(in: 0..<(400 * 86_400_000), using: &random))
        scene.limits.requestTimeout = .milliseconds(Int64.random(in: 0...30_000, using: &random))
        scene.limits.consentAgeMax = .hours(Int64.random(in: 1...48, using: &random))
        let speed = random.oneIn(3) ? Double.random(in: 1...700, using: &random) : 1
        // A rehearsal that leads by more than a minute names the morning, and not the moment of it.
        scene.clock = ClockFacts(
            doubt: .milliseconds(Int64.random(in: 0...Int64(min(3000, 59_000 / speed)), using: &random)), speed: speed)
        scene.lane.day = PlatformDay(containing: random.oneIn(4) ? now - .days(1) : now)
        scene.lane.people = random.oneIn(4) ? Int.random(in: 4990...5010, using: &random) : 100
        scene.lane.messages = random.oneIn(3) ? Int.random(in: 495...505, using: &random) : 100
        scene.lane.kind = random.oneIn(5) ? .personal : .enterprise
        if random.oneIn(3) {
            let from = now + .hours(Int64.random(in: -48...24, using: &random))
            scene.lane.qualification = Qualification(
                id: "q", validFrom: from, validTo: from + .hours(48), messagesPerDay: 502)
        }
        scene.lane.zone = zones[Int.random(in: 0..<zones.count, using: &random)]
        if random.oneIn(6) {
            scene.lane.hold = LaneHold(
                reason: .platformRisk, until: now + .minutes(Int64.random(in: -60...2000, using: &random)))
        }
        scene.run.start = now + .minutes(random.oneIn(5) ? Int64.random(in: -5...3000, using: &random) : -60)
        scene.run.validUntil = now + .hours(random.oneIn(10) ? Int64.random(in: -1...20, using: &random) : 24 * 60)
        if random.oneIn(3) {
            scene.terms.window = DayWindow(
                fromMinute: Int.random(in: 0..<1440, using: &random), toMinute: Int.random(in: 0..<1440, using: &random)
            )
            scene.terms.zone = zones[Int.random(in: 0..<zones.count, using: &random)]
        }
        scene.terms.arms = [
            .init(messages: Int.random(in: 1...3, using: &random), hasImage: random.oneIn(4), fallback: 1),
            .init(messages: 1, hasImage: random.oneIn(2), fallback: nil),
        ]
        scene.person.day = scene.lane.day
        scene.person.contactsByAccount = random.oneIn(6) ? 1 : 0
        scene.person.contactsByApp = scene.person.contactsByAccount
        scene.person.consent = Consent(
            state: .authorized, checked: now - .minutes(Int64.random(in: 0...1500, using: &random)),
            isMutualFollow: random.oneIn(2))
        return (scene, now)
    }

    private typealias Easing = @Sendable (inout Scene, inout SeededGenerator) -> Void
    /// Each makes one limit, or one fact, kinder by a drawn amount.
    private static let easings: [(String, Easing)] = [
        ("users a day", { $0.limits.usersPerDay += Int.random(in: 1...20, using: &$1) }),
        ("batch messages a day", { $0.limits.batchMessagesPerDay += Int.random(in: 1...20, using: &$1) }),
        ("personal messages a day", { $0.limits.personalMessagesPerDay += Int.random(in: 1...400, using: &$1) }),
        ("contacts by account", { scene, _ in scene.limits.contactsPerAccountAndDay += 1 }),
        (
            "contacts by app",
            { scene, _ in
                scene.limits.contactsPerAppAndDay += 1
            }
        ),
        ("age of consent", { $0.limits.consentAgeMax += .hours(Int64.random(in: 1...48, using: &$1)) }),
        ("timeout", { $0.limits.requestTimeout -= $0.limits.requestTimeout / Int.random(in: 1...5, using: &$1) }),
        ("doubt", { scene, _ in scene.clock.doubt = .zero }),
        (
            "quiet hours",
            {
                $0.limits.quiet = DayWindow(
                    fromMinute: $0.limits.quiet.fromMinute + Int.random(in: 0...119, using: &$1),
                    toMinute: $0.limits.quiet.toMinute - Int.random(in: 0...480, using: &$1))
            }
        ),
        ("people today", { $0.lane.people -= Int.random(in: 0...50, using: &$1) }),
        ("messages today", { $0.lane.messages -= Int.random(in: 0...50, using: &$1) }),
        ("end of the run", { $0.run.validUntil = $0.run.validUntil + .hours(Int64.random(in: 1...30, using: &$1)) }),
        ("own zone", { scene, _ in scene.lane.zone = .shanghai }),
    ]

    @Test("a kinder limit never refuses what a harder one allowed, and adds no reason", arguments: seeds)
    func monotoneInEveryLimit(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var admitted = 0
        for _ in 0..<1500 {
            let (harder, now) = Self.scene(&random)
            let before = harder.verdict(at: now)
            if before.isAdmitted { admitted += 1 }
            for (name, ease) in Self.easings {
                let kinder = harder.with { ease(&$0, &random) }
                let after = kinder.verdict(at: now)
                let added = after.refusals.map(\.reason).filter { reason in
                    !before.refusals.contains { $0.reason == reason }
                }
                if !added.isEmpty { Issue.record("\(name): a kinder one added \(added) at \(now) to \(harder)") }
            }
        }
        #expect(admitted > 110, "the worlds are too hard to show anything: \(admitted)")
    }

    @Test("no contact that is admitted can end in the quiet hours, in Shanghai or at home", arguments: seeds)
    func neverEndsInQuietHours(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var admitted = 0
        func isQuiet(_ moment: Moment, _ zone: Zone) -> Bool {
            let hour = zone.civil(moment).hour
            return hour >= 22 || hour < 8
        }
        for _ in 0..<8000 {
            var (scene, now) = Self.scene(&random)
            // Half of the moments lie close to an evening.
            if random.oneIn(2) {
                let evening = PlatformDay(containing: now).start + .hours(22)
                now = evening - .milliseconds(Int64.random(in: -10...40_000, using: &random))
                scene.lane.zone = random.oneIn(2) ? .shanghai : scene.lane.zone
            }
            guard scene.verdict(at: now).isAdmitted else { continue }
            admitted += 1
            let margin = scene.clock.margin(timeout: scene.limits.requestTimeout)
            for zone in [Zone.shanghai, scene.lane.zone] {
                #expect(!isQuiet(now - scene.clock.lead, zone))
                var moment = now
                while moment < now + margin {
                    if isQuiet(moment, zone) { Issue.record("under way at \(moment) in \(zone.identifier)") }
                    moment = moment + .minutes(10)
                }
                #expect(!isQuiet(now + margin, zone))
            }
        }
        #expect(admitted > 500, "the worlds are too hard to show anything: \(admitted)")
    }

    @Test("the next allowed moment is allowed, and nothing before it is", arguments: seeds)
    func nextAllowedIsTheFirst(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var later = 0
        for _ in 0..<3000 {
            var (scene, now) = Self.scene(&random)
            // Only what time alone mends; consent that grows old on the way has a test of its own.
            scene.limits.consentAgeMax = .days(3650)
            guard let next = scene.nextAllowed(at: now) else { continue }
            #expect(scene.verdict(at: next).isAdmitted)
            guard next > now else { continue }
            later += 1
            #expect(!scene.verdict(at: next - .milliseconds(1)).isAdmitted)
            for _ in 0..<10 {
                let between = Int64.random(in: now.milliseconds..<next.milliseconds, using: &random)
                if scene.verdict(at: Moment(milliseconds: between)).isAdmitted {
                    Issue.record("\(Moment(milliseconds: between)) is allowed, before \(next): \(scene)")
                }
            }
        }
        #expect(later > 300, "the worlds are too easy to show anything: \(later)")
    }

    @Test(
        "replaying random days, no day holds more people or messages than its caps, and the last that fits is sent",
        arguments: seeds)
    func capsHoldOverDays(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var scene = Scene().with {
            $0.limits.usersPerDay = 60
            $0.limits.batchMessagesPerDay = 100
        }
        scene.terms.arms = (1...3).map { .init(messages: $0, hasImage: false, fallback: nil) }
        var people: [PlatformDay: Int] = [:]
        var messages: [PlatformDay: Int] = [:]
        var fullDays = 0
        var now = shanghai("2026-11-20")
        for _ in 0..<20_000 {
            now = now + .milliseconds(Int64.random(in: 0...400_000, using: &random))
            let today = PlatformDay(containing: now)
            if scene.lane.day != today {
                scene.lane.day = today
                scene.lane.people = 0
                scene.lane.messages = 0
            }
            scene.variant = Int.random(in: 0..<3, using: &random)
            let size = scene.variant + 1
            let verdict = scene.verdict(at: now)
            if verdict.isAdmitted {
                scene.lane.people += 1
                scene.lane.messages += size
                people[today, default: 0] += 1
                messages[today, default: 0] += size
            } else if verdict.refusals.contains(where: { $0.reason == .dailyBatchCap || $0.reason == .dailyUsersCap }) {
                fullDays += 1
                // Refused by a cap only when it really does not fit.
                #expect(scene.lane.people == 60 || scene.lane.messages + size > 100)
            }
        }
        #expect(people.values.allSatisfy { $0 <= 60 } && messages.values.allSatisfy { $0 <= 100 })
        #expect(people.count > 40 && fullDays > 100)
    }

    @Test("one moment judged twice gives one answer")
    func deterministic() {
        var (first, second) = (SeededGenerator(seed: 15), SeededGenerator(seed: 15))
        let scenes = (0..<500).map { _ in Self.scene(&first) }
        let verdicts = scenes.map { $0.0.verdict(at: $0.1).refusals }
        // Made anew, and asked after all the others, and backwards: nothing is remembered from one to the next.
        let again = (0..<500).map { _ in Self.scene(&second) }
        for index in again.indices.reversed() {
            #expect(again[index].0.verdict(at: again[index].1).refusals == verdicts[index])
        }
        #expect(Set(verdicts.map { $0.map(\.reason) }).count > 50, "the scenes differ")
    }
}
