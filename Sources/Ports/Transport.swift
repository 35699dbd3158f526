import CampaignModel
import Wire

/// Carries out HTTP exchanges. It never judges, never repeats a request, and is the only thing that waits for a network.
///
/// Each service opens a mailbox of its own, hands over exchanges in batches, and collects their ends in batches: one
/// lock and one wake a batch, and no task a message. The simulator's transport has the same shape on virtual time.
package protocol Transport: Sendable {
    /// - Parameter arrival: called on any thread, without arguments, whenever ends have become collectable.
    func openMailbox(arrival: @escaping @Sendable () -> Void) -> any Mailbox
}

package protocol Mailbox: Sendable {
    /// Takes the exchanges over. Returns at once.
    func submit(_ exchanges: [Exchange])
    /// All ends since the last call, in the order in which they ended.
    func collect() -> [ExchangeEnd]
}

/// One request to be carried out, at most once.
package struct Exchange: Sendable {
    /// Chosen by the mailbox's owner; comes back on the end.
    package let id: UInt64
    package let request: HTTPRequest
    /// For the whole exchange, name resolution included. Never shortened to squeeze a request into a window.
    package let timeout: Duration
    /// Replies longer than this are cut and count as lost.
    package let responseBytesMax: Int
    /// Asked on the transport's thread right before the first byte. A non-nil answer stops the exchange: nothing leaves.
    package let lastLook: (@Sendable () -> Obstacle?)?

    package init(
        id: UInt64, request: HTTPRequest, timeout: Duration, responseBytesMax: Int = 1 << 20,
        lastLook: (@Sendable () -> Obstacle?)? = nil
    ) {
        (self.id, self.request, self.timeout) = (id, request, timeout)
        (self.responseBytesMax, self.lastLook) = (responseBytesMax, lastLook)
    }
}

package struct ExchangeEnd: Sendable {
    package let id: UInt64
    package let result: ExchangeResult
    package init(id: UInt64, result: ExchangeResult) { (self.id, self.result) = (id, result) }
}

/// How an exchange ended, judged by whether any request byte left and whether a complete reply came back,
/// never by a library's result code alone.
package enum ExchangeResult: Sendable, Equatable {
    /// A complete reply: full header, and a body as long as it promised.
    case complete(HTTPResponse)
    /// Nothing of the request was handed to a socket.
    case notLeft(Obstacle)
    /// Something may have left; no complete reply.
    case lost(Loss)
}
