import CCurl
import CCurlShim
import Foundation
import Ports

/// The transport of production: one thread carries out the exchanges of all mailboxes. libcurl connects (names,
/// addresses, certificates, TLS); requests are written and replies are read here, so no library can repeat one.
///
/// - A request leaves over one connection, once: `WireConnection`. It has left when the connection has taken a byte of
///   it, and not before.
/// - `.complete` needs a valid final status line, a whole header and a body as long as it promised: `ReplyReader`. A
///   reply that promises no length and ends with its connection counts when it has a body, which must then prove by
///   itself that it is whole.
/// - A timeout runs from the moment in which a connection is given to the exchange: name resolution and connecting count,
///   waiting in the transport for one of `concurrencyMax` connections does not. `lastLook` is asked after that wait, on
///   an open connection, right before the first byte. It is asked a second time only where a connection that had been
///   idle took no byte at all and another was made.
/// - An idle connection that hangs up or speaks is closed before it could be used.
/// - Nothing is logged: headers hold tokens.
///
/// One thing no client of HTTP/1.1 can see: a surplus reply that arrives between the next request and its own reply. So
/// the channel must check whom a success is about.
package final class TransportCurl: Transport {
    /// The library's own words: itself, and what it stands on.
    package static var libraryVersion: String { String(cString: curl_version()) }

    private let driver: WireDriver

    /// - Throws: `TransportTrouble`, when libcurl is unusable or older than any that was tried.
    package init(settings: TransportSettings = TransportSettings()) throws {
        guard let version = curlshim_version() else { throw TransportTrouble.libraryNotReady }
        guard version.pointee.version_num >= Self.versionMin else {
            throw TransportTrouble.libraryTooOld(found: String(cString: version.pointee.version))
        }
        let driver = try WireDriver(settings: settings)
        let thread = Thread {
            // Only a thread itself tells the kernel its name, by which an operator's tools show it.
            Thread.current.name = "transport"
            driver.run()
        }
        thread.start()
        self.driver = driver
    }

    /// 7.80.0: older ones were never tried.
    private static let versionMin: UInt32 = 0x07_50_00

    deinit { driver.beginClosing(grace: .zero) }

    package func openMailbox(arrival: @escaping @Sendable () -> Void) -> any Mailbox {
        CurlMailbox(driver: driver, arrival: arrival)
    }

    /// Requests that may have left and have not ended, over all mailboxes. A glance: it may change at once.
    package var onTheWire: Int { driver.wireCount.value }

    /// How often the thread has waited so far. A thread with nothing to do stands still.
    package var turns: Int { driver.turns }

    /// Takes nothing more, refuses what has not left (`.notLeft(.closing)`), lets what is on the wire end by itself for
    /// as long as `grace`, and cuts off the rest (`.lost(.orphaned)`). Returns at once; every exchange still gets its
    /// end. A second call may shorten the grace, never lengthen it.
    package func beginClosing(grace: Duration) { driver.beginClosing(grace: grace) }

    /// As `beginClosing`, and returns when the thread has ended: every end can then be collected.
    package func close(grace: Duration) async {
        driver.beginClosing(grace: grace)
        await withCheckedContinuation { continuation in
            driver.whenEnded { continuation.resume() }
        }
    }
}
