import CampaignModel
import Foundation
import Ports
import Wire

/// One exchange on its way. A class, because mailbox, agenda and auditor speak of the same one.
final class Flight: @unchecked Sendable {
    let exchange: Exchange
    let mailbox: SimulatedMailbox
    /// Nil for calls beside sending.
    let contact: SentContact?
    let route: Route
    var departed: Moment?
    /// The durable attempt that it carries out, as the auditor found it.
    var attempt: AttemptKey?
    /// The platform took the contact: the truth.
    var isTaken = false
    /// What comes back says beyond doubt what happened.
    var isClear = true
    /// A planted fault lets the wire repeat it once.
    var isRepeated = false

    enum Route { case send, token, status, walk, other }

    init(_ exchange: Exchange, mailbox: SimulatedMailbox) {
        (self.exchange, self.mailbox) = (exchange, mailbox)
        switch exchange.request.path {
        case "/im/send/msg/": route = .send
        case "/oauth/client_token/", "/oauth/business_token/", "/oauth/refresh_biz_token/": route = .token
        case "/im/authorize/status/": route = .status
        case "/im/authorize/user_list/": route = .walk
        default: route = .other
        }
        contact = route == .send ? SentContact(exchange.request) : nil
    }

    var life: Life { mailbox.life }
}

/// A send as it reads on the wire. By `JSONSerialization`: what our writer gets wrong must not be read back by our reader.
struct SentContact: Sendable {
    /// The sender's open_id.
    let account: String
    let person: String
    let messages: Int
    /// The first word of the first text, which names the campaign.
    let token: String

    init?(_ request: HTTPRequest) {
        // Safe because a body that cannot be read has no contact, and the auditor says so.
        guard let root = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any],
            let person = root["to_user_id"] as? String, let list = root["content_list"] as? [[String: Any]],
            let mark = request.url.range(of: "open_id=")
        else { return nil }
        self.person = person
        account = String(request.url[mark.upperBound...].prefix { $0 != "&" })
        messages = list.count
        let text = list.compactMap { ($0["text"] as? [String: Any])?["text"] as? String }.first ?? ""
        token = String(text.prefix { $0 != " " })
    }
}

final class SimulatedTransport: Transport {
    private let ground: Ground
    private let life: Life

    init(_ ground: Ground, _ life: Life) { (self.ground, self.life) = (ground, life) }

    func openMailbox(arrival: @escaping @Sendable () -> Void) -> any Mailbox {
        SimulatedMailbox(ground, life, arrival: arrival)
    }
}

final class SimulatedMailbox: Mailbox, @unchecked Sendable {
    let life: Life
    private let ground: Ground
    private let arrival: @Sendable () -> Void
    private var ends: [ExchangeEnd] = []

    init(_ ground: Ground, _ life: Life, arrival: @escaping @Sendable () -> Void) {
        (self.ground, self.life, self.arrival) = (ground, life, arrival)
    }

    func submit(_ exchanges: [Exchange]) {
        guard !life.isDead else { return }
        for exchange in exchanges {
            var delay = ground.wireChance.duration(0...40)
            if ground.strikes(.slowDeparture) { delay = ground.wireChance.duration(8_000...20_000) }
            // A third leaves at once, so that the edges of windows are reached to the millisecond.
            if ground.wireChance.happens(0.3) { delay = .zero }
            let flight = Flight(exchange, mailbox: self)
            if flight.route == .send { interrupt(within: delay) }
            ground.enter(.departs(flight), in: delay)
        }
    }

    /// People act just then, and so between the commit of a contact and its first byte.
    private func interrupt(within delay: Duration) {
        for kind in [FaultKind.optOutInFlight, .pauseInFlight, .stopInFlight] where ground.strikesInFlight(kind) {
            ground.enter(.fault(kind), in: ground.wireChance.duration(0...Int(delay.wholeMilliseconds)))
        }
    }

    func collect() -> [ExchangeEnd] {
        defer { ends = [] }
        return life.isDead ? [] : ends
    }

    func end(_ flight: Flight, _ result: ExchangeResult) {
        ends.append(ExchangeEnd(id: flight.exchange.id, result: result))
        arrival()
    }
}
