import HostSystem
import Ports
import Sandbox
import SandboxServer
import ServiceLifecycle
import TransportCurl
import Wire

/// Posts what the pretend platform has to tell, and tells it what became of that. The platform decides what is lost, late
/// or told twice; here it is only carried out.
struct SandboxPostman: Service {
    /// The platform waits five seconds for an answer.
    private static let timeout: Duration = .seconds(5)
    private static let postedMax = 32
    /// A rehearsal's wall may jump, so no wait for a moment of it is longer than this.
    private static let look: Duration = .milliseconds(100)
    private static let replyBytesMax = 64 << 10

    let door: SandboxDoor
    let transport: TransportCurl
    let waker: Waker

    func run() async throws {
        await cancelWhenGracefulShutdown { await carryOut() }
        await transport.close(grace: .zero)
    }

    private func carryOut() async {
        let mailbox = transport.openMailbox { waker.wake() }
        var posted: [UInt64: SandboxDoor.Callback] = [:]
        var lastID: UInt64 = 0
        while !Task.isCancelled {
            for end in mailbox.collect() {
                guard let callback = posted.removeValue(forKey: end.id) else { continue }
                switch end.result {
                case .complete(let response): door.ended(callback, status: response.status, body: response.body)
                case .lost, .notLeft: door.ended(callback, status: nil, body: [])
                }
            }
            let exchanges = door.callbacksDue(limit: Self.postedMax - posted.count).map { callback in
                lastID += 1
                posted[lastID] = callback
                return Exchange(
                    id: lastID, request: callback.request, timeout: Self.timeout,
                    responseBytesMax: Self.replyBytesMax)
            }
            if !exchanges.isEmpty { mailbox.submit(exchanges) }
            let waitsToBeRung = !door.hasCallbacks || posted.count == Self.postedMax
            _ = await RealPause().wait(atMost: waitsToBeRung ? nil : Self.look, for: waker)
        }
    }
}
