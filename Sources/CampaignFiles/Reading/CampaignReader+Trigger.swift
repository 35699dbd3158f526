import CampaignModel
import Foundation
import Words

/// What a file may listen to, and what may stop it.
enum TriggerWords {
    static let on: [EventKind] = [.authorized, .entered, .replied, .clicked, .consulted, .ordered]
    static let unless: [EventKind] = [.entered, .clicked, .replied, .consulted, .ordered, .answered]
    static let scenes = ["ad", "video"]
    /// A request may take five seconds of the half minute that the platform gives.
    static let enterFreshMax: Duration = .seconds(25)
    static let replyFreshMax: Duration = .hours(23)
}

extension CampaignReader {
    /// `trigger:` and the `until:` beside it, which take the place of a list and a schedule.
    func trigger(in root: MappingReader) -> Trigger? {
        guard root.has("trigger") else {
            if root.has("until") {
                findings.error(at: root.place(of: "until"), "until_without_trigger", Catalogue.Triggers.untilAlone)
            }
            return nil
        }
        refuseBeside(root)
        let until = root.moment("until", zone: .shanghai, dateOnly: .nextMidnight)
        if !root.has("until") {
            findings.error(at: root.place, "missing_key", Catalogue.Files.missingKey("until"))
        } else if let until, until.value <= context.now {
            findings.error(at: until.place, "schedule_over", Catalogue.Files.scheduleOver)
        }
        guard let reader = root.mapping("trigger"), let on = reader.choice("on").flatMap({ EventKind(code: $0) }) else {
            return nil
        }
        let right = right(in: reader, on: on)
        let places = conditions(in: reader, on: on)
        let trigger = Trigger(
            on: on, keywords: keywords(in: reader, on: on), enteredFrom: places.enteredFrom, isFirst: places.isFirst,
            right: right, delay: delay(in: reader, right), unless: unless(in: reader),
            again: again(in: reader, right), fresh: fresh(in: reader, right), until: until?.value ?? .distantFuture)
        return until == nil ? nil : trigger
    }

    /// Nobody would see that a list or a start beside a trigger means nothing.
    private func refuseBeside(_ root: MappingReader) {
        for key in ["audience", "schedule", "experiment"] where root.has(key) {
            findings.error(at: root.place(of: key), "not_with_trigger", Catalogue.Triggers.notBeside(key))
        }
        if root.text("channel")?.value == ChannelKind.groupMessage.rawValue {
            findings.error(at: root.place(of: "channel"), "not_with_trigger", Catalogue.Triggers.notToGroups)
        }
    }

    private func right(in reader: MappingReader, on: EventKind) -> Trigger.Right {
        let own: Trigger.Right =
            switch on {
            case .entered: .enter
            case .replied: .reply
            default: .proactive
            }
        guard let right: Trigger.Right = reader.choice("right") else { return own }
        guard right == own || right == .proactive else {
            findings.error(
                at: reader.place(of: "right"), "right_not_given",
                Catalogue.Triggers.rightNotGiven(right.rawValue, on: on.code))
            return own
        }
        return right
    }

    private func keywords(in reader: MappingReader, on: EventKind) -> [String] {
        guard let nodes = reader.list("keywords") else { return [] }
        if on != .replied {
            findings.error(
                at: reader.place(of: "keywords"), "not_with_event", Catalogue.Triggers.notWith("keywords", on: on.code))
        }
        var before: [String] = []
        return nodes.compactMap { node in
            guard let text = reader.verbatim(node, key: "keywords"),
                let word = reader.checked(
                    text, key: "keywords", as: .line(charactersMax: FileLimits.keywordCharactersMax))
            else { return nil }
            guard KeywordSearch.length(of: word.value) > 0 else {
                findings.error(at: word.place, "empty_keyword", Catalogue.Triggers.emptyKeyword(word.value))
                return nil
            }
            if context.isOptOut(word.value) {
                findings.warning(at: word.place, "idle_keyword", Catalogue.Triggers.idleKeyword(word.value))
            }
            if let first = before.first(where: { KeywordSearch.areSame($0, word.value) }) {
                findings.warning(at: word.place, "twice_keyword", Catalogue.Triggers.twiceKeyword(word.value, first))
            }
            before.append(word.value)
            return word.value
        }
    }

