import CampaignModel
import Foundation
import Ports
import TransportCurl
import Wire

/// A service with a mailbox, waiting without polling.
struct Caller {
    let transport: TransportCurl
    let mailbox: any Mailbox
    private let arrivals: AsyncStream<Void>

    init(_ settings: TransportSettings = TransportSettings()) throws {
        self.init(transport: try TransportCurl(settings: settings))
    }

    init(transport: TransportCurl) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.transport = transport
        arrivals = stream
        mailbox = transport.openMailbox { continuation.yield() }
    }

    /// The next `count` ends.
    func ends(_ count: Int) async -> [ExchangeEnd] {
        var ends = mailbox.collect()
        if ends.count >= count { return ends }
        for await _ in arrivals {
            ends += mailbox.collect()
            if ends.count >= count { return ends }
        }
        return ends
    }

    func result(of exchange: Exchange) async -> ExchangeResult? {
        mailbox.submit([exchange])
        return await ends(1).first?.result
    }

    func post(_ body: String, to url: String, timeout: Duration = .seconds(20)) async -> ExchangeResult? {
        await result(of: .posting(body, to: url, timeout: timeout))
    }
}

extension Exchange {
    static func posting(
        _ body: String, to url: String, id: UInt64 = 1, timeout: Duration = .seconds(20), bytesMax: Int = 1 << 20,
        lastLook: (@Sendable () -> Obstacle?)? = nil
    ) -> Exchange {
        let headers = [HTTPHeader("Content-Type", "application/json"), HTTPHeader("access-token", "secret")]
        let request = HTTPRequest(method: .post, url: url, headers: headers, body: Array(body.utf8))
        return Exchange(id: id, request: request, timeout: timeout, responseBytesMax: bytesMax, lastLook: lastLook)
    }
}

extension ExchangeResult {
    /// Status and body of a complete reply, nil for every other end.
    var seen: String? {
        guard case .complete(let response) = self else { return nil }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }
}
