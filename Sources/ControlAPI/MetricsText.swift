import Answers
import Ports

/// Figures for Prometheus, taken from the status report itself: what is counted here is what the ledger says, at the
/// moment of asking, so no counter of ours can drift from it.
package enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ status: StatusReport) -> String {
        var text = ""
        text += family("curfew_stopped", "1 while all sending is stopped by a person.", [("", status.stopped ? 1 : 0)])
        text += family("curfew_rehearsal", "1 on a rehearsal clock.", [("", status.rehearsal ? 1 : 0)])
        text += family("curfew_unknown_attempts", "Attempts whose fate is unknown.", [("", status.unknown)])
        text += family(
            "curfew_ledger_writable", "1 while the disk takes what the ledger writes.",
            [("", status.trouble == nil ? 1 : 0)])
        if let inbox = status.inbox {
            text += family(
                "curfew_inbox_untaken", "Drops that are not taken, each with a word beside it.",
                [("", inbox.untakenTotal)])
            text += family(
                "curfew_inbox_well", "1 while the inbox can be read, reports can be written, and one look takes all.",
                [("", inbox.trouble == nil && !inbox.isCut ? 1 : 0)])
        }
        text += inbound(status.inbound)
        let lanes = status.lanes.map { lane in
            ("{account=\"\(escaped(lane.account))\",channel=\"\(escaped(lane.channel))\"}", lane)
        }
        text += family(
            "curfew_lane_open", "1 while no rule closes the lane.", lanes.map { ($0.0, $0.1.state == "open" ? 1 : 0) })
        text += family(
            "curfew_lane_pace_percent", "Of the set pace; less than 100 while a busy platform slows the lane.",
            lanes.map { ($0.0, $0.1.pacePercent ?? 100) })
        text += family(
            "curfew_lane_people_today", "People contacted on the platform's day.",
            lanes.map { ($0.0, $0.1.peopleToday) })
        text += family(
            "curfew_lane_people_cap", "The day's cap on people.", lanes.map { ($0.0, $0.1.peopleCap) })
        text += family(
            "curfew_lane_messages_today", "Messages sent on the platform's day.",
            lanes.map { ($0.0, $0.1.messagesToday) })
        text += family(
            "curfew_lane_messages_cap", "The day's cap on messages, where there is one.",
            lanes.compactMap { lane in lane.1.messagesCap.map { (lane.0, $0) } })
        text += family(
            "curfew_living_runs", "Runs that are not over.", [("", status.runs.count + (status.moreRuns ?? 0))])
        // Of those that the status shows: their number is bounded, and so is that of the series.
        let places = status.runs.flatMap { run in
            standing(of: run.sum).map { ("{run=\"\(escaped(run.run))\",place=\"\($0.0)\"}", $0.1) }
        }
        text += family("curfew_run_people", "People of a run by where they stand.", places)
        return text
    }

    private static func inbound(_ line: InboundLine?) -> String {
        guard let line else { return "" }
        let turnedAway = (line.turnedAway ?? [:]).sorted { $0.key < $1.key }
        return family(
            "curfew_callbacks_waiting", "Callbacks of the platform that are not worked on yet.", [("", line.waiting)])
            + family(
                "curfew_callbacks_waiting_age_seconds", "Age of the oldest of them; 0: none.",
                [("", line.oldestSeconds)])
            + family(
                "curfew_callbacks_set_aside", "Callbacks that could not be understood or kept, each put aside alone.",
                [("", line.setAside)])
            + family(
                "curfew_callbacks_turned_away_total", "Requests that the door for events did not take.",
                turnedAway.map { ("{why=\"\(escaped($0.key))\"}", $0.value) }, type: "counter")
    }

    private static func standing(of sum: SumLine) -> [(String, Int)] {
        [
            ("holdout", sum.holdout), ("accepted", sum.accepted), ("rejected", sum.rejected), ("unknown", sum.unknown),
            ("skipped", sum.skipped), ("waiting", sum.waiting), ("open", sum.open), ("pending", sum.pending),
        ]
    }

    private static func family(
        _ name: String, _ help: String, _ samples: [(String, Int)], type: String = "gauge"
    ) -> String {
        guard !samples.isEmpty else { return "" }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + samples.map { "\(name)\($0.0) \($0.1)\n" }.joined()
    }

    /// As the text format wants label values.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
