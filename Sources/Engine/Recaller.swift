import CampaignModel
import Channels
import Logging
import Ports
import SendingRules

/// Asks the platform to take back what people asked to have taken back, and writes down each answer. A call whose answer
/// is lost is made again: unlike a send, a recall that happens twice is one recall. What the platform says no to after that
/// is unknown: there may be nothing left to take back.
package actor Recaller: Stepper {
    package nonisolated let name = "recall"
    /// Few at once: a recall hurries, and sending must not starve behind it.
    private static let atOnce = 8
    private static let triesMax = 4
    private static let retryInterval: Duration = .seconds(15)

    private let setup: EngineSetup
    private let calls: RecallCalls
    private let mailbox: any Mailbox
    private var asked: [UInt64: (item: RecallItem, token: AccessToken)] = [:]
    private var lastID: UInt64 = 0

    package init(_ setup: EngineSetup, mailbox: any Mailbox) {
        self.setup = setup
        self.mailbox = mailbox
        calls = RecallCalls(baseURL: setup.address)
    }

    package func step(at now: Moment) async throws -> Moment? {
        let ends = mailbox.collect()
        if !ends.isEmpty {
            try setup.reigning { try setup.ledger.together { for end in ends { try take(end, at: now) } } }
            setup.bells.reports.ring()
        }
        let due = try setup.ledger.recallsDue(limit: Self.atOnce * 2, at: now)
        let underWay = Set(asked.values.map(\.item.key))
        var exchanges: [Exchange] = []
        for item in due where !underWay.contains(item.key) && asked.count < Self.atOnce {
            guard let account = setup.account(item.lane.account),
                case .ready(let token) = setup.shelf.verdict(for: account.tokenOwner, at: now)
            else { continue }
            lastID += 1
            asked[lastID] = (item, token)
            let request = calls.recall(
                item.messageID, in: item.lane.channel == .groupMessage ? GroupIdentity.plain(item.openID) : "",
                channel: item.lane.channel,
                account: account.record.openID, token: token)
            exchanges.append(
                Exchange(
                    id: lastID, request: request, timeout: setup.limits.requestTimeout,
                    responseBytesMax: RecallCalls.replyBytesMax))
        }
        if !exchanges.isEmpty {
            let leaving = exchanges.compactMap { asked[$0.id]?.item }
            try setup.reigning { try setup.ledger.noteRecallsLeaving(leaving, term: setup.term) }
            mailbox.submit(exchanges)
        }
        // Answers ring; the look without a ring is for what waits for a token or for its next try.
        return due.isEmpty ? try setup.ledger.nextRecall() : now + Self.retryInterval
    }

    private func take(_ end: ExchangeEnd, at now: Moment) throws {
        guard let (item, token) = asked.removeValue(forKey: end.id) else { return }
        var settlement = RecallSettlement(now: now, term: setup.term, item: item, state: .recalled)
        switch answer(end) {
        case .success: break
        case .failure(.refused(let code, _, _)) where isToken(code):
            if let account = setup.account(item.lane.account) {
                _ = setup.shelf.platformRefused(token, of: account.tokenOwner, at: now)
            }
            settlement.answerLost = item.answerLost
            again(&settlement, at: now)
        case .failure(.refused(let code, _, _)) where OutcomeTable.row(for: .refusal(code: code)).again == .backoff:
            settlement.answerLost = item.answerLost
            again(&settlement, at: now)
        case .failure(.refused(let code, _, _)):
            settlement.state = item.answerLost ? .unknown : .refused
            settlement.code = code
        case .failure, nil:
            settlement.answerLost = true
            again(&settlement, at: now)
        }
        try setup.ledger.settleRecall(settlement)
        setup.logger.info(
            "recall answered", metadata: ["message": "\(item.messageID)", "state": "\(settlement.state.code)"])
    }

    private func answer(_ end: ExchangeEnd) -> Result<Void, CallFailure>? {
        guard case .complete(let response) = end.result else { return nil }
        return RecallCalls.result(from: response)
    }

    private func isToken(_ code: Int) -> Bool {
        OutcomeTable.row(for: .refusal(code: code)).lane == .refreshToken
    }

    private func again(_ settlement: inout RecallSettlement, at now: Moment) {
        if settlement.item.tries + 1 >= Self.triesMax {
            settlement.state = .unknown
        } else {
            settlement.state = .asked
            settlement.notBefore = now + Self.retryInterval
        }
    }
}
