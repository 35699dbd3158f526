import CampaignModel
import Channels
import Ports
import SendingRules

/// From what an exchange showed to what is written down: the outcome table and the retry rule, applied to one attempt.
struct Settling {
    let retry: RetryRule

    struct Ruling {
        let settlement: Settlement
        let row: OutcomeRow
    }

    func ruling(
        on delivery: StartedDelivery, _ answer: Answer, imageAge: Duration? = nil, at now: Moment,
        using generator: inout some RandomNumberGenerator
    ) -> Ruling {
        let row = OutcomeTable.row(for: answer.sight, imageAge: imageAge)
        let returned: Int =
            switch row.returnsMessages {
            case .none: 0
            case .all: delivery.messages
            case .refusedOnes: min(answer.messageCodes.filter { $0 != 0 }.count, delivery.messages)
            }
        let next = retry.next(
            after: row, tries: delivery.candidate.tries + 1, day: delivery.key.day, at: now,
            retryAfter: answer.retryAfter, using: &generator)
        let settlement = Settlement(
            delivery, outcome: row.outcome, reason: row.reason, returnsPerson: row.returnsPerson,
            returnedMessages: returned, answer: answer, next: Self.next(next))
        return Ruling(settlement: settlement, row: row)
    }

    private static func next(_ next: RetryRule.Next) -> Settlement.Next {
        switch next {
        case .end: .end
        case .wait(let until, let reason): .wait(until: until, reason)
        case .skip(let reason): .skip(reason)
        }
    }

    /// What an exchange without a complete reply showed.
    static func answer(
        to end: ExchangeEnd, recipient: String, messages: Int, channel: any Channel
    ) -> Answer {
        switch end.result {
        case .complete(let response): channel.answer(from: response, recipient: recipient, messages: messages)
        case .notLeft(let obstacle): Answer(sight: .notLeft(obstacle))
        case .lost(let loss): Answer(sight: .noAnswer(loss))
        }
    }
}
