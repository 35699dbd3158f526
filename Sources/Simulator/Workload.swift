import CampaignModel
import Engine

/// An act of a person, by what they mean; whom it hits is chosen when it happens.
enum PersonAct {
    case pauseSome, resumeSome, cancelSome
    case stopAll, go
    case denySome, permit(String)
    case testSend
    case authorizeSome
    case replySome
}

/// What marketers, reviewers and operators do over the days of one simulation.
struct Workload {
    private var chance: SeededGenerator
    private let town: Town
    private var campaigns = 0
    /// Texts of files that were dropped, to be edited.
    private var written: [CampaignText] = []

    init(seed: UInt64, town: Town) {
        chance = SeededGenerator(seed: seed &* 43 &+ 17)
        self.town = town
    }

    /// Everything that people do on the day that begins at `midnight`, by the truth.
    mutating func day(from midnight: Moment, notBefore begins: Moment, faults: inout FaultPlan) -> [(Moment, Happening)]
    {
        var happenings: [(Moment, Happening)] = []
        for _ in 0..<chance.within(1...3) {
            let at =
                max(begins, midnight + .milliseconds(chance.below(80_000_000))) + .milliseconds(chance.below(60_000))
            happenings += drop(at: at, midnight: midnight, faults: &faults)
        }
        for _ in 0..<chance.within(2...8) {
            let at = max(begins, midnight + .milliseconds(chance.below(86_400_000)))
            happenings.append((at, .acts(act(at, &happenings))))
        }
        for _ in 0..<chance.within(0...4) {
            happenings.append((max(begins, midnight + .milliseconds(chance.below(86_400_000))), .acts(.replySome)))
        }
        for hour in stride(from: 9, through: 21, by: 4) {
            happenings.append((midnight + .hours(Int64(hour)) + .milliseconds(chance.below(3_000_000)), .round))
        }
        return happenings.filter { $0.0 >= begins }
    }

    private mutating func act(_ at: Moment, _ happenings: inout [(Moment, Happening)]) -> PersonAct {
        let later = at + .milliseconds(chance.within(60_000...7_200_000))
        switch chance.below(12) {
        case 0, 1:
            happenings.append((later, .acts(.resumeSome)))
            return .pauseSome
        case 2: return .cancelSome
        case 3:
            happenings.append((later, .acts(.go)))
            return .stopAll
        case 4, 5, 6: return .denySome
        case 7: return .testSend
        case 8: return .authorizeSome
        default: return .resumeSome
        }
    }

    // MARK: - Files

    private mutating func drop(at: Moment, midnight: Moment, faults: inout FaultPlan) -> [(Moment, Happening)] {
        campaigns += 1
        let text = CampaignText(number: campaigns, town: town, dropped: at, midnight: midnight, &chance)
        written.append(text)
        var happenings: [(Moment, Happening)] = []
        var listAt = at
        if faults.strikes(.listLate) { listAt = at + .milliseconds(chance.within(5_000...1_800_000)) }
        if faults.strikes(.listNeverComes) { listAt = .distantFuture }
        if faults.strikes(.halfWrittenDrop) {
            let half = String(text.yaml.prefix(text.yaml.count / 2))
            happenings.append((at, .drops([DroppedFile(text.fileName, half, isHalf: true)])))
            happenings.append((at + .seconds(30), .drops([DroppedFile(text.fileName, text.yaml)])))
        } else {
            happenings.append((at, .drops([DroppedFile(text.fileName, text.yaml)])))
        }
        if listAt < .distantFuture, let list = text.listName {
            happenings.append((listAt, .drops([DroppedFile(list, text.list)])))
        } else if listAt == .distantFuture {
            // The tray rings by itself every few seconds; this is the ring after which the set is given up.
            happenings.append((at + .minutes(61), .trayRings))
        }
        happenings.append(
            (max(at, listAt == .distantFuture ? at : listAt) + chance.duration(4_000...1_200_000), .reviews))
        if chance.happens(0.15) { happenings += edit(text, at: at + chance.duration(60_000...14_400_000)) }
        if chance.happens(0.1) {
            // The very same file again changes nothing.
            happenings.append((at + .minutes(20), .drops([DroppedFile(text.fileName, text.yaml)])))
        }
        if chance.happens(0.05) {
            let order = chance.pick(["pause", "cancel"])!
            let name = text.fileName.replacing(".yaml", with: ".control.yaml")
            happenings.append(
                (at + chance.duration(600_000...20_000_000), .drops([DroppedFile(name, "do: \(order)\n")])))
        }
        return happenings
    }

    private mutating func edit(_ text: CampaignText, at: Moment) -> [(Moment, Happening)] {
        [
            (at, .drops([DroppedFile(text.fileName, text.edited)])),
            (at + chance.duration(10_000...3_600_000), .reviews),
        ]
    }

    /// Some file changes while its run is being sent.
    mutating func editInFlight(at now: Moment) -> [(Moment, Happening)] {
        guard let text = chance.pick(written.filter { $0.dropped <= now }) else { return [] }
        return edit(text, at: now)
    }
}