    private func conditions(in reader: MappingReader, on: EventKind) -> (enteredFrom: [String], isFirst: Bool?) {
        guard let place = reader.mapping("where") else { return ([], nil) }
        var scenes: [String] = []
        if let nodes = place.list("entered_from") {
            if on != .entered {
                findings.error(
                    at: place.place(of: "entered_from"), "not_with_event",
                    Catalogue.Triggers.notWith("entered_from", on: on.code))
            }
            for node in nodes {
                guard let text = place.verbatim(node, key: "entered_from") else { continue }
                let isNumber = text.value.utf8.allSatisfy { (0x30...0x39).contains($0) }
                guard TriggerWords.scenes.contains(text.value) || isNumber && (1...9).contains(text.value.utf8.count)
                else {
                    findings.error(
                        at: text.place, "not_a_choice", Catalogue.Triggers.unknownScene(text.value),
                        hint: DidYouMean.hint(for: text.value, among: TriggerWords.scenes))
                    continue
                }
                scenes.append(text.value)
            }
        }
        return (scenes, place.boolean("first_time"))
    }

    /// `0s`, `30m`, `1d at 20:00`.
    private func delay(in reader: MappingReader, _ right: Trigger.Right) -> Trigger.Delay {
        guard let text = reader.text("after") else { return .after(.zero) }
        guard let delay = Written.delay(text.value) else {
            findings.error(
                at: text.place, "bad_delay", Catalogue.Triggers.badDelay(text.value),
                hint: FullWidth.hint(for: text.value))
            return .after(.zero)
        }
        let fits =
            switch (right, delay) {
            case (.enter, .after(.zero)), (.proactive, _): true
            case (.reply, .after(let span)): span < TriggerWords.replyFreshMax
            case (.enter, _), (.reply, .days): false
            }
        if !fits {
            findings.error(
                at: text.place, "delay_beyond_right", Catalogue.Triggers.delayBeyondRight(right.rawValue))
        }
        return delay
    }

    private func unless(in reader: MappingReader) -> [EventKind] {
        (reader.list("unless") ?? []).compactMap { node in
            guard let text = reader.verbatim(node, key: "unless") else { return nil }
            return reader.choice(text, key: "unless", words: TriggerWords.unless.map(\.code))
                .flatMap { EventKind(code: $0) }
        }
    }

    private func again(in reader: MappingReader, _ right: Trigger.Right) -> Trigger.Again {
        guard let text = reader.text("again") else { return right == .reply ? .every : .never }
        switch text.value {
        case "never": return .never
        case "every":
            if right != .reply {
                findings.error(at: text.place, "again_every", Catalogue.Triggers.everyNeedsReply)
            }
            return .every
        default:
            let prefix = "after "
            if text.value.hasPrefix(prefix),
                let span = Written.duration(String(text.value.dropFirst(prefix.count)))
            {
                return .after(span)
            }
            findings.error(
                at: text.place, "bad_again", Catalogue.Triggers.badAgain(text.value),
                hint: FullWidth.hint(for: text.value))
            return .never
        }
    }

    private func fresh(in reader: MappingReader, _ right: Trigger.Right) -> Duration {
        let (usual, most): (Duration, Duration?) =
            switch right {
            case .enter: (.seconds(20), TriggerWords.enterFreshMax)
            case .reply: (.minutes(10), TriggerWords.replyFreshMax)
            case .proactive: (.hours(12), nil)
            }
        guard let fresh = reader.duration("fresh") else { return usual }
        if let most, fresh > most {
            findings.error(
                at: reader.place(of: "fresh"), "fresh_beyond_right",
                Catalogue.Triggers.freshBeyondRight(
                    right.rawValue, most: right == .enter ? "25s" : "23h"))
        }
        return fresh
    }

    // MARK: - What it says

    /// A field without a default has nobody's list to come from; and a campaign must not be its own cause.
    func check(
        _ trigger: Trigger, _ fields: [DeclaredField], _ variants: [Variant], account: String?, _ root: MappingReader
    ) {
        for field in fields where field.defaultValue == nil {
            findings.error(at: field.place, "field_needs_default", Catalogue.Triggers.fieldNeedsDefault(field.name))
        }
        let asks = variants.flatMap(\.messages).contains { $0.askedAccount != nil && $0.askedAccount == account }
        if trigger.on == .authorized, asks {
            findings.error(at: root.place(of: "trigger"), "trigger_cycle", Catalogue.Triggers.cycle)
        }
    }
}

extension Written {
    static func delay(_ text: String) -> Trigger.Delay? {
        if text == "0s" { return .after(.zero) }
        if let span = duration(text) { return .after(span) }
        let parts = text.components(separatedBy: "d at ")
        guard parts.count == 2, (1...4).contains(parts[0].utf8.count), let days = Int(parts[0]),
            (1...30).contains(days),
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), parts[1].utf8.count == 5,
            let window = window("00:01-" + parts[1]), (8 * 60..<22 * 60).contains(window.to)
        else { return nil }
        return .days(days, minute: window.to)
    }
}
