import CampaignModel
import HostSystem
import Ports
import Wire

/// One request over the transport, awaited: what commands need, who ask once and wait.
package enum OneExchange {
    package struct Failed: Error {
        package let result: ExchangeResult
    }

    package static func carryOut(
        _ request: HTTPRequest, over transport: any Transport, timeout: Duration = .seconds(30)
    ) async throws -> HTTPResponse {
        let waker = Waker()
        let mailbox = transport.openMailbox { waker.wake() }
        mailbox.submit([Exchange(id: 1, request: request, timeout: timeout, responseBytesMax: 64 << 20)])
        while true {
            _ = await waker.waitForWake()
            guard let end = mailbox.collect().first else { continue }
            guard case .complete(let response) = end.result else { throw Failed(result: end.result) }
            return response
        }
    }
}
