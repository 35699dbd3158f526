import CTLS
import CampaignModel
import Synchronization
import Words

/// With what the door proves itself: a certificate with its chain, and the key. Read anew when they were renewed; connections
/// that are open keep what they began with.
package final class TLSIdentity: Sendable {
    package enum Fault: Error, Sendable, Equatable {
        case certificate(String)
        /// It is none, wants a password, or is another certificate's.
        case key
        /// It is another host's: no browser that comes by the origin would take it.
        case host(String)
        case memory

        package var sentence: Sentence {
            switch self {
            case .certificate(let path): Catalogue.Door.badCertificate(path)
            case .key: Catalogue.Door.badKey
            case .host(let host): Catalogue.Door.otherHost(host)
            case .memory: Catalogue.Door.noTLS
            }
        }
    }

    /// OpenSSL counts who holds one: a connection's half holds its own.
    private struct Held: @unchecked Sendable {
        var context: OpaquePointer
        var ends: Moment?
    }
    private let held: Mutex<Held>
    /// What browsers call the door, without its port; nil: whatever they do.
    private let host: String?

    package init(certificate: String, key: Secret, host: String? = nil) throws(Fault) {
        self.host = host
        held = Mutex(try Self.read(certificate, key, host))
    }

    deinit { held.withLock { SSL_CTX_free($0.context) } }

    /// - Throws: then what there was goes on.
    package func renew(certificate: String, key: Secret) throws(Fault) {
        let new = try Self.read(certificate, key, host)
        let old = held.withLock { held in
            let old = held
            held = new
            return old
        }
        SSL_CTX_free(old.context)
    }

    /// When the certificate ends; nil: it does not say.
    package var ends: Moment? { held.withLock { $0.ends } }

    var oldestProtocol: Int { held.withLock { tlsshim_oldest($0.context) } }

    /// - Returns: one connection's half, the caller's to free.
    func accept() -> OpaquePointer? { held.withLock { tlsshim_accept($0.context) } }

    private static func read(_ certificate: String, _ key: Secret, _ host: String?) throws(Fault) -> Held {
        guard let context = tlsshim_server() else { throw .memory }
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            SSL_CTX_free(context)
            throw .certificate(certificate)
        }
        let isUsed = key.withBytes { bytes in
            bytes.withUnsafeBytes { tlsshim_use_key(context, $0.baseAddress, Int32($0.count)) }
        }
        guard isUsed == 1 else {
            SSL_CTX_free(context)
            throw .key
        }
        if let host, tlsshim_is_for(context, host) != 1 {
            SSL_CTX_free(context)
            throw .host(host)
        }
        let end = tlsshim_end(context)
        return Held(context: context, ends: end > 0 ? Moment(milliseconds: end * 1000) : nil)
    }
}
