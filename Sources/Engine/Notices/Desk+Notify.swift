import Answers
import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Words

extension Desk {
    package func noticeTargets() throws -> [NoticeTargetLine] {
        let records = try (setup.ledger as? any NoticeLedger)?.noticeTargets() ?? []
        return setup.noticeTargets.map { target in
            let mine = records.filter { $0.name == target.name }
            let tries = mine.filter { !$0.failure.isEmpty }.map(\.tries).max() ?? 0
            let last = mine.filter { $0.lastFailure != nil }.max { $0.lastFailure! < $1.lastFailure! }
            let isGone = mine.contains { $0.failure == NoticeRule.goneCode }
            var line = NoticeTargetLine(
                target: target.name, kind: target.kind.rawValue, host: target.host, level: target.level.rawValue,
                waiting: mine.reduce(0) { $0 + $1.waiting }, tries: tries,
                failing: tries >= NoticeRule.triesQuiet || isGone,
                toldPages: mine.first(where: \.isPage)?.told ?? 0,
                toldTotal: mine.reduce(0) { $0 + $1.toldTotal }, failedTotal: mine.reduce(0) { $0 + $1.failedTotal })
            line.oldestWaiting = mine.compactMap(\.oldestWaiting).min()?.iso8601
            line.lastTold = mine.compactMap(\.lastTold).max()?.iso8601
            line.lastFailure = last?.lastFailure?.iso8601
            line.failure = last.flatMap { $0.failure.isEmpty ? nil : $0.failure }
            return line
        }
    }

    package func testNotice(_ request: TestNoticeRequest, as identity: Identity) throws -> TestNoticeReceipt {
        let person = try prove(identity, for: .testNotice)
        guard setup.noticeTargets.contains(where: { $0.name == request.target }),
            let ledger = setup.ledger as? any NoticeLedger
        else { throw DeskRefusal(.notFound, code: "no_target", Catalogue.Notify.unknownTarget(request.target)) }
        let now = setup.clock.now()
        do {
            let id = try ledger.addTestNotice(
                TestNoticeDemand(now: now, term: setup.term, target: request.target, person: person.name))
            setup.logger.notice(
                "a person tries a target of notices",
                metadata: ["target": "\(request.target)", "person": "\(person.name)"])
            setup.bells.notify.ring()
            return TestNoticeReceipt(target: request.target, notice: id, asked: now.iso8601)
        } catch LedgerError.storage {
            throw DeskRefusal(.conflict, code: "ledger_busy", Catalogue.Desk.busy)
        }
    }

    /// nil: everything gets through.
    func failingTargets() throws -> [String]? {
        let failing = try noticeTargets().filter(\.failing)
        return failing.isEmpty
            ? nil
            : failing.map {
                Catalogue.Notify.failing($0.target, waiting: $0.waiting, why: $0.failure ?? "").text(in: setup.language)
            }
    }

    func noticeFamilies(at now: Moment) throws -> [MetricFamily] {
        let lines = try noticeTargets()
        return [
            .counter(
                "curfew_notify_total", "Messages to people's targets, by what became of each try.",
                lines.flatMap { line in
                    [
                        MetricFamily.Sample([("target", line.target), ("result", "told")], Double(line.toldTotal)),
                        MetricFamily.Sample([("target", line.target), ("result", "failed")], Double(line.failedTotal)),
                    ]
                }),
            .gauge(
                "curfew_notify_waiting", "Notices that a target has not been told.",
                lines.map { .init([("target", $0.target)], Double($0.waiting)) }),
            .gauge(
                "curfew_notify_oldest_waiting_seconds", "When the oldest of them was written.",
                lines.compactMap { line in
                    line.oldestWaiting.flatMap { Moment(iso8601: $0) }.map {
                        .init([("target", line.target)], Double($0.milliseconds) / 1000)
                    }
                }),
        ]
    }
}
