import CampaignModel
import Foundation
import Glibc

/// Reads secrets from where the configuration says they lie. Once, at start; only people's tokens in files are looked at again.
package struct SecretReader: Sendable {
    /// More is no secret but a mistake.
    package static let bytesMax = 64 * 1024

    private let credentials: String?

    /// - Parameter credentials: the directory that systemd fills; by default from `CREDENTIALS_DIRECTORY`.
    package init(credentials: String? = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]) {
        self.credentials = credentials
    }

    /// The content without one line end at its end, which editors and `echo` put there.
    /// - Throws: `SecretError`; it names the source, never the content.
    package func read(_ source: SecretSource) throws(SecretError) -> Secret {
        let path: String
        switch source {
        case .credential(let name):
            guard let credentials else { throw SecretError(source: source, problem: .noCredentialsDirectory) }
            path = (credentials as NSString).appendingPathComponent(name)
        case .file(let file):
            path = file
        }
        // Not blocking, so that a FIFO in the secret's place cannot hold the start up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SecretError(source: source, problem: .unreadable(errno: errno)) }
        defer { close(descriptor) }
        if let problem = Self.objection(to: descriptor, source: source) {
            throw SecretError(source: source, problem: problem)
        }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw SecretError(source: source, problem: .unreadable(errno: errno)) }
            if got == 0 { break }
            count += got
        }
        guard count <= Self.bytesMax else { throw SecretError(source: source, problem: .tooLong) }
        bytes.removeSubrange(count...)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw SecretError(source: source, problem: .empty) }
        return Secret(bytes: bytes)
    }

    private static func objection(to descriptor: Int32, source: SecretSource) -> SecretError.Problem? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .unreadable(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .notAFile }
        switch source {
        case .credential:
            // systemd keeps the directory to the service; older versions give the files themselves mode 0440.
            return status.st_mode & 0o007 == 0 ? nil : .othersCanRead(mode: status.st_mode & 0o7777)
        case .file:
            return status.st_mode & 0o077 == 0 ? nil : .othersCanRead(mode: status.st_mode & 0o7777)
        }
    }
}

/// The operator's to mend; the daemon does not start with a secret in doubt.
package struct SecretError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        /// `credential:` outside systemd: use `file:`, or `LoadCredential=` in the unit.
        case noCredentialsDirectory
        case unreadable(errno: Int32)
        case notAFile
        /// Group or others have rights on the file: `chmod 600`.
        case othersCanRead(mode: UInt32)
        case empty
        case tooLong
    }
    package let source: SecretSource
    package let problem: Problem
}
