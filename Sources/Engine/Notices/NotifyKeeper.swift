import CampaignModel
import Channels
import Digests
import Logging
import Ports
import SendingRules
import Words

/// Tells people what the ledger keeps for them: one message a target at a time, the next only when the last one was taken.
///
/// What a message holds is written down before it leaves and its end afterwards, so a crash in between makes it leave again
/// as the same, under the same id. Nothing here shares a connection or a thread with what sends campaigns.
package actor NotifyKeeper: Stepper {
    package nonisolated let name = "notify"
    private static let timeout: Duration = .seconds(10)
    /// In real time. What acts leave to tell rings; what the machine leaves is found at the next look.
    private static let lookEvery: Duration = .seconds(2)
    private static let watchEvery: Duration = .minutes(1)
    private static let cleanEvery: Duration = .hours(1)
    /// A ledger that takes no writes for so long is told of, past it, and so often.
    private static let troubleAfter: Duration = .seconds(30)
    private static let troubleOver: Duration = .minutes(2)
    private static let troubleEvery: Duration = .hours(1)

    private enum UnderWay {
        case batch(NoticeBatch, NoticeTarget)
        case trouble(NoticeTarget)
        var target: NoticeTarget {
            switch self {
            case .batch(_, let target), .trouble(let target): target
            }
        }
    }

    private let setup: EngineSetup
    private let ledger: any NoticeLedger
    private let targets: [NoticeTarget]
    private let words: NoticeWords
    private let mailbox: any Mailbox
    private let post: any PostOffice
    private let arrival: @Sendable () -> Void
    private var chance: SeededGenerator
    private var watch = NoticeSights()
    private var salt: UInt64 = 0
    private var underWay: [UInt64: UnderWay] = [:]
    private var lastID: UInt64 = 0
    private var nextWatch: Moment?
    private var nextCleaning: Moment?
    private var seenChanges: Int?
    private var nextDue: Moment?
    private var troubleSince: Moment?
    private var troubleSeen: Moment?
    private var hadFindings = true
    private var troubleTold: [String: Moment] = [:]
    private var failing: Set<String> = []

    /// - Parameters:
    ///   - page: where a browser finds the daemon; nil: messages have no link.
    ///   - arrival: wakes this service; called on any thread when a mail has ended.
    package init(
        _ setup: EngineSetup, ledger: any NoticeLedger, mailbox: any Mailbox, post: any PostOffice, page: String?,
        seed: UInt64, arrival: @escaping @Sendable () -> Void
    ) {
        self.setup = setup
        self.ledger = ledger
        targets = setup.noticeTargets
        words = NoticeWords(language: setup.language, page: page, isRehearsal: setup.clock.isRehearsal)
        self.mailbox = mailbox
        self.post = post
        self.arrival = arrival
        chance = SeededGenerator(seed: seed)
    }

    package func step(at now: Moment) async throws -> Moment? {
        do {
            try clean(at: now)
            try settle(at: now)
            try look(at: now)
            let isRung = setup.bells.notify.take()
            if isRung || seenChanges != setup.ledger.changes || nextDue.map({ $0 <= now }) ?? false {
                seenChanges = setup.ledger.changes
                nextDue = try tell(at: now)
            }
        } catch LedgerError.storage {
            seenChanges = nil
        }
        tellTrouble(at: now)
        let next = setup.wall(in: Self.lookEvery, after: now)
        return min(next, max(nextDue ?? next, now + .milliseconds(1)))
    }

    /// So much real time on the daemon's wall.
    private func real(_ duration: Duration) -> Duration {
        let zero = Moment(milliseconds: 0)
        return setup.wall(in: duration, after: zero).since(zero)
    }

    private func clean(at now: Moment) throws {
        if let nextCleaning, now < nextCleaning { return }
        try setup.reigning {
            try ledger.setTargets(
                NoticeTargetsDemand(
                    now: now, term: setup.term,
                    targets: targets.map { ($0.name, $0.level == .all ? [true, false] : [true]) },
                    dropBefore: now - NoticeRule.ageMax))
        }
        if nextCleaning == nil {
            salt = try setup.ledger.mark().ledger.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01b3
            }
        }
        nextCleaning = now + real(Self.cleanEvery)
    }

    private func look(at now: Moment) throws {
        if let nextWatch, now < nextWatch { return }
        let findings = NoticeWatch.findings(try watch.sight(setup, ledger, at: now), at: now)
        nextWatch = now + real(Self.watchEvery)
        guard hadFindings || !findings.isEmpty else { return }
        try setup.reigning {
            _ = try ledger.note(
                ConditionsDemand(
                    now: now, term: setup.term, conditions: findings.map(ConditionsDemand.Condition.init),
                    calm: real(.hours(1))))
        }
        hadFindings = !findings.isEmpty
    }

    // MARK: - Telling

    /// - Returns: when the next message may leave; nil: none waits, or only for what is under way.
    private func tell(at now: Moment) throws -> Moment? {
        let records = try ledger.noticeTargets()
        var next: Moment?
        for target in targets where !underWay.values.contains(where: { $0.target.name == target.name }) {
            let mine = records.filter { $0.name == target.name }
            for record in mine.sorted(by: { $0.isPage && !$1.isPage }) where record.waiting > 0 {
                let due = moment(of: record, among: mine, target, at: now)
                guard due <= now else {
                    next = min(next ?? due, due)
                    continue
                }
                if try send(record, target, at: now) { break }
            }
        }
        return next
    }

    private func moment(
        of record: NoticeTargetRecord, among mine: [NoticeTargetRecord], _ target: NoticeTarget, at now: Moment
    ) -> Moment {
        let pace = NoticePace.of(target.kind)
        // A wall that was set back must not make anybody wait for the old one.
        let last = mine.compactMap(\.lastTry).max().map { min($0, now) + real(pace.gap) } ?? now
        let failed = record.notBefore.map { $0 >= Self.never ? $0 : min($0, now + real(.hours(2))) } ?? now
        return NoticeRule.earliest(
            isPage: record.isPage, busyUntil: max(last, failed), pace: pace,
            salt: target.name.utf8.reduce(salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, at: now)
    }

    /// Whoever said that they want nothing more is asked again when a person tries them.
    private static let never = Moment(milliseconds: 1 << 52)

    private func send(_ record: NoticeTargetRecord, _ target: NoticeTarget, at now: Moment) throws -> Bool {
        let pace = NoticePace.of(target.kind)
        let batch = try setup.reigning {
            try ledger.claim(
                NoticeClaim(
                    now: now, term: setup.term, target: target.name, isPage: record.isPage, limit: pace.noticesMax,
                    fits: { [words] in words.fitting($0, in: pace.textBytesMax) }))
        }
        guard let batch else { return false }
        carry(words.message(of: batch.notices, id: batch.id, in: pace.textBytesMax), .batch(batch, target), at: now)
        return true
    }

    private func carry(_ message: NoticeMessage, _ what: UnderWay, at now: Moment) {
        lastID += 1
        underWay[lastID] = what
        let target = what.target
        guard target.kind == .mail else {
            mailbox.submit([
                Exchange(
                    id: lastID, request: NoticeCalls.request(for: message, to: target, at: now),
                    timeout: Self.timeout, responseBytesMax: NoticeCalls.replyBytesMax)
            ])
            return
        }
        let subject = String(message.text.prefix { $0 != "\n" })
        post.post(
            Letter(
                server: target.address.revealed(), user: target.user, password: target.secrets.first,
                from: target.from, to: target.to,
                text: NoticeLetter.text(of: message, to: target, subject: subject, at: now), timeout: Self.timeout * 2),
            id: lastID, arrival: arrival)
    }

    // MARK: - Ends

    private func settle(at now: Moment) throws {
        // Off the list before the ledger is asked: what it cannot keep now leaves once more as the same message.
        var ended: [(UnderWay, NoticeVerdict)] = []
        for end in mailbox.collect() {
            guard let what = underWay.removeValue(forKey: end.id) else { continue }
            ended.append((what, Self.verdict(of: end.result, what.target)))
        }
        for (id, end) in post.collect() {
            guard let what = underWay.removeValue(forKey: id) else { continue }
            switch end {
            case .taken: ended.append((what, .told))
            case .refused(let code, let why): ended.append((what, .refused(code > 0 ? "\(code) \(why)" : why)))
            }
        }
        for (what, verdict) in ended { try settle(what, verdict, at: now) }
    }

    private static func verdict(of result: ExchangeResult, _ target: NoticeTarget) -> NoticeVerdict {
        switch result {
        case .complete(let response): NoticeCalls.verdict(of: response, from: target.kind)
        case .notLeft(let obstacle): .unclear(obstacle.rawValue)
        case .lost(let loss): .unclear(loss.rawValue)
        }
    }

    private func settle(_ what: UnderWay, _ verdict: NoticeVerdict, at now: Moment) throws {
        guard case .batch(let batch, let target) = what else {
            if verdict == .told { troubleTold[what.target.name] = now }
            return
        }
        var end = NoticeEnd(now: now, term: setup.term, batch: batch)
        let pause = real(NoticeRule.retry.delay(afterTries: batch.tries, using: &chance))
        switch verdict {
        case .told: break
        case .tooMany(let why): end.failure = (why, now + max(pause, real(NoticePace.of(target.kind).muteLength)))
        case .refused(let why), .unclear(let why): end.failure = (why, now + pause)
        case .gone: end.failure = (NoticeRule.goneCode, Self.never)
        }
        try setup.reigning { try ledger.settle(end) }
        nextDue = now
        guard let failure = end.failure else {
            if failing.remove(target.name) != nil {
                setup.logger.notice("notices get through again", metadata: ["target": "\(target.name)"])
            }
            return
        }
        if batch.tries >= NoticeRule.triesQuiet || verdict == .gone, failing.insert(target.name).inserted {
            setup.logger.error(
                "notices do not get through; they are kept and tried again",
                metadata: ["target": "\(target.name)", "why": "\(failure.why)", "tries": "\(batch.tries)"])
        }
    }

    // MARK: - Without a ledger

    /// The one thing that cannot be kept before it is told: that nothing can be kept.
    private func tellTrouble(at now: Moment) {
        guard (setup.ledger as? any LedgerHealth)?.storageTrouble != nil else {
            // A transaction that had nothing to write says nothing about the disk.
            if let seen = troubleSeen, now.since(seen) > real(Self.troubleOver) { troubleSince = nil }
            return
        }
        let since = troubleSince ?? now
        (troubleSince, troubleSeen) = (since, now)
        guard now.since(since) >= real(Self.troubleAfter) else { return }
        for target in targets
        where !underWay.values.contains(where: { $0.target.name == target.name })
            && (troubleTold[target.name].map { now.since($0) >= real(Self.troubleEvery) } ?? true)
        {
            // A try that fails waits as well.
            troubleTold[target.name] = now
            let notice = Notice(id: 0, at: since, kind: .ledgerTrouble)
            let id = "msg_" + Digest.of("\(target.name) \(since.milliseconds)".utf8).prefix(12).hexadecimal
            carry(words.message(of: [notice], id: id, in: 2000), .trouble(target), at: now)
        }
    }
}

extension ConditionsDemand.Condition {
    fileprivate init(_ finding: NoticeWatch.Finding) {
        self.init(name: finding.name, kind: finding.kind, value: finding.value)
        run = finding.run
        code = finding.code
        figures = finding.figures
    }
}
