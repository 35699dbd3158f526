import CampaignModel
import Ports
import Words

/// Where the world tells what happened: the platform's callbacks and partners' lines. What it returns is durable.
package protocol EventDesk: Sendable {
    /// - Throws: `CallbackRefusal`, or a `LedgerError`: nothing was kept then, and the platform tries again.
    func receive(_ body: [UInt8], signature: String?) throws -> CallbackReceipt
    /// Whether the body is the platform's word: cheap, and asked before a body gets a place in the ledger's line.
    func proves(_ body: [UInt8], signature: String) -> Bool
    func knowsPartner(_ key: String) -> Bool
    /// - Throws: `DeskRefusal` when the key is nobody's or the whole body cannot be read.
    func partnerEvents(_ body: [UInt8], isCSV: Bool, key: String) throws -> EventsReceipt
    /// A request that the door did not take: counted, and told in the log now and then.
    func turnedAway(_ why: TurnedAway)
}

/// Why the door for events did not take a request.
package enum TurnedAway: String, Sendable, Codable, CaseIterable {
    /// 401
    case unsigned
    /// 400
    case malformed
    /// 413
    case tooLarge = "too_large"
    /// 503: more at once than there is room for, or the ledger took too long. The platform tries again.
    case busy
    /// The connection was closed: a whole request did not come in time, or too many stood half-sent.
    case unfinished
}

package enum CallbackReceipt: Sendable, Equatable {
    case taken
    /// The number goes back as it came.
    case challenge(Int)
}

package enum CallbackRefusal: Error, Sendable, Equatable {
    /// 401: not the platform's word.
    case unsigned
    /// 400: too long to be looked at.
    case malformed
}

/// Lines of a file that a person imports.
package struct EventsRequest: Sendable, Codable {
    /// Of one request: all of it is one transaction, which everything else waits for.
    package static let eventsMax = 1000
    package static let callbacksMax = 100
    package var events: [EventLine]
    package var callbacks: [CallbackLine]
    package init(events: [EventLine], callbacks: [CallbackLine]) { (self.events, self.callbacks) = (events, callbacks) }
}

package struct EventsReceipt: Sendable, Codable, Equatable {
    package var taken = 0
    package var repeated = 0
    package var strangers = 0
    package var bad: [BadEventLine] = []
    package init() {}

    package static func + (left: EventsReceipt, right: EventsReceipt) -> EventsReceipt {
        var sum = left
        sum.taken += right.taken
        sum.repeated += right.repeated
        sum.strangers += right.strangers
        sum.bad += right.bad
        return sum
    }
}

extension ControlDesk {
    /// A desk without a ledger that takes events refuses.
    package func takeEvents(_ request: EventsRequest, as identity: Identity) throws -> EventsReceipt {
        throw DeskRefusal(.conflict, code: "no_events", Catalogue.Inbound.noneTaken)
    }
}
