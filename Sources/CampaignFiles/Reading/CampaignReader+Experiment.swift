import CampaignModel
import Words

extension CampaignReader {
    /// The block is read and checked at intake, so that nobody learns after the sending that it could never be decided.
    func experiment(in reader: MappingReader, schedule: Schedule?, variants: Int) -> ExperimentRequest? {
        if variants < 2 {
            findings.error(
                at: reader.place, "experiment_needs_variants", Catalogue.Files.experimentNeedsVariants)
        }
        let method: ExperimentRequest.Method = reader.has("method") ? reader.choice("method") ?? .test : .test
        if method == .bandit, variants < Bandits.armsMin {
            findings.error(
                at: reader.place(of: "method"), "bandit_needs_variants",
                Catalogue.Test.banditNeedsVariants(Bandits.armsMin))
        }
        let share = reader.has("share") ? reader.share("share") : Share(tenThousandths: 2000)
        if share == .zero {
            findings.error(
                at: reader.place(of: "share"), "bad_share", Catalogue.Files.badShare("share", value: "0%"))
        }
        let metric: ExperimentRequest.Metric? = reader.choice("metric")
        let wait = reader.duration("wait") ?? metric.map(Self.waitByDefault)
        let zone = schedule?.zone ?? .shanghai
        let decideBy = reader.moment("decide_by", zone: zone, dateOnly: .refused)
        let onInconclusive: ExperimentRequest.Inconclusive? = reader.choice("on_inconclusive")
        let guardrails = reader.mapping("guardrails")
        let optedOut = guardrails?.share("opted_out")
        let reported = guardrails?.share("reported")
        if let schedule, let decideBy, let wait { check(decideBy, wait: wait, schedule: schedule) }
        guard let share, let metric, let wait, let decideBy, let onInconclusive else { return nil }
        var request = ExperimentRequest(
            share: share, metric: metric, wait: wait, decideBy: decideBy.value, onInconclusive: onInconclusive,
            optedOutMax: optedOut, reportedMax: reported, namespace: reader.mapping("namespace").flatMap(slice(in:)))
        if method == .bandit { request.method = .bandit }
        return request
    }

    private enum Bandits {
        /// With fewer arms a plain test finds out as much, and its figures need no weights.
        static let armsMin = 5
    }

    private func slice(in reader: MappingReader) -> NamespaceSlice? {
        let start = reader.share("from") ?? .zero
        guard let name = reader.text("name")?.value,
            let end = reader.has("to") ? reader.share("to") : .whole
        else { return nil }
        guard start < end else {
            findings.error(at: reader.place(of: "to"), "empty_namespace", Catalogue.Test.emptyNamespace)
            return nil
        }
        return NamespaceSlice(name: name, start: start, end: end)
    }

    private func check(_ decideBy: Located<Moment>, wait: Duration, schedule: Schedule) {
        guard let first = schedule.occurrences(after: schedule.start - .milliseconds(1), limit: 1).first else { return }
        if decideBy.value < first + wait {
            findings.error(at: decideBy.place, "decide_by_too_early", Catalogue.Files.decideByTooEarly)
        } else if decideBy.value >= schedule.end(ofOccurrence: first) {
            // A warning only: with `on_inconclusive: hold`, deciding late and sending nothing more is a legitimate wish.
            findings.warning(at: decideBy.place, "decide_by_too_late", Catalogue.Files.decideByTooLate)
        }
        let night = PlatformDay(containing: first).start + .hours(22)
        if first + wait > night {
            findings.warning(at: decideBy.place, "wait_crosses_night", Catalogue.Test.waitCrossesNight)
        }
        if schedule.recurrence != nil {
            findings.warning(at: decideBy.place, "experiment_repeats", Catalogue.Files.experimentRepeats)
        }
    }

    /// How long people take to answer: clicks come within the hour, replies within two, orders within half a day.
    private static func waitByDefault(_ metric: ExperimentRequest.Metric) -> Duration {
        switch metric {
        case .opened: .hours(1)
        case .replied, .consulted: .hours(2)
        case .ordered: .hours(12)
        }
    }
}
