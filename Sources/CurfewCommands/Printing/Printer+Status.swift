import Answers
import CampaignModel
import Ports
import Reports
import Words

extension Printer {
    func render(status: StatusReport) -> String {
        var lines = ["\(word(Catalogue.Control.now)) \(ReportText.words(ofMoment: status.now))"]
        if status.rehearsal { lines.append(painted("*** \(word(Catalogue.Report.rehearsal)) ***", .calm)) }
        if status.stopped { lines.append(painted(word(Catalogue.Control.stopped), .bad)) }
        if let trouble = status.trouble { lines.append(painted(TextWidth.printable(trouble), .bad)) }
        for sentence in status.inbound?.sentences ?? [] { lines.append(painted(word(sentence), .doubt)) }
        if status.unknown > 0 { lines.append(painted(word(Catalogue.Report.unknownNote(status.unknown)), .doubt)) }
        for notice in status.notices ?? [] { lines.append(painted(TextWidth.printable(notice), .doubt)) }
        if let trouble = status.inbox?.trouble(in: language) {
            lines.append(painted(TextWidth.printable(trouble), .bad))
        }
        lines += block(Catalogue.Control.lanes, lanes(status.lanes))
        if let inbox = status.inbox, inbox.untakenTotal > 0 {
            let head = painted(word(Catalogue.Inbox.untaken(inbox.untakenTotal)), .wait)
            let drops = inbox.untaken.map { "  " + TextWidth.printable($0.text(in: language)) }
            lines += block(Catalogue.Inbox.title, [head] + drops)
        }
        lines += block(Catalogue.Control.runs, table(of: status.runs))
        if let more = status.moreRuns { lines.append("  " + word(Catalogue.Control.moreRuns(more))) }
        return joined(lines)
    }

    func render(runs: [RunSummary]) -> String { joined(table(of: runs)) }

    /// The same text as the file beside the campaign.
    func render(report: RunReport) -> String {
        // Without the line end at its end, which printing adds.
        String(ReportText.render(report, in: language).dropLast())
    }

    func render(receipt: ActReceipt) -> String { TextWidth.printable(word(ReportText.words(of: receipt))) }

    private func lanes(_ lanes: [StatusReport.LaneLine]) -> [String] {
        guard !lanes.isEmpty else { return [word(Catalogue.Control.noLanes)] }
        let words = Catalogue.Control.self
        var table = TextTable([.left, .left, .right, .right, .left, .left])
        table.add(
            [words.account, words.channel, words.peopleToday, words.messagesToday, Catalogue.Report.state, words.next]
                .map(word))
        for lane in lanes {
            let isOpen = lane.state == "open"
            table.add([
                lane.account, word(Catalogue.Control.channel(lane.channel)), "\(lane.peopleToday)/\(lane.peopleCap)",
                lane.messagesCap.map { "\(lane.messagesToday)/\($0)" } ?? String(lane.messagesToday),
                isOpen ? slowed(lane) ?? word(words.laneOpen) : reason(lane.state, else: lane.sentence),
                isOpen ? "" : lane.nextAllowed.map(ReportText.words(ofMoment:)) ?? "",
            ])
        }
        let marks = lanes.map { $0.state == "open" ? painted("●", .good) : painted("○", .wait) }
        return zip([" "] + marks, table.lines()).map { "\($0) \($1)" }
    }

    private func slowed(_ lane: StatusReport.LaneLine) -> String? {
        lane.pacePercent.map { word(Catalogue.Stand.slowed(percent: $0)) }
    }

    /// The lane's sentence was written in the daemon's language; the code is everybody's.
    private func reason(_ code: String, else sentence: String) -> String {
        Reason(code: code).map { word(Catalogue.reason($0)) } ?? sentence
    }

    /// Two lines a run: how it stands, and its sum.
    private func table(of runs: [RunSummary]) -> [String] {
        guard !runs.isEmpty else { return [word(Catalogue.Control.noRuns)] }
        let words = Catalogue.Report.self
        var table = TextTable([.left, .left, .left, .left, .left])
        table.add([words.run, words.state, words.account, words.start, words.title].map(word))
        for run in runs {
            table.add([
                run.run, ReportText.words(ofState: run.state, in: language), run.account,
                ReportText.words(ofMoment: run.start), run.title,
            ])
        }
        var lines = table.lines()
        let heading = lines.removeFirst()
        return ["  " + heading]
            + zip(runs, lines).flatMap { run, line in
                [
                    "\(mark(of: run)) \(line)",
                    painted("    " + ReportText.sumLine(of: run, in: language), run.sum.holds ? .calm : .bad),
                ] + why(of: run) + test(of: run)
            }
    }

    private func why(of run: RunSummary) -> [String] {
        run.why.map { [painted("    " + TextWidth.printable($0.text(in: language)), .wait)] } ?? []
    }

    private func test(of run: RunSummary) -> [String] {
        guard let test = run.test else { return [] }
        let words = test.holds ? "\(word(Catalogue.Test.held)) \(test.sentence)" : test.sentence
        return [painted("    " + TextWidth.printable(words), test.holds ? .bad : .calm)]
    }

    private func mark(of run: RunSummary) -> String {
        guard let state = RunState.allCases.first(where: { $0.code == run.state }) else { return "·" }
        switch state {
        case .running: return painted("●", .good)
        case .inReview, .scheduled, .paused: return painted("○", .wait)
        case .finished: return painted("✓", .good)
        case .cancelled, .expired, .superseded, .rejected: return painted("×", .bad)
        }
    }
}
