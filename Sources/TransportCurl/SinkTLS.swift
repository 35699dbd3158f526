import Foundation

/// The sink's end of TLS. OpenSSL is looked up when it is needed: the product has no use for the server's half of it.
final class SinkTLS {
    private typealias Pointer = UnsafeMutableRawPointer
    private typealias FromNothing = @convention(c) () -> Pointer?
    private typealias FromPointer = @convention(c) (Pointer?) -> Pointer?
    private typealias OfPointer = @convention(c) (Pointer?) -> Void
    private typealias WithFile = @convention(c) (Pointer?, UnsafePointer<CChar>, CInt) -> CInt
    private typealias WithText = @convention(c) (Pointer?, UnsafePointer<CChar>) -> CInt
    private typealias WithNumber = @convention(c) (Pointer?, CInt) -> CInt
    private typealias Control = @convention(c) (Pointer?, CInt, CLong, Pointer?) -> CLong
    private typealias Bytes = @convention(c) (Pointer?, UnsafeMutableRawPointer?, CInt) -> CInt

    private let context: UnsafeMutableRawPointer
    private let make: FromPointer
    private let setDescriptor: WithNumber
    private let acceptNext: OfPointer
    private let read: Bytes
    private let write: Bytes
    private let error: WithNumber
    private let free: OfPointer
    private var sessions: [Int32: UnsafeMutableRawPointer] = [:]

    /// Nil where there is no OpenSSL 3, or the files are none of its.
    init?(certificate: String, key: String) {
        guard let library = dlopen("libssl.so.3", RTLD_NOW) else { return nil }
        func find<F>(_ name: String, as: F.Type) -> F? { dlsym(library, name).map { unsafeBitCast($0, to: F.self) } }
        guard let method = find("TLS_server_method", as: FromNothing.self),
            let newContext = find("SSL_CTX_new", as: FromPointer.self),
            let useCertificate = find("SSL_CTX_use_certificate_chain_file", as: WithText.self),
            let useKey = find("SSL_CTX_use_PrivateKey_file", as: WithFile.self),
            let control = find("SSL_CTX_ctrl", as: Control.self), let make = find("SSL_new", as: FromPointer.self),
            let setDescriptor = find("SSL_set_fd", as: WithNumber.self),
            let acceptNext = find("SSL_set_accept_state", as: OfPointer.self),
            let read = find("SSL_read", as: Bytes.self), let write = find("SSL_write", as: Bytes.self),
            let error = find("SSL_get_error", as: WithNumber.self), let free = find("SSL_free", as: OfPointer.self),
            let context = newContext(method()), useCertificate(context, certificate) == 1, useKey(context, key, 1) == 1
        else { return nil }
        // Reads ahead: one call of the system for what a connection has.
        _ = control(context, 41, 1, nil)
        self.context = context
        (self.make, self.setDescriptor, self.acceptNext) = (make, setDescriptor, acceptNext)
        (self.read, self.write, self.error, self.free) = (read, write, error, free)
    }

    func open(_ connection: Int32) {
        _ = fcntl(connection, F_SETFL, O_NONBLOCK)
        guard let session = make(context) else { return }
        _ = setDescriptor(session, connection)
        acceptNext(session)
        sessions[connection] = session
    }

    func close(_ connection: Int32) { if let session = sessions.removeValue(forKey: connection) { free(session) } }

    /// As `curlshim_receive`: -1 when there is nothing yet, -2 when the connection is over.
    func receive(_ connection: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
        guard let session = sessions[connection] else { return -2 }
        let got = read(session, bytes, CInt(clamping: count))
        if got > 0 { return Int(got) }
        // SSL_ERROR_WANT_READ
        return error(session, got) == 2 ? -1 : -2
    }

    func send(_ connection: Int32, _ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { bytes in
            guard let session = sessions[connection] else { return -2 }
            return Int(
                write(session, UnsafeMutableRawPointer(mutating: bytes.baseAddress), CInt(clamping: bytes.count)))
        }
    }
}
