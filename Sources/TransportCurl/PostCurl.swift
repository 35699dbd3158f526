import CCurl
import CCurlShim
import CampaignModel
import Foundation
import Ports
import Synchronization

/// Hands letters to mail servers by libcurl, each on a thread of its own that ends with it: there are few, and nobody
/// else waits for a slow server. TLS and names are always verified; only this machine is spoken to in the open.
package final class PostCurl: PostOffice {
    private let ends = Mutex<[(id: UInt64, end: PostEnd)]>([])
    private let authoritiesFile: String?

    /// - Parameter authoritiesFile: PEM of those who may vouch for a mail server; nil takes the system's.
    /// - Throws: `TransportTrouble`, when libcurl is unusable.
    package init(authoritiesFile: String? = nil) throws {
        self.authoritiesFile = authoritiesFile
        guard curlshim_global_init() == CURLE_OK else { throw TransportTrouble.libraryNotReady }
    }

    package func post(_ letter: Letter, id: UInt64, arrival: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            Thread.current.name = "mail"
            curlshim_block_sigpipe()
            let end = SMTPExchange(letter, authoritiesFile).perform()
            ends.withLock { $0.append((id, end)) }
            arrival()
        }
        thread.start()
    }

    package func collect() -> [(id: UInt64, end: PostEnd)] {
        ends.withLock { ends in
            defer { ends = [] }
            return ends
        }
    }
}

/// One letter on its way. A class, because libcurl holds its address.
private final class SMTPExchange {
    private let letter: Letter
    private let authoritiesFile: String?
    private var sent = 0

    init(_ letter: Letter, _ authoritiesFile: String?) {
        (self.letter, self.authoritiesFile) = (letter, authoritiesFile)
    }

    func perform() -> PostEnd {
        guard let easy = curl_easy_init() else { return .refused(code: 0, why: "no memory") }
        defer { curl_easy_cleanup(easy) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        for address in letter.to { recipients = curl_slist_append(recipients, "<\(address)>") }
        guard recipients != nil, set(easy, recipients) else { return .refused(code: 0, why: "no memory") }
        let code = curl_easy_perform(easy)
        let reply = curlshim_get_long(easy, CURLINFO_RESPONSE_CODE)
        if code == CURLE_OK { return .taken }
        return .refused(code: Int(reply), why: String(cString: curl_easy_strerror(code)))
    }

    private func set(_ easy: UnsafeMutableRawPointer, _ recipients: UnsafeMutablePointer<curl_slist>?) -> Bool {
        var codes = [
            curlshim_keep_sockets_from_children(easy),
            curlshim_set_text(easy, CURLOPT_URL, letter.server),
            curlshim_set_text(easy, CURLOPT_PROXY, ""),
            curlshim_set_text(easy, CURLOPT_MAIL_FROM, "<\(letter.from)>"),
            curlshim_set_pointer(easy, CURLOPT_MAIL_RCPT, recipients),
            curlshim_set_bytes_callback(easy, CURLOPT_READFUNCTION, readLetter),
            curlshim_set_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque()),
        ]
        if let authoritiesFile { codes.append(curlshim_set_text(easy, CURLOPT_CAINFO, authoritiesFile)) }
        if let user = letter.user, let password = letter.password {
            codes.append(curlshim_set_text(easy, CURLOPT_USERNAME, user))
            codes.append(curlshim_set_text(easy, CURLOPT_PASSWORD, password.revealed()))
        }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_UPLOAD, 1),
            (CURLOPT_USE_SSL, Int((isLocal ? CURLUSESSL_TRY : CURLUSESSL_ALL).rawValue)),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_NOPROGRESS, 1),
            (CURLOPT_TIMEOUT_MS, letter.timeout.curlMilliseconds),
            (CURLOPT_CONNECTTIMEOUT_MS, letter.timeout.curlMilliseconds),
        ]
        for (option, value) in numbers { codes.append(curlshim_set_long(easy, option, value)) }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    /// By address, not by prefix: `127.0.0.1.example.com` is not this machine.
    private var isLocal: Bool {
        let afterScheme = letter.server.range(of: "://").map { letter.server[$0.upperBound...] } ?? ""
        let host = afterScheme.prefix { $0 != ":" && $0 != "/" }
        return host == "localhost" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// As much as fits.
    fileprivate func read(into bytes: UnsafeMutablePointer<CChar>, room: Int) -> Int {
        let count = min(room, letter.text.count - sent)
        letter.text[sent..<sent + count].withUnsafeBytes { source in
            if let base = source.baseAddress { memcpy(bytes, base, count) }
        }
        sent += count
        return count
    }
}

private let readLetter: curlshim_bytes_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    return Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue().read(into: bytes, room: size * count)
}