/// One campaign as a marketer writes it.
struct CampaignText {
    let id: String
    let fileName: String
    let listName: String?
    let list: String
    let yaml: String
    /// The same with another text, and without the list.
    let edited: String
    let dropped: Moment

    init(number: Int, town: Town, dropped: Moment, midnight: Moment, _ chance: inout SeededGenerator) {
        let account = chance.pick(town.accounts)!
        let repeats = chance.happens(0.2)
        // The auditor knows by the first letter what may come again.
        id = "\(repeats ? "d" : "c")\(number)"
        fileName = "\(id).yaml"
        self.dropped = dropped
        let fromList = chance.happens(0.85)
        listName = fromList ? "\(id).csv" : nil
        let everybody = town.people[account.app] ?? []
        let share = chance.pick([0.2, 0.6, 1.0])!
        var rows = everybody.filter { _ in chance.happens(share) }
        if chance.happens(0.3), let again = rows.first { rows.append(again) }
        list = "open_id,nickname\n" + rows.enumerated().map { "\($1),\($0 % 5 == 0 ? "" : "N\($0)")\n" }.joined()
        let start = Self.start(dropped, midnight, town, &chance)
        let body = Self.body(id, account, fromList: fromList, repeats: repeats, start, midnight, &chance)
        yaml = body.replacing("TEXT", with: "\(id) {{nickname}}")
        edited = body.replacing("TEXT", with: "\(id) now, {{nickname}}")
    }

    private static func body(
        _ id: String, _ account: Town.Account, fromList: Bool, repeats: Bool, _ start: Moment, _ midnight: Moment,
        _ chance: inout SeededGenerator
    ) -> String {
        var lines = ["campaign: \(id)", "author: marketing", "account: \(account.name)", "title: \(id)"]
        lines.append("priority: \(chance.within(1...9))")
        lines += ["audience:", fromList ? "  files: [\(id).csv]" : "  source: authorized"]
        if chance.happens(0.3) { lines.append("  order: listed") }
        lines += ["schedule:", "  start: \(start.text())"]
        if chance.happens(0.2) {
            lines.append("  window: \(chance.pick(["09:00-21:30", "20:00-22:00", "12:00-13:00"])!)")
        }
        if chance.happens(0.2) { lines.append("  send_time: \(chance.pick(["spread", "best"])!)") }
        if repeats {
            lines += ["  repeat: daily", "  until: \((midnight + .days(2)).text().prefix(10))"]
            lines.append("  overlap: \(chance.pick(["skip", "supersede", "queue"])!)")
        }
        lines.append("  if_missed: \(chance.pick(["skip", "late", "next-window"])!)")
        lines.append("  valid_until: \(repeats ? "end-of-day" : chance.pick(["end-of-day", "+1d", "+2d"])!)")
        if chance.happens(0.3) { lines.append("holdout: 10%") }
        lines += ["fields:", "  nickname: {default: friend}", "variants:"]
        let test = repeats ? [] : Self.test(start, &chance)
        let isBandit = test.contains("  method: bandit")
        let arms = isBandit ? ["a", "b", "c", "d", "e"] : test.isEmpty && chance.happens(0.7) ? ["a"] : ["a", "b"]
        for arm in arms {
            lines += ["  - name: \(arm)", "    weight: \(100 / arms.count)", "    messages:", "      - text: \"TEXT\""]
            for card in 0..<chance.within(1...2) {
                lines.append("      - applet_card: {template: card-00\(card), path: pages/\(arm)/index}")
            }
        }
        return (lines + test).joined(separator: "\n") + "\n"
    }

    /// A test in three files of ten. A town has too few people for a winner: its rest waits, and is sent or held by the
    /// file's own word for that.
    private static func test(_ start: Moment, _ chance: inout SeededGenerator) -> [String] {
        guard chance.happens(0.3) else { return [] }
        var lines = ["experiment:"]
        lines.append(chance.happens(0.25) ? "  method: bandit" : "  share: \(chance.pick([20, 50])!)%")
        lines += ["  metric: replied", "  wait: \(chance.pick(["30m", "2h"])!)"]
        lines.append("  decide_by: \((start + .hours(Int64(chance.within(3...14)))).text())")
        lines.append("  on_inconclusive: \(chance.pick(["control", "leader", "hold"])!)")
        return lines
    }

    /// At moments that matter: right away, at the edges of the night to the second, in the night, in the middle of the day.
    private static func start(
        _ dropped: Moment, _ midnight: Moment, _ town: Town, _ chance: inout SeededGenerator
    ) -> Moment {
        let timeout = town.limits.requestTimeout
        let edge = midnight + .hours(22) - timeout
        let starts: [Moment] = [
            dropped + .minutes(5), dropped + .minutes(30), edge, edge - .seconds(1), midnight + .hours(22),
            midnight + .hours(32), midnight + .hours(31), midnight + .hours(12), midnight + .hours(20),
        ]
        let start = chance.pick(starts.filter { $0 > dropped + .minutes(1) })!
        return Moment(milliseconds: start.milliseconds / 1000 * 1000)
    }
}
